"""Satisfaction, loyalty and engagement of a unit's customers, each with its doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.base.web.text import day, net, number, share
from moksori.collect.answers import Kind
from moksori.collect.models import Invitation
from moksori.understand.reads.scores import scores_page
from moksori.understand.reads.window import Filters, unit_ids_below

# A share of fewer people than this says more about them than about the whole.
FEWEST = 5
WEEKS = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as people read it, and as programs do.

    `estimate` is None where it was not measured; then `why_not` says so. A share lies
    in 0–1, loyalty (NPS) in −1–1.
    """

    key: str
    title: str
    what: str
    estimate: Estimate | None
    since: date | None = None
    until: date | None = None
    why_not: str = ""

    @property
    def value(self) -> str:
        return "" if self.estimate is None else self._said(self.estimate.value)

    @property
    def interval(self) -> str:
        """95%: 61.2% to 66.0%; in words, for there is no room for a drawing."""
        if self.estimate is None:
            return ""
        return _("%(level)s certain: %(low)s to %(high)s") % {
            "level": share(self.estimate.level, 0),
            "low": self._said(self.estimate.low),
            "high": self._said(self.estimate.high),
        }

    @property
    def basis(self) -> str:
        """Of how many, and when."""
        if self.estimate is None or self.since is None or self.until is None:
            return ""
        words = (
            _("%(n)s people asked, %(since)s to %(until)s")
            if self.key == "engagement"
            else _("%(n)s answers, %(since)s to %(until)s")
        )
        return words % {
            "n": number(self.estimate.n),
            "since": day(self.since),
            "until": day(self.until),
        }

    @property
    def method(self) -> str:
        """The name of the method, in the reader's language."""
        return "" if self.estimate is None else gettext(self.estimate.method)

    def _said(self, value: float) -> str:
        return net(value) if self.key == "loyalty" else share(value)


def figures_of(unit: Unit, *, by: Member) -> tuple[Figure, ...]:
    """Satisfaction (CSAT), loyalty (NPS) and engagement, of the last twelve weeks.

    Raises NotFound for a unit that the member may not read.
    """
    by.must(Ability.READ, InUnit(unit.pk))
    return (
        _score(unit, by, Kind.CSAT, "satisfaction"),
        _score(unit, by, Kind.NPS, "loyalty"),
        _engagement(unit),
    )


def _score(unit: Unit, by: Member, kind: Kind, key: str) -> Figure:
    titles = {
        "satisfaction": _("Satisfied customers"),
        "loyalty": _("Loyalty (NPS)"),
    }
    whats = {
        "satisfaction": _("The share in the upper quarter of the scale: 4 or 5 of 5."),
        "loyalty": _("Those who give 9 or 10 less those who give 0 to 6, of 100."),
    }
    page = scores_page(
        by=by, filters=Filters(unit=unit.pk), period=str(WEEKS), kind=kind.value
    )
    window = page.place.window if page is not None else None
    if page is None or window is None or page.kind != kind.value or page.whole is None:
        return Figure(key, titles[key], whats[key], None, why_not=_not_asked())
    if page.whole.n < FEWEST:
        return Figure(key, titles[key], whats[key], None, why_not=_too_few())
    return Figure(
        key=key,
        title=titles[key],
        what=whats[key],
        estimate=page.whole.came,
        since=window.since,
        until=min(window.until, timezone.localdate()),
    )


def _engagement(unit: Unit) -> Figure:
    """Of the customers who were asked something, those who answered."""
    title = _("Customers who take part")
    what = _("Of those who were asked something, the share that answered.")
    until = timezone.localdate()
    since = until - timedelta(weeks=WEEKS)
    asked = Invitation.objects.filter(
        survey__unit_id__in=unit_ids_below(unit.pk),
        state=Invitation.State.SENT,
        reminder=0,
        sent_at__date__gte=since,
    )
    n = asked.count()
    if n < FEWEST:
        why = _too_few() if n else _("Nobody was asked by invitation in this time.")
        return Figure("engagement", title, what, None, why_not=why)
    answered = asked.filter(response__isnull=False).count()
    estimate = wilson(answered, n)
    return Figure("engagement", title, what, estimate, since, until)


def _not_asked() -> str:
    return _("Nobody was asked about this in this time.")


def _too_few() -> str:
    return _("Fewer than five answers: too few to show.")
