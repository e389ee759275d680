"""Feedback taken out, from the command line."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.collect.models import Export
from moksori.collect.reads.feedback import FeedbackFilters
from moksori.collect.writes.exports import Made, make_export

NAMES = ", ".join(FeedbackFilters.model_fields)


@click.command("export")
@click.argument("file")
@click.option("--as", "email", required=True, help="Act as this member (e-mail).")
@click.option(
    "--reason", required=True, help="What the file is needed for; it is kept."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(Export.Format.values),
    default=None,
    help="Instead of telling it by the end of the name.",
)
@click.option(
    "--only",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="Narrow down as the list does: score=low, days=28, product=3. Repeat it.",
)
def export(
    file: str, email: str, reason: str, form: str | None, pairs: tuple[str, ...]
) -> None:
    """Take out the feedback that a member may see as FILE ("-": standard output)."""
    member = Member.objects.filter(email__iexact=email, is_active=True).first()
    if member is None:
        raise NotFound(_("There is no member {email}.").format(email=email))
    made = make_export(
        _filters(pairs), form=form or _form(file), reason=reason, by=member
    )
    _put(made, file)
    told = _("{rows} feedbacks, {size} bytes.").format(
        rows=f"{made.export.rows:,}", size=f"{made.export.size:,}"
    )
    click.echo(told, err=True)


def _put(made: Made, file: str) -> None:
    with made.file:
        if file == "-":
            shutil.copyfileobj(made.file, sys.stdout.buffer)
            return
        try:
            with Path(file).open("wb") as out:
                shutil.copyfileobj(made.file, out)
        except OSError as error:
            raise UserError(
                _("{file} cannot be written: {why}.").format(
                    file=file, why=error.strerror
                )
            ) from None


def _form(file: str) -> str:
    end = Path(file).suffix.lower().lstrip(".")
    return end if end in Export.Format.values else Export.Format.CSV


def _filters(pairs: tuple[str, ...]) -> FeedbackFilters:
    given = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark or name not in FeedbackFilters.model_fields:
            raise UserError(
                _("“{pair}” is no condition. Write NAME=VALUE with one of: {names}.")
                .format(pair=pair, names=NAMES)
            )  # fmt: skip
        given[name] = value
    return FeedbackFilters(**given)
