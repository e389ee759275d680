"""What the data say of an action's effect: the panel, the method, the picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from typing import Any

import numpy as np

from moksori.account.reads.panel import chart_series, panel_of
from moksori.account.reads.places import (
    THEME,
    Compared,
    compared_places,
    compared_scores,
    inseparable,
    of_themes,
)
from moksori.act.models import Action
from moksori.analysis.proof.measures import Settings
from moksori.analysis.proof.panel import Measure, Panel
from moksori.analysis.proof.prove import Picture, Proof, prove
from moksori.analysis.proportions import wilson
from moksori.analysis.verdict import Reason, Verdict

YEAR = 365.25 / 7
PLACEBOS = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """A proof with what a page needs to tell it.

    `chosen`: the method's key, what is compared (theme, region, product), how many
    were treated in how many waves, and why other methods were refused. `outlook`: the
    weeks until the expected change would show, and the smallest that could.
    """

    proof: Proof
    verdict: Verdict
    reason: Reason
    weeks: list[date]
    series: dict[str, Any]
    chosen: dict[str, Any]
    outlook: dict[str, Any]
    touched: int
    too_small: int
    same_pain_point: int


def by_themes(action: Action) -> Finding:
    """An action that applies everywhere, beside the themes that nobody acted on."""
    found = panel_of(action)
    weeks = found.weeks
    panel = of_themes(found.counts, found.totals, found.start)
    proof = _proven(panel, action)
    small = max(0, len(found.counts) - 1 - int(proof.numbers["controls"]))
    same = inseparable(action, weeks) if weeks else 0
    compared = Compared(panel, THEME, (), weeks, found.touched, small, same)
    finding = _finding(proof, compared, action)
    return replace(
        finding, series=chart_series(found), same_pain_point=found.same_pain_point
    )


def by_places(action: Action) -> Finding:
    """An action in some regions or products, beside those that it does not reach."""
    compared = compared_places(action)
    return _finding(_proven(compared.panel, action), compared, action)


def by_scores(action: Action) -> Finding:
    """An action on a score, everywhere: of those who speak of it."""
    compared = compared_scores(action)
    return _finding(_proven(compared.panel, action), compared, action)


def _proven(panel: Panel, action: Action) -> Proof:
    is_share = panel.measure is Measure.SHARE
    return prove(
        panel,
        expected=action.expected_change / (100 if is_share else 1),
        settings=Settings(season=YEAR, draws=PLACEBOS),
    )


def _finding(proof: Proof, compared: Compared, action: Action) -> Finding:
    verdict, reason = proof.verdict, proof.reason
    if compared.same_pain_point and verdict is Verdict.PROVEN:
        # Two at once: the change is of both together, and none of them is proven.
        verdict, reason = Verdict.NOT_PROVEN, Reason.NOT_SEPARABLE
    choice = proof.choice
    return Finding(
        proof=proof,
        verdict=verdict,
        reason=reason,
        weeks=compared.weeks,
        series=_series(proof.picture, compared),
        chosen={
            "method": choice.method.value if choice.method else "",
            "among": compared.kind,
            "treated": int(proof.numbers["treated"]),
            "waves": int(compared.panel.waves.size),
            "only_first": choice.only_first,
            "refused": [[method.value, why.value] for method, why in choice.refused],
        },
        outlook={
            "weeks": proof.outlook.periods,
            "smallest": round(proof.outlook.smallest, 6)
            if isfinite(proof.outlook.smallest)
            else None,
            "longest": proof.outlook.longest,
        },
        touched=compared.touched,
        too_small=compared.too_small,
        same_pain_point=compared.same_pain_point,
    )


def _series(picture: Picture | None, compared: Compared) -> dict[str, Any]:
    """The treated and what would have been, as `reads.drawings` draws them."""
    if picture is None:
        return {}
    panel = compared.panel
    _, totals = panel.series(panel.treated)
    places = range(len(picture.path))
    first = [picture.offset + at * picture.joined for at in places]
    points = []
    for at, value in zip(first, picture.path, strict=True):
        part = slice(max(at, 0), at + picture.joined)
        n = 0 if totals is None else int(totals[part].sum())
        points.append(_point(value, n, panel.measure))
    return {
        "weeks": [compared.weeks[max(at, 0)].isoformat() for at in first],
        "points": points,
        "expected": list(map(_told, picture.expected)),
        "band": [
            [_told(low), _told(high)]
            for low, high in zip(picture.low, picture.high, strict=True)
        ],
        "start": picture.start,
        "joined": picture.joined,
    }


def _point(value: float, n: int, measure: Measure) -> list[float | int | None]:
    if measure is not Measure.SHARE or not n:
        return [_told(value), None, None, n]
    found = wilson(float(np.clip(value, 0, 1)) * n, n)
    return [_told(value), _told(found.low), _told(found.high), n]


def _told(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
