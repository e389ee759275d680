"""What hurts about themes of a file, in a few words of those who complain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.complaints import SAMPLE, Heard, name_complaints
from moksori.understand.report.mentions import Mentions


def hurts_of(mentions: Mentions, themes: Sequence[int]) -> dict[int, tuple[str, str]]:
    """For each theme, in Korean and in English; each is set apart from the others."""
    heard = [_heard(mentions, theme) for theme in themes]
    return dict(zip(themes, name_complaints(heard), strict=True)) if heard else {}


def _heard(mentions: Mentions, theme: int) -> Heard:
    about, name = mentions.theme == theme, mentions.names[theme]
    return Heard(
        _some(mentions, about & mentions.is_negative, SAMPLE),
        _some(mentions, about & ~mentions.is_negative, SAMPLE // 3),
        f"{name.ko} {name.en}",
    )


def _some(mentions: Mentions, chosen: NDArray[np.bool_], count: int) -> list[str]:
    """Evenly spread over the file, as its order may be that of time or of products."""
    rows = np.flatnonzero(chosen)
    places = np.linspace(0, len(rows) - 1, min(len(rows), count)).astype(int)
    return [mentions.texts[at] for at in rows[places]]
