"""The mentions of a file, with their themes, as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from moksori.analysis.encoder import load_encoder
from moksori.analysis.enrich import enrich_table
from moksori.analysis.naming import ThemeName, name_themes
from moksori.analysis.themes import Themes
from moksori.analysis.topical import topical
from moksori.understand.models import BAD, Mention
from moksori.understand.report.reading import Said

SAMPLE = 6_000
"""Distinct mentions to learn themes from; more make it slower and hardly better."""

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Mentions:
    """One row a mention; `theme` is −1 where there is none.

    `start` and `end` are places in the feedback's text, `vectors` what the mention is
    about.
    """

    feedback: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    texts: list[str]
    sentiment: NDArray[np.float64]
    is_negative: NDArray[np.bool_]
    is_positive: NDArray[np.bool_]
    is_korean: bool
    theme: NDArray[np.int64]
    vectors: NDArray[np.float32]
    names: list[ThemeName]


def mentions_of(said: Said, *, on_progress: Callable[[int], None]) -> Mentions:
    """Clauses with sentiment and theme; `on_progress` hears feedbacks done."""
    rows = np.arange(len(said.texts))
    table = pa.table({"feedback": rows, "text": said.texts})
    found = enrich_table(table, threads=2, on_progress=on_progress)
    texts = found["text"].to_pylist()
    languages = found["language"].to_pylist()
    about = found["feedback"].to_numpy()
    kinds = np.array(found["kind"].to_pylist(), dtype=object)
    sentiment = found["sentiment"].to_numpy().astype(np.float64)
    vectors = load_encoder().encode([topical(text) for text in texts])
    themes = Themes(sample=SAMPLE).fit(vectors)
    return Mentions(
        feedback=about,
        start=found["start"].to_numpy().astype(np.int64),
        end=found["end"].to_numpy().astype(np.int64),
        texts=texts,
        sentiment=sentiment,
        is_negative=(kinds == Mention.Kind.COMPLAINT) | (sentiment <= BAD),
        is_positive=kinds == Mention.Kind.PRAISE,
        is_korean=_texts_in("ko", languages, about)
        >= _texts_in("en", languages, about),
        theme=themes.labels_,
        vectors=vectors,
        names=name_themes(texts, themes.labels_, vectors, languages),
    )


def _texts_in(language: str, languages: list[str], feedback: NDArray[np.int64]) -> int:
    spoken = np.array([code == language for code in languages], bool)
    return int(np.unique(feedback[spoken]).size)
