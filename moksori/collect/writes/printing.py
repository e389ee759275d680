"""Questionnaires printed: the form once, sheets as often as wanted, and taken back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.storable import storable_json
from moksori.base.web.text import with_particles
from moksori.collect.models import PaperForm, Printing, Sheet, Survey
from moksori.collect.paper.codes import new_key
from moksori.collect.paper.printing import MOST_PAGES_AT_ONCE, MOST_SHEETS, Options
from moksori.collect.paper.recipients import Recipient
from moksori.collect.reads.paper import drawn_form, published, spoken

_CHUNK = 500
Kind = Printing.Kind


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed: `count` anonymous sheets, one for each of the people, or
    one to photocopy. `name` is for those who print it ("Branch in Busan, May")."""

    kind: str
    options: Options = field(default_factory=Options)
    language: str = ""
    count: int = 0
    people: Sequence[Recipient] = ()
    name: str = ""

    @property
    def sheets(self) -> int:
        return {Kind.PERSONAL: len(self.people), Kind.MASTER: 1}.get(
            Kind(self.kind), self.count
        )


def print_sheets(survey: Survey, order: Order, *, by: Member | None) -> Printing:
    """Make the sheets of a printing; each has a code that no other will ever have.

    Raises Conflict before the survey is published, UserError for what cannot be
    printed.
    """
    if by is not None:
        by.must(Ability.IMPORT, survey)
    _refuse_odd(order)
    form = form_for(survey, order.options, order.language, by=by)
    if order.sheets * form.pages > MOST_PAGES_AT_ONCE:
        raise UserError(
            _("These would be {pages} pages in one file; {most} at most. Print them in "
              "several goes.").format(pages=order.sheets * form.pages,
                                      most=MOST_PAGES_AT_ONCE),
            field="count",
        )  # fmt: skip
    with transaction.atomic():
        printing = Printing.objects.create(
            form=form,
            kind=order.kind,
            name=" ".join(order.name.split())[:120],
            count=order.sheets,
            printed_by=by,
        )
        Sheet.objects.bulk_create(_sheets(printing, order), batch_size=_CHUNK)
        audit.record(
            "print_sheets", printing, by=by, kind=order.kind, sheets=order.sheets
        )
    return printing


def form_for(
    survey: Survey, options: Options, language: str, *, by: Member | None
) -> PaperForm:
    """The form of the published version, laid out when it is wanted first.

    From then on it stays as it is: sheets of it may lie anywhere.
    """
    if by is not None:
        by.must(Ability.IMPORT, survey)
    version = published(survey)
    language = spoken(version, language)
    chosen = {"version": version, "language": language, "digest": options.digest}
    known = PaperForm.objects.filter(**chosen).first()
    if known is not None:
        return known
    drawn = drawn_form(version, options, language)
    values: Mapping[str, Any] = {
        "survey": survey,
        "key": new_key(6),
        "secret": secrets.token_bytes(32),
        "options": options.to_json(),
        "layout": drawn.layout.to_json(),
        "left_out": [one.to_json() for one in drawn.remarks],
        "pages": drawn.layout.pages,
        "pdf": drawn.pdf,
        "sha256": drawn.sha256,
    }
    with transaction.atomic():
        form, is_new = PaperForm.objects.get_or_create(**chosen, defaults=values)
        if is_new:
            audit.record("lay_out_paper", form, by=by, pages=form.pages)
    return form


@transaction.atomic
def withdraw_printing(printing: Printing, *, by: Member | None) -> Printing:
    """No sheet of it counts from now on; what came back before stays."""
    if by is not None:
        by.must(Ability.IMPORT, printing)
    found = Printing.objects.select_for_update(of=("self",)).get(pk=printing.pk)
    if not found.is_withdrawn:
        found.withdrawn_at, found.withdrawn_by = timezone.now(), by
        found.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record("withdraw_printing", found, by=by)
    return found


@transaction.atomic
def restore_printing(printing: Printing, *, by: Member | None) -> Printing:
    """Its sheets count again; those set aside meanwhile can be read once more."""
    if by is not None:
        by.must(Ability.IMPORT, printing)
    found = Printing.objects.select_for_update(of=("self",)).get(pk=printing.pk)
    if found.is_withdrawn:
        found.withdrawn_at = found.withdrawn_by = None
        found.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record("restore_printing", found, by=by)
    return found


def _refuse_odd(order: Order) -> None:
    if order.kind not in Kind.values:
        text = _("Choose sheets without names, with names, or one to photocopy.")
        raise UserError(text, field="kind")
    if order.kind == Kind.PERSONAL and not order.people:
        raise UserError(_("Nobody is chosen to print a sheet for."), field="people")
    if not 1 <= order.sheets <= MOST_SHEETS:
        text = _("Print 1 to {most} sheets at once.").format(most=f"{MOST_SHEETS:,}")
        field = "people" if order.kind == Kind.PERSONAL else "count"
        raise UserError(with_particles(text), field=field)


def _sheets(printing: Printing, order: Order) -> list[Sheet]:
    people: Sequence[Recipient | None] = (
        order.people if order.kind == Kind.PERSONAL else [None] * order.sheets
    )
    return [
        Sheet(
            form_id=printing.form_id,
            printing=printing,
            key=new_key(8),
            kind=order.kind,
            number=number,
            name=person.name if person else "",
            about=storable_json(dict(person.about)) if person else {},
            contact_id=person.contact if person else None,
        )
        for number, person in enumerate(people, start=1)
    ]
