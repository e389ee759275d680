"""Scores, cross-tabs and weights: what people see, and what they must not see."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import translation

from moksori.base.audit.models import Entry
from moksori.base.errors import NotAllowed, UserError
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_feedback
from moksori.understand.cli.scores import cross_table
from moksori.understand.cli.scores import scores as scores_command
from moksori.understand.models import Population
from moksori.understand.reads.crosstabs import cross_page, protected
from moksori.understand.reads.scores import scores_page
from moksori.understand.tests.makers import DAY, publish
from moksori.understand.writes.facts import _scores
from moksori.understand.writes.populations import (
    invited_from,
    margins_from,
    set_population,
)

AGES = ("20s", "30s", "60s")


def make_survey(team: Team, count: int = 60, *, few: int = 0) -> list[Feedback]:
    """Two waves; who is 60 or older is content, and answers most."""
    made = []
    for number in range(count + few):
        age = "90s" if number >= count else AGES[min(number % 5, 2)]
        is_old = age == "60s"
        wave = "wave 2" if number % 2 else "wave 1"
        at = DAY - timedelta(days=number % 2 * -30)
        one = make_feedback(
            "",
            unit=team.ada.unit,
            occurred_at=at,
            attributes={"age_band": age, "wave": wave},
        )
        one.score, one.answers = (9.0 if is_old else 5.0), _sheet(number, is_old=is_old)
        one.save()
        made.append(one)
    publish()
    return made


def _sheet(number: int, *, is_old: bool) -> list[dict[str, Any]]:
    seat = {"key": "seat", "kind": "rating", "low": 1, "high": 5, "label": "Seats"}
    state = "not_applicable" if number % 3 else "skipped"
    return [
        {
            "key": "nps",
            "kind": "nps",
            "value": 9 if is_old else 5,
            "low": 0,
            "high": 10,
        },
        seat | {"value": 5 if is_old else 2},
        {"key": "parking", "kind": "rating", "low": 1, "high": 5, "state": state},
    ]


def margins() -> str:
    counts = {"20s": 400, "30s": 400, "60s": 200}
    lines = [f"age_band, {age}, {count}" for age, count in counts.items()]
    return "\n".join(["attribute, group, count", *lines])


def test_the_newest_wave_stands_against_the_one_before(team: Team) -> None:
    make_survey(team)
    found = scores_page(by=team.ada)

    assert found is not None
    assert found.kinds == ("nps", "rating")
    assert [wave.label for wave in found.waves] == ["wave 1", "wave 2"]
    assert found.now is not None
    assert found.now.change is not None
    assert found.now.n == 30
    assert found.whole is not None
    assert found.whole.came.value == pytest.approx(0.6 - 0.4)
    assert found.whole.weighted is None


def test_questions_say_how_they_stand(team: Team) -> None:
    make_survey(team)
    found = scores_page(by=team.ada)

    assert found is not None
    counts = {one.key: dict(one.counts) for one in found.questions}
    assert counts["seat"] == {"answered": 60}
    assert counts["parking"] == {"skipped": 20, "not_applicable": 40}


def test_weights_stand_beside_what_came(team: Team) -> None:
    make_survey(team)
    set_population(
        team.ada.unit,
        margins=margins(),
        invited="wave 1, 100",
        origin="CRM",
        by=team.ada,
    )
    found = scores_page(by=team.ada)

    assert found is not None
    assert found.whole is not None
    assert found.whole.weighted is not None
    assert found.whole.came.value == pytest.approx(0.2)
    assert found.whole.weighted.value == pytest.approx(0.2 - 0.8)
    assert found.weighting is not None
    assert found.weighting.effective_n < 60
    assert [(one.invited, one.answered) for one in found.responses] == [(100, 30)]


def test_a_group_that_nobody_answered_for_is_said(team: Team, client: Client) -> None:
    make_survey(team)
    set_population(team.ada.unit, margins=margins() + "\nage_band, 70s, 5", by=team.ada)
    client.force_login(team.ada)
    page = client.get("/understand/scores/").content.decode()

    assert "70s" in page
    assert "nan" not in page.lower().replace("nand", "")


def test_small_groups_are_hidden_and_not_found_by_subtraction(team: Team) -> None:
    make_survey(team, few=3)
    found = cross_page(by=team.ada, question=_question(team, "seat"))

    assert found is not None
    hidden = {one.value for one in found.columns if one.agree is None}
    assert "90s" in hidden
    assert len(hidden) == 2
    assert all(one.n is None for one in found.columns if one.agree is None)


def test_who_agrees_differs_by_age(team: Team) -> None:
    make_survey(team)
    found = cross_page(by=team.ada, question=_question(team, "seat"))

    assert found is not None
    assert found.attribute == "age_band"
    marks = {one.value: one.differs for one in found.columns}
    assert marks == {"60s": 1, "20s": -1, "30s": -1}
    assert found.test is not None
    assert found.test.p < 0.001
    assert found.agreed_from == 4


def test_weighted_shares_are_those_of_all_customers(team: Team) -> None:
    make_survey(team)
    set_population(team.ada.unit, margins=margins(), by=team.ada)
    asked: dict[str, Any] = {"by": team.ada, "question": _question(team, "seat")}
    came, weighted = cross_page(**asked), cross_page(**asked, is_weighted=True)

    assert came is not None
    assert came.everybody is not None
    assert weighted is not None
    assert weighted.everybody is not None
    assert came.everybody.value == pytest.approx(0.6)
    assert weighted.everybody.value == pytest.approx(0.2)


def _question(team: Team, key: str) -> str:
    found = scores_page(by=team.ada)
    assert found is not None
    return next(one.id for one in found.questions if one.key == key)


def test_one_score_alone_is_no_questionnaire() -> None:
    rating = {"key": "stars", "kind": "rating", "value": 4}
    rows = [*_scores({"answers": [rating], "source": 7})]

    assert [row["metric"] for row in rows] == ["rating"]


def test_protecting_one_group_protects_what_would_betray_it() -> None:
    assert protected({"a": 40, "b": 3, "c": 12}) == {"a": False, "b": True, "c": True}
    assert protected({"a": 40, "b": 12}) == {"a": False, "b": False}
    assert protected({}) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("age, 20s", "Line 1"),
        ("age, 20s, many\nage, 30s, x", "Line 2"),
        ("age, 20s, 5\nage, 30s, -1", "Line 2"),
        ("age × region, 20s, 5", "as many parts"),
        ("age, 20s, 0", "counts nobody"),
        ("age, 20s, 1\n" * 2_001, "lines"),
    ],
)
def test_counts_that_cannot_be_read_name_their_line(text: str, says: str) -> None:
    with translation.override("en"), pytest.raises(UserError, match=says):
        margins_from(text)


def test_counts_are_read_as_people_paste_them() -> None:
    found = margins_from("age\tgroup\tn\nage × region\t20s × Seoul\t1,200")

    assert found == [
        {"attributes": ["age", "region"], "groups": [[["20s", "Seoul"], 1200.0]]}
    ]
    assert invited_from("wave 1; 1600\nwave 2; 1500") == {
        "wave 1": 1600, "wave 2": 1500}  # fmt: skip


def test_who_may_not_edit_may_not_count(team: Team) -> None:
    with pytest.raises(NotAllowed):
        set_population(team.ada.unit, margins=margins(), by=team.max)

    assert not Population.objects.exists()


def test_counts_are_entered_on_a_page_and_logged(team: Team, client: Client) -> None:
    make_survey(team)
    client.force_login(team.ada)
    wrong = client.post("/understand/scores/population/", {"margins": "age, 20s"})
    right = client.post(
        "/understand/scores/population/", {"margins": margins(), "origin": "CRM"}
    )

    assert wrong.status_code == 422
    assert right.status_code == 302
    assert Population.objects.get().origin == "CRM"
    assert Entry.objects.filter(verb="set_population").count() == 1
    assert "CRM" in client.get("/understand/scores/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "scores/",
        "scores/?kind=rating&attribute=age_band",
        "scores/?kind=x&attribute=%00&period=4",
        "crosstabs/",
        "crosstabs/?weighted=yes&attribute=age_band",
        "crosstabs/?question=7:x",
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_answer_in_both_languages(
    team: Team, client: Client, address: str, language: str
) -> None:
    make_survey(team, 20)
    client.force_login(team.ada)
    answer = client.get(f"/understand/{address}", headers={"accept-language": language})

    assert answer.status_code == 200
    assert "NaN" not in answer.content.decode()


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_hardly_any_answers_are_no_trouble(team: Team, client: Client, count: int):
    make_survey(team, count)
    client.force_login(team.ada)
    for address in ("scores/", "crosstabs/"):
        answer = client.get(f"/understand/{address}")
        assert answer.status_code == 200
        assert "inf" not in answer.content.decode().split("<main")[1].lower().replace(
            "info", ""
        )


def test_programs_get_the_same(team: Team, client: Client) -> None:
    make_survey(team)
    client.force_login(team.ada)
    scores = client.get("/api/v1/understand/scores").json()
    put = client.put(
        "/api/v1/understand/population",
        {"unit": team.ada.unit_id, "margins": margins()},
        content_type="application/json",
    )
    table = client.get("/api/v1/understand/crosstab?weighted=true").json()

    assert scores["kind"] == "nps"
    assert scores["whole"]["came"]["value"] == pytest.approx(0.2)
    assert put.status_code == 200
    assert table["weighting"]["attributes"] == ["age_band"]
    assert table["everybody"]["n"] == 60


def _file(tmp_path: Any, count: int = 200) -> str:
    draw = np.random.default_rng(1)
    rows = ["nps,sat,age,wave"]
    for number in range(count):
        age = "90s" if number < 3 else ("20s", "30s", "40s")[number % 3]
        rows.append(f"{draw.integers(0, 11)},{draw.integers(1, 6)},{age},w{number % 2}")
    path = tmp_path / "survey.csv"
    path.write_text("\n".join(rows))
    (tmp_path / "ages.csv").write_text("age,n\n20s,5\n30s,3\n40s,2\n90s,0.1\n")
    return str(path)


def test_a_file_is_told_without_a_server(tmp_path: Any) -> None:
    file = _file(tmp_path)
    asked = [file, "--score", "nps", "--wave", "wave", "--by", "age", "--json"]
    found = json.loads(CliRunner().invoke(scores_command, asked).output)

    groups = [one["group"] for one in found["scores"]]
    assert groups[1:] == ["20s", "30s", "40s", "w0", "w1"] or "90s" not in groups
    assert "change" in found["scores"][-1]


def test_a_file_is_weighted_to_margins(tmp_path: Any) -> None:
    ages = f"age={tmp_path / 'ages.csv'}"
    asked = [_file(tmp_path), "--score", "sat", "--kind", "csat", "--margin", ages]
    found = CliRunner().invoke(scores_command, asked)

    assert found.exit_code == 0
    assert "1.1" in found.output or "1.2" in found.output


def test_a_table_of_a_file_hides_what_is_few(tmp_path: Any) -> None:
    asked = [_file(tmp_path), "--question", "sat", "--by", "age", "--json"]
    found = json.loads(CliRunner().invoke(cross_table, asked).output)

    assert "90s" in found["hidden"]
    assert len(found["hidden"]) == 2
    assert found["test"]["p"] >= 0


@pytest.mark.parametrize(
    "asked",
    [
        ["--score", "age"],
        ["--score", "sat", "--kind", "nps", "--weight", "age"],
        ["--score", "nps", "--kind", "csat"],
        ["--score", "nothing"],
        ["--score", "nps", "--margin", "age"],
        ["--score", "nps", "--margin", "wave=/no/such/file"],
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words(tmp_path: Any, asked: list[str]):
    found = CliRunner().invoke(scores_command, [_file(tmp_path), *asked])

    assert isinstance(found.exception, UserError)
