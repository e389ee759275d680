"""The findings as lines for a terminal, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.base.terminal import aligned, cut, joined, sizes_of, width
from moksori.base.web import text
from moksori.understand.report import wording
from moksori.understand.report.findings import (
    Comparison,
    Few,
    Findings,
    PainFound,
    Quote,
    Subject,
    Word,
)

WIDTH = 88
SHOWN = 10
"""Complaints printed when nothing is ranked; the page holds more."""


def lines(found: Findings, *, limit: int = 15) -> Iterator[str]:
    """The facts, then the ranked pain points, or what can be said without an order."""
    yield from _heading(found)
    yield ""
    if found.few is None:
        yield from _ranked(found, limit)
    else:
        yield from wording.too_few(found)
        yield from _few(found, found.few)
    for comparison in found.comparisons:
        yield ""
        yield from _groups(found, comparison)
    for group in found.left_out:
        yield ""
        yield ngettext(
            "%(n)s row left out: %(reason)s",
            "%(n)s rows left out: %(reason)s",
            group.rows,
        ) % {"n": text.number(group.rows), "reason": group.reason}


def _heading(found: Findings) -> Iterator[str]:
    yield f"{found.name} · {wording.period(found)}"
    rows = [
        [fact.name, fact.value, fact.interval, fact.basis]
        for fact in wording.facts(found)
    ]
    yield from aligned(["", "", _("95% interval"), ""], rows, right={1})


def _ranked(found: Findings, limit: int) -> Iterator[str]:
    yield from _table(found.pains[:limit])
    rest = len(found.pains) - limit
    if rest > 0:
        yield ngettext("… and one more", "… and %(n)d more", rest) % {"n": rest}
    yield ""
    yield _("Order = share affected × severity (1–5) × change.")
    yield from wording.methods()
    if found.strengths:
        praised = ", ".join(
            f"{wording.name_of(subject)} {_share(subject)}"
            for subject in found.strengths[:5]
        )
        yield ""
        yield _("Most praised: %(names)s") % {"names": praised}


def _table(pains: Sequence[PainFound]) -> Iterator[str]:
    """Each pain point: its numbers; what hurts and their intervals; a verbatim."""
    head = [
        "",
        _("Pain point"),
        _("Count"),
        _("Share"),
        _("Severity"),
        _("Sentiment"),
        _("Change"),
    ]
    rows = [row for pain in pains for row in _pair(pain)]
    sizes = sizes_of([head, *rows])
    sizes[1] = min(sizes[1], 30)
    right = {0, 2}
    yield joined(head, sizes, right)
    yield "─" * min(sum(sizes) + 2 * (len(sizes) - 1), 110)
    for at, pain in enumerate(pains):
        for row in rows[2 * at : 2 * at + 2]:
            yield joined(row, sizes, right)
        if pain.subject.quotes:
            yield " " * (sizes[0] + 2) + _said(pain.subject.quotes[0])


def _pair(pain: PainFound) -> tuple[list[str], list[str]]:
    subject = pain.subject
    ranks = f"{pain.rank_low}–{pain.rank_high}"
    values = [
        str(pain.rank),
        wording.theme_of(subject),
        text.number(subject.n),
        text.share(subject.reach.value),
        text.number(pain.severity.value, 1),
        text.change(subject.sentiment.value),
        wording.direction(subject.trend),
    ]
    doubts = [
        ranks if pain.rank_low != pain.rank_high else "",
        wording.hurt_of(subject),
        "",
        wording.interval(subject.reach),
        wording.range_of(pain.severity),
        wording.ends(subject.sentiment),
        wording.change_ends(subject.trend),
    ]
    return values, doubts


def _few(found: Findings, few: Few) -> Iterator[str]:
    if few.themes:
        yield ""
        yield _("Complained about more than once, by count (95% interval):")
        for subject in few.themes:
            yield f"  {wording.name_of(subject)} · {_counted(subject)}"
            if subject.quotes:
                yield "    " + _said(subject.quotes[0])
    for title, words in (
        (_("Words of complaints"), few.complaint_words),
        (_("Words of praise"), few.praise_words),
    ):
        if words:
            yield ""
            yield f"{title}: " + ", ".join(_word(word) for word in words)
    if few.complaints:
        yield ""
        yield from _complaints(few.complaints, wording.complaining(found))


def _complaints(quotes: Sequence[Quote], total: int) -> Iterator[str]:
    step = max(len(quotes) / SHOWN, 1)
    shown = [quotes[int(at * step)] for at in range(min(len(quotes), SHOWN))]
    yield _("Complaints, in the order of the file (%(n)s of %(total)s):") % {
        "n": len(shown),
        "total": text.number(total),
    }
    for quote in shown:
        yield "  " + _said(quote)


def _counted(subject: Subject) -> str:
    n = ngettext("%(n)s time", "%(n)s times", subject.n)
    return f"{n % {'n': text.number(subject.n)}} · {_share(subject)}"


def _share(subject: Subject) -> str:
    reach = subject.reach
    return f"{text.share(reach.value)} ({wording.interval(reach)})"


def _word(word: Word) -> str:
    return f"{word.text} {word.n}/{word.share.n}"


def _groups(found: Findings, table: Comparison) -> Iterator[str]:
    """How much each group complains; the page shows about what."""
    yield _("Compared by %(column)s") % {"column": table.column}
    rows = []
    for group in table.groups:
        score = ("", "")
        if group.score is not None:
            score = wording.score_of(found, group.score)
        reach = group.complaining.reach
        mark = {1: "▲", -1: "▼"}.get(group.complaining.differs, "")
        share = f"{mark} {text.share(reach.value)}".strip()
        doubt = f"({wording.interval(reach)})"
        given = f"{score[0]} ({score[1]})" if score[0] else ""
        rows.append([group.value, text.number(group.n), share, doubt, given])
    if rows:
        head = ["", "n", _("Feedback with a complaint"), _("95% interval"), _("Score")]
        yield from aligned(head, rows, right={1, 2})
    if table.left_out:
        yield "  " + wording.smaller_groups(table)


def _said(quote: Quote) -> str:
    """The whole feedback where it fits on a line, else what was meant."""
    whole = text.mask_words(quote.text)
    if width(whole) + 2 > WIDTH and quote.spans:
        start, end = quote.spans[0]
        whole = text.mask_words(quote.text[start:end])
    return cut(f"“{whole}”", WIDTH)
