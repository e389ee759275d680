"""What can be wrong with a file or a page, as codes and facts.

Whoever shows them puts them into words: which file, which page, why, what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a file or a page gave nothing, or less than it should."""

    NOT_A_SCAN = "not_a_scan"
    """The file is none of PDF, TIFF, PNG, JPEG, HEIC (facts: none)."""
    EMPTY_FILE = "empty_file"
    """The file has no bytes, or no pages."""
    ENCRYPTED = "encrypted"
    """The PDF asks for a password: save it without one and send it again."""
    TORN_FILE = "torn_file"
    """The file ends too early or is damaged: what could be had was read, the rest was
    not (facts: `had`, how many pages were found)."""
    TORN_PAGE = "torn_page"
    """This page's picture is damaged: it was read as far as it goes, or (when no
    picture comes with the trouble) not at all."""
    TOO_LARGE = "too_large"
    """The picture has more points than can be held (facts: `megapixels`, `most`): scan
    with 200 to 300 points an inch, or photograph with an ordinary resolution."""
    TOO_SMALL = "too_small"
    """The picture has too few points to tell a mark from a speck (facts: `width`,
    `height` in points)."""
    TOO_MANY_PAGES = "too_many_pages"
    """The file has more pages than are read at once (facts: `most`)."""

    NO_CODE = "no_code"
    """The corner marks are ours but the square code cannot be read: dirty, covered,
    blurred (facts: `page`, the page that the marks name)."""
    NO_MARKS = "no_marks"
    """The code is ours but fewer than two corner marks are seen, or what is seen does
    not lie where it was printed (facts: `marks`, how many were found)."""
    PART_MISSING = "part_missing"
    """A good part of the page is not in the picture: cut off, folded, torn, covered
    (facts: `seen`, `of`: boxes seen of boxes printed)."""
    BLURRED = "blurred"
    """Nothing can be told on this page: lens dirty, out of focus, far too dark."""
    SHEETS_OVERLAP = "sheets_overlap"
    """Marks or codes of more than one page in one picture (facts: `codes`)."""
    NEWER_LAYOUT = "newer_layout"
    """The code names a page that this form has not (facts: `page`, `pages`)."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to tell about page `page` (from 1; 0: all) of the file `name`."""

    why: Why
    name: str = ""
    page: int = 0
    facts: tuple[tuple[str, int], ...] = ()
