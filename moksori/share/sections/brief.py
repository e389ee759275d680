"""What is new for a whole unit's customers: for pages and screens that many see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.base.web.text import number
from moksori.share.reads.remits import Named, RemitCard
from moksori.share.sections import Asked, changes, findings, periods, words
from moksori.share.sections.blocks import Part


@dataclass(frozen=True, slots=True)
class Brief:
    """`parts` hold what changed and, if wanted, customers' words; `basis` on what it
    stands. Without feedback the parts are empty and `basis` says so."""

    unit: str
    title: str
    basis: str
    parts: tuple[Part, ...] = ()
    since: date | None = None
    until: date | None = None


def brief_of(unit: Unit, *, by: Member, with_words: bool = True) -> Brief:
    """Composed now, with the member's rights, of the unit and those below.

    The language that is active is the brief's. Raises NotFound outside.
    """
    by.must(Ability.READ, InUnit(unit.pk))
    title = _("What customers of %(unit)s say now") % {"unit": unit.name}
    remit = RemitCard("", "", units=(Named(unit.pk, unit.name),))
    window = findings.window_of(by, remit)
    if window is None:
        return Brief(unit.name, title, _("There is no feedback here yet."))
    asked = Asked(member=by, remit=remit, since=window.since, until=window.until)
    composed = [changes.compose(asked)]
    if with_words:
        composed.append(words.compose(asked))
    parts = tuple(part for part in composed if part is not None and part.blocks)
    return Brief(unit.name, title, _basis(asked), parts, window.since, window.until)


def _basis(asked: Asked) -> str:
    count = findings.heard(asked)
    return ngettext(
        "Found in %(n)s piece of feedback, %(days)s.",
        "Found in %(n)s pieces of feedback, %(days)s.",
        count,
    ) % {"n": number(count), "days": periods.days(asked)}
