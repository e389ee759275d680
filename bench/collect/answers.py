"""Complete survey answers a second, over sockets, while files are imported.

    python -m bench.collect.answers             four web processes, a minute
    python -m bench.collect.answers --kill      the server killed -9 in the middle
    python -m bench.collect.answers --quota     eight processes at a quota of 100
    MOKSORI_DATABASE_URL=postgresql://… python -m bench.collect.answers

Every customer has an address of their own (127.x.y.z), connects, and sends the page
that they had been shown; with --look they are also shown it in the same connection.
An answer counts when the server has acknowledged it, which is after it is on the disk.
"""

# Settings must be said before Django is loaded, hence the imports within functions.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.installation import open_at, pace, reviews

DRAFT: dict[str, Any] = {
    "moksori": 1,
    "title": {"ko": "방문 소감"},
    "languages": ["ko"],
    "pages": [{"id": "p1", "questions": [
        {"id": "nps", "type": "nps", "text": {"ko": "추천하시겠습니까?"}},
        {"id": "stars", "type": "stars", "text": {"ko": "오늘 방문은 어떠셨습니까?"}},
        {"id": "why", "type": "long_text", "text": {"ko": "그 까닭은 무엇입니까?"}},
    ]}],
}  # fmt: skip
AT_ONCE = 16
MOST_A_SECOND = 700  # answers that the clients have ready
IMPORTED = 20_000  # rows of the file that is imported again and again


@dataclass
class Told:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    retries: int = 0
    acknowledged: int = 0


def main() -> None:
    given = _arguments()
    folder = Path(given.folder or tempfile.mkdtemp(prefix="moksori-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "secret_key"  # forms are signed here and read by the server
    if not key.exists():
        key.write_text(secrets.token_urlsafe(50), encoding="ascii")
    open_at(folder)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    survey = _survey(quota=100 if given.quota else 0)
    if given.quota:
        _race(survey)
        return
    server, port = _serve(folder, given.workers)
    importing = _import(folder) if given.imports else None
    before = _counts(survey)
    try:
        told, server = asyncio.run(_ask(survey, given, server, (folder, port)))
    finally:
        if importing:
            importing.kill()
            importing.wait()
        _end(server)
    _report(told, given, survey, before)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--look", action="store_true", help="show the page, too")
    parser.add_argument("--kill", action="store_true", help="kill -9 in the middle")
    parser.add_argument("--quota", action="store_true", help="only the race")
    parser.add_argument("--no-imports", dest="imports", action="store_false")
    parser.add_argument("--folder", help="keep the installation here")
    return parser.parse_args()


def _survey(*, quota: int) -> Any:
    from moksori.base.people import writes as people
    from moksori.base.people.models import Unit
    from moksori.collect.writes.surveys import add_survey, publish

    unit = Unit.objects.first() or people.add_unit("벤치", name_en="Bench", by=None)
    draft = {**DRAFT, "quotas": [{"id": "all", "limit": quota}] if quota else []}
    survey = add_survey(f"벤치 {time.time()}", unit=unit, draft=draft, by=None)
    publish(survey, by=None)
    survey.refresh_from_db()
    return survey


def _serve(folder: Path, workers: int, port: int = 0) -> tuple[Any, int]:
    """The product as it is started by `moksori serve`, and its port."""
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    environ = {**os.environ, "MOKSORI_WORKERS": str(workers)}
    command = [sys.executable, "-m", "moksori", "serve", "--port", str(port)]
    server = subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, start_new_session=True
    )
    for _try in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server, port
    raise SystemExit("The server does not start.")


def _end(server: Any) -> None:
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)


def _import(folder: Path) -> Any:
    """A file imported over and over in another process, as a busy day has it."""
    import csv

    path = folder / "background.csv"
    texts = reviews()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "review", "score"])
        for n in range(IMPORTED):
            text, score = texts[n % len(texts)]
            writer.writerow([n, text, score])
    again = (
        "import subprocess, sys\n"
        "for n in range(10**6):\n"
        "    subprocess.run([sys.executable, '-m', 'moksori', 'import', sys.argv[1],"
        " '--unit', '벤치', '--source', f'background {n}'],"
        " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
    )
    return subprocess.Popen([sys.executable, "-c", again, str(path)])


async def _ask(
    survey: Any, given: argparse.Namespace, server: Any, where: tuple[Path, int]
) -> tuple[Told, Any]:
    told, folder, port = Told(), *where
    # Filled in before: customers have computers of their own.
    most = int(given.seconds * MOST_A_SECOND)
    ready = [(number, _form(survey, number)) for number in range(most)]
    more = ((number, _form(survey, number)) for number in itertools.count(most))
    forms = itertools.chain(ready, more)
    stop_at = time.monotonic() + given.seconds

    async def customers() -> None:
        while time.monotonic() < stop_at:
            number, body = next(forms)
            address = _address(number)
            await _answer(survey, body, (address, port), told, look=given.look)

    tasks = [asyncio.create_task(customers()) for _one in range(given.at_once)]
    if given.kill:
        await asyncio.sleep(given.seconds / 2)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        server, _port = await asyncio.to_thread(_serve, folder, given.workers, port)
    await asyncio.gather(*tasks)
    return told, server


def _address(number: int) -> str:
    return f"127.{1 + number // 62_500 % 200}.{number // 250 % 250}.{1 + number % 250}"


async def _answer(
    survey: Any, body: bytes, between: tuple[str, int], told: Told, *, look: bool
) -> None:
    """One customer, who sends again until the server says that it has the answer."""
    started = time.perf_counter()
    attempt = 0
    while attempt < 200:
        try:
            status = await asyncio.wait_for(
                _exchange(survey.slug, body, between, look=look), timeout=30
            )
        except (OSError, TimeoutError):
            told.retries += 1
            attempt += 1
            await asyncio.sleep(0.1)
            continue
        if status == 303:
            told.acknowledged += 1
        else:
            told.errors += 1
        break
    else:
        told.errors += 1
    if not attempt:
        told.seconds.append(time.perf_counter() - started)


async def _exchange(
    slug: str, body: bytes, between: tuple[str, int], *, look: bool
) -> int:
    """The status of the answer. Plain sockets: the clients' computing is not ours."""
    address, port = between
    loop = asyncio.get_running_loop()
    with socket.socket() as customer:
        customer.settimeout(0)  # asyncio waits
        customer.bind((address, 0))
        await loop.sock_connect(customer, ("127.0.0.1", port))
        if look:
            head = f"GET /s/{slug}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            await loop.sock_sendall(customer, head.encode())
            await _response(loop, customer)
        head = (
            f"POST /s/{slug}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        await loop.sock_sendall(customer, head.encode() + body)
        return await _response(loop, customer)


async def _response(loop: asyncio.AbstractEventLoop, customer: socket.socket) -> int:
    """The status, once all of the page has come."""
    found = b""
    while not _is_whole(found):
        more = await loop.sock_recv(customer, 65_536)
        if not more:
            raise ConnectionResetError
        found += more
    return int(found.split(b" ", 2)[1])


def _is_whole(found: bytes) -> bool:
    head, blank, page = found.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
    return bool(blank) and len(page) >= (int(length[1]) if length else 0)


def _form(survey: Any, number: int) -> bytes:
    """What the browser holds after the page was shown a minute ago."""
    from datetime import timedelta

    from django.utils import timezone

    from moksori.collect.answering.tokens import (
        Begin,
        Screen,
        new_token,
        sign_begin,
        sign_screen,
    )

    shown = timezone.now() - timedelta(minutes=1)
    begin = Begin(new_token(), survey.version_id, "web")
    fields = {
        "begin": sign_begin(begin),
        "screen": sign_screen(Screen("p1", ("nps", "stars", "why"), shown)),
        "lang": "ko",
        "nps": str(number % 11),
        "stars": str(1 + number % 5),
        "why": f"{number}번째 손님입니다. 직원이 친절했지만 배송이 늦었어요.",
    }
    return urlencode(fields).encode()


def _counts(survey: Any) -> int:
    from moksori.collect.models import Feedback

    return int(Feedback.objects.filter(source=survey.source).count())


def _report(told: Told, given: argparse.Namespace, survey: Any, before: int) -> None:
    from moksori.collect.models import Response

    stored = _counts(survey) - before
    responses = Response.objects.filter(survey=survey, state="complete").count()
    cuts = statistics.quantiles(told.seconds, n=100) if told.seconds else [0.0] * 99
    load = os.getloadavg()[0]
    print(f"{told.acknowledged} acknowledged in {given.seconds:.0f} s: "
          f"{told.acknowledged / given.seconds:.0f}/s, "
          f"p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, "
          f"p99 {cuts[98] * 1000:.0f} ms, {told.errors} errors, "
          f"{told.retries} sent again")  # fmt: skip
    print(f"stored {stored} feedbacks of {responses} complete responses: "
          f"lost {told.acknowledged - stored}, "
          f"doubled {max(0, stored - responses)}; load {load:.1f} "
          f"on {os.cpu_count()} cores; {pace()}")  # fmt: skip


def _race(survey: Any) -> None:
    """Eight processes at once at a quota of 100, each with 40 customers."""
    import logging

    from django.db import connections

    from moksori.collect.models import QuotaCount, Response

    logging.disable(logging.WARNING)  # most are told that it is full, as meant
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    runners = [fork.Process(target=_rush, args=(survey, n)) for n in range(8)]
    for one in runners:
        one.start()
    for one in runners:
        one.join()
    states = {
        state: Response.objects.filter(survey=survey, state=state).count()
        for state in ("complete", "full")
    }
    count = QuotaCount.objects.get(survey=survey).count
    print(f"quota of 100, 8 processes, 320 customers: {states['complete']} complete, "
          f"{states['full']} told that it is full; counted {count}, "
          f"stored {_counts(survey)}")  # fmt: skip


def _rush(survey: Any, process: int) -> None:
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    for n in range(40):
        client.post(
            f"/s/{survey.slug}/",
            _form(survey, n).decode(),
            content_type="application/x-www-form-urlencoded",
            REMOTE_ADDR=f"10.{process}.0.{n + 1}",
        )


if __name__ == "__main__":
    main()
