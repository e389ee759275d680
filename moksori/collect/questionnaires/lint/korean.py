"""What to look for in Korean questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moksori.collect.questionnaires.lint.notes import Note
from moksori.collect.questionnaires.lint.numbers import asks_for
from moksori.collect.questionnaires.lint.pieces import Piece

_NUMBERS = re.compile(
    r"주민(?:등록)?\s?번호|외국인\s?등록\s?번호|여권\s?번호|(?:운전)?면허\s?번호"
    r"|카드\s?번호|계좌\s?번호|비밀번호|\bCVC\b|\bCVV\b|\bPIN\b"
)


def _numbers(piece: Piece) -> Iterator[Note]:
    yield from asks_for(piece, _NUMBERS)


RULES = (_numbers,)
