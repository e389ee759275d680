"""The forms that the product prints: every kind of question, in all variants."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import cv2
import numpy as np
import pypdfium2

from bench.paper.forms import FINE, Sheets
from moksori.collect.paper.reading.readings import Form

VARIANTS = (  # paper, columns, large print, language
    ("a4", 1, False, "ko"),
    ("a4", 1, False, "en"),
    ("a4", 2, False, "ko"),
    ("letter", 2, False, "en"),
    ("a4", 1, True, "ko"),
    ("letter", 1, True, "en"),
)
_KEYS = "BCDFGH"


@cache
def printed(number: int) -> Sheets:
    """The questionnaire with everything in it, in one of the variants."""
    _set_up()
    from moksori.collect.tests.surveys import EVERYTHING  # noqa: PLC0415

    return prepared(EVERYTHING, VARIANTS[number], _KEYS[number] * 6)


def prepared(
    definition: dict[str, Any], variant: tuple[str, int, bool, str], key: str
) -> Sheets:
    """Print a questionnaire with the product's own code: paper, columns, large print,
    language."""
    _set_up()
    from moksori.collect.paper.printing import (  # noqa: PLC0415
        Options,
        Paper,
        form_of,
    )
    from moksori.collect.questionnaires.reading import (  # noqa: PLC0415
        questionnaire_from,
    )

    paper, columns, large, language = variant
    options = Options(Paper(paper), columns=columns, is_large=large)
    form = form_of(questionnaire_from(definition), options, language)
    layout = form.layout
    document = pypdfium2.PdfDocument(form.pdf)
    size = (round(layout.width * FINE), round(layout.height * FINE))
    coarse_size = (
        round(layout.width / 25.4 * 200),
        round(layout.height / 25.4 * 200),
    )
    fine, coarse = [], []
    for page in document:
        drawn = page.render(scale=FINE * 25.4 / 72, grayscale=True).to_numpy()
        drawn = np.array(drawn).reshape(drawn.shape[:2])
        fine.append(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA))
        kept = page.render(scale=200 / 72, grayscale=True).to_numpy()
        kept = np.array(kept).reshape(kept.shape[:2])
        coarse.append(cv2.resize(kept, coarse_size, interpolation=cv2.INTER_AREA))
    document.close()
    return Sheets(
        Form(key, b"bench", layout, lambda page: coarse[page - 1]), tuple(fine)
    )


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    import django  # noqa: PLC0415 - only where real forms are printed

    django.setup()
