"""A webhook that was turned off because nobody heard it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moksori.base.people.models import Member
from moksori.collect.models import Hook, HookTry, ReviewItem
from moksori.collect.review.kind import Decision, ReviewKind


def _hook(item: ReviewItem) -> Hook | None:
    return Hook.objects.filter(pk=item.evidence.get("hook")).first()


def _title(item: ReviewItem) -> str:
    return gettext("The webhook “{name}” was turned off").format(
        name=item.evidence.get("name", "")
    )


def _evidence(item: ReviewItem, _by: Member) -> Mapping[str, Any]:
    attempts = HookTry.objects.filter(message__hook_id=item.evidence.get("hook"))
    return {
        "hook": _hook(item),
        "why": Hook.Stopped(item.evidence.get("why", "")).label,
        "attempts": list(attempts.order_by("-id")[:5]),
    }


def _turn_on(item: ReviewItem, by: Member) -> None:
    from moksori.collect.writes.hooks import turn_on  # noqa: PLC0415 - it puts us up

    hook = _hook(item)
    if hook is not None:
        turn_on(hook, by=by)


def _turn_off(item: ReviewItem, by: Member) -> None:
    from moksori.collect.writes.hooks import turn_off  # noqa: PLC0415 - as above

    hook = _hook(item)
    if hook is not None:
        turn_off(hook, by=by)


kind = ReviewKind(
    code="hook",
    title=_("Webhooks that were turned off"),
    evidence_template="collect/review/_hook.html",
    decisions=(
        Decision("on", _("Turn it on again"), "o", do=_turn_on, undo=_turn_off),
        Decision("off", _("It stays off"), "x", is_dismissal=True),
    ),
    title_of=_title,
    evidence_of=_evidence,
)
