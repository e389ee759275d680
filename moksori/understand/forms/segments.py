"""What people say of groups that are to be watched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Member
from moksori.understand.models import Segment, Theme
from moksori.understand.reads.found_segments import Choice
from moksori.understand.reads.segment_findings import Rule


class AdoptForm(forms.Form):
    """A name for a group, and who cares for it."""

    name = forms.CharField(label=_("Name of the group"), max_length=120)
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_p("owner", "nobody yet"),
    )

    def __init__(
        self, *args: Any, owners: QuerySet[Member], prefix_id: str = "", **options: Any
    ) -> None:
        options.setdefault("auto_id", f"{prefix_id}%s" if prefix_id else "id_%s")
        super().__init__(*args, **options)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - told to mypy
        field.queryset = owners


class WriteForm(AdoptForm):
    """A group that a person thought of: up to three attributes, and what to watch."""

    first = forms.ChoiceField(label=_("Who is in it"))
    second = forms.ChoiceField(label=_("and"), required=False)
    third = forms.ChoiceField(label=_("and also"), required=False)
    watch = forms.ChoiceField(label=_("What to watch"))

    field_order = ("name", "first", "second", "third", "watch", "owner")

    def __init__(
        self, *args: Any, values: Sequence[Choice], themes: QuerySet[Theme], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.values = {choice.key: choice for choice in values}
        self.themes = {str(theme.pk): theme for theme in themes}
        shown = [(choice.key, choice.label) for choice in values]
        for name in ("first", "second", "third"):
            self._offer(name, [("", "–"), *shown])
        complaints = [(key, theme.name) for key, theme in self.themes.items()]
        self._offer(
            "watch",
            [
                ("score", _("their mean score")),
                (_("how many complain about"), complaints),
            ],
        )

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - told to mypy
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = [
            self.values[given[name]]
            for name in ("first", "second", "third")
            if given.get(name) in self.values
        ]
        if len({choice.attribute for choice in chosen}) < len(chosen):
            self.add_error("second", _("Choose each attribute once."))
        given["rule"] = {
            choice.attribute: {"is": choice.value}
            for choice in sorted(chosen, key=lambda choice: choice.attribute)
        }
        return given

    @property
    def rule(self) -> Rule:
        found: Rule = self.cleaned_data["rule"]
        return found

    @property
    def theme(self) -> Theme | None:
        return self.themes.get(self.cleaned_data["watch"])

    @property
    def measure(self) -> str:
        told = Segment.Measure.COMPLAINS if self.theme else Segment.Measure.SCORE
        return told.value
