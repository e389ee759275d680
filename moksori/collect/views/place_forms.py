"""How a survey shows itself on a site and at a kiosk, as a form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.web.text import with_particles
from moksori.collect.models import Survey
from moksori.collect.reads.widgets import KIOSK_DEFAULTS, widget_settings


class PlacesForm(forms.Form):
    """The rules of widget and kiosk; empty fields mean everywhere and at once."""

    origins = forms.CharField(
        label=_("Sites that may show it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One address on each line, such as https://www.example.com. "
                    "Browsers show it on no other site."),
    )  # fmt: skip
    mode = forms.ChoiceField(
        label=_("As"),
        choices=[
            ("button", _p("widget", "a button that opens it")),
            ("popup", _p("widget", "a panel that appears by itself")),
            ("inline", _p("widget", "a part of the page")),
        ],
    )
    side = forms.ChoiceField(
        label=_("Side"),
        choices=[
            ("right", _p("widget", "at the end")),
            ("left", _p("widget", "at the start")),
        ],
    )
    paths = forms.CharField(
        label=_("Pages"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One path on each line; * at the end stands for all below, such as "
                    "/orders/*. Empty: every page."),
    )  # fmt: skip
    after_seconds = forms.IntegerField(
        label=_("After so many seconds"), min_value=0, max_value=3600
    )
    after_scroll = forms.IntegerField(
        label=_("After so much of the page was seen (%)"), min_value=0, max_value=100
    )
    share = forms.IntegerField(
        label=_("Of so many visitors (%)"), min_value=1, max_value=100
    )
    again_after_days = forms.IntegerField(
        label=_("After it was closed or answered, again in so many days"),
        min_value=0,
        max_value=3650,
    )
    idle_seconds = forms.IntegerField(
        label=_("Kiosk: begins anew after so many seconds of silence"),
        min_value=20,
        max_value=600,
        help_text=_("Ten seconds before, it asks whether somebody is still there."),
    )

    def clean_origins(self) -> list[str]:
        return [_origin(line) for line in _lines(self.cleaned_data["origins"])]

    def clean_paths(self) -> list[str]:
        found = _lines(self.cleaned_data["paths"])
        for line in found:
            if not line.startswith("/"):
                text = _now("“{path}” is no path; it starts with /.")
                raise forms.ValidationError(with_particles(text.format(path=line)))
        return found

    def settings(self, survey: Survey) -> dict[str, Any]:
        """The settings of the survey with what the form says."""
        said = dict(self.cleaned_data)
        kiosk = {"idle_seconds": said.pop("idle_seconds")}
        return {
            **survey.settings,
            "widget": {**survey.settings.get("widget", {}), **said},
            "kiosk": {**survey.settings.get("kiosk", {}), **kiosk},
        }


def initial_of(survey: Survey) -> dict[str, Any]:
    told = widget_settings(survey)
    kiosk = {**KIOSK_DEFAULTS, **survey.settings.get("kiosk", {})}
    lists = {name: "\n".join(told[name]) for name in ("origins", "paths")}
    return {**told, **lists, "idle_seconds": kiosk["idle_seconds"]}


def _lines(text: str) -> list[str]:
    found = [line.strip()[:300] for line in text.splitlines() if line.strip()]
    if len(found) > 50:
        raise forms.ValidationError(_now("At most {most} lines.").format(most=50))
    return list(dict.fromkeys(found))


def _origin(line: str) -> str:
    """As https://www.example.com, of whatever address of a page was pasted."""
    try:
        parts = urlsplit(line if "://" in line else f"https://{line}")
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        host, port, parts = "", "", urlsplit("")
    is_name = all(one.isalnum() or one in ".-" for one in host)
    if parts.scheme not in {"http", "https"} or not host or not is_name:
        text = _now("“{address}” is not the address of a site.")
        raise forms.ValidationError(with_particles(text.format(address=line[:80])))
    return f"{parts.scheme}://{host.encode('idna').decode()}{port}"
