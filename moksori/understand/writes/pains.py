"""Pain points: found by the system, triaged by people."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moksori.analysis.pains import MINIMUM, mostly_praised, usual_share
from moksori.base.audit.writes import record
from moksori.base.errors import NotAllowed, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import ABILITIES, Ability, Role
from moksori.base.people.scope import Reach, Scope
from moksori.collect.models import Feedback
from moksori.understand.models import PainPoint, Theme, affiliates_of
from moksori.understand.reads.facts import Facts
from moksori.understand.reads.pains import tallies_of
from moksori.understand.reads.places import PERIODS, newest_of, window_of
from moksori.understand.reads.window import unit_ids_of


def detect_pain_points(affiliate: int) -> int:
    """Make a pain point of every theme that enough feedback complains about.

    One that is mostly praised is none, see `analysis.pains.mostly_praised`. What hurts
    in one of the periods that pages offer will do: it may have been praised before.
    Says how many are new. A theme that is complained about less today keeps its pain
    point: people work on it. Run again, it changes nothing.
    """
    everything = Scope((Reach(units=unit_ids_of(affiliate)),))
    newest = newest_of(Feedback.objects.all(), unit_ids_of(affiliate))
    if newest is None:
        return 0
    hurting: set[int] = set()
    for name in PERIODS:
        hurting |= _hurting(Facts(everything, affiliate, window_of(name, newest)))
    themes = Theme.objects.filter(pk__in=hurting)
    known = PainPoint.objects.filter(unit_id=affiliate).values("theme_id")
    now = timezone.now()
    found = [
        PainPoint(unit_id=affiliate, theme=theme, detected_at=now)
        for theme in themes.exclude(pk__in=known)
    ]
    # Two workers may find the same one at the same time; the constraint decides.
    PainPoint.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def _hurting(facts: Facts) -> set[int]:
    """Themes that enough complain about, and that are not mostly praised."""
    tallies = tallies_of(facts, [])
    usual = usual_share(tallies)
    return {
        tally.theme
        for tally in tallies
        if tally.negatives >= MINIMUM and not mostly_praised(tally, usual)
    }


@transaction.atomic
def triage_pain_point(
    pain: PainPoint, *, state: str, owner: Member | None, by: Member
) -> PainPoint:
    """Say where a pain point stands and who cares for it.

    Whoever triages anywhere within the affiliate may, for its themes are shared.
    """
    must_triage(by, pain)
    if state not in PainPoint.State.values:
        raise UserError(_("There is no such state."), field="state")
    if owner is not None and not possible_owners(pain).filter(pk=owner.pk).exists():
        raise UserError(
            _("This member cannot see the pain point. Choose another owner."),
            field="owner",
        )
    # As it is now: somebody else may have moved it since it was shown.
    before = _locked(pain).state
    pain.state, pain.owner = state, owner
    pain.save(update_fields=["state", "owner"])
    record(
        "triage_pain_point",
        pain,
        by=by,
        before=before,
        state=state,
        owner=owner.pk if owner else None,
    )
    return pain


@transaction.atomic
def move_pain_point(pain: PainPoint, *, state: str, by: Member) -> PainPoint:
    """Only say where a pain point stands; who cares for it stays as it is."""
    must_triage(by, pain)
    now = _locked(pain)
    before, pain.state, pain.owner_id = now.state, state, now.owner_id
    pain.save(update_fields=["state"])
    record(
        "triage_pain_point",
        pain,
        by=by,
        before=before,
        state=state,
        owner=pain.owner_id,
    )
    return pain


@transaction.atomic
def reopen_pain_point(pain: PainPoint) -> bool:
    """The watch found that it came back; False when people moved it meanwhile."""
    now = _locked(pain)
    if now.state != PainPoint.State.RESOLVED:
        return False
    now.state = pain.state = PainPoint.State.REOPENED
    now.save(update_fields=["state"])
    record(
        "triage_pain_point",
        now,
        by=None,
        before=PainPoint.State.RESOLVED.value,
        state=now.state,
        owner=now.owner_id,
    )
    return True


def may_triage(by: Member, pain: PainPoint) -> bool:
    return may_triage_in(by, pain.unit_id)


def may_triage_in(by: Member, affiliate: int) -> bool:
    return affiliate in affiliates_of(by.scope(Ability.TRIAGE))


def possible_owners(pain: PainPoint) -> QuerySet[Member]:
    """Active members who may act within the affiliate, or above it."""
    return owners_within(pain.unit)


def owners_within(unit: Unit) -> QuerySet[Member]:
    """The same for whatever else an affiliate shares."""
    acting = [role for role in Role if Ability.ACT in ABILITIES[role]]
    held = Member.objects.filter(is_active=True, assignments__role__in=acting)
    inside = held.filter(assignments__unit_id__in=unit_ids_of(unit.pk))
    above = held.filter(assignments__unit_id__in=unit.ancestor_ids())
    ids = {*inside.values_list("pk", flat=True), *above.values_list("pk", flat=True)}
    return Member.objects.filter(pk__in=ids).order_by("name", "pk")


def must_triage(by: Member, pain: PainPoint) -> None:
    if not may_triage(by, pain):
        raise NotAllowed(
            _("Your role does not include this. Ask an administrator for it."),
            ability=Ability.TRIAGE.value,
        )


def _locked(pain: PainPoint) -> PainPoint:
    # Rows that point to it may still be written: they check their key at commit.
    return PainPoint.objects.select_for_update(no_key=True).get(pk=pain.pk)
