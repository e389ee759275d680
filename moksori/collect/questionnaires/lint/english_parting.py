"""Two English questions out of one that asks for two things."""

from __future__ import annotations

import re

from moksori.collect.questionnaires.lint.vocabulary import vocabulary

EN = vocabulary("en")
_W = r"[\w'’-]+"
_OPPOSITES = (
    ("easy", "difficult"), ("easy", "hard"), ("difficult", "easy"), ("better", "worse"),
    ("higher", "lower"), ("more", "less"), ("good", "bad"), ("fast", "slow"),
    ("clear", "unclear"), ("up", "down"), ("much", "little"), ("for", "against"),
    ("increase", "decrease"), ("long", "short"), ("low", "high"), ("high", "low"),
    ("worse", "better"), ("sooner", "later"), ("new", "used"), ("buy", "rent"),
)  # fmt: skip
_JOINED = re.compile(r"\s+(?:and also|and|as well as|or|plus)\s+|(?<=[a-z])/(?=[a-z])")
_SLASHED = re.compile(r"\b(?:and/or|he/she|she/he|his/her|him/her|yes/no|km/h|w/o)\b")
# Where one of two joined parts begins.
_BEFORE = re.compile(
    r"^(?:.*\b)?(?:how|with|of|about|for|by|to|in|at|on|from|was|were|is|are|be|been|"
    r"do|did|does|you|we|they|it|rate|find|the|a|an|our|your|this|that|these|those|each)"
    r"\s+",
    re.IGNORECASE | re.DOTALL,
)
_AFTER = re.compile(
    r"\s+(?:with|of|about|for|by|to|in|at|on|from|during|when|was|were|is|are|do|did|"
    r"does|has|have|had|our|your|the|this|that|you|we)\b|[?.!,;:]|$"
)
_ARTICLE = re.compile(r"^(?:the|an?|our|your|this|these|my)\s+", re.IGNORECASE)
_HEAD_ARTICLE = re.compile(r"\b(?:the|an?|our|your|this|these|my)\s+$", re.IGNORECASE)
_OWN_OBJECT = re.compile(
    rf"{_W}(?: (?:up|in|out|on|off))? (?:the|an?|our|your|us|it|again)\b|"
    rf"{_W} (?:in|out|up|on|off)\W*$"
)
_SHARED_OBJECT = re.compile(rf"{_W}(?= (?:the|an?|our|your)\b)")
_CLAUSE = re.compile(
    r"^(?:would|did|do|does|is|are|was|were|will|can|could|have|has|how|what|why)\b"
)
_YES_NO = re.compile(r"^(?:was|were|is|are)\b", re.IGNORECASE)
Two = tuple[str, str, str]


def two_things(text: str) -> Two | None:
    """What joins them, and the two questions, "" where they cannot be told."""
    sentences = re.findall(r"[^?]+\?", text)
    if len(sentences) > 1:
        return text, sentences[0].strip(), sentences[1].strip()
    if EN["which"].match(text):
        return None
    bare = EN["one_thing"].sub(lambda found: "\0" * len(found.group()), text)
    bare = _SLASHED.sub(lambda found: "\0" * len(found.group()), bare)
    for found in _JOINED.finditer(bare):
        if not _is_one(text, found):
            return _parted(text, found.start(), found.end())
    return None


def _is_one(text: str, joint: re.Match[str]) -> bool:
    before, after = text[: joint.start()], text[joint.end() :]
    left = re.findall(_W, before)[-1:] or [""]
    right = re.findall(_W, after)[:1] or [""]
    if not left[0] or not right[0] or (left[0][0] + right[0][0]).isdigit():
        return True
    if right[0].lower() in {"that", "because", "if", "when", "to", "then", "so"}:
        return True
    if left[0][0].isupper() and right[0][0].isupper() and len(before.split()) > 1:
        return True  # a name: Marks and Spencer
    one, other = left[0].lower(), right[0].lower()
    if "or" not in joint.group():
        return False
    is_opposite = other in {f"{p}{one}" for p in ("un", "dis", "in", "im", "ir")}
    return (
        is_opposite
        or (one, other) in _OPPOSITES
        or other == "not"
        # "Or" joins two of one kind only where both are things that are rated.
        or not re.search(rf"\b(?:with|of|about|rate) (?:{_W} )?{_W}$", before)
    )


def _parted(text: str, start: int, end: int) -> Two:
    before, after = text[:start], text[end:]
    if _CLAUSE.match(after):
        return _joint(text, start, end), f"{before.rstrip(',')}?", _capital(after)
    stop = re.search(r"[?.!]?$", text)
    mark = stop.group() if stop else ""
    if _YES_NO.match(before):
        first = f"{before}{mark}"
        second = f"{before.rpartition(' ')[0]} {after}"
        return _joint(text, start, end), first, second
    if _OWN_OBJECT.match(after):
        cut = _start_of(before, verb=True)
        shared = _SHARED_OBJECT.match(after)
        if shared and " " not in before[cut:]:
            return (
                _joint(text, start, end),
                before + after[shared.end() :],
                before[:cut] + after,
            )
        return _joint(text, start, end), f"{before}{mark}", before[:cut] + after
    return _shared(text, start, end)


def _shared(text: str, start: int, end: int) -> Two:
    """Two parts with the same words before and behind them."""
    before, after = text[:start], text[end:]
    cut = _start_of(before, verb=False)
    found = _AFTER.search(after, _skipped(after))
    last = found.start() if found else len(after)
    part, tail = after[:last], after[last:]
    head = before[:cut]
    if _ARTICLE.match(part):
        head = _HEAD_ARTICLE.sub("", head)
    second = head + part + tail if head else _capital(part) + tail
    return _joint(text, start, end), before + tail, second


def _skipped(after: str) -> int:
    """Past an article of its own, which does not end a part but begins it."""
    found = _ARTICLE.match(after)
    return found.end() if found else 0


def _start_of(before: str, *, verb: bool) -> int:
    if verb:
        found = re.match(r".*\b(?:to|you|we|they)\s+", before, re.IGNORECASE)
    else:
        found = _BEFORE.match(before)
    return found.end() if found else 0


def _joint(text: str, start: int, end: int) -> str:
    """The joined words, for the reader to see what is meant."""
    left = text[:start].split()[-1:]
    right = (
        text[end:].split()[:2] if _ARTICLE.match(text[end:]) else text[end:].split()[:1]
    )
    return " ".join([*left, text[start:end].strip(), *right]).rstrip("?.!,;:")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
