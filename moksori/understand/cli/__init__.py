"""Commands of this step: `moksori analyze FILE` and `moksori themes …`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member, Unit
from moksori.collect.columns import read_file
from moksori.collect.tables import Table
from moksori.understand.models import affiliate_id

if TYPE_CHECKING:
    from moksori.understand.report import Findings
    from moksori.understand.report.reading import Columns

INTERRUPTED = 130


@click.command()
@click.argument("file")
@click.option("--text", "texts", multiple=True, metavar="COL", help="Customers' words.")
@click.option("--date", metavar="COL", default="", help="When it was said.")
@click.option("--score", metavar="COL", default="", help="The score given.")
@click.option("--by", multiple=True, metavar="COL", help="Compare groups. Repeatable.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write an HTML report.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
@click.option(
    "--language",
    type=click.Choice(["ko", "en"]),
    help="Of report and terminal. Without it MOKSORI_LANGUAGE decides, and without "
    "that the language of most texts.",
)
def analyze(  # noqa: PLR0913 – one parameter an option
    *,
    file: str,
    texts: tuple[str, ...],
    date: str,
    score: str,
    by: tuple[str, ...],
    out: str | None,
    as_data: bool,
    language: str | None,
) -> None:
    """Find what hurts customers in a FILE of feedback, without a server.

    FILE is CSV, Excel, Parquet or JSON lines; - reads standard input. Columns are
    recognised, or named by --text, --date and --score. Prints the ranked pain points,
    each from 30 complaints on; with fewer, what can be said without an order.
    --out report.html writes a page that stands alone.
    """
    # Loading numpy and the models takes a second; `moksori --help` need not.
    from moksori.understand.report.reading import Columns  # noqa: PLC0415

    chosen = language or (
        settings.LANGUAGE_CODE if settings.MOKSORI_LANGUAGE_CHOSEN else None
    )
    columns = Columns(texts, date, score, tuple(dict.fromkeys(by)))
    with _interruptible(), _speaking(chosen or translation.get_language() or "ko"):
        if out:
            _must_be_writable(Path(out))
        table = read_file(file)
        with _speaking(chosen or _language_of(table)):
            found = _found(table, columns)
        with _speaking(chosen or found.language):
            _tell(found, out=out, as_data=as_data)


def _found(table: Table, columns: Columns) -> Findings:
    from moksori.understand import report  # noqa: PLC0415 – as above
    from moksori.understand.report.progress import Progress  # noqa: PLC0415

    progress = Progress(sys.stderr)
    try:
        said = report.read(table, columns, on_progress=progress.rows)
        return report.analyse(said, on_progress=progress.of(len(said.texts)))
    finally:
        progress.done()


def _tell(found: Findings, *, out: str | None, as_data: bool) -> None:
    from moksori.understand.report import machine, render, terminal  # noqa: PLC0415

    if out:
        _write(Path(out), render.page(found))
    written = _("Report written to %(path)s.") % {"path": out}
    try:
        if as_data:
            click.echo(machine.as_json(found))
        else:
            for line in terminal.lines(found):
                click.echo(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # `| head` has read what it wanted: no failure. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if out:
        click.echo(written, err=True)


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    """In this language, also what goes wrong: its words are made before it ends."""
    with translation.override(language):
        try:
            yield
        except UserError as error:
            error.message = str(error)
            raise


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        # An impatient second Ctrl-C must not interrupt the farewell.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        click.echo(_("Stopped. No report was written."), err=True)
        sys.exit(INTERRUPTED)


def _language_of(table: Table) -> str:
    """Of the first rows, for what is said before all of it has been read."""
    cells = [str(cell) for row in table.head(50) for cell in row.cells]
    letters = "".join([*table.columns, *cells])
    korean = sum("가" <= letter <= "힣" for letter in letters)
    latin = sum(letter.isascii() and letter.isalpha() for letter in letters)
    # A Korean word takes a third of the letters of an English one.
    return "ko" if 3 * korean >= latin else "en"


def _must_be_writable(out: Path) -> None:
    """Before the work, and not after it."""
    folder = out.resolve().parent
    if not folder.is_dir():
        raise UserError(
            _("There is no folder %(path)s for the report. Make it first.")
            % {"path": folder}
        )
    if not os.access(out if out.exists() else folder, os.W_OK):
        raise UserError(
            _("%(path)s cannot be written. Choose another place for the report.")
            % {"path": out}
        )


def _write(out: Path, page: str) -> None:
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UserError(
            _("%(path)s could not be written: %(why)s.")
            % {"path": out, "why": error.strerror}
        ) from error


@click.group()
def themes() -> None:
    """Take the tree of themes out as a file, bring it in, or learn themes now."""


@themes.command("export")
@click.option("--unit", "unit_name", default="", help="Name or number of the unit.")
@click.option(
    "--out", type=click.Path(dir_okay=False), help="Otherwise standard output."
)
@click.option("--json", "as_data", is_flag=True, help="JSON instead of CSV.")
def export_themes(*, unit_name: str, out: str | None, as_data: bool) -> None:
    """Write the themes in use with their groups, words and examples."""
    from moksori.understand.reads import taxonomy  # noqa: PLC0415 – as above

    found = taxonomy.whole_taxonomy(_affiliate(unit_name))
    is_json = as_data or (out or "").endswith(".json")
    data = taxonomy.as_json(found) if is_json else taxonomy.as_csv(found)
    if out:
        _must_be_writable(Path(out))
        Path(out).write_bytes(data)
        click.echo(_("Written to %(path)s.") % {"path": out}, err=True)
    else:
        sys.stdout.buffer.write(data)


@themes.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--unit", "unit_name", default="", help="Name or number of the unit.")
@click.option(
    "--as", "email", required=True, help="Act as this member (e-mail address)."
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def import_themes(*, file: str, unit_name: str, email: str, dry_run: bool) -> None:
    """Change names, groups, words and examples of themes as FILE says."""
    from moksori.understand.reads import taxonomy  # noqa: PLC0415 – as above
    from moksori.understand.writes.taxonomy import (  # noqa: PLC0415 – as above
        import_taxonomy,
    )

    by = Member.objects.filter(email=email.lower(), is_active=True).first()
    if by is None:
        raise NotFound(_("There is no member {email}.").format(email=email))
    affiliate = _affiliate(unit_name)
    entries = taxonomy.entries_of(_bytes(file), name=file)
    changes = taxonomy.changes(affiliate, entries, by=by)
    for change in changes:
        click.echo(f"{'+' if change.is_new else '~'} {change.name}")
        for one in change.differences:
            click.echo(f"    {one.label}: {one.before or '–'} → {one.after or '–'}")
    if not changes:
        click.echo(_("Nothing changes: the themes are as the file says already."))
        return
    if not dry_run:
        done = import_taxonomy(affiliate, entries, by=by)
        click.echo(_("%(count)d themes changed.") % {"count": len(done)}, err=True)


@themes.command("learn")
@click.option("--unit", "unit_name", default="", help="Name or number of the unit.")
def learn(*, unit_name: str) -> None:
    """Learn themes anew from all feedback; what people taught stays."""
    from moksori.understand import writes  # noqa: PLC0415 – as above

    run = writes.learn_themes(_affiliate(unit_name))
    if run is None:
        raise UserError(_("There is too little feedback to learn themes from."))
    writes.catch_up()
    click.echo(
        _("%(kept)d themes found again, %(born)d new, %(archived)d put away.")
        % {"kept": run.kept, "born": run.born, "archived": run.archived}
    )


def _affiliate(name: str) -> int:
    """The unit of this name or number whose themes are meant; the only one there is."""
    from moksori.understand.writes import learned_affiliates  # noqa: PLC0415 – as above

    rows = Unit.objects.filter(pk__in=learned_affiliates())
    if name:
        rows = Unit.objects.filter(name_ko=name) | Unit.objects.filter(name_en=name)
        if name.isascii() and name.isdecimal() and len(name) < 18:
            rows = Unit.objects.filter(pk=int(name))
    found = list(rows[:2])
    if len(found) == 1:
        return affiliate_id(found[0].path)
    known = ", ".join(f"{unit.name} ({unit.pk})" for unit in Unit.objects.all()[:20])
    if name and not found:
        raise NotFound(
            _("There is no unit “%(name)s”. There are: %(known)s.")
            % {"name": name, "known": known}
        )
    raise NotFound(
        _("Say which unit is meant with --unit: %(known)s.") % {"known": known}
    )


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UserError(
            _("%(path)s cannot be read: %(why)s.")
            % {"path": file, "why": error.strerror}
        ) from error
