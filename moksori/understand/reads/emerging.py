"""What is new and fits no theme, with the numbers that a member may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from moksori.base.errors import NotFound
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.understand.models import Emerging, Mention, Theme
from moksori.understand.reads.places import home_affiliate
from moksori.understand.reads.verbatims import Verbatim, said
from moksori.understand.reads.window import sees_all

WEEKS = 26
SHOWN_WEEKS = 12
QUOTED = 3
State = Emerging.State


@dataclass(frozen=True, slots=True)
class EmergingLine:
    """One issue; the counts are of what the member may read.

    `is_part` says that they are of a part of the affiliate (and of the newest two
    thousand mentions). `weeks` are counts of twelve weeks, the last one last; `copies`
    of the mentions repeat another one. `within` is the theme that it grows in, `theme`
    the one that was made of it.
    """

    row: Emerging
    mentions: int
    feedback: int
    copies: int
    first_day: date
    last_day: date
    weeks: tuple[int, ...]
    typical: list[Verbatim]
    within: Theme | None
    is_part: bool

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def state(self) -> str:
        return self.row.state

    @property
    def words(self) -> list[str]:
        return list(self.row.words)[:6]

    @property
    def copied(self) -> float:
        """The share of mentions that repeat another one."""
        return self.copies / self.mentions if self.mentions else 0.0

    @property
    def is_campaign(self) -> bool:
        return bool(self.row.evidence.get("is_campaign"))

    @property
    def theme(self) -> Theme | None:
        return self.row.theme

    @property
    def window(self) -> int:
        return int(self.row.evidence.get("window", 0))

    @property
    def found(self) -> int:
        return int(self.row.evidence.get("count", 0))

    @property
    def expected(self) -> float:
        return float(self.row.evidence.get("expected", 0.0))

    @property
    def chance(self) -> float:
        return float(self.row.evidence.get("chance", 1.0))

    @property
    def one_in(self) -> int:
        """One look in so many shows as much by chance; more is not claimed."""
        return int(min(1 / max(self.chance, 1e-9), 10_000))


@dataclass(frozen=True, slots=True)
class EmergingList:
    """The issues of one affiliate in one state; `counts` are of every state."""

    unit: Unit
    state: str
    lines: list[EmergingLine]
    counts: dict[str, int]


def emerging_list(
    *, by: Member, unit: int | None = None, state: str = State.NEW
) -> EmergingList:
    """What is new (or in another state), the largest first; NotFound for outsiders."""
    home = home_affiliate(by=by, unit=unit)
    state = state if state in State.values else State.NEW
    lines = _lines(home.pk, by=by)
    counts = Counter(line.state for line in lines)
    shown = [line for line in lines if line.state == state]
    shown.sort(key=lambda line: (-line.mentions, line.id))
    return EmergingList(home, state, _quoted(shown, by=by), dict(counts))


def emerging_line(emerging_id: int, *, by: Member) -> EmergingLine:
    """One issue; NotFound for who may read nothing of it."""
    row = emerging_row(emerging_id, by=by)
    lines = [line for line in _lines(row.unit_id, by=by) if line.id == row.pk]
    if not lines:
        raise NotFound
    return _quoted(lines, by=by)[0]


def emerging_row(emerging_id: int, *, by: Member) -> Emerging:
    """The row behind the gate; NotFound for who may read nothing of it."""
    row: Emerging = one(Emerging.objects.visible_to(by), pk=emerging_id)
    if not sees_all(by.scope(), row.unit_id):
        readable = Mention.objects.visible_to(by).filter(pk__in=row.near)
        if not readable.exists():
            raise NotFound
    return row


def fresh(affiliate: int, *, by: Member) -> list[EmergingLine]:
    """What is new in an affiliate, as far as this member may see, without quotes."""
    return [line for line in _lines(affiliate, by=by) if line.state == State.NEW]


def weekly(days: Iterable[int], newest: int) -> list[int]:
    """How many in each week of seven days up to the newest, the last one first."""
    ago: Counter[int] = Counter((newest - day) // 7 for day in days)
    return [ago[week] for week in range(WEEKS)]


def _lines(affiliate: int, *, by: Member) -> list[EmergingLine]:
    rows = list(
        Emerging.objects.visible_to(by)
        .filter(unit_id=affiliate)
        .exclude(near=[])
        .defer("center")
        .select_related("theme")
    )
    themes = Theme.objects.defer("center", "anchors").in_bulk(
        {row.evidence.get("within") for row in rows} - {None}
    )
    whole = sees_all(by.scope(), affiliate)
    lines = []
    for row in rows:
        within = themes.get(row.evidence.get("within"))
        line = _line(row, within) if whole else _part(row, within, by=by)
        if line is not None:
            lines.append(line)
    return lines


def _line(row: Emerging, within: Theme | None) -> EmergingLine:
    return EmergingLine(
        row=row,
        mentions=row.mentions,
        feedback=row.feedback,
        copies=row.copies,
        first_day=row.first_day,
        last_day=row.last_day,
        weeks=_shown(row.weeks),
        typical=[],
        within=within,
        is_part=False,
    )


def _part(row: Emerging, within: Theme | None, *, by: Member) -> EmergingLine | None:
    """The same from what this member may read; None when that is nothing."""
    readable = Mention.objects.visible_to(by).filter(pk__in=row.near)
    found = list(readable.values_list("day", "feedback_id", "key", "pk"))
    if not found:
        return None
    days = [day for day, *_ in found]
    newest = date.fromisoformat(row.evidence.get("until", str(max(days))))
    words = {key if key is not None else -pk for _, _, key, pk in found}
    return EmergingLine(
        row=row,
        mentions=len(found),
        feedback=len({feedback for _, feedback, *_ in found}),
        copies=len(found) - len(words),
        first_day=min(days),
        last_day=max(days),
        weeks=_shown(weekly([day.toordinal() for day in days], newest.toordinal())),
        typical=[],
        within=within,
        is_part=True,
    )


def _shown(weeks: Sequence[int]) -> tuple[int, ...]:
    return tuple(weeks[:SHOWN_WEEKS][::-1])


def _quoted(lines: list[EmergingLine], *, by: Member) -> list[EmergingLine]:
    """The lines with the words that stand for them."""
    wanted = {line.id: _candidates(line) for line in lines}
    words = said({pk for ids in wanted.values() for pk in ids}, by=by)
    for line in lines:
        found: dict[int, Verbatim] = {}
        for pk in wanted[line.id]:
            if pk in words:
                found.setdefault(words[pk].feedback, words[pk])
        line.typical.extend(list(found.values())[: 1 if line.is_campaign else QUOTED])
    return lines


def _candidates(line: EmergingLine) -> list[int]:
    """The typical ones; of a part, of which none may be typical, any."""
    row = line.row
    ids = [*row.typical, *row.near] if line.is_part else row.typical[:8]
    return list(dict.fromkeys(ids))
