"""Mails that no person wrote: absence notes, lists, receipts of reading, bounces."""

from __future__ import annotations

import re
from enum import StrEnum

from moksori.collect.sources.mail.message import Mail


class Automatic(StrEnum):
    """Why a mail is not a customer's voice."""

    BOUNCE = "bounce"  # a server could not deliver, or someone complained
    REPLY = "reply"  # absence, "we got your mail"
    BULK = "bulk"  # lists and newsletters
    LOOP = "loop"  # our own mail, come back


OWN_HEADER = "x-moksori"  # put on every mail that we send
_REPLY_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
)
_SUBJECT = re.compile(
    r"^\W*(?:(?:re|회신|답장)\s*[:：]\s*)?\W{0,2}(?:"
    r"auto(?:matic)?(?:ally generated)?[\s-]?(?:reply|response|answer)|auto:|autoreply"
    r"|out of (?:the )?office|away from (?:the |my )?(?:office|e-?mail)"
    r"|vacation (?:reply|notice)"
    r"|자동\s?(?:회신|응답|답장|답변)|부재\s?중|\[?부재\]?\s?(?:안내|알림)"
    r"|휴가\s?(?:중|안내)"
    r"|read:|읽음\s?[:：]|수신\s?확인|not read:|읽지 않음\s?[:：]"
    r")",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE
)
_FAILED = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|returned mail|failure notice"
    r"|mail delivery|반송|전송 ?실패|배달 ?(?:되지|실패|불가)|발송 ?실패|전달되지 않",
    re.IGNORECASE,
)


def automatic(mail: Mail, *, envelope_from: str | None = None) -> Automatic | None:
    """What kind of machine wrote it; None for a person.

    `envelope_from` is what the server heard; "" is a mail that wants no answer.
    """
    headers = mail.headers
    if OWN_HEADER in headers or "x-loop" in headers:
        return Automatic.LOOP
    if _is_bounce(mail):
        return Automatic.BOUNCE
    if _is_reply(mail, headers, envelope_from):
        return Automatic.REPLY
    return Automatic.BULK if _is_bulk(headers) else None


def _is_bounce(mail: Mail) -> bool:
    kind = mail.headers.get("content-type", "").lower()
    if "multipart/report" in kind:
        return "disposition-notification" not in kind
    if "x-failed-recipients" in mail.headers:
        return True
    is_system = _SYSTEM.match(mail.sender.email) is not None
    return (
        is_system and _FAILED.search(f"{mail.subject}\n{mail.text[:500]}") is not None
    )


def _is_reply(mail: Mail, headers: dict[str, str], envelope_from: str | None) -> bool:
    return (
        _says_so(headers)
        or envelope_from == ""
        or headers.get("return-path", "x").strip() == "<>"
        or _SYSTEM.match(mail.sender.email) is not None
        or _SUBJECT.match(mail.subject) is not None
    )


def _says_so(headers: dict[str, str]) -> bool:
    """RFC 3834, and what programs wrote before it and beside it."""
    submitted = headers.get("auto-submitted", "no").strip().lower()
    precedence = headers.get("precedence", "").strip().lower()
    return (
        not submitted.startswith("no")
        or precedence in {"auto_reply", "auto-reply"}
        or "disposition-notification" in headers.get("content-type", "").lower()
        or any(
            headers.get(name, "no").strip().lower() not in {"no", "false"}
            for name in _REPLY_HEADERS
        )
    )


def _is_bulk(headers: dict[str, str]) -> bool:
    precedence = headers.get("precedence", "").strip().lower()
    return precedence in {"bulk", "junk"} or bool(
        {"list-unsubscribe", "list-id", "feedback-id"} & headers.keys()
    )
