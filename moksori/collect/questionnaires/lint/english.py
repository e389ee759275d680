"""What to look for in English questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moksori.collect.questionnaires.lint.notes import Note
from moksori.collect.questionnaires.lint.numbers import asks_for
from moksori.collect.questionnaires.lint.pieces import Piece

_NUMBERS = re.compile(
    r"\b(?:(?:resident registration|social security|passport|national id\w*|"
    r"driving licen[cs]e|driver['’]?s licen[cs]e|(?:credit |debit )?card|"
    r"(?:bank )?account|tax|national insurance) numbers?|SSN|CVC|CVV|IBAN"
    r"|pass ?words?|PIN)\b",
    re.IGNORECASE,
)


def _numbers(piece: Piece) -> Iterator[Note]:
    yield from asks_for(piece, _NUMBERS)


RULES = (_numbers,)
