"""Which column means what; remembered per source, and corrected by people."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.answers import SCORES, Kind
from moksori.collect.tables.dates import Order
from moksori.collect.tables.messages import Unreadable

# Roles that one column fills; texts, scores and attributes take several.
SINGLE = (
    "external_id",
    "date",
    "product",
    "region",
    "customer",
    "account",
    "channel",
    "language",
)
ROLES = (*SINGLE, "text", "score", "choice", "attribute", "ignore")


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """A column of scores and the ends of its scale; `high` is good."""

    column: str
    kind: Kind = Kind.RATING
    low: float = 0
    high: float = 10


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the columns of a table become feedback. Columns not named are ignored."""

    texts: tuple[str, ...] = ()
    scores: tuple[ScoreColumn, ...] = ()
    attributes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    external_id: str | None = None
    date: str | None = None
    date_order: Order | None = None
    product: str | None = None
    region: str | None = None
    customer: str | None = None
    account: str | None = None
    channel: str | None = None
    language: str | None = None
    unsure: tuple[str, ...] = field(default=(), compare=False)

    def role_of(self, column: str) -> str:
        """One of ROLES."""
        for role in SINGLE:
            if getattr(self, role) == column:
                return role
        if column in self.texts:
            return "text"
        if any(score.column == column for score in self.scores):
            return "score"
        if column in self.choices:
            return "choice"
        return "attribute" if column in self.attributes else "ignore"

    @property
    def columns(self) -> list[str]:
        """Every column that is read."""
        single = [getattr(self, role) for role in SINGLE]
        found = [*single, *self.texts, *(score.column for score in self.scores)]
        found += [*self.choices, *self.attributes]
        return [name for name in found if name]

    def check(self, columns: Sequence[str]) -> None:
        """Raise Unreadable if this cannot be used for a table with these columns."""
        lost = [name for name in self.columns if name not in columns]
        if lost:
            raise Unreadable(
                _("The file has no column “{lost}”. It has: {columns}."),
                field="mapping",
                lost=lost[0],
                columns=", ".join(columns[:20]),
            )
        if not self.texts and not self.scores:
            raise Unreadable(
                _(
                    "Say which column holds the customers’ words or a score: nothing "
                    "else can be feedback."
                ),
                field="mapping",
            )
        self._check_scales()

    def _check_scales(self) -> None:
        for score in self.scores:
            if score.low >= score.high:
                raise Unreadable(
                    _("The scale of “{column}” must end higher than it starts."),
                    field="mapping",
                    column=score.column,
                )

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            role: getattr(self, role) for role in SINGLE if getattr(self, role)
        }
        found["texts"] = list(self.texts)
        found["scores"] = [
            {
                "column": score.column,
                "kind": score.kind.value,
                "low": score.low,
                "high": score.high,
            }
            for score in self.scores
        ]
        found["attributes"] = list(self.attributes)
        if self.choices:
            found["choices"] = list(self.choices)
        if self.date_order:
            found["date_order"] = self.date_order.value
        return found


def mapping_from(found: Dict[str, Any]) -> Mapping:
    """The mapping stored as JSON; raises Unreadable when it is not one."""
    known = {item.name for item in fields(Mapping)}
    try:
        given = {key: value for key, value in found.items() if key in known}
        given["texts"] = tuple(found.get("texts", ()))
        given["attributes"] = tuple(found.get("attributes", ()))
        given["choices"] = tuple(found.get("choices", ()))
        given["scores"] = tuple(_score(item) for item in found.get("scores", ()))
        if found.get("date_order"):
            given["date_order"] = Order(found["date_order"])
        return Mapping(**given)
    except (KeyError, TypeError, ValueError):
        raise Unreadable(
            _("This mapping of columns cannot be used. Choose the columns again."),
            field="mapping",
        ) from None


def _score(item: Dict[str, Any]) -> ScoreColumn:
    kind = Kind(item.get("kind", Kind.RATING))
    if kind not in SCORES:
        raise ValueError(kind)
    return ScoreColumn(
        column=str(item["column"]),
        kind=kind,
        low=float(item.get("low", 0)),
        high=float(item.get("high", 10)),
    )


def fitting(remembered: Mapping, suggested: Mapping, columns: Sequence[str]) -> Mapping:
    """What was remembered, if this file has its columns, else the suggestion."""
    if remembered.columns and set(remembered.columns) <= set(columns):
        return replace(remembered, unsure=())
    return suggested
