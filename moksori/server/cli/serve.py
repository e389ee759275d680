"""Serve pages and API, and run the background worker."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from types import FrameType

import click
from django.conf import settings
from django.utils.translation import gettext as _

from moksori.base.jobs.worker import run_worker
from moksori.server.prepare import prepare_static


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
def serve(host: str, port: int, with_worker: bool) -> None:  # noqa: FBT001 – click
    """Serve Moksori; Ctrl-C stops it."""
    prepare_static()
    commands = [_web(host, port)]
    if with_worker:
        commands.append([sys.executable, "-m", "moksori", "worker"])
    _greet(f"http://{host}:{port}")
    sys.exit(_run_together(commands))


@click.command()
@click.option("--drain", is_flag=True, help="Stop when nothing is left to do.")
def worker(drain: bool) -> None:  # noqa: FBT001 – click
    """Run background jobs and schedules until stopped."""
    run_worker(drain=drain)


def _web(host: str, port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "moksori.server.wsgi",
        f"--bind={host}:{port}",
        f"--workers={settings.MOKSORI_WORKERS}",
        "--threads=4",
        "--timeout=120",
        "--log-level=warning",
    ]


def _greet(address: str) -> None:
    click.echo(_("Moksori is at %(address)s") % {"address": address})
    if settings.MOKSORI_DEMO:
        click.echo(_("Choose one of five people on the sign-in page; no password."))
    else:
        click.echo(_("First member: moksori member add EMAIL --name NAME --admin"))


def _run_together(commands: list[list[str]]) -> int:
    """Run all until told to stop; a process that dies is started again."""
    running = [subprocess.Popen(command) for command in commands]  # noqa: S603
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    started = time.monotonic()
    while not stopping:
        time.sleep(0.3)
        for place, process in enumerate(running):
            if process.poll() is None:
                continue
            if time.monotonic() - started < 5:  # does not even start: say so and end
                stopping = True
                break
            running[place] = subprocess.Popen(commands[place])  # noqa: S603
            started = time.monotonic()
    return _stop_all(running)


def _stop_all(running: list[subprocess.Popen[bytes]]) -> int:
    failed = max((process.poll() or 0) for process in running)
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
    return failed
