"""Other questionnaires, printed by the product: long and short ones, by dice."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from bench.paper.forms import Sheets
from bench.paper.real import prepared

COUNT = 8
_VARIANTS = (  # paper, columns, large print, language
    ("letter", 1, True, "en"),
    ("a4", 2, False, "ko"),
    ("letter", 2, False, "en"),
    ("a4", 1, True, "ko"),
)
_THINGS = {
    "ko": "가격 응대 배송 청결 주차 설명 품질 포장 교환 안내 대기시간 분위기 좌석 조명 "
    "재구매의향 결제방법 직원의태도 문의답변 앱사용 매장위치",
    "en": "price service delivery cleanliness parking explanation quality packing "
    "exchange guidance waiting atmosphere seats lighting repurchase payment staff "
    "answers app location",
}


@cache
def printed(number: int) -> Sheets:
    """One of the forms; the same every time."""
    paper, columns, large, language = _VARIANTS[number % len(_VARIANTS)]
    definition = _Writing(random.Random(7_000 + number), language)  # noqa: S311
    chosen = (paper, columns, large, language)
    return prepared(definition.whole(), chosen, "JKMNPQRS"[number] * 6)


class _Writing:
    def __init__(self, dice: random.Random, language: str) -> None:
        self.dice = dice
        self.language = language
        self.things = _THINGS[language].split()
        self.number = 0

    def whole(self) -> dict[str, Any]:
        pages = [
            {"id": f"p{page}", "questions": self._questions()} for page in range(2)
        ]
        return {
            "moksori": 1,
            "title": self._words(3),
            "languages": [self.language],
            "pages": pages,
        }

    def _words(self, most: int) -> dict[str, str]:
        count = self.dice.randint(1, most)
        words = " ".join(self.dice.choice(self.things) for _word in range(count))
        return {self.language: words}

    def _questions(self) -> list[dict[str, Any]]:
        types = ["nps", "csat", "single", "single", "multiple", "multiple", "matrix"]
        self.dice.shuffle(types)
        return [self._question(one) for one in types]

    def _question(self, kind: str) -> dict[str, Any]:
        self.number += 1
        made: dict[str, Any] = {
            "id": f"q{self.number}",
            "type": kind,
            "text": self._words(6),
        }
        if kind in ("single", "multiple"):
            made["options"] = self._options("o", self.dice.randint(2, 8))
        if kind == "matrix":
            made["rows"] = self._options("r", self.dice.randint(3, 6))
            made["options"] = [
                {"id": f"s{n}", "text": {self.language: str(n)}, "score": n}
                for n in range(1, self.dice.choice([4, 5, 5, 7]) + 1)
            ]
        return made

    def _options(self, letter: str, count: int) -> list[dict[str, Any]]:
        things = self.dice.sample(self.things, count)
        return [
            {"id": f"{letter}{n}", "text": {self.language: thing}}
            for n, thing in enumerate(things)
        ]
