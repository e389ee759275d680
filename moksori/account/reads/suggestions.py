"""What a verdict suggests for the pain point; a person decides."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moksori.account.models import Effect
from moksori.act.models import Action
from moksori.understand.models import PainPoint

_State = PainPoint.State
_UNDER_WAY = {_State.PLANNED, _State.ACTING, _State.VERIFYING, _State.REOPENED}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The state to move to, why, and the words on the button."""

    state: str
    why: str | Promise
    button: str | Promise


RESOLVED = Suggestion(
    _State.RESOLVED,
    _("The fall is proven. If it is small enough now, it can count as resolved."),
    _("Mark as resolved"),
)
REOPENED = Suggestion(
    _State.REOPENED,
    _("It counts as resolved, but it got worse. It should be looked at again."),
    _("Open it again"),
)
VERIFYING = Suggestion(
    _State.VERIFYING,
    _("The action is done; now the pain point should be watched."),
    _("Watch it"),
)


def suggestion(effect: Effect, pain: PainPoint) -> Suggestion | None:
    """What the newest effect suggests, unless the state says so already."""
    if Effect.objects.filter(action=effect.action_id, pk__gt=effect.pk).exists():
        return None
    if effect.verdict == Effect.Verdict.PROVEN and pain.state in _UNDER_WAY:
        return RESOLVED
    if effect.verdict == Effect.Verdict.WORSE and pain.state == _State.RESOLVED:
        return REOPENED
    is_done = effect.action.status == Action.Status.DONE
    if is_done and pain.state in {_State.PLANNED, _State.ACTING}:
        return VERIFYING
    return None
