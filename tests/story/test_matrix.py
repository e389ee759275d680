"""A matrix on a phone: a row is one line of keys, each large enough for a finger."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser

CSS = Path(__file__).resolve().parents[2] / "moksori/collect/static/collect/answer.css"
WORDS = ("매우 불만족", "불만족", "보통", "만족", "매우 만족", "해당 없음")
MEASURE = """() => [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll(".tick")].map((one) => {
        const box = one.getBoundingClientRect();
        return [box.top, box.width, box.height];
    }))"""


@pytest.mark.parametrize("width", [390, 320])
def test_a_row_is_one_line_of_keys(browser: Browser, width: int):
    choices = [
        {"name": "q", "value": str(n), "text": text} for n, text in enumerate(WORDS)
    ]
    rows = [{"text": name, "choices": choices} for name in "가나다라마"]
    asked = {"id": "q", "text": "각각 어떠셨습니까?", "rows": rows}
    table = render_to_string("collect/answer/_matrix.html", {"asked": asked})
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.set_content(
        f"<!doctype html><style>{CSS.read_text()}</style>"
        f'<main class="sheet"><form>{table}</form></main>'
    )

    found = page.evaluate(MEASURE)
    whole = page.locator("fieldset").bounding_box()
    overflows = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()

    assert [len({top for top, _width, _height in row}) for row in found] == [1] * 5
    assert min(min(size) for row in found for _top, *size in row) >= 24
    assert whole is not None
    assert whole["height"] < 844
    assert not overflows
