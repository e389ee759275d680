"""The section of an edition with what was proven: results are shared with everybody."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.account.models import Effect
from moksori.account.reads.methods import among, difference
from moksori.share.sections import Asked
from moksori.share.sections.blocks import Line, Part, Tone

KEY = "proven"
MOST = 2
NEWS_FOR = timedelta(days=14)


def compose(asked: Asked) -> Part | None:
    """What was found proven, or worse, for the first time in the last two weeks."""
    rows: models.QuerySet[Effect] = Effect.objects.visible_to(asked.member)
    told = {Effect.Verdict.PROVEN, Effect.Verdict.WORSE}
    recent = rows.filter(
        verdict__in=told, computed_at__gte=timezone.now() - NEWS_FOR
    ).select_related("action__pain_point__theme", "action__owner")
    news = [effect for effect in recent.order_by("-id") if _is_news(effect)]
    if not news:
        return None
    lines = tuple(_line(effect) for effect in news[:MOST])
    return Part(KEY, _("What our actions changed"), lines)


def _is_news(effect: Effect) -> bool:
    """The verdict is the newest of its action, and new."""
    others = Effect.objects.filter(action=effect.action_id)
    if others.filter(pk__gt=effect.pk).exists():
        return False
    before = others.filter(pk__lt=effect.pk).first()
    return before is None or before.verdict != effect.verdict


def _line(effect: Effect) -> Line:
    proven = effect.verdict == Effect.Verdict.PROVEN
    change = difference(effect, effect.value or 0.0)
    low = difference(effect, effect.low or 0.0)
    high = difference(effect, effect.high or 0.0)
    return Line(
        title=effect.action.title,
        change=f"{effect.get_verdict_display()} · {change}",
        note=_note(effect)
        % {
            "pain": effect.action.pain_point.name,
            "low": low,
            "high": high,
            "n": effect.controls,
        },
        tone=(Tone.GOOD if proven else Tone.HURT).value,
        path=reverse("account:effect", args=[effect.pk]),
    )


def _note(effect: Effect) -> str:
    if among(effect) == "theme":
        return _(
            "“%(pain)s”, 95%% interval %(low)s to %(high)s, compared with %(n)s "
            "untouched themes"
        )
    return _(
        "“%(pain)s”, 95%% interval %(low)s to %(high)s, compared with %(n)s untouched "
        "places"
    )
