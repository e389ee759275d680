"""The JSON door to drivers and to the health of questionnaires."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from moksori.analysis.estimate import Estimate
from moksori.analysis.surveys.questions import Health
from moksori.analysis.surveys.reliability import Reliability
from moksori.base.people.requests import member_of
from moksori.understand.api.shapes import BIGGEST_ID, Asked, EstimateOut, PlaceOut
from moksori.understand.reads.driver_rows import OUTCOMES
from moksori.understand.reads.drivers import DriverLine, DriverMap, theme_drivers
from moksori.understand.reads.item_drivers import item_drivers
from moksori.understand.reads.places import PERIODS
from moksori.understand.reads.questions import QuestionList, question_list

router = Router(tags=["understand"])


class DriverOut(Schema):
    """`importance` is a part of R²; `share` that part of what all explain together.

    `performance` (0–1) is the share that praises, or where a question's mean lies on
    its scale. `difference` is the outcome of those who complain less that of others.
    """

    key: str
    name: str
    theme: int | None
    importance: EstimateOut
    share: EstimateOut
    p: float
    is_clear: bool
    rank: int
    rank_low: int
    rank_high: int
    direction: int
    performance: EstimateOut
    quadrant: str
    difference: EstimateOut | None

    @classmethod
    def of(cls, line: DriverLine) -> DriverOut:
        driver = line.driver
        return cls(
            key=line.key,
            name=line.name,
            theme=line.theme,
            importance=EstimateOut.of(driver.importance),
            share=EstimateOut.of(driver.share),
            p=driver.p,
            is_clear=driver.is_clear,
            rank=driver.rank,
            rank_low=driver.rank_low,
            rank_high=driver.rank_high,
            direction=driver.direction,
            performance=EstimateOut.of(line.performance),
            quadrant=line.quadrant.value,
            difference=_perhaps(line.difference),
        )


class LeftOutOut(Schema):
    """`why` is missing, constant or same (as `like`)."""

    name: str
    why: str
    like: str


class DriverMapOut(Schema):
    """Without drivers, `reason` says why: few_rows, constant_outcome, no_predictor.

    Associated, not caused.
    """

    place: PlaceOut | None = None
    outcome: str
    outcomes: list[str]
    n: int = 0
    incomplete: int = 0
    method: str = ""
    reason: str | None = None
    whole: EstimateOut | None = None
    r2: EstimateOut | None = None
    drivers: list[DriverOut] = []
    left_out: list[LeftOutOut] = []

    @classmethod
    def of(cls, found: DriverMap, outcomes: list[str], outcome: str) -> DriverMapOut:
        return cls(
            place=PlaceOut.of(found.place) if found.place else None,
            outcome=outcome,
            outcomes=outcomes,
            n=found.n,
            incomplete=found.incomplete,
            method=found.method,
            reason=found.reason.value if found.reason else None,
            whole=_perhaps(found.whole),
            r2=_perhaps(found.r2),
            drivers=[DriverOut.of(line) for line in found.lines],
            left_out=[
                LeftOutOut(name=one.name, why=one.why.value, like=one.like)
                for one in found.left_out
            ],
        )


class AskedDrivers(Asked):
    """`outcome`: score, promoter (9 or 10), detractor (6 or less) or left."""

    outcome: str = Field("", pattern=f"^({'|'.join(OUTCOMES)})?$")


class AskedSheets(Schema):
    """`source` left out: the first questionnaire. `period`: weeks to the newest."""

    source: int | None = Field(None, ge=1, le=BIGGEST_ID)
    period: str = Field("", pattern=f"^({'|'.join(PERIODS)})?$")

    @property
    def weeks(self) -> int | None:
        return int(self.period) if self.period.isdecimal() else None


class AskedItems(AskedSheets):
    """`outcome` is one of the answer's `outcomes`."""

    outcome: str = Field("", max_length=200)


class VerdictOut(Schema):
    """`other` is the key of the question that it is like."""

    fault: str
    weight: float
    numbers: dict[str, float]
    other: str


class DriverHealthOut(Schema):
    """One question; shares are of those who saw it, `top` and `bottom` of answers."""

    key: str
    label: str
    position: int
    shown: int
    not_shown: int
    answered: EstimateOut | None
    skipped: EstimateOut | None
    not_applicable: EstimateOut | None
    mean: float | None
    top: EstimateOut | None
    bottom: EstimateOut | None
    leaving: EstimateOut | None
    seconds: float | None
    length: float | None
    heard: EstimateOut | None
    verdicts: list[VerdictOut]

    @classmethod
    def of(cls, one: Health) -> DriverHealthOut:
        return cls(
            key=one.question.key,
            label=one.question.label,
            position=one.position,
            shown=one.shown,
            not_shown=one.not_shown,
            answered=_perhaps(one.answered),
            skipped=_perhaps(one.skipped),
            not_applicable=_perhaps(one.not_applicable),
            mean=one.mean,
            top=_perhaps(one.top),
            bottom=_perhaps(one.bottom),
            leaving=_perhaps(one.leaving),
            seconds=one.seconds,
            length=one.length,
            heard=_perhaps(one.heard),
            verdicts=[
                VerdictOut(
                    fault=verdict.fault.value,
                    weight=verdict.weight,
                    numbers=verdict.numbers,
                    other=verdict.other,
                )
                for verdict in one.verdicts
            ],
        )


class BlockOut(Schema):
    """Questions on one scale, and whether they measure one thing."""

    name: str
    questions: list[str]
    alpha: EstimateOut
    omega: EstimateOut | None

    @classmethod
    def of(cls, name: str, block: Reliability) -> BlockOut:
        return cls(
            name=name,
            questions=[item.name for item in block.items],
            alpha=EstimateOut.of(block.alpha),
            omega=_perhaps(block.omega),
        )


class QuestionsOut(Schema):
    """The question to mend first in front; nothing is said of fewer than 30 sheets."""

    source: int | None = None
    n: int = 0
    since: date | None = None
    until: date | None = None
    is_cut: bool = False
    finished: EstimateOut | None = None
    speeders: EstimateOut | None = None
    straight: EstimateOut | None = None
    questions: list[DriverHealthOut] = []
    blocks: list[BlockOut] = []

    @classmethod
    def of(cls, found: QuestionList) -> QuestionsOut:
        if found.sheets is None:
            return cls()
        sheets, health = found.sheets, found.health
        about = cls(
            source=sheets.source.pk,
            n=sheets.n,
            since=sheets.since,
            until=sheets.until,
            is_cut=sheets.is_cut,
        )
        if health is None:
            return about
        about.finished = _perhaps(health.finished)
        about.speeders = _perhaps(health.speeders)
        about.straight = _perhaps(health.straight)
        about.questions = [DriverHealthOut.of(one) for one in health.questions]
        about.blocks = [
            BlockOut.of(name, block) for name, block in health.batteries.items()
        ]
        return about


@router.get("/drivers", response=DriverMapOut)
def drivers(request: HttpRequest, asked: Query[AskedDrivers]) -> DriverMapOut:
    """How much each theme tells about the score, most important first."""
    found = theme_drivers(
        by=member_of(request),
        filters=asked.filters,
        period=asked.period,
        outcome=asked.outcome,
    )
    if found is None:
        return DriverMapOut(outcome=asked.outcome or OUTCOMES[0], outcomes=[])
    return DriverMapOut.of(found, list(found.outcomes), found.outcome)


@router.get("/drivers/items", response=DriverMapOut)
def drivers_of_items(request: HttpRequest, asked: Query[AskedItems]) -> DriverMapOut:
    """How much each item of a questionnaire tells about its overall question."""
    whole = item_drivers(
        by=member_of(request),
        source=asked.source,
        outcome=asked.outcome,
        weeks=asked.weeks,
    )
    if whole.found is None or whole.outcome is None:
        return DriverMapOut(outcome=asked.outcome, outcomes=[])
    keys = [one.key for one in whole.outcomes]
    return DriverMapOut.of(whole.found, keys, whole.outcome.key)


@router.get("/questions/health", response=QuestionsOut)
def questions(request: HttpRequest, asked: Query[AskedSheets]) -> QuestionsOut:
    """The health of a questionnaire's questions."""
    found = question_list(by=member_of(request), source=asked.source, weeks=asked.weeks)
    return QuestionsOut.of(found)


def _perhaps(estimate: Estimate | None) -> EstimateOut | None:
    return None if estimate is None else EstimateOut.of(estimate)
