"""What people fill in to answer a customer, and to write down words for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.act.models import Macro, ReplyTemplate
from moksori.act.reads.wording import TemplateLine, Words
from moksori.act.writes.cases import LONGEST
from moksori.act.writes.letters import Draft
from moksori.act.writes.wording import MacroDraft
from moksori.base.people.models import Unit

LANGUAGES = [("ko", "한국어"), ("en", "English")]


class AnswerForm(forms.Form):
    """An answer on its way; `fill` puts a template under what is written already."""

    template = forms.ChoiceField(label=_("Begin with"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    subject = forms.CharField(label=_p("mail", "Subject"), max_length=300)
    text = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("Your name and the company’s are put under it."),
    )
    quotes = forms.BooleanField(
        label=_("Quote their words below"), required=False, initial=True
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    turn = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *given: Any, templates: Sequence[TemplateLine], here: str, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        chosen = [
            ("", _p("template", "nothing")),
            *[(str(t.id), t.name) for t in templates],
        ]
        self.fields["template"].choices = chosen  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs |= {
            "hx-post": here,
            "hx-trigger": "input throttle:15s",
            "hx-vals": '{"writes": "1"}',
            "hx-params": "writes,turn",
            "hx-target": "#presence",
            "hx-swap": "innerHTML",
        }

    @staticmethod
    def fresh(subject: str, language: str, turn: int) -> dict[str, Any]:
        return {
            "subject": subject, "language": language, "turn": turn,
            "key": uuid4().hex, "quotes": True,
        }  # fmt: skip

    def draft(self) -> Draft:
        told = self.cleaned_data
        return Draft(
            text=told["text"],
            subject=told["subject"],
            key=told["key"],
            turn=told["turn"],
            language=told["language"],
            quotes=told["quotes"],
        )


def with_words(given: QueryDict, words: Words | None, turn: int) -> QueryDict:
    """What was sent, with the template's words under it and as of this turn."""
    told = given.copy()
    told["turn"] = str(turn)
    if words is not None:
        before = told.get("text", "").rstrip()
        told["text"] = f"{before}\n\n{words.text}" if before else words.text
        told["language"] = words.language
        if words.subject:
            told["subject"] = words.subject
        told["template"] = ""
    return told


class _OfUnit(forms.Form):
    """Something that a unit, and all below it, may use."""

    unit = forms.TypedChoiceField(
        label=_("For which team"),
        coerce=int,
        help_text=_("Everybody of this team, and of the teams below it, may use it."),
    )
    name = forms.CharField(label=_p("template", "Name"), max_length=120)

    def __init__(self, *given: Any, units: Sequence[Unit], **more: Any) -> None:
        super().__init__(*given, **more)
        self.units = {unit.pk: unit for unit in units}
        if len(units) == 1 or not units:
            del self.fields["unit"]
        else:
            names = [(unit.pk, f"{'　' * (unit.depth)}{unit.name}") for unit in units]
            self.fields["unit"].choices = names  # type: ignore[attr-defined]

    def chosen_unit(self) -> Unit:
        if "unit" in self.fields:
            return self.units[self.cleaned_data["unit"]]
        return next(iter(self.units.values()))


def _words(rows: int, label: Any, **given: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        **given,
    )


class TemplateForm(_OfUnit):
    subject_ko = forms.CharField(
        label=_("Subject in Korean"), required=False, max_length=300
    )
    text_ko = _words(7, _("Words in Korean"))
    subject_en = forms.CharField(
        label=_("Subject in English"), required=False, max_length=300
    )
    text_en = _words(7, _("Words in English"))

    def texts(self) -> dict[str, dict[str, str]]:
        told = self.cleaned_data
        return {
            code: {"subject": told[f"subject_{code}"], "text": told[f"text_{code}"]}
            for code in ("ko", "en")
        }

    @staticmethod
    def of(row: ReplyTemplate) -> dict[str, Any]:
        shown: dict[str, Any] = {"name": row.name, "unit": row.unit_id}
        for code in ("ko", "en"):
            told = row.texts.get(code, {})
            shown[f"subject_{code}"] = told.get("subject", "")
            shown[f"text_{code}"] = told.get("text", "")
        return shown


class MacroForm(_OfUnit):
    owner = forms.ChoiceField(
        label=_("Who has it then"),
        choices=Macro.Owner.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    template = forms.ChoiceField(label=_("Begin the answer with"), required=False)
    note = _words(
        3,
        _("Write down"),
        help_text=_("A comment in the case; where it closes, the reason."),
    )
    then = forms.ChoiceField(
        label=_("The case is then"),
        choices=Macro.Then.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *given: Any, templates: Sequence[TemplateLine], **more: Any
    ) -> None:
        super().__init__(*given, **more)
        chosen = [
            ("", _p("template", "nothing")),
            *[(str(t.id), t.name) for t in templates],
        ]
        self.fields["template"].choices = chosen  # type: ignore[attr-defined]

    def draft(self) -> MacroDraft:
        told = self.cleaned_data
        chosen = told["template"]
        row = ReplyTemplate.objects.filter(pk=chosen).first() if chosen else None
        return MacroDraft(told["name"], told["owner"], told["then"], told["note"], row)

    @staticmethod
    def of(row: Macro) -> dict[str, Any]:
        return {
            "name": row.name, "unit": row.unit_id, "owner": row.owner,
            "then": row.then, "note": row.note, "template": row.template_id or "",
        }  # fmt: skip
