"""The page around the questions: title, how to mark, thanks."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from moksori.collect.paper.layout import Kind
from moksori.collect.paper.printing import directions
from moksori.collect.paper.printing.bodies import Bodies
from moksori.collect.paper.printing.options import Options
from moksori.collect.paper.printing.planned import whole
from moksori.collect.questionnaires.definition import Questionnaire, Type
from moksori.collect.questionnaires.numbering import Line, lines

NOTE = "note"
_TABLES = frozenset({Type.MATRIX, Type.MATRIX_MULTIPLE, Type.RANKING, Type.SUM})
_SHORT = 9  # rows of a table that stay together on a page
_TICK = '<path d="M2.2 5.2 4.6 8 9.2 1" class="pen"/>'
_CROSS = '<path d="M2.4 2.2 8 8M8 2.4 2.2 8" class="pen"/>'
_BOX = '<rect x="2" y="2" width="6.4" height="6.4" class="edge"/>'
_FULL = '<rect x="2" y="2" width="6.4" height="6.4" class="full"/>'
_PEN = 'fill="none" stroke="#000" stroke-linecap="round" stroke-width="{width}"'


def document(q: Questionnaire, options: Options, bodies: Bodies) -> str:
    """The whole questionnaire as the inside of an HTML body."""
    language = bodies.language
    inside = "".join(_blocks(q, bodies))
    # A box alone can be taken back by nobody but two lines, too; it needs no lesson.
    kinds = {
        one.kind
        for one in bodies.plan.fields
        if len(one.boxes) > 1 and (one.kind == Kind.ONE or one.boxes[0].label)
    }
    return (
        f'<div class="head"><h1>{whole(q.said(q.title, language))}</h1></div>'
        f"{_paragraph('intro', q.said(q.intro, language))}"
        f'<div class="note" id="{NOTE}"></div>'
        f"{_how(kinds, is_large=options.is_large)}"
        f'<div class="{"columns" if options.columns == 2 else "whole"}">{inside}'
        f"{_end(q, options, language)}</div>"
    )


def _blocks(q: Questionnaire, bodies: Bodies) -> Iterator[str]:
    for line in lines(q):
        title = bodies.said(line.page.title) if line.is_first else ""
        if title:
            yield f"<h2>{whole(title)}</h2>"
        yield _question(line, q, bodies)


def _question(line: Line, q: Questionnaire, bodies: Bodies) -> str:
    question, language = line.question, bodies.language
    zone = bodies.plan.name()
    kind = " section" if question.type == Type.SECTION else ""
    is_long = len(question.rows or question.options) > _SHORT
    table = " table" if question.type in _TABLES and is_long else ""
    only = directions.before_question(line, q, language)
    number = f'<span class="n">{line.number}.</span>' if line.number else ""
    parts = [
        f'<p class="only"><span class="tag">{whole(only)}</span></p>' if only else "",
        f'<p class="t">{number}{whole(bodies.said(question.text))}</p>',
        _paragraph("help", bodies.said(question.help)),
        _paragraph("hint", bodies.hint(question)),
        f'<div class="body">{bodies.body(line, zone)}</div>',
        *(
            _paragraph("go", text)
            for text in directions.after_question(line, q, language)
        ),
    ]
    return f'<div class="q{kind}{table}" id="{zone}">{"".join(parts)}</div>'


def _how(kinds: set[Kind], *, is_large: bool) -> str:
    """How to mark, and how to put a mistake right where that cannot be misread."""
    has_one, has_many = Kind.ONE in kinds, Kind.MANY in kinds
    if not has_one and not has_many:
        return ""
    cells = [
        (_("How to mark"),
         _("A tick or a cross inside the box, with a dark pen."),
         _picture(_BOX + _TICK, _BOX + _CROSS)),
    ]  # fmt: skip
    if has_one:
        cells.append(
            (_("If you marked the wrong box"),
             _("Where one box is marked: fill the wrong box completely, and mark the "
               "right one."),
             _picture(_FULL, _BOX + _TICK))
        )  # fmt: skip
    if has_many:
        cells.append(
            (_("Where several may be marked"),
             _("To take one back, strike out the box and its words with two lines."),
             _struck(pgettext("crossed out", "words")))
        )  # fmt: skip
    if is_large:
        rows = "".join(
            f'<tr><td class="picture">{picture}</td>'
            f"<td><b>{whole(title)}</b>{whole(text)}</td></tr>"
            for title, text, picture in cells
        )
        return f'<table class="how below">{rows}</table>'
    inside = "".join(
        f"<td><b>{whole(title)}</b>{whole(text)}{picture}</td>"
        for title, text, picture in cells
    )
    return f'<table class="how beside"><tr>{inside}</tr></table>'


def _picture(*boxes: str) -> str:
    drawn = "".join(
        f'<g transform="translate({n * 14} 1)">{one}</g>' for n, one in enumerate(boxes)
    )
    return _svg(drawn, 14 * len(boxes))


def _struck(word: str) -> str:
    drawn = (
        f'<g transform="translate(0 1)">{_BOX}{_TICK}</g>'
        f'<text x="12" y="8.4" font-size="7" font-family="Pretendard">{word}</text>'
        '<path d="M0 5 H32 M0 7.6 H32" class="pen"/>'
    )
    return _svg(drawn, 34)


def _svg(drawn: str, width: int) -> str:
    drawn = (
        drawn.replace('class="pen"', _PEN.format(width=0.75))
        .replace('class="edge"', _PEN.format(width=0.45))
        .replace('class="full"', 'fill="#000"')
    )
    return (
        f'<svg viewBox="0 0 {width} 11" xmlns="http://www.w3.org/2000/svg" '
        f'preserveAspectRatio="xMinYMin">{drawn}</svg>'
    )


def _end(q: Questionnaire, options: Options, language: str) -> str:
    thanks = q.said(q.thanks, language) or _("Thank you for your answers.")
    closing = options.closing or _("Please hand it back to whoever gave it to you.")
    return (
        f'<div class="end">{_paragraph("thanks", thanks)}'
        f"{_paragraph('closing', closing)}</div>"
    )


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{whole(text)}</p>' if text else ""
