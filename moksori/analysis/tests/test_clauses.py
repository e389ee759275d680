"""A text falls into clauses that each say one thing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moksori.analysis.clauses import LONGEST, MOST, clauses

CORPUS = Path(__file__).parent / "clauses.txt"


def said(text: str) -> list[str]:
    return [text[clause.start : clause.end] for clause in clauses(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("배송은 빨랐는데 포장이 엉망", ["배송은 빨랐는데", "포장이 엉망"]),
        ("가격은 비싸지만, 품질이 좋다", ["가격은 비싸지만,", "품질이 좋다"]),
        (
            "맛있어요ㅋㅋㅋ 근데 양이 적어요ㅠㅠ",
            ["맛있어요ㅋㅋㅋ", "근데 양이 적어요ㅠㅠ"],
        ),
        (
            "디자인이 예뻐요😍 배터리는 빨리 닳아요",
            ["디자인이 예뻐요😍", "배터리는 빨리 닳아요"],
        ),
        ("- 배송 느림\n- 포장 엉망", ["- 배송 느림", "- 포장 엉망"]),
        (
            "직원이 친절합니다. 하지만 대기가 길어요!",
            ["직원이 친절합니다.", "하지만 대기가 길어요!"],
        ),
        (
            "The staff were friendly but the room was dirty.",
            ["The staff were friendly", "but the room was dirty."],
        ),
        (
            "I called twice, and they never answered",
            ["I called twice,", "and they never answered"],
        ),
        (
            "It is slow even though the plan is expensive",
            ["It is slow", "even though the plan is expensive"],
        ),
    ],
)
def test_a_turn_starts_a_new_clause(text: str, parts: list[str]) -> None:
    assert said(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/x.y?z=1.B 페이지가 안 열려요",
        "버전 1.2.3에서 로그인이 안 돼요",
        "It costs $1,234.56 a month",
        "Mr. Smith called me",
        "진짜... 좋아요",
        "예쁜데 비싸요",
        "wow! good",
    ],
)
def test_numbers_addresses_and_fragments_stay_whole(text: str) -> None:
    assert said(text) == [text]


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u3000"])
def test_a_blank_text_has_no_clause(text: str) -> None:
    assert clauses(text) == []


def test_signs_alone_are_one_clause() -> None:
    assert said(" ㅠㅠ ") == ["ㅠㅠ"]


def test_an_endless_text_is_cut_into_bounded_pieces() -> None:
    found = clauses("가나다라 마바사아 " * 400)
    assert len(found) <= MOST
    assert all(c.end - c.start <= LONGEST for c in found[:-1])


@given(st.text(alphabet="가나 데지만는.,!?ㅋㅠab but\n😡-1[]", max_size=120))
def test_clauses_cover_everything_but_blanks(text: str) -> None:
    found = clauses(text)
    at = 0
    for clause in found:
        assert text[at : clause.start].strip() == ""
        assert clause.start < clause.end
        at = clause.end
    assert text[at:].strip() == ""


def divided() -> list[tuple[str, list[str]]]:
    """Texts, Korean and English, with their clauses as a reader sees them."""
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    rows = [line.replace("↵", "\n") for line in lines if not line.startswith("#")]
    return [
        (
            row.replace("|_", "").replace("\n|", "\n").replace("|", " "),
            [part.strip().removeprefix("_") for part in row.split("|")],
        )
        for row in rows
    ]


def test_nearly_every_text_is_divided_as_a_reader_would() -> None:
    rows = divided()
    assert len(rows) >= 60
    wrong = [(said(text), parts) for text, parts in rows if said(text) != parts]
    assert 1 - len(wrong) / len(rows) >= 0.95, wrong


def test_nothing_that_says_one_thing_is_divided() -> None:
    whole = [(text, parts) for text, parts in divided() if len(parts) == 1]
    assert [text for text, parts in whole if said(text) != parts] == []
