"""SurveyJS: forms as JSON, drawn in its Creator and by its library."""

from __future__ import annotations

import json

from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.formats.kept import (
    NAME,
    Remarks,
    finished,
    kept,
    restored,
    told,
)
from moksori.collect.questionnaires.formats.surveyjs.reading import form_read
from moksori.collect.questionnaires.formats.surveyjs.writing import form_of
from moksori.collect.questionnaires.formats.text import json_from
from moksori.collect.questionnaires.writing import to_json

TITLE, SUFFIX = "SurveyJS", ".json"


def is_one(content: bytes) -> bool:
    start = content.lstrip(b"\xef\xbb\xbf \r\n\t")
    return start.startswith(b"{") and any(
        name in content for name in (b'"elements"', b'"pages"', b'"questions"')
    )


def read(content: bytes) -> tuple[Questionnaire, Remarks]:
    remarks = Remarks()
    form = json_from(content)
    found = form_read(form, remarks)
    return finished(restored(found, form.get(NAME)), remarks), remarks


def write(questionnaire: Questionnaire) -> tuple[bytes, Remarks]:
    now = to_json(questionnaire)
    form = form_of(now)
    remembered = kept(now, form_read(json.loads(json.dumps(form)), Remarks()))
    if remembered:
        form[NAME] = remembered
    text = json.dumps(form, ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "backslashreplace"), told(remembered, now)
