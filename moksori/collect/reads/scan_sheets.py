"""Sheets that came back, one by one: what stands on them, and who said so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from moksori.base.people.models import Member
from moksori.collect.models import Filled, PaperAnswer, ReviewItem, Scan, Survey
from moksori.collect.paper.answers import Said
from moksori.collect.paper.layout import Field, Layout
from moksori.collect.quality import words_of as flag_words
from moksori.collect.reads import scan_words as words
from moksori.collect.reads.scan_troubles import missing_words
from moksori.collect.reads.scans import PageLine, filled_row, filled_rows, page_line

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One sheet in a list."""

    id: int
    number: int
    kind: str
    name: str
    state: str
    state_words: str
    pages: int
    of: int
    missing: str
    open: int
    flags: int
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One field: what counts of it, and by whom ("" is the reader)."""

    question: str
    row: str
    answer: str
    by: str
    item: int | None


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A sheet, opened."""

    filled: Filled
    line: SheetLine
    scans: tuple[PageLine, ...]
    answers: tuple[AnswerLine, ...]
    flags: tuple[str, ...]


def survey_sheets(
    survey: Survey, *, by: Member, state: str = "", page: str | int | None = 1
) -> Page[SheetLine]:
    """The sheets of a survey, what came last first."""
    rows = filled_rows(by=by).filter(survey=survey)
    if state in Filled.State.values:
        rows = rows.filter(state=state)
    found: Page[Any] = Paginator(rows.order_by("-changed_at"), PER_PAGE).get_page(page)
    lines = list(found.object_list)
    there = _there(lines)
    found.object_list = [_line(row, there[row.sheet_id]) for row in lines]
    return found


def sheet_page(sheet_id: int, *, by: Member) -> SheetPage:
    filled = filled_row(sheet_id, by=by)
    scans = Scan.objects.filter(sheet=filled.sheet).select_related(
        "file", "sheet__form__survey"
    )
    return SheetPage(
        filled=filled,
        line=_line(filled, _there([filled])[filled.sheet_id]),
        scans=tuple(page_line(row) for row in scans.order_by("page", "id")),
        answers=tuple(_answers(filled)),
        flags=tuple(flag_words(one) for one in filled.flags),
    )


def missing_of(row: Filled) -> list[int]:
    """The pages of a sheet that are not there."""
    return _missing(row, _there([row])[row.sheet_id])


def _missing(row: Filled, there: set[int | None]) -> list[int]:
    return [page for page in range(1, row.sheet.form.pages + 1) if page not in there]


def _there(rows: Iterable[Filled]) -> dict[int, set[int | None]]:
    """The pages that count, by sheet."""
    found: dict[int, set[int | None]] = {row.sheet_id: set() for row in rows}
    used = Scan.objects.filter(sheet__in=list(found), state=Scan.State.USED)
    for sheet, page in used.values_list("sheet_id", "page"):
        found[sheet or 0].add(page)
    return found


def _line(row: Filled, there: set[int | None]) -> SheetLine:
    sheet = row.sheet
    missing = _missing(row, there)
    is_waiting = row.state == Filled.State.MISSING
    return SheetLine(
        id=row.pk,
        number=sheet.number,
        kind=sheet.get_kind_display(),
        name=sheet.name,
        state=row.state,
        state_words=row.get_state_display(),
        pages=sheet.form.pages - len(missing),
        of=sheet.form.pages,
        missing=missing_words(missing) if missing and is_waiting else "",
        open=row.open,
        flags=len(row.flags),
        arrived_at=sheet.arrived_at,
    )


def _answers(filled: Filled) -> list[AnswerLine]:
    """Every field in the order of the paper."""
    if filled.state == Filled.State.ERASED:
        return []
    from moksori.collect.writes.scan_settling import judged  # noqa: PLC0415 - it asks us

    sheet = filled.sheet
    layout: Layout = sheet.form.placed
    found = judged(sheet, layout)
    decided = {
        one.field: one
        for one in PaperAnswer.objects.filter(sheet=sheet).select_related("member")
    }
    items = {
        item.evidence.get("field"): item.pk
        for item in ReviewItem.objects.filter(
            kind="paper", about_kind="sheet", about_id=str(sheet.pk)
        )
    }
    lines = []
    for field in layout.fields:
        said = words.words_of(sheet, field)
        one = decided.get(field.id)
        by = one.member.name if one and one.member else ""
        labels = {box.code: box.label for box in words.choices_of(sheet, field)}
        answer = _in_words(labels, field, found)
        item = items.get(field.id)
        lines.append(AnswerLine(said.question, said.row, answer, by, item))
    return lines


def illegible_keys(feedback_id: int) -> frozenset[str]:
    """Of feedback from paper, the keys of the answers that nobody could tell."""
    rows = PaperAnswer.objects.filter(
        sheet__response__feedback=feedback_id,
        outcome=PaperAnswer.Outcome.ILLEGIBLE,
    ).select_related("sheet__form__version")
    found = set()
    for one in rows:
        layout = one.sheet.form.placed
        field = next((f for f in layout.fields if f.id == one.field), None)
        whole = one.sheet.form.version.questionnaire
        question = whole.question(field.question) if field else None
        if field is not None and question is not None:
            part = field.row or field.option
            found.add(f"{question.key}.{part}" if part else question.key)
    return frozenset(found)


def _in_words(labels: Mapping[str, str], field: Field, found: Any) -> str:
    if field.id in found.open:
        return _("Waits for a person")
    if field.page in found.missing:
        return _("Its page is not there")
    said: Said | None = found.said.get(field.id)
    if said is None or said.is_empty:
        return _("Nobody can tell") if said and said.is_illegible else "–"
    return said.text or ", ".join(labels.get(code, code) for code in said.codes)
