"""Say when a unit works, and who is away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.act.casework.hours import DAYS, END_OF_DAY, Span, shown_time
from moksori.act.models import Absence, OfficeHours
from moksori.act.reads.absences import may_tell
from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit

MOST_HOLIDAYS = 400
LONGEST_ABSENCE = 731  # days


@transaction.atomic
def set_hours(
    unit: Unit,
    week: Mapping[int, Span],
    holidays: Mapping[date, str],
    *,
    by: Member,
) -> OfficeHours:
    """Of this unit and all below without their own. Deadlines that stand stay."""
    by.must(Ability.ASSIGN, InUnit(unit.pk))
    if not week:
        raise UserError(_("Choose at least one day on which you work."), field="from_0")
    for day, (opens, closes) in week.items():
        if day not in DAYS:
            raise UserError(_("Days are counted from 0, Monday, to 6, Sunday."))
        if opens >= closes:
            raise UserError(
                _("Work has to begin before it ends."), field=f"until_{day}"
            )
    if len(holidays) > MOST_HOLIDAYS:
        raise UserError(
            _("These are more than %(most)s days. Leave out those long past.")
            % {"most": MOST_HOLIDAYS},
            field="holidays",
        )
    values = {
        "week": {
            str(day): [shown_time(opens), shown_time(closes)]
            for day, (opens, closes) in sorted(week.items())
        },
        "holidays": {
            day.isoformat(): name[:80] for day, name in sorted(holidays.items())
        },
    }
    row, _new = OfficeHours.objects.update_or_create(unit=unit, defaults=values)
    audit.record("set_office_hours", row, by=by, days=len(week), holidays=len(holidays))
    return row


@transaction.atomic
def drop_hours(unit: Unit, *, by: Member) -> None:
    """From now on those of the unit above hold, or the usual ones."""
    by.must(Ability.ASSIGN, InUnit(unit.pk))
    row = OfficeHours.objects.filter(unit=unit).first()
    if row is not None:
        audit.record("drop_office_hours", row, by=by)
        row.delete()


@transaction.atomic
def note_absence(
    member: Member, starts_on: date, ends_on: date, *, by: Member
) -> Absence:
    """One's own, or that of somebody whose team one leads."""
    if not may_tell(member, by=by):
        raise NotAllowed(_("Only who leads their team writes down absences of others."))
    if ends_on < starts_on:
        raise UserError(_("The last day lies before the first."), field="ends_on")
    if (ends_on - starts_on).days >= LONGEST_ABSENCE:
        raise UserError(_("This is longer than two years."), field="ends_on")
    same = Absence.objects.filter(
        member=member, starts_on__lte=ends_on, ends_on__gte=starts_on
    )
    if same.exists():
        raise Conflict(
            _("Some of these days are written down as absent already."),
            field="starts_on",
        )
    row = Absence.objects.create(
        member=member, starts_on=starts_on, ends_on=ends_on, written_by=by
    )
    audit.record("note_absence", row, by=by, member=member.pk)
    return row


@transaction.atomic
def drop_absence(absence: Absence, *, by: Member) -> None:
    if not may_tell(absence.member, by=by):
        raise NotAllowed(_("Only who leads their team writes down absences of others."))
    audit.record("drop_absence", absence, by=by, member=absence.member_id)
    absence.delete()


def end_of(text: time) -> time:
    """Midnight as the end of a day means the day's end."""
    return END_OF_DAY if text == time(0) else text
