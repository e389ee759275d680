"""What holds for a whole affiliate, whichever part of it a member reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import MINIMUM
from moksori.analysis.proportions import wilson
from moksori.base.people.models import Member, Unit
from moksori.base.people.scope import Reach, Scope
from moksori.base.web import estimates, text
from moksori.collect.models import Feedback
from moksori.understand.models import PainPoint
from moksori.understand.reads.facts import Facts
from moksori.understand.reads.window import Filters, Window, unit_ids_of

# A share of fewer feedbacks is not shown: it would tell of persons, not of a group.
FEWEST = MINIMUM
WEEKS = (12, 52)  # the shortest period with enough complaints, or else everything


@dataclass(frozen=True, slots=True)
class Present:
    """How much of the feedback complains now; `since` None: from the beginning on."""

    share: Estimate
    since: date | None
    until: date
    unit_name: str

    @property
    def sentence(self) -> str:
        return _("Now it is %(share)s. %(where)s") % {
            "share": estimates.sentence(self.share),
            "where": self.where,
        }

    @property
    def where(self) -> str:
        """The period, and that it is the affiliate as a whole."""
        given = {"unit": self.unit_name, "until": text.day(self.until)}
        if self.since is None:
            return _("All of %(unit)s, up to %(until)s.") % given
        given["since"] = text.day(self.since)
        return _("All of %(unit)s, from %(since)s to %(until)s.") % given


def reads_all_of(unit: Unit, *, by: Member) -> bool:
    """Whether this member may read everything said in the unit, region by region."""
    reaches = by.scope().reaches
    return any(not reach.regions and unit.pk in reach.units for reach in reaches)


def present_share(pain: PainPoint) -> Present | None:
    """The share that an action is expected to change; None while too few complain.

    Counts everything said in the affiliate, whoever asks, as its effect will be.
    """
    last = _newest_day(pain.unit_id)
    if last is None:
        return None
    windows = [*(Window.weeks(count, last) for count in WEEKS), Window.everything(last)]
    for window in windows:
        facts = facts_of(pain, window)
        heard = facts.complaints().get(pain.theme_id)
        complaints = int(heard["n_feedback"]) if heard else 0
        if complaints >= FEWEST:
            share = wilson(complaints, facts.total())
            since = None if window.is_open else window.since
            return Present(share, since, last, pain.unit.name)
    return None


def facts_of(pain: PainPoint, window: Window | None = None) -> Facts:
    """Everything said in the affiliate where this pain point hurts."""
    everything = Scope((Reach(units=unit_ids_of(pain.unit_id)),))
    known = {"product", "region", "channel", "language", "age_band", "tier"}
    where = {k: v for k, v in pain.segment.items() if k in known}
    return Facts(everything, pain.unit_id, window, Filters(**where))


def _newest_day(affiliate: int) -> date | None:
    last = Feedback.objects.filter(unit_id=OuterRef("pk")).order_by("-occurred_at")
    units = Unit.objects.filter(pk__in=unit_ids_of(affiliate))
    newest = units.annotate(newest=Subquery(last.values("occurred_at")[:1]))
    days = [day for day in newest.values_list("newest", flat=True) if day is not None]
    return timezone.localdate(max(days)) if days else None
