"""How each type of question is drawn: boxes to mark, lines to write on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _

from moksori.base.web.text import with_particles
from moksori.collect.paper.layout import BESIDE, Kind
from moksori.collect.paper.printing import directions
from moksori.collect.paper.printing.planned import (
    Plan,
    Planned,
    box_html,
    columns_html,
    em,
    option_html,
    whole,
)
from moksori.collect.questionnaires.definition import (
    MATRICES,
    NOT_APPLICABLE,
    PREFER_NOT_TO_SAY,
    SCALES,
    Option,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.numbering import Line
from moksori.collect.questionnaires.saying import rule_in_words
from moksori.collect.questionnaires.words import Words
from moksori.collect.reads.scale_words import ends_of, faces_of

YES = "yes"  # the one box of a consent
_CELL = 7.2  # mm, the least width of a column of boxes
_FEW = 7  # answers up to which one column does
_LONG = 20  # answers from which on words may break, so that they fit on a page
_SMALLEST = 0.85  # of the size of a hint, for the heads of a narrow table
_POINT = 25.4 / 72  # mm
_WIDTHS: Mapping[Type, str] = {
    Type.NUMBER: "short",
    Type.DATE: "half",
    Type.PHONE: "half",
}


@dataclass(slots=True)
class Bodies:
    """Draws the answers of questions into a plan; `width` is of a column in mm."""

    q: Questionnaire
    language: str
    plan: Plan
    numbers: Mapping[str, str]
    width: float
    is_large: bool = False

    def body(self, line: Line, zone: str) -> str:
        question = line.question
        drawn = _DRAWN.get(question.type, Bodies.line)
        return drawn(self, line, zone)

    def hint(self, question: Question) -> str:
        """How it is answered, where the boxes do not say it."""
        if question.type == Type.MULTIPLE:
            return _how_many(question)
        if question.type == Type.SUM:
            text = _("Together they make {total}.")
            return with_particles(text.format(total=f"{question.total or 100:g}"))
        return {
            Type.SINGLE: _("Mark one."),
            Type.WITHOUT: _("Mark one."),
            Type.MATRIX: _("Mark one in each line."),
            # No words stand beside these boxes that could be struck out with them.
            Type.MATRIX_MULTIPLE: _(
                "Mark all that apply in each line. A mark in this table cannot be "
                "taken back."
            ),
            Type.RANKING: _ranks(question),
            Type.DATE: _("For example 2026-11-22."),
        }.get(question.type, "")

    def fits(self, question: Question) -> bool:
        """Whether its table is narrow enough for the column."""
        if question.type in MATRICES:
            cells = len(question.options) + question.may_not_apply
        elif question.type == Type.RANKING:
            cells = _places(question)
        else:
            return True
        return cells * self.cell <= self.width

    @property
    def cell(self) -> float:
        return _CELL * (1.4 if self.is_large else 1)

    def long(self, text: str) -> float:
        """About how many millimetres a text takes on one line."""
        return sum(map(em, text)) * (17 if self.is_large else 10.5) * _POINT

    def said(self, words: Words) -> str:
        return directions.said(words, self.q, self.language, self.numbers)

    def field(
        self, question: Question, kind: Kind, zone: str, row: str = ""
    ) -> Planned:
        planned = Planned(question.id, kind, zone, row, may_cancel=kind == Kind.ONE)
        return self.plan.add(planned)

    # Boxes.

    def scale(self, line: Line, zone: str) -> str:
        question = line.question
        field = self.field(question, Kind.ONE, zone)
        low, high = (int(end) for end in question.scale)
        drawn = [self.plan.box(field, str(n)) for n in range(low, high + 1)]
        most = 152 if self.is_large else 92
        width = min(self.width, max(len(drawn) * 10.5, most))
        faces = faces_of(question, self.language)
        first, last = ends_of(question, self.language)
        heads = "".join(f'<td id="{one.label}">{one.code}</td>' for one in drawn)
        boxes = "".join(f"<td>{box_html(one)}</td>" for one in drawn)
        if faces:
            heads = "".join(
                f'<td id="{one.label}" class="face">{whole(word)}</td>'
                for one, word in zip(drawn, faces, strict=True)
            )
            ends = ""
        else:
            half = len(drawn) // 2
            rest = len(drawn) - half
            beside = f"padding: 0 {(width / len(drawn) - 4) / 2:.1f}mm"
            ends = (
                f'<tr class="ends"><td style="{beside}" colspan="{half}">'
                f'{whole(first)}</td><td style="{beside}" colspan="{rest}" '
                f'class="last">{whole(last)}</td></tr>'
            )
        codes = "".join(self.code(field, code) for code in _codes(question))
        return (
            f'<table class="scale" style="width: {width:.1f}mm"><tr class="heads">'
            f"{heads}</tr><tr>{boxes}</tr>{ends}</table>{codes}"
        )

    def choice(self, line: Line, zone: str) -> str:
        question = line.question
        is_many = question.type == Type.MULTIPLE
        field = self.field(question, Kind.MANY if is_many else Kind.ONE, zone)
        blocks = [self.option(line, one, field) for one in question.options]
        own = (n for n, one in enumerate(question.options) if one.is_other)
        # A line to write on needs the whole width, and what comes after it stays there.
        split = next(own, len(blocks))
        texts = [self.said(one.text) for one in question.options[:split]]
        tail = blocks[split:] + [self.code(field, code) for code in _codes(question)]
        return columns_html(blocks[:split], self._columns(texts)) + "".join(tail)

    def option(self, line: Line, option: Option, field: Planned) -> str:
        drawn = self.plan.box(field, option.id)
        after = directions.after_option(line, option.id)
        more = ""
        if option.is_other:
            area = self.plan.name()
            room = min(80.0, self.width * 0.5)
            more = f'<span class="own" id="{area}" style="width: {room:.0f}mm"></span>'
            own = Planned(
                line.question.id, Kind.TEXT, area, option=option.id, area=area
            )
            self.plan.add(own)
        return option_html(drawn, self.about(option, is_many=field.kind == Kind.MANY),
                           after, more)  # fmt: skip

    def about(self, option: Option, *, is_many: bool) -> str:
        """The words of an option with what limits it."""
        notes = []
        if option.is_exclusive and is_many:
            notes.append(_("this one alone"))
        if option.show is not None:
            rule = rule_in_words(option.show, self.q, self.language)
            notes.append(_("only if {rule}").format(rule=rule))
        told = f" ({with_particles('; '.join(notes))})" if notes else ""
        return f"{self.said(option.text)}{told}"

    def consent(self, line: Line, zone: str) -> str:
        field = self.field(line.question, Kind.MANY, zone)
        drawn = self.plan.box(field, YES)
        return option_html(drawn, _("Yes, I agree."))

    def instead(self, question: Question, codes: Sequence[str]) -> str:
        """Boxes for who cannot answer where there are no others: a field of its own."""
        if not codes:
            return ""
        field = self.field(question, Kind.ONE, self.plan.name(), row=BESIDE)
        boxes = "".join(self.code(field, code) for code in codes)
        return f'<div class="instead" id="{field.zone}">{boxes}</div>'

    def code(self, field: Planned, code: str) -> str:
        return option_html(self.plan.box(field, code), _SAYING[code]())

    def _columns(self, texts: Sequence[str]) -> int:
        """How many columns of answers, so that long lists stay short."""
        widest = max(map(self.long, texts), default=self.width)
        if len(texts) > _LONG:
            widest = max(widest / 2, self._widest(texts))
        room = int(self.width // (widest + (15 if self.is_large else 12)))
        count = len(texts)
        wanted = 1 if count <= _FEW else 2 if count <= 24 else 3 if count <= 60 else 4
        return max(1, min(room, wanted))

    # Tables.

    def matrix(self, line: Line, zone: str) -> str:
        question = line.question
        is_many = question.type == Type.MATRIX_MULTIPLE
        kind = Kind.MANY if is_many else Kind.ONE
        heads = [(one.id, self.said(one.text)) for one in question.options]
        if question.may_not_apply:
            heads.append((NOT_APPLICABLE, _("Does not apply")))
        rows = [
            (row.id, self.about(row, is_many=False), heads) for row in question.rows
        ]
        table = self.table(question, kind, rows, [head for _id, head in heads])
        codes = [PREFER_NOT_TO_SAY] if question.may_prefer_not else []
        return table + self.instead(question, codes)

    def ranking(self, line: Line, zone: str) -> str:
        question = line.question
        places = [
            (str(n), _("{n}.").format(n=n)) for n in range(1, _places(question) + 1)
        ]
        rows = [(one.id, self.said(one.text), places) for one in question.options]
        table = self.table(question, Kind.ONE, rows, [head for _n, head in places])
        return table + self.instead(question, _codes(question))

    def table(
        self,
        question: Question,
        kind: Kind,
        rows: list[tuple[str, str, list[tuple[str, str]]]],
        heads: list[str],
    ) -> str:
        count = len(heads)
        hint = 0.95 if self.is_large else 0.9
        each = max(self.cell, hint * self._widest(heads) + 1.5)
        room = self.width - each * count
        longest = min(self._widest(label for _id, label, _cells in rows), 40.0)
        is_stacked = room < max(0.34 * self.width, longest + 2)
        lines = []
        for id, label, cells in rows:
            field = self.field(question, kind, self.plan.name(), row=id)
            # The words of the row belong to all its boxes and to none.
            drawn = [
                self.plan.box(field, code, is_labelled=False) for code, _head in cells
            ]
            boxes = "".join(f'<td class="c">{box_html(one)}</td>' for one in drawn)
            said = f'<th colspan="{count}">' if is_stacked else "<th>"
            said = f"{said}{whole(label)}</th>" + ("</tr><tr>" if is_stacked else "")
            lines.append(f'<tbody id="{field.zone}"><tr>{said}{boxes}</tr></tbody>')
        if is_stacked:
            return self._stacked(heads, each, lines)
        top = "".join(f"<td>{whole(head)}</td>" for head in heads)
        width = min(24.0, 0.62 * self.width / count)
        column = f'<col style="width: {max(each, width):.1f}mm">' * count
        return (
            f'<table class="grid"><colgroup><col>{column}</colgroup>'
            f"<thead><tr><th></th>{top}</tr></thead>{''.join(lines)}</table>"
        )

    def _widest(self, texts: Iterable[str]) -> float:
        """The longest word, in millimetres."""
        return max(
            (self.long(one) for text in texts for one in text.split()), default=0
        )

    def _stacked(self, heads: Sequence[str], each: float, lines: Sequence[str]) -> str:
        """A table whose rows stand above their boxes. Heads too wide for their column
        are set smaller, and break inside of words where that is not enough."""
        fit = min(1.0, self.width / len(heads) / each)
        style = f' style="font-size: {max(fit, _SMALLEST) * 100:.0f}%"'
        drawn = (escape(head) if fit < _SMALLEST else whole(head) for head in heads)
        top = "".join(f"<td><div{style}>{head}</div></td>" for head in drawn)
        return (
            f'<table class="grid stacked"><thead><tr>{top}</tr></thead>'
            f"{''.join(lines)}</table>"
        )

    # Lines.

    def sum(self, line: Line, zone: str) -> str:
        question = line.question
        lines = []
        for option in question.options:
            field = self.field(question, Kind.TEXT, self.plan.name(), row=option.id)
            field.area = self.plan.name()
            lines.append(
                f'<tr id="{field.zone}"><td><div class="line short" id="{field.area}">'
                f"</div></td><th>{whole(self.said(option.text))}</th></tr>"
            )
        table = f'<table class="parts">{"".join(lines)}</table>'
        return table + self.instead(question, _codes(question))

    def line(self, line: Line, zone: str) -> str:
        question = line.question
        field = self.field(question, Kind.TEXT, zone)
        field.area = self.plan.name()
        size = _WIDTHS.get(question.type, "")
        unit = whole(self.said(question.unit))
        after = f'<span class="unit">{unit}</span>' if unit else ""
        return (
            f'<div class="write"><div class="line {size}" id="{field.area}"></div>'
            f"{after}</div>{self.instead(question, _codes(question))}"
        )

    def space(self, line: Line, zone: str) -> str:
        field = self.field(line.question, Kind.TEXT, zone)
        field.area = self.plan.name()
        return (
            f'<div class="space" id="{field.area}"></div>'
            f"{self.instead(line.question, _codes(line.question))}"
        )

    def nothing(self, _line: Line, _zone: str) -> str:
        return ""


def _codes(question: Question) -> list[str]:
    allowed = {
        NOT_APPLICABLE: question.may_not_apply,
        PREFER_NOT_TO_SAY: question.may_prefer_not,
    }
    return [code for code, is_allowed in allowed.items() if is_allowed]


def _places(question: Question) -> int:
    return question.most or len(question.options)


def _ranks(question: Question) -> str:
    places = _places(question)
    if places < len(question.options):
        return _("Mark the first {count} places, each once.").format(count=places)
    return _("Mark one place for each, and no place twice.")


def _how_many(question: Question) -> str:
    least, most = question.least, question.most
    if least and most and least == most:
        return _("Mark {count}.").format(count=most)
    if least and most:
        return _("Mark {least} to {most}.").format(least=least, most=most)
    if most:
        return _("Mark up to {most}.").format(most=most)
    if least and least > 1:
        return _("Mark at least {least}.").format(least=least)
    return _("Mark all that apply.")


_SAYING: Mapping[str, Callable[[], str]] = {
    NOT_APPLICABLE: lambda: _("Does not apply to me"),
    PREFER_NOT_TO_SAY: lambda: _("Prefer not to say"),
}
_DRAWN: Mapping[Type, Callable[[Bodies, Line, str], str]] = {
    **dict.fromkeys(SCALES, Bodies.scale),
    Type.SINGLE: Bodies.choice,
    Type.MULTIPLE: Bodies.choice,
    Type.WITHOUT: Bodies.choice,
    Type.MATRIX: Bodies.matrix,
    Type.MATRIX_MULTIPLE: Bodies.matrix,
    Type.RANKING: Bodies.ranking,
    Type.SUM: Bodies.sum,
    Type.LONG_TEXT: Bodies.space,
    Type.CONSENT: Bodies.consent,
    Type.SECTION: Bodies.nothing,
}
