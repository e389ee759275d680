"""Small worlds to test in."""

from __future__ import annotations

from dataclasses import dataclass

from moksori.base.customers.models import Product, Region
from moksori.base.people import writes
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Role

PASSWORD = "a long enough password"  # noqa: S105


@dataclass(frozen=True)
class Team:
    """One organisation: two affiliates that must not see each other.

    Ada analyses and Vic meets customers in `ours`; Lea leads its team, Pia owns its
    products; Eve analyses `theirs` and is outside. Sol sees all, Max administers.
    """

    root: Unit
    ours: Unit
    team: Unit
    theirs: Unit
    ada: Member
    vic: Member
    lea: Member
    pia: Member
    eve: Member
    sol: Member
    max: Member
    product: Product
    other_product: Product
    seoul: Region
    busan: Region


def make_member(name: str, unit: Unit, role: Role | None = None) -> Member:
    member = writes.add_member(f"{name.lower()}@example.com", name, unit=unit, by=None)
    member.set_password(PASSWORD)
    member.save()
    if role is not None:
        writes.give_role(member, role, unit=unit, by=None)
    return member


def make_team() -> Team:
    root = writes.add_unit("한빛그룹", name_en="Hanbit", by=None)
    ours = writes.add_unit("미디어", name_en="Media", parent=root, by=None)
    team = writes.add_unit("영화팀", name_en="Film team", parent=ours, by=None)
    theirs = writes.add_unit("금융", name_en="Finance", parent=root, by=None)
    seoul, busan = (Region.objects.create(name=name) for name in ("서울", "부산"))
    ours.regions.set([seoul, busan])
    return Team(
        root=root,
        ours=ours,
        team=team,
        theirs=theirs,
        ada=make_member("Ada", ours, Role.ANALYST),
        vic=make_member("Vic", ours, Role.FRONTLINE),
        lea=make_member("Lea", ours, Role.LEADER),
        pia=make_member("Pia", ours, Role.PRODUCT_OWNER),
        eve=make_member("Eve", theirs, Role.ANALYST),
        sol=make_member("Sol", root, Role.EXECUTIVE),
        max=make_member("Max", root, Role.ADMIN),
        product=Product.objects.create(unit=ours, name="Film A"),
        other_product=Product.objects.create(unit=theirs, name="Card B"),
        seoul=seoul,
        busan=busan,
    )
