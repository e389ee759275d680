"""The section of customers' own words: one that hurts, one that thanks if there is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from moksori.base.web.text import day, mask_words
from moksori.share.sections import Asked, changes, findings
from moksori.share.sections.blocks import Part, Quote, Tone
from moksori.understand.models import Mention
from moksori.understand.reads.pains import PainLine
from moksori.understand.reads.verbatims import Verbatim, typical, verbatims
from moksori.understand.reads.window import Window

KEY = "words"
MOST = 2
# Words from a group smaller than this could give away who spoke.
FEWEST = 5
CANDIDATES = 12
THANKS_CANDIDATES = 80
WHOLE = 150  # letters of a quote, about
AROUND = 70
SPAN = 180
PRODUCT = 40
_TONES = {"thanks": Tone.GOOD, "hurt": Tone.HURT}
_SENTENCE = re.compile(r"(?<=[.!?…~])\s+|\n+")
_BLACKED = re.compile(r"X{2,}|\[[a-z_]+\]")


def compose(asked: Asked) -> Part | None:
    """Two verbatims, masked, from groups of five or more."""
    if findings.heard(asked) < FEWEST:
        return None
    chosen = _chosen(asked)
    if not chosen:
        return None
    return Part(KEY, _("In customers’ words"), tuple(quote(words) for words in chosen))


def _chosen(asked: Asked) -> list[Verbatim]:
    """What belongs to the gravest thing told, then a thanks, else the next that hurts.

    What got better is told last, so it is quoted last, too.
    """
    changed = changes.changes(asked)
    order = [pain for pain, change in changed if change.tone == Tone.HURT]
    order += [pain for pain in findings.pains(asked) if pain not in order]
    large = [pain for pain in order if pain.n >= FEWEST][:MOST]
    hurting = [words for pain in large for words in _hurting(asked, pain)]
    found = hurting[:1] or _complaints(asked)[:1]
    found += _thanks(asked)[:1]
    return _once_each([*found, *hurting])[:MOST]


def _hurting(asked: Asked, pain: PainLine) -> list[Verbatim]:
    """The clearest of the typical; a good score beside it contradicts the words."""
    found = typical(
        by=asked.member,
        theme=pain.theme,
        window=Window(asked.since, asked.until),
        filters=asked.remit.filters,
        limit=CANDIDATES,
    )
    fitting = [words for words in found if words.score is None or words.score <= 5]
    return sorted(fitting, key=_unclear)[:1]


def _complaints(asked: Asked) -> list[Verbatim]:
    """The newest complaints, where too little was said to rank anything."""
    return sorted(_newest(asked, Mention.Kind.COMPLAINT, 40), key=_unclear)


def _thanks(asked: Asked) -> list[Verbatim]:
    """Clear thanks only: irony and half praise read like a mistake."""
    found = _newest(asked, Mention.Kind.PRAISE, THANKS_CANDIDATES)
    clear = [
        words
        for words in found
        if (words.sentiment or 0) >= (0.9 if words.score is None else 0.75)
        and (words.score is None or words.score >= 8)
    ]
    return sorted(clear, key=_unclear)


def _newest(asked: Asked, kind: Mention.Kind, limit: int) -> list[Verbatim]:
    themes: list[int | None] = [*sorted(asked.remit.theme_ids)]
    found = [
        words
        for theme in (themes or [None])
        for words in verbatims(
            by=asked.member,
            theme=theme,
            window=Window(asked.since, asked.until),
            filters=asked.remit.filters,
            kind=kind,
            limit=limit,
        )
    ]
    return found if len({words.feedback for words in found}) >= FEWEST else []


def _unclear(words: Verbatim) -> float:
    """How hard it is to understand alone: length, hidden parts, faint feeling."""
    length = abs(len(words.span) - 45) / 45
    return length + len(_BLACKED.findall(words.span)) - abs(words.sentiment or 0)


def _once_each(found: Iterable[Verbatim]) -> list[Verbatim]:
    """No feedback twice, and not the same words twice."""
    first: dict[str, Verbatim] = {}
    for words in found:
        if all(words.feedback != known.feedback for known in first.values()):
            first.setdefault(words.span.strip(), words)
    return list(first.values())


def quote(words: Verbatim) -> Quote:
    """The meant span with a little around it, cut between sentences or words."""
    start, end = words.start, words.end
    if end <= start:
        start, end = 0, len(words.text)
    room = min(AROUND, (WHOLE - (end - start)) // 2)
    product = Truncator(words.product).chars(PRODUCT)
    said = [words.channel_name, product, day(words.occurred_at)]
    return Quote(
        before=_tidy(_tail(words.text[:start], room)),
        marked=_tidy(_head(words.text[start:end], SPAN)),
        after=_tidy(_head(words.text[end:], room)),
        source=" · ".join(part for part in said if part),
        tone=_TONES.get(words.tone, Tone.PLAIN).value,
        path=findings.path("collect:feedback", words.feedback),
        language=words.language,
    )


def _tidy(text: str) -> str:
    """One blank for each run of them, at the ends too; masks in the reader's words."""
    inner = " ".join(text.split())
    left = " " if inner and text[:1].isspace() else ""
    right = " " if inner and text[-1:].isspace() else ""
    return mask_words(f"{left}{inner}{right}")


def _head(text: str, room: int) -> str:
    """The beginning of a text: all of it, whole sentences, or whole words."""
    if len(text) <= room or not text.strip():
        return text
    if room < 15:
        return "…"
    ends = [match.start() for match in _SENTENCE.finditer(text, 0, room)]
    if ends and ends[-1] > 0:
        return text[: ends[-1]]
    cut = text.rfind(" ", 0, room)
    return text[: cut if cut > 0 else room].rstrip() + "…"


def _tail(text: str, room: int) -> str:
    """The end of a text, the same way."""
    if len(text) <= room or not text.strip():
        return text
    if room < 15:
        return "…"
    starts = [match.end() for match in _SENTENCE.finditer(text, len(text) - room)]
    if starts:
        return text[starts[0] :]
    cut = text.find(" ", len(text) - room)
    return "…" + text[cut + 1 if cut >= 0 else len(text) - room :]
