"""The typeface of printed pages: Pretendard as it comes with the product.

The browser gets it in ninety parts and in all weights at once; a page on paper needs
its own letters in two weights. They are put together here, so that a sheet looks the
same wherever it is printed, and no typeface has to be installed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import moksori.base.web

FAMILY = "Pretendard"
REGULAR, BOLD = 400, 700
_WEB = Path(moksori.base.web.__file__).parent / "static" / "web"
_FACE = re.compile(r"src:url\((fonts/\d+\.woff2)\)[^}]*unicode-range:([^}]*)\}")
_ALWAYS = frozenset(map(chr, range(0x20, 0x7F)))  # numbers, and what is stamped later


def letters_of(text: str) -> frozenset[str]:
    """The letters that a text needs."""
    return frozenset(one for one in text if one.isprintable()) | _ALWAYS


def missing(letters: Iterable[str]) -> list[str]:
    """Letters that the typeface does not have."""
    known = _parts()
    blank = {" ", "\u00a0"}
    return sorted(
        one
        for one in set(letters) - blank
        if not any(_is_in(one, ranges) for _path, ranges in known)
    )


@lru_cache(maxsize=16)
def typeface(letters: frozenset[str], weight: int) -> bytes:
    """These letters in one weight as a TrueType file."""
    from fontTools import ttLib  # type: ignore[import-untyped] # noqa: PLC0415
    from fontTools.merge import Merger  # type: ignore[import-untyped] # noqa: PLC0415

    parts = [
        _part(path, wanted, weight)
        for path, ranges in _parts()
        if (wanted := "".join(sorted(one for one in letters if _is_in(one, ranges))))
    ]
    merged = Merger().merge([io.BytesIO(part) for part in parts])
    _name(merged, weight)
    out = io.BytesIO()
    merged.save(out)
    ttLib.TTFont(io.BytesIO(out.getvalue()))  # what cannot be read again is no typeface
    return out.getvalue()


def _part(path: Path, wanted: str, weight: int) -> bytes:
    """The wanted letters out of one of the ninety parts, in this weight."""
    from fontTools import subset, ttLib  # noqa: PLC0415
    from fontTools.varLib import instancer  # type: ignore[import-untyped] # noqa: PLC0415

    font = ttLib.TTFont(path)
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk"]
    options.notdef_outline = True
    found = subset.Subsetter(options)
    found.populate(text=wanted)
    found.subset(font)
    instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    for table in ("STAT", "GSUB", "BASE", "vhea", "vmtx", "GDEF"):
        if table in font:
            del font[table]
    font.flavor = None
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _name(font: Any, weight: int) -> None:
    """A name of its own, so that no installed typeface stands in for it."""
    style = "Bold" if weight == BOLD else "Regular"
    names = {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 6: f"{FAMILY}-{style}"}
    font["name"].names = []
    for id, text in names.items():
        font["name"].setName(text, id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


@lru_cache(maxsize=1)
def _parts() -> tuple[tuple[Path, tuple[tuple[int, int], ...]], ...]:
    css = (_WEB / "fonts.css").read_text(encoding="utf-8")
    return tuple(
        (_WEB / path, tuple(map(_range, ranges.split(","))))
        for path, ranges in _FACE.findall(css)
    )


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.strip().removeprefix("U+").partition("-")
    return int(first, 16), int(last or first, 16)


def _is_in(letter: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(letter) <= last for first, last in ranges)
