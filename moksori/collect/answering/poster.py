"""A poster with the code that leads to a survey: A4 for the wall, A6 for the table."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from html import escape

import segno
from django.utils import translation
from django.utils.translation import gettext as _

SIZES = {"a4": ("210mm", "297mm", 1.0), "a5": ("148mm", "210mm", 0.7),
         "a6": ("105mm", "148mm", 0.5)}  # fmt: skip

CODES = {"png": "image/png", "svg": "image/svg+xml"}
_LONG = 12  # letters that fit into a line of the heading on any size


@dataclass(frozen=True, slots=True)
class PosterWords:
    title: str
    intro: str
    language: str
    company: str = ""  # as customers know it


def poster_pdf(slug: str, *, words: PosterWords, address: str, size: str) -> bytes:
    """One page as PDF; black on white, for any printer."""
    # It takes half a second to load, and has no types.
    from weasyprint import HTML  # type: ignore[import-untyped] # noqa: PLC0415

    with translation.override(words.language):
        html = poster_html(words, address=address, size=size)
    content: bytes = HTML(string=html, url_fetcher=_no_fetch).write_pdf()
    return content


def code_file(address: str, *, form: str) -> bytes:
    """The code as an image with the quiet zone that readers need (PNG: 1,000 px up)."""
    code = segno.make(f"{address}?via=qr", error="m", micro=False)
    out = io.BytesIO()
    scale = 1 if form == "svg" else -(-1_000 // code.symbol_size(border=4)[0])
    code.save(out, kind=form, border=4, scale=scale)
    return out.getvalue()


def poster_html(words: PosterWords, *, address: str, size: str) -> str:
    width, height, scale = SIZES[size]
    # Error correction H: a third may be scratched or dirty.
    code = segno.make(f"{address}?via=qr", error="h", micro=False)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, border=0, omitsize=True)
    style = f"""
      @page {{ size: {width} {height}; margin: {18 * scale}mm; }}
      html, body {{ height: 100%; margin: 0; }}
      body {{ font-family: Pretendard, "Noto Sans KR", "Noto Sans CJK KR", sans-serif;
        font-size: {16 * scale}pt; line-height: 1.5; color: #000; text-align: center;
        display: flex; flex-direction: column; justify-content: center; }}
      .company {{ font-weight: 700; font-size: {18 * scale}pt;
        margin: 0 0 {5 * scale}mm; }}
      h1 {{ font-size: {34 * scale}pt; line-height: 1.3; margin: 0; }}
      .intro {{ margin: {6 * scale}mm {8 * scale}mm 0; white-space: pre-line; }}
      .code {{ width: {112 * scale}mm; margin: {16 * scale}mm auto {9 * scale}mm; }}
      .code svg {{ width: 100%; height: auto; }}
      .how {{ font-weight: 700; font-size: {20 * scale}pt; margin: 0; }}
      .address {{ font-size: {13 * scale}pt; margin: {3 * scale}mm 0 0;
        overflow-wrap: anywhere; }}
      .whole {{ white-space: nowrap; }}
    """
    intro = words.intro if len(words.intro) <= 240 else f"{words.intro[:239]}…"
    return (
        f'<html lang="{escape(words.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(words.title)}</title><style>{style}</style></head><body>"
        f'<p class="company">{_whole(words.company)}</p>'
        f"<h1>{_whole(words.title)}</h1>"
        f'<p class="intro">{_whole(intro)}</p>'
        f'<div class="code">{drawn.getvalue().decode()}</div>'
        f'<p class="how">{escape(_("Point your phone’s camera here"))}</p>'
        f'<p class="address">{escape(address.split("://", 1)[-1])}</p>'
        "</body></html>"
    )


def _whole(text: str) -> str:
    """As HTML whose lines break between words, for WeasyPrint knows no `keep-all`."""
    return re.sub(
        r"\S+",
        lambda word: (
            f'<span class="whole">{escape(word[0])}</span>'
            if len(word[0]) <= _LONG
            else escape(word[0])
        ),
        text,
    )


def _no_fetch(url: str, *_args: object, **_options: object) -> dict[str, object]:
    """A poster needs nothing from anywhere."""
    raise ValueError(url)
