"""Small worlds of themes and mentions to test with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import numpy as np
from django.utils import timezone

from moksori.base.people.models import Unit
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import (
    MENTIONS_PER_FEEDBACK,
    Mention,
    PainPoint,
    SearchText,
    Theme,
)
from moksori.understand.reads.tokens import tokens
from moksori.understand.writes.facts import publish_facts

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday

SUBJECTS = {
    "delivery": ("배송", "택배", "배송 기사", "도착 날짜", "배송 조회"),
    "payment": ("결제", "카드 결제", "환불", "결제 화면", "결제 금액"),
    "support": ("상담원", "상담 전화", "고객센터", "상담 연결", "전화 상담"),
    "package": ("포장", "상자", "포장 상태", "포장 비닐", "포장 테이프"),
}
SAYS = (
    "{} 때문에 너무 화가 납니다",
    "{} 문제로 정말 불편해요",
    "{} 이번에는 아주 좋았어요",
    "{} 왜 이렇게 느린가요",
    "{} 개선 부탁드립니다",
    "어제 {} 때문에 한참 기다렸어요",
    "{} 쪽은 만족합니다",
    "{} 자꾸 틀려서 짜증나요",
)
ENDS = ("", " 두 번째예요", " 다음에는 다를까요", " 친구도 그랬어요")


def make_theme(unit: Unit, name: str = "배송이 늦음", **fields: Any) -> Theme:
    center = np.zeros(256, np.float32)
    center[Theme.objects.count() % 256] = 1
    return Theme.objects.create(
        unit=unit,
        name_ko=name,
        name_en=fields.pop("name_en", "Late delivery"),
        center=center.tobytes(),
        born_at=timezone.now(),
        **fields,
    )


def make_mention(
    feedback: Feedback,
    theme: Theme | None = None,
    *,
    kind: str = Mention.Kind.COMPLAINT,
    sentiment: float = -0.8,
    position: int = 0,
) -> Mention:
    """A mention of the whole text, as the enrichment would have found it."""
    return Mention.objects.create(
        id=feedback.pk * MENTIONS_PER_FEEDBACK + position,
        feedback=feedback,
        position=position,
        start=0,
        end=len(feedback.text),
        day=timezone.localdate(feedback.occurred_at),
        language="ko",
        sentiment=sentiment,
        kind=kind,
        theme=theme,
        confidence=0.9,
    )


def make_complaints(
    unit: Unit, theme: Theme | None, count: int, *, days: int = 20, **fields: Any
) -> list[Feedback]:
    """Feedback that complains, spread over the last days before `DAY`; not published.

    `sentiment` and `kind` go to the mentions, the rest to the feedback.
    """
    about = {key: fields.pop(key) for key in ("sentiment", "kind") if key in fields}
    made = []
    for number in range(count):
        at = DAY - timedelta(days=number % days)
        one = make_feedback(
            f"배송이 늦어요 {number}", unit=unit, occurred_at=at, **fields
        )
        make_mention(one, theme, **about)
        SearchText.objects.create(feedback=one, tokens=tokens(one.text))
        made.append(one)
    return made


def make_pain(theme: Theme, **fields: Any) -> PainPoint:
    return PainPoint.objects.create(
        unit=theme.unit, theme=theme, detected_at=timezone.now(), **fields
    )


def publish() -> None:
    """Everything in the database, in the warehouse."""
    publish_facts(list(Feedback.objects.order_by("pk").values_list("pk", flat=True)))


def sentences(count: int) -> list[str]:
    """Made-up sentences: 60 about one complaint, the rest about four subjects."""
    late = [f"배송이 너무 늦어서 화가 납니다 {days}일째예요" for days in range(60)]
    every = [
        say.format(word) + end
        for end, say, words in product(ENDS, SAYS, zip(*SUBJECTS.values(), strict=True))
        for word in words
    ]
    return [*late, *every][:count]


def hand_over(unit: Unit, texts: list[str]) -> list[Feedback]:
    """Feedback stored as `collect` does: with its note in the outbox."""
    made = [
        make_feedback(text, unit=unit, occurred_at=DAY - timedelta(hours=number))
        for number, text in enumerate(texts)
    ]
    outbox.put("feedback", {"ids": [one.pk for one in made]})
    return made
