"""What is wrong with a file or a page, in words: why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from moksori.base.web.text import with_particles
from moksori.collect.models import Scan
from moksori.collect.paper.beyond import SIDES
from moksori.collect.paper.reading.troubles import Why

_FILES: Mapping[str, str] = {
    Why.NOT_A_SCAN: _("This is no scan. Send a PDF, TIFF, PNG, JPEG or HEIC."),
    Why.EMPTY_FILE: _("There are no pages in this file. Scan it again."),
    Why.ENCRYPTED: _(
        "This PDF asks for a password. Save it without one and send it again."
    ),
    Why.TORN_FILE: _(
        "The file is damaged after page {had}. Send it again, or scan the rest anew."
    ),
    Why.TOO_LARGE: _(
        "A picture has {megapixels} megapixels; {most} can be read. Scan with 200 to "
        "300 points an inch."
    ),
    Why.TOO_MANY_PAGES: _(
        "The file has more than {most} pages. Those up to there were read; send the "
        "rest as another file."
    ),
    "broke_off": _(
        "The file could be read only up to page {had}. Save it anew and send it "
        "again; pages that are here already are not counted twice."
    ),
    "came_before": _("This very file came before. Its pages were not read again."),
    "crashed": _(
        "The reader stumbled over it. Save or scan it anew and send it again."
    ),
}
_PAGES: Mapping[str, str] = {
    Why.TORN_PAGE: _("The picture of this page is damaged. Scan this page again."),
    Why.TOO_LARGE: _FILES[Why.TOO_LARGE],
    Why.TOO_SMALL: _(
        "The picture is too small ({width} × {height} points) to tell marks from "
        "specks. Scan with at least 150 points an inch."
    ),
    Why.NO_CODE: _(
        "It is ours, but the square code cannot be read: dirty, covered or blurred. "
        "Scan this page again."
    ),
    Why.NO_MARKS: _(
        "Too few of the four corner marks are seen. Lay the page flat, whole and "
        "alone, and scan it again."
    ),
    Why.PART_MISSING: _(
        "A part of the page is missing: {seen} of {of} boxes are seen. Scan the whole "
        "page again."
    ),
    "cut_top": _("The top is cut off. Please take this page again."),
    "cut_right": _("The right side is cut off. Please take this page again."),
    "cut_bottom": _("The bottom is cut off. Please take this page again."),
    "cut_left": _("The left side is cut off. Please take this page again."),
    Why.BLURRED: _("It is blurred. Clean the glass or lens and take it again."),
    Why.SHEETS_OVERLAP: _(
        "More than one page is in the picture. Scan each page by itself."
    ),
    Why.NEWER_LAYOUT: _("The code names page {page}, but the form has {pages}."),
    "too_long": _(
        "Reading it took too long and was given up. Scan this page anew, clean and "
        "with 200 to 300 points an inch, and send it in a file of its own."
    ),
    "crashed": _(
        "The reader stumbled over this page. Have the pages read again; if that does "
        "not help, scan this page anew."
    ),
}
_STATES: Mapping[str, str] = {
    Scan.State.FOREIGN: _(
        "There is no code of ours on this page. If it is one of our questionnaires, "
        "scan it whole and sharper; else nothing is to be done."
    ),
    Scan.State.UNKNOWN: _(
        "The code is of a questionnaire that is not known here. Perhaps it was printed "
        "by another installation, or deleted since."
    ),
    Scan.State.FORGED: _(
        "The code looks like ours but was not printed by us. The page was not taken; "
        "find out where it comes from."
    ),
    Scan.State.OVERLAP: _PAGES[Why.SHEETS_OVERLAP],
    Scan.State.UNREADABLE: _("Nothing could be read. Scan this page again."),
    Scan.State.VOID: _(
        "The printing to which this sheet belongs was withdrawn; it takes no answers."
    ),
    Scan.State.TWICE: _("The same page came before; this one was set aside."),
    Scan.State.ASKED: _(
        "The same page came before with other answers. Decide which one counts."
    ),
    Scan.State.LOOSE: _("It is a photocopy; it waits for the pages beside it."),
    Scan.State.ERASED: _("Its picture was erased."),
}
# The same for somebody who holds a phone.
_BY_PHONE: Mapping[str, str] = {
    Scan.State.FOREIGN: _(
        "There is no code of ours in the picture. Photograph the whole page, flat and "
        "in good light, with all four corner marks."
    ),
    Scan.State.UNREADABLE: _("Nothing could be read. Photograph this page again."),
    Why.TOO_SMALL: _("The picture is too small. Go nearer, until the page fills it."),
    Why.NO_CODE: _(
        "The square code cannot be read. Photograph the whole page, flat and sharp."
    ),
    Why.NO_MARKS: _(
        "Too few of the four corner marks are seen. Photograph the whole page, flat."
    ),
    Why.PART_MISSING: _(
        "A part of the page is hidden. Photograph the whole page, flat and uncovered."
    ),
    Why.SHEETS_OVERLAP: _(
        "More than one page is in the picture. Photograph one page at a time."
    ),
}
# States in which a person has something to do.
TROUBLED = (
    Scan.State.FOREIGN,
    Scan.State.UNKNOWN,
    Scan.State.FORGED,
    Scan.State.UNREADABLE,
    Scan.State.OVERLAP,
    Scan.State.VOID,
)


def file_words(problem: Mapping[str, Any]) -> str:
    """What is wrong with a file; "" if nothing."""
    if not problem:
        return ""
    is_torn = problem.get("why") in {Why.TORN_FILE, "broke_off"}
    if is_torn and not problem.get("facts", {}).get("had"):
        return gettext("The file is damaged; no page could be read. Send it again.")
    return _said(_FILES, problem)


def page_words(scan: Scan, *, by_phone: bool = False) -> str:
    """What is wrong with a page, or why it does not count; "" if all is well."""
    own = _BY_PHONE if by_phone else {}
    said = _said({**_PAGES, **own}, scan.problem) if scan.problem else ""
    is_plain = scan.state in {Scan.State.UNREADABLE, Scan.State.OVERLAP}
    if said and (is_plain or scan.state == Scan.State.USED):
        return said
    if scan.state in _STATES:
        return with_particles(gettext({**_STATES, **own}[scan.state]))
    return ""


def _said(known: Mapping[str, str], problem: Mapping[str, Any]) -> str:
    facts = {"had": 0, "most": "?", **problem.get("facts", {})}
    why = problem.get("why", "")
    if why == Why.PART_MISSING and facts.get("side") in range(len(SIDES)):
        why = f"cut_{SIDES[facts['side']]}"
    template = known.get(why)
    if template is None:
        return ""
    try:
        return with_particles(gettext(template).format(**facts))
    except (KeyError, IndexError):  # facts of another version of the reader
        return ""


def missing_words(pages: list[int]) -> str:
    listed = ", ".join(map(str, pages))
    text = ngettext(
        "Page {pages} is missing.", "Pages {pages} are missing.", len(pages)
    )
    return text.format(pages=listed)
