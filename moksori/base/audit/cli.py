"""The log of changes from the command line."""

from __future__ import annotations

import sys

import click
from django.utils.translation import gettext as _

from moksori.base.audit.reads import verify


@click.command()
def verify_log() -> None:
    """Check that nobody changed, removed or reordered an entry of the log."""
    found = verify()
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
