"""Micro-segments: found in the facts, shown to who may see all, adopted and watched."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from moksori.base.audit.models import Entry
from moksori.base.customers.models import Region
from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.people.models import Assignment, Member
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_source
from moksori.understand.cli.segments import segments as command
from moksori.understand.models import (
    MENTIONS_PER_FEEDBACK,
    Mention,
    PainPoint,
    Segment,
    SegmentSearch,
    Theme,
)
from moksori.understand.reads import pain_point
from moksori.understand.reads.found_segments import (
    choices,
    segment_line,
    segment_page,
    segment_row,
)
from moksori.understand.tests.makers import DAY, make_theme, publish
from moksori.understand.tests.test_pages import signed_in, text_of
from moksori.understand.writes import (
    adopt_segment,
    change_segment,
    find_segments,
    make_pain_point,
    restore_segment,
    retire_segment,
    write_segment,
)
from moksori.understand.writes.segments import TOO_FEW, Adopted

PAGE = "/understand/segments/"


def say(
    team: Team,
    theme: Theme,
    count: int,
    *,
    complaints: int,
    group: tuple[Region, str, str],
) -> None:
    """So many feedbacks of a group, of which so many complain about the theme."""
    region, channel, age = group
    source = make_source(team.ours)
    made = Feedback.objects.bulk_create(
        Feedback(
            source=source,
            unit=team.ours,
            region=region,
            channel=channel,
            language="ko",
            text=f"배송이 늦어요 {number}",
            occurred_at=DAY - timedelta(days=number % 80),
            received_at=DAY,
            score=2.0 if number < complaints else 8.0,
            attributes={"age_band": age, "visit": "often" if number % 2 else "rare"},
            external_id=f"{region.pk}-{channel}-{age}-{number}",
        )
        for number in range(count)
    )
    Mention.objects.bulk_create(
        Mention(
            id=one.pk * MENTIONS_PER_FEEDBACK,
            feedback=one,
            position=0,
            start=0,
            end=len(one.text),
            day=one.occurred_at.date(),
            language="ko",
            sentiment=-0.8 if number < complaints else 0.5,
            kind="complaint" if number < complaints else "praise",
            theme=theme,
            confidence=0.9,
        )
        for number, one in enumerate(made)
    )


@pytest.fixture
def theme(team: Team) -> Theme:
    """Of 480 feedbacks those by app from Seoul complain five times as often."""
    made = make_theme(team.ours)
    for region in (team.seoul, team.busan):
        for channel in ("app_store", "web", "phone"):
            is_hurt = region == team.seoul and channel == "app_store"
            for age in ("20s", "40s"):
                hurt = 20 if is_hurt else 3 + 2 * (age == "40s")
                say(team, made, 40, complaints=hurt, group=(region, channel, age))
    publish()
    find_segments(team.ours.pk)
    return made


def finding(team: Team) -> dict[str, Any]:
    found: list[dict[str, Any]] = SegmentSearch.objects.get(unit=team.ours).findings
    return next(one for one in found if one["theme"])


def adopted(team: Team, name: str = "서울 앱") -> Segment:
    key = finding(team)["key"]
    return adopt_segment(team.ours, key, name=name, owner=team.ada, by=team.ada)


def test_the_planted_group_is_found_with_its_numbers(team: Team, theme: Theme) -> None:
    page = segment_page(by=team.ada)

    assert page.is_whole
    assert page.search is not None
    assert page.search.rows == 480
    line = next(one for one in page.lines if one.theme)
    assert line.parts[0] == "서울"
    assert line.theme == theme.pk
    assert line.n == 80
    assert line.share is not None
    assert line.share.value == 0.5
    assert 4 < line.much.value < 7
    assert line.expected.value < line.much.value
    assert line.stability > 0.8
    assert line.typical is not None
    assert "배송이 늦어요" in line.typical.text


def test_lower_scores_are_found_as_well(team: Team, theme: Theme) -> None:
    line = next(one for one in segment_page(by=team.ada).lines if not one.theme)

    assert line.measure == "score"
    assert line.much.high < 0
    assert line.share is None


def test_who_reads_a_part_is_told_so_and_sees_nothing(team: Team, theme: Theme) -> None:
    row = adopted(team)
    Assignment.objects.get(member=team.ada).regions.set([team.seoul])

    ada = Member.objects.get(pk=team.ada.pk)
    page = segment_page(by=ada)

    assert not page.is_whole
    assert page.lines == []
    assert page.watched == []
    with pytest.raises(NotFound):
        segment_row(row.pk, by=ada)


def test_an_outsider_finds_nothing(team: Team, theme: Theme) -> None:
    row = adopted(team)

    with pytest.raises(NotFound):
        segment_page(by=team.eve, unit=team.ours.pk)
    with pytest.raises(NotFound):
        segment_row(row.pk, by=team.eve)
    assert signed_in(team.eve).get(f"{PAGE}{row.pk}/").status_code == 404


def test_a_finding_is_adopted_watched_retired_and_taken_up_again(
    team: Team, theme: Theme
) -> None:
    row = adopted(team)
    assert row.owner == team.ada
    with pytest.raises(Conflict):
        adopted(team)

    find_segments(team.ours.pk)
    line = segment_line(row.pk, by=team.ada)
    assert line.is_different
    assert line.then is not None
    assert line.now is not None
    assert len(line.weeks) >= 6
    assert line.n == 80

    retire_segment(row, by=team.ada)
    assert segment_page(by=team.ada).watched == []
    assert [one.id for one in segment_page(by=team.ada).retired] == [row.pk]
    restore_segment(row, by=team.ada)
    change_segment(row, name="서울의 앱 고객", owner=None, by=team.ada)
    assert segment_page(by=team.ada).watched[0].name == "서울의 앱 고객"
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))[-4:]
    assert verbs == [
        "adopt_segment",
        "retire_segment",
        "restore_segment",
        "change_segment",
    ]


def test_only_who_triages_all_of_it_may_adopt(team: Team, theme: Theme) -> None:
    key = finding(team)["key"]

    for name in ("vic", "eve", "max"):
        with pytest.raises(NotAllowed):
            adopt_segment(team.ours, key, name="x", owner=None, by=getattr(team, name))
    with pytest.raises(UserError):
        adopt_segment(team.ours, key, name="  ", owner=None, by=team.ada)
    with pytest.raises(UserError):
        adopt_segment(team.ours, "gone", name="x", owner=None, by=team.ada)
    with pytest.raises(UserError):
        adopt_segment(team.ours, key, name="x", owner=team.eve, by=team.ada)


def test_a_group_becomes_a_pain_point_of_its_own(team: Team, theme: Theme) -> None:
    row = adopted(team)

    pain = make_pain_point(row, by=team.ada)

    assert make_pain_point(row, by=team.ada) == pain
    assert PainPoint.objects.filter(theme=theme).count() == 1
    assert pain.name.startswith("서울 앱: ")
    page = pain_point(pain.pk, by=team.ada, period="all")
    assert page.complaints == 40
    assert page.place.total == 80
    client = signed_in(team.ada)
    assert "서울 앱" in text_of(client, f"/understand/pain-points/{pain.pk}/")


def test_a_group_by_hand_is_watched_from_the_next_night_on(
    team: Team, theme: Theme
) -> None:
    by_key = {choice.key: choice for choice in choices(team.ours)}
    assert "trait:visit=often" in by_key
    assert by_key["age_band=20s"].label == "나이대: 20대"
    rule = {"age_band": {"is": "20s"}, "trait:visit": {"is": "often"}}
    what = Adopted("젊은 단골", rule, "complains", theme)

    row = write_segment(team.ours, what, by=team.ada)
    find_segments(team.ours.pk)

    line = segment_line(row.pk, by=team.ada)
    assert line.row.origin == "written"
    assert line.n == 120
    assert line.is_different is False
    with pytest.raises(UserError):
        make_pain_point(row, by=team.ada)
    with pytest.raises(UserError):
        write_segment(team.ours, Adopted("x", {}, "complains", theme), by=team.ada)
    with pytest.raises(UserError):
        write_segment(team.ours, Adopted("x", rule, "complains", None), by=team.ada)


def test_too_little_feedback_is_said_in_words(team: Team) -> None:
    say(team, make_theme(team.ours), 60, complaints=9, group=(team.seoul, "web", "20s"))
    publish()

    assert find_segments(team.ours.pk) == 0

    search = SegmentSearch.objects.get()
    assert search.trouble == TOO_FEW
    assert "300" in text_of(signed_in(team.ada), PAGE)


def test_pages_work_from_finding_to_pain_point(team: Team, theme: Theme) -> None:
    client = signed_in(team.ada)
    shown = text_of(client, PAGE)
    assert "서울" in shown
    assert "nan" not in shown.lower().replace("financ", "")
    sent = {"unit": team.ours.pk, "key": finding(team)["key"], "name": "서울 앱"}

    answer = client.post(f"{PAGE}adopt/", sent)

    row = Segment.objects.get()
    assert answer["Location"] == f"{PAGE}{row.pk}/"
    assert "서울 앱" in text_of(client, f"{PAGE}{row.pk}/")
    find_segments(team.ours.pk)
    assert "<svg" in text_of(client, f"{PAGE}{row.pk}/")
    client.post(f"{PAGE}{row.pk}/edit/", {"name": "앱", "owner": team.ada.pk})
    pain = client.post(f"{PAGE}{row.pk}/pain-point/")
    assert pain["Location"].startswith("/understand/pain-points/")
    client.post(f"{PAGE}{row.pk}/retire/")
    client.post(f"{PAGE}{row.pk}/watch-again/")
    row.refresh_from_db()
    assert (row.name, row.owner, row.state) == ("앱", team.ada, "watched")
    assert "앱" in text_of(client, PAGE)


def test_a_rule_of_ones_own_is_checked_on_the_page(team: Team, theme: Theme) -> None:
    client = signed_in(team.ada)
    sent = {
        "unit": team.ours.pk,
        "name": "20대",
        "first": "age_band=20s",
        "second": "age_band=40s",
        "watch": str(theme.pk),
    }

    assert client.post(f"{PAGE}new/", sent).status_code == 422
    assert client.post(f"{PAGE}new/", sent | {"second": ""}).status_code == 302
    assert Segment.objects.get().rule == {"age_band": {"is": "20s"}}
    assert signed_in(team.vic).post(f"{PAGE}new/", sent).status_code == 403


def test_the_api_says_and_does_the_same(team: Team, theme: Theme) -> None:
    client = signed_in(team.ada)
    api = "/api/v1/understand/segments"
    found = client.get(api).json()
    best = next(one for one in found["found"] if one["theme"])
    assert best["much"]["low"] > 1
    body = {"unit": team.ours.pk, "key": best["key"], "name": "서울 앱"}

    made = client.post(f"{api}/adopt", json.dumps(body), "application/json").json()

    assert made["name"] == "서울 앱"
    one = f"{api}/{made['id']}"
    assert client.post(f"{one}/retire").json()["state"] == "retired"
    assert client.post(f"{one}/watch-again").json()["state"] == "watched"
    assert client.post(f"{one}/pain-point").json()["pain_point"]
    change = json.dumps({"name": "앱", "owner": team.ada.pk})
    assert client.patch(one, change, "application/json").json()["owner"] == team.ada.pk
    own = {"unit": team.ours.pk, "name": "20대", "rule": {"age_band": "20s"}}
    assert client.post(api, json.dumps(own), "application/json").status_code == 200
    own["rule"] = {"age_band": "90s"}
    assert client.post(api, json.dumps(own), "application/json").status_code == 400
    assert signed_in(team.eve).get(one).status_code == 404


def test_groups_of_a_file_are_found_on_the_command_line(tmp_path: Path) -> None:
    rows = ["channel,age,late"]
    for number in range(400):
        channel = ("app", "web")[number % 2]
        late = number % 3 == 0 if channel == "app" else number % 40 == 1
        rows.append(f"{channel},{20 + number % 50},{'yes' if late else 'no'}")
    file = tmp_path / "said.csv"
    file.write_text("\n".join(rows), encoding="utf-8")

    plain = CliRunner().invoke(command, [str(file), "--outcome", "late"])
    data = CliRunner().invoke(command, [str(file), "--outcome", "late", "--json"])
    lost = CliRunner().invoke(command, [str(file), "--outcome", "lost"])

    assert plain.exit_code == 0
    assert "channel: app" in plain.output
    found = json.loads(data.output)["segments"]
    assert found[0]["rule"][0]["level"]["label"] == "app"
    assert found[0]["times"]["low"] > 1
    assert lost.exit_code != 0
