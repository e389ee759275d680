"""What drives the answer to the overall question: the items of a questionnaire."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from moksori.analysis.drivers.importance import Drivers
from moksori.analysis.drivers.predictors import LeftOut, Reason
from moksori.analysis.drivers.quadrants import limits, quadrant
from moksori.analysis.drivers.subsets import Floats
from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import mean, wilson
from moksori.analysis.surveys.questions import Question
from moksori.base.people.models import Member
from moksori.collect.answers import Kind
from moksori.collect.models import Source
from moksori.understand.reads.answer_sheets import (
    OVERALL,
    Sheets,
    questionnaires,
    sheets_of,
)
from moksori.understand.reads.driver_rows import GRUDGING, PROMISING
from moksori.understand.reads.drivers import ENOUGH_ROWS, DriverLine, DriverMap

YES = frozenset({"yes", "예", "true", "1", "y", "네"})
NO = frozenset({"no", "아니요", "아니오", "false", "0", "n"})
FEWEST = 5


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What can be explained: a question, its ends, or a yes or no known of people.

    `key` stands in addresses; `form` is score, promoter, detractor or yes.
    """

    key: str
    form: str
    label: str


@dataclass(frozen=True, slots=True)
class ItemDrivers:
    """Drivers of one questionnaire, with the sheets they were read from."""

    sources: list[Source]
    sheets: Sheets | None
    outcomes: list[ItemOutcome] = field(default_factory=list)
    outcome: ItemOutcome | None = None
    found: DriverMap | None = None


def item_drivers(
    *,
    by: Member,
    source: int | None = None,
    outcome: str = "",
    weeks: int | None = None,
) -> ItemDrivers:
    """How much each item tells about the overall question.

    Outcomes are NPS, CSAT and CES questions, promoters and detractors of an NPS, and
    attributes that say yes or no of people (came back, left).
    """
    known = questionnaires(by=by)
    sheets = sheets_of(by=by, source=source, weeks=weeks)
    if sheets is None:
        return ItemDrivers(known, None)
    outcomes = _outcomes(sheets)
    if not outcomes:
        return ItemDrivers(known, sheets)
    chosen = next((one for one in outcomes if one.key == outcome), outcomes[0])
    return ItemDrivers(known, sheets, outcomes, chosen, _found(sheets, chosen))


def _outcomes(sheets: Sheets) -> list[ItemOutcome]:
    found = []
    for one in sheets.questions:
        if sheets.kinds[one.key] not in OVERALL:
            continue
        found.append(ItemOutcome(one.key, "score", one.label))
        if sheets.kinds[one.key] == Kind.NPS:
            found.append(ItemOutcome(f"{one.key}~promoter", "promoter", one.label))
            found.append(ItemOutcome(f"{one.key}~detractor", "detractor", one.label))
    names = dict.fromkeys(name for traits in sheets.traits for name in traits)
    told = [name for name in names if _yes_or_no(sheets, name) is not None]
    return found + [ItemOutcome(f"@{name}", "yes", name) for name in told]


def _yes_or_no(sheets: Sheets, name: str) -> Floats | None:
    words = [traits.get(name, "").strip().casefold() for traits in sheets.traits]
    given = {word for word in words if word}
    if not given & YES or not given & NO or given - YES - NO:
        return None
    return np.array(
        [np.nan if not word else float(word in YES) for word in words], dtype=np.float64
    )


def _values(sheets: Sheets, chosen: ItemOutcome) -> Floats:
    if chosen.form == "yes":
        found = _yes_or_no(sheets, chosen.key[1:])
        return np.empty(0) if found is None else found
    scores = sheets.answers.values[:, sheets.place(chosen.key.split("~")[0])]
    if chosen.form == "promoter":
        return np.where(np.isfinite(scores), scores >= PROMISING, np.nan)
    if chosen.form == "detractor":
        return np.where(np.isfinite(scores), scores <= GRUDGING, np.nan)
    return scores


def _items(sheets: Sheets) -> list[Question]:
    """Scales that measure one thing each, not the whole."""
    return [one for one in sheets.questions if one.is_scale and one.battery]


def _found(sheets: Sheets, chosen: ItemOutcome) -> DriverMap:
    items = [one for one in _items(sheets) if one.key != chosen.key]
    y = _values(sheets, chosen)
    columns = sheets.answers.values[:, [sheets.place(one.key) for one in items]]
    fitted = Drivers().fit(columns, y, names=[one.key for one in items])
    base = DriverMap(
        place=None,
        outcome=chosen.form,
        outcomes=(),
        left_out=[
            LeftOut(sheets.label(one.name), one.why, _label(sheets, one.like))
            for one in fitted.left_out_
        ],
        reason=fitted.reason_ or (Reason.FEW_ROWS if fitted.n_ < ENOUGH_ROWS else None),
        n=fitted.n_,
        incomplete=fitted.incomplete_,
        method=fitted.method_,
    )
    if base.reason is not None:
        return base
    return _with_lines(base, sheets, fitted, _whole(y))


def _label(sheets: Sheets, key: str) -> str:
    return sheets.label(key) if key else ""


def _whole(y: Floats) -> Estimate:
    known = y[np.isfinite(y)]
    if np.isin(known, (0.0, 1.0)).all():
        return wilson(float(known.sum()), known.size)
    return mean(known)


def _with_lines(
    base: DriverMap, sheets: Sheets, fitted: Drivers, whole: Estimate
) -> DriverMap:
    goes = [performance(sheets, one.name) for one in fitted.drivers_]
    divided = limits(fitted.drivers_, [one.value for one in goes])
    lines = [
        DriverLine(
            key=one.name,
            name=sheets.label(one.name),
            theme=None,
            driver=one,
            performance=how,
            quadrant=quadrant(one, how.value, divided),
        )
        for one, how in zip(fitted.drivers_, goes, strict=True)
    ]
    return DriverMap(
        place=None,
        outcome=base.outcome,
        outcomes=(),
        lines=lines,
        divided=divided,
        r2=fitted.r2_,
        whole=whole,
        left_out=base.left_out,
        n=base.n,
        incomplete=base.incomplete,
        method=base.method,
    )


def performance(sheets: Sheets, key: str) -> Estimate:
    """Where the mean of an item lies on its scale, from 0 to 1."""
    question = next(one for one in sheets.questions if one.key == key)
    low, high = question.low or 0.0, question.high or 1.0
    return mean((sheets.answers.values[:, sheets.place(key)] - low) / (high - low))
