"""What reads and writes of visits go by alike: who may, how long, what is said."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.errors import NotAllowed
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Visit

OLD_GUIDES = timedelta(days=90)  # after a newer version took over
# What a phone named and this installation does not know, said on the page of a visit.
DOUBTS = {
    "account": gettext_lazy("The client company is kept as a name only: it is not in "
                            "the list, or no longer yours to see."),
    "products": gettext_lazy("A product is left out: it is no longer in the list."),
    "companions": gettext_lazy("Somebody who came along is left out: they are no "
                               "longer in the list."),
    "guide": gettext_lazy("The guide is older than {days} days. Answers to questions "
                          "that are gone are kept beside the others."),
    "unknown_guide": gettext_lazy("The phone named questions that are not known here. "
                                  "Its answers are kept beside the others."),
    "owner": gettext_lazy("Somebody who was to look after a promise or an order could "
                          "not be found. It lies with who wrote the record."),
    "due_before": gettext_lazy("A promise was due before the day of the visit. Agree "
                               "on another day where the promise stands."),
    "clock": gettext_lazy("The clock of the phone was wrong by more than an hour."),
}  # fmt: skip


def may_change(visit: Visit, by: Member) -> bool:
    """Who met the customer or came along, and analysts of its unit."""
    was_there = by.pk == visit.author_id or visit.companions.filter(pk=by.pk).exists()
    return (was_there and by.may(Ability.READ, visit)) or by.may(Ability.IMPORT, visit)


def must_change(visit: Visit, by: Member) -> None:
    if not may_change(visit, by):
        raise NotAllowed(_("Who was there may change this visit, or an analyst."))


def owner_of(named: int | None, visit: Visit, by: Member) -> Member | None:
    """Whom a phone named to look after something from a visit; nobody: who told it.

    None where it named somebody who is not here any more or cannot see the visit.
    """
    if named is None or named == by.pk:
        return by
    found = Member.objects.filter(pk=named, is_active=True).first()
    return found if found is not None and found.may(Ability.READ, visit) else None
