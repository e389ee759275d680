"""Surveys of the invented company: one that you can answer, one still being built."""

from __future__ import annotations

from django.utils.translation import gettext as _

from moksori.collect.questionnaires.templates import template
from moksori.collect.questionnaires.writing import to_json
from moksori.collect.writes.surveys import add_survey, publish
from moksori.server.demo.people import Company


def ask(company: Company) -> str:
    """What it tells of: the survey that is open."""
    analyst = company.people["haneul"]
    visit = add_survey(
        _("After the visit (example)"),
        unit=company.units["cinema"],
        draft=to_json(template("transaction").questionnaire),
        by=analyst,
    )
    publish(visit, by=analyst)
    add_survey(
        _("Once a year (example, not published)"),
        unit=company.units["cinema"],
        draft=to_json(template("relationship").questionnaire),
        by=analyst,
    )
    return f"{visit.name}: /s/{visit.slug}/"
