"""What the step understand does by itself: each job is a write that runs later."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.utils.translation import gettext_lazy as _

from moksori.base.jobs.job import NO_HURRY, job
from moksori.base.jobs.rhythms import Daily, Every, Weekly
from moksori.base.jobs.schedules import register_schedule
from moksori.base.warehouse import outbox
from moksori.understand import writes
from moksori.understand.writes import alarms, outlooks


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
    if _waits("assign", "assign"):
        assign_pending.enqueue()
    refresh_facts.enqueue()
    index_pending.enqueue()
    for affiliate in writes.news_to_look_for():
        find_emerging.enqueue(affiliate)
        find_segments.enqueue(affiliate)


@job(title=_("Learn themes"))
def learn_themes(affiliate: int) -> None:
    if writes.learn_themes(affiliate):
        writes.ask_for_names(affiliate)
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


@job(title=_("Read everything with another encoder"))
def change_encoder() -> None:
    """A piece of what is still to be read; enqueues itself, then learns anew."""
    if writes.embed_pending():
        change_encoder.enqueue()
        return
    for affiliate in writes.left_behind():
        learn_themes.enqueue(affiliate)


@job(title=_("Forget vectors of erased words"))
def forget_unsaid() -> None:
    writes.forget_unsaid()


@job(title=_("Have themes named by the language model"))
def name_by_model() -> None:
    if writes.name_by_model():
        name_by_model.enqueue()


@job(title=_("Make new feedback findable by meaning"))
def index_pending() -> None:
    if writes.index_pending() and _waits("clauses", "facts"):
        index_pending.enqueue()


@job(title=_("Look for danger in what was stored before"), priority=NO_HURRY)
def flag_stored() -> None:
    if writes.flag_stored():
        flag_stored.enqueue()


@job(title=_("Look for what is new"))
def find_emerging(affiliate: int) -> None:
    writes.find_emerging(affiliate)


@job(title=_("Look everywhere for what is new"), priority=NO_HURRY)
def find_all_emerging() -> None:
    for affiliate in writes.learned_affiliates():
        find_emerging.enqueue(affiliate)


@job(title=_("Look for small groups that are hit harder"), priority=NO_HURRY)
def find_segments(affiliate: int) -> None:
    writes.find_segments(affiliate)


@job(title=_("Look everywhere for small groups that are hit harder"), priority=NO_HURRY)
def find_all_segments() -> None:
    for affiliate in writes.learned_affiliates():
        find_segments.enqueue(affiliate)


@job(title=_("Judge the last week of every series"))
def judge_weeks(affiliate: int) -> None:
    alarms.judge_weeks(affiliate)


@job(title=_("Look everywhere for weeks beyond what was expected"), priority=NO_HURRY)
def judge_all_weeks() -> None:
    for affiliate in writes.learned_affiliates():
        judge_weeks.enqueue(affiliate)


@job(attempts=2, title=_("Forecast feedback"), priority=NO_HURRY)
def forecast_feedback(affiliate: int) -> None:
    outlooks.make_outlooks(affiliate)


@job(attempts=2, title=_("Forecast demand that was brought in"), priority=NO_HURRY)
def forecast_demand() -> None:
    for unit in outlooks.demand_units():
        outlooks.make_demand_outlooks(unit)


@job(title=_("Forecast feedback everywhere"), priority=NO_HURRY)
def forecast_all() -> None:
    for affiliate in writes.learned_affiliates():
        forecast_feedback.enqueue(affiliate)
    forecast_demand.enqueue()


@job(title=_("Learn all themes again"), priority=NO_HURRY)
def learn_all_themes() -> None:
    for affiliate in writes.learned_affiliates():
        learn_themes.enqueue(affiliate)


def _waits(name: str, topic: str) -> bool:
    return outbox.waiting(name, topic) > 0


register_schedule(
    "understand: new feedback",
    enrich_pending,
    Every(timedelta(seconds=1)),
    needed=partial(_waits, "enrich", "feedback"),
)
register_schedule("understand: numbers", refresh_facts, Every(timedelta(minutes=1)))
register_schedule("understand: meaning", index_pending, Every(timedelta(minutes=1)))
register_schedule("understand: placing", assign_pending, Every(timedelta(minutes=5)))
register_schedule("understand: erased words", forget_unsaid, Weekly(6, 5, 0))
register_schedule("understand: names", name_by_model, Every(timedelta(minutes=10)))
register_schedule("understand: encoder", change_encoder, Every(timedelta(minutes=10)))
register_schedule("understand: flags", flag_stored, Every(timedelta(hours=1)))
register_schedule("understand: news", find_all_emerging, Daily(5, 0))
register_schedule("understand: segments", find_all_segments, Daily(5, 30))
register_schedule("understand: themes", learn_all_themes, Weekly(6, 3, 30))
# A week is judged once, so that a day on which nothing ran is made up for the next.
register_schedule("understand: alarms", judge_all_weeks, Daily(4, 30))
register_schedule("understand: forecasts", forecast_all, Daily(2, 30))
register_schedule(
    "understand: new demand",
    forecast_demand,
    Every(timedelta(minutes=5)),
    needed=outlooks.demand_is_due,
)
