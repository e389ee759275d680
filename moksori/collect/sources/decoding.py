"""Bytes of an answer as text, whatever its headers claim."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

# What servers call them, and what they mean: EUC-KR lacks 8,822 syllables of CP949.
_MEANT = {
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "ms949": "cp949",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}encoding=[\"']([A-Za-z0-9._-]+)")
_CHARSET = re.compile(r"charset=[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)
_KOREAN = re.compile(r"[가-힣ㄱ-ㆎ一-鿿]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")


def decoded(body: bytes, content_type: str = "") -> str:
    """UTF-8 if it is, whatever is said; else what is said; else what it looks like."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace")
    for name in ("utf-8", *_declared(body, content_type), "cp949"):
        text = _strict(body, name)
        if text is not None and (name != "cp949" or _is_korean(text)):
            return text
    best = from_bytes(body[: 1 << 16]).best()
    return body.decode(best.encoding if best else "utf-8", "replace")


def _declared(body: bytes, content_type: str) -> list[str]:
    found = []
    said = _CHARSET.search(content_type)
    inside = _DECLARED.search(body[:400])
    if inside:
        found.append(inside[1].decode("ascii").lower())
    if said:
        found.append(said[1].lower())
    return [_MEANT.get(name, name) for name in found]


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeError, LookupError):
        return None


def _is_korean(text: str) -> bool:
    foreign = len(_FOREIGN.findall(text))
    return not foreign or len(_KOREAN.findall(text)) >= 0.6 * foreign
