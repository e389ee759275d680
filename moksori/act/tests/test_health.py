"""Who is likely to leave: learned from what was known before, shown to whom it may."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from moksori.act.models import Health, HealthScore
from moksori.act.reads.health import health_line, health_page
from moksori.act.reads.health_facts import book_of
from moksori.act.reads.stays import stays
from moksori.act.writes.health import (
    HORIZON,
    health_is_due,
    measure_health,
    read_health,
)
from moksori.base.customers.models import Account, Customer, Usage
from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.base.people.roles import Role
from moksori.base.people.writes import give_role
from moksori.base.testing.makers import Team, make_member
from moksori.collect.tests.makers import make_feedback

TODAY = date(2026, 6, 1)


def _many(team: Team, *, count: int = 160) -> None:
    """Accounts whose use falls before they leave, in Seoul and Busan."""
    rng = np.random.default_rng(1)
    accounts = []
    for number in range(count):
        leaves = number % 3 == 0
        left = TODAY - timedelta(days=int(rng.integers(20, 600))) if leaves else None
        accounts.append(
            Account(
                unit=team.ours,
                region=(team.seoul, team.busan)[number % 2],
                name=f"Firm {number}",
                segment=("Large", "Small")[number % 2],
                since=TODAY - timedelta(days=int(rng.integers(650, 1500))),
                left_on=left,
                annual_revenue=1000 + number,
                currency="KRW",
            )
        )
    accounts = Account.objects.bulk_create(accounts)
    Usage.objects.bulk_create(
        Usage(account=one, measure="logins", starts_on=start, value=value)
        for one in accounts
        for start, value in _use(one, rng)
    )


def _use(one: Account, rng: np.random.Generator) -> list[tuple[date, float]]:
    found = []
    for back in range(24, 0, -1):
        start = TODAY - timedelta(days=30 * back)
        if one.left_on and start >= one.left_on:
            break
        soon = one.left_on is not None and (one.left_on - start).days < 100
        found.append((start, float(rng.poisson(8 if soon else 20))))
    return found


@pytest.fixture
def read(team: Team) -> Health:
    _many(team)
    found = measure_health(team.ours.pk, "account", today=TODAY)
    assert found is not None
    return found


def test_falling_use_raises_the_chance_to_leave(team: Team, read: Health) -> None:
    assert not read.problem, read.problem
    weights = read.told["weights"]
    assert min(weights["trend:logins"], weights["use:logins"]) < -0.3
    assert read.told["rows"] > 500
    score = read.scores.first()
    assert score is not None
    assert 0 < score.low <= score.chance <= score.high < 1


def test_what_happened_later_is_not_known_before(team: Team) -> None:
    account = Account.objects.create(unit=team.ours, name="A", since=date(2025, 1, 1))
    make_feedback("느려요", unit=team.ours, account=account, score=2,
                  occurred_at=_at(date(2026, 5, 20)))  # fmt: skip
    book = book_of(team.ours.pk, "account")
    names = book.names

    before = dict(
        zip(names, book.features(date(2026, 5, 1).toordinal())[0], strict=True)
    )
    after = dict(
        zip(names, book.features(date(2026, 6, 1).toordinal())[0], strict=True)
    )

    assert before["feedback"] == 0
    assert np.isnan(before["score"])
    assert after["feedback"] > 0
    assert after["score"] == 2


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def test_who_has_left_has_no_chance_to_leave(team: Team, read: Health) -> None:
    gone = Account.objects.filter(left_on__isnull=False).values("pk")

    assert not read.scores.filter(account__in=gone).exists()
    assert read.scores.count() == Account.objects.filter(left_on=None).count()


def test_too_few_leavers_are_told_in_numbers(team: Team) -> None:
    _many(team, count=12)

    found = measure_health(team.ours.pk, "account", today=TODAY)

    assert found is not None
    assert found.problem["facts"]["least"] == 20
    page = health_page(by=team.ada)
    assert "4" in page.problem
    assert page.n == 0


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_customers_do_no_harm(team: Team, count: int) -> None:
    for number in range(count):
        Account.objects.create(unit=team.ours, name=str(number), since=TODAY)

    found = measure_health(team.ours.pk, "account", today=TODAY)

    assert found is not None
    assert found.problem
    client = Client()
    client.force_login(team.ada)
    assert client.get(reverse("act:health")).status_code == 200


def test_without_customers_there_is_no_reading(team: Team) -> None:
    assert read_health() == 0
    assert measure_health(team.ours.pk, "customer") is None


def test_a_reading_again_replaces_the_one_before(team: Team, read: Health) -> None:
    again = measure_health(team.ours.pk, "account", today=TODAY)

    assert again is not None
    assert again.pk == read.pk
    assert HealthScore.objects.count() == read.scores.count()
    assert not health_is_due()


def test_the_list_says_how_many_and_how_much_money(team: Team, read: Health) -> None:
    page = health_page(by=team.ada)

    assert page.lines is not None
    chances = [line.chance.value for line in page.lines]
    assert chances == sorted(chances, reverse=True)
    assert page.expected is not None
    assert page.expected.low <= page.expected.value <= page.expected.high
    assert page.money[0].currency == "KRW"
    assert 0 < page.money[0].expected < page.money[0].total
    assert page.until == TODAY + timedelta(days=HORIZON)


def test_an_outsider_sees_nothing(team: Team, read: Health) -> None:
    account = read.scores.first().account_id  # type: ignore[union-attr]

    with pytest.raises(NotFound):
        health_line("account", account, by=team.eve)
    with pytest.raises(NotFound):
        health_page(by=team.eve, unit=team.ours.pk)
    assert health_page(by=team.eve).n == 0


def test_who_reads_one_region_sees_its_customers_alone(
    team: Team, read: Health
) -> None:
    sue = make_member("Sue", team.ours)
    give_role(sue, Role.FRONTLINE, unit=team.ours, regions=[team.seoul.pk], by=None)

    page = health_page(by=sue)
    curves = stays(team.ours, "account", by=sue, today=TODAY)

    assert page.n == read.scores.filter(region=team.seoul).count()
    assert not page.is_whole
    assert page.told == {}
    assert curves is not None
    assert curves.all.n == Account.objects.filter(region=team.seoul).count()


def test_a_person_is_named_only_to_who_gets_back_to_them(team: Team) -> None:
    person = Customer.objects.create(
        unit=team.ours, external_id="M-1", name="Kim Mina", since=date(2025, 1, 1)
    )
    health = Health.objects.create(
        unit=team.ours, kind="customer", day=TODAY, horizon=90, told={"rows": 9}
    )
    HealthScore.objects.create(
        health=health, customer=person, unit=team.ours, chance=0.2, low=0.1, high=0.3
    )

    assert _name(team.vic, person) == "Kim Mina"
    assert "Mina" not in _name(team.sol, person)


def _name(member: Member, person: Customer) -> str:
    return health_line("customer", person.pk, by=member)[0].name


def test_segments_below_five_are_not_drawn(team: Team, read: Health) -> None:
    Account.objects.filter(name__in=["Firm 1", "Firm 2"]).update(segment="Tiny")

    curves = stays(team.ours, "account", by=team.ada, today=TODAY)

    assert curves is not None
    assert [one.segment for one in curves.segments] == ["Large", "Small"]
    assert curves.hidden == 2


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pages_have_numbers_and_no_nonsense(
    team: Team, read: Health, language: str
) -> None:
    client = Client(headers={"accept-language": language})
    client.force_login(team.ada)
    Member.objects.filter(pk=team.ada.pk).update(language=language)
    account = read.scores.first().account_id  # type: ignore[union-attr]

    for address in (
        reverse("act:health"),
        reverse("act:account_health", args=[account]),
    ):
        answer = client.get(address)
        words = answer.content.decode()
        assert answer.status_code == 200
        assert ">nan" not in words.lower()
        assert "inf%" not in words.lower()


def test_a_program_reads_the_same(team: Team, read: Health) -> None:
    client = Client()
    client.force_login(team.ada)

    found = client.get("/api/v1/act/health").json()
    one = client.get(
        f"/api/v1/act/health/accounts/{found['customers'][0]['id']}"
    ).json()

    assert found["n"] == read.scores.count()
    assert found["customers"][0]["chance"]["low"] > 0
    assert found["state"] in {
        "calibrated",
        "recalibrated",
        "unclear",
        "too few to check",
    }
    assert one["parts"]
    client.force_login(team.eve)
    id_ = found["customers"][0]["id"]
    assert client.get(f"/api/v1/act/health/accounts/{id_}").status_code == 404
