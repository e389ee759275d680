"""Asking a server in JSON: with patience, but not for ever."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

_AGAIN = {408, 409, 425, 429, 500, 502, 503, 504}
_LONGEST_WAIT = 30.0
_CHUNK = 65_536


class PostError(Exception):
    """No usable answer; the text names the host and the reason, never the key."""


class _AgainError(Exception):
    """This time there was no answer; the next time there may be one."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Address:
    """Where to ask, with which key (never shown), how patiently.

    `timeout` is for each silence, in seconds; a whole answer may take four of them.
    """

    url: str
    key: str = field(default="", repr=False)
    timeout: float = 30.0
    attempts: int = 5
    pause: float = 1.0

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or "?"


class _NoRedirect(HTTPRedirectHandler):
    """A server that sends us elsewhere would send the key there too."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = build_opener(_NoRedirect)


def post_json(address: Address, path: str, asked: Any, *, most_bytes: int) -> Any:
    """The JSON that the server answers; raises PostError when it does not.

    Tried again, later and later, when the server is busy, broken or silent, and after
    the time that it asks for (at most 30 s).
    """
    for attempt in range(1, address.attempts + 1):
        try:
            return _once(address, path, asked, most_bytes)
        except _AgainError as error:
            if attempt == address.attempts:
                raise PostError(
                    f"{address.host} {error} ({attempt} attempts)."
                ) from None
            grown = address.pause * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
            time.sleep(min(max(grown, error.wait), _LONGEST_WAIT))
    raise PostError(f"{address.host} was not asked.")


def _once(address: Address, path: str, asked: Any, most_bytes: int) -> Any:
    request = Request(  # noqa: S310 - the scheme is checked where settings are read
        address.url.rstrip("/").removesuffix(path) + path,
        data=json.dumps(asked).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "Moksori"},
    )
    if address.key:
        # Unredirected: it is for this host alone.
        request.add_unredirected_header("Authorization", f"Bearer {address.key}")
    try:
        with _opener.open(request, timeout=address.timeout) as answer:
            return json.loads(_read(answer, address, most_bytes))
    except HTTPError as error:
        with error:
            raise _refused(address, error) from None
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        raise _AgainError(f"does not answer: {reason}") from None
    except ValueError:
        raise PostError(f"{address.host} did not answer in JSON.") from None


def _refused(address: Address, error: HTTPError) -> Exception:
    # What the server says beside it may quote the key: it is not repeated.
    if error.code in _AGAIN:
        asked = str(error.headers.get("Retry-After", ""))
        return _AgainError(
            f"answers {error.code}", float(asked) if asked.isdecimal() else 0.0
        )
    hint = " Check the key." if error.code in {401, 403} else ""
    return PostError(f"{address.host} answers {error.code}.{hint}")


def _read(answer: Any, address: Address, most_bytes: int) -> bytes:
    until = time.monotonic() + 4 * address.timeout
    parts, size = [], 0
    while part := answer.read1(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > most_bytes:
            raise PostError(f"{address.host} answers more than anybody asked for.")
        if time.monotonic() > until:
            raise _AgainError("answers too slowly")
    return b"".join(parts)
