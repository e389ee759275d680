"""Drivers and the health of questionnaires, through all their doors."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from moksori.analysis.drivers.predictors import Reason
from moksori.analysis.drivers.quadrants import Quadrant
from moksori.analysis.surveys.questions import Fault
from moksori.base.customers.models import Customer
from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Role
from moksori.base.people.writes import give_role
from moksori.base.testing.makers import Team, make_member
from moksori.base.web.charts import svg
from moksori.base.web.charts.scatter import Axes, Spot, scatter
from moksori.collect.models import Feedback, Source
from moksori.collect.tests.makers import make_feedback, make_source
from moksori.understand.cli.drivers import drivers as drivers_of_file
from moksori.understand.cli.drivers import questions as questions_of_file
from moksori.understand.models import Mention, Theme
from moksori.understand.reads.answer_sheets import questionnaires, sheets_of
from moksori.understand.reads.drivers import theme_drivers
from moksori.understand.reads.item_drivers import item_drivers
from moksori.understand.reads.questions import question_list
from moksori.understand.reads.window import Filters
from moksori.understand.tests.makers import DAY, make_mention, make_theme, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def seoul_only(team: Team) -> Member:
    member = make_member("Sue", team.ours)
    regions = [team.seoul.pk]
    give_role(member, Role.ANALYST, unit=team.ours, regions=regions, by=None)
    return member


@pytest.fixture
def spoken(team: Team) -> dict[str, Theme]:
    """240 scored feedbacks: seats make or break the score, popcorn does nothing."""
    themes = {
        "seats": make_theme(team.ours, "좌석", name_en="Seats"),
        "popcorn": make_theme(team.ours, "팝콘", name_en="Popcorn"),
        "rare": make_theme(team.ours, "주차", name_en="Parking"),
    }
    rng = np.random.default_rng(1)
    for number in range(240):
        said = ("seats", "popcorn", "")[number % 3]
        is_good = bool(rng.random() < (0.3 if said == "seats" else 0.7))
        score = 7 + rng.normal()
        if said == "seats":
            score += 2 if is_good else -3
        one = make_feedback(
            f"의견 {number}",
            unit=team.ours,
            score=float(np.clip(round(score), 0, 10)),
            occurred_at=DAY - timedelta(days=number % 20),
            region=team.seoul if number % 2 else team.busan,
        )
        kind = Mention.Kind.PRAISE if is_good else Mention.Kind.COMPLAINT
        make_mention(
            one,
            themes["rare"] if number < 6 else themes.get(said),
            kind=kind,
            sentiment=0.8 if is_good else -0.8,
        )
    publish()
    return themes


def sheet(**given: Any) -> list[dict[str, Any]]:
    found = []
    for key, value in given.items():
        kind = {"nps": "nps", "why": "text"}.get(key, "rating")
        one: dict[str, Any] = {"key": key, "kind": kind, "label": key.title()}
        if isinstance(value, str) and kind != "text":
            one["state"] = value
        elif value is not None:
            one["value"] = value
        if kind == "rating":
            one |= {"low": 1, "high": 5}
        found.append(one)
    return found


@pytest.fixture
def survey(team: Team) -> Source:
    """200 sheets: seats matter, staff is all at the top, parking hardly answered."""
    source = make_source(team.ours, "Visitors", "survey")
    rng = np.random.default_rng(2)
    rows = []
    for number in range(200):
        mood = rng.normal()
        seat, sound, app = (
            int(np.clip(round(3 + mood + rng.normal()), 1, 5)) for _ in range(3)
        )
        answers = sheet(
            nps=int(np.clip(round(2 + 1.4 * seat + rng.normal()), 0, 10)),
            seat=seat,
            sound=sound,
            app=app,
            staff=5 if number % 20 else 4,
            parking="not_applicable" if number % 3 else int(rng.integers(1, 6)),
            why="더 편했으면" if number % 4 else None,
        )
        rows.append(
            Feedback(
                source=source,
                unit=team.ours,
                region=team.seoul if number % 4 else team.busan,
                external_id=f"s{number}",
                channel="survey",
                occurred_at=DAY - timedelta(days=number % 60),
                received_at=DAY,
                answers=answers,
                attributes={"came_back": "yes" if seat > 2 else "no", "tier": "a"},
                metadata={"survey": {"seconds": {"seat": 5.0, "sound": 4.0},
                                     "completed": number % 10 != 0}},
                fingerprint=f"{number:032}",
            )
        )  # fmt: skip
    Feedback.objects.bulk_create(rows)
    return source


def test_the_theme_that_moves_the_score_comes_first_and_says_how_much(team, spoken):
    found = theme_drivers(by=team.ada, period="all")

    first, second = found.lines
    assert (first.theme, second.theme) == (spoken["seats"].pk, spoken["popcorn"].pk)
    assert first.driver.is_clear
    assert first.quadrant == Quadrant.MEND
    assert first.difference.high < -2
    assert first.importance.low > 3 * second.importance.high
    assert found.n == 240
    assert 0.3 < found.r2.value < 0.9


def test_a_yes_or_no_is_explained_by_dominance(team, spoken):
    found = theme_drivers(by=team.ada, period="all", outcome="detractor")

    assert found.lines[0].theme == spoken["seats"].pk
    assert "dominance" in found.method
    assert found.lines[0].difference.low > 0.2
    assert found.outcomes == ("score", "promoter", "detractor")


def test_who_left_can_be_explained_where_customers_carry_it(team, spoken):
    hurt = Mention.objects.filter(theme=spoken["seats"], sentiment__lt=0)
    unhappy = set(hurt.values_list("feedback_id", flat=True))
    for one in Feedback.objects.all():
        customer = Customer.objects.create(
            unit=team.ours,
            external_id=f"c{one.pk}",
            since=DAY.date() - timedelta(days=400),
            left_on=DAY.date() + timedelta(days=9) if one.pk in unhappy else None,
        )
        Feedback.objects.filter(pk=one.pk).update(customer=customer)

    found = theme_drivers(by=team.ada, period="all", outcome="left")

    assert found.outcome == "left"
    assert found.lines[0].theme == spoken["seats"].pk
    assert found.whole.value == pytest.approx(len(unhappy) / 240)


def test_a_reader_of_one_region_gets_drivers_of_that_region(team, spoken, seoul_only):
    found = theme_drivers(by=seoul_only, period="all")

    assert found.n == 120


def test_too_few_scores_are_said_so_and_outsiders_find_nothing(team, client):
    theme = make_theme(team.ours)
    for number in range(20):
        make_mention(make_feedback(f"{number}", unit=team.ours, score=5.0), theme)
    publish()

    found = theme_drivers(by=team.ada, period="all")

    assert found.lines == []
    assert found.reason == Reason.FEW_ROWS
    with pytest.raises(NotFound):
        theme_drivers(by=team.eve, filters=Filters(unit=team.ours.pk))
    client.force_login(team.ada)
    page = client.get(reverse("understand:drivers")).content.decode()
    assert "응답이 적어" in page


def test_items_drive_the_overall_question(team, survey):
    whole = item_drivers(by=team.ada)

    assert whole.outcome.key == "nps"
    found = whole.found
    assert found.lines[0].key == "seat"
    assert found.lines[0].driver.share.low > found.lines[1].driver.share.high
    assert [one.name for one in found.left_out] == ["Parking"]
    assert found.lines[0].driver.direction == 1
    keys = [one.key for one in whole.outcomes]
    assert keys == ["nps", "nps~promoter", "nps~detractor", "@came_back"]
    gone = item_drivers(by=team.ada, outcome="@came_back")
    assert gone.found.lines[0].key == "seat"


def test_each_question_is_judged(team, survey):
    found = question_list(by=team.ada)

    faults = {
        one.question.key: [verdict.fault for verdict in one.verdicts]
        for one in found.health.questions
    }
    assert faults["staff"] == [Fault.CEILING]
    assert faults["parking"] == [Fault.NOT_APPLICABLE]
    assert faults["seat"] == []
    assert found.health.finished.value == pytest.approx(0.9)
    by_key = {one.question.key: one for one in found.health.questions}
    assert by_key["seat"].seconds == 5
    assert by_key["why"].answered.value == pytest.approx(0.75)


def test_sheets_are_those_a_member_may_read(team, survey, seoul_only):
    make_source(team.theirs, "Theirs", "survey")

    assert sheets_of(by=seoul_only).n == 150
    assert sheets_of(by=team.ada, weeks=4).n < 200
    assert questionnaires(by=team.eve) == []
    with pytest.raises(NotFound):
        sheets_of(by=team.eve, source=survey.pk)
    with pytest.raises(NotFound):
        question_list(by=team.ada, source=10**9)


def test_sheets_that_are_no_sheets_are_read_as_nothing(team, survey):
    for at, answers in enumerate(([], {}, [1, "x"], [{"key": "seat", "kind": "odd"}])):
        Feedback.objects.filter(external_id=f"s{at}").update(
            answers=answers, metadata=[], attributes=[]
        )

    assert question_list(by=team.ada).sheets.n == 200


ADDRESSES = (
    "drivers/?period=all",
    "drivers/?period=all&outcome=promoter",
    "drivers/?outcome=nonsense&unit=x",
    "drivers/?by=items",
    "drivers/?by=items&outcome=nps~promoter&period=52",
    "drivers/?by=items&outcome=%00&period=4",
    "questions/",
    "questions/?period=4&source=",
)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_answers_in_both_languages(team, spoken, survey, language):
    client = Client(headers={"Accept-Language": language})
    client.force_login(team.ada)

    for address in ADDRESSES:
        page = client.get(f"/understand/{address}")

        assert page.status_code == 200
        words = re.sub(r"<[^>]+>", " ", page.content.decode())
        assert not re.search(r"\bnan\b|\binf\b|None", words), address


def test_the_page_says_associated_and_links_to_the_theme(team, spoken, client):
    client.force_login(team.ada)

    page = client.get("/understand/drivers/?period=all").content.decode()

    assert "원인이라는 뜻은 아닙니다" in page
    assert reverse("understand:theme", args=[spoken["seats"].pk]) in page
    assert "n 240" in page
    assert "우연을 넘음" in page


def test_the_json_door_tells_the_same(team, spoken, survey, client):
    client.force_login(team.ada)

    themes = client.get("/api/v1/understand/drivers?period=all").json()
    items = client.get("/api/v1/understand/drivers/items").json()
    health = client.get("/api/v1/understand/questions/health").json()

    assert themes["drivers"][0]["theme"] == spoken["seats"].pk
    assert themes["drivers"][0]["quadrant"] == "mend"
    assert items["drivers"][0]["key"] == "seat"
    assert items["left_out"][0]["why"] == "missing"
    assert health["questions"][0]["verdicts"]
    assert health["blocks"][0]["alpha"]["n"] == 200
    client.force_login(team.eve)
    assert client.get(
        "/api/v1/understand/questions/health", {"source": survey.pk}
    ).status_code == 404  # fmt: skip


def rows_of_a_file(tmp_path, n=60):
    rng = np.random.default_rng(3)
    lines = ["id,score,seat,sound,city,why"]
    for number in range(n):
        seat = int(rng.integers(1, 6))
        city = ("Seoul", "Busan")[number % 2]
        score = int(np.clip(round(2 * seat + rng.normal()), 0, 10))
        sound = "N/A" if number % 5 == 0 else rng.integers(1, 6)
        why = "" if number % 2 else "fine words"
        lines.append(f"r{number}x,{score},{seat},{sound},{city},{why}")
    path = tmp_path / "survey.csv"
    path.write_text("\n".join(lines))
    return str(path)


def test_a_file_tells_its_drivers_without_a_server(tmp_path):
    path = rows_of_a_file(tmp_path)

    said = CliRunner().invoke(drivers_of_file, [path, "--outcome", "score"])
    told = CliRunner().invoke(
        drivers_of_file,
        [path, "--outcome", "city", "--yes", "Seoul", "--item", "seat", "--json"],
    )

    assert said.exit_code == 0, said.output
    assert "seat" in said.output.splitlines()[2]
    assert json.loads(told.output)["drivers"][0]["name"] == "seat"
    assert "dominance" in json.loads(told.output)["method"]


def test_a_file_tells_which_question_to_mend(tmp_path):
    path = rows_of_a_file(tmp_path)

    said = CliRunner().invoke(questions_of_file, [path, "--open", "why", "--json"])
    read = CliRunner().invoke(questions_of_file, [path, "--item", "seat"])

    found = {one["key"]: one for one in json.loads(said.output)["questions"]}
    assert found["sound"]["not_applicable"]["value"] == pytest.approx(0.2)
    assert found["why"]["answered"]["value"] == pytest.approx(0.5)
    assert "1. seat" in read.output


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (drivers_of_file, ["--outcome", "score", "--item", "id"]),
        (drivers_of_file, ["--outcome", "city", "--yes", "Jeju"]),
        (drivers_of_file, ["--outcome", "id"]),
        (questions_of_file, ["--item", "city"]),
    ],
)
def test_a_file_that_does_not_fit_is_said_so(tmp_path, command, options):
    said = CliRunner().invoke(command, [rows_of_a_file(tmp_path), *options])

    assert isinstance(said.exception, UserError)


def test_labels_of_a_crowded_picture_do_not_overlap():
    rng = np.random.default_rng(4)
    spots = [
        Spot(f"A theme of many words {at}", x, y, y * 0.8, y * 1.2, 100)
        for at, (x, y) in enumerate(rng.random((20, 2)) * 0.2 + 0.1)
    ]
    axes = Axes("well", "much", "share", "share", (0.2, 0.2), ("a", "b", "c", "d"))

    drawn = scatter("Title", spots, axes, first="Theme")

    texts = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(\d+(?: A theme[^<]*)?)</text>',
        drawn.wide,
    )
    boxes = [
        (float(x), float(y) - 12, float(x) + svg.text_width(words, 13), float(y) + 2)
        for x, y, words in texts
    ]
    assert len(boxes) >= 15
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0]
        assert apart or one[3] <= other[1] + 1 or other[3] <= one[1] + 1
    assert len(drawn.rows) == 20
