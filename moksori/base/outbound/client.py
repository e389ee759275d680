"""One request: guarded, limited in time and size, each redirect checked again."""

from __future__ import annotations

import functools
import ssl
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

import httpcore
from django.utils.translation import gettext_noop as _

from moksori import __version__
from moksori.base.outbound.addresses import Place, looked_up, place_of
from moksori.base.outbound.answer import Answer
from moksori.base.outbound.errors import NotReached, OutboundError

CONNECT_SECONDS = 5.0
LARGEST = 5_000_000
REDIRECTS = 5
_FOLLOWED = frozenset({301, 302, 303, 307, 308})
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_FOR_GOOD = frozenset({301, 308})
_AGENT = f"Moksori/{__version__} (customer feedback; self-hosted)"


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    largest: int = LARGEST,
    seconds: float = 10.0,
) -> Answer:
    """What the server says, whatever its status.

    Only GET and HEAD follow redirects, at most five; headers that were given go to
    the first server alone. Raises Refused for an address that we do not go to, and
    OutboundError when there is no answer in time.
    """
    until = time.monotonic() + seconds
    asked = _Asked(method, dict(headers or {}), body, largest)
    first, moved, is_for_good = place_of(url), "", True
    place = first
    for _hop in range(REDIRECTS + 1):
        answer = _exchanged(url, place, asked, until)
        location = answer.headers.get("location", "")
        if answer.status not in _FOLLOWED or not location or method in _CHANGING:
            return replace(answer, moved=moved)
        url = urljoin(url, location)
        place = place_of(url)
        if place.origin != first.origin:
            asked = replace(asked, headers={})
        is_for_good = is_for_good and answer.status in _FOR_GOOD
        moved = url if is_for_good else moved
    raise OutboundError(_("The server sends us from one address to the next."))


@dataclass(frozen=True, slots=True)
class _Asked:
    method: str
    headers: Mapping[str, str]
    body: bytes | None
    largest: int


def _exchanged(url: str, place: Place, asked: _Asked, until: float) -> Answer:
    """One request and its answer, without following anything."""
    lookup = min(CONNECT_SECONDS, until - time.monotonic())
    addresses = looked_up(place, seconds=lookup)
    pool = httpcore.ConnectionPool(
        ssl_context=_tls(), network_backend=_Guarded(addresses, until)
    )
    try:
        with pool, pool.stream(**_request(place, asked)) as response:
            headers = _plain(response.headers)
            packing = headers.get("content-encoding", "")
            body, is_cut = _body(response.iter_stream(), packing, asked.largest)
            return Answer(response.status, headers, body, url, is_cut)
    except httpcore.ConnectTimeout:
        raise NotReached(
            _("“{host}” did not answer in time."), host=place.host
        ) from None
    except (httpcore.TimeoutException, _TooLate):
        raise OutboundError(
            _("“{host}” did not answer in time."), host=place.host
        ) from None
    except (httpcore.ConnectError, ssl.SSLError) as error:
        raise NotReached(_unconnected(error), host=place.host) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, zlib.error):
        raise OutboundError(
            _("The answer of “{host}” broke off or cannot be read."), host=place.host
        ) from None


def _request(place: Place, asked: _Asked) -> dict[str, Any]:
    given = {
        "user-agent": _AGENT,
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        **{name.lower(): value for name, value in asked.headers.items()},
        "host": place.header,
        "connection": "close",
    }
    if asked.body is not None:
        given["content-length"] = str(len(asked.body))
    try:
        headers = [(n.encode("ascii"), v.encode("latin-1")) for n, v in given.items()]
    except UnicodeError:
        raise OutboundError(
            _("A header contains letters that cannot be sent.")
        ) from None
    return {
        "method": asked.method,
        "url": httpcore.URL(
            scheme=place.scheme.encode(),
            host=place.host.encode(),
            port=place.port,
            target=place.target.encode(),
        ),
        "headers": headers,
        "content": asked.body,
        "extensions": {"timeout": {"connect": CONNECT_SECONDS}},
    }


def _plain(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _body(chunks: Iterable[bytes], packing: str, largest: int) -> tuple[bytes, bool]:
    """Unpacked as it comes, never more than allowed: a bomb stops at the limit."""
    whole = bytearray()
    unpack = _unpacker(packing)
    for chunk in chunks:
        room = largest + 1 - len(whole)
        whole += chunk[:room] if unpack is None else unpack(chunk, room)
        if len(whole) > largest:
            return bytes(whole[:largest]), True
    return bytes(whole), False


def _unpacker(packing: str) -> Any:
    kind = packing.strip().lower()
    if kind in {"", "identity"}:
        return None
    if kind not in {"gzip", "x-gzip", "deflate"}:
        raise OutboundError(_("The answer is packed in a way that was not asked for."))
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress


def _unconnected(error: Exception) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return _("The certificate of “{host}” is not valid.")
    return _("“{host}” cannot be reached.")


@functools.cache
def _tls() -> ssl.SSLContext:
    """The certificates of `SSL_CERT_FILE`, or those that come with Python's clients."""
    # Half a second to load, and only the first request needs it.
    import httpx  # noqa: PLC0415

    return httpx.create_ssl_context()


class _TooLate(Exception):
    """The time for the whole exchange is over."""


class _Guarded(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, whatever name is asked for."""

    def __init__(self, addresses: tuple[str, ...], until: float) -> None:
        self.addresses = addresses
        self.until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        end = min(self.until, time.monotonic() + CONNECT_SECONDS)
        for address in self.addresses[:-1]:
            with suppress(httpcore.NetworkError, httpcore.TimeoutException):
                # Half of what is left: the next address shall have its chance.
                return self._to(address, port, _left(end) / 2)
        return self._to(self.addresses[-1], port, _left(end))

    def _to(self, address: str, port: int, seconds: float) -> httpcore.NetworkStream:
        stream = httpcore.SyncBackend().connect_tcp(address, port, timeout=seconds)
        return _Timed(stream, self.until)


class _Timed(httpcore.NetworkStream):
    """A stream that ends at one moment, even if a byte comes every second."""

    def __init__(self, inner: httpcore.NetworkStream, until: float) -> None:
        self.inner = inner
        self.until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, _left(self.until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, _left(self.until))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = min(CONNECT_SECONDS, _left(self.until))
        inner = self.inner.start_tls(ssl_context, server_hostname, seconds)
        return _Timed(inner, self.until)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def _left(until: float) -> float:
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise _TooLate
    return seconds
