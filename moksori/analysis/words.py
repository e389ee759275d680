"""The words of short texts that can stand in a name: nouns, and stems made nouns."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

from kiwipiepy import Kiwi

# Nouns that could stand anywhere, in any trade.
_KOREAN_EMPTY = """
것 거 수 때 말 점 등 정도 사람 사람들 생각 느낌 경우 부분 자체 이번 다음 이후 이전 전
후 중 간 내 외 처음 마지막 이상 이하 오늘 내일 어제 지금 요즘 최근 진짜 정말 완전 대박
최고 최악 짱 굿 강추 비추 추천 별로 나 너 우리 저희 그 이 저 여기 거기 저기 무엇 뭐
누구 어디 언제 하나 둘 셋 모두 전부 다 더 문제 상황 관련 대한 때문 이유 듯 뿐 데 줄 바
지 채 만큼 대로 번 명 개 원 년 월 일 시 분 초 시간대 씨 님 분들 여러분 본인 자신 서로
얘기 이야기 소리 좀 약간 아무 이거 그거 저거 요거 이것 그것 저것 제대로 그대로 따로
함께 같이 한번 두번 몇 몇번 모습 주 편 감 식 용 쪽 속 안 밖 위 밑 앞 뒤 옆 나름 그냥
역시 솔직 개인 전체 일반 기본 평소 당시 순간 동안 내내 이제 아직 다시 해 끝 게 걸 건
심 왜 참 뭔가 뭔 역대 인간 존재 하루 인 굳 쓰레기 재미 재밌음 좋음 같음 있음 없음 많음
봄 됨 함 그렇음 이러함 그러함 어떠함 싶음 이럼 그럼 저럼 이렇음 필요 필요함 아님 다름
같아짐 멋짐 좋아짐 쩖 가능 가능함 사용 이용 확인 추천함 볼거리 내용물 기분 보통 괜찮음
대단함 훌륭함 멋있음 나쁨 큼 작음 높음 낮음 길음 김 짧음 싫음 좋아함 만족 만족함 실망
실망함 감사 감사함 안녕 어떰 재미있음 재미없음 즐거움 수준 선택 새로움 나이 옛날 예전
엉망 짜증 짜증남 속상함 아쉬움 안타까움 후회 힘듦 화남 분노 엄청남 심함 어림 굳음 멂
가까움 특유 재미나 안됨
"""
# What is said about anything: no name for a subject, yet one for what is general.
_KOREAN_VERDICTS = {
    "재미": "재미 재밌음 재미있음",
    "재미없음": "재미없음",
    "좋음": "좋음",
    "아쉬움": "아쉬움 안타까움",
    "실망": "실망 실망함",
    "만족": "만족 만족함",
    "추천": "추천 추천함 강추",
    "감사": "감사 감사함",
    "짜증": "짜증 짜증남",
    "후회": "후회",
    "대단함": "대단함",
    "멋짐": "멋짐 멋있음",
    "즐거움": "즐거움",
    "훌륭함": "훌륭함",
    "최고": "최고 짱",
    "최악": "최악 쓰레기",
    "기분": "기분",
    "생각": "생각",
    "느낌": "느낌",
    "문제": "문제",
    "마지막": "마지막",
    "처음": "처음",
}
_ENGLISH_EMPTY = """
a an the and or but so if then than that this these those there here it its i me my
mine we us our you your he him his she her they them their who whom whose which what
when where why how is are was were be been being am do does did doing done dont didnt
doesnt have has had having havent will would shall should can cant cannot could may
might must wont not no nor never ever only just very really quite too also even still
yet again already always often sometimes much many more most less least some any all
both each every few lot lots of to in on at by for from with without about into onto
over under up down out off as because while after before since until upon per via such
same other another one two once get gets got getting go goes going went gone come came
make makes made let please thanks thank hi hello ok okay yes well maybe however thing
things something anything nothing everything way kind bit good great nice bad best
worst xxxx xx ive im id ill said told say says tell want wanted need needed know like
received sent time times day days able try tried trying use used using see think put
take took keep gave give back now new nt called call calling calls asked ask asking
contact contacted today month months year years week weeks reason continue status help
issue issues problem problems unable stated state states explain explained found find
show shows showing anyone someone everyone person people through against full three
second third later last first spoke talk speak happened appreciate complete amount
past old several different advised ago away
"""
_ENGLISH_VERDICTS = """
good great nice bad best worst thank thanks help problem problems issue issues time
contact status reason want need people week month year call
"""
EMPTY_KO = frozenset(_KOREAN_EMPTY.split())
EMPTY_EN = frozenset(_ENGLISH_EMPTY.split())
VERDICTS_KO = {form: name for name, x in _KOREAN_VERDICTS.items() for form in x.split()}
VERDICTS_EN = frozenset(_ENGLISH_VERDICTS.split())
ONE_LETTER = frozenset("돈앱맛값옷책약줄방길차문")
"""Nouns of one syllable that say what about; most others are counters and pronouns."""
# The commonest misspellings, which the dictionary would take for unknown nouns.
_SPELLINGS = (
    (re.compile("재밋|잼있|잼잇"), "재밌"),
    (re.compile("재미잇"), "재미있"),
    (re.compile("재미[업엄]|잼없"), "재미없"),
    (re.compile("아쉬은"), "아쉬운"),
)
_LATIN = re.compile(r"[a-z][a-z']+")
_NOUNS = {"NNG", "NNP", "XR"}
_STATES = {"VA", "VA-I", "VA-R"}
_LOOSE = {"XPN", "IC"}
_DENIALS = {("안", "MAG"), ("못", "MAG")}
# Verbs that say what went wrong or well; others ("보다", "끝나다") make odd names.
_KOREAN_VERBS = """
늦 늦어지 웃기 졸리 틀리 헷갈리 막히 끊기 끊어지 느려지 꺼지 깨지 찢어지 뜯어지 뜯기
튕기 멈추 터지 밀리 새 고장나 고장 망가지 부서지 떨어지 벗겨지 빠지 사라지 지연되
취소되 끓 식 상하 썩 녹 굳 찌그러지 구겨지 잃어버리
"""
_TELLING_VERBS = frozenset(_KOREAN_VERBS.split())
_BETWEEN = {"JKG", "XSN", "JX", "JKS", "JKO", "SP"}


class Join(IntEnum):
    """How a word stands to the one before it."""

    APART = 0
    BESIDE = 1
    GLUED = 2


Parts = tuple[tuple[str, str], ...]
"""Morphemes: form and tag."""

Words = list[tuple[str, Join]]
"""The words of one text, in order."""


@cache
def _kiwi() -> Any:
    # Its dictionary of many-word names costs 190 MB and as much time again.
    return Kiwi(num_workers=2, load_multi_dict=False)


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A token of a text: its form, its tag, and where it stands."""

    form: str
    tag: str
    start: int
    len: int


def morphemes(texts: Sequence[str]) -> Iterable[Any]:
    """The tokens of each text, as kiwipiepy reads them, first syllables in their place.

    Apart from its noun a prefix would be lost, and with it the sense: "불친절" is not
    "친절"; nor is "아쉽", when read as a sigh, "쉽".
    """
    for tokens in _kiwi().tokenize([_respelled(text) for text in texts]):
        loose = any(token.tag in _LOOSE for token in tokens)
        yield _whole(tokens) if loose else tokens


def _respelled(text: str) -> str:
    for wrong, right in _SPELLINGS:
        text = wrong.sub(right, text)
    return text


def _whole(tokens: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for token in tokens:
        before = found[-1] if found else None
        if before is not None and _belongs(before, token):
            whole = before.form + token.form
            length = token.start + token.len - before.start
            found[-1] = Morpheme(whole, token.tag, before.start, length)
        else:
            found.append(token)
    return found


def _belongs(before: Any, token: Any) -> bool:
    """Whether `before` is a first syllable that was cut off `token`."""
    if before.start + before.len != token.start:
        return False
    if before.tag == "XPN":
        return token.tag in _NOUNS
    cut = before.tag in _LOOSE and len(before.form) == 1 and token.tag in _STATES
    return cut and _is_state(before.form + token.form)


@cache
def _is_state(stem: str) -> bool:
    """Whether the dictionary knows an adjective of this stem ("아쉽", not "아좋")."""
    first = _kiwi().tokenize(stem + "다")[0]
    return first.form == stem and first.tag in _STATES


def spelled(parts: Sequence[tuple[str, str]]) -> str:
    """Morphemes put together again, spaced and contracted as they are written."""
    return str(_kiwi().join(list(parts)))


def korean_words(
    texts: Sequence[str], *, empty: Container[str] = EMPTY_KO
) -> list[Words]:
    """Nouns and nominalised stems ("지루함", "늦음") of texts, without `empty` ones.

    A denied state keeps its denial ("쉽지 않음"). Particles between two nouns do not
    part them: "배우들의 연기" is "배우" followed by "연기". Morphemes by kiwipiepy.
    """
    return [_nouns(tokens, empty) for tokens in morphemes(texts)]


def english_words(
    texts: Sequence[str], *, empty: Container[str] = EMPTY_EN
) -> list[Words]:
    """Words of each text without `empty` ones, which part their neighbours."""
    return [_content(text, empty) for text in texts]


def _content(text: str, empty: Container[str]) -> Words:
    found: Words = []
    for part in re.split(r"[.,;:!?()]+", text.lower()):
        join = Join.APART
        for word in _LATIN.findall(part):
            if word.replace("'", "") in empty or len(word) < 3:
                join = Join.APART
                continue
            found.append((word, join))
            join = Join.BESIDE
    return found


def _nouns(tokens: Sequence[Any], empty: Container[str]) -> Words:
    found: Words = []
    join, end, at = Join.APART, -1, 0
    while at < len(tokens):
        token, stem = tokens[at], _stem(tokens, at)
        after = at + max(len(stem), 1)
        word = _state(stem, tokens, at, after) if stem else _noun(token)
        if word and word not in empty:
            glued = join is Join.BESIDE and token.start == end and token.tag in _NOUNS
            found.append((word, Join.GLUED if glued else join))
            join, end = Join.BESIDE, token.start + token.len
        elif _plain(token) not in _BETWEEN:
            join = Join.APART
        at = after
    return found


def _stem(tokens: Sequence[Any], at: int) -> Parts:
    """The stem of a state that begins here ("지루" + "하"), or nothing."""
    token, tag = tokens[at], _plain(tokens[at])
    if tag == "VA" or (tag == "VV" and token.form in _TELLING_VERBS):
        return ((token.form, token.tag),)
    after = [(one.form, _plain(one)) for one in tokens[at + 1 : at + 2]]
    if tag in {"NNG", "XR"} and len(token.form) > 1 and after == [("하", "XSA")]:
        return ((token.form, token.tag), *after)
    return ()


def _state(stem: Parts, tokens: Sequence[Any], at: int, after: int) -> str:
    """The stem as a noun, with what denies it: "not easy" is no sort of easy."""
    before = tokens[at - 1] if at else None
    if before is not None and (before.form, before.tag) in _DENIALS:
        return _nominal(((before.form, before.tag), *stem))
    return _nominal((*stem, *denial(tokens, after)))


def denial(tokens: Sequence[Any], at: int) -> Parts:
    """What follows a stem and negates it: "-지 않", "-지 못하", "-을 수 없"."""
    tail = [(token.form, _plain(token)) for token in tokens[at : at + 4]]
    forms = [form for form, _ in tail]
    if len(tail) > 1 and tail[0] == ("지", "EC"):
        at_verb = 2 if tail[1][1] in {"JKO", "JX"} and len(tail) > 2 else 1
        verb = "못하" if forms[at_verb] == "못" else forms[at_verb]
        return (("지", "EC"), (verb, "VX")) if verb in {"않", "못하", "말"} else ()
    cannot = tail[1:2] == [("수", "NNB")] and ("없", "VA") in tail[2:]
    # "-을 수밖에 없다" says the contrary.
    if cannot and "밖에" not in forms:
        return (("ᆯ", "ETM"), ("수", "NNB"), ("없", "VA"))
    return ()


def _noun(token: Any) -> str:
    tells = len(token.form) > 1 or token.form in ONE_LETTER
    if tells and _plain(token) in _NOUNS:
        return str(token.form)
    return str(token.form).lower() if len(token.form) > 1 and token.tag == "SL" else ""


@cache
def _nominal(parts: Parts) -> str:
    return spelled([*parts, ("음", "ETN")])


def _plain(token: Any) -> str:
    """The tag without the mark of an irregular stem."""
    return str(token.tag).split("-", maxsplit=1)[0]
