"""Forms of this step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Unit
from moksori.base.web.text import with_particles
from moksori.collect.answers import Kind
from moksori.collect.models import Channel, Source
from moksori.collect.reader import FileOptions, Preview
from moksori.collect.sources.connector import connectors
from moksori.collect.sources.form import PLAIN
from moksori.collect.tables.dates import Order
from moksori.collect.tables.mapping import SINGLE, Mapping, ScoreColumn

ACCEPT = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.parquet,.jsonl,.ndjson,.json,.gz"
ROLES = [
    ("ignore", _p("column", "not used")),
    ("text", _p("column", "customer’s words")),
    ("score", _p("column", "score")),
    ("choice", _p("column", "answer to choose from")),
    ("date", _p("column", "date")),
    ("external_id", _p("column", "number of the feedback")),
    ("product", _p("column", "product")),
    ("region", _p("column", "region")),
    ("channel", _p("column", "channel")),
    ("customer", _p("column", "customer’s number")),
    ("account", _p("column", "client company")),
    ("language", _p("column", "language")),
    ("attribute", _p("column", "attribute to compare by")),
]
KINDS = [
    (Kind.NPS, _p("score", "recommendation (NPS)")),
    (Kind.CSAT, _p("score", "satisfaction")),
    (Kind.CES, _p("score", "ease")),
    (Kind.RATING, _p("score", "rating")),
]
LABELS = {
    "role": _("Meaning"),
    "kind": _("Kind of score"),
    "low": _("worst"),
    "high": _("best"),
}
ENCODINGS = [
    ("", _("find out")),
    ("utf-8", "UTF-8"),
    ("cp949", "CP949 (EUC-KR)"),
    ("utf-16", "UTF-16"),
    ("cp1252", "Windows-1252"),
    ("shift_jis", "Shift JIS"),
    ("gb18030", "GB18030"),
]
DELIMITERS = [
    ("", _("find out")),
    (",", _("comma")),
    (";", _("semicolon")),
    ("tab", _("tab")),
    ("|", _("vertical bar")),
]
ORDERS = [
    ("", _("find out from the whole column")),
    (Order.MDY, _("month, day, year")),
    (Order.DMY, _("day, month, year")),
    (Order.YMD, _("year, month, day")),
]


class UploadForm(forms.Form):
    """A file, and the source that it comes from: one there is, or a new one."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, Excel, Parquet or JSON lines, also packed as .gz."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT, "data-drop": ""}),
    )
    source = forms.ModelChoiceField(
        Source.objects.none(),
        label=_("Where does it come from?"),
        empty_label=_("a new source"),
        required=False,
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As the file, if you leave it empty."),
        error_messages={"required": _("Choose a source or name a new one.")},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Unit"),
        empty_label=_("Choose a unit"),
        error_messages={"required": _("Say to which unit the new source belongs.")},
    )
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Channel.choices, initial=Channel.OTHER
    )

    # A new source needs its fields, one that is chosen does not: the server looks.
    use_required_attribute = False

    def __init__(
        self,
        data: QueryDict | None,
        files: MultiValueDict[str, UploadedFile[Any]] | None,
        *,
        sources: Sequence[Source],
        units: Sequence[Unit],
        unit_id: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_named(data, files), files, **kwargs)
        if data and data.get("source"):
            for name in ("name", "unit", "channel"):
                self.fields[name].required = False
        own = [unit for unit in units if unit.pk == unit_id]
        self.fields["unit"].initial = next(iter([*own, *units]), None)
        self._limit("unit", Unit, units)
        if sources:
            self._limit("source", Source, sources)
        else:
            del self.fields["source"]

    def _limit(self, name: str, model: type[Model], rows: Sequence[Model]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - narrows
        field.queryset = model._default_manager.filter(pk__in=[r.pk for r in rows])


def _named(
    data: QueryDict | None, files: MultiValueDict[str, UploadedFile[Any]] | None
) -> QueryDict | None:
    """What was sent, with the name of the file where the new source has none."""
    file = files.get("file") if files else None
    if data is None or file is None or data.get("name", "").strip():
        return data
    named = data.copy()
    named["name"] = name_of(file.name or "")
    return named


def name_of(file_name: str) -> str:
    """How a source may be called: "2026_app-reviews.csv.gz" is "2026 app-reviews"."""
    bare = re.sub(
        r"\.[^.]{1,8}$", "", re.sub(r"\.gz$", "", file_name, flags=re.IGNORECASE)
    )
    return " ".join(bare.replace("_", " ").split())[:120]


class SourceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)


class ReadingForm(forms.Form):
    """How the file is decoded and cut, where finding out went wrong."""

    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)
    dialect = forms.ChoiceField(
        label=_("Separator"), choices=DELIMITERS, required=False
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    form = forms.ChoiceField(label=_("Kind of export"), required=False)

    def __init__(self, *args: Any, preview: Preview | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheets = preview.sheets if preview else ()
        self._choices("sheet", [(name, name) for name in sheets])
        self._choices("form", _forms())
        if preview:
            self.initial.setdefault("form", preview.form)
        if preview and not sheets:
            del self.fields["sheet"]
        if preview and not preview.encoding:
            del self.fields["encoding"]
        if preview and not preview.delimiter:
            del self.fields["dialect"]
        for name in ("encoding", "dialect"):
            if preview and name in self.fields:
                self._keep_found(name, preview)

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows
        field.choices = choices

    def _keep_found(self, name: str, preview: Preview) -> None:
        """What was found is chosen, also when it is not on the list."""
        found = preview.encoding if name == "encoding" else preview.delimiter
        found = {"\t": "tab", "utf-8-sig": "utf-8"}.get(found, found)
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows
        choices = [*(ENCODINGS if name == "encoding" else DELIMITERS)]
        if found not in {str(value) for value, _label in choices}:
            choices.append((found, found))
        field.choices = choices
        self.initial.setdefault(name, found)

    def options(self) -> FileOptions:
        return FileOptions(
            encoding=self.cleaned_data.get("encoding", ""),
            dialect=self.cleaned_data.get("dialect", ""),
            sheet=self.cleaned_data.get("sheet", ""),
            form=self.cleaned_data.get("form", ""),
        )


def _forms() -> list[tuple[str, Any]]:
    """Kinds of exports that are recognised."""
    known = connectors().values()
    named = [(one.kind, one.name) for one in known if one.form is not None]
    return [("", _("find out")), (PLAIN, _("a table like any other")), *named]


class MappingForm(forms.Form):
    """One row of fields per column of the file: its meaning, and a score's scale."""

    date_order = forms.ChoiceField(
        label=_("Order in dates such as 03/04/2026"),
        choices=ORDERS,
        required=False,
        help_text=_("If every date fits several orders, the month comes first."),
    )

    def __init__(
        self, *args: Any, columns: Sequence[str], mapping: Mapping, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        scores = {score.column: score for score in mapping.scores}
        for place, name in enumerate(columns):
            self._add(place, name, mapping.role_of(name), scores.get(name))
        self.fields["date_order"].initial = mapping.date_order or ""

    def _add(self, place: int, name: str, role: str, score: ScoreColumn | None) -> None:
        shown = score or ScoreColumn(name)
        for key, field in (
            ("role", forms.ChoiceField(choices=ROLES, initial=role)),
            ("kind", forms.ChoiceField(choices=KINDS, initial=shown.kind)),
            ("low", forms.FloatField(initial=_short(shown.low))),
            ("high", forms.FloatField(initial=_short(shown.high))),
        ):
            field.required = key == "role"
            field.widget.attrs["aria-label"] = f"{name} · {LABELS[key]}"
            self.fields[f"{key}_{place}"] = field

    def lines(self) -> list[dict[str, Any]]:
        """For the page: each column with its fields."""
        return [
            {
                "name": name,
                "role": self[f"role_{place}"],
                "kind": self[f"kind_{place}"],
                "low": self[f"low_{place}"],
                "high": self[f"high_{place}"],
            }
            for place, name in enumerate(self.columns)
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        roles = [given.get(f"role_{place}") for place in range(len(self.columns))]
        labels = dict(ROLES)
        for role in SINGLE:
            if roles.count(role) > 1:
                text = _("Only one column can be “%(role)s”.")
                self.add_error(None, with_particles(text % {"role": labels[role]}))
        return given

    def mapping(self) -> Mapping:
        given = self.cleaned_data
        roles: dict[str, list[str]] = {}
        for place, name in enumerate(self.columns):
            roles.setdefault(given[f"role_{place}"], []).append(name)
        order = given.get("date_order")
        return Mapping(
            texts=tuple(roles.get("text", ())),
            scores=tuple(
                self._score(place)
                for place in range(len(self.columns))
                if given[f"role_{place}"] == "score"
            ),
            attributes=tuple(roles.get("attribute", ())),
            choices=tuple(roles.get("choice", ())),
            date_order=Order(order) if order else None,
            **{role: roles[role][0] for role in SINGLE if role in roles},  # type: ignore[arg-type]
        )

    def _score(self, place: int) -> ScoreColumn:
        given = self.cleaned_data
        low, high = given.get(f"low_{place}"), given.get(f"high_{place}")
        return ScoreColumn(
            self.columns[place],
            Kind(given.get(f"kind_{place}") or Kind.RATING),
            0.0 if low is None else low,
            10.0 if high is None else high,
        )


def meanings(mapping: Mapping) -> list[tuple[str, Any]]:
    """Each column that is used, with what it was taken for."""
    scores = {
        score.column: _("score from %(low)s to %(high)s")
        % {"low": _short(score.low), "high": _short(score.high)}
        for score in mapping.scores
    }
    labels = dict(ROLES)
    return [
        (name, scores.get(name) or labels[mapping.role_of(name)])
        for name in mapping.columns
    ]


def _short(number: float) -> str:
    return f"{number:g}"


class FiguresForm(forms.Form):
    """A table of customers, their use or demand."""

    kind = forms.ChoiceField(
        label=_("What is in the file?"),
        choices=[
            ("accounts", _("Client companies")),
            ("customers", _("Customers (persons)")),
            ("usage", _("Use")),
            ("demand", _("Demand")),
        ],
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Unit"),
        empty_label=_("Choose a unit"),
        help_text=_("Who reads this unit sees what is brought in."),
        error_messages={"required": _("Say to which unit the figures belong.")},
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, Excel, Parquet or JSON lines, also packed as .gz."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT, "data-drop": ""}),
    )

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
