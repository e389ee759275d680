"""Visits: kept with what was said as feedback, changed with their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.customers.models import Account, Product
from moksori.base.errors import NotAllowed
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.field.promises import keep_promises
from moksori.collect.field.rules import must_change, owner_of
from moksori.collect.field.told import FileTold, Said, ToHand, VisitTold
from moksori.collect.models import (
    Attachment,
    Blob,
    Feedback,
    FieldConflict,
    FieldRecord,
    GuideVersion,
    Handover,
    Visit,
    VisitPlan,
    VisitRevision,
)
from moksori.collect.writes import blobs
from moksori.collect.writes.said import put_said
from moksori.collect.writes.withdrawing import forget_feedback


@dataclass(slots=True)
class _Known:
    """What the ids of a record stand for, as far as its writer may see it."""

    unit: Unit
    account: Account | None
    products: list[Product]
    companions: list[Member]
    guide_version: GuideVersion | None
    plan: VisitPlan | None
    doubts: list[str] = field(default_factory=list)


@transaction.atomic
def record_visit(
    told: VisitTold,
    *,
    by: Member,
    author: Member | None = None,
    doubts: Sequence[str] = (),
) -> Visit:
    """A new visit with everything that hangs on it.

    `author` is who met the customer, else `by`; with what `by` may see the names in it
    are understood, and who has left looks after no promise: `by` does.
    """
    by.must(Ability.READ)
    author = author or by
    known = _known(told, by, author=author)
    visit = Visit(author=author, unit=known.unit, started_at=told.started_at, minutes=1)
    known.doubts += doubts
    _fill(visit, told, known)
    visit.save(force_insert=True)
    _hang(visit, told, known, by)
    if known.plan is not None and known.plan.state == VisitPlan.State.PLANNED:
        known.plan.state = VisitPlan.State.DONE
        known.plan.save(update_fields=["state"])
    audit.record("record_visit", visit, by=by, said=len(told.verbatims))
    return visit


@transaction.atomic
def change_visit(visit: Visit, told: VisitTold, *, by: Member) -> Visit:
    """The visit says something else from now on; what it said before is kept.

    Who wrote it, who came along and analysts of its unit may. Where `told` names files
    (as a phone does), those are the files from now on: one taken out is deleted. Where
    it says nothing about them (None), they stay. Promises have a life of their own
    (step act).
    """
    must_change(visit, by)
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    before = snapshot(visit)
    has_left = visit.author is None or not visit.author.is_active
    author = by if has_left or visit.author is None else visit.author
    known = _known(told, author, author=visit.author or by, changing=visit)
    _fill(visit, told, known)
    if snapshot(visit) == before and _same_lists(visit, known, told):
        return visit
    VisitRevision.objects.create(
        visit=visit, number=visit.revision, before=before, by=by
    )
    visit.revision += 1
    visit.save()
    _hang(visit, told, known, author)
    audit.record("change_visit", visit, by=by, revision=visit.revision)
    return visit


@transaction.atomic
def remove_visit(visit: Visit, *, by: Member) -> None:
    """Everything of the visit goes: words, feedback, photos, history. Promises stay."""
    must_change(visit, by)
    audit.record("remove_visit", visit, by=by)
    gone = [said["feedback"] for said in visit.verbatims if said.get("feedback")]
    gone += [visit.feedback_id] if visit.feedback_id else []
    hashes = list(visit.attachments.values_list("sha256", flat=True))
    Blob.objects.filter(sha256__in=hashes, member=visit.author).delete()
    _forget_words(visit)
    visit.delete()
    for feedback_id in gone:
        if Feedback.objects.filter(pk=feedback_id).exists():
            forget_feedback(feedback_id)
    transaction.on_commit(lambda: blobs.remove_unused(hashes))


def snapshot(visit: Visit) -> dict[str, Any]:
    """What a visit says now, as JSON."""
    names = ("whom", "way", "place", "minutes", "purpose", "summary", "met", "answers",
             "score", "account_id", "region_id")  # fmt: skip
    said = [
        {name: one.get(name, "") for name in ("id", "who", "text")}
        for one in visit.verbatims
    ]
    return {name: getattr(visit, name) for name in names} | {
        "started_at": visit.started_at.isoformat(),
        "verbatims": said,
    }


def home_of(by: Member) -> Unit:
    """Where a visit without a known account belongs: the writer's own unit."""
    units = by.scope(Ability.READ).units
    if by.unit_id in units and by.unit is not None:
        return by.unit
    found = Unit.objects.filter(pk__in=units).order_by("path").first()
    if found is None:
        raise NotAllowed(
            _("You have no role in a unit, so the visit belongs nowhere. Ask an "
              "administrator for one.")
        )  # fmt: skip
    return found


def _known(
    told: VisitTold, by: Member, *, author: Member, changing: Visit | None = None
) -> _Known:
    doubts = []
    account = None
    if changing and told.account is not None and told.account == changing.account_id:
        account = changing.account
    elif told.account is not None:
        account = Account.objects.visible_to(by).filter(pk=told.account).first()
        doubts += [] if account else ["account"]
    units = by.scope(Ability.READ).units
    here, there = Q(unit__in=units), Q(is_active=True)
    if changing:  # it keeps what it has, whatever its writer may see today
        here |= Q(pk__in=changing.products.values("pk"))
        there |= Q(pk__in=changing.companions.values("pk"))
    products = list(Product.objects.filter(here, pk__in=told.products))
    companions = list(
        Member.objects.filter(there, pk__in=told.companions).exclude(pk=author.pk)
    )
    doubts += ["products"] if len(products) < len(told.products) else []
    others = set(told.companions) - {author.pk}
    doubts += ["companions"] if len(companions) < len(others) else []
    version = changing.guide_version if changing else _version(told, by, doubts)
    plans = VisitPlan.objects.filter(member=author, pk=told.plan) if told.plan else None
    home = changing.unit if changing else account.unit if account else home_of(by)
    return _Known(
        home, account, products, companions, version, plans.first() if plans else None,
        doubts,
    )  # fmt: skip


def _version(told: VisitTold, by: Member, doubts: list[str]) -> GuideVersion | None:
    if told.guide is None:
        return None
    rows = GuideVersion.objects.filter(
        guide__unit_id__in=by.scope(Ability.READ).units | _above(by),
        guide=told.guide,
        number=told.guide_version or 0,
    )
    found = rows.first()
    if found is None:
        doubts.append("unknown_guide")
    return found


def _above(by: Member) -> frozenset[int]:
    return frozenset(by.unit.ancestor_ids()) if by.unit else frozenset()


def _fill(visit: Visit, told: VisitTold, known: _Known) -> None:
    visit.account = known.account
    visit.region_id = known.account.region_id if known.account else visit.region_id
    visit.whom = told.whom or (known.account.name if known.account else "?")
    visit.way, visit.place = told.way, told.place
    visit.started_at, visit.minutes = told.started_at, told.minutes
    visit.purpose, visit.summary = told.purpose, told.summary
    visit.met = [{"name": one.name, "role": one.role} for one in told.met]
    visit.answers, visit.score = dict(told.answers), told.score
    visit.guide_version, visit.plan = known.guide_version, known.plan or visit.plan
    before = {one["id"]: one.get("feedback") for one in visit.verbatims}
    visit.verbatims = [_verbatim(one, before) for one in told.verbatims]
    visit.doubts = sorted({*visit.doubts, *known.doubts})


def _verbatim(said: Said, before: dict[str, int | None]) -> dict[str, Any]:
    kept = {"id": said.id, "who": said.who, "text": said.text}
    feedback = before.get(said.id)
    return {**kept, "feedback": feedback} if feedback else kept


def _same_lists(visit: Visit, known: _Known, told: VisitTold) -> bool:
    products = set(visit.products.values_list("pk", flat=True))
    companions = set(visit.companions.values_list("pk", flat=True))
    return (
        products == {one.pk for one in known.products}
        and companions == {one.pk for one in known.companions}
        and _same_files(visit, told.files)
        and not told.promises
        and not told.handovers
    )


def _same_files(visit: Visit, files: Sequence[FileTold] | None) -> bool:
    if files is None:
        return True
    here = set(visit.attachments.values_list("sha256", "name", "caption"))
    return here == {(one.sha256, one.name, one.caption) for one in files}


def _hang(visit: Visit, told: VisitTold, known: _Known, by: Member) -> None:
    """What hangs on a visit, brought to what is told now."""
    visit.products.set(known.products)
    visit.companions.set(known.companions)
    put_said(visit, known.products)
    doubts = keep_promises(visit, told.promises, by)
    met_on = timezone.localdate(visit.started_at)
    doubts += ["due_before"] if any(p.due < met_on for p in told.promises) else []
    doubts += _hand_over(visit, told.handovers, by)
    _attach(visit, told.files, visit.author or by)
    if set(doubts) - set(visit.doubts):
        visit.doubts = sorted({*visit.doubts, *doubts})
        visit.save(update_fields=["doubts"])


def _hand_over(visit: Visit, handed: Sequence[ToHand], by: Member) -> list[str]:
    doubts = []
    for one in handed:
        to = owner_of(one.to, visit, by)
        doubts += [] if to else ["owner"]
        Handover.objects.update_or_create(
            visit=visit,
            key=one.id,
            defaults={"kind": one.kind, "text": one.text, "to": to or by},
        )
    return doubts


def _attach(visit: Visit, files: Sequence[FileTold] | None, by: Member) -> None:
    """The files named are those of the visit from now on; None leaves them alone."""
    if files is None:
        return
    here = {row.sha256: row for row in visit.attachments.all()}
    fresh = [one.sha256 for one in files if one.sha256 not in here]
    blobs_of = {
        row.sha256: row for row in Blob.objects.filter(member=by, sha256__in=fresh)
    }
    for told in files:
        kept = here.get(told.sha256)
        like = kept or blobs_of[told.sha256]
        Attachment.objects.update_or_create(
            visit=visit,
            sha256=told.sha256,
            defaults={
                "name": told.name, "caption": told.caption,
                "media_type": like.media_type, "size": like.size,
            },
        )  # fmt: skip
    _take_out(visit, set(here) - {one.sha256 for one in files}, by)


def _take_out(visit: Visit, hashes: set[str], by: Member) -> None:
    """Rows at once, bytes with the transaction; other visits keep theirs."""
    if not hashes:
        return
    visit.attachments.filter(sha256__in=hashes).delete()
    others = Attachment.objects.filter(sha256__in=hashes, visit__author=by)
    gone = hashes - set(others.values_list("sha256", flat=True))
    Blob.objects.filter(member=by, sha256__in=gone).delete()
    transaction.on_commit(lambda: blobs.remove_unused(hashes))


def _forget_words(visit: Visit) -> None:
    """What the phone handed in for it, word for word; its name stays, so that the
    same record sent again later does not bring the visit back."""
    records = FieldRecord.objects.filter(visit=visit)
    FieldConflict.objects.filter(record__in=records).delete()
    records.update(content="")
