"""The command line: `moksori …`."""

from __future__ import annotations

import os
import sys

import click

from moksori import __version__
from moksori.server.cli.commands import COMMANDS, Commands
from moksori.server.cli.words import speak, translate
from moksori.server.environment import SettingError, read


@click.group(
    cls=Commands,
    known=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="moksori")
def cli() -> None:
    """The customer's voice, turned into proven action."""


def main() -> None:
    """Run a command; Ctrl-C ends without a trace, also while Django is loading."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    """Errors that a person can act on end with one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    try:
        os.environ["LANGUAGE"] = read(os.environ)["LANGUAGE"]
        speak()
    except SettingError as error:
        click.echo(f"moksori: {error}", err=True)
        sys.exit(2)
    from moksori.base.errors import UserError  # noqa: PLC0415 – Django is slow to load

    try:
        translate(cli).main(standalone_mode=True)
    except UserError as error:
        click.echo(f"moksori: {error}", err=True)
        sys.exit(error.exit_code)
