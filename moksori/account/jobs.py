"""Work that account does by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from moksori.account import writes
from moksori.base.jobs.job import job
from moksori.base.jobs.rhythms import Daily, Weekly
from moksori.base.jobs.schedules import register_schedule


@job(attempts=3, title=_("Measure what actions changed"))
def measure_effects() -> None:
    writes.measure_all()


@job(attempts=3, title=_("Watch what was resolved"))
def watch_resolved() -> None:
    writes.watch_all()


# Early on Monday: the week before is whole then.
register_schedule("measure effects", measure_effects, Weekly(0, 4))
# Whole weeks count, so most days change nothing; a day that was missed is made up for.
register_schedule("account: watches", watch_resolved, Daily(5, 30))
