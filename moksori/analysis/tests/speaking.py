"""A server that plays an OpenAI-compatible endpoint, with its moods."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

DIMS = 32


def spelled_vector(text: str, dims: int = DIMS) -> list[float]:
    """A vector by the pairs of letters in a text: alike texts lie close."""
    row = [0.0] * dims
    plain = text.lower()
    for pair in pairwise(plain):
        digest = hashlib.blake2b("".join(pair).encode(), digest_size=4).digest()
        row[digest[0] % dims] += 1 if digest[1] % 2 else -1
    return row if any(row) else [1.0] + [0.0] * (dims - 1)


def embeddings(asked: dict[str, Any], dims: int = DIMS) -> dict[str, Any]:
    """The answer of `/embeddings`, out of order as some servers give it."""
    rows = [
        {"index": at, "embedding": spelled_vector(text, dims)}
        for at, text in enumerate(asked["input"])
    ]
    return {"data": rows[::-1]}


def said(text: str) -> dict[str, Any]:
    """The answer of `/chat/completions`."""
    return {"choices": [{"message": {"role": "assistant", "content": text}}]}


@dataclass
class Speaker:
    """What it heard, and what it will say: `moods` first, one a request.

    A mood is a status, a body to send as it is, or a number of seconds to be silent.
    """

    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    moods: list[int | bytes | float] = field(default_factory=list)
    says: Callable[[dict[str, Any]], Any] = embeddings
    is_down: bool = False


@contextmanager
def speaker() -> Iterator[Speaker]:
    """A server on a port of this machine until the end of the block."""
    found = Speaker()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.heard.append(asked)
            found.keys.append(self.headers.get("Authorization", ""))
            mood: Any = (
                503 if found.is_down else found.moods.pop(0) if found.moods else b""
            )
            if isinstance(mood, float):
                time.sleep(mood)
                mood = b""
            self._answer(mood, asked)

        def _answer(self, mood: int | bytes, asked: dict[str, Any]) -> None:
            status = mood if isinstance(mood, int) else 200
            body = mood if isinstance(mood, bytes) else b"sk-secret"
            if mood == b"":
                body = json.dumps(found.says(asked)).encode()
            try:
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", found.url + "/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return  # who asked did not wait

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
