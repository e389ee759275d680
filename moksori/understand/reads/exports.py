"""What the pages of this step show, as tables to take away."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from moksori.analysis.estimate import Estimate
from moksori.understand.reads.compare import Comparison
from moksori.understand.reads.crossed import Crossed
from moksori.understand.reads.map import ThemeMap
from moksori.understand.reads.pains import PainList
from moksori.understand.reads.places import Place
from moksori.understand.reads.sheets import Cell, Sheet
from moksori.understand.reads.themes import ThemeLine
from moksori.understand.reads.tree import GroupLine, ThemeTree
from moksori.understand.reads.window import Window


def pain_sheet(found: PainList) -> Sheet:
    """The ranked pain points, worst first."""
    header = (
        _("Rank"), _("Rank, from"), _("Rank, to"), _("Pain point"), _("Complaints"),
        *_share_names(_("Share that complains")), _("Severity, 1 to 5"), _("State"),
        _("Owner"), *_about_names(),
    )  # fmt: skip
    rows = [
        (
            line.rank, line.rank_low, line.rank_high, line.name, line.n,
            *_share(line.reach), line.severity.value, line.state_name,
            line.owner_name, *_about(found.place, line.reach),
        )
        for line in found.lines
    ]  # fmt: skip
    return Sheet(_("Pain points"), header, rows, frozenset({5, 6, 7}))


def theme_sheet(tree: ThemeTree) -> Sheet:
    """Groups, each with its themes below it, then the themes in no group."""
    header = (
        _("Level"), _("Group"), _("Theme"), _("Feedback"), _("Mentions"),
        *_share_names(_("Share of feedback")), _("Complaints"), _("Praises"),
        _("Others"), *_about_names(),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for group in tree.groups:
        rows.append(_theme_row(tree.place, group, _("group"), (group.name, "")))
        rows += [
            _theme_row(tree.place, line, _("theme"), (group.name, line.name))
            for line in group.themes
        ]
    rows += [
        _theme_row(tree.place, line, _("theme"), ("", line.name)) for line in tree.loose
    ]
    return Sheet(_("Themes"), header, rows, frozenset({5, 6, 7}))


def _theme_row(
    found: Place, line: ThemeLine | GroupLine, level: str, names: tuple[str, str]
) -> tuple[Cell, ...]:
    return (
        level, *names, line.feedback, line.mentions, *_share(line.share),
        line.kinds.complaint, line.kinds.praise, line.kinds.other,
        *_about(found, line.share),
    )  # fmt: skip


def map_sheet(found: ThemeMap) -> Sheet:
    """The themes of the map, largest first."""
    header = (
        _("Theme"), _("Group"), _("Mentions"), _("Feedback"),
        *_share_names(_("Share of feedback")),
        *_share_names(_("Share of these that complains")), *_about_names(),
    )  # fmt: skip
    rows = [
        (
            spot.name, found.names.get(spot.group or 0, ""), spot.mentions,
            spot.feedback, *_share(spot.share), *_share(spot.complaining),
            *_about(found.place, spot.share),
        )
        for spot in found.spots
    ]  # fmt: skip
    return Sheet(_("Map of themes"), header, rows, frozenset(range(4, 10)))


def crossed_sheet(found: Crossed) -> Sheet:
    """One row for each cell: theme, value, share, and how it differs."""
    header = (
        _("Theme"), _("Value"), _("Count"), *_share_names(_("Share")),
        *_share_names(_("Against all others")), "p", _("Beyond chance"),
        *_about_names(),
    )  # fmt: skip
    names = {column.value: column.label for column in found.columns}
    told = {1: _("more"), -1: _("less"), 0: ""}
    rows = [
        (
            row.name, names[cell.value], cell.count, *_share(cell.share),
            *_share(cell.difference), cell.p, told[cell.differs],
            *_about(found.place, cell.share),
        )
        for row in found.rows
        for cell in row.cells
    ]  # fmt: skip
    return Sheet(_("Themes by segment"), header, rows, frozenset(range(3, 9)))


def compare_sheet(found: Comparison) -> Sheet:
    """One row for each theme, the surest difference first."""
    header = (
        _("Theme"), _("First: count"), _("First: n"), _("First: share"),
        _("Second: count"), _("Second: n"), _("Second: share"),
        *_share_names(_("Difference")), "p", _("Beyond chance"),
        _("First"), _("Second"), _("Method"),
    )  # fmt: skip
    sides = [side_name(side) for side in (found.one, found.other) if side]
    rows = [
        (
            line.name, line.one_count, line.one.n, line.one.value,
            line.other_count, line.other.n, line.other.value,
            *_share(line.difference), line.p, _told(line.is_sure, line.difference),
            *sides, str(_(line.difference.method)),
        )
        for line in found.lines
    ]  # fmt: skip
    return Sheet(_("Comparison"), header, rows, frozenset({3, 6, 7, 8, 9}))


def side_name(side: object) -> str:
    """The value of an attribute, or the days: 2026-01-05 – 2026-02-01."""
    label, window = getattr(side, "label", ""), getattr(side, "window", None)
    return label or _days(window)


def _told(is_sure: bool, difference: Estimate) -> str:  # noqa: FBT001
    if not is_sure:
        return ""
    return _("more") if difference.value > 0 else _("less")


def _share_names(what: str) -> tuple[str, str, str]:
    return (
        what,
        _("%(what)s: low") % {"what": what},
        _("%(what)s: high") % {"what": what},
    )


def _share(estimate: Estimate) -> tuple[float, float, float]:
    return (estimate.value, estimate.low, estimate.high)


def _about_names() -> tuple[str, ...]:
    return (pgettext("sample size", "n"), _("Unit"), _("Period"), _("Method"))


def _about(found: Place, estimate: Estimate) -> tuple[Cell, ...]:
    """What every row says of its number, for rows are copied one by one."""
    method = f"{_(estimate.method)}, {estimate.level:.0%}"
    return (estimate.n, found.unit.name, days_of(found), method)


def days_of(found: Place) -> str:
    window = found.window
    if window is None or window.is_open or found.newest is None:
        return f"– {found.newest}"
    return _days(Window(window.since, min(window.until, found.newest)))


def _days(window: Window | None) -> str:
    if window is None or window.since == date.min:
        return f"– {window.until}" if window else ""
    return f"{window.since} – {window.until}"
