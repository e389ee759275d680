"""Make the warehouse and what search reads anew from the database."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from moksori.base.warehouse import outbox, warehouse
from moksori.understand.writes import rebuild_facts, rebuild_index, rebuild_tokens


@click.command()
def rebuild() -> None:
    """Make the warehouse and the search anew from what is in the database."""
    if outbox.is_from_another_server():
        # A dump was restored here: new changes would never be read.
        outbox.settle()
    rebuild_facts()
    rebuild_tokens()
    rebuild_index()
    click.echo(
        _("The warehouse was made anew: version %(version)d.")
        % {"version": warehouse().version}
    )
