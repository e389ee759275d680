"""What can be wrong with an installation, checked one by one."""

from __future__ import annotations

import shutil
import smtplib
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from moksori.analysis.encoders import EncoderError, label
from moksori.base.jobs.reads import oldest_waiting_minutes
from moksori.base.warehouse import outbox, warehouse
from moksori.understand.reads.encoders import wanted_encoder

LOW_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was seen, what to do if it is not well.

    A warning is well, and still something to know.
    """

    what: str
    seen: str
    is_well: bool
    remedy: str = ""
    is_warning: bool = False


def findings() -> list[Finding]:
    """Every check in order; a check that fails does not stop the next ones."""
    return [finding for check in CHECKS for finding in _safely(check)]


def _safely(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except Exception as error:  # noqa: BLE001 – a doctor survives any illness
        return [
            Finding(
                check.__name__.strip("_"),
                f"{type(error).__name__}: {error}",
                is_well=False,
                remedy=_("This check itself failed; report it with this line."),
            )
        ]


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        _("Python"), version, sys.version_info >= (3, 11), _("Install Python 3.11+.")
    )


def _folder() -> Iterator[Finding]:
    folder: Path = settings.DATA_DIR
    if not folder.is_dir():
        yield Finding(
            _("Data folder"),
            _("%(folder)s does not exist yet") % {"folder": folder},
            is_well=False,
            remedy=_("It is made by the first `moksori serve` or `make run`."),
        )
        return
    probe = folder / ".probe"
    try:
        probe.write_text("x", encoding="ascii")
        probe.unlink()
    except OSError as error:
        yield Finding(
            _("Data folder"),
            f"{folder}: {error.strerror}",
            is_well=False,
            remedy=_("Give this user the right to write there."),
        )
        return
    free = shutil.disk_usage(folder).free
    yield Finding(
        _("Data folder"),
        _("%(folder)s, %(free)d MB free")
        % {"folder": folder, "free": free // 1_000_000},
        is_well=free > LOW_BYTES,
        remedy=_("Free at least 500 MB; below that nothing new is taken in."),
    )


def _database() -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        options = sqlite3.connect(":memory:").execute("PRAGMA compile_options")
        has_search = ("ENABLE_FTS5",) in options.fetchall()
        yield Finding(
            _("SQLite"),
            sqlite3.sqlite_version,
            has_search,
            _("This Python's SQLite has no FTS5; use another build or PostgreSQL."),
        )
        if not Path(connection.settings_dict["NAME"]).exists():
            yield Finding(
                _("Database"),
                _("not made yet"),
                is_well=False,
                remedy=_("It is made by the first `moksori serve` or `make run`."),
            )
            return
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        yield Finding(
            _("Database"),
            str(error).splitlines()[0],
            is_well=False,
            remedy=_("Check MOKSORI_DATABASE_URL and that the server runs."),
        )
        return
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(
        _("Database"),
        connection.vendor if not waiting else _("older than this version"),
        not waiting,
        _("Run `moksori manage migrate`."),
    )


def _models() -> Iterator[Finding]:
    try:
        encoder = wanted_encoder()
        encoder.encode(["배송이 늦어요"])
    except EncoderError as error:
        yield Finding(
            _("Language model"),
            str(error),
            is_well=False,
            remedy=_("Check MOKSORI_ENCODER; until then the last one places."),
        )
        return
    yield Finding(_("Language model"), label(encoder), is_well=True)


def _warehouse() -> Iterator[Finding]:
    try:
        is_foreign = outbox.is_from_another_server()
    except DatabaseError:
        is_foreign = False  # the check of the database has said what is wrong
    yield Finding(
        _("Warehouse"),
        _("made from another database server: changes since are not seen")
        if is_foreign
        else _("version %(version)s") % {"version": warehouse().version},
        not is_foreign,
        _("Run `moksori rebuild`."),
    )


def _jobs() -> Iterator[Finding]:
    try:
        minutes = oldest_waiting_minutes()
    except DatabaseError:
        return  # the check of the database has said what is wrong
    yield Finding(
        _("Background jobs"),
        _("oldest has waited %(minutes)d min") % {"minutes": minutes},
        minutes < 30,
        _("Is a worker running? Start one with `moksori worker`."),
    )


def _mail() -> Iterator[Finding]:
    if not settings.MOKSORI_MAIL_IS_SENT:
        yield Finding(_("Mail"), _("kept on the outbox page"), is_well=True)
        return
    try:
        get_connection().open()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding(
            _("Mail"),
            str(error),
            is_well=False,
            remedy=_("Check MOKSORI_SMTP_URL and that the mail server can be reached."),
        )
        return
    yield Finding(
        _("Mail"), f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}", is_well=True
    )


def _safety() -> Iterator[Finding]:
    if settings.MOKSORI_DEMO:
        yield Finding(
            _("Safety"),
            _("demo mode: anybody can sign in; never for real data"),
            is_well=True,
            is_warning=True,
        )
        return
    local = "127.0.0.1" in settings.MOKSORI_BASE_URL
    secure = settings.MOKSORI_BASE_URL.startswith("https://")
    yield Finding(
        _("Safety"),
        settings.MOKSORI_BASE_URL,
        (local or secure) and not settings.DEBUG,
        _("Serve over https and set MOKSORI_BASE_URL to it; switch DEBUG off."),
    )


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _folder,
    _database,
    _models,
    _warehouse,
    _jobs,
    _mail,
    _safety,
)
