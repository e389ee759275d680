"""Members, roles and scopes."""

from __future__ import annotations

import threading

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client

from moksori.base.audit.models import Entry
from moksori.base.customers.models import Product
from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.people import keys, reads, writes
from moksori.base.people.cli import member as command
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability, Role
from moksori.base.testing.makers import make_team


def test_a_role_reaches_the_unit_and_everything_below(team):
    assert team.sol.may(Ability.READ, team.product)
    assert team.sol.may(Ability.READ, team.other_product)
    assert team.ada.may(Ability.READ, team.product)
    assert not team.ada.may(Ability.READ, team.other_product)


def test_a_role_for_a_region_reaches_only_that_region(team):
    class Thing:
        unit_id = team.ours.pk
        region_id = team.busan.pk

    seoul_only = writes.add_member("sy@example.com", "Sy", unit=team.ours, by=None)
    writes.give_role(
        seoul_only, Role.FRONTLINE, unit=team.ours, regions=[team.seoul.pk], by=None
    )

    assert not seoul_only.may(Ability.READ, Thing())
    Thing.region_id = team.seoul.pk
    assert seoul_only.may(Ability.READ, Thing())
    Thing.region_id = None
    assert not seoul_only.may(Ability.READ, Thing())


def test_the_filter_of_a_scope_agrees_with_asking_one_by_one(team):
    for member in (team.ada, team.eve, team.sol, team.max):
        scope = member.scope(Ability.READ)
        kept = set(Product.objects.filter(scope.q()))
        assert kept == {p for p in Product.objects.all() if scope.covers(p)}


def test_a_role_that_is_taken_back_ends_with_the_next_request(team):
    assignment = team.ada.assignments.get()

    writes.take_role(assignment, by=team.max)

    assert not Member.objects.get(pk=team.ada.pk).may(Ability.READ)


def test_only_an_administrator_adds_members_and_roles(team):
    with pytest.raises(NotAllowed):
        writes.add_member("new@example.com", "New", unit=team.ours, by=team.lea)
    with pytest.raises(NotAllowed):
        writes.give_role(team.vic, Role.ADMIN, unit=team.root, by=team.ada)

    added = writes.add_member("new@example.com", "New", unit=team.ours, by=team.max)
    writes.give_role(added, Role.LEADER, unit=team.team, by=team.max)
    assert Entry.objects.filter(verb="give_role", member_id=team.max.pk).count() == 1


def test_an_administrator_of_one_affiliate_cannot_reach_another(team):
    local = writes.add_member("loc@example.com", "Loc", unit=team.ours, by=None)
    writes.give_role(local, Role.ADMIN, unit=team.ours, by=None)

    assert {line.unit for line in reads.member_lines(by=local)} == {team.ours.name}
    with pytest.raises(NotFound):
        reads.administered_member(team.eve.pk, by=local)
    with pytest.raises(NotAllowed):
        writes.give_role(local, Role.EXECUTIVE, unit=team.root, by=local)


def test_an_address_is_used_once_whatever_its_case(team):
    with pytest.raises(Conflict):
        writes.add_member("ADA@example.com", "Ada", unit=team.ours, by=team.max)
    with pytest.raises(UserError):
        writes.add_member("nobody", "No", unit=team.ours, by=team.max)


def test_a_key_acts_as_its_member_until_it_ends(team):
    token = keys.make_key("import", by=team.ada)

    assert keys.member_of(token) == team.ada
    assert keys.member_of(token + "x") is None
    keys.end_key(reads.key_lines(by=team.ada)[0].id, by=team.ada)
    assert keys.member_of(token) is None


def test_the_key_of_somebody_who_left_does_not_work(team):
    token = keys.make_key("import", by=team.ada)

    writes.close_member(team.ada, by=team.max)

    assert keys.member_of(token) is None


def test_nobody_ends_the_key_of_another(team):
    keys.make_key("import", by=team.ada)
    key = reads.key_lines(by=team.ada)[0]

    with pytest.raises(NotFound):
        keys.end_key(key.id, by=team.eve)


def test_one_click_sign_in_exists_in_demo_mode_only(team, client: Client, settings):
    team.ada.email = "ada@neulbom.example"
    team.ada.save()
    address = f"/people/demo/{team.ada.pk}"

    settings.MOKSORI_DEMO = False
    assert client.post(address).status_code == 404
    settings.MOKSORI_DEMO = True
    assert client.get(address).status_code == 405
    assert client.post(f"/people/demo/{team.max.pk}").status_code == 404
    assert client.post(address).status_code == 302
    assert client.session["_auth_user_id"] == str(team.ada.pk)


def test_nobody_can_sign_up_by_themselves(db, client: Client):
    answer = client.post(
        "/accounts/signup/",
        {"email": "x@example.com", "password1": "a" * 20, "password2": "a" * 20},
    )

    assert answer.status_code in {200, 302, 403}
    assert Member.objects.count() == 0


def test_a_member_signs_in_with_address_and_password(team, client: Client):
    answer = client.post(
        "/accounts/login/",
        {"login": "ada@example.com", "password": "a long enough password"},
    )

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(team.ada.pk)
    assert client.get("/people/me").status_code == 200


def test_an_administrator_adds_a_member_on_the_page(team, client: Client):
    client.force_login(
        team.max, backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    answer = client.post(
        "/people/new",
        {
            "email": "kim@example.com",
            "name": "김",
            "unit": team.ours.pk,
            "language": "ko",
            "password": "a long enough password",
        },
        follow=True,
    )

    assert answer.status_code == 200
    member = Member.objects.get(email="kim@example.com")
    assert member.check_password("a long enough password")
    client.post(f"/people/{member.pk}", {"role": "analyst", "unit": team.ours.pk})
    assert Member.objects.get(pk=member.pk).may(Ability.READ, team.product)


def test_nobody_closes_themselves_or_somebody_who_reaches_further(team):
    local = writes.add_member("loc@example.com", "Loc", unit=team.ours, by=None)
    writes.give_role(local, Role.ADMIN, unit=team.ours, by=None)
    boss = writes.add_member("boss@example.com", "Boss", unit=team.ours, by=None)
    writes.give_role(boss, Role.EXECUTIVE, unit=team.root, by=None)

    with pytest.raises(Conflict):
        writes.close_member(team.max, by=team.max)
    with pytest.raises(NotAllowed):
        writes.close_member(boss, by=local)
    assert Member.objects.get(pk=boss.pk).is_active


def test_a_closed_member_can_be_opened_again(team):
    writes.close_member(team.vic, by=team.max)
    writes.reopen_member(team.vic, by=team.max)

    assert Member.objects.get(pk=team.vic.pk).may(Ability.READ, team.product)


def test_a_first_password_that_everybody_uses_is_refused(team):
    with pytest.raises(UserError):
        writes.set_password(team.vic, "password1234", by=team.max)


@pytest.mark.django_db(transaction=True)
def test_two_members_of_one_address_at_once_are_told_as_one_after_the_other():
    team = make_team()
    ready, results = threading.Barrier(3), []

    def add():
        try:
            ready.wait()
            writes.add_member("kim@example.com", "김", unit=team.ours, by=team.max)
            results.append("")
        except Conflict as error:
            results.append(str(error))
        finally:
            connection.close()

    people = [threading.Thread(target=add) for _ in range(3)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    with pytest.raises(Conflict) as late:
        writes.add_member("kim@example.com", "김", unit=team.ours, by=team.max)
    assert sorted(results) == ["", str(late.value), str(late.value)]


def test_members_are_listed_with_the_address_that_as_asks_for(team):
    out = CliRunner().invoke(command, ["list", "--name", "vi"]).output
    assert out.startswith("vic@example.com  Vic  ")
    assert "ada@example.com" not in out
    team.vic.is_active = False
    team.vic.save()
    assert CliRunner().invoke(command, ["list", "--name", "vi"]).output == ""
