"""When and where a widget shows itself on a site, as its script is told."""

from __future__ import annotations

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from moksori.collect.models import Survey
from moksori.collect.reads.answering import Standing, standing

MODES = ("button", "popup", "inline")
DEFAULTS: dict[str, Any] = {
    "origins": [],
    "mode": "button",
    "side": "right",
    "paths": [],  # "/checkout*"; empty: everywhere
    "after_seconds": 0,
    "after_scroll": 0,  # per cent of the page
    "share": 100,  # per cent of visitors
    "again_after_days": 30,
    "button": {},
}
KIOSK_DEFAULTS: dict[str, Any] = {"idle_seconds": 30}


def widget_settings(survey: Survey) -> dict[str, Any]:
    return {**DEFAULTS, **survey.settings.get("widget", {})}


def widget_of(survey: Survey, *, address: str) -> dict[str, Any] | None:
    """What the script needs; None while the survey takes no answers."""
    if survey.version is None or (
        standing(survey, now=timezone.now()) != Standing.OPEN
    ):  # fmt: skip
        return None
    told = widget_settings(survey)
    languages = survey.version.questionnaire.languages
    return {
        "id": survey.slug,
        "version": survey.version.number,
        "url": address,
        "languages": list(languages),
        "words": {one: _words(told, one) for one in languages},
        "titles": survey.version.questionnaire.title.to_json(),
        **{name: told[name] for name in DEFAULTS if name not in {"origins", "button"}},
    }


def _words(told: dict[str, Any], language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "button": told["button"].get(language) or _("Give feedback"),
            "close": _("Close"),
        }
