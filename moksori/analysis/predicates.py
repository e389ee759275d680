"""What is asserted in a Korean sentence: each predicate with what changes its sense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from moksori.analysis.words import Parts, denial

_ROOTS = {"NNG", "NNP", "XR"}
_SAME = {"재밌": "재미있"}
_ORDERS = {"라", "어라", "아라", "으라", "자", "세요", "으세요", "십시오"}
_HARD = {"힘들", "어렵", "싫", "쉽", "좋", "편하", "불편하"}


@dataclass(frozen=True, slots=True)
class Predicate:
    """Where a predicate stands among the tokens, and how it goes on.

    `grown` is what makes another word of the stem ("기다려지", "볼 만하", "쓰기 어렵"),
    `after` what negates it.
    """

    start: int
    stem: Parts
    grown: Parts = ()
    after: Parts = ()

    @property
    def form(self) -> str:
        return "".join(form for form, _ in (*self.stem, *self.grown))

    @property
    def root(self) -> str:
        """What stands for it: "지루" for "지루하"."""
        return self.form.removesuffix("하").removesuffix("되") or self.form

    @property
    def is_verb(self) -> bool:
        return not self.grown and plain(self.stem[-1][1]) in {"VV", "XSV", "VX"}


def predicates(tokens: Sequence[Any]) -> Iterator[Predicate]:
    """Every predicate that is asserted; "늦으면" and "없애라" assert nothing."""
    beyond = 0
    for at, token in enumerate(tokens):
        if at < beyond:
            continue
        tag, start = plain(token.tag), at
        stem: Parts = ((_SAME.get(token.form, token.form), token.tag),)
        if tag in {"XSA", "XSV"} and at and plain(tokens[at - 1].tag) in _ROOTS:
            start, root = at - 1, tokens[at - 1]
            stem = ((root.form, root.tag), *stem)
        elif tag not in {"VA", "VV"} and not (tag == "VX" and _stands(tokens, at)):
            continue
        if _is_no_statement(tokens, at + 1):
            continue
        length, grown = _grown(tokens, at + 1)
        beyond = at + 1 + length
        yield Predicate(start, stem, grown, denial(tokens, beyond))


def plain(tag: str) -> str:
    """A tag without the mark of an irregular stem."""
    return tag.split("-", maxsplit=1)[0]


def _stands(tokens: Sequence[Any], at: int) -> bool:
    """ "연기를 못한다": read as an auxiliary, yet there is no verb to help."""
    return tokens[at].form == "못하" and not (at and plain(tokens[at - 1].tag) == "EC")


def _is_no_statement(tokens: Sequence[Any], at: int) -> bool:
    """A condition or an order."""
    while at < len(tokens) and plain(tokens[at].tag) == "EP":
        at += 1
    if at == len(tokens):
        return False
    form, tag = tokens[at].form, plain(tokens[at].tag)
    return (tag == "EC" and form.endswith("면")) or (tag == "EF" and form in _ORDERS)


def _grown(tokens: Sequence[Any], at: int) -> tuple[int, Parts]:
    """What makes another word of the stem before `at`, and how many tokens it takes."""
    tail = [(token.form, plain(token.tag)) for token in tokens[at : at + 3]]
    forms = [form for form, _ in tail]
    if tail[:1] in ([("어", "EC")], [("아", "EC")]) and tail[1:2] == [("지", "VX")]:
        return 2, tuple(tail[:2])
    if tail[:1] == [("고", "EC")] and forms[1:2] == ["싶"]:
        return 2, tuple(tail[:2])
    if tail[:1] == [("기", "ETN")]:
        particles = 1 if tail[1:2] and tail[1][1] in {"JKS", "JX"} else 0
        hard = tail[1 + particles : 2 + particles]
        if hard and hard[0][0] in _HARD:
            return 2 + particles, (tail[0], *hard)
    return _worth(tail)


def _worth(tail: Sequence[tuple[str, str]]) -> tuple[int, Parts]:
    """ "볼 만하다": in one word or in two."""
    forms = [form for form, _ in tail]
    wanted = tail[0][1] == "ETM" and tail[0][0] in {"ᆯ", "을"} if tail else False
    if wanted and forms[1:2] == ["만하"]:
        return 2, (tail[0], ("만하", "VX"))
    if wanted and forms[1:3] == ["만", "하"]:
        return 3, (tail[0], ("만하", "VX"))
    return 0, ()
