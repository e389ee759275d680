"""What servers say of mails that did not arrive, and people of mails they do not want.

RFC 3464 is read here; what has no such part is left to flufl.bounce and a few words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from flufl.bounce import all_failures

from moksori.collect.sources.mail.decode import tidy_line
from moksori.collect.sources.mail.message import PLAIN, addresses_in, parsed

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_IDS = re.compile(r"<([^<>\s]{1,400})>")
# The address is wrong, or the domain; not: full, too large, refused for its content.
_FOREVER = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"}
_FULL = re.compile(
    r"quota|mailbox (?:is )?full|over ?quota|용량|꽉|가득", re.IGNORECASE
)
_UNKNOWN = re.compile(
    r"user unknown|unknown user|no such (?:user|mailbox)|does not exist"
    r"|invalid recipient"
    r"|없는 (?:사용자|계정|수신자|메일)|존재하지 않|휴면|탈퇴",
    re.IGNORECASE,
)


class Verdict(StrEnum):
    """What follows for the address."""

    HARD = "hard"  # wrong for good: never write again
    SOFT = "soft"  # full, slow, refused this time: count it
    COMPLAINT = "complaint"  # "this is spam": never write again
    DELAYED = "delayed"  # not lost yet
    DELIVERED = "delivered"  # a receipt that was asked for


@dataclass(frozen=True, slots=True)
class Bounce:
    """One address that a mail of ours did not reach.

    `to` is where the bounce came in (our VERP address); `message_id` and `headers` are
    of the mail that was sent, as far as they were given back.
    """

    address: str
    verdict: Verdict
    status: str = ""
    reason: str = ""
    message_id: str = ""
    to: tuple[str, ...] = ()


def bounces(raw: bytes, *, to: tuple[str, ...] = ()) -> tuple[Bounce, ...]:
    """Everything that this bounce says; () if it says nothing we understand."""
    message, _problems = parsed(raw)
    sent = _sent_id(message)
    found = _complaints(message) or _reported(message) or _guessed(message, raw)
    unique: dict[str, Bounce] = {}
    for given, verdict, status, said in found:
        address = given.strip().strip("<>").lower()
        if "@" in address and len(address) <= 320:
            reason = tidy_line(said)[:500]
            one = Bounce(address, verdict, status, reason, sent, to)
            unique.setdefault(address, one)
    return tuple(unique.values())


Found = tuple[str, Verdict, str, str]


def _parts(message: Message, kind: str) -> list[Message]:
    return [part for part in message.walk() if part.get_content_type() == kind]


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        return [block for block in payload if isinstance(block, Message)]
    return []


def _reported(message: Message) -> list[Found]:
    """RFC 3464: one block of fields for each address."""
    found: list[Found] = []
    for part in _parts(message, "message/delivery-status"):
        for block in _blocks(part):
            address = _typed(block.get("original-recipient")) or _typed(
                block.get("final-recipient")
            )
            action = str(block.get("action", "")).strip().lower()
            if not address or not action:
                continue
            reason = _typed(block.get("diagnostic-code"))
            status = _code(str(block.get("status", ""))) or _code(reason)
            found.append((address, _verdict(action, status, reason), status, reason))
    return found


def _typed(value: object) -> str:
    """What follows "rfc822;" or "smtp;"."""
    text = re.sub(r"[\r\n]+\s*", " ", str(value or ""))
    kind, mark, rest = text.partition(";")
    if mark and len(kind) < 20:
        text = rest
    return text.strip().removeprefix("<").removesuffix(">").strip()


def _code(text: str) -> str:
    found = _STATUS.search(text)
    return found.group() if found else ""


def _verdict(action: str, status: str, reason: str) -> Verdict:
    if action in {"delivered", "relayed", "expanded"}:
        return Verdict.DELIVERED
    if action == "delayed":
        return Verdict.DELAYED
    if _FULL.search(reason) or status.startswith(("4", "5.2.2")):
        return Verdict.SOFT
    if status in _FOREVER or _UNKNOWN.search(reason):
        return Verdict.HARD
    return Verdict.SOFT


def _complaints(message: Message) -> list[Found]:
    """ARF (RFC 5965): somebody pressed "this is spam"."""
    found: list[Found] = []
    for part in _parts(message, "message/feedback-report"):
        fields = _fields(part)
        if fields.get("feedback-type", "abuse") in {"abuse", "fraud", "opt-out"}:
            address = fields.get("original-rcpt-to", "") or _sent_to(message)
            found.append((address, Verdict.COMPLAINT, "", "feedback report"))
    return found


def _fields(part: Message) -> dict[str, str]:
    payload = part.get_payload()
    blocks = _blocks(part)
    if blocks:
        payload = "\n".join(block.as_string() for block in blocks)
    pairs = [
        line.partition(":")[::2] for line in str(payload).splitlines() if ":" in line
    ]
    return {name.strip().lower(): value.strip().lower() for name, value in pairs}


def _returned(message: Message) -> Message | None:
    """The mail that was sent, or its head, as the server gave it back."""
    for part in _parts(message, "message/rfc822"):
        for block in _blocks(part):
            return block
    for part in _parts(message, "text/rfc822-headers"):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return parsed(content + b"\r\n\r\n")[0]
    return None


def _sent_id(message: Message) -> str:
    sent = _returned(message)
    given = str(sent.get("message-id", "")) if sent is not None else ""
    for value in (given, str(message.get("in-reply-to", ""))):
        found = _IDS.search(value)
        if found:
            return found.group(1)
    return ""


def _sent_to(message: Message) -> str:
    sent = _returned(message)
    given = str(sent.get("to", ""))[:20_000] if sent is not None else ""
    return next((email for _name, email in addresses_in([given]) if email), "")


def _guessed(message: Message, raw: bytes) -> list[Found]:
    """Servers with words of their own: qmail, Exim, Naver, Daum and the rest."""
    words = raw[:20_000].decode("utf-8", "replace")
    text = " ".join(
        content.decode("utf-8", "replace") + content.decode("cp949", "ignore")
        for part in _parts(message, "text/plain")[:2]
        if isinstance(content := part.get_payload(decode=True), bytes)
    )
    status = _code(text) or _code(words)
    verdict = _verdict("failed", status, text)
    try:
        temporary, permanent = all_failures(message)
    except (
        ValueError,
        LookupError,
        AttributeError,
        AssertionError,
        TypeError,
        RecursionError,  # from headers of a thousand colons
    ):
        temporary = permanent = frozenset()
    found: list[Found] = [
        (_plain(one), Verdict.SOFT, status, text[:300]) for one in sorted(temporary)
    ]
    found += [
        (_plain(one), _final(verdict, text), status, text[:300])
        for one in sorted(permanent)
    ]
    if not found:
        named = str(message.get("x-failed-recipients", "")) or _sent_to(message)
        found = [
            (one, _final(verdict, text), status, text[:300])
            for one in PLAIN.findall(named)
        ]
    return found


def _final(verdict: Verdict, text: str) -> Verdict:
    return Verdict.SOFT if _FULL.search(text) else verdict


def _plain(address: object) -> str:
    if isinstance(address, bytes):
        return address.decode("utf-8", "replace")
    return str(address)
