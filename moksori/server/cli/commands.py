"""Which commands there are, and how each is loaded."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import click


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


def _command(
    module: str, name: str, *, needs_data: bool = True
) -> Callable[[], click.Command]:
    def load() -> click.Command:
        _ready(needs_data=needs_data)
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 – narrows the type
        return command

    return load


COMMANDS: dict[str, Callable[[], click.Command]] = {
    "analyze": _command("moksori.understand.cli", "analyze", needs_data=False),
    "serve": _command("moksori.server.cli.serve", "serve"),
    "worker": _command("moksori.server.cli.serve", "worker"),
    "import": _command("moksori.collect.cli", "import_file"),
    "rebuild": _command("moksori.server.cli.rebuild", "rebuild"),
    "demo": _command("moksori.server.cli.demo", "demo"),
    "doctor": _command("moksori.server.cli.doctor", "doctor", needs_data=False),
    "member": _command("moksori.base.people.cli", "member"),
    "verify-log": _command("moksori.base.audit.cli", "verify_log"),
    "manage": _command("moksori.server.cli.manage", "manage"),
}
