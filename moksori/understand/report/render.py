"""The findings as one HTML page that stands alone: no script, no font, no link out."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from moksori import __version__
from moksori.analysis.pains import MINIMUM
from moksori.analysis.trend import WINDOW, Direction
from moksori.base.web import text
from moksori.understand.report import rows, wording
from moksori.understand.report.findings import Findings, Subject

PAINS = 15
VOICES = 6
BASE = "moksori.understand.report"


def page(found: Findings) -> str:
    """The whole report in the active language."""
    css = resources.files(BASE).joinpath("report.css").read_text("utf-8")
    return render_to_string(
        "understand/report.html",
        {
            "found": found,
            "language": (get_language() or "ko")[:2],
            "style": mark_safe(f"<style>{css}</style>"),  # noqa: S308 – our own file
            "period": wording.period(found),
            "title": _title(found),
            "mentions": text.number(found.mentions),
            "facts": wording.facts(found),
            "summary": _summary(found),
            "strengths": _lines(found, found.strengths, "good"),
            "tables": [rows.table(found, table) for table in found.comparisons],
            "columns": [(name, _role(role)) for name, role in found.columns],
            "themeless": text.share(found.without_theme, 0),
            "minimum": MINIMUM,
            "window": WINDOW,
            "methods": wording.methods(),
            "today": wording.full_day(timezone.localdate()),
            "version": __version__,
            **_pains(found),
            **_few(found),
        },
    )


def _title(found: Findings) -> str:
    if found.few:
        return _("What customers said")
    return _("What hurts customers most")


def _pains(found: Findings) -> dict[str, Any]:
    shown = found.pains[:PAINS]
    top = max((pain.subject.reach.high for pain in shown), default=0.01)
    scale = rows.Scale(top, found.high, "hurt")
    lines = [rows.line(pain.subject, scale, pain) for pain in shown]
    return {
        "pains": lines,
        "rest": len(found.pains) - len(shown),
        "voices": lines[:VOICES],
    }


def _few(found: Findings) -> dict[str, Any]:
    if found.few is None:
        return {}
    few = found.few
    return {
        "too_few": wording.too_few(found),
        "themes": _lines(found, few.themes, "hurt"),
        "words": [
            (title, [rows.word(word) for word in words])
            for title, words in (
                (_("Words of complaints"), few.complaint_words),
                (_("Words of praise"), few.praise_words),
            )
            if words
        ],
        "complaints": [rows.voice(quote, found.high) for quote in few.complaints],
        "complaining": text.number(wording.complaining(found)),
    }


def _lines(found: Findings, subjects: Sequence[Subject], tone: str) -> list[rows.Line]:
    top = max((subject.reach.high for subject in subjects), default=0.01)
    scale = rows.Scale(top, found.high, tone)
    return [rows.line(subject, scale) for subject in subjects]


def _summary(found: Findings) -> list[str]:
    """What one would say in three sentences."""
    said = []
    if found.pains:
        first = found.pains[0].subject
        said.append(
            _(
                "Hurts most: %(name)s. %(share)s of all feedback (%(n)s) complains "
                "about it; 95%% interval %(interval)s%%."
            )
            % {
                "name": wording.name_of(first),
                "share": text.share(first.reach.value),
                "n": text.number(first.n),
                "interval": wording.interval(first.reach),
            }
        )
    for way, template in (
        (Direction.RISING, _("More often lately: %(names)s.")),
        (Direction.FALLING, _("Less often lately: %(names)s.")),
    ):
        names = [
            wording.name_of(pain.subject)
            for pain in found.pains
            if pain.subject.trend.direction is way
        ]
        if names:
            said.append(template % {"names": ", ".join(names[:5])})
    if found.strengths:
        names = [wording.name_of(subject) for subject in found.strengths[:3]]
        said.append(_("Praised most: %(names)s.") % {"names": ", ".join(names)})
    return said


def _role(role: str) -> str:
    names: dict[str, str] = {
        "text": _("customers' words"),
        "date": _("date"),
        "score": _("score"),
        "external_id": _("identifier"),
        "product": _("product"),
        "region": _("region"),
        "channel": _("channel"),
        "customer": _("customer"),
        "account": _("account"),
        "language": _("language"),
        "attribute": _("attribute"),
    }
    return names.get(role, role)
