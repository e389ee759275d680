"""Questionnaires on paper, from the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.collect.asking.table import Refused
from moksori.collect.columns import read_file
from moksori.collect.models import Printing, Survey
from moksori.collect.paper.printing import Options, Paper
from moksori.collect.paper.recipients import Recipient, recipients_in
from moksori.collect.reads import paper as reads
from moksori.collect.writes import printing as writes

MOST_TOLD = 50


@click.group()
def paper() -> None:
    """Print questionnaires, list what was printed, withdraw a printing."""


@paper.command("print")
@click.argument("survey", type=click.IntRange(min=1))
@click.argument("file")
@click.option("--sheets", "count", default=0, help="So many sheets without names.")
@click.option(
    "--people",
    default="",
    metavar="TABLE",
    help="Sheets with names, for the people in this file (CSV, Excel).",
)
@click.option("--master", is_flag=True, help="One sheet to photocopy.")
@click.option("--paper", "size", type=click.Choice([*Paper]), default=Paper.A4)
@click.option("--columns", type=click.IntRange(1, 2), default=1)
@click.option("--large", is_flag=True, help="Large print.")
@click.option("--language", default="", help="Instead of the first of the survey.")
@click.option("--closing", default="", help="How to hand it back, under the thanks.")
@click.option("--name", default="", help="What you call this printing.")
@click.option("--as", "email", default="", help="Act as this member (e-mail address).")
def print_command(  # noqa: PLR0913 - one parameter per option
    *,
    survey: int,
    file: str,
    count: int,
    people: str,
    master: bool,
    size: str,
    columns: int,
    large: bool,
    language: str,
    closing: str,
    name: str,
    email: str,
) -> None:
    """Print sheets of SURVEY (a number) into FILE, a PDF ("-": standard output).

    What cannot be asked on paper is told, and left out.
    """
    row, member = _survey(survey), _member(email)
    options = Options(Paper(size), columns, large, " ".join(closing.split()))
    _tell(row, options, language)
    kind = Printing.Kind.ANONYMOUS
    asked: list[Recipient] = []
    if people:
        kind, asked = Printing.Kind.PERSONAL, _people(people)
    elif master:
        kind = Printing.Kind.MASTER
    order = writes.Order(kind, options, language, count, asked, name)
    printing = writes.print_sheets(row, order, by=member)
    content = reads.printing_pdf(printing)
    if file == "-":
        sys.stdout.buffer.write(content)
    else:
        Path(file).write_bytes(content)
    told = _("Printing {number}: {sheets} sheets, {pages} pages each.")
    click.echo(
        told.format(
            number=printing.pk, sheets=printing.count, pages=printing.form.pages
        ),
        err=True,
    )


@paper.command("list")
@click.argument("survey", type=click.IntRange(min=1))
@click.option("--as", "email", default="", help="Act as this member (e-mail address).")
def list_command(survey: int, email: str) -> None:
    """What was printed of SURVEY (a number), and what came back."""
    for one in reads.printing_lines(_survey(survey), by=_member(email)):
        told = _("{number}  {at}  {kind}  {count} printed, {arrived} came back  {name}")
        click.echo(
            told.format(
                number=one.id,
                at=one.printed_at.date().isoformat(),
                kind=one.kind_label,
                count=one.count,
                arrived=one.arrived,
                name=one.name or "–",
            )
        )


@paper.command("withdraw")
@click.argument("printing", type=click.IntRange(min=1))
@click.option("--as", "email", default="", help="Act as this member (e-mail address).")
@click.option("--back", is_flag=True, help="Let a withdrawn one count again.")
def withdraw_command(*, printing: int, email: str, back: bool) -> None:
    """No sheet of PRINTING (a number) counts from now on."""
    member = _member(email)
    row = reads.printing_row(printing, by=member)
    turn = writes.restore_printing if back else writes.withdraw_printing
    turn(row, by=member)
    click.echo(_("It counts again.") if back else _("It is withdrawn."))


def _tell(survey: Survey, options: Options, language: str) -> None:
    look = reads.look(survey, options, language)
    for one in (*look.left_out, *look.other):
        about = f"“{one.text[:60]}”: " if one.text else ""
        kind = _("left out") if one.is_left_out else _("different on paper")
        click.echo(f"{kind}: {about}{one.said}", err=True)


def _people(file: str) -> list[Recipient]:
    refused: list[Refused] = []
    found = list(recipients_in(read_file(file), refused))
    for one in refused[:MOST_TOLD]:
        told = _("Row {row}: {why}").format(row=one.number, why=one.message)
        click.echo(told, err=True)
    return found


def _survey(number: int) -> Survey:
    found = Survey.objects.filter(pk=number).select_related("version", "unit").first()
    if found is None:
        raise NotFound(_("There is no survey {number}.").format(number=number))
    return found


def _member(email: str) -> Member | None:
    """Who acts; nobody by name is whoever may use this machine."""
    if not email:
        return None
    found = Member.objects.filter(email=email.lower(), is_active=True).first()
    if found is None:
        raise NotFound(_("There is no member {email}.").format(email=email))
    return found
