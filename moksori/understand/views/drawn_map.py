"""The map of themes as SVG: links on a page, a plain picture to take away."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.base.web import text
from moksori.base.web.charts import svg
from moksori.understand.reads.map import Circle, Sheet, Spot, ThemeMap
from moksori.understand.views import map_words

STEPS = (0.25, 0.5, 0.75)
"""Shares of complaints at which the tint gets stronger and the hatching denser."""
_TINTS = (".06", ".18", ".32", ".46")
_PITCH = (0, 9, 6, 3.5)
_TOP = 14.0
_RIM = 6.0
_HEAD, _EDGE = 82.0, 20.0


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
        return f"<svg{open_}>{self.inside()}</svg>"

    def inside(self) -> str:
        parts = (self.patterns(), self.rings(), self.spots(), self.words())
        return "".join((*parts, self.names()))

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
        x, y, half = self.name_at(circle)
        words = svg.text(
            (x, y), svg.shortened(name, 2 * half + 1, 12), text_anchor="middle",
            font_weight=600, fill=svg.TONES["ink"],
            class_="c-text map-group",
        )  # fmt: skip
        if self.found.group is not None or not self.is_linked:
            return words
        return self.link(self.into(circle.id), name, words)

    def name_at(self, circle: Circle) -> tuple[float, float, float]:
        """Where the name of a group stands, and half of its width."""
        room = max(circle.r * 2, 84)
        half = min(svg.text_width(self.found.names.get(circle.id, ""), 12), room) / 2
        x = min(max(circle.x, half + 2), self.sheet.width - half - 2)
        return x, circle.y - circle.r + _RIM + 1, half

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
        if not self.is_linked:
            return drawn
        address = reverse("understand:theme", args=(spot.id,))
        return self.link(address, told(spot), drawn)

    def words(self) -> str:
        """Above all circles, so that none covers the name of another."""
        places = {circle.id: circle for circle in self.sheet.themes}
        names = [self.name_at(circle) for circle in self.sheet.groups]
        taken = [map_words.group_box(x, y, half) for x, y, half in names]
        found = map_words.words_of(self.found.spots, places, taken, self.sheet.width)
        return "".join(
            self.line(places[theme], lines, at)
            for theme, lines in found.items()
            for at in range(len(lines))
        )

    def line(self, circle: Circle, lines: list[str], at: int) -> str:
        top = circle.y - map_words.LINE * (len(lines) - 1) / 2 + 4
        return svg.text(
            (circle.x, top + map_words.LINE * at), lines[at], text_anchor="middle",
            font_size=map_words.SIZE, fill=svg.TONES["ink"], paint_order="stroke",
            stroke=svg.PAPER, stroke_width=2.5, class_="c-text map-words",
        )  # fmt: skip

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
    drawing = _Drawing(found, found.wide, "wide", "", is_linked=False)
    size = (found.wide.width + 2 * _EDGE, found.wide.height + _HEAD + 2 * _TOP)
    moved = svg.attributes(transform=f"translate({_EDGE:g} {_HEAD + _TOP:g})")
    title = _("Map of themes")
    parts = (_head(found, title), f"<g{moved}>{drawing.inside()}</g>")
    return svg.drawing(size, parts, title=title, desc=_read(found), class_="map wide")


def _head(found: ThemeMap, title: str) -> str:
    """What a picture says of itself where no page stands around it."""
    name = found.group.name if found.group else ""
    ink = {"fill": svg.TONES["ink"]}
    parts = [
        svg.text((_EDGE, 26), " · ".join(filter(None, (title, name))), font_size=16,
                 font_weight=600, **ink),
        svg.text((_EDGE, 46), _read(found)),
        svg.text((_EDGE, 70), _("Of these feedbacks complain:")),
    ]  # fmt: skip
    x = svg.text_width(_("Of these feedbacks complain:")) + _EDGE + 12
    for step in legend():
        place = svg.attributes(transform=f"translate({x:.0f} 58)")
        parts.append(f"<g{place}>{step.drawn}</g>")
        parts.append(svg.text((x + 34, 70), step.label))
        x += 34 + svg.text_width(step.label) + 18
    return "".join(parts)


def _read(found: ThemeMap) -> str:
    """The unit, the period, and on how much it stands."""
    place = found.place
    until = text.day(place.newest) if place.newest else ""
    given = {"period": place.period_name, "until": until}
    period = (
        _("All feedback up to %(until)s.")
        if place.period == "all"
        else _("The %(period)s up to the newest feedback, %(until)s.")
    ) % given
    n = ngettext(
        "%(n)s theme in %(total)s feedbacks with words.",
        "%(n)s themes in %(total)s feedbacks with words.",
        len(found.spots),
    ) % {"n": len(found.spots), "total": text.number(place.total)}
    return f"{place.unit} · {period} {n}"


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
