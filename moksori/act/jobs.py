"""Work that act does by itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from moksori.act.writes.health import health_is_due, read_health
from moksori.base.jobs.job import NO_HURRY, job
from moksori.base.jobs.rhythms import Daily, Every
from moksori.base.jobs.schedules import register_schedule


@job(attempts=3, title=_("Read who is likely to leave"), priority=NO_HURRY)
def read_customers() -> int:
    return read_health()


register_schedule("act: health", read_customers, Daily(4, 30))
register_schedule(
    "act: health of new customers",
    read_customers,
    Every(timedelta(minutes=5)),
    needed=health_is_due,
)
