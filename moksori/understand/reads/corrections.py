"""What people taught about themes: who, when, and whether it was undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.understand.models import Correction, Theme

PAGE = 50


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One step of the history; `said` is what was asked for, in words, if any.

    `mentions` were in it when it was made. `blocked_by` is the later correction that
    builds on it; None with `can_undo` False: it was undone, or is not theirs to undo.
    """

    id: int
    kind: str
    kind_name: str
    theme: int
    theme_name: str
    said: str
    mentions: int
    who: str
    at: datetime
    undone_by: str
    undone_at: datetime | None
    can_undo: bool
    blocked_by: int | None


@dataclass(frozen=True, slots=True)
class History:
    """Newest first; `older` asks for the next page, None on the last one."""

    lines: tuple[CorrectionLine, ...]
    older: int | None


def history(
    *,
    by: Member,
    affiliate: int | None = None,
    theme: Theme | int | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> History:
    """Corrections within an affiliate, or about one theme, or of all that is seen."""
    rows: QuerySet[Correction] = Correction.objects.visible_to(by)
    if affiliate is not None:
        rows = rows.filter(unit_id=affiliate)
    if theme is not None:
        rows = rows.filter(_about(theme.pk if isinstance(theme, Theme) else theme))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    rows = rows.select_related("theme", "by", "undone_by").order_by("-pk")
    found = list(rows[: limit + 1])
    names = _names(found)
    blocked = _blocked(found)
    scope = by.scope(Ability.EDIT_THEMES)
    lines = tuple(
        _line(one, names, blocked.get(one.pk), may=scope.covers(one))
        for one in found[:limit]
    )
    return History(lines, found[limit - 1].pk if len(found) > limit else None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mentions a member put right in an affiliate, and what moved so."""

    corrections: int
    mentions: int


def tally(affiliate: int, *, by: Member) -> Tally:
    """What the member's own answers came to; those undone do not count."""
    rows = Correction.objects.filter(
        unit_id=affiliate, by=by, kind=Correction.Kind.PIN, undone_at=None
    )
    found = rows.aggregate(count=Count("pk"), mentions=Sum("mentions"))
    return Tally(found["count"], found["mentions"] or 0)


def correction_row(correction_id: int, *, by: Member) -> Correction:
    """The row behind the gate; NotFound for an outsider."""
    rows = Correction.objects.visible_to(by).select_related("theme", "unit", "by")
    row: Correction = one(rows, pk=correction_id)
    return row


def correction_line(correction_id: int, *, by: Member) -> CorrectionLine:
    """One step of the history; NotFound for an outsider."""
    row = correction_row(correction_id, by=by)
    blocked = _blocked([row]).get(row.pk)
    may = by.may(Ability.EDIT_THEMES, row)
    return _line(row, _names([row]), blocked, may=may)


def _about(theme: int) -> Q:
    """Its own, and merges and splits in which it was one of the others."""
    merged = Theme.objects.filter(pk=theme).values("merged_into_id")
    own = Q(theme_id=theme)
    taken = Q(kind=Correction.Kind.MERGE, theme_id__in=merged)
    whole = Theme.objects.filter(pk=theme).values_list("definition", flat=True).first()
    if whole and "of" in whole:
        return own | taken | Q(kind=Correction.Kind.SPLIT, theme_id=whole["of"])
    return own | taken


def _line(
    row: Correction, names: dict[int, str], blocked_by: int | None, *, may: bool
) -> CorrectionLine:
    return CorrectionLine(
        id=row.pk,
        kind=row.kind,
        kind_name=row.get_kind_display(),
        theme=row.theme_id,
        theme_name=row.theme.name,
        said=_said(row, names),
        mentions=row.mentions,
        who=row.by.name if row.by else "",
        at=row.at,
        undone_by=row.undone_by.name if row.undone_by else "",
        undone_at=row.undone_at,
        can_undo=may and row.undone_at is None and blocked_by is None,
        blocked_by=blocked_by,
    )


def _named(row: Correction) -> list[int]:
    """The other themes that a correction names."""
    told = row.said
    one_of = [told.get("group"), told.get("theme")]
    many = [*told.get("themes", ()), *told.get("parts", ())]
    return [pk for pk in (*many, *one_of) if isinstance(pk, int)]


def _names(rows: list[Correction]) -> dict[int, str]:
    ids = {pk for row in rows for pk in _named(row)}
    themes = Theme.objects.filter(pk__in=ids).defer("center", "anchors")
    return {theme.pk: theme.name for theme in themes}


def _said(row: Correction, names: dict[int, str]) -> str:
    if row.kind == Correction.Kind.RENAME:
        return f"{row.before.get('name_ko', '')} → {row.said.get('name_ko', '')}"
    return " · ".join(names[pk] for pk in _named(row) if pk in names)


def _blocked(rows: list[Correction]) -> dict[int, int]:
    """Which of them a later correction in force builds on, and the newest such one."""
    units = {row.unit_id for row in rows}
    first = min((row.pk for row in rows), default=0)
    later = Correction.objects.filter(
        unit_id__in=units, pk__gt=first, undone_at=None
    ).order_by("pk")
    newest: dict[tuple[int, str], int] = {}
    for unit, pk, said in later.values_list("unit_id", "pk", "said"):
        newest |= {(unit, touch): pk for touch in said.get("touches", ())}
    found = {}
    for row in rows:
        touches = row.said.get("touches", ())
        last = max((newest.get((row.unit_id, one), 0) for one in touches), default=0)
        if last > row.pk:
            found[row.pk] = last
    return found
