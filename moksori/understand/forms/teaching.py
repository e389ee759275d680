"""What people teach about themes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.utils.translation import pgettext_lazy as _p

from moksori.understand.placing.taught import Part
from moksori.understand.reads.choices import Alike, Option, Options

LONGEST_ID = 18
NONE, NEW = "none", "new"


class RenameForm(forms.Form):
    """The name of a theme, in both languages; names given by people stay."""

    name_ko = forms.CharField(label=_("Name in Korean"), max_length=120)
    name_en = forms.CharField(
        label=_("Name in English"), max_length=120, required=False
    )


class MergeForm(forms.Form):
    """Two themes that are one, and which of them stays; the other by its name."""

    other = forms.CharField(
        label=_("Merge with"),
        help_text=_(
            "The most alike first. Type a part of the name to find one of the others."
        ),
        max_length=200,
    )
    stays = forms.ChoiceField(
        label=_("Which of the two stays"),
        widget=forms.RadioSelect,
        choices=[("this", _("This theme")), ("other", _("The other theme"))],
        initial="this",
        required=False,
    )

    def __init__(self, *args: Any, themes: Sequence[Alike], **options: Any) -> None:
        super().__init__(*args, **options)
        self.themes = themes
        shown = [(one.label, _mentions(one)) for one in themes]
        self.fields["other"].widget = Suggesting(shown)

    def clean_other(self) -> int:
        """Its id, by its name as it is offered, or by the id itself."""
        asked = " ".join(self.cleaned_data["other"].split())
        for one in self.themes:
            if asked in {one.label, str(one.id)}:
                return one.id
        raise forms.ValidationError(_("There is no theme of this name. Choose one."))


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
        ids = tuple(int(one) for one in anchors if _is_id(one))
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


class Suggesting(forms.TextInput):
    """A field that proposes while one types; the browser does it, without a script."""

    def __init__(self, options: Sequence[tuple[str, str]]) -> None:
        super().__init__({"autocomplete": "off"})
        self.options = options

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        own = f"{(attrs or {}).get('id', name)}_list"
        field = super().render(name, value, {**(attrs or {}), "list": own}, renderer)
        options = format_html_join(
            "", '<option value="{}">{}</option>', list(self.options)
        )
        return format_html('{}<datalist id="{}">{}</datalist>', field, own, options)


def _mentions(one: Alike) -> str:
    """With its name: some browsers show nothing else of an option."""
    found = ngettext(
        "%(name)s · %(n)d mention", "%(name)s · %(n)d mentions", one.mentions
    )
    return found % {"name": one.label, "n": one.mentions}


def _is_id(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) <= LONGEST_ID


def _offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]
