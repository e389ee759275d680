"""How a survey begins: with nothing, from a template, or from a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from moksori.base.errors import UserError
from moksori.base.people.models import Unit
from moksori.base.storable import storable_json
from moksori.base.web.text import is_korean
from moksori.collect.questionnaires import formats
from moksori.collect.questionnaires.drafts import Draft, begun, tidied
from moksori.collect.questionnaires.reading import DEEPEST, Malformed
from moksori.collect.questionnaires.templates import template
from moksori.collect.questionnaires.writing import to_json


class SurveyForm(forms.Form):
    """A new survey."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_(
            "For you and your colleagues. An empty survey begins with it as the title "
            "that customers see."
        ),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Unit"),
        empty_label=None,  # the unit of who asks is chosen
        help_text=_("Who reads this unit sees the answers."),
    )
    start = forms.CharField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A questionnaire of Moksori, SurveyJS (JSON), XLSForm (Excel) or "
                    "LimeSurvey (.lss)."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.xlsx,.lss"}),
    )  # fmt: skip

    def __init__(
        self,
        data: QueryDict | None,
        files: MultiValueDict[str, UploadedFile[Any]] | None,
        *,
        units: Sequence[Unit],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])

    def draft(self) -> tuple[Draft, Sequence[Any]]:
        """The draft to begin with, and what could not be carried over."""
        file = self.cleaned_data.get("file")
        if file is not None:
            return draft_from(file)
        start = self.cleaned_data["start"]
        if start:
            return to_json(template(start).questionnaire), ()
        name = " ".join(self.cleaned_data["name"].split())
        return begun(name, "ko" if is_korean() else "en"), ()


def draft_from(file: UploadedFile[Any]) -> tuple[Draft, Sequence[Any]]:
    """The questionnaire in a file as a draft, and what could not be carried over.

    A draft of our own may be unfinished; what it lacks the builder says.
    """
    content = file.read(formats.LARGEST + 1)
    try:
        found, remarks = formats.read(content)
    except Malformed:
        return _unfinished(content), ()
    return to_json(found), remarks


def _unfinished(content: bytes) -> Draft:
    try:
        found = storable_json(json.loads(content), deepest=DEEPEST)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or "moksori" not in found:
        text = _now("There is no questionnaire in this file.")
        raise UserError(text, field="file")
    return tidied(found)
