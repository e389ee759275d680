"""Customers, their use and demand come in once, and bad rows are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from moksori.base.customers.models import (
    Account,
    Customer,
    DemandSeries,
    Every,
    Region,
    Usage,
)
from moksori.base.errors import NotAllowed
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.cli import figures as command
from moksori.collect.tables import Unreadable
from moksori.collect.tables.figures import read_given
from moksori.collect.writes.figures import Taken, take_figures


def taken(
    team: Team, kind: str, *rows: dict[str, object], by: Member | None = None
) -> Taken:
    given = read_given(rows, kind)  # type: ignore[arg-type]
    return take_figures(given, unit=team.ours, by=by or team.ada)


ACME = {
    "account": "Acme",
    "since": "2024-01-15",
    "segment": "Large",
    "region": "서울",
    "annual_revenue": "₩1,200,000",
    "margin_share": "35%",
    "currency": "원",
}


def test_an_account_comes_with_its_money(team: Team) -> None:
    found = taken(team, "accounts", ACME)

    row = Account.objects.get()
    assert (found.added, found.refused) == (1, [])
    assert (row.annual_revenue, row.annual_margin) == (
        Decimal("1200000.00"),
        Decimal("420000.00"),
    )
    assert (row.since, row.currency, row.region) == (
        date(2024, 1, 15),
        "KRW",
        Region.objects.get(name="서울"),
    )


def test_the_same_rows_again_change_nothing_and_a_blank_forgets_nothing(
    team: Team,
) -> None:
    taken(team, "accounts", ACME)

    again = taken(team, "accounts", ACME)
    later = taken(team, "accounts", {"account": "Acme", "left_on": "2026-02-01",
                                     "segment": ""})  # fmt: skip

    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert (later.added, later.changed) == (0, 1)
    assert Account.objects.get().segment == "Large"
    assert Account.objects.get().left_on == date(2026, 2, 1)


def test_rows_in_trouble_are_told_by_row_and_the_others_kept(team: Team) -> None:
    found = taken(
        team,
        "accounts",
        ACME,
        {"account": "B", "annual_revenue": "a lot"},
        {"account": "C", "since": "2025-01-01", "left_on": "2024-01-01"},
        {"account": "", "segment": "Small"},
        {"account": "D", "annual_revenue": "inf"},
        {"account": "Acme"},
        {"account": "E", "cost_to_serve": -5},
    )

    assert found.added == 1
    assert [one.number for one in found.refused] == [2, 3, 4, 5, 6, 7]
    assert "a lot" in str(found.refused[0].message)


def test_an_account_known_from_feedback_below_gets_its_money(team: Team) -> None:
    known = Account.objects.create(unit=team.team, name="Acme")

    taken(team, "accounts", ACME)

    assert Account.objects.get().pk == known.pk
    assert Account.objects.get().annual_revenue == 1_200_000


def test_persons_belong_to_their_account(team: Team) -> None:
    taken(team, "accounts", ACME)

    taken(team, "customers", {"customer": "M-1", "account": "Acme", "name": "Kim"})

    row = Customer.objects.get()
    assert (row.external_id, row.account, row.name) == (
        "M-1",
        Account.objects.get(),
        "Kim",
    )


def test_use_is_kept_by_month_and_strangers_are_told(team: Team) -> None:
    taken(team, "accounts", ACME)
    rows = [
        {"account": "Acme", "date": f"2026-0{month}", "value": 10 * month}
        for month in (1, 2, 3)
    ]

    found = taken(team, "usage", *rows, {"account": "X", "date": "2026-01", "value": 1})
    again = taken(team, "usage", *rows)

    assert (found.added, len(found.refused)) == (3, 1)
    assert again.unchanged == 3
    assert set(Usage.objects.values_list("every", flat=True)) == {Every.MONTH}


def test_demand_is_a_series_for_each_region_and_product(team: Team) -> None:
    rows = [
        {"date": f"2026-01-{5 + 7 * week:02}", "value": 100 + week, "region": region,
         "product": "Film A"}
        for region in ("서울", "부산")
        for week in range(3)
    ]  # fmt: skip

    found = taken(team, "demand", *rows)
    taken(team, "demand", {**rows[0], "value": 7, "every": "week"})

    assert found.added == 6
    series = DemandSeries.objects.get(region=team.seoul)
    assert (series.every, series.product) == (Every.WEEK, team.product)
    assert [point.value for point in series.points.all()] == [7, 101, 102]


def test_a_table_without_what_is_needed_is_refused_whole(team: Team) -> None:
    with pytest.raises(Unreadable, match="value"):
        taken(team, "demand", {"date": "2026-01-01"})


def test_only_who_imports_here_brings_figures(team: Team) -> None:
    for member in (team.vic, team.sol, team.eve):
        with pytest.raises(NotAllowed):
            taken(team, "accounts", ACME, by=member)
    assert not Account.objects.exists()


def test_the_page_takes_a_file_in_korean(team: Team) -> None:
    client = Client()
    client.force_login(team.ada)
    content = "고객사,매출,가입일\n가람,120만,2025-03-01\n나래,많음,2025-03-01\n"
    file = SimpleUploadedFile("고객.csv", content.encode("cp949"))

    page = client.post(
        reverse("collect:figures"),
        {"file": file, "kind": "accounts", "unit": team.ours.pk},
    )

    assert page.status_code == 200
    assert "많음" in page.content.decode()
    assert Account.objects.get().annual_revenue == 1_200_000


def test_the_page_says_what_is_wrong_with_a_file(team: Team) -> None:
    client = Client()
    client.force_login(team.ada)
    file = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")

    page = client.post(
        reverse("collect:figures"),
        {"file": file, "kind": "usage", "unit": team.ours.pk},
    )

    assert page.status_code == 422
    client.force_login(team.vic)
    assert client.get(reverse("collect:figures")).status_code == 403


def test_a_program_sends_rows(team: Team) -> None:
    client = Client()
    client.force_login(team.ada)

    answer = client.post(
        "/api/v1/collect/figures/accounts",
        {"unit": team.ours.pk, "rows": [ACME, {"account": "B", "since": "soon"}]},
        content_type="application/json",
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["added"] == 1
    assert answer.json()["refused"][0]["row"] == 2
    listed = client.get("/api/v1/collect/figures").json()
    assert listed[0]["count"] == 1


def test_the_command_brings_a_file_in(team: Team, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "demand.csv"
    path.write_text("month,value,area\n2026-01,5,서울\n2026-02,x,서울\n", "utf-8")

    found = CliRunner().invoke(
        command, ["demand", str(path), "--unit", "Media"], catch_exceptions=False
    )

    assert found.exit_code == 0
    assert "3" in found.output
    assert DemandSeries.objects.get().points.count() == 1
