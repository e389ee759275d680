"""Priorities: the order follows reach, severity, effort and impact, with its doubt."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from moksori.act.cli import priority as command
from moksori.act.models import Appraisal
from moksori.act.reads.priorities import priority_list
from moksori.act.tests.test_pages import signed_in
from moksori.act.writes.actions import plan_action
from moksori.act.writes.appraisals import Expected, appraise_pain_point
from moksori.act.writes.plans import Plan
from moksori.base.audit.models import Entry
from moksori.base.customers.models import Account
from moksori.base.errors import NotAllowed, UserError
from moksori.base.testing.makers import Team
from moksori.understand.models import PainPoint
from moksori.understand.tests.makers import (
    make_complaints,
    make_pain,
    make_theme,
    publish,
)

PAGE = "/act/priorities/"


@pytest.fixture
def pains(team: Team) -> tuple[PainPoint, PainPoint]:
    """Ninety complain about delivery, forty about payment."""
    late = make_theme(team.ours)
    dear = make_theme(team.ours, "결제가 어려움", name_en="Payment")
    account = Account.objects.create(
        unit=team.ours,
        name="한강상사",
        annual_revenue=Decimal(1_200_000),
        cost_to_serve=Decimal(50_000),
        currency="KRW",
    )
    make_complaints(team.ours, late, 90, score=2.0)
    make_complaints(team.ours, dear, 39, score=2.0)
    make_complaints(team.ours, dear, 1, score=2.0, account=account)
    make_complaints(team.ours, None, 70, kind="praise", sentiment=0.9)
    publish()
    return make_pain(late), make_pain(dear)


def test_without_anything_said_the_larger_pain_comes_first(
    team: Team, pains: tuple[PainPoint, PainPoint]
) -> None:
    found = priority_list(by=team.ada)

    assert found is not None
    assert [line.id for line in found.lines] == [pain.pk for pain in pains]
    assert all(line.is_assumed for line in found.lines)
    assert found.appraised == 0
    first = found.lines[0]
    assert first.place.low <= first.rank <= first.place.high
    assert first.value.low < first.value.value < first.value.high


def test_a_small_effort_brings_a_smaller_pain_to_the_top(
    team: Team, pains: tuple[PainPoint, PainPoint]
) -> None:
    late, dear = pains
    appraise_pain_point(dear, Expected(1, 2, 0.7, 0.9), by=team.ada)
    appraise_pain_point(late, Expected(100, 200, 0.1, 0.2), by=team.ada)

    found = priority_list(by=team.ada)

    assert found is not None
    assert [line.id for line in found.lines] == [dear.pk, late.pk]
    assert [(line.place.low, line.place.high) for line in found.lines] == [
        (1, 1),
        (2, 2),
    ]
    assert found.lines[0].first == 1.0
    assert found.appraised == 2
    assert Entry.objects.filter(verb="appraise_pain_point").count() == 2


def test_a_planned_action_says_what_it_should_take_away(
    team: Team, pains: tuple[PainPoint, PainPoint]
) -> None:
    late, _dear = pains
    start = timezone.localdate() + timedelta(days=7)
    plan_action(late, Plan("배송 다시 짜기", start, -9.0), by=team.ada)

    found = priority_list(by=team.ada)

    assert found is not None
    line = next(line for line in found.lines if line.id == late.pk)
    assert line.action is not None
    assert line.impact.high == pytest.approx(0.09 / line.reach.value)
    assert line.impact.low == pytest.approx(line.impact.high / 2)


def test_money_at_stake_is_that_of_accounts_that_complain(
    team: Team, pains: tuple[PainPoint, PainPoint]
) -> None:
    found = priority_list(by=team.ada)

    assert found is not None
    stakes = {line.id: line.stake for line in found.lines}
    assert stakes[pains[0].pk] is None
    stake = stakes[pains[1].pk]
    assert stake is not None
    assert (stake.revenue, stake.cost_to_serve) == (1_200_000, 50_000)
    assert (stake.margin, stake.currency, stake.known) == (None, "KRW", 1)


def test_a_pain_point_of_a_group_is_ordered_with_its_own_numbers(
    team: Team, pains: tuple[PainPoint, PainPoint]
) -> None:
    late, _dear = pains
    make_complaints(team.ours, late.theme, 35, score=2.0, region=team.seoul)
    publish()
    where = {"region": team.seoul.pk, "name": "서울"}
    group = make_pain(late.theme, segment=where)

    found = priority_list(by=team.ada)

    assert found is not None
    line = next(line for line in found.lines if line.id == group.pk)
    assert round(line.reach.value * line.reach.n) == 35


@pytest.mark.parametrize(
    "expected",
    [
        Expected(0, 5, 0.1, 0.2),
        Expected(5, 1, 0.1, 0.2),
        Expected(1, 5, 0.3, 0.2),
        Expected(1, 5, 0.1, 1.2),
        Expected(float("nan"), 5, 0.1, 0.2),
        Expected(1, float("inf"), 0.1, 0.2),
    ],
)
def test_ranges_that_cannot_be_are_refused(
    team: Team, pains: tuple[PainPoint, PainPoint], expected: Expected
) -> None:
    with pytest.raises(UserError):
        appraise_pain_point(pains[0], expected, by=team.ada)
    assert not Appraisal.objects.exists()


def test_only_who_triages_may_appraise(
    team: Team, pains: tuple[PainPoint, PainPoint]
) -> None:
    for name in ("vic", "eve", "max"):
        with pytest.raises(NotAllowed):
            appraise_pain_point(
                pains[0], Expected(1, 2, 0.1, 0.2), by=getattr(team, name)
            )
    sent = {"effort_low": 1, "effort_high": 2, "impact_low": 10, "impact_high": 20}
    address = f"{PAGE}{pains[0].pk}/appraise/"
    assert signed_in(team.vic).post(address, sent).status_code == 403
    assert signed_in(team.eve).post(address, sent).status_code == 404


def test_the_page_shows_the_order_and_takes_an_appraisal(
    team: Team, pains: tuple[PainPoint, PainPoint]
) -> None:
    client = signed_in(team.ada)
    page = client.get(PAGE).content.decode()
    assert "결제가 어려움" in page
    assert "<svg" in page
    assert "1,200,000" in page
    sent = {"effort_low": 1, "effort_high": 2, "impact_low": 10, "impact_high": 20}

    client.post(f"{PAGE}{pains[0].pk}/appraise/", sent)

    assert Appraisal.objects.get().impact_high == 0.2
    bad = client.post(f"{PAGE}{pains[0].pk}/appraise/", sent | {"effort_low": "x"})
    assert bad.status_code == 400


def test_who_reads_nothing_is_told_so(team: Team) -> None:
    assert priority_list(by=team.max) is None
    assert signed_in(team.max).get(PAGE).status_code == 200
    assert signed_in(team.ada).get(PAGE).status_code == 200


def test_the_api_gives_the_order_and_takes_appraisals(
    team: Team, pains: tuple[PainPoint, PainPoint]
) -> None:
    client = signed_in(team.ada)
    found = client.get("/api/v1/act/priorities").json()
    assert [one["pain_point"] for one in found["priorities"]] == [p.pk for p in pains]
    body = {"effort_low": 1, "effort_high": 2, "impact_low": 0.5, "impact_high": 0.9}
    address = f"/api/v1/act/priorities/{pains[1].pk}"

    answer = client.put(address, json.dumps(body), "application/json")

    assert answer.status_code == 200
    found = client.get("/api/v1/act/priorities").json()
    assert found["priorities"][0]["pain_point"] == pains[1].pk
    assert found["priorities"][0]["effort"] == {"low": 1.0, "high": 2.0}
    body["effort_low"] = 0
    answer = client.put(address, json.dumps(body), "application/json")
    assert answer.status_code == 400


def test_options_of_a_file_are_ordered_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "options.csv"
    file.write_text(
        "name,reach,impact,effort,effort_low,effort_high\n"
        "결제 고치기,500,3,2,,\n"
        "배송 다시 짜기,400,1,2,1,9\n",
        encoding="utf-8",
    )

    plain = CliRunner().invoke(command, [str(file)])
    data = CliRunner().invoke(command, [str(file), "--json"])

    assert plain.exit_code == 0, plain.output
    first, second = json.loads(data.output)
    assert (first["name"], first["value"]["value"]) == ("결제 고치기", 750)
    assert second["value"]["low"] < second["value"]["high"]
    file.write_text("name,reach\nx,1\n", encoding="utf-8")
    assert CliRunner().invoke(command, [str(file)]).exit_code != 0
