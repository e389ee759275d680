"""Which commands there are, and how each is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from moksori.server.cli.words import _, said, translate


@dataclass(frozen=True, slots=True)
class Known:
    """A command that is not loaded yet: its place, and a line for the list of all."""

    module: str
    name: str
    summary: str
    needs_data: bool = True

    def load(self) -> click.Command:
        _ready(needs_data=self.needs_data)
        command = getattr(import_module(self.module), self.name)
        assert isinstance(command, click.Command)  # noqa: S101 – narrows the type
        return translate(command)


def _ready(*, needs_data: bool) -> None:
    """Load Django; with `needs_data`, make folder and database ready first."""
    import django  # noqa: PLC0415 – only the called command pays for it

    from moksori.server import prepare  # noqa: PLC0415

    if needs_data:
        prepare.prepare_folder()
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    translation.activate(settings.LANGUAGE_CODE)
    if needs_data:
        prepare.prepare_database()
        prepare.prepare_facts()


class Commands(click.Group):
    """Imports a command only when it is called: `moksori --help` stays quick."""

    def __init__(self, *, known: Mapping[str, Known], **given: Any) -> None:
        super().__init__(**given)
        self.known = known

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.known)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return self.known[name].load() if name in self.known else None

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        lines = [(name, said(one.summary) or "") for name, one in self.known.items()]
        with formatter.section(said("Commands") or ""):
            formatter.write_dl(lines)


COMMANDS: dict[str, Known] = {
    "analyze": Known(
        "moksori.understand.cli",
        "analyze",
        _("Find what hurts customers in a file, without a server."),
        needs_data=False,
    ),
    "stats": Known(
        "moksori.server.cli.stats",
        "stats",
        _("Statistics of a file, without a server: scores, drivers, effects …"),
        needs_data=False,
    ),
    "survey": Known(
        "moksori.server.cli.survey",
        "survey",
        _("Check, lint and convert questionnaires, without a server."),
        needs_data=False,
    ),
    "serve": Known(
        "moksori.server.cli.serve", "serve", _("Serve Moksori; Ctrl-C stops it.")
    ),
    "worker": Known(
        "moksori.server.cli.serve",
        "worker",
        _("Run background jobs and schedules until stopped."),
    ),
    "import": Known(
        "moksori.collect.cli", "import_file", _("Import a file of feedback.")
    ),
    "connections": Known(
        "moksori.server.cli.connections",
        "connections",
        _("List, make and read connections to feeds, forums and store pages."),
    ),
    "figures": Known(
        "moksori.collect.cli",
        "figures",
        _("Bring in customers, their use, or demand from a file."),
    ),
    "export": Known(
        "moksori.collect.out.cli", "export", _("Take out feedback as a file.")
    ),
    "contacts": Known(
        "moksori.collect.asking.cli",
        "contacts",
        _("Bring in people who may be asked, from a file."),
    ),
    "invite": Known(
        "moksori.collect.asking.cli",
        "invite_command",
        _("Invite contacts to a survey, within the rules of asking."),
    ),
    "editions": Known(
        "moksori.share.cli",
        "editions",
        _("How editions travel: previews, deliveries, sending what waits."),
    ),
    "paper": Known(
        "moksori.collect.paper.cli",
        "paper",
        _("Print questionnaires, list printings, withdraw one."),
    ),
    "read-mail": Known(
        "moksori.collect.cli",
        "read_mail",
        _("Show what would be taken of a mail; nothing is stored."),
        needs_data=False,
    ),
    "receive-mail": Known(
        "moksori.collect.cli",
        "receive_mail",
        _("Listen for mails that your mail server hands over."),
    ),
    "fetch-mail": Known(
        "moksori.collect.cli",
        "fetch_mail",
        _("Fetch the new mails of every mailbox now."),
    ),
    "scans": Known(
        "moksori.collect.paper.scan_cli",
        "scans",
        _("Bring in scans of printed questionnaires, and read them."),
    ),
    "visits": Known(
        "moksori.collect.field.cli",
        "visits",
        _("List visits to customers, write one down, correct or remove it."),
    ),
    "promises": Known(
        "moksori.act.casework.promise_cli",
        "promises",
        _("List promises to customers, keep, break or hand them on."),
    ),
    "themes": Known(
        "moksori.understand.cli",
        "themes",
        _("Take the tree of themes out, bring one in, or learn themes now."),
    ),
    "rebuild": Known(
        "moksori.server.cli.rebuild",
        "rebuild",
        _("Make the warehouse anew from what is in the database."),
    ),
    "demo": Known(
        "moksori.server.cli.demo",
        "demo",
        _("Load the demo company into an empty installation."),
    ),
    "doctor": Known(
        "moksori.server.cli.doctor",
        "doctor",
        _("Check this installation and say what to do."),
        needs_data=False,
    ),
    "member": Known(
        "moksori.base.people.cli", "member", _("Add members, and list them.")
    ),
    "verify-log": Known(
        "moksori.base.audit.cli",
        "verify_log",
        _("Check that nobody changed the log."),
    ),
    "manage": Known(
        "moksori.server.cli.manage",
        "manage",
        _("Run a command of Django itself (migrate, shell, dbshell …)."),
    ),
}
