"""Say for whom a member works; start editions where nobody gets any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.share.models import Remit
from moksori.share.reads.remits import choices, readers, suggestion
from moksori.share.writes.subscriptions import ensure_subscription

LONGEST = 300
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the member says: two sentences and the ids that narrow the choice."""

    for_whom: str
    value: str
    units: Iterable[int] = field(default=())
    products: Iterable[int] = field(default=())
    regions: Iterable[int] = field(default=())
    themes: Iterable[int] = field(default=())


@transaction.atomic
def save_remit(member: Member, answers: Answers, *, by: Member) -> Remit:
    """A member's own words about their customers; editions start with it."""
    if by.pk != member.pk:
        raise NotFound
    return _saved(member, answers, is_suggested=False, by=by)


def _saved(
    member: Member, answers: Answers, *, is_suggested: bool, by: Member
) -> Remit:
    _check_words(answers)
    remit, _new = Remit.objects.get_or_create(member=member)
    remit.for_whom = _tidy(answers.for_whom)
    remit.value = _tidy(answers.value)
    remit.is_suggested = is_suggested
    remit.changed_at = timezone.now()
    remit.save()
    allowed = choices(member)
    remit.units.set(_chosen(allowed.units, answers.units, "units"))
    remit.products.set(_chosen(allowed.products, answers.products, "products"))
    remit.regions.set(_chosen(allowed.regions, answers.regions, "regions"))
    remit.themes.set(_chosen(allowed.themes, answers.themes, "themes"))
    ensure_subscription(member)
    audit.record("save_remit", remit, by=by, member=member.pk)
    return remit


@transaction.atomic
def suggest_remit(member: Member, *, by: Member) -> Remit:
    """Save what unit and role tell, for the member to improve on.

    What a member has written is never written over.
    """
    if by.pk != member.pk:
        by.must(Ability.SHARE, member)
    own = Remit.objects.filter(member=member, is_suggested=False).first()
    if own is not None:
        return own
    with translation.override(member.language):
        found = suggestion(member)
    answers = Answers(
        for_whom=found.for_whom,
        value=found.value,
        units=[unit.id for unit in found.units],
    )
    return _saved(member, answers, is_suggested=True, by=by)


def start_editions(unit: Unit, *, by: Member) -> int:
    """Every reader in the unit without a remit gets a suggested one; how many did.

    Whoever paused their editions is left in peace. Each member is a transaction, so
    that the log is never locked for long; begun and broken off, it can be run again.
    """
    by.must(Ability.SHARE, InUnit(unit.pk))
    members = Member.objects.filter(unit=unit, is_active=True, remit=None)
    able = readers(members.values_list("pk", flat=True))
    started = [suggest_remit(one, by=by) for one in members if one.pk in able]
    return len(started)


def _check_words(answers: Answers) -> None:
    if not _tidy(answers.for_whom):
        raise UserError(
            _("Say in one sentence whose life you change."), field="for_whom"
        )
    for name, text in (("for_whom", answers.for_whom), ("value", answers.value)):
        if len(_tidy(text)) > LONGEST:
            raise UserError(
                _("Keep it within %(most)s characters; now there are %(now)s.")
                % {"most": LONGEST, "now": len(_tidy(text))},
                field=name,
            )


def _tidy(text: str) -> str:
    """PostgreSQL takes no NUL in a text."""
    return text.replace("\x00", "").strip()


def _chosen(allowed: QuerySet[M], ids: Iterable[int], field_name: str) -> list[M]:
    wanted = set(ids)
    try:
        found = list(allowed.filter(pk__in=wanted))
    except OverflowError:  # an id too large for the database
        found = []
    if len(found) < len(wanted):
        raise UserError(
            _("One of these does not exist, or is not yours to see. Choose again."),
            field=field_name,
        )
    return found
