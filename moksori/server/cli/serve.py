"""Serve pages and API, and run the background worker."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from types import FrameType
from urllib.parse import urlsplit

import click
from django.conf import settings
from django.db import connections
from django.urls import get_resolver
from django.utils.translation import gettext as _
from gunicorn.app.base import BaseApplication

from moksori.base.jobs.worker import run_worker
from moksori.base.people.reads import demo_is_loaded
from moksori.server.prepare import prepare_static

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Forked from this process, which has everything imported: a start takes seconds less
# and the processes share that memory.
FORK = multiprocessing.get_context("fork")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen here.")
@click.option("--port", default=8000, show_default=True, help="Listen on this port.")
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=True,
    show_default=True,
    help="Run the background worker beside the web processes.",
)
@click.option("--demo", is_flag=True, help="Load the demo first, if it is not there.")
def serve(host: str, port: int, with_worker: bool, demo: bool) -> None:  # noqa: FBT001 – click
    """Serve Moksori; Ctrl-C stops it."""
    base = base_address(host, port)
    settings.MOKSORI_BASE_URL = base.url
    settings.CSRF_TRUSTED_ORIGINS = [base.url]
    if demo and not demo_is_loaded():
        # Elsewhere: what loading leaves behind (threads, memory) must not be forked.
        loaded = subprocess.run([sys.executable, "-m", "moksori", "demo"], check=False)
        if loaded.returncode:
            sys.exit(loaded.returncode)
    prepare_static()
    programs: list[Callable[[], None]] = [partial(_serve_pages, host, port)]
    if with_worker:
        programs.append(run_worker)
    _greet(f"http://{host}:{port}")
    if base.note:
        click.echo(base.note, err=True)
    sys.exit(_run_together(programs))


@click.command()
@click.option("--drain", is_flag=True, help="Stop when nothing is left to do.")
def worker(drain: bool) -> None:  # noqa: FBT001 – click
    """Run background jobs and schedules until stopped."""
    run_worker(drain=drain)


@dataclass(frozen=True, slots=True)
class Base:
    """The address in links, and what is odd about it."""

    url: str
    note: str = ""


def base_address(host: str, port: int) -> Base:
    """Where links in mails lead: as was set, else to the port that is listened on."""
    given = urlsplit(settings.MOKSORI_BASE_URL)
    if not settings.MOKSORI_BASE_URL_CHOSEN:
        name = "localhost" if host == "localhost" else "127.0.0.1"
        found = f"http://{name}:{port}"
        note = _(
            "Links in mails lead to {address}, which works on this machine only. "
            "Set MOKSORI_BASE_URL to the address that people use."
        )
        return Base(found, "" if host in LOOPBACK else note.format(address=found))
    is_here = given.hostname in LOOPBACK and given.scheme == "http"
    if is_here and (given.port or 80) != port:
        note = _("MOKSORI_BASE_URL says {address}, but port {port} is served.")
        return Base(
            settings.MOKSORI_BASE_URL,
            note.format(address=settings.MOKSORI_BASE_URL, port=port),
        )
    return Base(settings.MOKSORI_BASE_URL)


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # comes without types
    def __init__(self, **options: object) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        # Only now: it takes stock of the static files, which are collected just before.
        from moksori.server.wsgi import application  # noqa: PLC0415

        _ = get_resolver().url_patterns  # once for all, not once a process
        return application


def _serve_pages(host: str, port: int) -> None:
    _Gunicorn(
        bind=f"{host}:{port}",
        workers=settings.MOKSORI_WORKERS,
        threads=4,
        timeout=120,
        loglevel="warning",
        preload_app=True,
    ).run()


def _greet(address: str) -> None:
    click.echo(_("Moksori is at %(address)s") % {"address": address})
    if settings.MOKSORI_DEMO:
        click.echo(_("Choose one of five people on the sign-in page; no password."))
    else:
        click.echo(_("First member: moksori member add EMAIL --name NAME --admin"))
    sys.stdout.flush()


def _run_together(programs: list[Callable[[], None]]) -> int:
    """Run all until told to stop; a process that dies is started again."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    running = [_fork(program) for program in programs]
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    started = time.monotonic()
    while not stopping:
        time.sleep(0.3)
        for place, process in enumerate(running):
            if process.is_alive():
                continue
            if time.monotonic() - started < 5:  # does not even start: say so and end
                stopping = True
                break
            running[place] = _fork(programs[place])
            started = time.monotonic()
    return _stop_all(running)


def _fork(program: Callable[[], None]) -> BaseProcess:
    connections.close_all()  # a connection must not have two owners
    process = FORK.Process(target=program)
    process.start()
    return process


def _stop_all(running: list[BaseProcess]) -> int:
    failed = max(process.exitcode or 0 for process in running)
    for process in running:
        process.terminate()
    for process in running:
        process.join(timeout=20)
        if process.is_alive():
            process.kill()
    return failed
