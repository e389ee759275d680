"""Takes the pages out of a file, in a process of its own with a fence around it.

A file that eats memory, crashes a library or fills its log takes only this process
down. It gets an order as JSON on standard input (`path`, `name`, `folder`, `skip`) and
answers line by line: a page with the name of its picture in `folder`, or a trouble.
Pages up to `skip` were taken before and are passed over; after `most` pages of a PDF it
says that there are more.

    python -m moksori.collect.paper.splitting < order.json
"""

from __future__ import annotations

import json
import os
import resource
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMORY = 3_000_000_000  # bytes of address space; what is really used stays far below
SECONDS = 120  # of computing, and more for large files
SECONDS_PER_MB = 10
QUALITY = 92  # of a JPEG; a reading of it was not seen to differ from one of the page


def split(order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One message for each page or trouble."""
    from moksori.collect.paper.reading.files import (  # noqa: PLC0415
        PageImage,
        kind_of,
        pages_of,
    )

    skip, path = order.get("skip", 0), Path(order["path"])
    # Others are gone through from their start each time: those are done in one go.
    last = skip + order["most"] if kind_of(path) == "pdf" else None
    for found in pages_of(path, order["name"], skip):
        if last is not None and found.page > last:
            yield {"more": True}
            return
        if isinstance(found, PageImage):
            if found.page <= skip:
                continue
            yield {
                "page": found.page,
                "picture": _stored(found, Path(order["folder"])),
                "dpi": float(found.dpi),
                "is_bilevel": bool(found.is_bilevel),
                "is_torn": bool(found.is_torn),
            }
        else:
            yield {
                "trouble": str(found.why),
                "page": found.page,
                "facts": dict(found.facts),
            }


def _stored(image: Any, folder: Path) -> str:
    """On disk for good before anybody is told its name."""
    import cv2  # noqa: PLC0415 - loaded by this process only
    import numpy as np  # noqa: PLC0415

    ending, options = ".jpg", [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    if image.is_bilevel:
        ending, options = ".png", [cv2.IMWRITE_PNG_BILEVEL, 1]
        kept = np.where(image.grey > 127, 255, 0).astype(np.uint8)
    else:
        kept = image.grey
    is_done, content = cv2.imencode(ending, kept, options)
    if not is_done:
        raise ValueError("a picture could not be stored")
    name = f"{uuid.uuid4().hex}{ending}"
    place = folder / name[:2]
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (place / name).open("xb") as file:
        file.write(content.tobytes())
        file.flush()
        os.fsync(file.fileno())
    (place / name).chmod(0o600)
    return name


def _fence(path: Path) -> None:
    """Limits, and silence: libraries tell their troubles to nobody."""
    megabytes = path.stat().st_size // 1_000_000
    for kind, wanted in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS + SECONDS_PER_MB * megabytes),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))


def main() -> None:
    order = json.load(sys.stdin)
    # Libraries in C write where they like: our lines keep a way of their own.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with suppress(OSError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    _fence(Path(order["path"]))
    for message in split(order):
        out.write(json.dumps(message) + "\n")
        out.flush()
    out.write('{"end": true}\n')
    out.flush()


if __name__ == "__main__":
    main()
