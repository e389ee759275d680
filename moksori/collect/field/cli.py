"""Visits to customers, from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.customers.models import Account
from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.collect.field.promises import promises_in_words
from moksori.collect.field.rules import must_change
from moksori.collect.field.told import Said, VisitTold, must_have_begun, visit_from
from moksori.collect.models import Visit
from moksori.collect.models.visits import LONGEST_MEETING
from moksori.collect.reads import visits as reads
from moksori.collect.writes import visiting as writes

_as = click.option(
    "--as",
    "email",
    required=True,
    help="Act as this member: the e-mail address, as “moksori member list” shows it.",
)
_number = click.argument("number", type=click.IntRange(min=1))
_MOMENTS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]
_parts = [
    click.option("--whom", default=None, help="Name of the customer."),
    click.option("--at", type=click.DateTime(_MOMENTS), help="When it began."),
    click.option("--minutes", type=click.IntRange(1, LONGEST_MEETING)),
    click.option("--way", type=click.Choice(Visit.Way.values), help="How you met."),
    click.option("--purpose", default=None, help="What for."),
    click.option("--summary", default=None, help="Your own notes."),
    click.option("--score", type=click.IntRange(0, 10), help="Would they recommend?"),
    click.option(
        "--said", multiple=True, help="What the customer said, in their words. Repeat."
    ),
]


def parts(command: Any) -> Any:
    """The options that say what a visit holds."""
    for option in reversed(_parts):
        command = option(command)
    return command


@click.group()
def visits() -> None:
    """Visits to customers: list them, write one down, correct or remove it."""


@visits.command("list")
@_as
@click.option("--days", type=click.IntRange(min=1), help="So many days back.")
@click.option("--mine", is_flag=True, help="Only those you wrote.")
@click.option("--account", type=click.IntRange(min=1), help="Number of the customer.")
@click.option("--page", default=1, type=click.IntRange(min=1))
def listed(
    *, email: str, days: int | None, mine: bool, account: int | None, page: int
) -> None:
    """List visits, the latest first: number, day, minutes, customer, who, words."""
    member = _member(email)
    filters = reads.VisitFilters(
        str(days or ""), str(member.pk) if mine else "", str(account or "")
    )
    found = reads.visit_lines(by=member, filters=filters, page=page)
    for one in found.object_list:
        day = timezone.localtime(one.started_at).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{one.id}  {day}  {one.minutes}  {one.whom}  {one.author}")
        if one.words:
            click.echo(f"    {one.words[:200]}")
    if not found.paginator.count:
        click.echo(_("No visit fits."))
    elif found.has_next():
        told = _("Page {page} of {pages}; --page shows others.")
        click.echo(told.format(page=found.number, pages=found.paginator.num_pages))


@visits.command("show")
@_number
@_as
def shown(*, number: int, email: str) -> None:
    """Show one visit (its NUMBER) with what was said."""
    member = _member(email)
    page = reads.visit_page(number, by=member)
    row, line = page.row, page.line
    begun = timezone.localtime(row.started_at).strftime("%Y-%m-%d %H:%M")
    click.echo(f"{line.whom}  {begun}  {row.get_way_display()}  {row.minutes}")
    click.echo(f"{line.author}  {line.unit}  {', '.join(page.companions)}".rstrip())
    for said in row.verbatims:
        who = f" ({said['who']})" if said.get("who") else ""
        click.echo(f"> {said['text']}{who}")
    for asked in page.asked:
        click.echo(f"{asked.question}: {asked.answer}")
    for handed in page.handovers:
        click.echo(f"{handed.kind_name} → {handed.to}: {handed.text}")
    for promised in promises_in_words(row.pk, by=member):
        click.echo(_("Promise: {line}").format(line=promised))
    for file in page.attachments:
        kind = _("Photo") if file.is_picture else _("Recording")
        click.echo(f"{kind}: {file.name} {file.caption}".rstrip())
    for doubt in page.doubts:
        click.echo(f"! {doubt}")


@visits.command("new")
@_as
@parts
def new(*, email: str, **given: Any) -> None:
    """Write down a visit; without --at it began now."""
    member = _member(email)
    at = given["at"] or timezone.localtime().replace(tzinfo=None)
    first = {"started_at": at.isoformat(), "minutes": given["minutes"] or 30}
    told = visit_from({**first, "whom": given["whom"] or ""})
    visit = writes.record_visit(_told(told, given, member), by=member)
    click.echo(_("Kept as visit {number}.").format(number=visit.pk))


@visits.command("correct")
@_number
@_as
@parts
def correct(*, number: int, email: str, **given: Any) -> None:
    """Change what is given; --said adds words. What it said before is kept."""
    member = _member(email)
    row = reads.visit_row(number, by=member)
    told = _told(reads.told_of(row), given, member)
    writes.change_visit(row, told, by=member)
    click.echo(_("The visit is changed; what it said before is kept."))


@visits.command("remove")
@_number
@_as
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(*, number: int, email: str, yes: bool) -> None:
    """Remove a visit with its words, their feedback and its photos."""
    member = _member(email)
    row = reads.visit_row(number, by=member)
    must_change(row, member)
    if not yes:
        asked = _("Remove the visit to {whom}, its words and photos, for good?")
        click.confirm(asked.format(whom=row.whom), abort=True)
    writes.remove_visit(row, by=member)
    click.echo(_("The visit is removed, with its words and photos."))


def _told(told: VisitTold, given: dict[str, Any], member: Member) -> VisitTold:
    """`told` with the options that were given in place of what it says."""
    names = ("minutes", "way", "purpose", "summary", "score")
    found = {name: given[name] for name in names if given[name] is not None}
    if given["at"] is not None:
        found["started_at"] = _begun(given["at"])
    if given["whom"] is not None:
        found["whom"] = whom = " ".join(given["whom"].split())[:200]
        if not whom:
            raise UserError(_("Say which customer you met."), field="whom")
        known = Account.objects.visible_to(member).filter(name=whom).first()
        found["account"] = known.pk if known else None
    return replace(told, **found, verbatims=_words(told.verbatims, given["said"]))


def _words(before: Sequence[Said], texts: Sequence[str]) -> tuple[Said, ...]:
    added = visit_from(
        {"whom": "-", "minutes": 1, "started_at": timezone.now().isoformat(),
         "verbatims": [{"id": uuid4().hex, "text": text} for text in texts]}
    )  # fmt: skip
    return (*before, *added.verbatims)


def _begun(at: datetime) -> datetime:
    begun = timezone.make_aware(at)
    must_have_begun(begun)
    return begun


def _member(email: str) -> Member:
    found = Member.objects.filter(email=email.lower(), is_active=True).first()
    if found is None:
        raise NotFound(_("There is no member {email}.").format(email=email))
    return found
