"""From a questionnaire to the pages of its form, and to where everything stands."""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from moksori.base.errors import UserError
from moksori.collect.paper.layout import MOST_PAGES, Box, Field, Layout, Rect
from moksori.collect.paper.printing import fonts
from moksori.collect.paper.printing.bodies import Bodies
from moksori.collect.paper.printing.marking import with_marks
from moksori.collect.paper.printing.options import Options
from moksori.collect.paper.printing.places import SIDE, code_on, marks_on
from moksori.collect.paper.printing.planned import Plan, Planned
from moksori.collect.paper.printing.remarks import Remark, Why, on_paper
from moksori.collect.paper.printing.style import style_of
from moksori.collect.paper.printing.words import NOTE, document
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.numbering import numbers

_MM = 25.4 / 96  # of a CSS pixel
_INTERFACE = frozenset({"ko", "en"})
_TRIES = 4  # questions that did not fit are left out, and what is left may then fit
Places = Mapping[str, tuple[int, Rect]]


@dataclass(frozen=True, slots=True)
class Printed:
    """A form as it was rendered: the PDF without the codes of its pages, and where
    everything on it stands. `remarks` say what is not on it, and why."""

    pdf: bytes
    layout: Layout
    remarks: tuple[Remark, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.pdf).hexdigest()


def form_of(q: Questionnaire, options: Options, language: str) -> Printed:
    """Lay a questionnaire out. Raises UserError where nothing of it can be printed."""
    spoken = language.partition("-")[0]
    with override(spoken if spoken in _INTERFACE else "en"):
        return _form_of(q, options, language)


def _form_of(q: Questionnaire, options: Options, language: str) -> Printed:
    unfit: dict[str, Why] = {}
    for _try in range(_TRIES):
        fit = on_paper(q, language, unfit)
        plan = Plan()
        gap = 8 if options.columns == 2 else 0
        width = (options.size[0] - 2 * SIDE - gap) / options.columns
        bodies = Bodies(
            fit.questionnaire,
            language,
            plan,
            numbers(fit.questionnaire),
            width - (7 * 17 / 10.5 if options.is_large else 7),
            options.is_large,
        )
        wide = [one for one in fit.questionnaire.questions() if not bodies.fits(one)]
        if wide:
            unfit |= {one.id: Why.TOO_WIDE for one in wide}
            continue
        html = document(fit.questionnaire, options, bodies)
        if not plan.fields:
            raise UserError(_("Nothing of this survey can be asked on paper."))
        drawn, pages, places = _rendered(html, options, language)
        long = set(_beyond_a_page(plan, places, options))
        if not long:
            break
        unfit |= dict.fromkeys(long, Why.TOO_LONG)
    if pages > MOST_PAGES:
        text = _("This would be {pages} pages, and {most} is the most. Make it "
                 "shorter, or choose a smaller print.")  # fmt: skip
        raise UserError(text.format(pages=pages, most=MOST_PAGES))
    layout = _layout(plan, places, pages, options)
    lost = fonts.missing(fonts.letters_of(_text(html)))
    letters = (Remark(Why.LETTERS, text=" ".join(lost[:40])),) if lost else ()
    return Printed(with_marks(drawn, layout), layout, fit.remarks + letters)


def _rendered(
    html: str, options: Options, language: str
) -> tuple[bytes, int, dict[str, tuple[int, Rect]]]:
    """The PDF, how many pages it has, and each named element's page and place."""
    # It takes half a second to load, and has no types.
    from weasyprint import HTML  # type: ignore[import-untyped] # noqa: PLC0415

    counters = _("{page} / {pages}").format(
        page='" counter(page) "', pages='" counter(pages) "'
    )
    family = f'{fonts.FAMILY}, "Noto Sans CJK KR", "Noto Sans KR", sans-serif'
    letters = fonts.letters_of(_text(html) + counters)
    with tempfile.TemporaryDirectory() as folder:
        faces = _faces(Path(folder), letters)
        style = faces + style_of(options, counters, family)
        page = (
            f'<html lang="{escape(language)}"><head><meta charset="utf-8">'
            f"<style>{style}</style></head><body>{html}</body></html>"
        )
        fetch = _only_from(Path(folder))
        found = HTML(string=page, url_fetcher=fetch).render()
        out = io.BytesIO()
        found.write_pdf(out)
    places = {
        name: (number, _rect(corners))
        for number, one in reversed(list(enumerate(found.pages, start=1)))
        for name, corners in one.anchors.items()
    }
    return out.getvalue(), len(found.pages), places


def _faces(folder: Path, letters: frozenset[str]) -> str:
    """The typeface in its two weights, as files in this folder."""
    rules = []
    for weight in (fonts.REGULAR, fonts.BOLD):
        path = folder / f"{weight}.ttf"
        path.write_bytes(fonts.typeface(letters, weight))
        rules.append(
            f"@font-face {{ font-family: {fonts.FAMILY}; font-weight: {weight}; "
            f"src: url({path.as_uri()}) }}"
        )
    return "".join(rules)


def _only_from(folder: Path) -> Any:
    """A page needs nothing from anywhere but its typeface."""
    from weasyprint.urls import (  # type: ignore[import-untyped] # noqa: PLC0415
        URLFetcherResponse,
    )

    start = folder.as_uri()

    def fetch(url: str, *_args: object, **_options: object) -> Any:
        if not url.startswith(start):
            raise ValueError(url)
        return URLFetcherResponse(url, (folder / url.rsplit("/", 1)[-1]).read_bytes())

    return fetch


def _beyond_a_page(plan: Plan, places: Places, options: Options) -> Iterator[str]:
    """Questions with a field that is torn by the end of a page, or cut by it."""
    low = options.size[1] - 20
    for field in plan.fields:
        found = [places[name] for name in field.elements if name in places]
        is_torn = len({page for page, _rect in found}) > 1
        is_cut = any(rect.bottom > low for _page, rect in found)
        if is_torn or is_cut or len(found) < len(field.elements):
            yield field.question


def _layout(plan: Plan, places: Places, pages: int, options: Options) -> Layout:
    width, height = options.size
    return Layout(
        width=width,
        height=height,
        pages=pages,
        marks=marks_on(width, height),
        code=code_on(width),
        fields=tuple(_field(one, places) for one in plan.fields),
        note=places[NOTE][1],
    )


def _field(planned: Planned, places: Places) -> Field:
    page = places[planned.elements[0]][0]
    boxes = tuple(
        Box(one.code, places[one.box][1], _label(one.label, places))
        for one in planned.boxes
    )
    area = places[planned.area][1] if planned.area else None
    inside = [one.rect for one in boxes] + ([area] if area else [])
    zone_page, zone = places[planned.zone]
    return Field(
        question=planned.question,
        kind=planned.kind,
        page=page,
        # The zone of a table that goes on over pages is that of its first part.
        zone=zone if zone_page == page else _around(inside),
        boxes=boxes,
        area=area,
        row=planned.row,
        option=planned.option,
        may_cancel=planned.may_cancel,
    )


def _label(name: str, places: Places) -> Rect | None:
    return places[name][1] if name else None


def _around(inside: list[Rect]) -> Rect:
    left, top = min(one.x for one in inside), min(one.y for one in inside)
    right = max(one.right for one in inside)
    return Rect(left, top, right - left, max(one.bottom for one in inside) - top)


def _rect(corners: tuple[float, float, float, float]) -> Rect:
    left, top, right, bottom = (one * _MM for one in corners)
    return Rect(left, top, right - left, bottom - top)


def _text(html: str) -> str:
    """What is read of it."""
    from html import unescape  # noqa: PLC0415

    return unescape(re.sub(r"<[^>]*>", " ", html))
