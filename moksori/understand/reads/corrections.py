"""What people taught about themes: who, when, and whether it was undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.understand.models import Correction, Mention, Theme
from moksori.understand.reads.told import named, told
from moksori.understand.reads.verbatims import said
from moksori.understand.reads.window import sees_all

PAGE = 50


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One step of the history; `said` is what it changed, from what to what, if any.

    `words` are those that were put right, as far as the member may read them, in
    `mention`. `mentions` were in it when it was made, or are in the theme that it
    defined; without `is_counted` it moves none, or a later one has moved them on.
    None: counted over the whole unit, of which the member reads only a part.
    `blocked_by` is the later correction that builds on it; None with `can_undo` False:
    it was undone, or is not theirs to undo.
    """

    id: int
    kind: str
    kind_name: str
    theme: int
    theme_name: str
    said: str
    mentions: int | None
    who: str
    at: datetime
    undone_by: str
    undone_at: datetime | None
    can_undo: bool
    blocked_by: int | None
    words: str = ""
    mention: int | None = None
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """Newest first; `older` asks for the next page, None on the last one."""

    lines: tuple[CorrectionLine, ...]
    older: int | None

    @property
    def is_partial(self) -> bool:
        """Whether numbers are left out: of all feedback, and it reads only a part."""
        return any(line.mentions is None for line in self.lines)


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
    older = found[limit - 1].pk if len(found) > limit else None
    return History(_lines(found[:limit], by=by), older)


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
    return _lines([correction_row(correction_id, by=by)], by=by)[0]


def _about(theme: int) -> Q:
    """Its own, and merges and splits in which it was one of the others."""
    merged = Theme.objects.filter(pk=theme).values("merged_into_id")
    own = Q(theme_id=theme)
    taken = Q(kind=Correction.Kind.MERGE, theme_id__in=merged)
    whole = Theme.objects.filter(pk=theme).values_list("definition", flat=True).first()
    if whole and "of" in whole:
        return own | taken | Q(kind=Correction.Kind.SPLIT, theme_id=whole["of"])
    return own | taken


def _lines(rows: list[Correction], *, by: Member) -> tuple[CorrectionLine, ...]:
    names, blocked, counted = _names(rows), _blocked(rows), _counted(rows)
    pinned = [row.said["mention"] for row in rows if row.said.get("mention")]
    words = {pk: one.excerpt for pk, one in said(pinned, by=by).items()}
    scope = by.scope(Ability.EDIT_THEMES)
    read = by.scope()
    whole = {unit: sees_all(read, unit) for unit in {row.unit_id for row in rows}}
    out = []
    for row in rows:
        line = _line(row, names, blocked.get(row.pk), may=scope.covers(row))
        if _holds(row) and row.undone_at is None:
            is_counted = line.blocked_by is None
            count = counted[row.theme_id] if is_counted else 0
            line = replace(line, mentions=count, is_counted=is_counted)
        mention = row.said.get("mention")
        if mention in words:
            line = replace(line, words=words[mention], mention=mention)
        if not whole[row.unit_id]:
            line = replace(line, mentions=None)
        out.append(line)
    return tuple(out)


def _line(
    row: Correction, names: dict[int, str], blocked_by: int | None, *, may: bool
) -> CorrectionLine:
    return CorrectionLine(
        id=row.pk,
        kind=row.kind,
        kind_name=row.get_kind_display(),
        theme=row.theme_id,
        theme_name=row.theme.name,
        said=told(row, names),
        mentions=row.mentions,
        who=row.by.name if row.by else "",
        at=row.at,
        undone_by=row.undone_by.name if row.undone_by else "",
        undone_at=row.undone_at,
        can_undo=may and row.undone_at is None and blocked_by is None,
        blocked_by=blocked_by,
        is_counted=_moves(row),
    )


def _names(rows: list[Correction]) -> dict[int, str]:
    ids = {pk for row in rows for pk in named(row)}
    themes = Theme.objects.filter(pk__in=ids).defer("center", "anchors")
    return {theme.pk: theme.name for theme in themes}


def _counted(rows: list[Correction]) -> dict[int, int]:
    """Of definitions in force: how many mentions their themes hold by now."""
    themes = {row.theme_id for row in rows if _holds(row) and row.undone_at is None}
    held = Mention.objects.filter(theme__in=themes).order_by().values("theme")
    found = dict(held.annotate(n=Count("pk")).values_list("theme", "n"))
    return {pk: found.get(pk, 0) for pk in themes}


def _holds(row: Correction) -> bool:
    """Whether it says what a theme is known by: its mentions move in afterwards."""
    fields = {one[0] for one in row.said.get("changes", ())}
    known_by = row.said.get("made", True) or fields & {"words", "examples"}
    return row.kind == Correction.Kind.DEFINE and bool(known_by)


def _moves(row: Correction) -> bool:
    kinds = Correction.Kind
    if row.kind == kinds.DEFINE:
        return _holds(row)
    return row.kind not in (kinds.RENAME, kinds.MOVE)


def _blocked(rows: list[Correction]) -> dict[int, int]:
    """Which of them a later correction in force builds on, and the newest such one."""
    units = {row.unit_id for row in rows}
    first = min((row.pk for row in rows), default=0)
    later = Correction.objects.filter(
        unit_id__in=units, pk__gt=first, undone_at=None
    ).order_by("pk")
    newest: dict[tuple[int, str], int] = {}
    for unit, pk, step in later.values_list("unit_id", "pk", "said"):
        newest |= {(unit, touch): pk for touch in step.get("touches", ())}
    found = {}
    for row in rows:
        touches = row.said.get("touches", ())
        last = max((newest.get((row.unit_id, one), 0) for one in touches), default=0)
        if last > row.pk:
            found[row.pk] = last
    return found
