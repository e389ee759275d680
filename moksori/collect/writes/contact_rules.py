"""The rules that hold whenever anybody in the company asks a customer."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.collect.asking.rules import Rules
from moksori.collect.models import ContactRule

ONLY = 1  # the row's number: a second one cannot come to be


def current() -> ContactRule:
    """The row, stored or as it would be."""
    return ContactRule.objects.filter(pk=ONLY).first() or ContactRule(pk=ONLY)


@transaction.atomic
def set_rules(rules: Rules, *, by: Member | None) -> ContactRule:
    """From now on these hold, also for what waits already."""
    if by is not None:
        must_set_rules(by)
    _refuse_odd(rules)
    row, _is_new = ContactRule.objects.update_or_create(
        pk=ONLY, defaults={**asdict(rules), "changed_by": by}
    )
    audit.record("set_contact_rules", row, by=by, **asdict(rules))
    return row


def must_set_rules(member: Member) -> None:
    """Raise NotAllowed, saying whom to ask, unless `may_set_rules`."""
    member.must(Ability.ADMINISTER, InUnit(root_unit().pk))


def may_set_rules(member: Member) -> bool:
    """They hold for every unit, so who administers the whole decides."""
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    return root is not None and member.may(Ability.ADMINISTER, InUnit(root.pk))


def root_unit() -> Unit:
    return Unit.objects.filter(parent=None).order_by("pk")[0]


def _refuse_odd(rules: Rules) -> None:
    limits = {"gap_days": 730, "most_per_year": 365, "rest_days": 730}
    for field, most in limits.items():
        if not 0 <= getattr(rules, field) <= most:
            raise UserError(
                _("Write a number between 0 and {most}.").format(most=most), field=field
            )
