"""Guides and plans for visits, and what is passed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.customers.models import Account
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.storable import one_line
from moksori.collect.field.guides import questions_from
from moksori.collect.field.told import must_be_meant
from moksori.collect.models import Guide, GuideVersion, Handover, VisitPlan
from moksori.collect.writes.visiting import home_of


@transaction.atomic
def make_guide(name: str, lines: str, *, unit: Unit, by: Member) -> Guide:
    """A guide for everybody of the unit and below it. Needs IMPORT there."""
    guide = Guide(unit=unit, name=_good_name(name))
    by.must(Ability.IMPORT, guide)
    questions = questions_from(lines)
    guide.save(force_insert=True)
    version = GuideVersion.objects.create(
        guide=guide, number=1, questions=[one.to_json() for one in questions]
    )
    guide.version = version
    guide.save(update_fields=["version"])
    audit.record("make_guide", guide, by=by, questions=len(questions))
    return guide


@transaction.atomic
def change_guide(guide: Guide, name: str, lines: str, *, by: Member) -> Guide:
    """Other questions are a new version; the older one is taken for 90 days more."""
    by.must(Ability.IMPORT, guide)
    guide = Guide.objects.select_for_update().get(pk=guide.pk)
    guide.name = _good_name(name)
    questions = [one.to_json() for one in questions_from(lines)]
    before = guide.version
    if before is None or before.questions != questions:
        number = before.number + 1 if before else 1
        guide.version = GuideVersion.objects.create(
            guide=guide, number=number, questions=questions
        )
        GuideVersion.objects.filter(guide=guide, retired_at=None).exclude(
            pk=guide.version.pk
        ).update(retired_at=timezone.now())
    guide.save(update_fields=["name", "version"])
    audit.record("change_guide", guide, by=by, questions=len(questions))
    return guide


@transaction.atomic
def use_guide(guide: Guide, *, is_in_use: bool, by: Member) -> Guide:
    """Phones that fetch anew have it, or have it no more."""
    by.must(Ability.IMPORT, guide)
    guide.is_in_use = is_in_use
    guide.save(update_fields=["is_in_use"])
    audit.record("use_guide", guide, by=by, is_in_use=is_in_use)
    return guide


@dataclass(frozen=True, slots=True)
class Planned:
    on: date
    whom: str
    purpose: str = ""
    account: Account | None = None
    guide: Guide | None = None
    member: Member | None = None


@transaction.atomic
def plan_visit(told: Planned, *, by: Member) -> VisitPlan:
    """Whom somebody means to meet; for somebody else one needs ASSIGN there."""
    member = told.member or by
    whom = one_line(told.whom, field="whom")[:200]
    if not whom and told.account is None:
        raise UserError(_("Say which customer."), field="whom")
    must_be_meant(told.on, field="on")
    if told.on < timezone.localdate():
        raise UserError(
            _("The day {day} is past. Plan for today or later; a visit that took place "
              "is recorded.").format(day=told.on.isoformat()),
            field="on",
        )  # fmt: skip
    plan = VisitPlan(
        unit=told.account.unit if told.account else home_of(member),
        member=member,
        account=told.account,
        whom=whom or (told.account.name if told.account else ""),
        on=told.on,
        purpose=one_line(told.purpose, field="purpose")[:300],
        guide=told.guide,
    )
    by.must(Ability.READ if member == by else Ability.ASSIGN, plan)
    plan.save(force_insert=True)
    audit.record("plan_visit", plan, by=by, member=member.pk, on=plan.on)
    return plan


@transaction.atomic
def drop_plan(plan: VisitPlan, *, by: Member) -> VisitPlan:
    """The visit is called off."""
    if plan.member_id != by.pk:
        by.must(Ability.ASSIGN, plan)
    if plan.state == VisitPlan.State.DONE:
        raise Conflict(_("This visit has taken place already."))
    plan.state = VisitPlan.State.DROPPED
    plan.save(update_fields=["state"])
    audit.record("drop_plan", plan, by=by)
    return plan


@transaction.atomic
def settle_handover(handover: Handover, *, is_done: bool, by: Member) -> Handover:
    """Done, or open again; by whom it was passed on to, or who may act there."""
    is_theirs = by.pk in {handover.to_id, handover.visit.author_id}
    if not is_theirs and not by.may(Ability.ACT, handover.visit):
        raise NotAllowed(_("This was passed on to somebody else."))
    handover.done_at = timezone.now() if is_done else None
    handover.save(update_fields=["done_at"])
    audit.record("settle_handover", handover, by=by, is_done=is_done)
    return handover


def _good_name(name: str) -> str:
    name = one_line(name, field="name")[:120]
    if not name:
        raise UserError(_("Give the guide a name."), field="name")
    return name
