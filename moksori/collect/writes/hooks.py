"""Webhooks out: made, changed, turned off and on, tested and told again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.outbound.addresses import place_of
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.base.sealed import seal
from moksori.base.storable import one_line
from moksori.collect.models import Hook, HookMessage
from moksori.collect.out.events import TEST, TOPICS
from moksori.collect.out.signing import new_secret
from moksori.collect.reads.feedback import FeedbackFilters

MOST = 50  # of one unit
CHANGE_OVER = timedelta(hours=24)
NARROWING = frozenset(FeedbackFilters.model_fields) - {"days", "batch"}


@dataclass(frozen=True, slots=True)
class HookWishes:
    """What a hook shall do."""

    name: str
    url: str
    topics: Sequence[str] = tuple(TOPICS)
    filters: Mapping[str, str] = field(default_factory=dict)
    has_texts: bool = False


@transaction.atomic
def add_hook(wishes: HookWishes, *, unit: Unit, by: Member) -> tuple[Hook, str]:
    """A new hook on behalf of the member, and its secret, which is shown once."""
    must_tell(unit.pk, by=by)
    if Hook.objects.filter(unit=unit).count() >= MOST:
        raise UserError(_("A unit has at most fifty webhooks. Remove one first."))
    secret = new_secret()
    hook = Hook(unit=unit, member=by, secret=seal(secret), **_checked(wishes))
    hook.save()
    audit.record("add_hook", hook, by=by, has_texts=hook.has_texts)
    return hook, secret


@transaction.atomic
def change_hook(hook: Hook, wishes: HookWishes, *, by: Member) -> Hook:
    """Other wishes; whoever changes it answers for it from now on."""
    must_tell(hook.unit_id, by=by)
    for name, value in _checked(wishes).items():
        setattr(hook, name, value)
    hook.member = by
    hook.save()
    audit.record("change_hook", hook, by=by, has_texts=hook.has_texts)
    return hook


@transaction.atomic
def renew_secret(hook: Hook, *, by: Member) -> str:
    """A new secret, shown once; the one before stays valid for a day."""
    must_tell(hook.unit_id, by=by)
    secret = new_secret()
    hook.old_secret, hook.old_until = hook.secret, timezone.now() + CHANGE_OVER
    hook.secret = seal(secret)
    hook.save(update_fields=["secret", "old_secret", "old_until"])
    audit.record("renew_hook_secret", hook, by=by)
    return secret


@transaction.atomic
def turn_off(hook: Hook, *, by: Member) -> None:
    """It tells nothing from now on; what waits, waits."""
    by.must(Ability.IMPORT, hook)
    hook.stopped = Hook.Stopped.MEMBER
    hook.save(update_fields=["stopped"])
    audit.record("turn_off_hook", hook, by=by)


@transaction.atomic
def turn_on(hook: Hook, *, by: Member) -> None:
    """It tells again, on behalf of whoever turned it on, beginning with what waits."""
    must_tell(hook.unit_id, by=by)
    hook.stopped, hook.failing_since, hook.member = "", None, by
    hook.save(update_fields=["stopped", "failing_since", "member"])
    waiting = HookMessage.objects.filter(hook=hook, state=HookMessage.State.WAITING)
    waiting.update(next_try_at=timezone.now())
    audit.record("turn_on_hook", hook, by=by)


@transaction.atomic
def remove_hook(hook: Hook, *, by: Member) -> None:
    by.must(Ability.IMPORT, hook)
    audit.record("remove_hook", hook, by=by)
    hook.delete()


@transaction.atomic
def test_hook(hook: Hook, *, by: Member) -> HookMessage:
    """A message that says nothing but that it arrives."""
    must_tell(hook.unit_id, by=by)
    audit.record("test_hook", hook, by=by)
    return new_message(hook, TEST, {})


@transaction.atomic
def tell_again(message: HookMessage, *, by: Member) -> HookMessage:
    """Once more under the same id, so that a receiver who had it knows it again."""
    must_tell(message.unit_id, by=by)
    if not message.hook.is_on:
        raise Conflict(_("Turn the webhook on first."))
    message.state = HookMessage.State.WAITING
    message.tries, message.next_try_at, message.done_at = 0, timezone.now(), None
    message.save(update_fields=["state", "tries", "next_try_at", "done_at"])
    audit.record("tell_again", message, by=by)
    return message


@transaction.atomic
def tell_all_again(hook: Hook, *, by: Member) -> int:
    """Everything that was given up, once more; returns how many."""
    must_tell(hook.unit_id, by=by)
    given_up = HookMessage.objects.filter(hook=hook, state=HookMessage.State.GAVE_UP)
    count = given_up.update(
        state=HookMessage.State.WAITING,
        tries=0,
        next_try_at=timezone.now(),
        done_at=None,
    )
    audit.record("tell_all_again", hook, by=by, count=count)
    return count


def new_message(hook: Hook, topic: str, note: dict[str, Any]) -> HookMessage:
    return HookMessage.objects.create(
        hook=hook, topic=topic, note=note, public_id=f"msg_{secrets.token_hex(12)}"
    )


def must_tell(unit_id: int, *, by: Member) -> None:
    """A hook tells what its member reads; so it takes both abilities."""
    by.must(Ability.IMPORT, InUnit(unit_id))
    by.must(Ability.READ, InUnit(unit_id))


def _checked(wishes: HookWishes) -> dict[str, Any]:
    name = one_line(wishes.name, field="name")
    if not name or len(name) > 80:
        raise UserError(
            _("Give the webhook a name of at most 80 characters."), field="name"
        )
    topics = [topic for topic in TOPICS if topic in set(wishes.topics)]
    if not topics or set(wishes.topics) - set(TOPICS):
        raise UserError(_("Choose what the webhook shall tell."), field="topics")
    return {
        "name": name,
        "url": _good_url(wishes.url),
        "topics": topics,
        "filters": _good_filters(wishes.filters),
        "has_texts": wishes.has_texts,
    }


def _good_url(url: str) -> str:
    url = url.strip()
    try:
        place = place_of(url)
    except UserError as error:
        raise UserError(error.message, field="url") from None
    if place.scheme != "https" and not place.is_named:
        raise UserError(
            _("Feedback leaves encrypted only: write an address with https://."),
            field="url",
        )
    return url


def _good_filters(filters: Mapping[str, str]) -> dict[str, str]:
    given = {name: value for name, value in filters.items() if value}
    if set(given) - NARROWING:
        raise UserError(
            _("Webhooks are narrowed down by: {names}.").format(
                names=", ".join(sorted(NARROWING))
            ),
            field="filters",
        )
    try:
        FeedbackFilters(**given)
    except ValidationError:
        raise UserError(_("A condition is a short text."), field="filters") from None
    return given
