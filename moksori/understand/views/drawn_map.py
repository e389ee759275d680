"""The map of themes as SVG: links on a page, a plain picture to take away."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from moksori.base.web import text
from moksori.base.web.charts import svg
from moksori.understand.reads.map import Circle, Sheet, Spot, ThemeMap

STEPS = (0.25, 0.5, 0.75)
"""Shares of complaints at which the tint gets stronger and the hatching denser."""
_TINTS = (".06", ".18", ".32", ".46")
_PITCH = (0, 9, 6, 3.5)
_TOP = 14.0
_RIM = 6.0
_NAME, _SHARE = 11, 11


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the legend."""

    label: str
    drawn: SafeString


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One drawing of the map; `query` keeps the filters in the addresses of links."""

    found: ThemeMap
    sheet: Sheet
    class_: str
    query: str
    is_linked: bool

    def html(self) -> str:
        height = self.sheet.height + 2 * _TOP
        role = "group" if self.is_linked else "img"
        open_ = svg.attributes(
            class_=f"map {self.class_}",
            viewBox=f"0 {-_TOP:g} {self.sheet.width:g} {height:.0f}",
            width=f"{self.sheet.width:g}",
            height=f"{height:.0f}",
            xmlns="http://www.w3.org/2000/svg",
            role=role,
            aria_label=_("Map of themes"),
        )
        parts = (self.patterns(), self.rings(), self.spots(), self.names())
        return f"<svg{open_}>{''.join(parts)}</svg>"

    def patterns(self) -> str:
        return svg.group(
            "hurt", f"<defs>{''.join(map(self.pattern, (1, 2, 3)))}</defs>"
        )

    def pattern(self, step: int) -> str:
        pitch = _PITCH[step]
        lines = svg.shape(
            "path", d=f"M0 0V{pitch}", stroke="currentColor", stroke_opacity=".55",
            stroke_width=1.2,
        )  # fmt: skip
        given = svg.attributes(
            id=f"hatch-{self.class_}-{step}", width=pitch, height=pitch,
            patternUnits="userSpaceOnUse", patternTransform="rotate(45)",
        )  # fmt: skip
        return f"<pattern{given}>{lines}</pattern>"

    # --- groups ---

    def rings(self) -> str:
        rings = [
            svg.shape(
                "circle", cx=one.x, cy=one.y, r=one.r - _RIM, fill="currentColor",
                fill_opacity=".05", stroke="currentColor", stroke_opacity=".25",
            )
            for one in self.sheet.groups
        ]  # fmt: skip
        return svg.group("ink", *rings)

    def names(self) -> str:
        """Last, so that nothing covers them."""
        return "".join(self.name(circle) for circle in self.sheet.groups)

    def name(self, circle: Circle) -> str:
        name = self.found.names.get(circle.id, "")
        room = max(circle.r * 2, 84)
        half = min(svg.text_width(name, 12), room) / 2
        x = min(max(circle.x, half + 2), self.sheet.width - half - 2)
        words = svg.text(
            (x, circle.y - circle.r + _RIM + 1), svg.shortened(name, room, 12),
            text_anchor="middle", font_weight=600, fill=svg.TONES["ink"],
            class_="c-text map-group",
        )  # fmt: skip
        if self.found.group is not None or not self.is_linked:
            return words
        return self.link(self.into(circle.id), name, words)

    def into(self, group: int) -> str:
        return f"{reverse('understand:theme_map')}?{self.query}&group={group}".replace(
            "?&", "?"
        )

    # --- themes ---

    def spots(self) -> str:
        places = {circle.id: circle for circle in self.sheet.themes}
        return "".join(
            self.spot(spot, places[spot.id])
            for spot in self.found.spots
            if spot.id in places
        )

    def spot(self, spot: Spot, circle: Circle) -> str:
        step = step_of(spot.complaining.value)
        at = {"cx": circle.x, "cy": circle.y, "r": circle.r}
        shapes = [
            svg.shape("circle", **at, class_="c-paper", fill=svg.PAPER),
            svg.shape(
                "circle", **at, fill="currentColor", fill_opacity=_TINTS[step],
                stroke="currentColor", class_="map-spot",
            ),
        ]  # fmt: skip
        if step:
            fill = f"url(#hatch-{self.class_}-{step})"
            shapes.append(svg.shape("circle", **at, fill=fill))
        drawn = svg.group("hurt" if step else "ink", *shapes)
        drawn += self.words(spot, circle)
        if not self.is_linked:
            return drawn
        address = reverse("understand:theme", args=(spot.id,))
        return self.link(address, told(spot), drawn)

    def words(self, spot: Spot, circle: Circle) -> str:
        """The share of complaints, and the name where there is room for it."""
        if circle.r < 12:
            return ""
        share = text.share(spot.complaining.value, 0)
        given = {
            "text_anchor": "middle", "font_size": _SHARE, "fill": svg.TONES["ink"],
            "class_": "c-text map-words",
        }  # fmt: skip
        if circle.r < 30:
            return svg.text((circle.x, circle.y + 4), share, **given)
        lines = _lines(spot.name, circle.r * 1.7)
        top = circle.y - 6.5 * len(lines) + 4
        return "".join(
            svg.text((circle.x, top + 13 * at), words, **given)
            for at, words in enumerate([*lines, share])
        )

    def link(self, address: str, label: str, inside: str) -> str:
        given = svg.attributes(href=address, aria_label=label, data_told=label)
        return f"<a{given}><title>{escape(label)}</title>{inside}</a>"


def drawn_map(found: ThemeMap, query: str) -> SafeString:
    """Both drawings, for desk and phone; every circle is a link."""
    drawings = [("wide", found.wide), ("narrow", found.narrow)]
    html = "".join(
        _Drawing(found, sheet, class_, query, is_linked=True).html()
        for class_, sheet in drawings
        if sheet is not None
    )
    return mark_safe(html)  # noqa: S308 - escaped where it is drawn


def map_picture(found: ThemeMap) -> str:
    """One drawing that stands alone; empty where nothing is heard."""
    if found.wide is None:
        return ""
    return _Drawing(found, found.wide, "wide", "", is_linked=False).html()


def told(spot: Spot) -> str:
    """What a circle says when it is looked at."""
    return _(
        "%(name)s: %(mentions)s mentions, %(share)s of feedback (n %(n)s); "
        "%(bad)s of these complain"
    ) % {
        "name": spot.name,
        "mentions": text.number(spot.mentions),
        "share": text.share(spot.share.value),
        "n": text.number(spot.share.n),
        "bad": text.share(spot.complaining.value, 0),
    }


def step_of(share: float) -> int:
    return sum(share >= limit for limit in STEPS)


def legend() -> list[Step]:
    """The steps of the tint, from few complaints to many."""
    labels = [
        _("below %(share)s") % {"share": text.share(STEPS[0], 0)},
        *(
            _("%(low)s to %(high)s")
            % {"low": text.share(low, 0), "high": text.share(high, 0)}
            for low, high in pairwise(STEPS)
        ),
        _("%(share)s or more") % {"share": text.share(STEPS[-1], 0)},
    ]
    return [Step(label, _swatch(step)) for step, label in enumerate(labels)]


def _swatch(step: int) -> SafeString:
    at = {"x": 1, "y": 1, "width": 26, "height": 14, "rx": 3}
    shapes = [
        svg.shape(
            "rect", **at, fill="currentColor", fill_opacity=_TINTS[step],
            stroke="currentColor",
        )
    ]  # fmt: skip
    if step:
        pitch = _PITCH[step] * 1.4
        strokes = "".join(
            f"M{2 + pitch * at:.1f} 14l8 -12" for at in range(int(18 / pitch) + 1)
        )
        shapes.append(svg.shape("path", d=strokes, stroke="currentColor"))
    drawn = svg.drawing((28, 16), (svg.group("hurt" if step else "ink", *shapes),),
                        title="")  # fmt: skip
    return mark_safe(drawn)  # noqa: S308 - numbers only


def _lines(name: str, room: float) -> list[str]:
    """The name on one or two lines, broken between words."""
    if svg.text_width(name, _NAME) <= room:
        return [name]
    first, rest = "", name.split()
    while rest and svg.text_width(f"{first} {rest[0]}".strip(), _NAME) <= room:
        first = f"{first} {rest.pop(0)}".strip()
    if not first:
        return [svg.shortened(name, room, _NAME)]
    return [first, svg.shortened(" ".join(rest), room, _NAME)]
