"""Forecasts worked out at night, made to add up, and kept for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from moksori.analysis.forecasts import Forecast, forecast, reconciled, summing
from moksori.base.audit.models import Entry
from moksori.base.customers.models import DemandSeries, Outlook
from moksori.understand.reads.outlook_series import (
    REST,
    Bundle,
    demand_bundles,
    feedback_bundle,
)

Level = Outlook.Level
KEPT = 104  # periods of history kept for the picture
Node = tuple[Any, ...]


def make_outlooks(affiliate: int) -> int:
    """The feedback of the affiliate anew; how many series were forecast."""
    bundle = feedback_bundle(affiliate)
    return _kept(affiliate, Outlook.Source.FEEDBACK, [bundle] if bundle else [])


def make_demand_outlooks(unit: int) -> int:
    """The imported series of the unit anew."""
    return _kept(unit, Outlook.Source.DEMAND, demand_bundles(unit))


def demand_units() -> list[int]:
    """Units with imported series."""
    rows = DemandSeries.objects.order_by().values_list("unit_id", flat=True)
    return sorted(set(rows.distinct()))


def demand_is_due() -> bool:
    """Whether figures came in since the imported series were last forecast."""
    made = Outlook.objects.filter(source=Outlook.Source.DEMAND)
    last = made.order_by("made_at").values_list("made_at", flat=True).first()
    fresh = Entry.objects.filter(verb="take_figures", facts__kind="demand")
    return (fresh.filter(at__gt=last) if last else fresh).exists()


def _kept(unit: int, source: str, bundles: Sequence[Bundle]) -> int:
    rows = [row for bundle in bundles for row in outlook_rows(bundle)]
    with transaction.atomic():
        Outlook.objects.filter(unit_id=unit, source=source).delete()
        Outlook.objects.bulk_create(rows, batch_size=200)
    return len(rows)


def outlook_rows(bundle: Bundle) -> list[Outlook]:
    """A row for each node: the whole, regions, products, and the parts themselves."""
    nodes, sums = _nodes(bundle)
    # A sum is known where all its parts are.
    histories = [bundle.values[row.astype(bool)].sum(axis=0) for row in sums]
    found = [_forecast(history, bundle) for history in histories]
    values = _coherent(found, sums) if len(nodes) > 1 else [None] * len(nodes)
    now = timezone.now()
    return [
        _row(bundle, node, (history, one, points), now)
        for node, history, one, points in zip(
            nodes, histories, found, values, strict=True
        )
    ]


def _nodes(bundle: Bundle) -> tuple[list[Node], Any]:
    """Nodes and what they sum; a dimension with one value adds none."""
    if len(bundle.parts) == 1:
        return [bundle.parts[0]], np.ones((1, 1))
    nodes, sums = summing(bundle.parts)
    kept: dict[bytes, int] = {}
    for place, row in enumerate(sums):
        # Of nodes that sum the same parts the last, most exactly named, stays.
        kept[row.tobytes()] = place
    chosen = sorted(kept.values())
    return [nodes[place] for place in chosen], sums[chosen]


def _forecast(history: Any, bundle: Bundle) -> Forecast | str:
    try:
        return forecast(
            history, bundle.horizon, season=bundle.season, signals=bundle.signals
        )
    except ValueError as error:
        return str(error)


def _coherent(found: Sequence[Forecast | str], sums: Any) -> list[Any]:
    """Points that add up, for all nodes or, where one has no forecast, for none."""
    known = [one for one in found if isinstance(one, Forecast)]
    if len(known) < len(found):
        return [None] * len(found)
    base = np.array([[p.value for p in one.points] for one in known])
    spread = np.array(
        [[(p.high - p.low) / 2 / 1.96 for p in one.points] for one in known]
    )
    steps = {len(one.one_step) for one in known}
    residuals = None
    if len(steps) == 1 and min(steps) >= 4:
        residuals = np.array([one.one_step for one in known]).T
        if not np.isfinite(residuals).all():
            residuals = None
    made = reconciled(base, sums, residuals=residuals, spreads=spread)
    return [
        [list(point) for point in zip(*lines, strict=True)]
        for lines in zip(made.value, made.low, made.high, strict=True)
    ]


def _row(bundle: Bundle, node: Node, about: tuple[Any, ...], now: Any) -> Outlook:
    history, found, points = about
    region, product = node
    level = _level(region, product)
    row = Outlook(
        unit_id=bundle.unit,
        region_id=region or None,
        product_id=product or None,
        source=bundle.source,
        name=bundle.name,
        every=bundle.every,
        level=level,
        key=f"{bundle.source}/{bundle.every}/{_mark(region)}/{_mark(product)}/"
        f"{bundle.name}",
        made_at=now,
    )
    if isinstance(found, str):
        row.problem = {"template": _TOO_SHORT, "facts": {"n": _count(history)}}
        return row
    row.told = _told(found, points) | {
        "days": [day.isoformat() for day in bundle.days[-KEPT:]],
        "values": [None if np.isnan(v) else float(v) for v in history[-KEPT:]],
    }
    return row


_TOO_SHORT = _("A forecast needs at least four periods; {n} are known.")


def _count(history: Any) -> int:
    return int(np.isfinite(history).sum())


def _level(region: int | None, product: int | None) -> str:
    if region is None and product is None:
        return Level.ALL
    if region is not None and product is not None:
        return Level.BOTH
    return Level.PRODUCT if region is None else Level.REGION


def _mark(value: int | None) -> str:
    """ "*" for all, "other" for those not named."""
    if value is None:
        return "*"
    return "other" if value == REST else str(value)


def _told(found: Forecast, points: Any) -> dict[str, Any]:
    coverage = found.coverage
    own = [[one.value, one.low, one.high] for one in found.points]
    return {
        "points": points or own,
        "adds_up": points is not None,
        "method": found.method,
        "season": found.season,
        "n": found.n,
        "gaps": found.gaps,
        "mase": found.mase,
        "errors": found.errors,
        "origins": found.origins,
        "coverage": coverage
        and [coverage.value, coverage.low, coverage.high, coverage.n],
        "tried": [[one.method, one.mase] for one in found.tried],
        "signals": [
            [one.name, one.is_used, one.n, one.without, one.with_it, one.p]
            for one in found.signals
        ],
    }
