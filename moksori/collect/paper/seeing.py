"""Reads pages, in a process of its own with a fence around it.

A picture that eats memory, crashes a library or computes for hours takes only this
process down. An order is a line of JSON on standard input (`picture`: its path, `name`,
`page`, `dpi`, `is_bilevel`, `is_torn`); the answer is a line with a `reading`, or with
the name of the error in `crashed`. In between it may ask for the `form` that a code
names, telling the `version` it `has`; the next line is null where there is no such
form, or its `version`, and what is new with it (`layout`, `secret`, `pdf`).

    python -m moksori.collect.paper.seeing
"""

from __future__ import annotations

import base64
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

MEMORY = 3_000_000_000  # bytes of address space; what is really used stays far below
SECONDS = 20  # of computing for one page; one of ours takes less than one
BLANK_DPI = 200
_MOST_FORMS = 16


class Seer:
    """Reads one page after the other; forms stay known."""

    def __init__(self, orders: IO[str], answers: IO[str]) -> None:
        self._orders, self._answers = orders, answers
        self._forms: dict[str, tuple[str, Any]] = {}

    def run(self) -> None:
        """Until there are no more orders."""
        while line := self._orders.readline():
            # The clock of this process's computing, not that of the wall: a machine
            # that is busy with other things makes no page unreadable.
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                answer: dict[str, Any] = {"reading": self._read(json.loads(line))}
            except Exception as error:  # noqa: BLE001 - told to the caller
                answer = {"crashed": type(error).__name__}
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._tell(answer)

    def _read(self, order: Mapping[str, Any]) -> dict[str, Any]:
        from moksori.collect.paper.beyond import with_unseen  # noqa: PLC0415
        from moksori.collect.paper.reading.pages import read_page  # noqa: PLC0415

        image = _image(order)
        reading = read_page(image, self._form)
        form = self._form(reading.code.form) if reading.code else None
        if form is not None:
            height, width = image.grey.shape[:2]
            reading = with_unseen(reading, form.layout, (width, height))
        return reading.to_json()

    def _form(self, key: str) -> Any:
        from moksori.collect.paper.layout import layout_from  # noqa: PLC0415
        from moksori.collect.paper.reading.readings import Form  # noqa: PLC0415

        has, form = self._forms.get(key, ("", None))
        self._tell({"form": key, "has": has})
        found = json.loads(self._orders.readline())
        if found is None:
            return None
        if "pdf" in found:
            pdf = base64.b64decode(found["pdf"])
            blank = lru_cache(maxsize=32)(lambda page: rendered(pdf, page))
            layout = layout_from(found["layout"])
            form = Form(key, bytes.fromhex(found["secret"]), layout, blank)
            if len(self._forms) >= _MOST_FORMS:
                self._forms.clear()
            self._forms[key] = (found["version"], form)
        return form

    def _tell(self, answer: Mapping[str, Any]) -> None:
        self._answers.write(json.dumps(answer) + "\n")
        self._answers.flush()


def rendered(pdf: bytes, page: int) -> Any:
    """A printed page (from 1) as a grey picture."""
    import numpy as np  # noqa: PLC0415 - loaded where somebody really looks
    import pypdfium2  # noqa: PLC0415

    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[page - 1].render(scale=BLANK_DPI / 72, grayscale=True)
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
    finally:
        document.close()


def _image(order: Mapping[str, Any]) -> Any:
    import cv2  # noqa: PLC0415 - loaded by this process only
    import numpy as np  # noqa: PLC0415

    from moksori.collect.paper.reading.files import PageImage  # noqa: PLC0415

    content = np.frombuffer(Path(order["picture"]).read_bytes(), dtype=np.uint8)
    grey = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise ValueError("no picture")
    told = {key: order[key] for key in ("name", "page", "dpi")}
    return PageImage(
        grey, **told, is_bilevel=order["is_bilevel"], is_torn=order["is_torn"]
    )


def _fence() -> None:
    for kind, wanted in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        _soft, hard = resource.getrlimit(kind)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))


def main() -> None:
    # Libraries in C write where they like: our lines keep a way of their own.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with suppress(OSError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    _fence()
    Seer(sys.stdin, out).run()


if __name__ == "__main__":
    main()
