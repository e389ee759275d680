"""Letters put on a finished page: one typeface in the file, words wherever they go."""

from __future__ import annotations

import io
from typing import Any

from moksori.collect.paper.printing import fonts


class Lettering:
    """The typeface with the letters that will be needed. Lengths are in points."""

    def __init__(self, letters: frozenset[str]) -> None:
        from fontTools import ttLib  # type: ignore[import-untyped] # noqa: PLC0415

        self._file = fonts.typeface(letters, fonts.REGULAR)
        font = ttLib.TTFont(io.BytesIO(self._file))
        self._em: int = font["head"].unitsPerEm
        self._glyphs = {
            chr(code): (font.getGlyphID(name), font["hmtx"][name][0])
            for code, name in font.getBestCmap().items()
        }
        self._ascent, self._descent = font["hhea"].ascent, font["hhea"].descent

    def width(self, text: str, size: float) -> float:
        units: int = sum(self._glyph(one)[1] for one in text)
        return units * size / self._em

    def text(self, text: str, x: float, y: float, size: float) -> str:
        """The operators that write it there, in the typeface called /L."""
        glyphs = "".join(f"{self._glyph(one)[0]:04X}" for one in text)
        return f"BT /L {size:.2f} Tf {x:.2f} {y:.2f} Td <{glyphs}> Tj ET"

    def lines(self, text: str, room: float, size: float) -> list[str]:
        """Broken between words; a word longer than a line is broken inside."""
        found: list[str] = [""]
        for word in text.split():
            longer = f"{found[-1]} {word}".strip()
            if self.width(longer, size) <= room:
                found[-1] = longer
                continue
            if found[-1]:
                found.append("")
            for letter in word:
                if self.width(found[-1] + letter, size) > room:
                    found.append("")
                found[-1] += letter
        return found

    def font_in(self, pdf: Any) -> Any:
        """The typeface as an object of this PDF."""
        import pikepdf  # noqa: PLC0415

        name = pikepdf.Name("/Pretendard-Regular")
        scale = 1000 / self._em
        widths = pikepdf.Array()
        for glyph, width in sorted(set(self._glyphs.values())):
            widths.extend([glyph, pikepdf.Array([round(width * scale)])])
        descriptor = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.FontDescriptor,
                FontName=name,
                Flags=4,
                FontBBox=[-1000, -500, 2000, 1500],
                ItalicAngle=0,
                Ascent=round(self._ascent * scale),
                Descent=round(self._descent * scale),
                CapHeight=700,
                StemV=80,
                FontFile2=pdf.make_stream(self._file),
            )
        )
        inner = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=pikepdf.Dictionary(
                Registry=b"Adobe", Ordering=b"Identity", Supplement=0
            ),
            FontDescriptor=descriptor,
            DW=1000,
            W=widths,
            CIDToGIDMap=pikepdf.Name.Identity,
        )
        return pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type0,
                BaseFont=name,
                Encoding=pikepdf.Name("/Identity-H"),
                DescendantFonts=[pdf.make_indirect(inner)],
                ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )

    def _glyph(self, letter: str) -> tuple[int, int]:
        """Number and width; what is missing shows as a gap, never as another letter."""
        return self._glyphs.get(letter) or self._glyphs[" "]

    def _to_unicode(self) -> bytes:
        """So that names can be found in the file and read aloud."""
        pairs = [
            f"<{glyph:04X}> <{letter.encode('utf-16-be').hex()}>"
            for letter, (glyph, _width) in self._glyphs.items()
        ]
        blocks = "\n".join(
            f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar"
            for start in range(0, len(pairs), 100)
            if (part := pairs[start : start + 100])
        )
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CMapName /Letters def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            f"{blocks}\nendcmap end end"
        ).encode()
