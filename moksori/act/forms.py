"""What people fill in: checked here for form, in the writes for sense."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from moksori.act.models import Action
from moksori.act.reads.owners import Person
from moksori.act.reads.whole import Present
from moksori.act.writes.cases import DAYS_TO_ANSWER, LONGEST
from moksori.act.writes.plans import Plan
from moksori.base.people.models import Member

NOBODY = "none"


def _day(**given: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=picker, **given)


def _words(rows: int = 4, **given: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(widget=area, max_length=LONGEST, **given)


class OwnerForm(forms.Form):
    owner = forms.ChoiceField(label=_("Owner"))

    def __init__(self, *given: Any, owners: Sequence[Person], **more: Any) -> None:
        super().__init__(*given, **more)
        names = [(str(person.id), _name(person)) for person in owners]
        self.fields["owner"].choices = [(NOBODY, _("Nobody yet")), *names]  # type: ignore[attr-defined]

    def chosen_owner(self) -> Member | None:
        chosen = self.cleaned_data.get("owner", NOBODY)
        return None if chosen == NOBODY else Member.objects.filter(pk=chosen).first()


def _name(person: Person) -> str:
    return f"{person.name} · {person.title}" if person.title else person.name


class CaseForm(OwnerForm):
    due = _day(label=_("Get back to the customer by"))
    why = _words(
        2,
        label=_("Why this one"),
        required=False,
        help_text=_("What should happen for this customer, in a sentence."),
    )
    field_order = ["owner", "due", "why"]

    @staticmethod
    def proposed_due() -> str:
        return (timezone.localdate() + timedelta(days=DAYS_TO_ANSWER)).isoformat()


class ReplyForm(forms.Form):
    reply = _words(5, label=_("What the customer was told"))


class CloseForm(forms.Form):
    reason = _words(2, label=_("Why it can be closed"))


class DueForm(forms.Form):
    due = _day(label=_("Deadline"))


class CommentForm(forms.Form):
    text = _words(2, label=_("Comment"))


class DropForm(forms.Form):
    reason = _words(2, label=_("Why it is dropped"))


class StartForm(forms.Form):
    start_on = _day(label=_("Customers feel it from"))


class PlanForm(OwnerForm):
    """The plan of an action; `plan()` is what was written."""

    title = forms.CharField(label=_("What will be done"), max_length=120)
    what = _words(4, label=_("How"), required=False)
    start_on = _day(
        label=_("Customers feel it from"),
        help_text=_("The effect is measured from this day on."),
    )
    expected_change = forms.FloatField(
        label=_("Expected change, in percentage points"),
        min_value=-100,
        max_value=0,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
        help_text=_(
            "Of the share of feedback that is hurt. −2 means two points fewer. It is "
            "fixed once the action starts."
        ),
    )
    due = _day(label=_("Done by"), required=False)
    cost = forms.DecimalField(
        label=_("Cost in won"), required=False, min_value=0, decimal_places=0,
        max_digits=14,
    )  # fmt: skip
    field_order = [
        "title", "what", "owner", "start_on", "due", "expected_change", "cost",
    ]  # fmt: skip

    def __init__(self, *given: Any, now: Present | None, **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["expected_change"]
        told = now.sentence if now else _("Too few complain so far to give a share.")
        field.help_text = format_html("{}<br>{}", told, field.help_text)

    def plan(self) -> Plan:
        given = self.cleaned_data
        cost = given.get("cost")
        return Plan(
            title=given["title"],
            what=given["what"],
            start_on=given["start_on"],
            due=given["due"],
            expected_change=given["expected_change"],
            cost=None if cost is None else Decimal(cost),
        )

    @staticmethod
    def of(action: Action) -> dict[str, Any]:
        """What the form shows for an action that exists."""
        return {
            "title": action.title,
            "what": action.what,
            "owner": str(action.owner_id or NOBODY),
            "start_on": action.start_on,
            "due": action.due,
            "expected_change": action.expected_change,
            "cost": action.cost,
        }

    def fix_expectation(self) -> None:
        """What was written down before the start is shown, and cannot be changed."""
        for name in ("start_on", "expected_change"):
            self.fields[name].disabled = True
        self.fields["expected_change"].help_text = _(
            "Fixed since the action started, so that nobody can fit it to the result."
        )
