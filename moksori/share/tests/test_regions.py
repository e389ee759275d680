"""Geography is shared; who has feedback from where is not."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.test import Client

from moksori.base.customers.models import Region
from moksori.base.people import writes as people
from moksori.base.people.roles import Role
from moksori.base.testing.makers import Team, make_member
from moksori.collect.reads.feedback import choices
from moksori.collect.tests.files import csv_bytes, imported
from moksori.collect.tests.makers import make_feedback, make_source
from moksori.share.reads.remits import choices as remit_choices

SIGN_IN = "allauth.account.auth_backends.AuthenticationBackend"


def names(member: object) -> set[str]:
    return {name for _id, name in choices(by=member).regions}  # type: ignore[arg-type]


def test_an_affiliate_sees_its_own_regions_and_not_those_of_another(team: Team) -> None:
    analyst = make_member("Ian", team.theirs, Role.ANALYST)
    rows = [("R-1", "2026-03-01", "말씀", 5, "제품", "비밀 지점")]
    rows += [("R-2", "2026-03-01", "말씀", 5, "제품", "서울")]
    imported(csv_bytes(rows), make_source(team.theirs), analyst)

    assert names(team.eve) == {"비밀 지점", "서울"}
    assert names(team.ada) == {"서울", "부산"}
    assert names(team.sol) == {"비밀 지점", "서울", "부산"}
    assert Region.objects.filter(name="서울").count() == 1
    for member, seen in ((team.ada, 2), (team.eve, 2), (team.sol, 3)):
        assert remit_choices(member).regions.count() == seen


def test_a_role_for_one_region_names_that_region_only(team: Team) -> None:
    kim = make_member("Kim", team.ours)
    people.give_role(
        kim, Role.FRONTLINE, unit=team.ours, regions=[team.busan.pk], by=None
    )

    assert names(kim) == {"부산"}


def test_an_administrator_of_an_affiliate_gives_roles_for_its_regions_only(
    team: Team, client: Client
) -> None:
    local = make_member("Loc", team.theirs, Role.ADMIN)
    client.force_login(local, backend=SIGN_IN)

    assert "부산" not in client.get(f"/people/{local.pk}").content.decode()
    answer = client.post(
        f"/people/{local.pk}",
        {"role": "analyst", "unit": team.theirs.pk, "regions": [team.busan.pk]},
    )
    assert answer.status_code == 422


def test_feedback_from_before_is_noted_once(team: Team) -> None:
    Region.units.through._default_manager.all().delete()
    for number in range(3):
        make_feedback(f"말 {number}", unit=team.theirs, region=team.busan)
    note = import_module("moksori.collect.migrations.0005_note_regions_of_units").note

    note(apps, None)
    note(apps, None)

    assert names(team.eve) == {"부산"}
    assert names(team.ada) == set()
