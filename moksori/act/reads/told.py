"""What a customer's own receipt says of what was done about their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from moksori.act.models import Action
from moksori.collect.models import Feedback
from moksori.collect.reads.receipts import News
from moksori.understand.models import Mention, Theme

ASKS = (Mention.Kind.COMPLAINT, Mention.Kind.REQUEST)


def news_of_actions(feedback_id: int, language: str) -> list[News]:
    """Actions about what this feedback complained of or asked for, since it came.

    Only the theme is named: titles, owners and plans are the house's own words.
    """
    feedback = Feedback.objects.filter(pk=feedback_id).first()
    if feedback is None:
        return []
    themes = Mention.objects.filter(feedback=feedback, kind__in=ASKS).values("theme")
    actions = Action.objects.filter(
        pain_point__theme__in=themes,
        status__in=(Action.Status.ACTING, Action.Status.DONE),
        started_at__gte=feedback.received_at,
    ).select_related("pain_point__theme")
    found = {(one.at, one.title, one.text): one for one in _told(actions, language)}
    return list(found.values())


def _told(actions: Iterable[Action], language: str) -> Iterator[News]:
    for action in actions:
        theme = action.pain_point.theme
        name = _name(theme, language) if theme else ""
        if action.started_at:
            yield News(action.started_at, _("We began to do something about it."), name)
        if action.status == Action.Status.DONE and action.ended_at:
            yield News(action.ended_at, _("What was planned for it is done."), name)


def _name(theme: Theme, language: str) -> str:
    return theme.name_en if language == "en" and theme.name_en else theme.name_ko
