"""What the step understand does by itself: each job is a write that runs later."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from moksori.base.jobs.job import job
from moksori.base.jobs.rhythms import Every, Weekly
from moksori.base.jobs.schedules import register_schedule
from moksori.base.warehouse import outbox
from moksori.understand import writes


@job(title=_("Understand new feedback"))
def enrich_pending() -> None:
    """A piece of what is waiting; enqueues itself for the rest, then what follows."""
    if not writes.enrich_pending():
        return
    if _waits("enrich", "feedback"):
        enrich_pending.enqueue()
        return
    for affiliate in writes.due_affiliates():
        learn_themes.enqueue(affiliate)
    refresh_facts.enqueue()


@job(title=_("Learn themes"))
def learn_themes(affiliate: int) -> None:
    if writes.learn_themes(affiliate):
        assign_pending.enqueue()


@job(title=_("Place what was said in themes"))
def assign_pending() -> None:
    if writes.assign_pending():
        assign_pending.enqueue()
    else:
        refresh_facts.enqueue()


@job(title=_("Refresh the numbers"))
def refresh_facts() -> None:
    if writes.refresh_facts() and _waits("warehouse", "facts"):
        refresh_facts.enqueue()
    else:
        writes.name_pain_points()


@job(title=_("Learn all themes again"))
def learn_all_themes() -> None:
    for affiliate in writes.learned_affiliates():
        learn_themes.enqueue(affiliate)


def _waits(name: str, topic: str) -> bool:
    return outbox.waiting(name, topic) > 0


register_schedule(
    "understand: new feedback", enrich_pending, Every(timedelta(seconds=20))
)
register_schedule("understand: numbers", refresh_facts, Every(timedelta(minutes=1)))
register_schedule("understand: placing", assign_pending, Every(timedelta(minutes=5)))
register_schedule("understand: themes", learn_all_themes, Weekly(6, 3, 30))
