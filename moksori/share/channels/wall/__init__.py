"""A screen on the wall: one thing a page, turned by itself, nothing personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.people.roles import Ability
from moksori.share.channels.channel import Field
from moksori.share.channels.latest import Latest, latest
from moksori.share.channels.outlet import Asked, Page
from moksori.share.reads.figures import Figure
from moksori.share.sections.blocks import Line, Say

SECONDS = 20
SHORTEST, LONGEST = 8, 300
MOST = 12


@dataclass(frozen=True, slots=True)
class Slide:
    """One page of the screen: a figure, or one thing that changed."""

    title: str
    large: str = ""
    tone: str = ""
    note: str = ""
    figure: Figure | None = None


class WallOutlet:
    title = gettext_lazy("Wall screen")
    note = gettext_lazy("A page for a screen on the wall that turns by itself.")
    ability = Ability.SHARE
    forms: Mapping[str, Any] = {"html": gettext_lazy("Page for the screen")}
    fields = (
        Field(
            "seconds",
            gettext_lazy("Seconds for each page"),
            gettext_lazy("From 8 to 300. Empty: 20."),
            is_needed=False,
        ),
        Field(
            "theme",
            gettext_lazy("Light or dark"),
            gettext_lazy("“light” or “dark”. Empty: as the screen is set."),
            is_needed=False,
        ),
    )

    def problems(self, given: Mapping[str, str]) -> dict[str, str]:
        found = {}
        if given.get("seconds") and not _seconds(given["seconds"]):
            found["seconds"] = _("Write a number from 8 to 300.")
        if given.get("theme") not in {"", None, "light", "dark"}:
            found["theme"] = _("Write light or dark, or nothing.")
        return found

    def answer(self, asked: Asked) -> Page:
        """One slide; the page asks for the next by itself, without a script.

        With `hold` in the address it stays, for whoever wants to read on.
        """
        told = latest(asked.outlet, with_words=False)
        slides = slides_of(told)
        at = _number(asked.query.get("page")) % len(slides)
        held = "hold" in asked.query
        kept = asked.outlet.settings
        return Page(
            template="share/outlets/wall.html",
            facts={
                "told": told,
                "slide": slides[at],
                "at": at,
                "before": (at - 1) % len(slides),
                "after": (at + 1) % len(slides),
                "slides": range(len(slides)),
                "seconds": 0 if held else _seconds(kept.get("seconds", "")) or SECONDS,
                "theme": kept.get("theme", ""),
                "is_held": held,
            },
        )


def slides_of(told: Latest) -> list[Slide]:
    """Figures that were measured, then what changed. Words of customers are left out:
    whoever walks by reads a screen."""
    found = [
        Slide(title=one.title, large=one.value, note=one.what, figure=one)
        for one in told.figures
        if one.estimate is not None
    ]
    for part in told.brief.parts:
        for block in part.blocks:
            if isinstance(block, Line):
                found.append(Slide(block.title, block.change, block.tone, block.note))
            elif isinstance(block, Say):
                found.append(Slide(block.text, note=block.note))
    return found[:MOST] or [Slide(told.brief.title, note=told.brief.basis)]


def _seconds(text: str) -> int:
    """The number, or 0 where it is none that is allowed."""
    number = _number(text)
    return number if SHORTEST <= number <= LONGEST else 0


def _number(text: str | None) -> int:
    given = text or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0


outlet = WallOutlet()
