"""Promises to customers, from the command line."""

from __future__ import annotations

from datetime import datetime

import click
from django.utils.translation import gettext as _

from moksori.act.models import Promise
from moksori.act.reads import promises as reads
from moksori.act.writes import promises as writes
from moksori.base.errors import NotFound
from moksori.base.people.models import Member

_as = click.option(
    "--as",
    "email",
    required=True,
    help="Act as this member: the e-mail address, as “moksori member list” shows it.",
)
_number = click.argument("number", type=click.IntRange(min=1))
STATES = ("open", "overdue", "kept", "broken", "freed", "all")


@click.group()
def promises() -> None:
    """Promises to customers: list them, keep, break or hand them on."""


@promises.command("list")
@_as
@click.option("--mine", is_flag=True, help="Only those you look after.")
@click.option("--state", type=click.Choice(STATES), default="open")
@click.option("--page", default=1, type=click.IntRange(min=1))
def listed(*, email: str, mine: bool, state: str, page: int) -> None:
    """List promises, the nearest day first: number, day, state, owner, words."""
    member = _member(email)
    filters = reads.PromiseFilters(state, str(member.pk) if mine else "")
    found = reads.promise_lines(by=member, filters=filters, page=page)
    for one in found.object_list:
        owner = one.owner_name or "–"
        click.echo(f"{one.id}  {one.due}  {one.state_name}  {owner}  {one.whom}")
        click.echo(f"    {one.text[:200]}")
    if not found.paginator.count:
        click.echo(_("No promise fits."))
    elif found.has_next():
        told = _("Page {page} of {pages}; --page shows others.")
        click.echo(told.format(page=found.number, pages=found.paginator.num_pages))


@promises.command("keep")
@_number
@_as
@click.option("--how", default="", help="How it was kept.")
def keep(*, number: int, email: str, how: str) -> None:
    """It was kept."""
    _end(number, Promise.State.KEPT, how, email)


@promises.command("break")
@_number
@_as
@click.option("--why", required=True, help="Why it was not kept.")
def break_it(*, number: int, email: str, why: str) -> None:
    """It was not kept."""
    _end(number, Promise.State.BROKEN, why, email)


@promises.command("free")
@_number
@_as
@click.option("--why", required=True, help="Why it is no longer needed.")
def free(*, number: int, email: str, why: str) -> None:
    """It is no longer needed."""
    _end(number, Promise.State.FREED, why, email)


@promises.command("hand")
@_number
@_as
@click.option("--to", "owner", required=True, help="E-mail address of who has it now.")
def hand(*, number: int, email: str, owner: str) -> None:
    """Somebody else looks after it from now on."""
    member = _member(email)
    row = reads.promise_row(number, by=member)
    writes.must_work(row, member)
    writes.hand_promise(row, _member(owner), by=member)
    click.echo(_("The promise is handed on."))


@promises.command("move")
@_number
@_as
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), required=True)
def move(*, number: int, email: str, due: datetime) -> None:
    """Another day, agreed with the customer."""
    member = _member(email)
    row = reads.promise_row(number, by=member)
    writes.move_promise(row, due.date(), by=member)
    click.echo(_("The day is moved."))


def _end(number: int, state: Promise.State, outcome: str, email: str) -> None:
    member = _member(email)
    row = reads.promise_row(number, by=member)
    writes.end_promise(row, state, outcome, by=member)
    click.echo(_("That is written down."))


def _member(email: str) -> Member:
    found = Member.objects.filter(email=email.lower(), is_active=True).first()
    if found is None:
        raise NotFound(_("There is no member {email}.").format(email=email))
    return found
