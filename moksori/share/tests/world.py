"""A small world with feedback in which one thing gets worse and one gets better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from moksori.base.customers.models import Product
from moksori.base.people.models import Unit
from moksori.collect.models import Feedback, Source
from moksori.understand.models import (
    MENTIONS_PER_FEEDBACK,
    Mention,
    PainPoint,
    Theme,
)
from moksori.understand.writes.facts import publish_facts
from moksori.understand.writes.pains import detect_pain_points

WEEKS = 12
PER_WEEK = 50

BOX = "배송은 빨랐는데 상자가 다 뜯어져서 왔어요. 선물이었는데 [phone] 로 전화했습니다."
REFUND = "사흘이면 된다더니 환불이 이 주일째 안 됩니다."
THANKS = "기사님이 직접 전화해서 다시 가져다주셨어요. 덕분에 살았습니다."
OTHER = "그냥 그랬어요."


@dataclass(frozen=True)
class World:
    """`box` rises in the last six weeks, `refund` falls; `other` belongs to others."""

    box: PainPoint
    refund: PainPoint
    source: Source
    newest: datetime


def make_world(
    unit: Unit, *, product: Product | None = None, until: datetime | None = None
) -> World:
    """600 feedbacks of twelve weeks in a unit, enriched, published and ranked."""
    # Yesterday, so that no hour of today lies ahead of it.
    newest = until or (timezone.now() - timedelta(days=1)).replace(hour=3, minute=0)
    affiliate = unit.ancestor_ids()[1]
    box, refund = (
        _theme(affiliate, "포장 파손", "Torn box"),
        _theme(affiliate, "환불 지연", "Late refund"),
    )
    source = Source.objects.create(unit=unit, name=f"앱 후기 {unit.pk}")
    rows = list(_rows(source, unit, product, newest))
    Feedback.objects.bulk_create([row for row, _said in rows])
    themes = {BOX: box, REFUND: refund}
    Mention.objects.bulk_create(
        [_mention(row, said, themes.get(said)) for row, said in rows]
    )
    publish_facts([row.pk for row, _said in rows])
    detect_pain_points(affiliate)
    pains = {pain.theme_id: pain for pain in PainPoint.objects.all()}
    return World(pains[box.pk], pains[refund.pk], source, newest)


def _theme(affiliate: int, name_ko: str, name_en: str) -> Theme:
    return Theme.objects.create(
        unit_id=affiliate,
        name_ko=name_ko,
        name_en=name_en,
        center=b"",
        born_at=timezone.now(),
    )


def _rows(
    source: Source, unit: Unit, product: Product | None, newest: datetime
) -> Iterator[tuple[Feedback, str]]:
    for back in range(WEEKS):
        for i in range(PER_WEEK):
            at = newest - timedelta(weeks=back, days=i % 5, minutes=i)
            said = _said(i, is_recent=back < WEEKS // 2)
            yield (
                Feedback(
                    source=source,
                    external_id=f"{back}-{i}",
                    unit=unit,
                    product=product,
                    channel="app_store",
                    language="ko",
                    occurred_at=at,
                    received_at=at,
                    text=said,
                    fingerprint=f"{back}-{i}",
                ),
                said,
            )


def _said(i: int, *, is_recent: bool) -> str:
    box, refund = (8, 2) if is_recent else (2, 8)
    if i < box:
        return BOX
    if i < box + refund:
        return REFUND
    return THANKS if i % 5 == 0 else OTHER


def _mention(row: Feedback, said: str, theme: Theme | None) -> Mention:
    span = {BOX: "상자가 다 뜯어져서", REFUND: "환불이 이 주일째 안 됩니다"}.get(said)
    span = span or ("직접 전화해서" if said == THANKS else said)
    start = said.index(span)
    kind = "complaint" if theme else ("praise" if said == THANKS else "other")
    return Mention(
        id=row.pk * MENTIONS_PER_FEEDBACK,
        feedback=row,
        position=0,
        start=start,
        end=start + len(span),
        day=timezone.localdate(row.occurred_at),
        language="ko",
        sentiment={"complaint": -0.8, "praise": 0.95}.get(kind, 0.0),
        kind=kind,
        theme=theme,
        confidence=0.9,
    )
