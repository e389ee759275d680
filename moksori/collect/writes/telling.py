"""Webhooks out at work: notes become messages, messages are tried until heard."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from moksori.base.audit import writes as audit
from moksori.base.outbound import OutboundError, fetch
from moksori.base.outbound.answer import Answer
from moksori.base.sealed import Broken, unseal
from moksori.base.warehouse import outbox
from moksori.collect.models import Hook, HookMessage, HookTry
from moksori.collect.out import events, signing
from moksori.collect.writes.hooks import new_message
from moksori.collect.writes.review import put_up

READER, TOPIC = "hooks", "feedback"
NOTES = 50
AT_ONCE = 100  # feedbacks in one message
# As Standard Webhooks suggests: heard within seconds, or within three days.
WAITS = tuple(
    timedelta(seconds=s)
    for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
LONGEST_WAIT = timedelta(days=1)
FAILING_DAYS = 5
KEPT = timedelta(days=30)
SECONDS = 10.0
ANSWER = 4_096  # bytes kept of an answer
TURN = 60.0  # seconds that one job works on a hook
LEASE = timedelta(minutes=3)
MOST_FAILURES = 3  # in a row: the receiver is left alone until the next turn

State = HookMessage.State


def is_waiting() -> bool:
    """Whether there are notes to spread or messages to send."""
    return outbox.waiting(READER, TOPIC) > 0 or bool(due_hooks())


def spread() -> int:
    """Turn the notes since the last time into messages; returns how many."""
    made = 0
    with outbox.reading(READER) as is_ours:
        while is_ours and (batch := outbox.take(READER, TOPIC, NOTES)):
            with transaction.atomic():
                if not outbox.advance(batch):
                    break
                made += spread_notes(batch.payloads)
    return made


def due_hooks() -> list[int]:
    """Hooks with something to send now, and nobody at work on them."""
    free = Q(hook__claimed_until=None) | Q(hook__claimed_until__lt=timezone.now())
    due = _due().filter(free)
    return list(due.order_by().values_list("hook_id", flat=True).distinct())


def deliver(hook_id: int) -> bool:
    """Send what is due to one hook for at most a minute; True if more is due.

    One worker at a time; its claim ends by itself if it dies. A receiver may then get
    a message twice, under the same id.
    """
    if not _claimed(hook_id):
        return False
    try:
        return _sent(Hook.objects.select_related("member", "unit").get(pk=hook_id))
    finally:
        Hook.objects.filter(pk=hook_id).update(claimed_until=None)


def forget_messages() -> int:
    """Messages that are done, and their answers, go after a month."""
    old = HookMessage.objects.filter(created_at__lt=timezone.now() - KEPT)
    return old.exclude(state=State.WAITING, hook__stopped="").delete()[0]


def _due() -> Any:
    return HookMessage.objects.filter(
        state=State.WAITING, next_try_at__lte=timezone.now(), hook__stopped=""
    )


def spread_notes(notes: Sequence[Mapping[str, Any]]) -> int:
    """These notes as messages to every hook that may tell of them."""
    hooks = list(Hook.objects.filter(stopped="").select_related("member", "unit"))
    return sum(_spread_to(hook, notes) for hook in hooks)


def _spread_to(hook: Hook, notes: Sequence[Mapping[str, Any]]) -> int:
    if not hook.member.is_active:
        _stop(hook, Hook.Stopped.LEFT)
        return 0
    made = 0
    if events.STORED in hook.topics:
        ids = sorted({id for note in notes for id in note.get("ids", ())})
        for part in _parts(ids):
            told = list(events.told_of(part, hook).values_list("pk", flat=True))
            made += _noted(hook, events.STORED, told)
    if events.REMOVED in hook.topics:
        for note in notes:
            gone = note.get("removed", ())
            if gone and events.may_tell_removed(note.get("unit"), hook):
                made += sum(
                    _noted(hook, events.REMOVED, part) for part in _parts(list(gone))
                )
    return made


def _noted(hook: Hook, topic: str, ids: list[int]) -> int:
    if not ids:
        return 0
    new_message(hook, topic, {"ids": ids})
    return 1


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _claimed(hook_id: int) -> bool:
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    rows = Hook.objects.filter(free, pk=hook_id, stopped="")
    return bool(rows.update(claimed_until=now + LEASE))


def _sent(hook: Hook) -> bool:
    end = time.monotonic() + TURN
    failures = 0
    while time.monotonic() < end and failures < MOST_FAILURES:
        message = _due().filter(hook=hook).order_by("id").first()
        if message is None:
            return False
        message.hook = hook
        failures = 0 if _tried(message) else failures + 1
        hook.refresh_from_db(fields=["stopped"])
    return failures < MOST_FAILURES and _due().filter(hook=hook).exists()


def _tried(message: HookMessage) -> bool:
    """One attempt, noted; whether the receiver has it (or there is nothing to have)."""
    body = events.body_of(message) if message.hook.member.is_active else None
    if body is None:
        _done(message, State.NOTHING)
        return True
    started = time.monotonic()
    answer, problem = _posted(message, body)
    attempt = HookTry(
        message=message,
        status=answer.status if answer else None,
        milliseconds=int((time.monotonic() - started) * 1000),
        problem=problem,
        answer=_readable(answer.body) if answer else "",
    )
    is_heard = answer is not None and answer.is_good
    with transaction.atomic():
        attempt.save()
        if is_heard:
            _done(message, State.DELIVERED)
            Hook.objects.filter(pk=message.hook_id).update(failing_since=None)
        else:
            _failed(message, answer)
    return is_heard


def _posted(message: HookMessage, body: bytes) -> tuple[Answer | None, dict[str, Any]]:
    hook = message.hook
    now = timezone.now()
    try:
        valid = [unseal(hook.secret)]
        if hook.old_secret and hook.old_until and hook.old_until > now:
            valid.append(unseal(hook.old_secret))
        signed = signing.headers(
            valid, message_id=message.public_id, at=int(now.timestamp()), body=body
        )
        answer = fetch(
            hook.url,
            method="POST",
            headers={"content-type": "application/json", **signed},
            body=body,
            largest=ANSWER,
            seconds=SECONDS,
        )
    except OutboundError as error:
        facts = {name: str(value) for name, value in error.facts.items()}
        return None, {"template": error.template, "facts": facts}
    except Broken as error:
        return None, {"template": str(error.message), "facts": {}}
    return answer, {}


def _readable(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\x00", "")


def _done(message: HookMessage, state: State) -> None:
    HookMessage.objects.filter(pk=message.pk).update(
        state=state, done_at=timezone.now(), tries=message.tries + 1
    )


def _failed(message: HookMessage, answer: Answer | None) -> None:
    now = timezone.now()
    hook = message.hook
    if answer is not None and answer.status == 410:
        _stop(hook, Hook.Stopped.GONE)
        return
    tries = message.tries + 1
    if tries > len(WAITS):
        HookMessage.objects.filter(pk=message.pk).update(
            state=State.GAVE_UP, done_at=now, tries=tries
        )
    else:
        wait = WAITS[tries - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
        asked = answer.wait() if answer is not None else None
        if asked is not None:
            wait = max(wait, min(timedelta(seconds=asked), LONGEST_WAIT))
        HookMessage.objects.filter(pk=message.pk).update(
            next_try_at=now + wait, tries=tries
        )
    Hook.objects.filter(pk=hook.pk, failing_since=None).update(failing_since=now)
    hook.refresh_from_db(fields=["failing_since"])
    if hook.failing_since and now - hook.failing_since > timedelta(days=FAILING_DAYS):
        _stop(hook, Hook.Stopped.FAILING)


def _stop(hook: Hook, why: Hook.Stopped) -> None:
    """Turned off by the system: noted, put up for a person, and its member told."""
    with transaction.atomic():
        if not Hook.objects.filter(pk=hook.pk, stopped="").update(stopped=why):
            return
        hook.stopped = why
        audit.record("stop_hook", hook, by=None, why=why.value)
        put_up(
            "hook",
            hook.unit_id,
            key=f"hook-{hook.pk}-{timezone.now():%Y%m%d%H%M%S}",
            evidence={"hook": hook.pk, "name": hook.name, "why": why.value},
            about=hook,
        )
    if settings.MOKSORI_MAIL_IS_SENT and hook.member.is_active:
        _write_to_member(hook)


def _write_to_member(hook: Hook) -> None:
    with override(hook.member.language):
        subject = _("The webhook “{name}” was turned off").format(name=hook.name)
        why = str(Hook.Stopped(hook.stopped).label)
    address = f"{settings.MOKSORI_BASE_URL}/collect/hooks/{hook.pk}/"
    send_mail(
        subject, f"{why}\n\n{address}\n", None, [hook.member.email], fail_silently=True
    )
