"""Filters, forms and estimates as people see them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from moksori.base.web.estimates import sentence, shown
from moksori.base.web.examples import Sample
from moksori.base.web.filters import Filter, filter_bar
from moksori.base.web.states import STATES, state

PERIOD = Filter("period", "Period", [("28", "28 days"), ("90", "90 days")], "28")
WORDS = Filter("words", "Words")


def rendered(source: str, **context: Any) -> str:
    return Template("{% load moksori %}" + source).render(Context(context))


class Person(forms.Form):
    name = forms.CharField(label="Name <b>", help_text="As on the badge.")
    nick = forms.CharField(label="Nick", required=False)
    agree = forms.BooleanField(label="Yes")


def test_a_filter_reads_as_a_sentence_and_links_change_it() -> None:
    bar = filter_bar(QueryDict("period=90&page=4&q=box"), [PERIOD, WORDS])
    assert bar.chips[0].shown == "90 days"
    assert [option.url for option in bar.chips[0].options] == [
        "?q=box",
        "?period=90&q=box",
    ]
    assert bar.is_changed


def test_a_value_that_is_no_choice_falls_back() -> None:
    assert filter_bar(QueryDict("period=1;DROP"), [PERIOD]).chips[0].value == "28"


def test_free_words_stay_words() -> None:
    bar = filter_bar(QueryDict("words=%3Cscript%3E"), [PERIOD, WORDS])
    page = Template('{% include "web/_filters.html" %}')
    html = page.render(Context({"bar": bar}))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_form_says_what_is_wrong_on_top_and_beside() -> None:
    form = Person({"name": "", "nick": ""})
    with translation.override("en"):
        html = str(form)
    assert 'role="alert"' in html
    assert 'href="#id_name"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "Name &lt;b&gt;" in html
    assert html.count("(optional)") == 1


def test_help_and_error_are_tied_to_their_field() -> None:
    html = str(Person({"name": "", "agree": "on"}))
    described = html.split('aria-describedby="')[1].split('"', maxsplit=1)[0].split()
    assert described
    for name in described:
        assert f'id="{name}"' in html


def test_an_estimate_shows_value_interval_n_and_method() -> None:
    sample = Sample(0.084, 0.071, 0.099, 1204)
    with translation.override("en"):
        html = rendered("{% estimate est scale=0.12 %}", est=sample)
        assert shown(sample).interval == "7.1–9.9"
        assert sentence(sample) == "8.4% (7.1–9.9, n 1,204)"
    for part in ("8.4", "7.1–9.9", "n 1,204", "Wilson score interval", "<svg"):
        assert part in html


def test_too_few_is_said_and_not_shown_as_a_number() -> None:
    with translation.override("en"):
        assert "too few to say" in rendered("{% estimate est %}", est=None)


def test_every_state_has_words_and_a_known_tone() -> None:
    for known in STATES.values():
        assert str(known.label)
        assert known.tone in {"hurt", "good", "plain", "quiet", "open"}
    assert "&lt;i&gt;" in rendered("{% state key %}", key="<i>")
    assert state("ACTING") is STATES["acting"]


def test_what_was_done_can_be_taken_back_from_the_toast() -> None:
    said = Message(SUCCESS, "Merged <b>.", extra_tags="undo:/themes/3/unmerge")
    plain = Message(SUCCESS, "Saved.", extra_tags="")
    page = Template('{% include "web/_toasts.html" %}')
    html = page.render(Context({"messages": [said, plain]}))
    assert 'action="/themes/3/unmerge"' in html
    assert html.count("<form") == 1
    assert "Merged &lt;b&gt;." in html


def test_paging_keeps_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/x", {"q": "box", "page": "2"})
    assert rendered("{% with_query page=3 %}", request=request) == "?q=box&amp;page=3"
    assert rendered("{% with_query page=None q=None %}", request=request) == "/x"


def test_missing_numbers_are_dashes() -> None:
    source = "{{ x|number }}{{ x|share }}{{ x|day }}{{ x|ago }}{{ x|approx }}"
    assert rendered(source, x=None) == "–" * 5
