"""Questionnaires worth starting from, one JSON file each, in Korean and English."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from moksori.base.errors import NotFound
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.reading import questionnaire_from
from moksori.collect.questionnaires.words import Words

FOLDER = Path(__file__).parent
# As they are offered; the file names are the ids.
ORDER = (
    "relationship",
    "transaction",
    "after_case",
    "b2b_interview",
    "concept_test",
    "market_needs",
    "employee_pulse",
)


@dataclass(frozen=True, slots=True)
class Template:
    """A start: what it is called, what it is for, and the questionnaire itself."""

    id: str
    title: Words
    about: Words
    questionnaire: Questionnaire


def templates() -> tuple[Template, ...]:
    """All that there are, in the order in which they are offered."""
    return tuple(_template(id) for id in ORDER if (FOLDER / f"{id}.json").is_file())


def template(id: str) -> Template:
    if id not in ORDER:
        raise NotFound(_("There is no such template."))
    return _template(id)


@cache
def _template(id: str) -> Template:
    found = questionnaire_from(json.loads((FOLDER / f"{id}.json").read_bytes()))
    about = dict(_about(found))
    kept = {k: v for k, v in found.metadata.items() if not k.startswith("about_")}
    metadata = {**kept, "template": id}
    return Template(id, found.title, Words(about), replace(found, metadata=metadata))


def _about(found: Questionnaire) -> Iterator[tuple[str, str]]:
    for name, text in found.metadata.items():
        if name.startswith("about_"):
            yield name.removeprefix("about_"), text
