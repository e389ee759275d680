"""Actions that apply in some places, or move a score: measured among what is alike."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.account import writes
from moksori.account.cli import effect as effect_command
from moksori.account.models import Effect
from moksori.account.reads.effects import effect_page
from moksori.account.tests.worlds import MONDAY, START
from moksori.act.forms import days_by_name
from moksori.act.models import Action
from moksori.act.reads.actions import action_page
from moksori.act.tests.makers import a_plan
from moksori.act.writes.actions import change_plan, plan_action, start_action
from moksori.act.writes.places import REGION, Where, places_of
from moksori.act.writes.plans import plan_of
from moksori.base.customers.models import Region
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.testing.makers import Team
from moksori.base.warehouse import warehouse
from moksori.base.warehouse.publisher import Change
from moksori.base.warehouse.tables import MENTIONS
from moksori.understand.models import PainPoint, Theme

REGIONS, WEEKS, EACH = 14, 56, 40


@pytest.fixture
def regions(team: Team) -> list[int]:
    rows = [Region.objects.create(name=f"지역 {n:02}") for n in range(REGIONS)]
    for row in rows:
        row.units.add(team.ours)
    return [row.pk for row in rows]


def make_regional_world(
    unit: Unit, regions: list[int], *, fall: float = 1.0, treated: int = 1
) -> PainPoint:
    """Fourteen regions of forty feedbacks a week; a fifth complains of the theme.

    From START on it falls to `fall` in the first `treated`. Scores follow it.
    """
    draw = np.random.default_rng(11)
    theme = Theme.objects.create(
        unit=unit,
        name_ko="배송",
        name_en="Delivery",
        center=b"",
        born_at=timezone.now(),
    )
    days, places, hurt = [], [], []
    for week in range(WEEKS):
        day = MONDAY + timedelta(weeks=week)
        for at, region in enumerate(regions):
            rate = 0.2 * (fall if at < treated and day >= START else 1.0)
            days += [day] * EACH
            places += [region] * EACH
            hurt += list(draw.random(EACH) < rate)
    _publish(unit, theme, days, places, np.array(hurt))
    return PainPoint.objects.create(unit=unit, theme=theme, detected_at=timezone.now())


def _publish(
    unit: Unit, theme: Theme, days: list[date], places: list[int], hurt: np.ndarray
) -> None:
    n = len(days)
    ids = np.arange(1, n + 1)
    columns = {
        "mention": ids * 10,
        "feedback": ids,
        "day": days,
        "unit": [unit.pk] * n,
        "region": places,
        "channel": ["web"] * n,
        "language": ["ko"] * n,
        "theme": [theme.pk if one else None for one in hurt],
        "kind": ["complaint" if one else "other" for one in hurt],
        "sentiment": np.where(hurt, -0.6, 0.2),
        "is_negative": hurt,
        "score": np.where(hurt, 2.0, 8.0),
    }
    table = pa.table(
        {
            name: pa.array(
                columns.get(name, [None] * n), MENTIONS.given.field(name).type
            )
            for name in MENTIONS.given.names
        },
        schema=MENTIONS.given,
    )
    warehouse().publish({"mentions": Change(add=table)})


def started(pain: PainPoint, by: Member, *places: Where, **plan: object) -> Action:
    given = {"start_on": START, "due": None, "places": places, **plan}
    return start_action(plan_action(pain, a_plan(**given), by=by), by=by)


def test_a_fall_in_one_region_is_proven_against_the_untouched_ones(
    team: Team, regions: list[int]
) -> None:
    pain = make_regional_world(team.ours, regions, fall=0.4)
    action = started(pain, team.pia, Where(REGION, regions[0]))

    effect = writes.measure(action, by=team.pia)

    assert effect.verdict == Effect.Verdict.PROVEN
    assert effect.chosen["among"] == "region"
    assert effect.chosen["method"] == "synthetic"
    assert effect.controls == REGIONS - 1
    page = effect_page(effect.pk, by=team.pia)
    assert page.method is not None
    assert page.method.refused
    assert page.chart is not None
    assert page.placebos is not None
    assert page.outlook != ""
    assert str(REGIONS - 1) in page.told.compared


def test_different_starts_are_measured_each_from_its_own(
    team: Team, regions: list[int]
) -> None:
    pain = make_regional_world(team.ours, regions, fall=0.5, treated=4)
    later = START + timedelta(weeks=4)
    places = [
        *(Where(REGION, pk) for pk in regions[:2]),
        *(Where(REGION, pk, later) for pk in regions[2:4]),
    ]

    effect = writes.measure(started(pain, team.pia, *places), by=team.pia)

    assert effect.chosen["method"] == "staggered"
    assert effect.chosen["waves"] == 2
    assert effect.estimate is not None
    assert effect.estimate.value < -0.04


def test_a_score_that_should_rise_somewhere_is_measured_in_points_of_it(
    team: Team, regions: list[int]
) -> None:
    pain = make_regional_world(team.ours, regions, fall=0.3)
    action = started(
        pain,
        team.pia,
        Where(REGION, regions[0]),
        measure=Action.Measure.SCORE,
        expected_change=0.5,
    )

    effect = writes.measure(action, by=team.pia)

    assert effect.verdict == Effect.Verdict.PROVEN
    assert effect.value == pytest.approx(0.84, abs=0.35)
    assert effect.kind == "change"
    assert "%" not in effect_page(effect.pk, by=team.pia).told.changed


def test_two_actions_at_once_in_the_same_place_prove_neither(
    team: Team, regions: list[int]
) -> None:
    pain = make_regional_world(team.ours, regions, fall=0.4)
    started(pain, team.pia, Where(REGION, regions[0]))
    action = started(pain, team.pia, Where(REGION, regions[0]))

    effect = writes.measure(action, by=team.pia)

    assert (effect.verdict, effect.reason) == ("not_proven", "not_separable")


def test_two_actions_in_different_places_are_told_apart(
    team: Team, regions: list[int]
) -> None:
    pain = make_regional_world(team.ours, regions, fall=0.4)
    started(pain, team.pia, Where(REGION, regions[5]))
    action = started(pain, team.pia, Where(REGION, regions[0]))

    effect = writes.measure(action, by=team.pia)

    assert effect.verdict == Effect.Verdict.PROVEN
    assert (effect.controls, effect.touched) == (REGIONS - 2, 1)


def test_where_it_applies_is_fixed_once_it_has_started(
    team: Team, regions: list[int]
) -> None:
    pain = make_regional_world(team.ours, regions)
    action = started(pain, team.pia, Where(REGION, regions[0]))
    plan = plan_of(action)

    with pytest.raises(Conflict):
        change_plan(action, a_plan(start_on=plan.start_on, places=()), by=team.pia)

    assert places_of(action) == (Where(REGION, regions[0]),)
    assert [one.name for one in action_page(action.pk, by=team.vic).places] == [
        "지역 00"
    ]


def test_places_that_do_not_exist_or_begin_too_soon_are_refused(
    team: Team, regions: list[int]
) -> None:
    pain = make_regional_world(team.ours, regions)
    elsewhere = Region.objects.create(name="elsewhere")
    for wrong in (
        (Where(REGION, elsewhere.pk),),
        (Where(REGION, regions[0], START - timedelta(days=1)),),
        (Where(REGION, regions[0]), Where(REGION, regions[0])),
        (Where(REGION, regions[0]), Where("product", 1)),
    ):
        with pytest.raises(UserError):
            plan_action(pain, a_plan(start_on=START, places=wrong), by=team.pia)


def test_days_of_places_are_read_line_by_line() -> None:
    assert days_by_name(
        "서울: 2026-03-02\n\n New York 2026-04-01", ["서울", "New York"]
    ) == {
        "서울": date(2026, 3, 2),
        "New York": date(2026, 4, 1),
    }
    for wrong in ("부산 2026-03-02", "서울", "서울 2026-02-31", "서울 soon"):
        with pytest.raises(UserError):
            days_by_name(wrong, ["서울"])


def test_the_form_lets_one_say_where_and_when(team: Team, regions: list[int]) -> None:
    pain = make_regional_world(team.ours, regions)
    client = Client()
    client.force_login(team.pia)
    address = reverse("act:action_new") + f"?pain_point={pain.pk}"
    plan = {
        "title": "전담 창구",
        "start_on": "2026-03-02",
        "measure": "share",
        "expected_change": "-2",
        "owner": "none",
        "regions": regions[:2],
        "later": "지역 01 2026-04-06",
    }

    assert "지역 00" in client.get(address).content.decode()
    wrong = client.post(address, plan | {"later": "지역 09 2026-04-06"})
    client.post(address, plan)

    assert wrong.status_code == 422
    assert "id_later_error" in wrong.content.decode()
    assert places_of(Action.objects.get()) == (
        Where(REGION, regions[0]),
        Where(REGION, regions[1], date(2026, 4, 6)),
    )


def test_a_file_is_measured_without_a_server(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    lines = ["unit,time,value,treated_from"]
    for unit in range(14):
        for time in range(40):
            fall = 5 if unit == 0 and time >= 30 else 0
            value = 50 + unit + draw.normal() - fall
            lines.append(f"u{unit},{time},{value:.3f},{30 if unit == 0 else ''}")
    path = tmp_path / "panel.csv"
    path.write_text("\n".join(lines))

    ran = CliRunner().invoke(effect_command, [str(path), "--json", "--draws", "50"])

    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.output)
    assert (found["verdict"], found["method"]) == ("proven", "synthetic")
    assert found["estimate"]["value"] == pytest.approx(-5, abs=1)
    assert found["details"]["did"]["value"] == pytest.approx(-5, abs=1)


def test_a_file_that_does_not_say_when_it_began_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "panel.csv"
    path.write_text("unit,time,value\na,1,2\na,2,3\n")

    ran = CliRunner().invoke(effect_command, [str(path)])

    assert isinstance(ran.exception, UserError)
    ran = CliRunner().invoke(effect_command, [str(path), "--start", "2", "--json"])
    assert json.loads(ran.output)["verdict"] == "too_early"
