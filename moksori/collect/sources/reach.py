"""Asking another server politely: only what is new, within a time, and by its rules."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.utils.translation import gettext_noop as _

from moksori.base.outbound import Answer, OutboundError, fetch
from moksori.collect.tables.messages import Unreadable

BUDGET = 14.0  # seconds for one visit; a worker waits no longer
EACH = 10.0
MOST_KEPT = 40  # addresses whose validators are kept
ROBOTS_FOR = 24 * 3600
_TRY_LATER = frozenset({429, 503})


class Trouble(Unreadable):
    """A visit that failed, in words that can rest and be translated later."""

    code = "connection"


class Gone(Trouble):
    """The other side has ended this for good; asking again will not help."""


class Later(Trouble):
    """The other side asks us to come back after so many seconds."""

    def __init__(self, template: str, *, wait: float, **facts: Any) -> None:
        super().__init__(template, **facts)
        self.wait = wait


class Reach:
    """The requests of one visit. What was learned about addresses is in `validators`.

    `seconds` is for all of them together: `is_over` says that no more should follow.
    """

    def __init__(
        self,
        validators: Mapping[str, Any] | None = None,
        *,
        seconds: float = BUDGET,
        obeys_robots: bool = False,
    ) -> None:
        self.validators: dict[str, Any] = dict(validators or {})
        self.until = time.monotonic() + seconds
        self.obeys_robots = obeys_robots
        self.requests = 0
        self.unmodified = 0

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until - 1

    def new(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> Answer | None:
        """The answer if it is another one than the last time, else None."""
        kept = self.validators.get(url, {})
        asked = dict(headers or {})
        if kept.get("etag"):
            asked["if-none-match"] = kept["etag"]
        if kept.get("modified"):
            asked["if-modified-since"] = kept["modified"]
        answer = self._asked(url, asked)
        if answer.status == 304:
            self.unmodified += 1
            return None
        self._judge(url, answer)
        answer.whole()
        self._keep(url, answer)
        return answer

    def look(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> Answer | None:
        """The answer; None where there is nothing (any more)."""
        answer = self._asked(url, dict(headers or {}))
        if answer.status in {404, 410}:
            return None
        self._judge(url, answer)
        answer.whole()
        return answer

    def _asked(self, url: str, headers: dict[str, str]) -> Answer:
        if self.obeys_robots:
            self._mind_robots(url)
        self.requests += 1
        left = self.until - time.monotonic()
        return fetch(url, headers=headers, seconds=max(0.1, min(EACH, left)))

    def _judge(self, url: str, answer: Answer) -> None:
        host = urlsplit(url).hostname or url
        if answer.is_good:
            return
        if answer.status in _TRY_LATER:
            raise Later(
                _("“{host}” asks us to come back later."),
                wait=answer.wait() or 0.0,
                host=host,
            )
        if answer.status == 410:
            raise Gone(_("“{host}” says that this is gone for good."), host=host)
        if answer.status in {401, 403}:
            raise Trouble(_("“{host}” does not let us in. Check the key."), host=host)
        if answer.status == 404:
            raise Trouble(_("“{host}” knows no such address. Check it."), host=host)
        raise Trouble(
            _("“{host}” answers with error {status}."), host=host, status=answer.status
        )

    def _keep(self, url: str, answer: Answer) -> None:
        found = {
            name: answer.headers[header]
            for name, header in (("etag", "etag"), ("modified", "last-modified"))
            if answer.headers.get(header)
        }
        self.validators.pop(url, None)
        if found:
            self.validators[url] = found
        kept = list(self.validators)[-MOST_KEPT:]
        self.validators = {key: self.validators[key] for key in kept}

    def _mind_robots(self, url: str) -> None:
        """Raise Trouble where `robots.txt` asks programs to stay away."""
        parts = urlsplit(url)
        address = f"{parts.scheme}://{parts.netloc}/robots.txt"
        kept = self.validators.get(address)
        if kept is None or kept["until"] < time.time():
            kept = {"until": time.time() + ROBOTS_FOR, "text": self._robots(address)}
            self.validators[address] = kept
        rules = RobotFileParser()
        rules.parse(kept["text"].splitlines())
        if not rules.can_fetch("Moksori", url):
            raise Trouble(
                _("“{host}” asks programs not to read this address (robots.txt)."),
                host=parts.hostname or "",
            )

    def _robots(self, address: str) -> str:
        """The rules; none where there are none to be had."""
        left = self.until - time.monotonic()
        try:
            answer = fetch(address, largest=20_000, seconds=max(0.1, min(3.0, left)))
        except OutboundError:
            return ""
        if not answer.is_good:
            return ""
        return answer.body.decode("utf-8", "replace").replace("\x00", "")
