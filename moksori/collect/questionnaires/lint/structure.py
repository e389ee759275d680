"""The rules of structure: scales, lists and the questionnaire as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import Questionnaire, Type
from moksori.collect.questionnaires.lint.notes import Note, Rule, Severity
from moksori.collect.questionnaires.reading import every
from moksori.collect.tables.messages import Message


def structure(whole: Questionnaire, language: str) -> Iterator[Note]:
    yield from _unsaid(whole, language)


def _unsaid(whole: Questionnaire, language: str) -> Iterator[Note]:
    """Texts that another language has and this one has not."""
    for path, question in every(whole):
        if question.type == Type.HIDDEN:
            continue
        named = [(f"{path}.text", question.text)]
        for name in ("rows", "options"):
            listed = getattr(question, name)
            named += [(f"{path}.{name}.{n}.text", o.text) for n, o in enumerate(listed)]
        for where, words in named:
            if words and not words.get(language, "").strip():
                why = Message(
                    _("This is not said in {language} yet; the customer would read "
                      "“{text}”."),
                    {"language": language,
                     "text": whole.said(words, language)},
                )  # fmt: skip
                better = Message(_("Translate it, or take the language off the list."))
                yield Note(where, Rule.UNTRANSLATED, why, better, Severity.SERIOUS)
