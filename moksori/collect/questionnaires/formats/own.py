"""Our own JSON, as docs/questionnaires.md describes it."""

from __future__ import annotations

import json

from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.formats.kept import Remarks
from moksori.collect.questionnaires.formats.text import json_from
from moksori.collect.questionnaires.reading import questionnaire_from
from moksori.collect.questionnaires.writing import to_json

TITLE, SUFFIX = "Moksori", ".json"


def is_one(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and (
        b'"moksori"' in content[:200]
    )


def read(content: bytes) -> tuple[Questionnaire, Remarks]:
    return questionnaire_from(json_from(content)), Remarks()


def write(questionnaire: Questionnaire) -> tuple[bytes, Remarks]:
    text = json.dumps(to_json(questionnaire), ensure_ascii=False, indent=2)
    return f"{text}\n".encode(), Remarks()
