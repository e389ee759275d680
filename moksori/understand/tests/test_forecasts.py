"""Forecasts of feedback and demand: made at night, adding up, their error beside."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from moksori.base.customers.models import DemandPoint, DemandSeries, Outlook, Region
from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.base.people.roles import Role
from moksori.base.people.writes import give_role
from moksori.base.testing.makers import Team, make_member
from moksori.understand.cli.ahead import forecast as forecast_command
from moksori.understand.cli.ahead import health as health_command
from moksori.understand.reads.outlook_series import Bundle
from moksori.understand.reads.outlooks import outlook_page
from moksori.understand.writes.outlooks import (
    demand_units,
    make_demand_outlooks,
    make_outlooks,
    outlook_rows,
)


def _demand(team: Team, *, months: int = 28, regions: int = 2) -> None:
    rng = np.random.default_rng(3)
    for region in [team.seoul, team.busan][:regions]:
        series = DemandSeries.objects.create(
            unit=team.ours, region=region, product=team.product, name="Tickets",
            every="month", key=f"{region.pk}/{team.product.pk}/month/Tickets",
        )  # fmt: skip
        for back in range(months, 0, -1):
            year, month = divmod(2026 * 12 + 4 - back, 12)
            level = 100 + 20 * np.sin(2 * np.pi * month / 12)
            DemandPoint.objects.create(
                series=series,
                starts_on=date(year, month + 1, 1),
                value=round(float(rng.normal(level, 4)), 1),
            )


@pytest.fixture
def made(team: Team) -> int:
    _demand(team)
    assert demand_units() == [team.ours.pk]
    return make_demand_outlooks(team.ours.pk)


def test_parts_and_wholes_add_up(team: Team, made: int) -> None:
    page = outlook_page(by=team.ada)
    by_level: dict[str, list[float]] = {}
    for line in page.lines:
        by_level.setdefault(line.level, []).append(line.points[2].value)

    # One product alone: its sum is the whole's, and is not told twice.
    assert sorted(by_level) == ["both", "product"]
    assert sum(by_level["both"]) == pytest.approx(sum(by_level["product"]))


def test_the_error_stands_beside_the_forecast(team: Team, made: int) -> None:
    line = outlook_page(by=team.ada).line

    assert line is not None
    assert line.mase is not None
    assert line.coverage is not None
    assert line.errors > 5
    assert line.ahead[0] == date(2026, 5, 1)
    assert {name for name, _mase in line.tried} == {"seasonal naive", "theta", "ets"}


def test_a_short_series_says_what_is_missing(team: Team) -> None:
    _demand(team, months=2, regions=1)
    make_demand_outlooks(team.ours.pk)

    line = outlook_page(by=team.ada).line

    assert line is not None
    assert "2" in line.problem
    assert not line.points


def test_made_again_the_forecasts_replace_those_before(team: Team, made: int) -> None:
    assert make_demand_outlooks(team.ours.pk) == made
    assert Outlook.objects.count() == made


def test_an_affiliate_without_feedback_has_no_forecast(team: Team) -> None:
    assert make_outlooks(team.ours.pk) == 0


def test_outsiders_and_other_regions_see_nothing(team: Team, made: int) -> None:
    sue = make_member("Sue", team.ours)
    give_role(sue, Role.FRONTLINE, unit=team.ours, regions=[team.seoul.pk], by=None)
    seoul = Region.objects.get(pk=team.seoul.pk).name

    assert outlook_page(by=team.eve).lines == ()
    with pytest.raises(NotFound):
        outlook_page(by=team.eve, unit=team.ours.pk)
    assert {line.region for line in outlook_page(by=sue).lines} == {seoul}
    hidden = Outlook.objects.filter(region=team.busan).first()
    assert hidden is not None
    with pytest.raises(NotFound):
        outlook_page(by=sue, node=hidden.pk)


def test_a_gap_in_one_part_is_a_gap_in_the_whole(team: Team) -> None:
    days = tuple(date(2024, 1, 1) + timedelta(weeks=week) for week in range(30))
    values = np.ones((2, 30)) * np.arange(30) % 7
    values[0, 5] = np.nan
    parts = ((team.seoul.pk, None), (team.busan.pk, None))
    bundle = Bundle(team.ours.pk, "demand", "x", "week", days, parts, values, {})

    rows = {row.level: row for row in outlook_rows(bundle)}

    assert rows["all"].told["gaps"] == 1
    assert rows["all"].told["values"][5] is None


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_has_the_picture_and_no_nonsense(
    team: Team, made: int, language: str
) -> None:
    Member.objects.filter(pk=team.ada.pk).update(language=language)
    client = Client()
    client.force_login(Member.objects.get(pk=team.ada.pk))

    answer = client.get(reverse("understand:forecasts"))

    words = answer.content.decode()
    assert answer.status_code == 200
    assert "<svg" in words
    assert "MASE" in words
    assert ">nan" not in words.lower()


def test_the_page_without_forecasts_says_so(team: Team) -> None:
    client = Client()
    client.force_login(team.ada)

    assert client.get(reverse("understand:forecasts")).status_code == 200


def test_a_program_reads_the_same(team: Team, made: int) -> None:
    client = Client()
    client.force_login(team.ada)

    found = client.get("/api/v1/understand/forecasts").json()

    assert len(found["series"]) == made
    first = found["series"][0]["ahead"][0]
    assert first["expected"]["low"] <= first["expected"]["value"]


def test_the_command_forecasts_a_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "s.csv"
    rng = np.random.default_rng(1)
    rows = [f"2023-{1 + at:02},{rng.normal(50, 3):.2f}" for at in range(12)]
    path.write_text("\n".join(["month,value", *rows]), "utf-8")

    found = CliRunner().invoke(
        forecast_command, [str(path), "--value", "value", "--ahead", "2", "--json"],
        catch_exceptions=False,
    )  # fmt: skip

    told = json.loads(found.output)
    assert told["ahead"]["+2"]["low"] < told["ahead"]["+2"]["value"]


def test_the_command_tells_how_long_customers_stay(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "c.csv"
    rng = np.random.default_rng(2)
    rows = [
        f"{rng.integers(1, 30)},{'yes' if rng.uniform() < 0.5 else 'no'},"
        f"{'AB'[at % 2]},{rng.normal():.2f}"
        for at in range(80)
    ]
    path.write_text("\n".join(["months,left,plan,use", *rows]), "utf-8")
    runner = CliRunner()

    stays = runner.invoke(
        health_command,
        [str(path), "--left", "left", "--duration", "months", "--group", "plan",
         "--by", "use", "--json"],
        catch_exceptions=False,
    )  # fmt: skip
    chances = runner.invoke(
        health_command, [str(path), "--left", "left", "--by", "use"],
        catch_exceptions=False,
    )  # fmt: skip

    told = json.loads(stays.output)
    assert told["plan = A"]["n"] == 40
    assert told["Cox"]["use"]["se"] > 0
    assert "calibration" in chances.output
