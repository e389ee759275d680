"""Words of customers are marked, masked and never run."""

from __future__ import annotations

from dataclasses import dataclass

from django.template import Context, Template
from django.utils import translation

from moksori.base.web.words import marked

ATTACK = '<script>alert(1)</script> & "it"'


@dataclass
class Span:
    start: int
    end: int


def test_what_a_customer_wrote_cannot_become_markup() -> None:
    html = marked(ATTACK, [(0, 8)])
    assert html.startswith("<mark>&lt;script&gt;</mark>alert(1)&lt;/script&gt;")
    assert "<script" not in html


def test_a_span_inside_markup_or_an_entity_stays_whole() -> None:
    assert marked("a & b", [(2, 3)]) == "a <mark>&amp;</mark> b"


def test_spans_that_overlap_touch_or_leave_the_text_are_put_right() -> None:
    assert marked("abcdef", [(4, 99), (1, 3), (2, 4)]) == "a<mark>bcdef</mark>"
    assert marked("abc", [(2, 1), (5, 9), (-4, 0)]) == "abc"
    assert marked("abc", [Span(0, 1)]) == "<mark>a</mark>bc"


def test_a_mask_is_named_in_and_outside_a_span() -> None:
    with translation.override("en"):
        html = marked("call [phone] or [email]", [(5, 12)])
    assert '<mark><span class="masked">[phone number]</span></mark>' in html
    assert '<span class="masked">[e-mail address]</span>' in html


def test_brackets_that_are_no_mask_stay_as_they_were_written() -> None:
    assert marked("[sic] [한글] [phone") == "[sic] [한글] [phone"


def test_the_quote_tag_shows_source_and_day() -> None:
    page = Template(
        '{% load moksori %}{% quote text spans source=source tone="thanks" %}'
    )
    html = page.render(Context({"text": ATTACK, "spans": [], "source": "<App>"}))
    assert "<script" not in html
    assert "<span>&lt;App&gt;</span>" in html
    assert 'class="verbatim thanks"' in html


def test_a_particle_in_a_template_keeps_the_word_escaped() -> None:
    page = Template('{% load moksori %}{{ word|josa:"이/가" }}')
    with translation.override("ko"):
        assert page.render(Context({"word": "<b>앱"})) == "&lt;b&gt;앱이"
    with translation.override("en"):
        assert page.render(Context({"word": "app"})) == "app"
