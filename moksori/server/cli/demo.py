"""Load the demo: an invented company with real, public feedback."""

from __future__ import annotations

import sys
import time

import click
from django.conf import settings
from django.utils.translation import gettext as _

from moksori.base.errors import Conflict
from moksori.base.people.models import Member
from moksori.base.people.reads import demo_is_loaded
from moksori.server.demo.story import load_demo


@click.command()
def demo() -> None:
    """Load the demo company into an empty installation."""
    if demo_is_loaded():
        return
    if Member.objects.exists():
        raise Conflict(
            _(
                "This installation already has members. The demo only goes into an "
                "empty one: choose another MOKSORI_DATA_DIR."
            )
        )
    if not settings.MOKSORI_DEMO:
        raise Conflict(_("Set MOKSORI_DEMO=yes to load the demo."))
    started = time.monotonic()
    click.echo(_("Loading the demo (once, about a minute) …"), err=True)
    load_demo(tell=_tell)
    seconds = time.monotonic() - started
    click.echo(_("Loaded in %(seconds)d seconds.") % {"seconds": seconds}, err=True)


def _tell(line: str) -> None:
    click.echo(f"  {line}", err=True)
    sys.stderr.flush()
