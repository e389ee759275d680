"""A real web server on loopback whose answers a test writes."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Said:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Heard:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    port: int
    heard: list[Heard] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@contextmanager
def serving(
    answer: Callable[[Heard], Said], tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """The server while the block runs; it remembers what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            names = {k.lower(): v for k, v in self.headers.items()}
            heard = Heard(self.command, self.path, names, self.rfile.read(length))
            server.heard.append(heard)
            said = answer(heard)
            try:
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                if "content-length" not in {name.lower() for name in said.headers}:
                    self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    inner = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    inner.daemon_threads = True
    inner.block_on_close = False
    if tls is not None:
        inner.socket = tls.wrap_socket(inner.socket, server_side=True)
    server = Server(inner.server_address[1])
    thread = threading.Thread(target=inner.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        inner.shutdown()
        inner.server_close()
        thread.join()
