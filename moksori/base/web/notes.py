"""What was just done, said in passing, with the way to undo it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_UNDO = "undo:"


def done(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """A toast on the next page; `undo` is an address that takes it back by POST."""
    messages.success(request, text, extra_tags=f"{_UNDO}{undo}" if undo else "")


def undo_address(message: Message) -> str:
    tags = message.extra_tags or ""
    return tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""
