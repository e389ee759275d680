"""What short texts say: predicates, with their nouns and negation, and word groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from moksori.analysis.predicates import Predicate, predicates
from moksori.analysis.words import (
    EMPTY_EN,
    EMPTY_KO,
    ONE_LETTER,
    Parts,
    morphemes,
    spelled,
)

# Predicates that carry nothing by themselves: they need their noun.
_LIGHT_WORDS = """
하 되 있 없 같 보 오 가 나 나오 주 받 들 대하 위하 싶 아니 만들 알 모르 많 적 크 작 좋
이렇 그렇 저렇 어떻 어떠 이러 그러 생각하 말하 느끼 사 쓰 먹 나가 들어가 남 살 치 내
필요하 괜찮 넣 놓 두 맞 높 낮 길 짧 버리 찾 못하 않 차 따르 통하 의하 관하 지나 기다리
추천하 찍 풀 시작하 끝나 다르 죽 자 웃 울 믿 빼 타 시키 당하 뽑 이러하 그러하 어리 아깝
가깝 멀 심하 새롭 비슷하 똑같 흔하
"""
_LIGHT = frozenset(_LIGHT_WORDS.split())
_NOUN = {"NNG", "NNP", "XR"}
_PARTICLES = {"JKS", "JKC", "JX", "JKO", "JKB"}
_SKIPPED = {"MAG", "JX", "NR", "MM"}
# Verbs that say something without a noun, and such as have no object.
_ALONE_VERBS = """
웃기 졸리 설레 헷갈리 막히 끊기 끊어지 느려지 꺼지 튕기 멈추 늦
"""
_ALONE = frozenset(_ALONE_VERBS.split())
_SUBJECT_VERBS = """
되 나 나오 오 남 들 늘 줄 변하 바뀌 떨어지 빠지
"""
_OF_SUBJECTS = _ALONE | frozenset(_SUBJECT_VERBS.split())
_NEEDING = frozenset({"가", "오", "주", "받", "들", "나오"})
_RELATIONS = frozenset({"비하", "대하", "관하", "따르", "의하", "통하", "비롯하"})
_VAGUE = _LIGHT - {"보"}
_BACK = 5

_NEGATION_WORDS = """
not never no cannot cant can't dont don't didnt didn't doesnt doesn't wont won't
wasnt wasn't isnt isn't havent haven't hasnt hasn't hadnt hadn't couldnt couldn't
wouldnt wouldn't without unable refused refuse refuses refusing failed fails failure
nothing nobody
"""
_NEGATIONS = frozenset(_NEGATION_WORDS.split())
_HELPERS = {"do", "does", "did", "will", "could"}
_BREAK = re.compile(r"[.,;:!?()\[\]\"/\n]+|x{2,}|\s-+\s")
_ENGLISH_WORD = re.compile(r"[a-z][a-z']*")
_LONGEST = 3

SINGLE, GROUP, SENTENCE = 0.5, 1.0, 1.25
"""How much of a statement a phrase is: a word, a group, a predicate with its noun."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something said: `key` is the same for its spellings, `surface` is how it reads.

    `words` are the content words in it; `weight` is SINGLE, GROUP or SENTENCE.
    """

    key: tuple[str, ...]
    surface: str
    words: frozenset[str]
    weight: float = GROUP


def korean_phrases(texts: Sequence[str]) -> list[list[Phrase]]:
    """Predicates in readable form ("지루함", "연결이 안 됨") and pairs of nouns.

    Stems get the ending -음; "안", "못", "-지 않다" and "-을 수 없다" stay with what
    they negate. Morphemes by kiwipiepy.
    """
    return [_said(list(tokens)) for tokens in morphemes(texts)]


def english_phrases(texts: Sequence[str]) -> list[list[Phrase]]:
    """Groups of two and three words as they were written, and single words.

    They begin and end with a word that says something; a negation may begin them.
    """
    return [list(_groups(text)) for text in texts]


def _groups(text: str) -> Iterator[Phrase]:
    for part in re.split(
        r"[.,;:!?()\[\]\"/\n]+|x{2,}|\s-+\s", text.lower().replace("’", "'")
    ):
        words = _ENGLISH_WORD.findall(part)
        for start, first in enumerate(words):
            if not _begins(first):
                continue
            for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
                group = words[start:end]
                if _tells(group[-1]):
                    helper = words[start - 1] if start and first == "not" else ""
                    yield _group(tuple(group), helper if helper in _HELPERS else "")


def _begins(word: str) -> bool:
    return word in _NEGATIONS or _tells(word)


@lru_cache(50_000)
def _group(group: tuple[str, ...], helper: str) -> Phrase:
    """`helper` stands before the negation: "does not belong" is read, not compared."""
    content = frozenset(word for word in group if _tells(word))
    surface = " ".join((helper, *group)).strip()
    return Phrase(group, surface, content, GROUP if group[1:] else SINGLE)


@lru_cache(50_000)
def _tells(word: str) -> bool:
    if len(word) < 3 or "xx" in word:  # "XXXX" is what was blackened out
        return False
    return word.replace("'", "") not in EMPTY_EN and "'" not in word


def _said(tokens: Sequence[Any]) -> list[Phrase]:
    return [
        *_noun_pairs(tokens),
        *(p for found in predicates(tokens) for p in _read(tokens, found)),
    ]


def _read(tokens: Sequence[Any], found: Predicate) -> Iterator[Phrase]:
    """The predicate by itself, if it says something, and with its noun."""
    before = tokens[found.start - 1] if found.start else None
    adverb = before.form if before is not None and before.form in {"안", "못"} else ""
    negated = bool(adverb or found.after)
    body = (*found.stem, *found.grown, *found.after)
    if adverb:
        body = ((adverb, "MAG"), *body)
    yield from _alone(found, body, negated)
    noun = _noun_before(tokens, found, found.start - (1 if adverb else 0))
    if noun is None:
        return
    parts, name = noun
    if not negated and _is_loose(found.form, parts[-1][1]):
        return
    if found.form in {"하", "못하"}:
        if not negated and found.form == "하":
            return
        parts = (*(part for part in parts if part[1] != "JKS"), *_object(parts))
    words = frozenset({found.root, name})
    key = ("¬" if negated else "", found.form, name)
    yield Phrase(key, _nominal((*parts, *body)), words, SENTENCE)


def _is_loose(form: str, particle: str) -> bool:
    """What nobody says: "극장 감" for going there, "원작에 비함" for a comparison."""
    if particle == "JKB":
        return form in _RELATIONS
    return particle not in {"JKS", "JKO"} and form in _NEEDING


def _alone(found: Predicate, body: Parts, negated: bool) -> Iterator[Phrase]:  # noqa: FBT001
    """What a predicate says without a noun: of a plain deed, only what was done."""
    form, root = found.form, found.root
    first = found.stem[0][0]
    if form in _LIGHT or root in EMPTY_KO or (found.grown and first in _VAGUE):
        return
    words = frozenset({root})
    if negated or not found.is_verb or form in _ALONE:
        surface = _nominal(body)
        weight = SINGLE if surface in EMPTY_KO else GROUP
        yield Phrase(("¬" if negated else "", form), surface, words, weight)
    elif len(found.stem) > 1 and len(root) > 1:
        yield Phrase((root,), root, words, SINGLE)


def _object(parts: Sequence[tuple[str, str]]) -> Parts:
    """ "기대는 안 한다": what somebody does (not) do is an object."""
    return (("을", "JKO"),) if any(tag == "JKS" for _, tag in parts) else ()


def _noun_before(
    tokens: Sequence[Any], found: Predicate, end: int
) -> tuple[Parts, str] | None:
    """The noun a predicate speaks of, with its particle, across adverbs."""
    particle: Parts = ()
    for at in range(end - 1, max(end - 1 - _BACK, -1), -1):
        token, tag = tokens[at], _tag(tokens[at])
        if tag in {"NNG", "NNP", "XSN", "SL"}:
            return _noun_at(tokens, at, particle)
        if tag in _PARTICLES and not particle:
            particle = _particle(token, found)
        elif tag not in _SKIPPED or token.form in {"안", "못"}:
            return None
    return None


def _particle(token: Any, found: Predicate) -> Parts:
    """The particle as it is read: a topic ("은", "도") may be subject or object."""
    tag = _tag(token)
    if tag == "JKO":
        return (("을", "JKO"),)
    if tag == "JKB":
        return ((token.form, "JKB"),)
    if tag == "JX" and found.is_verb and found.form not in _OF_SUBJECTS:
        return ()
    return (("이", "JKS"),)


def _noun_at(
    tokens: Sequence[Any], at: int, particle: Parts
) -> tuple[Parts, str] | None:
    parts = [tokens[at]]
    if _tag(tokens[at]) == "XSN" and at and _tag(tokens[at - 1]) in _NOUN:
        parts.insert(0, tokens[at - 1])
    name = "".join(part.form for part in parts)
    if name in EMPTY_KO or (len(name) < 2 and name not in ONE_LETTER):
        return None
    return (*((part.form, part.tag) for part in parts), *particle), name


def _noun_pairs(tokens: Sequence[Any]) -> Iterator[Phrase]:
    for at, token in enumerate(tokens):
        if not _is_noun(token) or _is_root(tokens, at):
            continue
        yield Phrase((token.form,), token.form, frozenset({token.form}), SINGLE)
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is not None and _is_noun(after) and not _is_root(tokens, at + 1):
            glue = "" if after.start == token.start + token.len else " "
            words = frozenset({token.form, after.form})
            yield Phrase(tuple(sorted(words)), token.form + glue + after.form, words)


def _is_noun(token: Any) -> bool:
    known = _tag(token) in {"NNG", "NNP"} and token.form not in EMPTY_KO
    return known and (len(token.form) > 1 or token.form in ONE_LETTER)


def _is_root(tokens: Sequence[Any], at: int) -> bool:
    """ "부족하다": the noun is part of a predicate, and said there."""
    return at + 1 < len(tokens) and _tag(tokens[at + 1]) in {"XSA", "XSV"}


@lru_cache(50_000)
def _nominal(parts: Parts) -> str:
    if parts[-1] == ("말", "VX"):
        return spelled((*parts, ("ᆯ", "ETM"), ("것", "NNB")))
    return spelled((*parts, ("음", "ETN")))


def _tag(token: Any) -> str:
    return str(token.tag).split("-", maxsplit=1)[0]
