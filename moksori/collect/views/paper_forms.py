"""How and for whom a survey is printed, as a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.errors import UserError
from moksori.collect.forms import ACCEPT
from moksori.collect.models import ContactList, Printing, Survey
from moksori.collect.paper.printing import MOST_SHEETS, Options, Paper, options_from
from moksori.collect.paper.printing.options import MOST_CLOSING
from moksori.collect.questionnaires.words import SPOKEN

Kind = Printing.Kind


class LookForm(forms.Form):
    """What the sheet looks like."""

    paper = forms.ChoiceField(
        label=_p("printing", "Paper"),
        choices=[(Paper.A4.value, "A4"), (Paper.LETTER.value, _("US Letter"))],
        initial=Paper.A4.value,
    )
    columns = forms.TypedChoiceField(
        label=_("Columns"),
        choices=[(1, _("One")), (2, _("Two, for short questions"))],
        coerce=int,
        initial=1,
    )
    is_large = forms.BooleanField(
        label=_("Large print, for people who read with difficulty"),
        required=False,
        help_text=_("Large print always stands in one column."),
    )
    language = forms.ChoiceField(label=_("Language"))
    closing = forms.CharField(
        label=_("How to hand it back"),
        max_length=MOST_CLOSING,
        required=False,
        help_text=_("Stands under the thanks at the end, such as “Please put it into "
                    "the box at the door.”"),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *args: Any, survey: Survey, **kwargs: Any
    ) -> None:
        super().__init__(data, *args, **kwargs)
        version = survey.version
        spoken = version.questionnaire.languages if version else ("ko",)
        field: Any = self.fields["language"]
        field.choices = [(one, SPOKEN.get(one, one)) for one in spoken]
        if len(spoken) == 1:
            field.widget = forms.HiddenInput()
        field.initial = spoken[0]
        self.first = spoken[0]

    @classmethod
    def of_query(cls, query: QueryDict, *, survey: Survey) -> LookForm:
        """What is not chosen is as usual."""
        form = cls(survey=survey)
        usual = {name: one.initial for name, one in form.fields.items()}
        return cls({**usual, **query.dict()}, survey=survey)

    @property
    def options(self) -> Options:
        """Raises UserError for a choice that goes with no other."""
        return options_from(self.cleaned_data)

    @property
    def spoken(self) -> str:
        return self.cleaned_data["language"] or self.first

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("is_large"):
            given["columns"] = 1
        try:
            options_from(given)
        except UserError as error:
            self.add_error(
                error.field if error.field in self.fields else None, str(error.message)
            )
        return given


class PrintForm(LookForm):
    """And for whom."""

    kind = forms.ChoiceField(
        label=_("Which sheets"),
        choices=[
            (Kind.ANONYMOUS.value, _("Without names: nobody will know who answered")),
            (Kind.PERSONAL.value, _("With names: you will know who answered what")),
            (Kind.MASTER.value, _("One to photocopy, as often as you like")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.ANONYMOUS.value,
    )
    count = forms.IntegerField(
        label=_("How many sheets"),
        min_value=1,
        max_value=MOST_SHEETS,
        initial=50,
        error_messages={"required": _("Say how many sheets you want.")},
    )
    people = forms.ModelChoiceField(
        ContactList.objects.none(),
        label=_("For the people of a list"),
        empty_label=_p("printing", "None"),
        required=False,
    )
    file = forms.FileField(
        label=_("Or for those of a table"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        required=False,
        help_text=_("CSV or Excel with a column “name”. Customer number, account and "
                    "region may stand beside it; addresses are not needed."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("What you call this printing"),
        max_length=120,
        required=False,
        help_text=_("Only you and your colleagues see it: a branch, a day, an event."),
    )
    use_required_attribute = False  # what the chosen kind needs not is hidden
    field_order = ("kind", "count", "people", "file", "name")

    def __init__(self, *args: Any, lists: Sequence[ContactList], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.data.get("kind") if self.is_bound else Kind.ANONYMOUS
        self.fields["count"].required = kind == Kind.ANONYMOUS
        field: Any = self.fields["people"]
        field.queryset = ContactList.objects.filter(pk__in=[one.pk for one in lists])

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        kind = given.get("kind")
        if kind == Kind.PERSONAL and not (given.get("people") or given.get("file")):
            self.add_error("people", _("Choose a list, or a table with names."))
        return given

    def look(self) -> list[forms.BoundField]:
        """The fields of how it looks."""
        return [self[name] for name in LookForm.base_fields]

    def whom(self) -> list[forms.BoundField]:
        return [self[name] for name in self.field_order]
