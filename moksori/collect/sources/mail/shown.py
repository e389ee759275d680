"""What the parser makes of one mail, as plain JSON, for people who look into it."""

from __future__ import annotations

from typing import Any

from moksori.collect.sources.mail.automatic import Automatic, automatic
from moksori.collect.sources.mail.bounces import bounces
from moksori.collect.sources.mail.message import read_mail
from moksori.collect.sources.mail.quotes import own_words


def shown(raw: bytes) -> dict[str, Any]:
    """Sender, words, what was taken away, files, and why somebody should look."""
    mail = read_mail(raw)
    kind = automatic(mail)
    found = own_words(mail.text, is_reply=mail.is_reply)
    return {
        "message_id": mail.message_id,
        "answers_to": list(mail.answers_to),
        "from": mail.sender.email,
        "subject": mail.subject,
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
        "automatic": kind.value if kind else None,
        "words": found.words,
        "quoted": found.quoted,
        "signature": found.signature,
        "is_doubtful": found.is_doubtful,
        "attachments": [
            {"name": one.name, "kind": one.kind, "size": one.size}
            for one in mail.attachments
        ],
        "problems": list(mail.problems),
        "bounces": [
            {"address": one.address, "verdict": one.verdict.value, "status": one.status}
            for one in (bounces(raw) if kind is Automatic.BOUNCE else ())
        ],
    }
