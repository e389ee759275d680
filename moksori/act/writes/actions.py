"""Plan, start, finish and drop actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.act.models import Action
from moksori.act.writes.cases import checked_text
from moksori.act.writes.owners import must_hand
from moksori.act.writes.places import checked_places, keep_places, places_of
from moksori.act.writes.plans import Plan, checked_plan, columns, plan_of
from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.understand.models import PainPoint
from moksori.understand.writes.pains import (
    may_triage,
    move_pain_point,
)

TIME_TO_UNDO = timedelta(minutes=10)
WHAT_CUSTOMERS_FEEL = ("start_on", "expected_change", "measure", "places")


def plan_action(
    pain_point: PainPoint,
    plan: Plan,
    *,
    by: Member,
    owner: Member | None = None,
    unit: Unit | None = None,
) -> Action:
    """An action of `unit` (by default the widest one where `by` may act)."""
    unit = unit or acting_unit(pain_point, by=by)
    plan = checked_plan(plan)
    places = checked_places(plan.places, pain_point, plan.start_on)
    action = Action(pain_point=pain_point, unit=unit, planned_by=by, **columns(plan))
    by.must(Ability.ACT, action)
    if owner is not None:
        must_hand(action, owner, by=by)
        action.owner = owner
    with transaction.atomic():
        action.save(force_insert=True)
        keep_places(action, places)
        _pain_follows(action, to=PainPoint.State.PLANNED, by=by)
        audit.record(
            "plan_action",
            action,
            by=by,
            pain_point=pain_point.pk,
            owner=action.owner_id,
            start_on=plan.start_on,
            expected_change=plan.expected_change,
            places=len(places),
        )
    return action


def may_plan(pain_point: PainPoint, *, by: Member) -> bool:
    return _acting_unit(pain_point, by) is not None


def acting_unit(pain_point: PainPoint, *, by: Member) -> Unit:
    """The pain point's own unit, or the highest below it where the member may act."""
    found = _acting_unit(pain_point, by)
    if found is None:
        raise NotAllowed(
            _("Your role does not include this. Ask an administrator for it."),
            ability=Ability.ACT.value,
        )
    return found


def _acting_unit(pain_point: PainPoint, by: Member) -> Unit | None:
    inside = Unit.objects.filter(
        path__startswith=pain_point.unit.path, pk__in=by.scope(Ability.ACT).units
    )
    return inside.order_by("path").first()


@transaction.atomic
def change_plan(action: Action, plan: Plan, *, by: Member) -> Action:
    """Change the plan. What was expected stays as it is once the action has started."""
    action = _running(action, by=by)
    plan = checked_plan(plan)
    places = checked_places(plan.places, action.pain_point, plan.start_on)
    before = {**columns(plan_of(action)), "places": places_of(action)}
    after = {**columns(plan), "places": places}
    changed = [name for name in after if before[name] != after[name]]
    if action.has_started and set(changed) & set(WHAT_CUSTOMERS_FEEL):
        raise Conflict(
            _(
                "This action has started. What it should move, and from when, was "
                "written down before, so that nobody can fit it to the result. Plan "
                "another action, or say in a comment what you have learned."
            ),
            field="expected_change",
        )
    if changed:
        _keep_plan(action, after, changed)
        facts = {name: after[name] for name in changed if name in _LOGGED}
        audit.record("change_plan", action, by=by, changed=changed, **facts)
    return action


def _keep_plan(action: Action, after: dict[str, object], changed: list[str]) -> None:
    """Write what changed; what it should move gets the day on which it was said."""
    fields = [name for name in changed if name != "places"]
    for name in fields:
        setattr(action, name, after[name])
    if set(changed) & set(WHAT_CUSTOMERS_FEEL):
        action.expected_at = timezone.now()
        fields.append("expected_at")
    if fields:
        action.save(update_fields=fields)
    if "places" in changed:
        keep_places(action, after["places"])  # type: ignore[arg-type]


@transaction.atomic
def set_action_due(action: Action, due: date | None, *, by: Member) -> Action:
    """Move the deadline; possible at any time until the action is over."""
    action = _running(action, by=by)
    return change_plan(action, replace(plan_of(action), due=due), by=by)


@transaction.atomic
def assign_action(action: Action, owner: Member | None, *, by: Member) -> Action:
    """Give the action to `owner`, or to nobody."""
    action = _locked(action)
    must_hand(action, owner, by=by)
    before, action.owner = action.owner_id, owner
    action.save(update_fields=["owner"])
    audit.record("assign_action", action, by=by, before=before, owner=action.owner_id)
    return action


@transaction.atomic
def start_action(action: Action, *, by: Member, start_on: date | None = None) -> Action:
    """Begin; from here on the expectation and the date it takes effect are fixed."""
    action = _running(action, by=by)
    if action.has_started:
        raise Conflict(_("This action has started already."))
    if start_on is not None and start_on != action.start_on:
        action.start_on, action.expected_at = start_on, timezone.now()
    action.started_at = timezone.now()
    action.status = Action.Status.ACTING
    action.save(update_fields=["start_on", "expected_at", "started_at", "status"])
    _pain_follows(action, to=PainPoint.State.ACTING, by=by)
    audit.record("start_action", action, by=by, start_on=action.start_on)
    return action


@transaction.atomic
def undo_start(action: Action, *, by: Member) -> Action:
    """Take a start back that was a slip; later the expectation stays fixed."""
    action = _running(action, by=by)
    if action.started_at is None:
        return action
    if timezone.now() - action.started_at > TIME_TO_UNDO:
        raise Conflict(
            _("This action started too long ago to take it back. Drop it instead.")
        )
    action.started_at, action.status = None, Action.Status.PLANNED
    action.save(update_fields=["started_at", "status"])
    _pain_follows(action, to=PainPoint.State.PLANNED, by=by)
    audit.record("undo_start", action, by=by)
    return action


@transaction.atomic
def finish_action(action: Action, *, by: Member) -> Action:
    """What was planned is done; whether it helped is measured now."""
    action = _running(action, by=by)
    if not action.has_started:
        raise Conflict(_("This action has not started yet. Start it first."))
    _end(action, Action.Status.DONE)
    _pain_follows(action, to=PainPoint.State.VERIFYING, by=by)
    audit.record("finish_action", action, by=by)
    return action


@transaction.atomic
def drop_action(action: Action, reason: str, *, by: Member) -> Action:
    """Give it up, and say why: the next person will ask."""
    action = _running(action, by=by)
    action.reason = checked_text(reason, field="reason")
    if not action.reason:
        raise UserError(_("Say in a few words why it is dropped."), field="reason")
    action.save(update_fields=["reason"])
    _end(action, Action.Status.DROPPED)
    _pain_follows(action, to=PainPoint.State.TRIAGED, by=by)
    audit.record("drop_action", action, by=by)
    return action


@transaction.atomic
def resume_action(action: Action, *, by: Member) -> Action:
    """Undo a finish or a drop."""
    action = _locked(action)
    by.must(Ability.ACT, action)
    if not action.is_over:
        return action
    action.status = (
        Action.Status.ACTING if action.has_started else Action.Status.PLANNED
    )
    action.ended_at = None
    action.save(update_fields=["status", "ended_at"])
    _pain_follows(action, to=PainPoint.State(action.status), by=by)
    audit.record("resume_action", action, by=by, status=action.status)
    return action


@transaction.atomic
def reopen_action(action: Action) -> Action:
    """What it had helped against came back: the system opens it again."""
    action = _locked(action)
    if action.status != Action.Status.DONE:
        return action
    action.status, action.ended_at = Action.Status.ACTING, None
    action.save(update_fields=["status", "ended_at"])
    audit.record("reopen_action", action, by=None)
    return action


def _end(action: Action, status: Action.Status) -> None:
    action.status, action.ended_at = status, timezone.now()
    action.save(update_fields=["status", "ended_at"])


_LOGGED = {"start_on", "due", "expected_change", "measure", "cost"}


def _running(action: Action, *, by: Member) -> Action:
    action = _locked(action)
    by.must(Ability.ACT, action)
    if action.is_over:
        raise Conflict(_("This action is over. Take it up again first."))
    return action


def _locked(action: Action) -> Action:
    """The row as it is now; somebody else may have changed it since it was shown."""
    return Action.objects.select_for_update(no_key=True).get(pk=action.pk)


def _pain_follows(action: Action, *, to: PainPoint.State, by: Member) -> None:
    """Move the pain point along with the work on it.

    Its state is shared by the whole affiliate: who may not triage leaves it alone.
    Call it before `audit.record`: the log's lock is the last one everywhere, for two
    transactions that take locks in different orders wait for each other for ever.
    """
    pain = PainPoint.objects.select_for_update(no_key=True).get(pk=action.pain_point_id)
    if pain.state == to or pain.state not in _COMES_FROM[to]:
        return
    if not may_triage(by, pain) or _other_work(action).exists():
        return
    move_pain_point(pain, state=to.value, by=by)


def _other_work(action: Action) -> models.QuerySet[Action]:
    """What goes further than this action on the same pain point."""
    others = Action.objects.filter(pain_point=action.pain_point_id)
    others = others.exclude(pk=action.pk)
    if action.status == Action.Status.PLANNED:
        return others.filter(status=Action.Status.ACTING)
    if action.status == Action.Status.ACTING:
        return others.none()
    return others.filter(status__in=[Action.Status.PLANNED, Action.Status.ACTING])


_State = PainPoint.State
_COMES_FROM: dict[str, set[str]] = {
    _State.PLANNED: {_State.DETECTED, _State.TRIAGED, _State.REOPENED, _State.ACTING},
    _State.ACTING: set(_State.values),
    _State.VERIFYING: {_State.PLANNED, _State.ACTING, _State.REOPENED},
    _State.TRIAGED: {_State.PLANNED, _State.ACTING},
}
