"""Conversations: who said what, the customer's words apart from everybody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moksori.collect.sources.words import LONGEST, plain, tidy

_CUSTOMERS = re.compile(
    r"^(?:customer|client|caller|user|end.?user|lead|contact|visitor|requester|guest|"
    r"고객님?|손님|민원인|회원|이용자|사용자|발신자?|신청인|incoming|inbound|rx)\W*\d*$",
    re.IGNORECASE,
)
_AGENTS = re.compile(
    r"^(?:agent|admin|manager|operator|advisor|staff|support|bot|assistant|system|"
    r"teammate|counsel+or|representative|rep|상담사|상담원|상담|매니저|담당자?|직원|"
    r"봇|챗봇|ars|수신자?|outgoing|outbound|tx)\W*\d*$",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"(?:^|\n|(?<=[.?!\]\s]))\s*[\[(<]?([A-Za-z가-힣]{1,14} ?\d?)[\])>]?\s*[:：]\s*"
)
_WHO = ("speaker", "role", "personType", "author", "from", "who", "화자", "발화자")
_WHAT = ("text", "utterance", "content", "message", "plainText", "body", "발화", "내용")
MOST = 5_000  # turns of one conversation


@dataclass(frozen=True, slots=True)
class Turn:
    """`is_customer` is None where nobody knows."""

    is_customer: bool | None
    text: str


def is_customer(who: str) -> bool | None:
    """Whether the name of a role means the customer."""
    who = who.strip()
    if _CUSTOMERS.match(who):
        return True
    return False if _AGENTS.match(who) else None


def written(text: str) -> list[Turn]:
    """The turns of a transcript in one piece ("상담원: … 고객: …"), if it is one."""
    marks = [mark for mark in _MARK.finditer(text) if is_customer(mark[1]) is not None]
    if not marks:
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return [
        Turn(is_customer(mark[1]), tidy(text[mark.end() : end]))
        for mark, end in zip(marks[:MOST], ends, strict=False)
    ]


def listed(cell: object) -> list[Turn]:
    """The turns in a list of objects, or in one written as JSON; none if it is none."""
    found: Any = cell
    if isinstance(cell, str) and cell.lstrip().startswith("["):
        try:
            found = json.loads(cell)
        except (ValueError, RecursionError):
            return []
    if not isinstance(found, list):
        return []
    turns = [_turn(one) for one in found[:MOST] if isinstance(one, Mapping)]
    return [turn for turn in turns if turn.text]


def _turn(one: Mapping[str, Any]) -> Turn:
    who = next((one[name] for name in _WHO if one.get(name)), "")
    if isinstance(who, Mapping):
        who = who.get("type") or who.get("role") or ""
    text = next((one[name] for name in _WHAT if one.get(name)), "")
    return Turn(is_customer(str(who)), plain(str(text)) if text else "")


def said(turns: Iterable[Turn], *, by_customer: bool) -> str:
    """What one side said, a line for each turn; of nobody known is the agents'."""
    lines = [turn.text for turn in turns if (turn.is_customer is True) == by_customer]
    return "\n".join(line for line in lines if line)[:LONGEST]


def has_both(turns: Sequence[Turn]) -> bool:
    return any(turn.is_customer for turn in turns)
