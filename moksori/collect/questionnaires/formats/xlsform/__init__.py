"""XLSForm: forms as a workbook, for ODK, KoboToolbox and others."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.formats.kept import (
    NAME,
    Remarks,
    finished,
    kept,
    restored,
    told,
)
from moksori.collect.questionnaires.formats.xlsform.reading import form_read
from moksori.collect.questionnaires.formats.xlsform.sheets import (
    Sheets,
    joined,
    split,
    workbook_from,
    workbook_of,
)
from moksori.collect.questionnaires.formats.xlsform.writing import form_of
from moksori.collect.questionnaires.writing import to_json
from moksori.collect.tables import archive

TITLE, SUFFIX = "XLSForm", ".xlsx"


def is_one(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04") and b"xl/" in content


def read(content: bytes) -> tuple[Questionnaire, Remarks]:
    with tempfile.NamedTemporaryFile(suffix=SUFFIX) as file:
        file.write(content)
        file.flush()
        archive.guard(Path(file.name))
    remarks = Remarks()
    sheets = workbook_from(content)
    found = form_read(sheets, remarks)
    return finished(restored(found, joined(sheets.get(NAME, []))), remarks), remarks


def write(questionnaire: Questionnaire) -> tuple[bytes, Remarks]:
    now = to_json(questionnaire)
    sheets: Sheets = form_of(now)
    # What a cell cannot hold is only seen when it is read back out of a file.
    remembered = kept(now, form_read(workbook_from(workbook_of(sheets)), Remarks()))
    if remembered:
        sheets[NAME] = split(json.dumps(remembered))
    return workbook_of(sheets), told(remembered, now)
