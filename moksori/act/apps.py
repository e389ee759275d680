"""The act app."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy as _p


class ActConfig(AppConfig):
    name = "moksori.act"
    label = "moksori_act"
    verbose_name = _p("step", "Act")

    def ready(self) -> None:
        from moksori.act.reads import due, told, waiting
        from moksori.act.reads.calendar import due_entries
        from moksori.act.reads.promises import promise_words
        from moksori.act.writes.posting import case_letter, take_bounce
        from moksori.act.writes.promises import keep_promises
        from moksori.collect.asking.complaints import register_complaints
        from moksori.collect.field.promises import (
            register_promise_words,
            register_promises,
        )
        from moksori.collect.reads import receipts
        from moksori.collect.replies import register_bounces, register_letters
        from moksori.share.channels.calendar.entries import register_entries
        from moksori.share.sections import register

        register_entries("act.due", due_entries)
        register(due.KEY, order=25, compose=due.compose)
        register_letters(case_letter)
        register_bounces(take_bounce)
        receipts.register("act.actions", told.news_of_actions)
        register_complaints("act.cases", waiting.customers_waiting)
        register_promises("act.promises", keep_promises)
        register_promise_words("act.promises", promise_words)
