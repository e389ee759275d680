"""What people fill in about rules, office hours and absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.act.casework.conditions import Conditions, conditions_from
from moksori.act.casework.hours import Hours, Span
from moksori.act.models import CaseRule
from moksori.act.models.rules import LONGEST_HOURS
from moksori.act.reads.rule_words import FLAG_NAMES, SCORE_NAMES, Choices
from moksori.act.writes.office import end_of
from moksori.act.writes.rules import LONGEST_LOOK, Draft
from moksori.base.errors import UserError
from moksori.base.people.models import Member, Unit
from moksori.collect.models import Channel
from moksori.understand.models import Mention

DAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"),
    _("Saturday"), _("Sunday"),
)  # fmt: skip
WHOLE = {"themes", "products", "regions"}


def _several(label: Any, **given: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, **given
    )


def _hours(label: Any, help_text: Any = "", least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=least, max_value=LONGEST_HOURS
    )


class RuleForm(forms.Form):
    """A rule; `draft()` is what was written, `conditions()` its conditions alone."""

    unit = forms.TypedChoiceField(
        label=_("For which team"), coerce=int,
        help_text=_("It judges the feedback of this team and of those below it."),
    )  # fmt: skip
    name = forms.CharField(label=_p("rule", "Name"), max_length=120)
    trigger = forms.ChoiceField(
        label=_("Occasion"), choices=CaseRule.Trigger.choices, widget=forms.RadioSelect
    )
    score_kind = forms.ChoiceField(
        label=_("Which score"), choices=list(SCORE_NAMES.items()), required=False
    )
    score_at_most = forms.FloatField(
        label=_("At most"), required=False, min_value=0, max_value=10,
        widget=forms.NumberInput(attrs={"step": "0.5"}),
    )  # fmt: skip
    kinds = _several(_("Kind"), choices=Mention.Kind.choices)
    flags = _several(_("Danger"), choices=list(FLAG_NAMES.items()))
    themes = _several(_("Theme"))
    words = forms.CharField(
        label=_("Words"), required=False, max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line; one of them is enough."),
    )  # fmt: skip
    products = _several(_("Product"))
    regions = _several(_("Region"))
    channels = _several(_("Channel"), choices=Channel.choices)
    tiers = _several(_("Clients of the tier"))
    segments = _several(_("Customers of the segment"))
    give_to = forms.ChoiceField(
        label=_("Who gets the case"), choices=CaseRule.GiveTo.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    owner = forms.ChoiceField(label=_("This person"), required=False)
    answer_hours = _hours(
        _("Answer within, in working hours"), _("A day of work has nine by default.")
    )
    close_hours = _hours(_("Close within, in working hours"))
    remind_hours = _hours(_("Remind so many working hours before"), least=0)
    escalate_hours = _hours(
        _("Tell the next leader after so many working hours more"),
        _("The first leader hears of it as soon as it is late."),
    )
    max_age_days = forms.IntegerField(
        label=_("What is older opens nothing, in days"), min_value=1, max_value=366,
        help_text=_("So that a history brought in by file makes no work."),
    )  # fmt: skip

    def __init__(
        self,
        *given: Any,
        units: Sequence[Unit],
        there_is: Choices,
        people: Sequence[Member],
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        self.units = {unit.pk: unit for unit in units}
        if not units:
            del self.fields["unit"]
        else:
            names = [(unit.pk, f"{'　' * unit.depth}{unit.name}") for unit in units]
            self.fields["unit"].choices = names  # type: ignore[attr-defined]
        for name in ("themes", "products", "regions", "tiers", "segments"):
            options = getattr(there_is, name)
            self.fields[name].choices = options  # type: ignore[attr-defined]
            if not options:
                del self.fields[name]
        chosen = [("", _p("person", "nobody")), *[(str(m.pk), m.name) for m in people]]
        self.fields["owner"].choices = chosen  # type: ignore[attr-defined]

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by what they are for."""
        parts = (
            (_("Name and occasion"), ("unit", "name", "trigger")),
            (
                _("What must hold"),
                ("score_kind", "score_at_most", "kinds", "flags", "themes", "words",
                 "products", "regions", "channels", "tiers", "segments"),
            ),
            (_("Who gets it, and until when"),
             ("give_to", "owner", "answer_hours", "close_hours")),
            (_("When it is late"), ("remind_hours", "escalate_hours", "max_age_days")),
        )  # fmt: skip
        return [
            (label, [self[name] for name in names if name in self.fields])
            for label, names in parts
        ]

    def chosen_unit(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]

    def conditions(self) -> Conditions:
        told = self.cleaned_data
        if told["trigger"] == CaseRule.Trigger.PROMISE:
            return Conditions()
        lists: dict[str, Any] = {
            name: [int(one) for one in told.get(name, [])] for name in WHOLE
        }
        for name in ("kinds", "flags", "channels", "tiers", "segments"):
            lists[name] = list(told.get(name, []))
        words = [" ".join(line.split()) for line in told["words"].splitlines()]
        lists["words"] = list(dict.fromkeys(word for word in words if word))
        if told["score_at_most"] is not None:
            lists["score_at_most"] = told["score_at_most"]
            lists["score_kind"] = told["score_kind"]
        return conditions_from(lists)

    def draft(self) -> Draft:
        told = self.cleaned_data
        owner = (
            Member.objects.filter(pk=told["owner"]).first() if told["owner"] else None
        )
        return Draft(
            name=told["name"],
            conditions=self.conditions(),
            trigger=told["trigger"],
            give_to=told["give_to"],
            owner=owner if told["give_to"] == CaseRule.GiveTo.MEMBER else None,
            answer_hours=told["answer_hours"],
            close_hours=told["close_hours"],
            remind_hours=told["remind_hours"],
            escalate_hours=told["escalate_hours"],
            max_age_days=told["max_age_days"],
        )

    @staticmethod
    def of(row: CaseRule) -> dict[str, Any]:
        """What the form shows for a rule, stored or new."""
        asked = conditions_from(row.conditions)
        shown: dict[str, Any] = {
            name: [str(one) for one in getattr(asked, name)]
            for name in ("themes", "kinds", "flags", "tiers", "segments", "products",
                         "regions", "channels")
        }  # fmt: skip
        for name in ("name", "trigger", "give_to", "answer_hours", "close_hours",
                     "remind_hours", "escalate_hours", "max_age_days"):  # fmt: skip
            shown[name] = getattr(row, name)
        return shown | {
            "words": "\n".join(asked.words),
            "score_kind": asked.score_kind,
            "score_at_most": asked.score_at_most,
            "owner": str(row.owner_id or ""),
        }


class LookBackForm(forms.Form):
    days = forms.IntegerField(
        label=_("How many days back"), min_value=1, max_value=LONGEST_LOOK, initial=30
    )


class HoursForm(forms.Form):
    """Hours of each weekday; a day without hours is off."""

    holidays = forms.CharField(
        label=_("Days off"), required=False, max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line, with its name: 2026-12-25 Christmas"),
    )  # fmt: skip

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for day, label in enumerate(DAYS):
            for name, end in (("from", _p("hours", "from")), ("until", _("until"))):
                said = f"{label}, {end}"
                self.fields[f"{name}_{day}"] = forms.TimeField(
                    label=said,
                    required=False,
                    widget=forms.TimeInput(
                        attrs={"type": "time", "aria-label": said}, format="%H:%M"
                    ),
                )

    @property
    def days(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [
            (label, self[f"from_{day}"], self[f"until_{day}"])
            for day, label in enumerate(DAYS)
        ]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        for day in range(7):
            opens, closes = told.get(f"from_{day}"), told.get(f"until_{day}")
            if (opens is None) != (closes is None):
                missing = f"until_{day}" if closes is None else f"from_{day}"
                if missing not in self.errors:
                    self.add_error(missing, gettext("Give both ends, or neither."))
        return told

    def week(self) -> dict[int, Span]:
        told = self.cleaned_data
        found: dict[int, Span] = {}
        for day in range(7):
            opens: time | None = told[f"from_{day}"]
            closes: time | None = told[f"until_{day}"]
            if opens is not None and closes is not None:
                found[day] = (opens, end_of(closes))
        return found

    def days_off(self) -> dict[date, str]:
        found = {}
        for line in filter(
            None, map(str.strip, self.cleaned_data["holidays"].split("\n"))
        ):
            day, _space, name = line.partition(" ")
            parsed = _day(day)
            if parsed is None:
                raise UserError(
                    gettext("“%(line)s” does not begin with a day like 2026-12-25.")
                    % {"line": line[:60]},
                    field="holidays",
                )
            found[parsed] = name.strip()
        return found

    @staticmethod
    def of(hours: Hours) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "holidays": "\n".join(
                f"{day.isoformat()} {name}".strip()
                for day, name in sorted(hours.holidays.items())
            )
        }
        for day, (opens, closes) in hours.week.items():
            shown[f"from_{day}"] = opens
            shown[f"until_{day}"] = (
                time(0) if closes.hour == 23 and closes.second else closes
            )
        return shown


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:  # 2026-02-31
        return None


class AbsenceForm(forms.Form):
    member = forms.TypedChoiceField(label=_("Who"), coerce=int)
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *given: Any, people: Sequence[Member], **more: Any) -> None:
        super().__init__(*given, **more)
        self.people = {one.pk: one for one in people}
        if len(people) == 1:
            del self.fields["member"]
        else:
            names = [(one.pk, one.name) for one in people]
            self.fields["member"].choices = names  # type: ignore[attr-defined]

    def who(self) -> Member:
        if "member" in self.fields:
            return self.people[self.cleaned_data["member"]]
        return next(iter(self.people.values()))
