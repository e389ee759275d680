"""Promises to customers: made, handed on, kept or broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.act.models import Promise
from moksori.act.writes.cases import checked_text
from moksori.base.audit import writes as audit
from moksori.base.customers.models import Account
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.field.rules import owner_of
from moksori.collect.field.told import Promised, must_be_meant
from moksori.collect.models import Visit

State = Promise.State
ENDS = {
    State.KEPT: "keep_promise",
    State.BROKEN: "break_promise",
    State.FREED: "free_promise",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A promise as somebody writes it down; without `owner` the writer has it."""

    text: str
    due: date
    account: Account | None = None
    whom: str = ""
    owner: Member | None = None


def keep_promises(visit: Visit, promised: Sequence[Promised], by: Member) -> list[str]:
    """The promises of a visit; called again with each correction of it.

    An open one follows the words and the day of the correction; who has it stays. What
    a correction no longer names stays too: it was said to a customer, and only a
    person ends it.
    """
    doubts = []
    known = {row.key: row for row in Promise.objects.filter(visit=visit)}
    for told in promised:
        if told.id in known:
            _follow(known[told.id], told, by)
            continue
        owner = owner_of(told.owner, visit, by)
        doubts += [] if owner else ["owner"]
        _made(
            Promise(
                unit_id=visit.unit_id, region_id=visit.region_id, visit=visit,
                account_id=visit.account_id, whom=visit.whom, key=told.id,
                text=told.text, due=told.due, owner=owner or by, made_by=by,
            ),
            by,
        )  # fmt: skip
    return doubts


@transaction.atomic
def make_promise(said: Said, *, unit: Unit, by: Member) -> Promise:
    """One that was made elsewhere than on a visit: in a reply, on the phone."""
    text = checked_text(said.text, field="text")
    if not text:
        raise UserError(_("Write what was promised."), field="text")
    must_be_meant(said.due, field="due")
    account = said.account
    promise = Promise(
        unit_id=account.unit_id if account else unit.pk,
        region_id=account.region_id if account else None,
        account=account,
        whom=said.whom or (account.name if account else ""),
        text=text,
        due=said.due,
        owner=said.owner or by,
        made_by=by,
    )
    by.must(Ability.READ, promise)
    must_be_able(promise, said.owner or by)
    _made(promise, by)
    return promise


@transaction.atomic
def hand_promise(promise: Promise, owner: Member, *, by: Member) -> Promise:
    """Somebody else looks after it from now on, and may hand it on in turn."""
    promise = _open(promise, by=by)
    must_be_able(promise, owner)
    before, promise.owner = promise.owner_id, owner
    if before != owner.pk:
        promise.save(update_fields=["owner"])
        audit.record("hand_promise", promise, by=by, before=before, owner=owner.pk)
    return promise


@transaction.atomic
def move_promise(promise: Promise, due: date, *, by: Member) -> Promise:
    """Another day, agreed with the customer; the log keeps the one before."""
    must_be_meant(due, field="due")
    promise = _open(promise, by=by)
    before, promise.due = promise.due, due
    if before != due:
        promise.save(update_fields=["due"])
        audit.record("move_promise", promise, by=by, before=before, due=due)
    return promise


@transaction.atomic
def end_promise(promise: Promise, state: str, outcome: str, *, by: Member) -> Promise:
    """Kept, broken or no longer needed; whoever does not keep one says why."""
    if state not in ENDS:
        raise UserError(_("Say whether it was kept."), field="state")
    promise = _open(promise, by=by)
    promise.outcome = checked_text(outcome, field="outcome")
    if not promise.outcome and state != State.KEPT:
        raise UserError(
            _("Say in a few words why, so that the next one is kept."), field="outcome"
        )
    promise.state, promise.ended_at = state, timezone.now()
    promise.save(update_fields=["outcome", "state", "ended_at"])
    late = max(0, (timezone.localdate() - promise.due).days)
    audit.record(ENDS[State(state)], promise, by=by, late=late)
    return promise


@transaction.atomic
def reopen_promise(promise: Promise, *, by: Member) -> Promise:
    """It was ended by mistake."""
    promise = _locked(promise)
    must_work(promise, by)
    if promise.is_over:
        promise.state, promise.ended_at = State.OPEN, None
        promise.save(update_fields=["state", "ended_at"])
        audit.record("reopen_promise", promise, by=by)
    return promise


def may_work(promise: Promise, by: Member) -> bool:
    """Who has it, who made it, and whoever may act or assign in its unit."""
    if by.pk in {promise.owner_id, promise.made_by_id}:
        return by.may(Ability.READ, promise)
    return by.may(Ability.ACT, promise) or by.may(Ability.ASSIGN, promise)


def must_work(promise: Promise, by: Member) -> None:
    if not may_work(promise, by):
        raise NotAllowed(
            _("Who has this promise or made it can do that, or a team leader.")
        )


def must_be_able(promise: Promise, owner: Member) -> None:
    """Executives promise too, so whoever may read it may have it."""
    if not owner.is_active or not owner.may(Ability.READ, promise):
        raise UserError(
            _("This member cannot see this promise. Choose somebody who can."),
            field="owner",
        )


def _made(promise: Promise, by: Member) -> None:
    promise.save(force_insert=True)
    audit.record(
        "make_promise", promise, by=by, owner=promise.owner_id, due=promise.due
    )


def _follow(promise: Promise, told: Promised, by: Member) -> None:
    if promise.is_over or (promise.text, promise.due) == (told.text, told.due):
        return
    before, promise.text, promise.due = promise.due, told.text, told.due
    promise.save(update_fields=["text", "due"])
    audit.record("move_promise", promise, by=by, before=before, due=told.due)


def _open(promise: Promise, *, by: Member) -> Promise:
    promise = _locked(promise)
    must_work(promise, by)
    if promise.is_over:
        raise Conflict(_("This promise has ended. Take it up again first."))
    return promise


def _locked(promise: Promise) -> Promise:
    """The row as it is now; somebody else may have changed it since it was shown."""
    return Promise.objects.select_for_update(no_key=True).get(pk=promise.pk)
