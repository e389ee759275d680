"""Work that account does by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from moksori.account import writes
from moksori.base.jobs.job import job
from moksori.base.jobs.rhythms import Weekly
from moksori.base.jobs.schedules import register_schedule


@job(attempts=3, title=_("Measure what actions changed"))
def measure_effects() -> None:
    writes.measure_all()


# Early on Monday: the week before is whole then.
register_schedule("measure effects", measure_effects, Weekly(0, 4))
