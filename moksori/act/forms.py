"""What people fill in: checked here for form, in the writes for sense."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moksori.act.models import Action
from moksori.act.reads.owners import Person
from moksori.act.reads.places import PlaceChoices, place_lines
from moksori.act.reads.whole import Present
from moksori.act.writes.cases import DAYS_TO_ANSWER, LONGEST
from moksori.act.writes.places import Where
from moksori.act.writes.plans import Plan, check_change
from moksori.base.errors import UserError
from moksori.base.people.models import Member

NOBODY = "none"
FIXED = ("start_on", "expected_change", "measure", "regions", "products", "later")


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
        max_value=100,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
        help_text=_(
            "Of the share of feedback that is hurt: −2 means two points fewer. Of the "
            "mean score: 0.5 means half a point more. Fixed once the action starts."
        ),
    )
    due = _day(label=_("Done by"), required=False)
    cost = forms.DecimalField(
        label=_("Cost in won"), required=False, min_value=0, decimal_places=0,
        max_digits=14,
    )  # fmt: skip
    measure = forms.ChoiceField(
        label=_("What should move"),
        choices=Action.Measure.choices,
        initial=Action.Measure.SHARE,
        required=False,
    )
    regions = forms.TypedMultipleChoiceField(
        label=_("Only in these regions"),
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_(
            "Chosen none: everywhere. What stays untouched is what it is compared with."
        ),
    )
    products = forms.TypedMultipleChoiceField(
        label=_("Only for these products"),
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )
    later = _words(
        2,
        label=_("Where it begins later"),
        required=False,
        help_text=_("One place a line, as “Seoul 2026-03-02”. The others begin above."),
    )
    field_order = [
        "title", "what", "owner", "start_on", "due", "measure", "expected_change",
        "regions", "products", "later", "cost",
    ]  # fmt: skip

    def __init__(
        self,
        *given: Any,
        now: Present | None,
        where: PlaceChoices | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        where = where or PlaceChoices([], [])
        for name, choices in (("regions", where.regions), ("products", where.products)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            if not choices:
                del self.fields[name]
        if not where.regions and not where.products:
            del self.fields["later"]
        field = self.fields["expected_change"]
        told = now.sentence if now else _("Too few complain so far to give a share.")
        field.help_text = format_html("{}<br>{}", told, field.help_text)

    def clean_expected_change(self) -> float:
        change: float = self.cleaned_data["expected_change"]
        try:
            check_change(self.cleaned_data.get("measure") or "share", change)
        except UserError as error:
            raise forms.ValidationError(str(error.message)) from error
        return change

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
            measure=given.get("measure") or Action.Measure.SHARE,
            places=self._places(),
        )

    def _places(self) -> tuple[Where, ...]:
        """The chosen places, each with its own day where one was written."""
        chosen = {
            (kind, pk): str(name)
            for kind in ("region", "product")
            if f"{kind}s" in self.fields
            for pk, name in self.fields[f"{kind}s"].choices  # type: ignore[attr-defined]
            if pk in self.cleaned_data.get(f"{kind}s", ())
        }
        later = days_by_name(self.cleaned_data.get("later", ""), chosen.values())
        return tuple(
            Where(kind, pk, later.get(name)) for (kind, pk), name in chosen.items()
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
            "measure": action.measure,
            **_where(action),
        }

    def fix_expectation(self) -> None:
        """What was written down before the start is shown, and cannot be changed."""
        for name in FIXED:
            if name in self.fields:
                self.fields[name].disabled = True
        self.fields["expected_change"].help_text = _(
            "Fixed since the action started, so that nobody can fit it to the result."
        )


def days_by_name(lines: str, names: Iterable[str]) -> dict[str, date]:
    """“Seoul 2026-03-02”, one a line; UserError for a line that says something else."""
    known = {name.casefold(): name for name in names}
    found = {}
    for line in filter(None, (line.strip() for line in lines.splitlines())):
        name, _space, day = line.rpartition(" ")
        name = known.get(name.strip(" :,").casefold(), "")
        begins = _parsed(day)
        if not name or begins is None:
            raise UserError(
                gettext(
                    "“%(line)s” is no chosen place and a day. Write one place a line, "
                    "as “Seoul 2026-03-02”."
                )
                % {"line": line[:60]},
                field="later",
            )
        found[name] = begins
    return found


def _parsed(day: str) -> date | None:
    try:
        return parse_date(day)
    except ValueError:  # 2026-02-31
        return None


def _where(action: Action) -> dict[str, Any]:
    """What the fields of places show for an action that exists."""
    lines = place_lines(action)
    later = [f"{line.name} {line.start_on:%Y-%m-%d}" for line in lines if line.is_later]
    return {
        "regions": [line.id for line in lines if line.kind == "region"],
        "products": [line.id for line in lines if line.kind == "product"],
        "later": "\n".join(later),
    }
