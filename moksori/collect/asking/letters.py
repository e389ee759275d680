"""The letter, and the short message, in which a customer is asked.

The first question stands inside, each answer a link. Following one stores nothing (mail
is opened by programs, too): it leads to the page with that answer chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import css_inline
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from mjml import mjml2html

from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.definition import (
    SILENT,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.piping import filled_step
from moksori.collect.reads.scale_words import ends_of, faces_of

MOST_OPTIONS = 8  # more are not read in a letter
_CHOSEN = frozenset({Type.SINGLE, Type.WITHOUT})
_INLINER = css_inline.CSSInliner(
    keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a letter says; `words` are the survey's: subject, greeting, sms."""

    questionnaire: Questionnaire
    language: str
    link: str
    stop: str
    name: str = ""
    company: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    reminder: int = 0
    seed: int = 0
    variant: str = ""
    is_test: bool = False  # to a member, who tries it


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    link: str


@dataclass(frozen=True, slots=True)
class First:
    """The first question as it stands in a letter; without choices only its words."""

    text: str
    choices: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""
    is_scale: bool = False


def letter(facts: Facts) -> Letter:
    """The letter in the customer's language, its words escaped where they must be."""
    language = facts.language
    with translation.override(language):
        shown: dict[str, Any] = {
            "title": title(facts),
            "greeting": _greeting(facts),
            "first": first_question(facts),
            "company": facts.company,
            "link": facts.link,
            "stop": facts.stop,
            "language": language,
            "reminder": facts.reminder,
            "is_test": facts.is_test,
        }
        text = render_to_string("collect/mail/invitation.txt", shown)
        return Letter(_subject(facts), _html(shown), _tidy(text))


def title(facts: Facts) -> str:
    q = facts.questionnaire
    return _line(q.said(q.title, facts.language))


def short(facts: Facts) -> str:
    """The same as a text message: one sentence, the link, the way out."""
    with translation.override(facts.language):
        usual = _("{company}: {title}").format(
            company=facts.company, title=title(facts)
        )
        text = _named(facts.words.get("sms", ""), facts) or usual
        return f"{text}\n{facts.link}\n{_('Stop')}: {facts.stop}"


def first_question(facts: Facts) -> First | None:
    """What is asked first of this very person; None if a letter cannot show it."""
    q, language = facts.questionnaire, facts.language
    state = flow.State({}, facts.seed, facts.variant, language)
    step = flow.step_after(q, state, "")
    if not isinstance(step, flow.Step):
        return None
    asked = [
        one for one in filled_step(step, q, state).questions if one.type not in SILENT
    ]
    if not asked:
        return None
    one = asked[0]
    text = _line(one.text.said(language))
    if one.is_score:
        return _scale(facts, one, text)
    if one.type in _CHOSEN and 0 < len(one.options) <= MOST_OPTIONS:
        return First(text, tuple(_options(facts, one)))
    return First(text)


def _scale(facts: Facts, one: Question, text: str) -> First:
    low, high = (int(end) for end in one.scale)
    words = faces_of(one, facts.language)
    if words:
        named = zip(range(low, high + 1), words, strict=False)
        return First(text, tuple(_choice(facts, one, str(n), w) for n, w in named))
    steps = [_choice(facts, one, str(n), str(n)) for n in range(low, high + 1)]
    return First(text, tuple(steps), *ends_of(one, facts.language), is_scale=True)


def _options(facts: Facts, one: Question) -> Iterator[Choice]:
    for option in one.options:
        if not option.is_other:
            yield _choice(
                facts, one, option.id, _line(option.text.said(facts.language))
            )


def _choice(facts: Facts, one: Question, value: str, label: str) -> Choice:
    return Choice(label, f"{facts.link}?{urlencode({one.id: value})}")


def _subject(facts: Facts) -> str:
    own = _line(_named(facts.words.get("subject", ""), facts))
    subject = own or title(facts)
    if facts.reminder:
        subject = _("Reminder: {subject}").format(subject=subject)
    if facts.is_test:
        subject = _("[Test] {subject}").format(subject=subject)
    return subject[:200]


def _greeting(facts: Facts) -> list[str]:
    """Paragraphs; the survey's own words before those of the questionnaire."""
    q = facts.questionnaire
    own = _named(facts.words.get("greeting", ""), facts)
    text = own or q.said(q.intro, facts.language)
    return [part.strip() for part in text.split("\n") if part.strip()][:12]


def _named(text: str, facts: Facts) -> str:
    """With {name} and {company}; a name that nobody knows leaves no hole."""
    if not facts.name:
        for empty in ("{name}님, ", "{name}님 ", "{name}, ", " {name}", "{name}"):
            text = text.replace(empty, "")
    return text.replace("{name}", facts.name).replace("{company}", facts.company)


def _html(shown: Mapping[str, Any]) -> str:
    mjml = render_to_string("collect/mail/invitation.mjml", dict(shown))
    return str(_INLINER.inline(mjml2html(mjml)))


def _line(text: str) -> str:
    """One line: what comes after a line break would be a header of its own."""
    return " ".join(text.split())


def _tidy(text: str) -> str:
    """At most one empty line in a row; templates leave many."""
    lines: list[str] = []
    for line in (raw.rstrip() for raw in text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip() + "\n"
