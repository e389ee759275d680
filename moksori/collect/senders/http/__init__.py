"""Text messages and 알림톡 by a carrier's HTTP interface, described by settings.

The body is a template of JSON in which {to}, {from}, {text}, {reference}, {link},
{name}, {survey} and {secret} stand for values; each is put in as the inside of a JSON
string, so that no text can change the request. A 2xx answer means taken; 408, 425, 429
and 5xx mean later, another 4xx never. docs/collect.md shows bodies for usual carriers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_lazy as _

from moksori.base.outbound import Answer, NotReached, OutboundError, Refused, fetch
from moksori.collect.senders.sender import Fate, Field, Message, Outcome

BODY = '{"to": "{to}", "from": "{from}", "text": "{text}", "reference": "{reference}"}'
SECONDS = 10.0
LARGEST_ANSWER = 64_000
_LATER = frozenset({408, 425, 429})
_MARK = re.compile(r"\{(\w+)\}")
_KNOWN = frozenset(
    {"to", "to_local", "from", "text", "reference", "link", "name", "survey", "secret"}
)
_FORBIDDEN = frozenset({"host", "content-length", "connection", "transfer-encoding"})


class HttpLine:
    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given

    def hand_over(self, message: Message) -> Outcome:
        values = {
            "to": message.to,
            "to_local": local_number(message.to),
            "from": self.given.get("from", ""),
            "text": message.text,
            "reference": message.reference,
            "secret": self.given.get("secret", ""),
            **message.facts,
        }
        try:
            answer = fetch(
                self.given["url"],
                method="POST",
                headers=_headers(self.given, values),
                body=filled(self.given.get("body") or BODY, values).encode(),
                largest=LARGEST_ANSWER,
                seconds=SECONDS,
            )
        except Refused as error:
            return Outcome(Fate.FAILED, str(error)[:300])
        except NotReached as error:
            return Outcome(Fate.DOWN, str(error)[:300])
        except OutboundError as error:
            # It may have been heard: nobody shall get the same text twice.
            return Outcome(Fate.UNSURE, str(error)[:300])
        return _outcome(answer, self.given.get("id_at", ""))


class HttpSender:
    title = _("Carrier with an HTTP interface")
    ways = frozenset({"sms", "alimtalk"})
    fields = (
        Field("url", _("Address"), _("Each message is sent there by POST.")),
        Field("from", _("Sender number"), _("As registered with the carrier.")),
        Field(
            "headers",
            _("Headers"),
            _("One a line, as “Authorization: Bearer {secret}”."),
            "Authorization: Bearer {secret}",
            is_long=True,
        ),
        Field("secret", _("Secret"), _("Stands for {secret}."), is_secret=True),
        Field(
            "body",
            _("Body"),
            _(
                "JSON in which {to}, {to_local}, {from}, {text}, {reference}, {link}, "
                "{name}, {survey} and {secret} are filled in."
            ),
            BODY,
            is_long=True,
        ),
        Field(
            "id_at",
            _("Where the answer names the message"),
            _("As in “messages.0.id”. May stay empty."),
        ),
    )

    def problems(self, given: Mapping[str, str]) -> dict[str, str]:
        """What is wrong, by field; nothing is sent to find out."""
        found = {}
        if not re.match(r"https?://", given.get("url", "")):
            found["url"] = str(_("Write an address that starts with https://."))
        body = given.get("body") or BODY
        unknown = sorted(set(_MARK.findall(body)) - _KNOWN)
        if unknown:
            found["body"] = str(_("Nothing is known about “{mark}”.")).format(
                mark=unknown[0]
            )
        else:
            try:
                json.loads(filled(body, dict.fromkeys(_KNOWN, "x")))
            except ValueError:
                found["body"] = str(_("This is not JSON."))
        if any(":" not in line for line in _lines(given.get("headers", ""))):
            found["headers"] = str(_("Write each header as “Name: value”."))
        return found

    @contextmanager
    def line(self, given: Mapping[str, str]) -> Iterator[HttpLine]:
        yield HttpLine(given)


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with each mark replaced by the inside of a JSON string."""
    return _MARK.sub(
        lambda mark: json.dumps(values.get(mark[1], ""), ensure_ascii=False)[1:-1],
        template,
    )


def local_number(number: str) -> str:
    """A Korean number as Korean carriers want it: 010…, without its country."""
    return f"0{number[3:]}" if number.startswith("+82") else number


def _headers(given: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    found = {"content-type": "application/json; charset=utf-8"}
    for line in _lines(given.get("headers", "")):
        name, _colon, value = line.partition(":")
        if name.strip().lower() not in _FORBIDDEN:
            secret = value.strip().replace("{secret}", values["secret"])
            found[name.strip().lower()] = secret
    return found


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _outcome(answer: Answer, id_at: str) -> Outcome:
    if 200 <= answer.status < 300:
        return Outcome(Fate.SENT, carrier_id=_found(answer.body, id_at))
    said = f"{answer.status} {answer.body[:200].decode('utf-8', 'replace')}"
    if answer.status in _LATER or answer.status >= 500:
        return Outcome(Fate.LATER, said)
    return Outcome(Fate.FAILED, said)


def _found(body: bytes, path: str) -> str:
    """What stands at "a.0.b" in the carrier's answer; "" when nothing does."""
    try:
        here: Any = json.loads(body) if path else ""
        for part in filter(None, path.split(".")):
            here = here[int(part)] if isinstance(here, list) else here[part]
    except (ValueError, KeyError, IndexError, TypeError):
        return ""
    return str(here)[:200] if isinstance(here, str | int) else ""


sender = HttpSender()
