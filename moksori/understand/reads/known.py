"""Known pain points as a phone takes them along: names, and words to find them by."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Value, When

from moksori.base.people.models import Member, Unit
from moksori.collect.field.known import Known
from moksori.understand.models import PainPoint, Theme, affiliate_id

MOST = 300
MOST_WORDS = 8


def known_pains(by: Member) -> list[Known]:
    """Those that this member may see and that are not over, the own affiliate's first.

    No numbers, no customer's sentence: a phone may be lost.
    """
    own = affiliate_id(by.unit.path) if by.unit else 0
    rows = (
        PainPoint.objects.visible_to(by)
        .filter(segment={}, theme__state=Theme.State.ACTIVE)
        .exclude(state=PainPoint.State.RESOLVED)
        .select_related("theme")
        .defer("theme__center", "theme__anchors")
        .order_by(
            Case(
                When(theme__unit=own, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
            "pk",
        )
    )
    return [
        Known(row.theme_id, row.name, tuple(map(str, row.theme.words[:MOST_WORDS])))
        for row in rows[:MOST]
    ]


def home_of_theme(theme: int, by: Member) -> Unit | None:
    """The affiliate whose theme it is."""
    row = (
        Theme.objects.visible_to(by)
        .filter(pk=theme, is_group=False, state=Theme.State.ACTIVE)
        .select_related("unit")
        .only("unit")
        .first()
    )
    return row.unit if row else None
