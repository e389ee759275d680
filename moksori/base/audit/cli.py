"""The log of changes from the command line."""

from __future__ import annotations

import sys

import click
from django.utils.translation import gettext as _

from moksori.base.audit.models import Entry
from moksori.base.audit.reads import verify


@click.command()
@click.option(
    "--head", default="", help="A head noted earlier: it must still be there."
)
def verify_log(head: str) -> None:
    """Check that nobody changed, removed or reordered an entry of the log.

    That the newest entries were cut off shows only against a head noted elsewhere.
    """
    found = verify()
    if head and not Entry.objects.filter(seal=head).exists():
        click.echo(
            _("The log no longer holds that head: entries were cut off."), err=True
        )
        sys.exit(1)
    if found.broken_at is not None:
        click.echo(
            _("Entry %(id)d does not fit the one before it: the log was changed.")
            % {"id": found.broken_at},
            err=True,
        )
        sys.exit(1)
    click.echo(
        _("%(entries)d entries, whole. Head: %(head)s")
        % {"entries": found.entries, "head": found.head}
    )
