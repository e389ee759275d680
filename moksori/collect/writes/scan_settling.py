"""A sheet worked out from its pages: what is sure, what is asked, what it becomes.

People's decisions go before every reading. Only when all pages are there and nothing
waits any more does a sheet become a response, once; later it is put right, not taken
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moksori.collect.models import (
    Filled,
    PaperAnswer,
    ReviewItem,
    Scan,
    ScanReading,
    Sheet,
)
from moksori.collect.paper.answers import Said, answers_of, doubts
from moksori.collect.paper.layout import Field, Kind, Layout
from moksori.collect.paper.reading.readings import (
    Answer,
    FieldReading,
    Reading,
    Reason,
    reading_from,
)
from moksori.collect.quality import Flag
from moksori.collect.reads.scan_words import words_of
from moksori.collect.writes.review import put_up, take_down
from moksori.collect.writes.scan_responses import take_response

FIELD = "paper"  # the kind of question that one field puts up
State = Filled.State


@dataclass(frozen=True, slots=True)
class Judged:
    """All fields of a sheet: as decided by people or read, and those still open."""

    said: Mapping[str, Said]
    open: Mapping[str, FieldReading]
    missing: tuple[int, ...]  # pages


def settle(sheet: Sheet, filled: Filled) -> Filled:
    """Bring a sheet as far as it can go; the caller holds its lock."""
    if filled.state == State.ERASED:
        return filled
    layout = sheet.form.placed
    found = judged(sheet, layout)
    if found.missing and not filled.is_as_is:
        filled.state, filled.open = State.MISSING, 0
        filled.save()
        return filled
    _ask(sheet, layout, found)
    filled.open = len(found.open)
    if found.open:
        filled.state = State.ASKED
        filled.save()
        return filled
    q = sheet.form.version.questionnaire
    filled.answers = answers_of(q, layout, found.said)
    flags = [*doubts(q, layout, found.said, sheet.form.language)]
    if found.missing:
        flags.append(Flag("paper_pages", {"pages": ", ".join(map(str, found.missing))}))
    filled.state = State.DONE
    filled.flags = [one.to_json() for one in take_response(sheet, filled, flags)]
    filled.save()
    return filled


def judged(sheet: Sheet, layout: Layout) -> Judged:
    """Every field of the sheet, by this person's pen over all its pages."""
    readings = readings_of(sheet)
    decided = {
        one.field: _as_decided(one) for one in PaperAnswer.objects.filter(sheet=sheet)
    }
    seen = {
        one.field: one
        for reading in _together(readings, layout)
        for one in reading.fields
    }
    seen |= {
        one.field: one
        for reading in readings.values()
        for one in reading.fields
        if not one.boxes and Reason.NOT_SEEN in one.reasons  # see `paper.beyond`
    }
    said: dict[str, Said] = {}
    waiting: dict[str, FieldReading] = {}
    for field in layout.fields:
        if field.id in decided:
            said[field.id] = decided[field.id]
        elif (one := seen.get(field.id)) is not None:
            if is_open(field, one):
                waiting[field.id] = one
            elif one.outcome == Answer.VALUE:
                said[field.id] = Said(one.codes)
        elif field.page in readings:  # a reader that says nothing of it knows nothing
            waiting[field.id] = _unseen(field)
    missing = tuple(page for page in range(1, layout.pages + 1) if page not in readings)
    return Judged(said, waiting, missing)


def is_open(field: Field, one: FieldReading) -> bool:
    """Whether a person has to look: doubts, and everything written by hand."""
    is_written = (
        field.kind == Kind.TEXT
        and one.outcome != Answer.BLANK
        and (one.has_ink or not one.codes)
    )
    return is_written or one.outcome == Answer.REVIEW


def _unseen(field: Field) -> FieldReading:
    return FieldReading(field.id, Answer.REVIEW, (), (Reason.NOT_SEEN,))


def readings_of(sheet: Sheet) -> dict[int, Reading]:
    """The reading that counts of each page that is there."""
    scans = Scan.objects.filter(sheet=sheet, state=Scan.State.USED)
    rows = {(row.pk, row.reader): row.page for row in scans}
    found: dict[int, Reading] = {}
    for one in ScanReading.objects.filter(scan_id__in=[pk for pk, _reader in rows]):
        page = rows.get((one.scan_id, one.reader))
        if page is not None:
            found[page] = reading_from(one.data)
    return dict(sorted(found.items()))


def _together(readings: Mapping[int, Reading], layout: Layout) -> list[Reading]:
    from moksori.collect.paper.reading.deciding import (  # noqa: PLC0415 - see there
        decide_sheet,
    )

    return list(decide_sheet(list(readings.values()), layout))


def _as_decided(one: PaperAnswer) -> Said:
    is_value = one.outcome == PaperAnswer.Outcome.VALUE
    return Said(
        codes=tuple(one.codes) if is_value else (),
        text=one.text if is_value else "",
        is_illegible=one.outcome == PaperAnswer.Outcome.ILLEGIBLE,
    )


def ask_about(
    sheet: Sheet, field: Field, codes: list[str], reasons: list[str], sample: int = 0
) -> None:
    """Put a field up; its evidence holds no answer that a person gave."""
    words = words_of(sheet, field)
    title = f"{words.question} · {words.row}" if words.row else words.question
    put_up(
        FIELD,
        sheet.form.survey.unit_id,
        key=key_of(sheet, field.id),
        about=sheet,
        evidence={
            "sheet": sheet.pk,
            "field": field.id,
            "leaf": field.page,
            "survey": sheet.form.survey_id,
            "question": title[:120],
            "codes": codes,
            "reasons": reasons,
            **({"sample": sample} if sample else {}),
        },
    )


def key_of(sheet: Sheet, field_id: str) -> str:
    """What names the question about a field in the queue."""
    return f"{sheet.pk}:{field_id}"


def _ask(sheet: Sheet, layout: Layout, found: Judged) -> None:
    unit_id = sheet.form.survey.unit_id
    places = {field.id: field for field in layout.fields}
    for id, one in found.open.items():
        reasons = [str(reason) for reason in one.reasons]
        ask_about(sheet, places[id], list(one.codes), reasons)
    waiting = ReviewItem.objects.filter(
        kind=FIELD, about_kind="sheet", about_id=str(sheet.pk),
        state=ReviewItem.State.OPEN,
    )  # fmt: skip
    wanted = {key_of(sheet, id) for id in found.open}
    for item in waiting:
        if item.key not in wanted and not item.evidence.get("sample"):
            take_down(FIELD, unit_id, key=item.key)
