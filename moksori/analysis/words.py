"""The words of short texts that can stand in a name: nouns, and stems made nouns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
엉망 짜증 짜증남 속상함 아쉬움 안타까움 후회 힘듦 화남 분노 엄청남 심함
"""
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
past old
"""
EMPTY_KO = frozenset(_KOREAN_EMPTY.split())
EMPTY_EN = frozenset(_ENGLISH_EMPTY.split())
_LATIN = re.compile(r"[a-z][a-z']+")
_NOUNS = {"NNG", "NNP", "XR"}
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
    """The tokens of each text, as kiwipiepy reads them, prefixes with their nouns.

    Apart from its noun the prefix would be lost, and with it the sense: "불친절" is not
    "친절".
    """
    for tokens in _kiwi().tokenize(list(texts)):
        yield _prefixed(tokens) if any(t.tag == "XPN" for t in tokens) else tokens


def _prefixed(tokens: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for token in tokens:
        before = found[-1] if found else None
        if (
            before is not None
            and before.tag == "XPN"
            and token.tag in _NOUNS
            and before.start + before.len == token.start
        ):
            whole = before.form + token.form
            found[-1] = Morpheme(whole, token.tag, before.start, before.len + token.len)
        else:
            found.append(token)
    return found


def spelled(parts: Sequence[tuple[str, str]]) -> str:
    """Morphemes put together again, spaced and contracted as they are written."""
    return str(_kiwi().join(list(parts)))


def korean_words(texts: Sequence[str]) -> list[Words]:
    """Nouns and nominalised stems ("지루함", "아쉬움") of each text.

    Particles between two nouns do not part them: "배우들의 연기" is "배우" followed by
    "연기". Morphemes by kiwipiepy.
    """
    return [_nouns(tokens) for tokens in morphemes(texts)]


def english_words(texts: Sequence[str]) -> list[Words]:
    """Words of each text without stop words; a stop word parts its neighbours."""
    return [_content(text) for text in texts]


def _content(text: str) -> Words:
    found: Words = []
    for part in re.split(r"[.,;:!?()]+", text.lower()):
        join = Join.APART
        for word in _LATIN.findall(part):
            if word.replace("'", "") in EMPTY_EN or len(word) < 3:
                join = Join.APART
                continue
            found.append((word, join))
            join = Join.BESIDE
    return found


def _nouns(tokens: Iterable[Any]) -> Words:
    found: Words = []
    join, stem, end = Join.APART, "", -1
    for token in tokens:
        tag = token.tag.split("-")[0]
        if stem and tag == "XSA" and token.form == "하":
            # "지루" + "하": a state is named with its ending ("지루함").
            found[-1] = (stem + "함", found[-1][1])
        stem = ""
        word = _word(token.form, token.tag)
        if word and word not in EMPTY_KO:
            glued = join is Join.BESIDE and token.start == end and tag in _NOUNS
            found.append((word, Join.GLUED if glued else join))
            join, end = Join.BESIDE, token.start + token.len
            stem = word if tag in {"NNG", "XR"} else ""
        elif tag not in _BETWEEN:
            join = Join.APART
    return found


def _word(form: str, full: str) -> str:
    tag = full.split("-", maxsplit=1)[0]
    if tag in _NOUNS and len(form) > 1:
        return str(form)
    if tag == "SL" and len(form) > 1:
        return str(form).lower()
    if tag == "VA" or (tag == "VV" and form in _TELLING_VERBS):
        return _nominal(form, full)
    return ""


@cache
def _nominal(stem: str, tag: str) -> str:
    return spelled([(stem, tag), ("음", "ETN")])
