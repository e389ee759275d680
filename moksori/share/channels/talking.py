"""One message handed to a messenger over HTTPS, and what its answer means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from moksori.base.errors import UserError
from moksori.base.outbound import Answer, NotReached, OutboundError, Refused, fetch
from moksori.base.outbound.addresses import place_of
from moksori.share.channels.channel import Fate, Outcome

SECONDS = 10.0
LARGEST_ANSWER = 64_000
SAID = 300
_LATER = frozenset({408, 425, 429})


def post(
    url: str, payload: Mapping[str, Any], *, headers: Mapping[str, str] | None = None
) -> Answer | Outcome:
    """The answer to this JSON; an Outcome where there was none.

    Not reached means that nobody heard it. Any other silence leaves it open.
    """
    body = json.dumps(payload, ensure_ascii=False).encode()
    return _posted(url, body, "application/json; charset=utf-8", headers or {})


def post_form(
    url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None
) -> Answer | Outcome:
    """The same with the fields of a form."""
    body = urlencode(fields).encode()
    return _posted(url, body, "application/x-www-form-urlencoded", headers or {})


def _posted(
    url: str, body: bytes, kind: str, headers: Mapping[str, str]
) -> Answer | Outcome:
    try:
        return fetch(
            url,
            method="POST",
            headers={"content-type": kind, **headers},
            body=body,
            largest=LARGEST_ANSWER,
            seconds=SECONDS,
        )
    except Refused as error:
        return Outcome(Fate.FAILED, str(error)[:SAID])
    except NotReached as error:
        return Outcome(Fate.DOWN, str(error)[:SAID])
    except OutboundError as error:
        return Outcome(Fate.UNSURE, str(error)[:SAID])


def by_status(
    answer: Answer, *, gone: frozenset[int] = frozenset({404, 410})
) -> Outcome:
    """What the number of the answer means where the body says no more.

    401 and 403: our secret. 408, 425, 429, 5xx: later. `gone`: never to this address.
    """
    said = words(answer)
    if answer.is_good:
        return Outcome(Fate.SENT, said)
    if answer.status in _LATER or answer.status >= 500:
        fate = Fate.DOWN if answer.status in {502, 503} else Fate.LATER
        return Outcome(fate, said, wait=answer.wait())
    if answer.status in {401, 403}:
        return Outcome(Fate.LOCKED, said)
    if answer.status in gone:
        return Outcome(Fate.REFUSED, said)
    return Outcome(Fate.FAILED, said)


def words(answer: Answer) -> str:
    """Number and beginning of the answer, for the log."""
    body = answer.body[:SAID].decode("utf-8", "replace").replace("\x00", "").strip()
    return f"{answer.status} {body}"[:SAID]


def fields_of(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; empty when it is something else."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def host_problem(url: str, hosts: tuple[str, ...]) -> str:
    """Why this is no webhook of the messenger; "" when it is one.

    What customers said goes to a messenger's own servers by https and nowhere else.
    `hosts` that begin with a dot stand for everything below. A host that the
    administrator allowed by name passes: a gateway of the house.
    """
    try:
        place = place_of(url.strip())
    except UserError as error:
        return str(error)
    if place.is_named:
        return ""
    if urlsplit(url.strip()).scheme != "https":
        return _("Write an address that starts with https://.")
    if any(_fits(place.host, host) for host in hosts):
        return ""
    return _(
        "This address belongs to another service. It has to end in {hosts}."
    ).format(hosts=", ".join(host.lstrip(".") for host in hosts))


def _fits(host: str, pattern: str) -> bool:
    if pattern.startswith("."):
        return host.endswith(pattern)
    return host == pattern
