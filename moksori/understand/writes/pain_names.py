"""Pain points get the half of their name that says what hurts."""

from __future__ import annotations

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from moksori.analysis.complaints import SAMPLE, Heard, name_complaints
from moksori.base.warehouse import outbox
from moksori.understand.models import BAD, Mention, PainPoint, ThemeRun

LONGEST = 120


def name_pain_points() -> int:
    """Name what has no name yet, or was named before themes were learned again.

    Says how many. All pain points of an affiliate are named together, for each is set
    apart from the others. Waits until what was said is placed; run again, it changes
    nothing.
    """
    if outbox.waiting("assign", "assign"):
        return 0
    affiliates = _unnamed().order_by("unit_id").values_list("unit_id", flat=True)
    return sum(_name(affiliate) for affiliate in list(affiliates.distinct()))


def _unnamed() -> QuerySet[PainPoint]:
    runs = ThemeRun.objects.filter(unit_id=OuterRef("unit_id")).order_by("-number")
    learned = PainPoint.objects.annotate(learned_at=Subquery(runs.values("at")[:1]))
    return learned.filter(Q(named_at=None) | Q(named_at__lt=F("learned_at")))


def _name(affiliate: int) -> int:
    pains = list(PainPoint.objects.filter(unit_id=affiliate).select_related("theme"))
    found = name_complaints([_heard(pain) for pain in pains])
    now = timezone.now()
    for pain, (korean, english) in zip(pains, found, strict=True):
        pain.complaint_ko, pain.complaint_en = korean[:LONGEST], english[:LONGEST]
        pain.named_at = now
    PainPoint.objects.bulk_update(pains, ["complaint_ko", "complaint_en", "named_at"])
    return len(pains)


def _heard(pain: PainPoint) -> Heard:
    mentions = Mention.objects.filter(theme_id=pain.theme_id)
    others = mentions.exclude(kind=Mention.Kind.COMPLAINT).filter(sentiment__gt=BAD)
    complaints = mentions.filter(kind=Mention.Kind.COMPLAINT)
    return Heard(
        _newest(complaints, SAMPLE),
        _newest(others, SAMPLE // 3),
        f"{pain.theme.name_ko} {pain.theme.name_en}",
    )


def _newest(rows: QuerySet[Mention], count: int) -> list[str]:
    columns = ("feedback__text", "start", "end")
    found = rows.order_by("-day", "-id").values_list(*columns)[:count]
    return [text[start:end] for text, start, end in found]
