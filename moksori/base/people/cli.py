"""Members from the command line: how the first one gets in."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from moksori.base.errors import UserError
from moksori.base.people import writes
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Role


@click.group()
def member() -> None:
    """Add members, and list them with their e-mail addresses."""


@member.command("list")
@click.option("--name", default="", help="Only those whose name holds this.")
def listed(*, name: str) -> None:
    """List members: e-mail address, name, unit, roles."""
    rows = Member.objects.filter(is_active=True, name__icontains=name)
    rows = rows.select_related("unit").prefetch_related("assignments")
    for one in rows.order_by("unit__path", "name"):
        roles = sorted({str(held.get_role_display()) for held in one.assignments.all()})
        unit = str(one.unit) if one.unit else ""
        click.echo(f"{one.email}  {one.name}  {unit}  {', '.join(roles)}".rstrip())


@member.command()
@click.argument("email")
@click.option("--name", default="", help="How colleagues call this person.")
@click.option("--admin", is_flag=True, help="May add members and see the log.")
@click.option(
    "--role", type=click.Choice(Role.values), help="Role for the whole organisation."
)
@click.password_option(help="At least 12 characters; asked for if not given.")
def add(
    email: str,
    name: str,
    admin: bool,  # noqa: FBT001 – click
    role: str | None,
    password: str,
) -> None:
    """Add a member to the organisation."""
    if len(password) < 12:
        raise UserError(_("Choose a password of at least 12 characters."))
    unit = Unit.objects.order_by("path").first()
    if unit is None:
        unit = writes.add_unit(_("Our company"), by=None)
    added = writes.add_member(email, name, unit=unit, by=None)
    added.set_password(password)
    added.save(update_fields=["password"])
    for wanted in {Role.ADMIN if admin else None, Role(role) if role else None}:
        if wanted is not None:
            writes.give_role(added, wanted, unit=unit, by=None)
    click.echo(_("%(email)s can sign in now.") % {"email": added.email})
