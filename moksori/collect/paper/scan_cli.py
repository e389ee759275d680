"""Scans from the command line: bring them in, read them, see what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import click
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.collect.models import Scan, ScanBatch, ScanFile, Survey
from moksori.collect.reads.scan_troubles import file_words, page_words
from moksori.collect.reads.units import unit_named
from moksori.collect.writes.scan_again import (
    read_again,
    read_batch_again,
    read_survey_again,
)
from moksori.collect.writes.scan_folder import take_folder
from moksori.collect.writes.scan_reading import finish_file, read_page_of
from moksori.collect.writes.scans import begin_batch, open_file, take_file

T = TypeVar("T")


@click.group("scans")
def scans() -> None:
    """Scans of printed questionnaires."""


@scans.command("take")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("--unit", "unit_name", required=True, help="Name or number of the unit.")
@click.option("--as", "email", default="", help="Act as this member (e-mail address).")
@click.option("--now", is_flag=True, help="Read them now, without a worker.")
def take(files: tuple[str, ...], unit_name: str, email: str, *, now: bool) -> None:
    """Bring in FILES (PDF, TIFF, PNG, JPEG, HEIC), several as one batch."""
    member = Member.objects.filter(email__iexact=email, is_active=True).first()
    if email and member is None:
        raise NotFound(_("There is no member {email}.").format(email=email))
    unit = unit_named(unit_name)
    name = Path(files[0]).name
    batch = begin_batch(unit, way=ScanBatch.Way.API, by=member, name=name)
    for path in map(Path, files):
        with path.open("rb") as content:
            take_file(content, name=path.name, batch=batch)
    if now:
        read_batch(batch)
    else:
        click.echo(_("Kept as batch {number}.").format(number=batch.pk))


@scans.command("read")
def read() -> None:
    """Read everything that waits, now, without a worker; also the watched folder."""
    take_folder()
    moving = ScanFile.objects.filter(state__in=["waiting", "opened"])
    waiting = Scan.objects.filter(state=Scan.State.WAITING)
    ids = {*moving.values_list("batch_id", flat=True)}
    ids |= {*waiting.values_list("file__batch_id", flat=True)}
    for batch in ScanBatch.objects.filter(pk__in=ids).order_by("id"):
        read_batch(batch)


@scans.command("again")
@click.option("--batch", "batch_id", type=int, default=None, help="Number of a batch.")
@click.option(
    "--survey", "survey_id", type=int, default=None, help="A survey's number."
)
@click.option("--now", is_flag=True, help="Read them now, without a worker.")
def again(batch_id: int | None, survey_id: int | None, *, now: bool) -> None:
    """Read pages again with this version's reader; what people decided stays."""
    if (batch_id is None) == (survey_id is None):
        raise click.UsageError(_("Give either --batch or --survey."))
    if batch_id is not None:
        batch = _there(ScanBatch.objects.filter(pk=batch_id).first())
        rows = Scan.objects.filter(file__batch=batch)
        count = rows.count() if now else read_batch_again(batch, by=None)
    else:
        survey = _there(Survey.objects.filter(pk__in=[survey_id]).first())
        rows = Scan.objects.filter(sheet__form__survey=survey)
        count = rows.count() if now else read_survey_again(survey, by=None)
    if now:
        read_again(list(rows.values_list("pk", flat=True)))
    click.echo(_("{count} pages.").format(count=f"{count:,}"))


@scans.command("show")
@click.argument("batch_id", type=int)
def show(batch_id: int) -> None:
    """Say what became of each page of a batch."""
    _tell(_there(ScanBatch.objects.filter(pk=batch_id).first()))


def read_batch(batch: ScanBatch) -> None:
    for file in batch.files.order_by("id"):
        open_file(file.pk)
        waiting = Scan.objects.filter(file=file, state=Scan.State.WAITING)
        for scan in waiting.select_related("file").order_by("number"):
            read_page_of(scan)
        finish_file(file.pk)
    _tell(batch)


def _tell(batch: ScanBatch) -> None:
    for file in batch.files.order_by("id"):
        trouble = file_words(file.problem)
        plain = file.get_state_display()
        if file.pages and not file.is_moving:
            plain = _("{count} pages.").format(count=f"{file.pages:,}")
        click.echo(f"{file.name}: {trouble or plain}")
        rows = file.scans.select_related("file", "sheet__form__survey")
        for scan in rows.order_by("number"):
            said = page_words(scan) or scan.get_state_display()
            sheet = scan.sheet
            whose = f" ({sheet.form.survey.name}, {scan.page})" if sheet else ""
            click.echo(f"  {scan.number}: {said}{whose}")


def _there(found: T | None) -> T:
    if found is None:
        raise NotFound
    return found
