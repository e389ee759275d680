"""From measured ink to answers: value, blank, or a person looks.

The rule above all rules: a mark that could mean two things is never resolved silently.
Everything here works on stored numbers, so that answers can be judged again without
the picture: by a later rule, or by this person's pen over all pages of a sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from moksori.collect.paper.layout import Field, Kind, Layout
from moksori.collect.paper.reading.readings import (
    Answer,
    BoxInk,
    FieldReading,
    Outcome,
    Quality,
    Reading,
    Reason,
)
from moksori.collect.paper.reading.states import (
    FILLED,
    FULL,
    RING,
    Pen,
    State,
    pen_of,
    state_of,
)

_DIRTY = 0.5  # of the boxes: when fewer are seen, nothing on the page is believed
_BLURRED = 0.22  # contrast of outlines: with less, nothing on the page is believed
_HALF_ROUND = 0.4  # the same: perhaps a circle, or the next box's
_FULLER = 0.3  # of a box beyond this person's usual mark: taken back?
_STRAY_MM2 = 1.2
_WRITTEN_MM2 = 1.0
_STRUCK = 0.10  # darkness on words beyond print
_STRUCK_OF_MANY = 0.045  # the same, where that is how an answer is taken back
_WEAK = 0.25  # of the fields doubtful for faintness: then blanks are doubtful, too
_ENOUGH = 3  # marks: with fewer, nothing shows that this pen comes through
_LOST = 0.35  # of a black-and-white scan's fields blank: a faint pen may be lost


def decide_page(reading: Reading, layout: Layout, pen: Pen) -> Reading:
    """Judge every field of a page by the pen of the person."""
    if reading.outcome != Outcome.READ:
        return reading
    known = {one.id: one for one in layout.fields}
    quality = reading.quality
    fields = [
        _decided(one, known[one.field], pen, quality)
        for one in reading.fields
        if one.field in known
    ]
    fields = _words_without_their_box(fields, known)
    if quality.seen < _DIRTY or quality.sharpness < _BLURRED:
        fields = [_for_review(one, Reason.DIRTY) for one in fields]
    elif _is_weak(fields, pen, quality):
        fields = [_unless_sure(one, known[one.field]) for one in fields]
    elif quality.is_bilevel:
        fields = _perhaps_lost(fields, known, pen)
    return replace(reading, fields=tuple(fields))


def decide_sheet(readings: Sequence[Reading], layout: Layout) -> tuple[Reading, ...]:
    """Judge all pages of one sheet together: the same person held the pen."""
    pen = pen_of(field for one in readings for field in one.fields)
    return tuple(decide_page(one, layout, pen) for one in readings)


def _is_bleed(box: BoxInk) -> bool:
    """A strip along the outline: the outline itself, printed or scanned unevenly."""
    return box.edge > 0.95 and box.inner < 0.04 and box.outside < 2.0


def _decided(
    reading: FieldReading, field: Field, pen: Pen, quality: Quality
) -> FieldReading:
    if field.kind == Kind.TEXT:
        return _text(reading)
    # Of many boxes, a full one may be a mark or one taken back; with somebody who fills
    # them all nothing tells which.
    fills_all = field.kind == Kind.MANY and pen.full > FULL
    filled = FILLED if fills_all else None
    states = [state_of(one, pen, quality, filled) for one in reading.boxes]
    codes, reasons = _marked(states, reading, field, pen)
    reasons += _doubts(states, codes, reading, is_many=field.kind == Kind.MANY)
    reasons += _circle_doubts(states, reading, field, pen)
    sure = Answer.VALUE if codes else Answer.BLANK
    return replace(
        reading,
        outcome=Answer.REVIEW if reasons else sure,
        codes=codes,
        reasons=tuple(dict.fromkeys(reasons)),
        has_ink=reading.stray > _STRAY_MM2,
    )


def _text(reading: FieldReading) -> FieldReading:
    """Handwriting is never read by itself: a person types it in."""
    written = reading.stray > _WRITTEN_MM2
    return replace(
        reading,
        outcome=Answer.REVIEW if written else Answer.BLANK,
        codes=(),
        reasons=(Reason.WRITING,) if written else (),
        has_ink=written,
    )


def _marked(
    states: list[State], reading: FieldReading, field: Field, pen: Pen
) -> tuple[tuple[str, ...], list[Reason]]:
    """The codes that are marked (or the best guess), and why that may be wrong."""
    by_state = {
        state: tuple(
            box.code
            for box, one in zip(reading.boxes, states, strict=True)
            if one == state
        )
        for state in State
    }
    marks, filled = by_state[State.MARK], by_state[State.FILLED]
    rings = _circled(reading, states)
    if field.kind == Kind.MANY:
        codes, reasons = _many(marks, filled, rings)
        if any(
            box.inner > pen.inner + _FULLER
            for box, one in zip(reading.boxes, states, strict=True)
            if one == State.MARK
        ):
            reasons.append(Reason.CANCELLED)
        return codes, reasons
    return _one(marks, filled, rings, field, pen)


def _one(
    marks: tuple[str, ...],
    filled: tuple[str, ...],
    rings: tuple[str, ...],
    field: Field,
    pen: Pen,
) -> tuple[tuple[str, ...], list[Reason]]:
    if len(marks) == 1 and filled and not rings:
        # "Fill the wrong box and mark the right one" was printed on the sheet.
        certain = field.may_cancel and len(filled) == 1 and pen.full < 0.3
        return marks, [] if certain else [Reason.CANCELLED]
    together = marks + filled + rings
    if len(together) > 1:
        return together[:1], [Reason.TWO_MARKS]
    if filled and not pen.is_heavy:
        # The only one filled by somebody who ticks: taken back, nothing instead?
        return filled, [Reason.CANCELLED if field.may_cancel else Reason.UNLIKE]
    return together, []


def _many(
    marks: tuple[str, ...],
    filled: tuple[str, ...],
    rings: tuple[str, ...],
) -> tuple[tuple[str, ...], list[Reason]]:
    reasons = []
    if filled:
        reasons.append(Reason.CANCELLED)
    if rings and (marks or filled):
        reasons.append(Reason.UNLIKE)
    return marks + filled + rings, reasons


def _circled(reading: FieldReading, states: list[State]) -> tuple[str, ...]:
    """Boxes with a circle around; the neighbours of a circle see a part of it."""
    found = []
    for number, state in enumerate(states):
        if state != State.RING:
            continue
        beside = reading.boxes[max(0, number - 1) : number + 2]
        if _roundness(reading.boxes[number]) >= max(map(_roundness, beside)):
            found.append(reading.boxes[number].code)
    return tuple(found)


def _roundness(box: BoxInk) -> float:
    return max(box.ring, box.around)


def _circle_doubts(
    states: list[State], reading: FieldReading, field: Field, pen: Pen
) -> list[Reason]:
    """Circles by somebody who does not circle, and boxes with half a circle around.

    Next to a circle a box sees nearly half of it. Where one box is to be marked and one
    is circled clearly, that is no matter; else the half may be the mark.
    """
    reasons = []
    circled = [
        box
        for box, one in zip(reading.boxes, states, strict=True)
        if one == State.RING and box.code in _circled(reading, states)
    ]
    if circled and pen.marks >= 4 and pen.circles < 0.3:
        reasons.append(Reason.UNLIKE)
    halves = [
        box
        for box, one in zip(reading.boxes, states, strict=True)
        if one in (State.EMPTY, State.TRACE, State.RING)
        and box not in circled
        and (box.around >= _HALF_ROUND or box.ring >= RING)
    ]
    if not halves:
        return reasons
    clearly = min((_roundness(one) for one in circled), default=0.0)
    most = max(map(_roundness, halves))
    marked = State.MARK in states or State.FILLED in states
    apart = 0.35 if field.kind == Kind.ONE else 0.45
    if (circled and clearly - most < apart) or not (circled or marked):
        reasons.append(Reason.OUTSIDE)
    return reasons


def _doubts(
    states: list[State],
    codes: tuple[str, ...],
    reading: FieldReading,
    *,
    is_many: bool,
) -> list[Reason]:
    """What else is in the field that a person should see."""
    reasons = []
    if State.UNSEEN in states:
        reasons.append(Reason.NOT_SEEN)
    traces = [
        box
        for box, one in zip(reading.boxes, states, strict=True)
        if one == State.TRACE and not (codes and _is_bleed(box))
    ]
    if traces:
        reasons.append(Reason.FAINT)
    if reading.stray > _STRAY_MM2 * (1 if not codes else 2):
        reasons.append(Reason.OUTSIDE)
    if State.RING in states and len(_circled(reading, states)) == 0:
        reasons.append(Reason.OUTSIDE)
    limit = _STRUCK_OF_MANY if is_many else _STRUCK
    if any(one.label > limit for one in reading.boxes):
        reasons.append(Reason.STRUCK)
    return reasons


def _words_without_their_box(
    fields: list[FieldReading], known: dict[str, Field]
) -> list[FieldReading]:
    """Words written for an option whose box is not marked: what is the answer?"""
    by_id = {one.field: one for one in fields}
    doubted = set()
    for one in fields:
        field = known[one.field]
        if not (field.kind == Kind.TEXT and field.option and one.has_ink):
            continue
        parent = by_id.get(replace(field, option="").id)
        if parent and field.option not in parent.codes:
            doubted.add(parent.field)
    return [
        _for_review(one, Reason.OUTSIDE) if one.field in doubted else one
        for one in fields
    ]


def _is_weak(fields: list[FieldReading], pen: Pen, quality: Quality) -> bool:
    """Marks so faint or broken that others may not have come through at all."""
    faint = sum(Reason.FAINT in one.reasons for one in fields)
    limit = 0.1 if quality.is_bilevel else 0.06
    thin = pen.marks > 0 and pen.inner < limit and not pen.small and pen.circles < 0.5
    pale = pen.marks > 0 and pen.dark < 0.22
    return thin or pale or faint > max(1, _WEAK * len(fields))


def _unless_sure(one: FieldReading, field: Field) -> FieldReading:
    """On a page with a weak pen a blank may be a lost mark."""
    if field.kind == Kind.TEXT:
        return one
    if one.outcome == Answer.BLANK or field.kind == Kind.MANY:
        return _for_review(one, Reason.FAINT)
    return one


def _perhaps_lost(
    fields: list[FieldReading], known: dict[str, Field], pen: Pen
) -> list[FieldReading]:
    """A black-and-white scan with many blanks or hardly any marks: a faint pen may be
    lost for good."""
    ones = [one for one in fields if known[one.field].kind == Kind.ONE]
    blank = [one for one in ones if one.outcome == Answer.BLANK]
    known_pen = pen.marks >= _ENOUGH
    if known_pen and len(blank) <= max(1, _LOST * len(ones)):
        return fields
    return [
        _for_review(one, Reason.THIN_SCAN)
        if one.outcome == Answer.BLANK and known[one.field].kind != Kind.TEXT
        else one
        for one in fields
    ]


def _for_review(one: FieldReading, reason: Reason) -> FieldReading:
    if reason in one.reasons:
        return one
    return replace(one, outcome=Answer.REVIEW, reasons=(*one.reasons, reason))
