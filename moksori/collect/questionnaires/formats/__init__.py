"""Questionnaires of other programs: read, and written, with what did not fit told.

A format is a module or a folder here with `read(content) -> (questionnaire, remarks)`,
`write(questionnaire) -> (content, remarks)`, TITLE, SUFFIX and `is_one(content)`.
docs/questionnaires-formats.md says what each carries over.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType

from django.utils.translation import gettext_noop as _

from moksori.base.errors import NotFound, TooLarge
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.formats.kept import Remark
from moksori.collect.tables.messages import Message, Unreadable

LARGEST = 10_000_000  # bytes
KINDS = ("moksori", "surveyjs", "xlsform", "limesurvey")

__all__ = ["KINDS", "Remark", "formats", "read", "write"]


@cache
def formats() -> Mapping[str, ModuleType]:
    """All formats by their kind."""
    return {kind: import_module(f"{__name__}.{_module(kind)}") for kind in KINDS}


def _module(kind: str) -> str:
    return "own" if kind == "moksori" else kind


def read(content: bytes, kind: str = "") -> tuple[Questionnaire, tuple[Remark, ...]]:
    """The questionnaire in a file, whatever program it is from.

    Raises Unreadable where it is none, Malformed where it makes no sense.
    """
    if len(content) > LARGEST:
        text = Message(
            _("A questionnaire of more than {most} MB cannot be read."),
            {"most": LARGEST // 1_000_000},
        )
        raise TooLarge(str(text), field="file")
    chosen = _format(kind) if kind else _guessed(content)
    questionnaire, remarks = chosen.read(content)
    return questionnaire, tuple(remarks)


def write(questionnaire: Questionnaire, kind: str) -> tuple[bytes, tuple[Remark, ...]]:
    """The questionnaire for another program, and what that will not understand."""
    content, remarks = _format(kind).write(questionnaire)
    return content, tuple(remarks)


def _format(kind: str) -> ModuleType:
    if kind not in KINDS:
        known = ", ".join(KINDS)
        text = Message(_("“{kind}” is no format. There are: {known}."),
                       {"kind": kind, "known": known})  # fmt: skip
        raise NotFound(str(text))
    return formats()[kind]


def _guessed(content: bytes) -> ModuleType:
    for one in formats().values():
        if one.is_one(content):
            return one
    raise Unreadable(
        _("This is no questionnaire that can be read: a Moksori or SurveyJS JSON file, "
          "an XLSForm workbook, or a LimeSurvey .lss file.")
    )  # fmt: skip
