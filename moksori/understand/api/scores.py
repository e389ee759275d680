"""The JSON door to scores, cross-tabs, and the counts they are weighted by."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from moksori.base.people.requests import member_of
from moksori.collect.answers import Kind
from moksori.understand.api.shapes import BIGGEST_ID, Asked, EstimateOut, PlaceOut
from moksori.understand.models import Population
from moksori.understand.reads.answers import Question
from moksori.understand.reads.crosstabs import CrossPage, cross_page
from moksori.understand.reads.places import home_affiliate
from moksori.understand.reads.populations import (
    Weighting,
    invited_text,
    margins_text,
    population_of,
)
from moksori.understand.reads.scores import Score, ScoresPage, scores_page
from moksori.understand.writes.populations import set_population

router = Router(tags=["understand"])
_KIND = "^(nps|csat|ces|rating)?$"


class AskedScores(Asked):
    """`kind` and `attribute` empty: the first that there are."""

    kind: str = Field("", pattern=_KIND)
    attribute: str = Field("", max_length=60)


class ScoreOut(Schema):
    """`weighted` null: no counts of customers; `change` is against the wave before,
    weighted where both are. `differs` against all other values: 1, −1, 0."""

    key: str
    label: str
    n: int
    came: EstimateOut
    weighted: EstimateOut | None
    change: EstimateOut | None
    differs: int

    @classmethod
    def of(cls, one: Score) -> ScoreOut:
        return cls(
            key=one.key,
            label=one.label,
            n=one.n,
            came=EstimateOut.of(one.came),
            weighted=EstimateOut.of(one.weighted) if one.weighted else None,
            change=EstimateOut.of(one.change) if one.change else None,
            differs=one.differs,
        )


class ScoreResponseOut(Schema):
    wave: str
    invited: int
    answered: int
    share: EstimateOut


class GapOut(Schema):
    """A group's share of the answers, and of all customers."""

    margin: str
    group: str
    came: float
    wanted: float


class WeightingOut(Schema):
    """`problem` in English where no weights could be made."""

    attributes: list[str]
    origin: str
    n: int
    left_out: int
    effective_n: float
    gaps: list[GapOut]
    problem: str

    @classmethod
    def of(cls, found: Weighting | None) -> WeightingOut | None:
        if found is None:
            return None
        return cls(
            attributes=list(found.attributes),
            origin=found.origin,
            n=found.n,
            left_out=found.left_out,
            effective_n=found.effective_n,
            gaps=[
                GapOut(
                    margin=gap.margin,
                    group=str(gap.group),
                    came=gap.came,
                    wanted=gap.wanted,
                )
                for gap in found.gaps
            ],
            problem=found.problem.format(**found.facts) if found.problem else "",
        )


class ScoreQuestionOut(Schema):
    """A closed question; `id` is what the cross-tab asks for. Counts of feedbacks."""

    id: str
    label: str
    kind: Kind
    low: float
    high: float
    answered: int
    skipped: int
    not_applicable: int
    not_shown: int

    @classmethod
    def of(cls, one: Question) -> ScoreQuestionOut:
        return cls(
            id=one.id,
            label=one.label,
            kind=one.kind,
            low=one.low,
            high=one.high,
            answered=one.answered,
            skipped=one.counts.get("skipped", 0),
            not_applicable=one.counts.get("not_applicable", 0),
            not_shown=one.counts.get("not_shown", 0),
        )


class ScoresOut(Schema):
    """Scores of one kind; `waves` oldest first, `groups` largest first. NPS −1 to 1,
    CSAT and CES shares, rating a mean on 0–10."""

    place: PlaceOut | None
    kind: str = ""
    kinds: list[str] = []
    whole: ScoreOut | None = None
    waves: list[ScoreOut] = []
    attribute: str = ""
    attributes: list[str] = []
    groups: list[ScoreOut] = []
    hidden: int = 0
    responses: list[ScoreResponseOut] = []
    questions: list[ScoreQuestionOut] = []
    weighting: WeightingOut | None = None

    @classmethod
    def of(cls, found: ScoresPage) -> ScoresOut:
        return cls(
            place=PlaceOut.of(found.place),
            kind=found.kind,
            kinds=list(found.kinds),
            whole=ScoreOut.of(found.whole) if found.whole else None,
            waves=[ScoreOut.of(one) for one in found.waves],
            attribute=found.attribute,
            attributes=list(found.attributes),
            groups=[ScoreOut.of(one) for one in found.groups],
            hidden=found.hidden,
            responses=[
                ScoreResponseOut(
                    wave=one.wave,
                    invited=one.invited,
                    answered=one.answered,
                    share=EstimateOut.of(one.share),
                )
                for one in found.responses
            ],
            questions=[ScoreQuestionOut.of(one) for one in found.questions],
            weighting=WeightingOut.of(found.weighting),
        )


class AskedCross(Asked):
    """`question` is an id of the list of scores; empty: the first."""

    question: str = Field("", max_length=250)
    attribute: str = Field("", max_length=60)
    weighted: bool = False


class CrossColumnOut(Schema):
    """`agree` and `n` null: hidden to protect few people; `p` null: too few to say."""

    value: str
    label: str
    n: int | None
    agree: EstimateOut | None
    p: float | None
    differs: int


class TestOut(Schema):
    """The Rao–Scott F test; `pearson` is the uncorrected statistic."""

    statistic: float
    df: float
    ddf: float
    p: float
    pearson: float
    inflation: float
    n: int
    method: str


class CrossTabOut(Schema):
    """A question by an attribute: the share that gave `agreed_from` or more."""

    place: PlaceOut | None
    question: ScoreQuestionOut | None = None
    attribute: str = ""
    attributes: list[str] = []
    agreed_from: float = 0
    everybody: EstimateOut | None = None
    columns: list[CrossColumnOut] = []
    test: TestOut | None = None
    hidden: int = 0
    weighting: WeightingOut | None = None

    @classmethod
    def of(cls, found: CrossPage) -> CrossTabOut:
        return cls(
            place=PlaceOut.of(found.place),
            question=ScoreQuestionOut.of(found.question) if found.question else None,
            attribute=found.attribute,
            attributes=list(found.attributes),
            agreed_from=found.agreed_from,
            everybody=EstimateOut.of(found.everybody) if found.everybody else None,
            columns=[
                CrossColumnOut(
                    value=one.value,
                    label=one.label,
                    n=one.n,
                    agree=EstimateOut.of(one.agree) if one.agree else None,
                    p=one.p,
                    differs=one.differs,
                )
                for one in found.columns
            ],
            test=TestOut.from_orm(found.test) if found.test else None,
            hidden=found.hidden,
            weighting=WeightingOut.of(found.weighting),
        )


class PopulationIn(Schema):
    """Lines of "attribute, group, count" and of "wave, count"; empty forgets them."""

    unit: int = Field(ge=1, le=BIGGEST_ID)
    margins: str = Field("", max_length=200_000)
    invited: str = Field("", max_length=20_000)
    origin: str = Field("", max_length=200)


class PopulationOut(Schema):
    unit: int
    margins: str
    invited: str
    origin: str

    @classmethod
    def of(cls, unit: int, kept: Population | None) -> PopulationOut:
        return cls(
            unit=unit,
            margins=margins_text(kept),
            invited=invited_text(kept),
            origin=kept.origin if kept else "",
        )


@router.get("/scores", response=ScoresOut)
def scores(request: HttpRequest, asked: Query[AskedScores]) -> ScoresOut:
    """NPS, CSAT, CES or grades: now, wave against wave, by segment, and who answered.

    Without a unit: the first with a survey.
    """
    found = scores_page(
        by=member_of(request),
        filters=asked.filters,
        period=asked.period,
        kind=asked.kind,
        attribute=asked.attribute,
    )
    return ScoresOut(place=None) if found is None else ScoresOut.of(found)


@router.get("/crosstab", response=CrossTabOut)
def crosstab(request: HttpRequest, asked: Query[AskedCross]) -> CrossTabOut:
    """Who agrees with a question, by an attribute, with few people protected."""
    found = cross_page(
        by=member_of(request),
        filters=asked.filters,
        period=asked.period,
        question=asked.question,
        attribute=asked.attribute,
        is_weighted=asked.weighted,
    )
    return CrossTabOut(place=None) if found is None else CrossTabOut.of(found)


@router.get("/population", response=PopulationOut)
def population(
    request: HttpRequest,
    unit: int | None = Query(None, ge=1, le=BIGGEST_ID),  # type: ignore[type-arg]
) -> PopulationOut:
    """What is known of all customers of an affiliate."""
    home = home_affiliate(by=member_of(request), unit=unit)
    return PopulationOut.of(home.pk, population_of(home.pk))


@router.put("/population", response=PopulationOut)
def change_population(request: HttpRequest, asked: PopulationIn) -> PopulationOut:
    """Keep what is known of all customers of an affiliate."""
    member = member_of(request)
    home = home_affiliate(by=member, unit=asked.unit)
    kept = set_population(
        home,
        margins=asked.margins,
        invited=asked.invited,
        origin=asked.origin,
        by=member,
    )
    return PopulationOut.of(home.pk, kept)
