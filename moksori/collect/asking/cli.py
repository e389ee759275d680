"""Contacts and invitations from the command line."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound
from moksori.base.people.models import Unit
from moksori.collect.asking.table import Refused, people_in
from moksori.collect.asking.words import why
from moksori.collect.columns import read_file
from moksori.collect.jobs import send_invitations
from moksori.collect.models import Contact, ContactList, Survey
from moksori.collect.models import Way as Ways
from moksori.collect.reads.deciding import Ahead, ahead
from moksori.collect.writes.contacts import take_contacts
from moksori.collect.writes.invitations import Asking, invite, plan_of

MOST_TOLD = 50


@click.command("contacts")
@click.argument("file")
@click.option("--unit", "unit_name", required=True, help="Name or number of the unit.")
@click.option("--into", default="", help="Name of a list to put them into.")
def contacts(file: str, unit_name: str, into: str) -> None:
    """Bring in people who may be asked from FILE (CSV, Excel; "-" for standard input).

    The same file again changes nothing; rows in trouble are told and left out.
    """
    refused: list[Refused] = []
    people = list(people_in(read_file(file), refused))
    taken = take_contacts(
        people, unit=_unit(unit_name), into=into, refused=refused, by=None
    )
    for one in taken.refused[:MOST_TOLD]:
        said = _("Row %(row)s: %(why)s") % {"row": one.number, "why": one.message}
        click.echo(said, err=True)
    click.echo(
        _("{added} new, {changed} changed, {same} already here, {refused} left out.")
        .format(
            added=taken.added,
            changed=taken.changed,
            same=taken.unchanged,
            refused=len(taken.refused),
        )
    )  # fmt: skip


@click.command("invite")
@click.argument("survey", type=click.IntRange(min=1))
@click.option("--list", "list_name", default="", help="Only people of this list.")
@click.option("--by", "way", type=click.Choice(Ways.values), default="email")
@click.option("--look", is_flag=True, help="Count only: nothing is stored or sent.")
def invite_command(survey: int, list_name: str, way: str, look: bool) -> None:  # noqa: FBT001 – click
    """Invite contacts of the unit of SURVEY (a number), within the rules of asking."""
    row = Survey.objects.filter(pk=survey).select_related("unit").first()
    if row is None:
        raise NotFound(_("There is no survey {number}.").format(number=survey))
    who = Contact.objects.filter(unit__path__startswith=row.unit.path)
    if list_name:
        lists = ContactList.objects.filter(
            name=list_name, unit__path__startswith=row.unit.path
        )
        if not lists.exists():
            raise NotFound(_("There is no list {name}.").format(name=list_name))
        who = who.filter(lists__in=lists).distinct()
    if look:
        _say_ahead(ahead(plan_of(row, Asking(way=way)), list(who.order_by("pk"))))
        return
    found = invite(row, list(who.order_by("pk")), Asking(way=way), by=None)
    if found.queued:
        send_invitations.enqueue()
    click.echo(
        _("{queued} are invited; {skipped} are not asked.").format(
            queued=len(found.queued), skipped=found.skipped.total()
        )
    )
    for reason, count in found.skipped.most_common():
        click.echo(f"  {count:,}  {why(reason)}")


def _say_ahead(found: Ahead) -> None:
    text = _("{asked} would be asked; {skipped} would not.")
    click.echo(text.format(asked=found.asked, skipped=found.skipped))
    for one in found.left_out:
        click.echo(f"  {one.count:,}  {one.label}")


def _unit(name: str) -> Unit:
    rows = Unit.objects.filter(name_ko=name) | Unit.objects.filter(name_en=name)
    if name.isdecimal():
        rows = Unit.objects.filter(pk=int(name))
    found = list(rows[:2])
    if len(found) != 1:
        known = ", ".join(f"{one.name} ({one.pk})" for one in Unit.objects.all()[:20])
        raise NotFound(
            _("There is no unit {name}. There are: {known}.").format(
                name=name, known=known or "–"
            )
        )
    return found[0]
