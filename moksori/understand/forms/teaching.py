"""What people teach about themes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.understand.reads.choices import Option, Options
from moksori.understand.writes.taught import Part

MOST_PARTS = 6
NONE, NEW = "none", "new"


class RenameForm(forms.Form):
    """The name of a theme, in both languages; names given by people stay."""

    name_ko = forms.CharField(label=_("Name in Korean"), max_length=120)
    name_en = forms.CharField(
        label=_("Name in English"), max_length=120, required=False
    )


class MergeForm(forms.Form):
    """Two themes that are one, and which of them stays."""

    other = forms.ChoiceField(label=_("Merge with"))
    stays = forms.ChoiceField(
        label=_("Which of the two stays"),
        widget=forms.RadioSelect,
        choices=[("this", _("This theme")), ("other", _("The other theme"))],
        initial="this",
        required=False,
    )

    def __init__(self, *args: Any, themes: Options, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "other", [("", _("Choose a theme")), *themes])


class SplitForm(forms.Form):
    """Names for the parts of a theme, each with the mentions that stand for it."""

    def __init__(self, *args: Any, parts: int, **options: Any) -> None:
        super().__init__(*args, **options)
        for at in range(parts):
            ko, en = _("Name in Korean"), _("Name in English")
            self.fields[f"name_ko_{at}"] = forms.CharField(label=ko, max_length=120)
            self.fields[f"name_en_{at}"] = forms.CharField(
                label=en, max_length=120, required=False
            )
            self.fields[f"anchors_{at}"] = forms.CharField(
                widget=forms.HiddenInput, max_length=10_000
            )
        self.count = parts

    def fields_of(self, at: int) -> list[forms.BoundField]:
        return [self[f"{name}_{at}"] for name in ("name_ko", "name_en", "anchors")]

    def parts(self) -> list[Part]:
        return [self._part(at) for at in range(self.count)]

    def _part(self, at: int) -> Part:
        asked = self.cleaned_data
        anchors = asked[f"anchors_{at}"].split(",")
        ids = tuple(int(one) for one in anchors if one.isascii() and one.isdigit())
        return Part(asked[f"name_ko_{at}"], ids, asked[f"name_en_{at}"])


class MoveForm(forms.Form):
    """The group that a theme belongs to: a known one, a new one, or none."""

    group = forms.ChoiceField(label=_p("theme", "Group"))
    name_ko = forms.CharField(
        label=_("Name of the new group"), max_length=120, required=False
    )

    def __init__(self, *args: Any, groups: list[Option], **options: Any) -> None:
        super().__init__(*args, **options)
        rest = [(NEW, _("A new group")), (NONE, _("In no group"))]
        _offer(self, "group", [("", _("Choose a group")), *groups, *rest])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("group") == NEW and not cleaned.get("name_ko"):
            self.add_error("name_ko", _("Give the new group a name."))
        return cleaned


class ElsewhereForm(forms.Form):
    """Where a mention belongs."""

    theme = forms.ChoiceField(label=_("It belongs to"))

    def __init__(self, *args: Any, themes: Options, **options: Any) -> None:
        super().__init__(*args, **options)
        nowhere = [(_("Nowhere"), [(NONE, _("None of these themes"))])]
        _offer(self, "theme", [("", _("Choose a theme")), *themes, *nowhere])


class DefineForm(forms.Form):
    """A theme that people name themselves, by words, by examples, or by both."""

    name_ko = forms.CharField(label=_("Name in Korean"), max_length=120)
    name_en = forms.CharField(
        label=_("Name in English"), max_length=120, required=False
    )
    words = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=2_000,
        help_text=_("Takes every mention that holds one of them. Commas between."),
    )
    examples = forms.CharField(
        label=_("Examples"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Takes what means much the same. One sentence a line."),
    )
    group = forms.ChoiceField(label=_p("theme", "Group"), required=False)

    def __init__(self, *args: Any, groups: list[Option], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "group", [("", _("In no group")), *groups])

    def clean_words(self) -> list[str]:
        words = (word.strip() for word in self.cleaned_data["words"].split(","))
        return list(dict.fromkeys(word for word in words if word))

    def clean_examples(self) -> list[str]:
        lines = (
            " ".join(line.split())
            for line in self.cleaned_data["examples"].splitlines()
        )
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("words") or cleaned.get("examples")) and not self.errors:
            self.add_error("words", _("Give at least one word or one example."))
        return cleaned


class TaxonomyForm(forms.Form):
    """A file of themes to bring in."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or JSON, as exported here. Nothing changes before you say so."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.json"}),
    )


def _offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]
