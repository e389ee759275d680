"""Help in the installation's language, also before Django is loaded.

Commands write their help in English where they are; here it is translated, all of it
and click's own words too.
"""

from __future__ import annotations

import gettext
import inspect
from pathlib import Path

import click


def _(text: str) -> str:
    """Mark a text for translation; Django's own marker needs its settings loaded."""
    return text


def _n(one: str, _many: str) -> str:
    """The same for a text that counts."""
    return one


DOMAIN = "django"
LOCALE = Path(__file__).resolve().parents[2] / "locale"
CLICKS = (
    _("Aborted!"),
    _("Commands"),
    _("Error: {message}"),
    _("Invalid value for {param_hint}: {message}"),
    _("Missing argument"),
    _("Missing option"),
    _("No such command {name!r}."),
    _("No such option {name!r}."),
    _("Options"),
    _("Show the version and exit."),
    _("Show this message and exit."),
    _("Try '{command} {option}' for help."),
    _("Usage:"),
    _("default: {default}"),
    _n("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    _("directory"),
    _("file"),
    _("path"),
    _("{name} {filename!r} does not exist."),
    _("{name} {filename!r} is a directory."),
    _("{name} {filename!r} is not readable."),
)


def speak() -> None:
    """From now on our words, in the language that LANGUAGE names."""
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)


def said(text: str | None) -> str | None:
    return gettext.gettext(inspect.cleandoc(text)) if text else text


def translate(command: click.Command) -> click.Command:
    """The command, what it says about itself translated."""
    command.help = said(command.help)
    for option in command.params:
        if isinstance(option, click.Option):
            option.help = said(option.help)
    if isinstance(command, click.Group):
        for part in command.commands.values():
            translate(part)
    return command
