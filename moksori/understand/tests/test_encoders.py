"""Another encoder takes over without a gap, and nothing is lost when it fails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from moksori.analysis.encoders import EncoderError, label, register_encoder
from moksori.analysis.encoders.encoder import Rows, encode_spoken, unit_rows
from moksori.analysis.tests.speaking import Speaker, said, speaker, spelled_vector
from moksori.base.testing.kept import kept
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback
from moksori.understand import writes
from moksori.understand.models import Mention, TextVector, Theme, ThemeRun, affiliate_id
from moksori.understand.reads.encoders import (
    SLICE,
    change_of_encoder,
    last_run,
    unread,
    wanted_encoder,
)
from moksori.understand.reads.near import near_themes
from moksori.understand.tests.makers import hand_over, sentences

pytestmark = pytest.mark.django_db(transaction=True)
SHIPPED = "moksori-static 2"


class Letters:
    """A slow encoder of our own: the pairs of letters in a text."""

    name, version, dims, is_slow = "letters", "1", 48, True
    asked: list[str] = []
    is_down = False

    def encode(self, texts: Sequence[str]) -> Rows:
        return encode_spoken(texts, self.dims, self._encode)

    def _encode(self, texts: list[str]) -> Rows:
        if Letters.is_down:
            raise EncoderError("letters are away")
        Letters.asked += texts
        return unit_rows(
            [spelled_vector(text, self.dims) for text in texts], len(texts)
        )


register_encoder("letters", lambda _model, _chosen: Letters())


@pytest.fixture
def server() -> Iterator[Speaker]:
    with speaker() as found:
        yield found


@pytest.fixture(autouse=True)
def rested() -> None:
    Letters.asked, Letters.is_down = [], False


@pytest.fixture
def learned(team: Team) -> Team:
    def build() -> None:
        hand_over(team.ours, sentences(400))
        writes.catch_up()

    return kept("four hundred sentences", team, build)


def read_everything() -> None:
    while writes.embed_pending():
        pass


def switch() -> None:
    read_everything()
    for affiliate in writes.left_behind():
        writes.learn_themes(affiliate)
    while writes.assign_pending():
        pass


def placed() -> dict[int, int | None]:
    return dict(Mention.objects.values_list("pk", "theme_id"))


def typical() -> str:
    """The words of something that is placed."""
    one = Mention.objects.exclude(theme=None).order_by("-confidence", "pk")[0]
    return one.feedback.text


def newest(team: Team) -> ThemeRun:
    run = last_run(affiliate_id(team.ours.path))
    assert run is not None
    return run


def test_the_old_encoder_goes_on_placing_until_everything_is_read(
    learned: Team, settings: Any
) -> None:
    before = placed()
    settings.MOKSORI_ENCODER = "letters"

    hand_over(learned.ours, [typical()])
    writes.catch_up()

    assert newest(learned).encoder == SHIPPED
    assert {pk: placed()[pk] for pk in before} == before
    new = Mention.objects.order_by("-feedback_id").first()
    assert new is not None
    assert new.theme_id is not None


def test_themes_keep_their_identities_with_another_encoder(
    learned: Team, settings: Any
) -> None:
    before = {t.pk for t in Theme.objects.filter(state="active", is_group=False)}
    settings.MOKSORI_ENCODER = "letters"
    change = change_of_encoder(newest(learned))
    assert change is not None
    assert (change.before, change.after) == (SHIPPED, "letters 1")
    assert (change.done, change.percent) == (0, 0)
    assert change.total == Mention.objects.count()

    switch()

    run = newest(learned)
    assert run.encoder == "letters 1"
    assert change_of_encoder(run) is None
    assert run.kept >= 2
    after = {t.pk for t in Theme.objects.filter(state="active", is_group=False)}
    assert len(before & after) >= 2
    assert Mention.objects.filter(theme__in=after).exists()
    assert {len(bytes(t.center)) for t in Theme.objects.filter(pk__in=after)} == {
        4 * 48
    }
    # Equal words are asked once, and near themes are found in their own space.
    assert len(Letters.asked) == len(set(Letters.asked)) == TextVector.objects.count()
    assert near_themes(typical(), by=learned.ada)
    Letters.is_down = True
    assert near_themes("뭔가 다른 말", by=learned.ada) == []

    # Vectors of erased words go.
    assert writes.forget_unsaid() == 0
    Feedback.objects.filter(text__startswith="카드 결제").delete()
    assert writes.forget_unsaid() > 0

    # Going back forgets what is not needed any more.
    settings.MOKSORI_ENCODER = "static"
    switch()
    assert writes.left_behind() == []
    assert newest(learned).encoder == SHIPPED
    assert not TextVector.objects.exists()
    settings.MOKSORI_ENCODER = "letters"
    assert unread(wanted_encoder()) == Mention.objects.count()


def test_new_feedback_is_on_the_pages_before_a_slow_encoder_places_it(
    learned: Team, settings: Any
) -> None:
    settings.MOKSORI_ENCODER = "letters"
    switch()
    Letters.is_down = True
    hand_over(learned.ours, [f"{typical()} 강남점"])

    while writes.enrich_pending():
        pass
    new = Mention.objects.order_by("-feedback_id")[0]
    assert new.theme_id is None
    with pytest.raises(EncoderError, match="letters are away"):
        writes.assign_pending()

    Letters.is_down = False
    while writes.assign_pending():
        pass
    new.refresh_from_db()
    assert new.theme_id is not None


def test_while_nobody_can_encode_what_is_placed_stays(
    learned: Team, settings: Any
) -> None:
    before = placed()
    ThemeRun.objects.update(encoder="moksori-static 1")
    writes.assign_feedback(list(Feedback.objects.values_list("pk", flat=True)))
    assert placed() == before
    assert near_themes("배송", by=learned.ada) == []

    switch()

    assert newest(learned).encoder == SHIPPED
    assert newest(learned).kept >= 3


def test_an_encoder_that_is_gone_is_replaced_before_everything_is_read(
    learned: Team, settings: Any
) -> None:
    ThemeRun.objects.update(encoder="moksori-static 1")
    settings.MOKSORI_ENCODER = "letters"
    if unread(wanted_encoder()) <= SLICE:
        hand_over(learned.ours, [f"배송 문의 {n}번 드립니다" for n in range(SLICE)])
        while writes.enrich_pending():
            pass
    assert writes.left_behind() == [newest(learned).unit_id]
    writes.learn_themes(newest(learned).unit_id)
    assert newest(learned).encoder == SHIPPED


def test_an_endpoint_takes_over_and_may_fail_on_the_way(
    learned: Team, settings: Any, server: Speaker
) -> None:
    settings.MOKSORI_ENCODER = "openai:small"
    settings.MOKSORI_ENCODER_URL = server.url
    settings.MOKSORI_ENCODER_KEY = "sk-secret"
    server.moods = [401]
    with pytest.raises(EncoderError, match="401"):
        read_everything()
    change = change_of_encoder(newest(learned))
    assert change is not None
    assert change.done == 0

    switch()

    assert newest(learned).encoder == "openai:small 1" == label(wanted_encoder())
    assert newest(learned).kept >= 2
    assert "sk-secret" not in str(TextVector.objects.values_list("encoder").distinct())


def model_answers(server: Speaker, settings: Any) -> None:
    settings.MOKSORI_LLM_URL, settings.MOKSORI_LLM_MODEL = server.url, "m"
    server.says = lambda asked: said(
        json.dumps({"name": name_for(asked), "description": LINE})
    )


LINE = "배송, 결제, 상담, 포장에 대한 말입니다."


def name_for(asked: dict[str, Any]) -> str:
    user = asked["messages"][1]["content"]
    words = ("배송", "결제", "상담", "포장", "환불", "택배", "상자")
    spoken = max(words, key=user.count)
    return f"{spoken} 이야기 {len(user)}"


def test_a_model_names_themes_but_never_over_a_person(
    learned: Team, settings: Any, server: Speaker
) -> None:
    writes.ask_for_names(newest(learned).unit_id)
    assert not writes.name_by_model()
    assert server.heard == []
    model_answers(server, settings)
    themes = list(Theme.objects.filter(state="active", is_group=False).order_by("pk"))
    Theme.objects.filter(pk=themes[0].pk).update(named_by="person", name_ko="우리 이름")
    answers, server.says = server.says, lambda _: said("I am free now")
    before = list(Theme.objects.order_by("pk").values_list("name_ko", "description_ko"))
    writes.ask_for_names(themes[0].unit_id)
    while writes.name_by_model():
        pass
    after = list(Theme.objects.order_by("pk").values_list("name_ko", "description_ko"))
    assert after == before
    assert any(line for _, line in after)

    server.says = answers
    writes.ask_for_names(themes[0].unit_id)
    while writes.name_by_model():
        pass

    by = dict(Theme.objects.values_list("pk", "named_by"))
    assert by[themes[0].pk] == "person"
    assert "model" in by.values()
    named = Theme.objects.filter(named_by="model")
    assert all("이야기" in one.name_ko and one.description_ko == LINE for one in named)
    kept = dict(named.values_list("pk", "name_ko"))
    writes.learn_themes(themes[0].unit_id)
    assert dict(named.values_list("pk", "name_ko")) == kept
    assert Theme.objects.get(pk=themes[0].pk).name_ko == "우리 이름"


KILLED = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "moksori.server.settings"
import django
django.setup()
from django.conf import settings
from django.db import connections
connections.databases["default"]["NAME"] = sys.argv[1]
settings.MOKSORI_ENCODER, settings.MOKSORI_WAREHOUSE_DIR = "letters", sys.argv[2]
from moksori.understand.tests import test_encoders
from moksori.understand.placing import vectors
from moksori.understand.writes import embed
embed.SLICE = vectors.ASKED = 20
print("ready", flush=True)
while embed.embed_pending():
    time.sleep(0.01)
"""


def test_a_worker_killed_while_reading_loses_nothing(
    learned: Team, settings: Any, tmp_path: Any
) -> None:
    from django.db import connection  # noqa: PLC0415

    settings.MOKSORI_ENCODER = "letters"
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", KILLED, name, str(tmp_path / "warehouse")]
    for _ in range(2):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env=os.environ.copy()
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.08)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    done = TextVector.objects.count()

    switch()

    assert newest(learned).encoder == "letters 1"
    assert TextVector.objects.count() == done + len(Letters.asked)
    assert len(Letters.asked) == len(set(Letters.asked))
