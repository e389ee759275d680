"""Which encoding a text file has, decided on the whole file."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes
from django.utils.translation import gettext_noop as _

from moksori.collect.tables.messages import Unreadable

CHUNK = 1 << 20
# Always CP949, never EUC-KR: that one lacks 8,822 syllables such as 똠 and 펲.
_ALIASES = {
    "euc-kr": "cp949",
    "euc_kr": "cp949",
    "euckr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ms949": "cp949",
    "uhc": "cp949",
    "ansi": "cp949",
}
CHOICES = ("utf-8", "cp949", "utf-16", "cp1252", "shift_jis", "gb18030", "big5")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = _(
    "This is not a text file. Save the table as CSV, Excel (.xlsx), Parquet "
    "or JSON lines and try again."
)
# Tab, line feed, form feed, carriage return, escape and end-of-file occur in text.
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B})
_KOREAN = re.compile(r"[가-힣ㄱ-ㆎ一-鿿豈-﫿]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`damaged` characters were not decodable and show as �; a guess is not sure."""

    name: str
    damaged: int = 0
    is_sure: bool = True

    @property
    def errors(self) -> str:
        return "replace" if self.damaged else "strict"


def detect(path: Path) -> Encoding:
    """BOM, NUL pattern, UTF-8, CP949, and only then a statistical guess.

    Raises Unreadable when nothing fits: the person has to say.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return _given(path, name)
    # A few NULs are dirt of an old database, many are UTF-16 or no text.
    if head.count(0) > 0.02 * len(head):
        return _utf_16(path, head)
    if decodes(path, "utf-8"):
        return Encoding("utf-8")
    _refuse_binary(head)
    return _damaged_utf_8(path) or _cp949(path) or _guess(path)


def chosen(path: Path, name: str) -> Encoding:
    """The encoding that a person chose, if it exists; damage is counted."""
    name = _ALIASES.get(name.lower(), name)
    try:
        codecs.lookup(name)
    except LookupError:
        raise Unreadable(
            _("There is no encoding “{name}”. Use one of: {choices}."),
            field="encoding",
            name=name,
            choices=", ".join(CHOICES),
        ) from None
    with path.open("rb") as file:
        has_bom = file.read(3) == codecs.BOM_UTF8
    if has_bom and codecs.lookup(name).name == "utf-8":
        name = "utf-8-sig"
    return _given(path, name)


def _given(path: Path, name: str) -> Encoding:
    if decodes(path, name):
        return Encoding(name)
    bad, _good = _damage(path, name)
    return Encoding(name, damaged=max(bad, 1))


def _texts(path: Path, name: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(name)(errors)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)


def decodes(path: Path, name: str) -> bool:
    """Whether every byte of the file is valid in this encoding."""
    try:
        for _text in _texts(path, name, "strict"):
            pass
    except UnicodeError:
        return False
    return True


def _damage(path: Path, name: str) -> tuple[int, int]:
    bad = good = 0
    for text in _texts(path, name, "replace"):
        lost = text.count("�")
        bad += lost
        good += len(_NOT_ASCII.findall(text)) - lost
    return bad, good


def _refuse_binary(head: bytes) -> None:
    controls = sum(head.count(byte) for byte in _CONTROLS)
    if controls > 0.02 * len(head):
        raise Unreadable(_NOT_TEXT)


def _utf_16(path: Path, head: bytes) -> Encoding:
    """Excel's "Unicode text" without its mark: NULs sit at every second place."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    if min(even, odd) * 20 <= max(even, odd) and decodes(path, name):
        return Encoding(name)
    raise Unreadable(_NOT_TEXT)


def _damaged_utf_8(path: Path) -> Encoding | None:
    """UTF-8 with a few broken bytes, as cut or joined files have them."""
    bad, good = _damage(path, "utf-8")
    if good >= 50 and bad * 100 <= good:
        return Encoding("utf-8", damaged=bad)
    return None


def _cp949(path: Path) -> Encoding | None:
    korean = foreign = 0
    try:
        for text in _texts(path, "cp949", "strict"):
            korean += len(_KOREAN.findall(text))
            foreign += len(_NOT_ASCII.findall(text))
    except UnicodeError:
        return None
    return Encoding("cp949") if foreign and korean >= 0.6 * foreign else None


def _guess(path: Path) -> Encoding:
    best = from_bytes(_foreign_lines(path)).best()
    if best is None or best.encoding in {"ascii", "utf_8"}:
        raise Unreadable(
            _(
                "The encoding of this file could not be found out. Choose it yourself "
                "(Korean Excel usually writes CP949), or save the file as UTF-8."
            ),
            field="encoding",
        )
    name = _ALIASES.get(best.encoding, best.encoding)
    bad, _good = _damage(path, name)
    return Encoding(name, damaged=bad, is_sure=False)


def _foreign_lines(path: Path, most: int = 1 << 15) -> bytes:
    """Only lines that are not plain ASCII: among 200 kB of ASCII a guess is wrong."""
    found = bytearray()
    with path.open("rb") as file:
        while len(found) < most and (line := file.readline(CHUNK)):
            if not line.isascii():
                found += line
    return bytes(found[: most * 2])
