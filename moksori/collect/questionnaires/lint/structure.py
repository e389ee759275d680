"""The rules of structure: what only shows when parts are seen together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import Question, Questionnaire, Type
from moksori.collect.questionnaires.lint.consent import consents
from moksori.collect.questionnaires.lint.effort import effort
from moksori.collect.questionnaires.lint.notes import Note, Rule, Severity
from moksori.collect.questionnaires.lint.scales import answers
from moksori.collect.questionnaires.reading import every
from moksori.collect.questionnaires.words import Words
from moksori.collect.tables.messages import Message

_PIPE = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]{0,39})(?:\|[^{}|]*)?\}")
_FOREIGN = re.compile(r"\{\{[^{}\n]{0,80}\}\}|\$\{[^{}\n]{1,80}\}|#\{[^{}\n]{1,80}\}")
_BRACED = re.compile(r"\{[^{}\n]{1,80}\}")
_POLITE = {
    "습니다": re.compile(r"(?:니까\?|십시오\.?|니다\.?)$"),
    "요": re.compile(r"요[?.]?$"),
}
Named = tuple[str, Words]


def structure(whole: Questionnaire, language: str) -> Iterator[Note]:
    for path, words in _said(whole):
        yield from _unsaid(path, words, whole, language)
        yield from _left_standing(path, words.get(language, ""))
    for path, question in every(whole):
        yield from answers(question, path, language)
    yield from consents(whole, language)
    yield from effort(whole)
    if language.partition("-")[0] == "ko":
        yield from _two_registers(whole, language)


def _said(whole: Questionnaire) -> Iterator[Named]:
    for name in ("title", "intro", "thanks", "closed"):
        yield name, getattr(whole, name)
    for p, page in enumerate(whole.pages):
        yield f"pages.{p}.title", page.title
    for path, question in every(whole):
        if question.type != Type.HIDDEN:
            yield from _of_question(question, path)


def _of_question(question: Question, path: str) -> Iterator[Named]:
    for name in ("text", "help", "low_words", "high_words", "unit"):
        yield f"{path}.{name}", getattr(question, name)
    for name in ("rows", "options"):
        for n, option in enumerate(getattr(question, name)):
            yield f"{path}.{name}.{n}.text", option.text


def _unsaid(
    path: str, words: Words, whole: Questionnaire, language: str
) -> Iterator[Note]:
    """Texts that another language has and this one has not, or has otherwise."""
    if not words:
        return
    other = whole.said(words, whole.languages[0])
    text = words.get(language, "").strip()
    if not text:
        why = _("This is not said in this language yet; the customer reads “{text}”.")
        better = Message(_("Translate it, or take the language off the list."))
        yield Note(path, Rule.UNTRANSLATED, Message(why, {"text": other}), better,
                   Severity.SERIOUS)  # fmt: skip
        return
    missing = set(_PIPE.findall(other)) ^ set(_PIPE.findall(text))
    if missing:
        why = _("{names} is put in here in one language and not in the other.")
        names = ", ".join(f"{{{name}}}" for name in sorted(missing))
        better = Message(_("Use the same places in every language."))
        yield Note(path, Rule.PLACEHOLDERS, Message(why, {"names": names}), better,
                   Severity.SERIOUS, text)  # fmt: skip


def _left_standing(path: str, text: str) -> Iterator[Note]:
    """Places of other programs, which customers would read as they stand here."""
    rest = _PIPE.sub("", text)
    found = _FOREIGN.search(text) or _BRACED.search(rest)
    if found:
        why = _("Nothing is put in at “{found}”: customers would read it as it stands.")
        better = _("An earlier answer is put in by its id, like {example}; what a link "
                   "tells, by the id of a hidden question.")  # fmt: skip
        yield Note(
            path, Rule.UNKNOWN_PLACE,
            Message(why, {"found": found.group()[:60]}),
            Message(better, {"example": "{q1}"}),
            Severity.SERIOUS, text,
        )  # fmt: skip


def _two_registers(whole: Questionnaire, language: str) -> Iterator[Note]:
    """습니다 here and 요 there; the one that is used less often is told."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in _POLITE}
    for path, question in every(whole):
        text = question.text.get(language, "").strip()
        for name, pattern in _POLITE.items():
            if pattern.search(text):
                found[name].append((f"{path}.text", text))
    less, more = sorted(found, key=lambda name: len(found[name]))
    why = _("Most questions end in “{more}”, this one in “{less}”.")
    for path, text in found[less]:
        facts = {"more": more, "less": less}
        better = Message(_("Use one form of politeness throughout."))
        yield Note(
            path, Rule.REGISTER, Message(why, facts), better, Severity.HINT, text
        )
