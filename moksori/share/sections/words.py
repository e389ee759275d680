"""The section of customers' own words: one that hurts, one that thanks if there is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from moksori.base.web.text import day, mask_words
from moksori.share.sections import Asked, changes, findings
from moksori.share.sections.blocks import Part, Quote, Tone
from moksori.understand.models import Mention
from moksori.understand.reads.verbatims import Verbatim, verbatims
from moksori.understand.reads.window import Window

KEY = "words"
MOST = 2
# Words from a group smaller than this could give away who spoke.
FEWEST = 5
AROUND = 70
SPAN = 180
_TONES = {"thanks": Tone.GOOD, "hurt": Tone.HURT}


def compose(asked: Asked) -> Part | None:
    """Two verbatims, masked, from groups of five or more."""
    if findings.heard(asked) < FEWEST:
        return None
    chosen = _chosen(asked)
    if not chosen:
        return None
    return Part(KEY, _("In customers’ words"), tuple(quote(words) for words in chosen))


def _chosen(asked: Asked) -> list[Verbatim]:
    changed = [pain for pain, _change in changes.changes(asked)]
    known = {pain.id for pain in changed}
    order = changed + [pain for pain in findings.pains(asked) if pain.id not in known]
    hurting = [pain.typical for pain in order if pain.typical and pain.n >= FEWEST]
    found = hurting[:1] or _readable(asked, Mention.Kind.COMPLAINT)[:1]
    found += _readable(asked, Mention.Kind.PRAISE)[:1]
    found += [words for words in hurting if words not in found]
    return _once_each(found)[:MOST]


def _readable(asked: Asked, kind: Mention.Kind) -> list[Verbatim]:
    """The newest of a kind, those that say enough and not too much first."""
    themes = asked.remit.theme_ids
    newest = verbatims(
        by=asked.member,
        theme=min(themes) if len(themes) == 1 else None,
        window=Window(asked.since, asked.until),
        filters=asked.remit.filters,
        kind=kind,
        limit=40,
    )
    if len({words.feedback for words in newest}) < FEWEST:
        return []
    return sorted(newest, key=lambda words: abs(len(words.span) - 45))


def _once_each(found: list[Verbatim]) -> list[Verbatim]:
    first: dict[int, Verbatim] = {}
    for words in found:
        first.setdefault(words.feedback, words)
    return list(first.values())


def quote(words: Verbatim) -> Quote:
    """The meant span with a little around it, cut between words."""
    start, end = words.start, words.end
    if end <= start:
        start, end = 0, len(words.text)
    said = [words.channel_name, words.product, day(words.occurred_at)]
    return Quote(
        before=_tidy(_tail(words.text[:start])),
        marked=_tidy(_head(words.text[start:end], SPAN)),
        after=_tidy(_head(words.text[end:], AROUND)),
        source=" · ".join(part for part in said if part),
        tone=_TONES.get(words.tone, Tone.PLAIN).value,
        path=findings.path("collect:feedback", words.feedback),
    )


def _tidy(text: str) -> str:
    """One blank for each run of them, at the ends too; masks in the reader's words."""
    inner = " ".join(text.split())
    left = " " if inner and text[:1].isspace() else ""
    right = " " if inner and text[-1:].isspace() else ""
    return mask_words(f"{left}{inner}{right}")


def _head(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    cut = text.rfind(" ", 0, most)
    return text[: cut if cut > most // 2 else most].rstrip() + "…"


def _tail(text: str) -> str:
    if len(text) <= AROUND:
        return text
    cut = text.find(" ", len(text) - AROUND)
    start = cut + 1 if 0 <= cut < len(text) - AROUND // 2 else len(text) - AROUND
    return "…" + text[start:]
