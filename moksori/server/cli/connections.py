"""Connections from the command line: which there are, make one, read one now."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound, UserError
from moksori.collect.models import Poll, Stream
from moksori.collect.reads.units import unit_named
from moksori.collect.sources.connector import connectors
from moksori.collect.writes.streams import connect
from moksori.collect.writes.visits import visit_now


@click.group()
def connections() -> None:
    """Feeds, forums and store pages that are read regularly."""


@connections.command("list")
def listed() -> None:
    """List them: number, kind, name, state, and what is wrong."""
    rows = Stream.objects.select_related("source", "unit")
    for stream in rows:
        parts = [str(stream.pk), stream.kind, stream.source.name, stream.unit.name]
        click.echo("  ".join([*parts, str(stream.get_state_display())]))
        if stream.message:
            click.echo(f"    {stream.message}")
    if not rows:
        click.echo(_("There is no connection yet."))


@connections.command("add")
@click.argument("kind")
@click.option("--unit", "unit_name", required=True, help="Name or number of the unit.")
@click.option("--name", default="", help="What to call it.")
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="What the kind asks for, such as address=https://… Repeat it.",
)
def add(kind: str, unit_name: str, name: str, pairs: tuple[str, ...]) -> None:
    """Connect to something of KIND, and read it for the first time."""
    found = connectors().get(kind)
    if found is None or found.live is None:
        known = ", ".join(one.kind for one in connectors().values() if one.live)
        raise NotFound(
            _("There is no kind {kind}. There are: {known}.").format(
                kind=kind, known=known
            )
        )
    given = dict(pair.partition("=")[::2] for pair in pairs)
    unknown = sorted(set(given) - {ask.name for ask in found.live.asks})
    if unknown:
        asked = ", ".join(ask.name for ask in found.live.asks)
        raise UserError(
            _("{kind} does not ask for {name}. It asks for: {asked}.").format(
                kind=kind, name=unknown[0], asked=asked
            )
        )
    unit = unit_named(unit_name)
    try:
        stream = connect(kind, unit=unit, given=given, name=name, by=None)
    except UserError as error:
        # At a terminal there is no field beside which to say it.
        place = f"{error.field}: " if error.field else ""
        raise UserError(f"{place}{error}") from None
    _read(stream)


@connections.command("read")
@click.argument("number", type=int)
def read(number: int) -> None:
    """Read the connection of this NUMBER now."""
    stream = Stream.objects.select_related("source").filter(pk=number).first()
    if stream is None:
        raise NotFound(_("There is no connection {number}.").format(number=number))
    _read(stream)


def _read(stream: Stream) -> None:
    poll = visit_now(stream)
    if poll is None:
        raise UserError(_("This connection is paused, or being read already."))
    if poll.problem:
        raise UserError(poll.message)
    click.echo(_told(poll))


def _told(poll: Poll) -> str:
    return _(
        "{added} new, {revised} changed, {unchanged} already here, {removed} deleted."
    ).format(
        added=f"{poll.added:,}",
        revised=f"{poll.revised:,}",
        unchanged=f"{poll.unchanged:,}",
        removed=f"{poll.removed:,}",
    )
