# ruff: noqa: E501 – what is sent reads best on one line
"""Doubts about answers: what people do is no doubt, what machines do is."""

from __future__ import annotations

import pytest

from moksori.collect.quality import Flag, Seen, flags_of, words_of
from moksori.collect.quality.texts import is_gibberish
from moksori.collect.questionnaires.definition import Option, Question, Type
from moksori.collect.questionnaires.words import Words
from moksori.collect.writes.finishing import with_flags


def question(id: str, type_: Type, rows: int = 0) -> Question:
    lines = tuple(Option(f"r{n}", Words({"ko": f"줄 {n}"})) for n in range(rows))
    return Question(id, type_, Words({"ko": f"문항 {id}"}), rows=lines)


def kinds(questions, answers, seconds=60.0):
    return [one.kind for one in flags_of(Seen(questions, answers, seconds))]


@pytest.mark.parametrize(
    "text",
    ["ㅋㅋㅋㅋㅋㅋㅋㅋ", "ㅠㅠㅠㅠㅠㅠ", "좋아요 ㅎㅎㅎㅎㅎ", "ㅇㅇㅇㅇㅇㅇ", "ㄱㅅㄱㅅㄱㅅ", "good",
     "배송이 너무 늦었어요", "strengths", "rhythm and blues", "정말 정말 정말 좋아요", "1588-0000", "5"],
)  # fmt: skip
def test_what_people_write_is_words(text):
    assert not is_gibberish(text)


@pytest.mark.parametrize(
    "text",
    ["asdfasdfasdf", "qwertyuiop", "ㅁㄴㅇㄹㅁㄴㅇㄹㅁㄴㅇㄹ", "aaaaaaaaaa", "..........", "ㅂㅈㄷㄱㅅㅛㅕㅑ", "xkcdqwrtzpsdfg"],
)  # fmt: skip
def test_keys_pressed_at_random_are_none(text):
    assert is_gibberish(text)


def test_a_table_answered_in_one_line_is_told_only_when_it_is_long():
    long, short = question("t", Type.MATRIX, 6), question("s", Type.MATRIX, 3)
    same = {f"r{n}": "o3" for n in range(6)}
    assert kinds([long], {"t": same}) == ["straight"]
    assert kinds([short], {"s": {f"r{n}": "o3" for n in range(3)}}) == []
    assert kinds([long], {"t": {**same, "r5": "o4"}}) == []
    assert kinds([long], {"t": {"r0": "o3", "r1": "o3"}}) == []


def test_too_fast_is_told_by_items_and_by_what_was_written():
    three = [question(one, Type.NPS) for one in "abc"]
    said = dict.fromkeys("abc", 8)
    assert kinds(three, said, 3) == ["fast"]
    assert kinds(three, said, 7) == []
    assert kinds(three[:1], {"a": 8}, 0.5) == []
    text = [*three, question("d", Type.LONG_TEXT)]
    assert kinds(text, {**said, "d": "길게 쓴 글입니다. " * 100}, 20) == ["fast"]


def test_scores_that_no_one_means_at_once():
    both = [question("nps", Type.NPS), question("stars", Type.STARS)]
    assert kinds(both, {"nps": 10, "stars": 1}) == ["contradiction"]
    assert kinds(both, {"nps": 10, "stars": 3}) == []
    loop = [question("stars@a", Type.STARS), question("stars@b", Type.STARS)]
    assert kinds(loop, {"stars@a": 5, "stars@b": 1}) == []


def test_a_flag_is_a_sentence_in_the_readers_language():
    found = flags_of(
        Seen(
            [question("t", Type.MATRIX, 5)], {"t": {f"r{n}": "o" for n in range(5)}}, 60
        )
    )
    assert "문항 t" in str(found[0])
    assert words_of(found[0].to_json()) == str(found[0])
    assert words_of({"kind": "unknown"}) == "unknown"


def test_a_page_sent_again_and_again_at_once_is_doubted_once():
    flags = []
    for seconds in (0.4, 0.2, 0.3):
        flags = with_flags(flags, [Flag("instant", {"seconds": seconds})])
    flags = with_flags(flags, [Flag("straight", {"rows": 5, "question": "가"})])
    flags = with_flags(flags, [Flag("straight", {"rows": 6, "question": "나"})])

    assert [(one["kind"], one["facts"].get("seconds")) for one in flags] == [
        ("instant", 0.4), ("straight", None), ("straight", None),
    ]  # fmt: skip
