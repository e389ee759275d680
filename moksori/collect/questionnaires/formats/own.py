"""Our own JSON, as docs/questionnaires.md describes it."""

from __future__ import annotations

import json
import re

from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.formats.kept import Remarks
from moksori.collect.questionnaires.formats.text import json_from
from moksori.collect.questionnaires.reading import questionnaire_from
from moksori.collect.questionnaires.writing import to_json

TITLE, SUFFIX = "Moksori", ".json"
_OURS = re.compile(rb'"moksori"\s*:\s*\d')


def is_one(content: bytes) -> bool:
    is_ours = bool(_OURS.search(content[:2_000]))
    # The number of the format may be left out; SurveyJS has elements with names.
    return is_ours or (
        b'"questions"' in content and b'"id"' in content and b'"name"' not in content
    )


def read(content: bytes) -> tuple[Questionnaire, Remarks]:
    return questionnaire_from(json_from(content)), Remarks()


def write(questionnaire: Questionnaire) -> tuple[bytes, Remarks]:
    text = json.dumps(to_json(questionnaire), ensure_ascii=False, indent=2)
    return f"{text}\n".encode(), Remarks()
