"""Files and mails, from the command line."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.collect import writes
from moksori.collect.answers import SCALES, SCORES, Kind
from moksori.collect.columns import read_file
from moksori.collect.models import Batch, Channel, Mailbox, Source
from moksori.collect.reader import FileOptions
from moksori.collect.reads.imports import troubled_rows
from moksori.collect.reads.units import unit_named
from moksori.collect.sources.mail.shown import shown
from moksori.collect.tables.dates import Order
from moksori.collect.tables.figures import ROLES, read_figures
from moksori.collect.tables.mapping import SINGLE, Mapping, ScoreColumn, mapping_from
from moksori.collect.writes import fetching, receiving, staging
from moksori.collect.writes.figures import take_figures
from moksori.collect.writes.imports import DryRun, begin

MOST_TOLD = 50
MANY = ("text", "attribute", "choice", *(kind.value for kind in SCORES))


@click.command("import")
@click.argument("file")
@click.option("--source", "source_name", required=True, help="Name of the source.")
@click.option("--unit", "unit_name", required=True, help="Name or number of the unit.")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="ROLE=COLUMN",
    help="What a column means: text, nps, csat, ces, rating, choice, attribute, "
    "external_id, "
    "date, product, region, customer, account, channel, language. Scores may add a "
    "scale: csat=만족도:1-7. Repeat it.",
)
@click.option("--channel", type=click.Choice(Channel.values), default="other")
@click.option("--encoding", default="", help="Instead of finding out.")
@click.option("--separator", default="", help="Instead of finding out; “tab” too.")
@click.option("--sheet", default="", help="Sheet of a workbook.")
@click.option(
    "--form",
    default="",
    metavar="KIND",
    help="Kind of export, such as qualtrics, or table; instead of finding out.",
)
@click.option(
    "--date-order", type=click.Choice([order.value for order in Order]), default=None
)
@click.option("--as", "email", default="", help="Act as this member (e-mail address).")
@click.option("--dry-run", is_flag=True, help="Only count what would happen.")
def import_file(  # noqa: PLR0913 - one parameter per option
    *,
    file: str,
    source_name: str,
    unit_name: str,
    pairs: tuple[str, ...],
    channel: str,
    encoding: str,
    separator: str,
    sheet: str,
    form: str,
    date_order: str | None,
    email: str,
    dry_run: bool,
) -> None:
    """Import FILE (CSV, Excel, Parquet, JSON lines; "-" for standard input).

    Each row becomes one feedback, once: the same file again adds nothing.
    """
    member = _member(email)
    unit = unit_named(unit_name)
    source = writes.known_or_new(source_name, unit=unit, channel=channel)
    is_new = source.pk is None
    options = FileOptions(encoding, separator, sheet, form)
    batch = _staged(file, source=source, options=options, member=member)
    try:
        mapping = _mapping(batch, pairs, date_order)
        writes.read_differently(
            batch, options=staging.options_kept(batch), mapping=mapping, by=member
        )
        _tell(mapping)
        if dry_run:
            found = writes.dry_run(batch, most=sys.maxsize, by=member)
            _count(found, dry=True)
            staging.drop_tried(batch, source_too=is_new)
            return
        begin(batch, by=member)
    except BaseException:
        staging.drop_tried(batch, source_too=is_new)
        raise
    try:
        batch = writes.run_import(batch.pk, progress=_progress)
    except BaseException:
        writes.stop_import(batch.pk)
        raise
    click.echo("", err=True)
    if batch.state == Batch.State.FAILED:
        raise UserError(batch.message)
    _count(batch, dry=False)


def _staged(
    file: str, *, source: Source, options: FileOptions, member: Member | None
) -> Batch:
    if file == "-":
        return writes.stage_file(
            sys.stdin.buffer, name="-", source=source, options=options, by=member
        )
    path = Path(file)
    if not path.is_file():
        raise NotFound(_("There is no file {name}. Check the path.").format(name=file))
    with path.open("rb") as content:
        return writes.stage_file(
            content, name=path.name, source=source, options=options, by=member
        )


def _member(email: str) -> Member | None:
    """Without one it is the system: who reaches this machine's data may do all."""
    if not email:
        return None
    found = Member.objects.filter(email=email.lower(), is_active=True).first()
    if found is None:
        raise NotFound(_("There is no member {email}.").format(email=email))
    return found


def _mapping(batch: Batch, pairs: tuple[str, ...], date_order: str | None) -> Mapping:
    """The suggestion, with every role that was given replaced by what was given."""
    given = _given(pairs)
    scores = [
        _score(kind, column) for kind in SCORES for column in given.get(kind.value, ())
    ]
    named = {column for columns in given.values() for column in columns}
    mapping = _without(
        mapping_from(batch.mapping), named | {score.column for score in scores}
    )
    changes: dict[str, object] = {
        role: columns[-1] for role, columns in given.items() if role in SINGLE
    }
    places = {"text": "texts", "attribute": "attributes", "choice": "choices"}
    for role, place in places.items():
        if role in given:
            changes[place] = tuple(given[role])
    if scores:
        changes["scores"] = tuple(scores)
    if date_order:
        changes["date_order"] = Order(date_order)
    return replace(mapping, **changes)  # type: ignore[arg-type]


def _given(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for pair in pairs:
        role, mark, column = pair.partition("=")
        if not mark or role not in {*SINGLE, *MANY}:
            raise UserError(
                _("Write --map as ROLE=COLUMN; {role} is no role.").format(role=role)
            )
        given.setdefault(role, []).append(column)
    return given


def _without(mapping: Mapping, columns: set[str]) -> Mapping:
    """The mapping with these columns free for another role."""
    single = {role: None for role in SINGLE if getattr(mapping, role) in columns}
    return replace(
        mapping,
        texts=tuple(name for name in mapping.texts if name not in columns),
        attributes=tuple(name for name in mapping.attributes if name not in columns),
        choices=tuple(name for name in mapping.choices if name not in columns),
        scores=tuple(s for s in mapping.scores if s.column not in columns),
        **single,  # type: ignore[arg-type]
    )


def _score(kind: Kind, column: str) -> ScoreColumn:
    name, mark, scale = column.rpartition(":")
    low, dash, high = scale.partition("-")
    if not mark or not dash or not (low + high).replace(".", "").isdecimal():
        return ScoreColumn(column, kind, *SCALES[kind])
    return ScoreColumn(name, kind, float(low), float(high))


def _tell(mapping: Mapping) -> None:
    for name in mapping.columns:
        click.echo(f"  {name}: {mapping.role_of(name)}", err=True)


def _progress(batch: Batch) -> None:
    total = batch.rows_total or 0
    line = _("{read} of {total} rows").format(
        read=f"{batch.rows_read:,}", total=f"{total:,}"
    )
    click.echo(f"\r{line}", nl=False, err=True)


def _count(found: Batch | DryRun, *, dry: bool) -> None:
    said = _("Would be: ") if dry else ""
    click.echo(
        said
        + _(
            "{added} new, {revised} changed, {unchanged} already here, {repeated} "
            "twice in the file, {refused} left out, {flagged} taken with a doubt."
        ).format(
            added=f"{found.added:,}",
            revised=f"{found.revised:,}",
            unchanged=f"{found.unchanged:,}",
            repeated=f"{found.repeated:,}",
            refused=f"{found.refused:,}",
            flagged=f"{found.flagged:,}",
        )
    )
    rows = found.troubles if isinstance(found, DryRun) else troubled_rows(found)
    for row in rows:
        message = " ".join(map(str, row.mistakes))
        click.echo(
            _("Row {row}: {message}").format(row=row.row, message=message), err=True
        )


@click.command()
@click.argument("kind", type=click.Choice(list(ROLES)))
@click.argument("file")
@click.option("--unit", "unit_name", required=True, help="Name or number of the unit.")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="ROLE=COLUMN",
    help="What a column means, where its name does not say it. Repeat it.",
)
@click.option("--as", "email", default="", help="Act as this member (e-mail address).")
def figures(
    kind: str, file: str, unit_name: str, pairs: tuple[str, ...], email: str
) -> None:
    """Bring in customers (accounts, customers), their usage, or demand from FILE.

    The same file again changes nothing; rows in trouble are told and left out.
    """
    mapping = dict(pair.partition("=")[::2] for pair in pairs)
    table = read_figures(read_file(file), kind, mapping=mapping)
    taken = take_figures(table, unit=unit_named(unit_name), by=_member(email))
    for one in taken.refused[:MOST_TOLD]:
        click.echo(
            _("Row %(row)s: %(why)s") % {"row": one.number, "why": one.message},
            err=True,
        )
    click.echo(
        _(
            "%(added)s new, %(changed)s changed, %(unchanged)s already here, "
            "%(refused)s left out."
        )
        % {
            "added": taken.added,
            "changed": taken.changed,
            "unchanged": taken.unchanged,
            "refused": len(taken.refused),
        }
    )


@click.command("read-mail")
@click.argument("file", type=click.File("rb"))
def read_mail(file: BinaryIO) -> None:
    """Show what would be taken of the mail in FILE (.eml, or - for standard input).

    Nothing is stored.
    """
    click.echo(json.dumps(shown(file.read()), ensure_ascii=False, indent=2))


@click.command("receive-mail")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=2525, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--protocol",
    default="smtp",
    show_default=True,
    type=click.Choice(["smtp", "lmtp"]),
    help="LMTP answers for each receiver by itself.",
)
def receive_mail(host: str, port: int, protocol: str) -> None:
    """Listen for mails that your mail server hands over, until Ctrl-C.

    A mail is accepted once it is stored for good. Nothing is passed on to others.
    """
    found = receiving.door(host=host, port=port, protocol=protocol)
    try:
        found.start()
    except OSError as error:
        raise UserError(
            _("Nothing can listen on {host} port {port}: {why}.").format(
                host=host, port=port, why=error.strerror
            )
        ) from error
    click.echo(
        _("Listening on {host} port {port} ({protocol}).").format(
            host=host, port=port, protocol=protocol.upper()
        )
    )
    try:
        receiving.wait_for_the_end()
    finally:
        found.stop()


@click.command("fetch-mail")
def fetch_mail() -> None:
    """Fetch the new mails of every mailbox that is due, now, without a worker."""
    for mailbox_id in fetching.due_mailboxes():
        mails = 0
        while (fetched := fetching.fetch_mails(mailbox_id)).mails:
            mails += fetched.mails
            if not fetched.has_more:
                break
        mailbox = Mailbox.objects.get(pk=mailbox_id)
        click.echo(f"{mailbox.address}: {mailbox.message or f'{mails:,}'}")
