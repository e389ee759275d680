"""A hundred feeds of a server on loopback, polled three times: what comes, how fast.

python bench/collect/feeds.py        on the embedded database, in a folder of its own

Round 1 brings everything. Between 1 and 2 nothing happens; between 2 and 3 five feeds
get an item, five edit one, five change the order, and one hangs for twelve seconds.
"""
# ruff: noqa: PLC0415 - Django is imported once its folder is chosen

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FEEDS = 100
ITEMS = 30
WORDS = "배송이 예정보다 늦었고 연락이 없었습니다"


def body(number: int, items: list[tuple[int, str]]) -> bytes:
    """Every fourth feed has no ids, every fifth is CP949 that calls itself EUC-KR."""
    entries = "".join(
        "<item>"
        + (f"<guid isPermaLink='false'>{number}-{n}</guid>" if number % 4 else "")
        + f"<title>의견 {n}</title><link>https://x.example/{number}/{n}?utm_source=a"
        f"</link><pubDate>Mon, 02 Mar 2026 09:{n % 60:02}:00 +0900</pubDate>"
        f"<description>{words}</description></item>"
        for n, words in items
    )
    name, codec = ("euc-kr", "cp949") if number % 5 == 0 else ("UTF-8", "utf-8")
    text = f'<?xml version="1.0" encoding="{name}"?><rss version="2.0"><channel>'
    return f"{text}<title>t</title>{entries}</channel></rss>".encode(codec)


class Site:
    def __init__(self) -> None:
        self.items = {
            number: [(n, f"{WORDS} {number}-{n}") for n in range(ITEMS)]
            for number in range(FEEDS)
        }
        self.hanging: set[int] = set()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, number: int) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/{number}.xml"

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        if asked.path == "/robots.txt":
            asked.send_error(404)
            return
        number = int(asked.path[1:].partition(".")[0])
        if number in self.hanging:
            time.sleep(12)
        content = body(number, self.items[number])
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        is_known = asked.headers.get("If-None-Match") == tag
        try:
            asked.send_response(304 if is_known else 200)
            asked.send_header("ETag", tag)
            asked.send_header("Content-Length", "0" if is_known else str(len(content)))
            asked.end_headers()
            asked.wfile.write(b"" if is_known else content)
        except OSError:
            pass

    def live_on(self) -> None:
        for number in range(5):
            self.items[number].insert(0, (ITEMS, f"{WORDS} new {number}"))
        for number in range(5, 10):
            self.items[number][3] = (3, f"{WORDS} edited {number}")
        for number in range(10, 15):
            self.items[number].reverse()
        self.hanging.add(99)


def main() -> None:
    folder = tempfile.mkdtemp(prefix="moksori-feeds-")
    os.environ["MOKSORI_DATA_DIR"] = folder
    os.environ["MOKSORI_ALLOW_PRIVATE"] = "127.0.0.1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from moksori.base.people.models import Unit
    from moksori.collect.models import Feedback, Stream
    from moksori.collect.writes.streams import connect
    from moksori.collect.writes.visits import visit_now

    site = Site()
    unit = Unit.objects.create(name_ko="시험", name_en="Test", path="1/")
    for number in range(FEEDS):
        connect(
            "rss",
            unit=unit,
            given={"address": site.url(number)},
            name=f"feed {number}",
            by=None,
        )
    rounds = []
    for at in (1, 2, 3):
        if at == 3:
            site.live_on()
        rounds.append(one_round(list(Stream.objects.all()), visit_now))
    found = {"feeds": FEEDS, "feedback": Feedback.objects.count(), "rounds": rounds}
    json.dump(found, sys.stdout, indent=1)
    print()
    expected = FEEDS * ITEMS + 5
    assert found["feedback"] == expected, expected
    assert rounds[1]["added"] == rounds[1]["revised"] == 0
    assert rounds[1]["share_304"] >= 0.9
    assert (rounds[2]["added"], rounds[2]["revised"]) == (5, 5)
    assert rounds[2]["failed"] == 1
    assert max(one["slowest_seconds"] for one in rounds) < 15


def one_round(streams: list[Any], visit_now: Any) -> dict[str, Any]:
    began = time.monotonic()
    polls = [visit_now(stream) for stream in streams]
    asked = sum(poll.requests for poll in polls)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "slowest_seconds": max(poll.seconds for poll in polls),
        "added": sum(poll.added for poll in polls),
        "revised": sum(poll.revised for poll in polls),
        "failed": sum(bool(poll.problem) for poll in polls),
        "requests": asked,
        "share_304": round(sum(poll.unmodified for poll in polls) / asked, 3),
    }


if __name__ == "__main__":
    main()
