"""What people expect of working on a pain point: effort and impact, as ranges."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.act.models import Appraisal
from moksori.base.audit.writes import record
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.understand.models import PainPoint
from moksori.understand.writes.pains import must_triage

MOST_DAYS = 100_000.0


@dataclass(frozen=True, slots=True)
class Expected:
    """Person-days from low to high, and the share of complaints gone (0–1)."""

    effort_low: float
    effort_high: float
    impact_low: float
    impact_high: float


@transaction.atomic
def appraise_pain_point(
    pain: PainPoint, expected: Expected, *, by: Member
) -> Appraisal:
    """Say what working on it takes and gives; whoever triages it may."""
    must_triage(by, pain)
    _check(expected)
    told = {
        "effort_low": expected.effort_low,
        "effort_high": expected.effort_high,
        "impact_low": expected.impact_low,
        "impact_high": expected.impact_high,
    }
    row, _is_new = Appraisal.objects.update_or_create(
        pain_point=pain,
        defaults={**told, "written_by": by, "written_at": timezone.now()},
    )
    record("appraise_pain_point", pain, by=by, **told)
    return row


def _check(expected: Expected) -> None:
    effort = (expected.effort_low, expected.effort_high)
    impact = (expected.impact_low, expected.impact_high)
    if not all(isfinite(one) for one in (*effort, *impact)):
        raise UserError(_("Write numbers."), field="effort_low")
    if not 0 < effort[0] <= effort[1] <= MOST_DAYS:
        raise UserError(
            _("Write person-days above zero, the smaller number first."),
            field="effort_low",
        )
    if not 0 <= impact[0] <= impact[1] <= 1:
        raise UserError(
            _("Write shares from 0 to 100 %, the smaller number first."),
            field="impact_low",
        )
