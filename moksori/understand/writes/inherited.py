"""Pain points follow the mentions of a theme, with all the work attached to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moksori.understand.models import PainPoint, Theme


def hand_over(themes: Sequence[Theme], into: Theme) -> dict[str, int]:
    """Give `into` the pain points of these themes; says of each moved whose it was.

    Where `into` has one for the same segment, the one that people worked on leads; the
    other stays with its old theme, as history. Owners, actions and measured effects
    hang on the pain point and so go where it goes.
    """
    before: dict[str, int] = {}
    every = PainPoint.objects.select_for_update(no_key=True).order_by("pk")
    own = list(every.filter(theme=into))
    for pain in every.filter(theme__in=[theme.pk for theme in themes]):
        rival = next((one for one in own if one.segment == pain.segment), None)
        if rival is not None and (is_worked_on(rival) or not is_worked_on(pain)):
            continue
        before[str(pain.pk)] = pain.theme_id
        moves = {pain: into.pk}
        if rival is not None:
            before.setdefault(str(rival.pk), into.pk)
            moves[rival] = pain.theme_id
            own.remove(rival)
        own.append(pain)
        _move(moves)
    return before


def hand_back(before: Mapping[str, int]) -> None:
    """Put pain points back to the themes they had."""
    rows = PainPoint.objects.filter(pk__in=[int(pk) for pk in before])
    _move({pain: before[str(pain.pk)] for pain in rows})


def is_worked_on(pain: PainPoint) -> bool:
    return pain.state != PainPoint.State.DETECTED or pain.owner_id is not None


def _move(themes: Mapping[PainPoint, int]) -> None:
    # Two may change places, and no two may ever stand at the same one.
    segments = {pain: pain.segment for pain in themes}
    for pain in themes:
        pain.segment = {"moving": str(pain.pk)}
        pain.save(update_fields=["segment"])
    for pain, theme in themes.items():
        pain.theme_id, pain.segment, pain.named_at = theme, segments[pain], None
        pain.save(update_fields=["theme", "segment", "named_at"])
