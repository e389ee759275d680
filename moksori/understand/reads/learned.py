"""What the last learning of themes changed, and why there are so many themes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from moksori.base.people.models import Member, Unit
from moksori.understand.models import Theme, ThemeRun
from moksori.understand.reads.window import sees_all

ORDER = ("born", "archived", "renamed", "kept")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one theme; `before` is its name until then, "" when unchanged."""

    theme: Theme
    what: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Considered:
    """A number of themes that was considered.

    `length` is how long the description of who is near whom is with it, in per cent
    of the shortest: 100 is best.
    """

    themes: int
    length: float
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Learned:
    """A learning as its page shows it; `earlier` and `later` number other runs.

    Its counts are for who reads the `whole` unit: they hold all of its feedback.
    """

    run: ThemeRun
    changes: list[Change]
    considered: list[Considered]
    earlier: int | None
    later: int | None
    is_whole: bool

    def count(self, what: str) -> int:
        return sum(change.what == what for change in self.changes)


def learned(
    affiliate: Unit, *, by: Member, number: int | None = None
) -> Learned | None:
    """The last learning, or the one of this number; None before the first."""
    runs = ThemeRun.objects.visible_to(by).filter(unit=affiliate).defer("state")
    run = runs.filter(number=number).first() if number else runs.first()
    if run is None:
        return None
    numbers = list(runs.order_by("number").values_list("number", flat=True))
    at = numbers.index(run.number)
    return Learned(
        run=run,
        changes=_changes(run, by),
        considered=_considered(run.candidates),
        earlier=numbers[at - 1] if at else None,
        later=numbers[at + 1] if at + 1 < len(numbers) else None,
        is_whole=sees_all(by.scope(), affiliate.pk),
    )


def _changes(run: ThemeRun, by: Member) -> list[Change]:
    ids = [one["theme"] for one in run.changes]
    themes = Theme.objects.visible_to(by).defer("center", "anchors").in_bulk(ids)
    found = [_change(one, themes[one["theme"]]) for one in run.changes
             if one["theme"] in themes]  # fmt: skip
    return sorted(found, key=lambda one: (ORDER.index(one.what), one.theme.name))


def _change(stored: dict[str, object], theme: Theme) -> Change:
    """As stored; a kept theme whose name is another one now counts as renamed."""
    what, before = str(stored["what"]), str(stored.get("before") or "")
    name = str(stored.get("name") or theme.name_ko)
    if what == "kept" and before and before != name:
        return Change(theme, "renamed", before)
    return Change(theme, what if what in ORDER else "kept")


def _considered(stored: Iterable[dict[str, float]]) -> list[Considered]:
    rows = sorted(stored, key=lambda one: one["themes"])
    best = min((one["length"] for one in rows), default=0.0)
    return [
        Considered(
            themes=int(one["themes"]),
            length=100 * one["length"] / best if best else 100.0,
            is_chosen=bool(one.get("chosen")),
        )
        for one in rows
    ]
