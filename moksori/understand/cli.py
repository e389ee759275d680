"""Commands of this step: `moksori analyze FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from django.utils import translation
from django.utils.translation import gettext as _

from moksori.collect.tables import Table, read_table


@click.command()
@click.argument("file")
@click.option("--text", "texts", multiple=True, metavar="COL", help="Customers' words.")
@click.option("--date", metavar="COL", default="", help="When it was said.")
@click.option("--score", metavar="COL", default="", help="The score given.")
@click.option("--by", multiple=True, metavar="COL", help="Compare groups. Repeatable.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write an HTML report.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
@click.option("--language", type=click.Choice(["ko", "en"]), help="Of the report.")
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
    recognised, or named by --text, --date and --score. Prints the ranked pain points;
    --out report.html writes a page that stands alone.
    """
    # Loading numpy and the models takes a second; `moksori --help` need not.
    from moksori.understand import report  # noqa: PLC0415
    from moksori.understand.report import machine, render, terminal  # noqa: PLC0415
    from moksori.understand.report.progress import Progress  # noqa: PLC0415
    from moksori.understand.report.reading import Columns  # noqa: PLC0415

    with translation.override(language or translation.get_language() or "ko"):
        progress = Progress(sys.stderr)
        table = _table(file)
        said = report.read(
            table, Columns(texts, date, score, by), on_progress=progress.rows
        )
        found = report.analyse(said, on_progress=progress.of(len(said.texts)))
        progress.done()
    with translation.override(language or found.language):
        if out:
            Path(out).write_text(render.page(found), encoding="utf-8")
        if as_data:
            click.echo(machine.as_json(found))
            return
        for line in terminal.lines(found):
            click.echo(line)
        if out:
            click.echo("\n" + _("Report written to %(path)s.") % {"path": out})


def _table(file: str) -> Table:
    if file == "-":
        return read_table(sys.stdin.buffer, name=_("standard input"))
    return read_table(file)
