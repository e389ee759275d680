"""The JSON shapes of teaching."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from moksori.understand.api.shapes import BIGGEST_ID, VerbatimOut

Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
NoId = Field(None, ge=1, le=BIGGEST_ID)


class MergeIn(Schema):
    """Ids of the themes to be taken over."""

    others: list[Id] = Field(min_length=1, max_length=50)


class PartIn(Schema):
    """A part: its name, and ids of mentions that stand for it."""

    name_ko: str = Field(max_length=120)
    name_en: str = Field("", max_length=120)
    anchors: list[Id] = Field(min_length=1, max_length=200)


class SplitIn(Schema):
    """The first part keeps the theme's id, history and pain points."""

    parts: list[PartIn] = Field(min_length=2, max_length=6)


class MoveIn(Schema):
    """A group by its id, or a new one by its name, or neither: in no group."""

    group: int | None = NoId
    name_ko: str = Field("", max_length=120)
    name_en: str = Field("", max_length=120)


class PinIn(Schema):
    """`theme` null: to no theme; `near`: mentions that say nearly the same."""

    theme: int | None = NoId
    near: list[Id] = Field([], max_length=20)


class RedefineIn(Schema):
    words: list[str] = Field([], max_length=50)
    examples: list[str] = Field([], max_length=50)


class DefineIn(RedefineIn):
    name_ko: str = Field(max_length=120)
    name_en: str = Field("", max_length=120)
    unit: int | None = NoId
    group: int | None = NoId


class TaxonomyIn(Schema):
    """The text of a CSV or JSON file; its name may end in .json."""

    content: str = Field(max_length=2_000_000)
    name: str = ""
    unit: int | None = NoId


class MoveOut(Schema):
    """So many mentions go from one theme to another; null: from or to no theme."""

    source: str
    target: str
    source_id: int | None
    target_id: int | None
    mentions: int
    feedback: int
    verbatims: list[VerbatimOut]


class TaughtPreviewOut(Schema):
    """Of `total` mentions that could move `read` were looked at; the rest estimated."""

    moves: list[MoveOut]
    mentions: int
    feedback: int
    read: int
    total: int
    is_estimate: bool


class ProposedOut(Schema):
    name_ko: str
    name_en: str
    mentions: int
    verbatims: list[VerbatimOut]
    anchors: list[int]


class SplitOut(Schema):
    parts: list[ProposedOut]
    preview: TaughtPreviewOut


class CandidateOut(Schema):
    """A theme and the cosine of meanings."""

    theme: int
    name: str
    similarity: float


class LikeOut(Schema):
    verbatim: VerbatimOut
    similarity: float


class WhyOut(Schema):
    """`reason` is pinned, word, near or nowhere."""

    mention: int
    theme: int | None
    name: str
    reason: str
    by: str
    at: datetime | None
    word: str
    like: list[LikeOut]
    confidence: float | None
    best: CandidateOut | None
    next: CandidateOut | None
    margin: float | None
    is_pending: bool


class TaughtQuestionOut(Schema):
    """An answer that names `near` puts `settles` mentions right."""

    mention: int
    verbatim: VerbatimOut
    theme: int | None
    candidates: list[CandidateOut]
    doubt: float
    copies: int
    alike: int
    near: list[int]
    settles: int


class CorrectionOut(Schema):
    """`mentions` is null for who reads only a part of what was counted."""

    id: int
    kind: str
    kind_name: str
    theme: int
    theme_name: str
    said: str
    mentions: int | None
    who: str
    at: datetime
    undone_by: str
    undone_at: datetime | None
    can_undo: bool
    blocked_by: int | None


class HistoryOut(Schema):
    lines: list[CorrectionOut]
    older: int | None


class FieldChangeOut(Schema):
    field: str
    before: str
    after: str


class ChangeOut(Schema):
    theme: int | None
    name: str
    is_new: bool
    differences: list[FieldChangeOut]
