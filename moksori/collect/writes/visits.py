"""One visit to a connection: ask, store with the cursor, say when to come again."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from moksori.base.errors import Conflict, UserError
from moksori.base.outbound import OutboundError
from moksori.base.sealed import unseal
from moksori.collect.models import Feedback, Poll, Stream
from moksori.collect.models.streams import LONGEST, SHORTEST
from moksori.collect.sources.connector import Known, Page, Task, live
from moksori.collect.sources.reach import BUDGET, Gone, Later, Reach
from moksori.collect.tables.messages import Unreadable
from moksori.collect.writes.feedback import MOST, add_many
from moksori.collect.writes.removing import remove_gone
from moksori.collect.writes.streams import call_by_title, key_of

State = Stream.State
QUEUED = timedelta(minutes=20)  # until a visit that was asked for counts as lost
LOOKED_BACK = timedelta(days=30)
PATIENCE = 40  # failures, the later ones a day apart, before we stop asking
KEPT = timedelta(days=30)
MOST_AT_ONCE = 200

logger = logging.getLogger(__name__)


def due() -> QuerySet[Stream]:
    return Stream.objects.filter(state=State.ON, next_at__lte=timezone.now())


def ask_for_visits() -> int:
    """Have every connection that is due visited in the background; how many."""
    return sum(ask_for_visit(stream) for stream in due()[:MOST_AT_ONCE])


def ask_for_visit(stream: Stream) -> bool:
    """Have it visited soon; False if somebody else has asked this moment."""
    from moksori.collect.jobs import visit_stream  # noqa: PLC0415 - jobs call us

    with transaction.atomic():
        turn = _turn(stream)
        if turn:
            visit_stream.enqueue(stream.pk, turn.isoformat())
    return turn is not None


def _turn(stream: Stream) -> datetime | None:
    """The right to visit, as the moment at which it ends; of several, one gets it."""
    turn = timezone.now() + QUEUED
    won = Stream.objects.filter(
        pk=stream.pk, state=State.ON, next_at=stream.next_at
    ).update(next_at=turn)
    return turn if won else None


def visit_now(stream: Stream) -> Poll | None:
    """Visit at once, in this process; None if somebody else does so."""
    turn = _turn(stream)
    return visit(stream.pk, turn.isoformat()) if turn else None


def visit(stream_id: int, turn: str) -> Poll | None:
    """The visit that `turn` gives the right to; killed, it may be called again.

    Whatever the other side does, this ends within seconds and says what happened.
    """
    right = datetime.fromisoformat(turn)
    stream = (
        Stream.objects.select_related("source__unit")
        .filter(pk=stream_id, state=State.ON, next_at=right)
        .first()
    )
    if stream is None:
        return None
    began = time.monotonic()
    poll = Poll(stream=stream)
    outcome = _Outcome()
    try:
        _read(stream, poll, outcome)
    except (Unreadable, OutboundError) as error:
        outcome.failed = error
    except Conflict:
        return None  # paused, or taken over, while we read
    except UserError as error:
        outcome.failed = Unreadable(_said(error))
    except Exception:
        logger.exception("connection %s: the answer was not understood", stream.pk)
        outcome.failed = Unreadable(
            _("The answer was not understood. It was noted in the server’s log.")
        )
    poll.seconds = round(time.monotonic() - began, 3)
    _finish(stream, poll, outcome, right)
    return poll


class _Outcome:
    """What a visit says about the next one."""

    def __init__(self) -> None:
        self.failed: Unreadable | OutboundError | None = None
        self.pause = 0.0
        self.is_unfinished = False


def _said(error: UserError) -> str:
    # It is formatted later: what it holds already must not look like places.
    return str(error.message).replace("{", "(").replace("}", ")")


def _read(stream: Stream, poll: Poll, outcome: _Outcome) -> None:
    _connector, reader = live(stream.kind)
    reach = Reach(stream.validators, seconds=BUDGET, obeys_robots=reader.obeys_robots)
    try:
        for page in reader.pages(_task(stream), reach):
            _keep(stream, page, reach, poll)
            outcome.pause = max(outcome.pause, page.pause)
        outcome.is_unfinished = reach.is_over
        # What was asked after the last page brought nothing to store.
        _update(stream, validators=reach.validators)
    finally:
        poll.requests, poll.unmodified = reach.requests, reach.unmodified


def _task(stream: Stream) -> Task:
    def known(after: int, count: int) -> Sequence[Known]:
        rows = Feedback.objects.filter(
            source_id=stream.source_id,
            pk__gt=after,
            occurred_at__gte=timezone.now() - LOOKED_BACK,
        ).exclude(fingerprint="deleted")
        found = rows.order_by("pk").values_list("pk", "external_id", "raw")[:count]
        return [Known(*row) for row in found]

    return Task(
        given=stream.given,
        cursor=stream.cursor,
        since=stream.since,
        secret=unseal(stream.secret) if stream.secret else "",
        known=known,
    )


@transaction.atomic
def _keep(stream: Stream, page: Page, reach: Reach, poll: Poll) -> None:
    """Records, what is gone, cursor and validators: all of it or nothing."""
    for start in range(0, len(page.records), MOST):
        some = page.records[start : start + MOST]
        stored = add_many(some, source=stream.source, by=None)
        poll.added += stored.added
        poll.revised += stored.revised
        poll.unchanged += stored.unchanged
    poll.removed += remove_gone(stream.source, page.gone, by=None)
    facts: dict[str, Any] = {
        "cursor": dict(page.cursor),
        "validators": reach.validators,
    }
    if not _update(stream, **facts):
        raise Conflict(_("Somebody else goes on with this."))
    if page.title:
        call_by_title(stream, page.title)
    if page.given and dict(page.given) != stream.given:
        _move(stream, page)


def _update(stream: Stream, **facts: Any) -> bool:
    rows = Stream.objects.filter(pk=stream.pk, state=State.ON, next_at=stream.next_at)
    return bool(rows.update(**facts))


def _move(stream: Stream, page: Page) -> None:
    """The other side has moved for good; a connection there already wins."""
    given = live(stream.kind)[1].checked(page.given or {})
    try:
        with transaction.atomic():
            _update(stream, given=given, key=key_of(stream.kind, given))
    except IntegrityError:
        logger.info("connection %s: its new address is read already", stream.pk)


def _finish(stream: Stream, poll: Poll, outcome: _Outcome, right: datetime) -> None:
    failed = outcome.failed
    facts = _failure(stream, failed) if failed else _success(stream, poll, outcome)
    if failed:
        poll.problem = {"template": failed.template, "facts": failed.facts}
    with transaction.atomic():
        poll.save()
        # Paused meanwhile: nothing of this is to undo that.
        Stream.objects.filter(pk=stream.pk, state=State.ON, next_at=right).update(
            last_at=poll.at, problem=poll.problem, **facts
        )


def _success(stream: Stream, poll: Poll, outcome: _Outcome) -> dict[str, Any]:
    is_new = bool(poll.added or poll.revised)
    every = stream.every // 2 if is_new else stream.every * 3 // 2
    every = min(LONGEST, max(SHORTEST, every))
    wait = min(LONGEST, max(every, outcome.pause))
    if outcome.is_unfinished:
        wait = 30.0
    facts: dict[str, Any] = {"every": every, "failures": 0, "next_at": _after(wait)}
    if is_new:
        facts["last_new_at"] = poll.at
    return facts


def _failure(stream: Stream, error: Unreadable | OutboundError) -> dict[str, Any]:
    failures = stream.failures + 1
    wait = float(min(LONGEST, SHORTEST * 2 ** min(failures, 12)))
    if isinstance(error, Later):
        wait = max(wait, min(error.wait, 7.0 * LONGEST))
    facts: dict[str, Any] = {"failures": failures, "next_at": _after(wait)}
    if isinstance(error, Gone) or failures >= PATIENCE:
        facts["state"] = State.STOPPED
    return facts


def _after(seconds: float) -> datetime:
    """So much later, more or less: connections made together shall not stay so."""
    spread = random.uniform(1.0, 1.1)  # noqa: S311
    return timezone.now() + timedelta(seconds=seconds * spread)


def forget_visits() -> int:
    """Delete what was noted of visits a month ago; how many."""
    return Poll.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
