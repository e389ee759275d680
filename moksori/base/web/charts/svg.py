"""The smallest set of SVG shapes, with every text escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

# The same colours as the stylesheet's light tokens, for where there is none.
TONES = {
    "ink": "#1d1f21",
    "hurt": "#c2410c",
    "good": "#0f766e",
    "quiet": "#696b6f",
}
NOTE = "#696b6f"
LINE = "#e7e4dc"
PAPER = "#ffffff"

XY = tuple[float, float]


def attributes(**given: object) -> str:
    """` stroke-width="2"`; None is left out, a trailing underscore is dropped."""
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for name, value in given.items()
        if value is not None
    )


def _short(value: object) -> str:
    return f"{round(value, 1):g}" if isinstance(value, float) else str(value)


def shape(name: str, **given: object) -> str:
    return f"<{name}{attributes(**given)}/>"


def text(at: XY, content: str, **given: object) -> str:
    """Text with its baseline at `at`; 12 px unless told."""
    given = {"font_size": 12, "fill": NOTE, "class_": "c-note"} | given
    return f"<text{attributes(x=at[0], y=at[1], **given)}>{escape(content)}</text>"


def path(points: Sequence[XY]) -> str:
    return "M" + "L".join(f"{round(x, 1):g} {round(y, 1):g}" for x, y in points)


def group(tone: str, *parts: str) -> str:
    """Shapes that draw in `currentColor`, which the tone sets."""
    tone = tone if tone in TONES else "ink"
    return f'<g class="c-{tone}" color="{TONES[tone]}">{"".join(parts)}</g>'


def drawing(
    size: XY, parts: Iterable[str], *, title: str, desc: str = "", class_: str = ""
) -> str:
    """A whole SVG. Without a title it is decoration, its words stand beside it."""
    width, height = size
    open_ = attributes(
        class_=class_ or None,
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        xmlns="http://www.w3.org/2000/svg",
        **({"role": "img"} if title else {"aria-hidden": "true"}),
    )
    words = f"<title>{escape(title)}</title>" if title else ""
    words += f"<desc>{escape(desc)}</desc>" if desc else ""
    return f"<svg{open_}>{words}{''.join(parts)}</svg>"


def text_width(content: str, size: float = 12) -> float:
    """About how wide a text will be: Hangul is nearly square, Latin half of it."""
    return sum(size * (0.95 if ord(letter) > 0x1100 else 0.56) for letter in content)


def shortened(content: str, width: float, size: float = 12) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    if text_width(content, size) <= width:
        return content
    while content and text_width(content + "…", size) > width:
        content = content[:-1]
    return content.rstrip() + "…"


def ticks(
    low: float, high: float, *, count: int = 4, least: float = 0.0
) -> list[float]:
    """Round numbers around `low` and `high`, at least `least` apart."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return [0.0, 1.0]
    if high <= low:
        high = low + (abs(low) or 1.0) * 0.1
    raw = max((high - low) / max(count - 1, 1), least)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= raw * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(n * step, 12) for n in range(first, last + 1)]
