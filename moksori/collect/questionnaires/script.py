"""What a caller reads aloud, writes down and skips: a questionnaire for the telephone.

Words in quotation marks are read aloud, words in brackets are for the caller alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from textwrap import indent

from django.utils.translation import gettext, override

from moksori.base.web.text import with_particles
from moksori.collect.questionnaires.definition import (
    END,
    MATRICES,
    OUT,
    SCALES,
    UPLOADS,
    Option,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.numbering import Direction, Line, lines, numbers
from moksori.collect.questionnaires.saying import rule_in_words
from moksori.collect.questionnaires.words import Words

_PIPE = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]{0,39})(?:\|([^{}|]*))?\}")
_INTERFACE = frozenset({"ko", "en"})


def script(q: Questionnaire, language: str) -> str:
    """The whole call as plain text, in this language."""
    spoken = language.partition("-")[0]
    with override(spoken if spoken in _INTERFACE else "en"):
        return _Script(q, language).text()


class _Script:
    def __init__(self, q: Questionnaire, language: str) -> None:
        self.q = q
        self.language = language
        self.numbers = numbers(q)

    def text(self) -> str:
        blocks = [self.opening(), *map(self.block, lines(self.q)), self.closing()]
        return "\n\n".join(block for block in blocks if block) + "\n"

    def opening(self) -> str:
        title = self.q.said(self.q.title, self.language)
        return "\n".join(
            filter(
                None,
                [
                    title,
                    "=" * min(72, max(8, 2 * len(title))),
                    _note(
                        gettext(
                            "Read aloud what stands in quotation marks, word by word. "
                            "What stands in brackets is for you alone."
                        )
                    ),
                    self.read(self.q.intro),
                    _note(
                        gettext(
                            "Ask whether it is a good time. If not, offer to call "
                            "again, and end the call."
                        )
                    ),
                ],
            )
        )

    def closing(self) -> str:
        parts = [_note(gettext("END")), self.read(self.q.thanks)]
        return "\n".join(part for part in parts if part)

    def block(self, line: Line) -> str:
        question = line.question
        parts = [
            *self.before(line),
            self.head(line),
            *(indent(part, "   ") for part in self.how(question) if part),
            *(indent(_note(one), "   ") for one in self.after(line)),
        ]
        return "\n".join(part for part in parts if part)

    def before(self, line: Line) -> Iterator[str]:
        if line.is_first and (title := self.q.said(line.page.title, self.language)):
            yield f"--- {title} ---"
        if line.is_first and line.over:
            yield _note(
                gettext(
                    "Ask this part once for each answer chosen in question {number}."
                ).format(number=self.numbers.get(line.over, line.over))
            )
        for rule in line.only_if:
            said = rule_in_words(rule, self.q, self.language)
            yield _note(gettext("Only if {rule}; else go on.").format(rule=said))

    def head(self, line: Line) -> str:
        text = self.read(line.question.text)
        return f"{line.number}. {text}" if line.number else text

    def how(self, question: Question) -> Iterator[str]:
        """How to ask it and what to write down."""
        if question.type in UPLOADS:
            yield _note(gettext("This cannot be asked on the telephone: leave it out."))
            return
        yield self.read(question.help)
        ask = _ASKING.get(question.type, _Script.open)
        yield from ask(self, question)
        if question.type == Type.SECTION:
            return
        for is_so, mark, text in (
            (question.may_not_apply, "N", gettext("does not apply")),
            (question.may_prefer_not, "R", gettext("would rather not say")),
            (not question.is_required, "-", gettext("no answer")),
        ):
            if is_so:
                yield _note(gettext("do not read: {mark} {text}").format(
                    mark=mark, text=text))  # fmt: skip

    def after(self, line: Line) -> Iterator[str]:
        for one in line.directions:
            yield self.direction(one, line.question)

    def direction(self, one: Direction, question: Question) -> str:
        to = {
            END: gettext("end the call with the thanks"),
            OUT: gettext(
                "the call ends here: say thank you, and mark it as “not meant”"
            ),
        }.get(one.to) or gettext("go to question {number}").format(number=one.to)
        if one.options:
            chosen = [option for id in one.options if (option := question.option(id))]
            said = ", ".join(f"“{self.said(option.text)}”" for option in chosen)
            return gettext("After {answers}: {to}").format(answers=said, to=to)
        if one.when is None:
            return gettext("Then {to}").format(to=to)
        rule = rule_in_words(one.when, self.q, self.language)
        return gettext("If {rule}: {to}").format(rule=rule, to=to)

    def said(self, words: Words) -> str:
        """The words; the place of an earlier answer says whose it is."""

        def place(found: re.Match[str]) -> str:
            number = self.numbers.get(found[1])
            if number is None and found[1] != "item":
                return found[0]
            name = (
                gettext("answer to {number}").format(number=number)
                if number
                else gettext("the answer that this part is about")
            )
            return f"[{name}]" if not found[2] else f"[{name} / {found[2]}]"

        return _PIPE.sub(place, self.q.said(words, self.language))

    def read(self, words: Words) -> str:
        text = self.said(words).strip()
        return f"“{text}”" if text else ""

    def listed(self, options: tuple[Option, ...]) -> str:
        return "\n".join(
            f"( ) {n} “{self.said(option.text)}”{self.about(option)}"
            for n, option in enumerate(options, start=1)
        )

    def about(self, option: Option) -> str:
        notes = []
        if option.is_other:
            notes.append(gettext("write down which"))
        if option.is_exclusive:
            notes.append(gettext("alone, with no other"))
        if option.show is not None:
            rule = rule_in_words(option.show, self.q, self.language)
            notes.append(gettext("only if {rule}").format(rule=rule))
        return f" {_note('; '.join(notes))}" if notes else ""

    # How each type is asked.

    def open(self, question: Question) -> Iterator[str]:
        if question.type in {Type.EMAIL, Type.PHONE}:
            yield _note(gettext("Write it down, and read it back letter by letter."))
        elif question.type == Type.LONG_TEXT:
            yield _note(
                gettext("Write it down word by word. Ask “anything else?” once.")
            )
        yield "_" * 40

    def score(self, question: Question) -> Iterator[str]:
        low, high = (int(end) for end in question.scale)
        ends = self.said(question.low_words), self.said(question.high_words)
        if all(ends):
            text = gettext("Please give a number from {low} to {high}: {low} means "
                           "‘{low_words}’, {high} means ‘{high_words}’.")  # fmt: skip
            said = text.format(
                low=low, high=high, low_words=ends[0], high_words=ends[1]
            )
        else:
            text = gettext("Please give a number from {low} to {high}.")
            said = text.format(low=low, high=high)
        yield f"“{said}”"
        yield "  ".join(f"( ) {n}" for n in range(low, high + 1))

    def choice(self, question: Question) -> Iterator[str]:
        yield _note(
            gettext("Read all answers, in another order for each call. Tick one.")
            if question.is_random
            else gettext("Read all answers. Tick one.")
        )
        yield self.listed(question.options)

    def several(self, question: Question) -> Iterator[str]:
        least, most = question.least, question.most or len(question.options)
        text = gettext("Read all answers and wait after each. Tick every “yes”.")
        yield _note(text)
        if least or question.most:
            yield _note(gettext("From {least} to {most} answers.").format(
                least=least or 0, most=most))  # fmt: skip
        yield self.listed(question.options)

    def ranking(self, question: Question) -> Iterator[str]:
        yield _note(
            gettext(
                "Read all, then ask: which comes first, which second, and so on? Write "
                "the place before each."
            )
        )
        yield "\n".join(f"(   ) “{self.said(one.text)}”" for one in question.options)

    def table(self, question: Question) -> Iterator[str]:
        several = question.type == Type.MATRIX_MULTIPLE
        yield _note(
            gettext("Read the answers once, then each line. Several may be ticked.")
            if several
            else gettext("Read the answers once, then each line. Tick one for each.")
        )
        yield self.listed(question.options)
        marks = "  ".join(f"( ) {n}" for n in range(1, len(question.options) + 1))
        for row in question.rows:
            yield f"“{self.said(row.text)}”{self.about(row)}\n   {marks}"

    def sum(self, question: Question) -> Iterator[str]:
        total = f"{question.total:g}" if question.total else "100"
        yield _note(
            with_particles(
                gettext(
                    "Read all, and have {total} shared out among them. Add up: "
                    "together they are {total}."
                ).format(total=total)
            )
        )
        yield "\n".join(f"____ “{self.said(one.text)}”" for one in question.options)

    def number(self, question: Question) -> Iterator[str]:
        bounds = [f"{end}" for end in (question.low, question.high) if end is not None]
        if bounds:
            yield _note(gettext("Allowed: {bounds}").format(bounds=" – ".join(bounds)))
        yield f"________ {self.said(question.unit)}".rstrip()

    def date(self, question: Question) -> Iterator[str]:
        yield _note(gettext("Write the day as year-month-day."))
        yield "____-__-__"

    def consent(self, _question: Question) -> Iterator[str]:
        yield _note(
            gettext(
                "Read it word by word. Only a clear “yes” is a yes; silence is none."
            )
        )
        yield f"( ) {gettext('Yes')}   ( ) {gettext('No')}"

    def section(self, _question: Question) -> Iterator[str]:
        yield from ()


def _note(text: str) -> str:
    return f"[{text}]"


_ASKING: Mapping[Type, Callable[[_Script, Question], Iterator[str]]] = {
    **dict.fromkeys(SCALES, _Script.score),
    **dict.fromkeys(MATRICES, _Script.table),
    Type.SINGLE: _Script.choice,
    Type.WITHOUT: _Script.choice,
    Type.MULTIPLE: _Script.several,
    Type.RANKING: _Script.ranking,
    Type.SUM: _Script.sum,
    Type.NUMBER: _Script.number,
    Type.DATE: _Script.date,
    Type.CONSENT: _Script.consent,
    Type.SECTION: _Script.section,
}
