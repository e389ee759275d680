"""Forms of asking: rules, contacts, how a survey goes out, whom to invite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from moksori.base.people.models import Unit
from moksori.collect.asking.rules import Rules
from moksori.collect.forms import ACCEPT
from moksori.collect.models import Approach, ContactList, Way
from moksori.collect.questionnaires.words import SPOKEN
from moksori.collect.senders.sender import Sender

ALL = "all"


class RulesForm(forms.Form):
    """What holds whenever anybody in the company asks a customer."""

    gap_days = forms.IntegerField(
        label=_("Days between two questions to the same person"),
        min_value=0,
        max_value=730,
        help_text=_("Whichever unit asks. 0: no rule."),
    )
    most_per_year = forms.IntegerField(
        label=_("At most so often within a year"), min_value=0, max_value=365
    )
    rest_days = forms.IntegerField(
        label=_("Days of rest after an answer"), min_value=0, max_value=730
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Where the customer lives. The same time twice: no quiet hours."),
    )
    quiet_weekends = forms.BooleanField(
        label=_("Ask nobody at weekends"), required=False
    )
    spares_complaints = forms.BooleanField(
        label=_("Ask nobody who waits for an answer to a complaint"), required=False
    )

    @property
    def rules(self) -> Rules:
        return Rules(**self.cleaned_data)


class ContactsForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("CSV or Excel. One row for each person."),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), empty_label=_("Choose a unit")
    )
    into = forms.CharField(
        label=_("Name of a list to put them into"),
        max_length=120,
        required=False,
        help_text=_("So that these people can be invited together."),
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])


class ApproachForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a survey goes to its customers, and the words of the letter."""

    class Meta:
        model = Approach
        fields = (
            "topic",
            "priority",
            "again_after_days",
            "sample_percent",
            "reminders",
            "reminder_days",
            "valid_days",
        )
        labels = {
            "topic": _("Topic"),
            "priority": _("Priority, 1 to 9"),
            "again_after_days": _("Days until the same person is asked this again"),
            "sample_percent": _("Ask so many of 100"),
            "reminders": _("Reminders, at most 2"),
            "reminder_days": _("Days before each reminder"),
            "valid_days": _("Days until an invitation is over"),
        }
        help_texts = {
            "topic": _("Customers see it, and can say no to it alone."),
            "priority": _("Where two surveys want the same person, 9 goes first."),
            "again_after_days": _("Empty: each person once, and no more."),
        }

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        words = self.instance.words or {}
        subject, greeting = _("Subject"), _("First words")
        for language in languages:
            said = words.get(language, {})
            spoken = SPOKEN.get(language, language)
            self.fields[f"subject_{language}"] = forms.CharField(
                label=format_lazy("{} · {}", subject, spoken),
                required=False,
                max_length=200,
                initial=said.get("subject", ""),
                widget=forms.TextInput(attrs={"lang": language}),
            )
            self.fields[f"greeting_{language}"] = forms.CharField(
                label=format_lazy("{} · {}", greeting, spoken),
                required=False,
                max_length=4000,
                initial=said.get("greeting", ""),
                widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
                help_text=_(
                    "{name} and {company} are filled in. Empty: as the survey says."
                ),
            )

    @property
    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        words = {
            language: {
                "subject": given.pop(f"subject_{language}"),
                "greeting": given.pop(f"greeting_{language}"),
                **{
                    key: value
                    for key, value in (self.instance.words or {})
                    .get(language, {})
                    .items()
                    if key not in {"subject", "greeting"}
                },
            }
            for language in self.languages
        }
        return {**given, "words": words}


class InviteForm(forms.Form):
    """Whom to invite, and by what."""

    list = forms.ChoiceField(label=_("Whom"))
    way = forms.ChoiceField(label=_("By"), choices=Way.choices)
    not_before = forms.DateTimeField(
        label=_("Not before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, lists: Sequence[ContactList], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["list"]
        # Nobody is chosen beforehand: whoever presses the button has said whom.
        field.choices = [
            ("", _("choose …")),
            *[(str(row.pk), row.name) for row in lists],
            (ALL, _("all contacts")),
        ]

    @property
    def list_id(self) -> int | None:
        """The list that was chosen; None for everybody."""
        chosen = self.cleaned_data["list"]
        return None if chosen == ALL else int(chosen)


class RouteForm(forms.Form):
    """The settings of a sender, as it names them."""

    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, sender: Sender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in sender.fields:
            widget: Any = forms.TextInput()
            if one.is_long:
                widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
            if one.is_secret:
                widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            self.fields[one.name] = forms.CharField(
                label=one.label,
                help_text=one.help,
                required=False,
                max_length=10_000,
                strip=not one.is_secret,
                widget=widget,
            )
