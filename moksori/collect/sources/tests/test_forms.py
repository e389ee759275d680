"""What every connector for files has to keep to, on its recorded sample."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field

import pytest

from moksori.collect import child, writes
from moksori.collect.models import Feedback, Source
from moksori.collect.records import Prepared
from moksori.collect.sources.connector import connectors
from moksori.collect.sources.form import PLAIN
from moksori.collect.sources.tests.sites import SOURCES
from moksori.collect.writes.removing import remove_gone
from moksori.collect.writes.store import Store, Stored

KINDS = [kind for kind, one in connectors().items() if one.form is not None]
EXPECTED = {
    kind: json.loads((SOURCES / kind / "samples" / "expected.json").read_text("utf-8"))
    for kind in KINDS
}


def content(kind, name=""):
    return (SOURCES / kind / "samples" / (name or EXPECTED[kind]["file"])).read_bytes()


@pytest.fixture
def source(team):
    return Source.objects.create(unit=team.ours, name="내보내기", channel="other")


@dataclass
class Brought:
    """What an import would say, without a process of its own for each file."""

    form: str = ""
    refused: list[str] = field(default_factory=list)
    stored: Stored = field(default_factory=Stored)


@pytest.fixture
def bring(source, tmp_path):
    def bring(body, form=""):
        path = tmp_path / "export"
        path.write_bytes(body)
        order = {"path": str(path), "name": "export", "form": form}
        (_kind, preview), *rest = child.answer({"do": "preview", **order})
        assert not rest
        order |= {"form": preview["form"], "mapping": preview["mapping"]}
        found = Brought(preview["form"])
        for kind, *message in child.answer(
            {"do": "read", "zone": "Asia/Seoul", **order}
        ):
            if kind == "rows":
                _skip, records, troubles, gone = message
                remove_gone(source, gone, by=None)
                ready = [Prepared(*one) for one in records]
                found.stored = Store(source).put(ready)
                found.refused += [one[3] for one in troubles if one[1]]
        return found

    return bring


@pytest.fixture
def imported(source, team):
    """As a person imports it, in a process of its own."""

    def imported(body):
        batch = writes.stage_file(
            io.BytesIO(body), name="export", source=source, by=team.ada
        )
        writes.imports.begin(batch, by=team.ada)
        return writes.run_import(batch.pk)

    return imported


def test_there_are_the_kinds_that_are_promised():
    assert set(KINDS) >= {
        *("google_play", "app_store", "zendesk", "freshdesk", "intercom"),
        *("channel_talk", "qualtrics", "surveymonkey", "google_forms", "limesurvey"),
        "calls",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_recognised_and_twice_the_same_adds_nothing(kind, bring):
    expected = EXPECTED[kind]

    first = bring(content(kind))
    second = bring(content(kind))

    assert first.form == kind
    assert (first.stored.added, len(first.refused)) == (
        expected["added"],
        expected["refused"],
    )
    assert (second.stored.added, second.stored.revised) == (0, 0)
    assert second.stored.unchanged == expected["added"]
    assert Feedback.objects.count() == expected["added"]
    for feedback in Feedback.objects.all():
        assert feedback.occurred_at.year == 2026
        assert feedback.answers
        if expected.get("never"):
            assert expected["never"] not in feedback.text
            assert expected["never"] not in json.dumps(feedback.answers)
    scored = Feedback.objects.exclude(score=None).count()
    assert scored == expected.get("scores", 0)


@pytest.mark.parametrize("kind", ["google_play", "qualtrics", "limesurvey"])
def test_any_export_may_be_read_as_a_table_like_any_other(kind, bring):
    assert bring(content(kind), PLAIN).form == PLAIN


def test_a_table_is_not_read_as_what_it_is_not(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    order = {"do": "preview", "path": str(path), "name": "a", "form": "qualtrics"}
    assert [one[0] for one in child.answer(order)] == ["failed"]


def answers():
    return [
        {one["key"]: one for one in feedback.answers}
        for feedback in Feedback.objects.order_by("occurred_at")
    ]


def test_qualtrics_keeps_moments_of_its_zone_and_tells_the_missing_apart(bring):
    batch = bring(content("qualtrics"))

    first, second, third = answers()
    assert Feedback.objects.order_by("occurred_at")[0].occurred_at.hour == 16
    assert first["QID1"]["kind"] == "nps"
    assert first["QID1"]["label"].startswith("How likely are you to recommend")
    assert first["QID3"]["value"] == ["Washer", "Dryer"]
    assert second["QID2_TEXT"]["value"] == "배송이 늦었어요,\n연락도 없었고요."
    assert third["QID2_TEXT"]["state"] == "skipped"
    assert batch.refused == ["An answer from a preview. It is left out."]
    for feedback in Feedback.objects.all():
        assert "203.0.113" not in json.dumps(feedback.raw)


def test_limesurvey_tells_not_shown_from_not_answered(bring):
    bring(content("limesurvey"))

    first, second, third = answers()
    assert first["why"]["value"] == "배송이 빨랐어요.\n{정말로}"
    assert first["own"]["value"] == ["SQ1"]
    assert second["why"]["state"] == "not_shown"
    assert second["own"]["state"] == "not_shown"
    assert third["own"]["value"] == ["SQ1", "SQ2"]


def test_surveymonkey_joins_the_columns_of_a_block(bring):
    bring(content("surveymonkey"))

    first, second, _third = answers()
    asked = "Which channels did you use?"
    assert first[asked]["value"] == ["Phone", "Web"]
    assert second[asked]["value"] == ["Web"]
    assert second[f"{asked} – Other (please specify)"]["value"] == "a shop"


def test_zendesk_keeps_the_customers_words_and_what_was_deleted_goes(imported):
    lines = content("zendesk").decode().splitlines()
    before = lines[-1].replace('"deleted"', '"open"').replace("SCRUBBED", "주소 변경")
    imported("\n".join([*lines[:-1], before]).encode())
    assert Feedback.objects.filter(external_id="103").exists()

    batch = imported(content("zendesk"))

    assert not Feedback.objects.filter(external_id="103").exists()
    assert batch.refused == 1
    first = Feedback.objects.get(external_id="101")
    assert "어제 고쳐졌습니다" in first.text
    assert first.attributes["status"] == "solved"
    assert first.score == 10


def test_a_question_that_is_added_later_makes_no_second_answer(bring):
    body = content("google_forms").decode()
    bring(body.encode())
    lines = body.splitlines()
    wider = [f"{lines[0]},새 질문", *(f"{line}," for line in lines[1:])]

    batch = bring("\n".join(wider).encode())

    assert batch.stored.added == 0
    assert Feedback.objects.count() == 3


@pytest.mark.parametrize("name", EXPECTED["calls"]["more"])
def test_calls_come_in_several_forms(name, bring):
    batch = bring(content("calls", name))

    assert (batch.form, batch.stored.added) == ("calls", 2)
    texts = " ".join(Feedback.objects.values_list("text", flat=True))
    assert "How may I help" not in texts


def test_an_edited_review_is_a_revision(bring):
    body = content("google_play").decode("utf-16")
    bring(body.encode("utf-16"))

    batch = bring(body.replace("자꾸 풀립니다", "이제 잘 됩니다").encode("utf-16"))

    assert (batch.stored.added, batch.stored.revised) == (0, 1)
