"""Work that act does by itself."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.utils.translation import gettext_lazy as _

from moksori.act.writes import posting
from moksori.act.writes.deadlines import tell_notices, watch_deadlines
from moksori.act.writes.firing import READER, TOPIC, fire_pending
from moksori.act.writes.health import health_is_due, read_health
from moksori.act.writes.overdue import fire_for_promises
from moksori.act.writes.presence import forget_presence
from moksori.act.writes.rules import is_anybody_looking_back, look_back_next
from moksori.base.jobs.job import NO_HURRY, SOMEBODY_WAITS, job
from moksori.base.jobs.rhythms import Daily, Every
from moksori.base.jobs.schedules import register_schedule
from moksori.base.warehouse import outbox


@job(attempts=3, title=_("Read who is likely to leave"), priority=NO_HURRY)
def read_customers() -> int:
    return read_health()


def _waits(name: str, topic: str) -> bool:
    return outbox.waiting(name, topic) > 0


register_schedule("act: health", read_customers, Daily(4, 30))
register_schedule(
    "act: health of new customers",
    read_customers,
    Every(timedelta(minutes=5)),
    needed=health_is_due,
)


@job(title=_("Open cases by the rules"), priority=SOMEBODY_WAITS)
def fire_rules() -> None:
    """A piece of what is waiting; enqueues itself for the rest."""
    if fire_pending():
        fire_rules.enqueue()


@job(title=_("Let rules look back"), priority=NO_HURRY)
def look_back() -> None:
    if look_back_next():
        look_back.enqueue()


@job(title=_("Watch deadlines of cases"))
def watch_cases() -> int:
    found = watch_deadlines()
    tell_notices()
    posting.settle_stale()
    forget_presence()
    return found


@job(title=_("Send answers to customers"), priority=SOMEBODY_WAITS)
def send_answers() -> int:
    return posting.send_due()


@job(title=_("Open cases for overdue promises"), priority=NO_HURRY)
def fire_promises() -> int:
    return fire_for_promises()


register_schedule(
    "act: rules",
    fire_rules,
    Every(timedelta(seconds=1)),
    needed=partial(_waits, READER, TOPIC),
)
register_schedule(
    "act: looking back",
    look_back,
    Every(timedelta(seconds=10)),
    needed=is_anybody_looking_back,
)
register_schedule(
    "act: answers",
    send_answers,
    Every(timedelta(seconds=5)),
    needed=posting.is_any_due,
)
register_schedule("act: deadlines", watch_cases, Every(timedelta(minutes=5)))
register_schedule("act: overdue promises", fire_promises, Every(timedelta(hours=1)))
