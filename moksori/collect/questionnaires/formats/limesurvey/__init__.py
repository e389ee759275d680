"""LimeSurvey: a survey's structure as an .lss file, the dump of its tables."""

from __future__ import annotations

import json

from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.formats.kept import (
    Remarks,
    finished,
    kept,
    restored,
    told,
)
from moksori.collect.questionnaires.formats.limesurvey.reading import survey_read
from moksori.collect.questionnaires.formats.limesurvey.tables import (
    kept_in,
    tables_from,
    xml_of,
)
from moksori.collect.questionnaires.formats.limesurvey.writing import tables_of
from moksori.collect.questionnaires.writing import to_json

TITLE, SUFFIX = "LimeSurvey", ".lss"


def is_one(content: bytes) -> bool:
    return b"<LimeSurveyDocType>" in content[:2_000]


def read(content: bytes) -> tuple[Questionnaire, Remarks]:
    remarks = Remarks()
    tables = tables_from(content)
    remembered = kept_in(tables)
    found = survey_read(tables, remarks, remembered.get("names", {}))
    return finished(restored(found, remembered.get("parts")), remarks), remarks


def write(questionnaire: Questionnaire) -> tuple[bytes, Remarks]:
    now = to_json(questionnaire)
    tables, names = tables_of(now)
    languages = now["languages"]
    plain = xml_of(tables, languages)
    then = survey_read(tables_from(plain), Remarks(), names)
    remembered = kept(now, then)
    extra = json.dumps({"names": names, "parts": remembered})
    return xml_of(tables, languages, kept=extra), told(remembered, now)
