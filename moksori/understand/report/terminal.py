"""The findings as lines for a terminal, in the reader's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.analysis.estimate import Estimate
from moksori.base.web import text
from moksori.understand.report.findings import Findings, PainFound, Quote
from moksori.understand.report.wording import (
    direction,
    interval,
    name_of,
    period,
    score_line,
)

WIDTH = 88


def lines(found: Findings, *, limit: int = 15) -> Iterator[str]:
    """A table of the first pain points, each with one verbatim below it."""
    yield from _heading(found)
    yield ""
    if not found.pains:
        yield _("Nothing was complained about often enough to be ranked.")
        return
    yield from _table(found.pains[:limit])
    rest = len(found.pains) - limit
    if rest > 0:
        yield ngettext("… and one more", "… and %(n)d more", rest) % {"n": rest}
    yield ""
    yield _("Order = share affected × severity (1–5) × change. 95% intervals.")
    if found.strengths:
        praised = ", ".join(
            f"{name_of(subject)} ({text.share(subject.reach.value)})"
            for subject in found.strengths[:5]
        )
        yield _("Most praised: %(names)s") % {"names": praised}
    for group in found.left_out:
        yield ngettext(
            "%(n)s row left out: %(reason)s",
            "%(n)s rows left out: %(reason)s",
            group.rows,
        ) % {"n": text.number(group.rows), "reason": group.reason}


def _heading(found: Findings) -> Iterator[str]:
    yield found.name
    facts = [
        ngettext("%(n)s feedback", "%(n)s feedbacks", found.total)
        % {"n": text.number(found.total)},
        period(found),
        score_line(found),
        _("complaining %(share)s") % {"share": _share(found.complaining)},
    ]
    yield " · ".join(fact for fact in facts if fact)


def _table(pains: Sequence[PainFound]) -> Iterator[str]:
    head = [
        "",
        _("Pain point"),
        _("Count"),
        _("Share (95% interval)"),
        _("Severity"),
        _("Sentiment"),
        _("Change"),
    ]
    rows = [_cells(pain) for pain in pains]
    sizes = [max(_width(row[at]) for row in [head, *rows]) for at in range(len(head))]
    sizes[1] = min(sizes[1], 28)
    yield _joined(head, sizes)
    yield "─" * min(sum(sizes) + 2 * (len(sizes) - 1), 110)
    for pain, row in zip(pains, rows, strict=True):
        yield _joined(row, sizes)
        if pain.subject.quotes:
            yield " " * (sizes[0] + 2) + _said(pain.subject.quotes[0])


def _said(quote: Quote) -> str:
    """The whole feedback where it fits on a line, else what was meant."""
    whole = text.mask_words(quote.text)
    if _width(whole) + 2 > WIDTH and quote.spans:
        start, end = quote.spans[0]
        whole = text.mask_words(quote.text[start:end])
    return _cut(f"“{whole}”", WIDTH)


def _cells(pain: PainFound) -> list[str]:
    subject = pain.subject
    return [
        str(pain.rank),
        name_of(subject),
        text.number(subject.n),
        _share(subject.reach),
        text.number(pain.severity.value, 1),
        text.change(subject.sentiment.value),
        direction(subject.trend),
    ]


def _share(est: Estimate) -> str:
    return f"{text.share(est.value)} ({interval(est)})"


def _joined(cells: Sequence[str], sizes: Sequence[int]) -> str:
    padded = [
        _padded(_cut(cell, size), size, right=at in {0, 2, 4, 5})
        for at, (cell, size) in enumerate(zip(cells, sizes, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _padded(cell: str, size: int, *, right: bool) -> str:
    blank = " " * (size - _width(cell))
    return blank + cell if right else cell + blank


def _width(cell: str) -> int:
    """Columns on a terminal: Korean letters take two."""
    return sum(2 if unicodedata.east_asian_width(x) in "WF" else 1 for x in cell)


def _cut(cell: str, size: int) -> str:
    if _width(cell) <= size:
        return cell
    kept = ""
    for letter in cell:
        if _width(kept) + _width(letter) > size - 1:
            break
        kept += letter
    return kept + "…"
