"""Reading who is likely to leave, and keeping it for the pages."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from numpy.typing import NDArray

from moksori.act.models import Health, HealthScore
from moksori.act.reads.health_facts import Book, book_of
from moksori.analysis.customers.calibration import groups
from moksori.analysis.customers.churn import FEWEST, Churn
from moksori.analysis.customers.drift import kept_promises, shifts
from moksori.base.audit.models import Entry
from moksori.base.customers.models import Account, Customer
from moksori.base.people.models import Unit
from moksori.understand.models import affiliate_id

HORIZON = 90  # days
MOST_PERIODS = 12
Numbers = NDArray[np.float64]
Problem = dict[str, Any]


def read_health() -> int:
    """Every affiliate with customers anew; how many readings were made."""
    made = 0
    for affiliate in _affiliates():
        for kind in Health.Kind:
            made += measure_health(affiliate, kind) is not None
    return made


def health_is_due() -> bool:
    """Whether customers or their use came in since the last reading."""
    last = Health.objects.order_by("made_at").values_list("made_at", flat=True).first()
    fresh = Entry.objects.filter(verb="take_figures")
    if last is not None:
        fresh = fresh.filter(at__gt=last)
    return fresh.exists()


def measure_health(
    affiliate: int, kind: str, *, today: date | None = None
) -> Health | None:
    """Learn who leaves, and say for each who is here how likely it is.

    None where the affiliate has no customers of this kind. Where there is too little
    to learn from, the reading says what is missing.
    """
    book = book_of(affiliate, kind)
    if not book.rows:
        Health.objects.filter(unit_id=affiliate, kind=kind).delete()
        return None
    day = today or timezone.localdate()
    starts = _starts(book, day.toordinal())
    problem = _missing(book, starts)
    if problem is not None:
        return _kept(affiliate, kind, day, ({}, problem, []))
    return _learned(affiliate, book, day, starts)


def _learned(affiliate: int, book: Book, day: date, starts: list[int]) -> Health:
    rows, left, who, when = _table(book, starts)
    try:
        churn = Churn().fit(rows, left, who=who, when=when, names=book.names)
    except ValueError:
        problem = _problem(_("What is known of the customers hardly differs."))
        return _kept(affiliate, book.kind, day, ({}, problem, []))
    now = np.flatnonzero(book.here(day.toordinal()))
    known = book.features(day.toordinal())[now]
    told = _told(churn, left=left, starts=starts)
    # Time as a customer grows by itself: no news in that.
    told["drift"] = [
        asdict(one)
        for one in shifts(rows, known, names=book.names)
        if one.name != "tenure"
    ]
    return _kept(
        affiliate, book.kind, day, (told, {}, _scores(churn, book, now, known))
    )


def _starts(book: Book, today: int) -> list[int]:
    """Days from which one horizon is over and before which something is known."""
    began = book.began
    earliest = int(book.since.min()) if began is None else max(
        began + 30, int(book.since.min())
    )  # fmt: skip
    days = [today - HORIZON * back for back in range(1, MOST_PERIODS + 1)]
    return sorted(day for day in days if day >= earliest)


def _missing(book: Book, starts: list[int]) -> Problem | None:
    if not starts:
        return _problem(
            _("Customers are known for less than {days} days: too short to see who "
              "leaves."), days=HORIZON,
        )  # fmt: skip
    _rows, left, _who, _when = _table(book, starts, outcomes_only=True)
    gone, stayed = int(left.sum()), int((1 - left).sum())
    if gone < FEWEST or stayed < FEWEST:
        return _problem(
            _("{gone} customers left and {stayed} stayed in the time that is known; at "
              "least {least} of each are needed."),
            gone=gone, stayed=stayed, least=FEWEST,
        )  # fmt: skip
    return None


def _table(
    book: Book, starts: list[int], *, outcomes_only: bool = False
) -> tuple[Numbers, Numbers, NDArray[np.int64], NDArray[np.int64]]:
    """One row for each customer and period: what was known, and whether they left."""
    parts: list[Numbers] = []
    left: list[Numbers] = []
    who: list[NDArray[np.int64]] = []
    when: list[NDArray[np.int64]] = []
    for start in starts:
        here = np.flatnonzero(book.here(start))
        if not outcomes_only:
            parts.append(book.features(start)[here])
        left.append((book.left[here] <= start + HORIZON).astype(np.float64))
        who.append(here)
        when.append(np.full(here.size, start))
    rows = np.vstack(parts) if parts else np.zeros((0, 0))
    return rows, np.concatenate(left), np.concatenate(who), np.concatenate(when)


def _told(churn: Churn, *, left: Numbers, starts: list[int]) -> dict[str, Any]:
    found = churn.validation_
    picture = groups(churn.held_promised_, churn.held_left_)
    periods = [] if churn.held_when_ is None else churn.held_when_.tolist()
    return {
        "state": churn.state_,
        "rows": int(left.size),
        "left": int(left.sum()),
        "periods": len(starts),
        "since": date.fromordinal(starts[0]).isoformat(),
        "weights": dict(zip(churn.names_, churn.weights_.tolist(), strict=True)),
        "dropped": list(churn.dropped_),
        "base": churn.base_,
        "calibration": None
        if found is None
        else {
            "n": found.n,
            "events": found.events,
            "slope": _plain(found.slope),
            "intercept": _plain(found.in_the_large),
            "brier": found.brier,
            "c": found.c,
            "ece": found.ece,
            "p": found.p,
        },
        "groups": [{"promised": one.promised} | _plain(one.found) for one in picture],
        "kept": [
            {"period": one.period, "promised": one.promised} | _plain(one.found)
            for one in kept_promises(
                churn.held_promised_,
                churn.held_left_,
                [date.fromordinal(int(start)).isoformat() for start in periods],
            )
        ]
        if periods
        else [],
    }


def _plain(estimate: Any) -> dict[str, Any]:
    return {name: getattr(estimate, name) for name in ("value", "low", "high", "n")}


def _scores(
    churn: Churn, book: Book, now: NDArray[np.int64], known: Numbers
) -> list[HealthScore]:
    estimates = churn.estimate(known)
    parts = churn.contributions(known)
    found = []
    for row, place in enumerate(now):
        customer = book.rows[place]
        chance = estimates[row]
        found.append(
            HealthScore(
                **{f"{book.kind}_id": customer.pk},
                unit_id=customer.unit_id,
                region_id=customer.region_id,
                chance=chance.value,
                low=chance.low,
                high=chance.high,
                parts=[
                    [name, _number(known[row, at]), round(float(parts[row, at]), 4)]
                    for at, name in enumerate(churn.names_)
                ],
            )
        )
    return found


def _number(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


@transaction.atomic
def _kept(
    affiliate: int,
    kind: str,
    day: date,
    found: tuple[dict[str, Any], Problem, list[HealthScore]],
) -> Health:
    told, problem, scores = found
    health, _is_new = Health.objects.update_or_create(
        unit_id=affiliate,
        kind=kind,
        defaults={
            "day": day,
            "horizon": HORIZON,
            "made_at": timezone.now(),
            "told": told,
            "problem": problem,
        },
    )
    health.scores.all().delete()
    for score in scores:
        score.health = health
    HealthScore.objects.bulk_create(scores, batch_size=500)
    return health


def _problem(template: str, **facts: Any) -> Problem:
    return {"template": template, "facts": facts}


def _affiliates() -> list[int]:
    """Affiliates that have customers with a first day."""
    units = set(
        Account.objects.exclude(since=None).values_list("unit__path", flat=True)
    ) | set(Customer.objects.exclude(since=None).values_list("unit__path", flat=True))
    known = {affiliate_id(path) for path in units}
    return sorted(known & set(Unit.objects.values_list("pk", flat=True)))
