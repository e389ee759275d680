"""A long text is cut around what is meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moksori.understand.reads.excerpts import excerpt


def test_a_short_text_stays_whole() -> None:
    assert excerpt("배송이 늦어요", [(0, 3)], length=50) == ("배송이 늦어요", ((0, 3),))


@given(st.text(alphabet="가나 다", max_size=400), st.data())
def test_the_first_span_is_always_there(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    short, spans = excerpt(text, [(start, end)], length=60)

    assert short[slice(*spans[0])] == text[start:end]
    assert len(short) <= max(60, end - start) + 80
