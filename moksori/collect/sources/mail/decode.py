"""The bytes of a mail as text, also where the declared encoding is wrong or missing."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
import unicodedata
from typing import NamedTuple

# Always CP949: Outlook, Hanmail and groupware call it by these names, and strict
# EUC-KR lacks 8,822 of the syllables that they send.
_KOREAN = frozenset(
    [
        "ks_c_5601-1987",
        "ks_c_5601-1989",
        "ks_c_5601",
        "ksc5601",
        "ksc_5601",
        "ks_x_1001",
        "euc-kr",
        "euckr",
        "x-euc-kr",
        "korean",
        "windows-949",
        "x-windows-949",
        "ms949",
        "cp949",
        "949",
        "uhc",
        "x-uhc",
        "iso-ir-149",
        "csksc56011987",
        "cseuckr",
    ]
)
# Names that say nothing, or that are put down whatever the bytes are.
_NOTHING = frozenset(
    [
        "default",
        "unknown-8bit",
        "x-unknown",
        "unknown",
        "none",
        "us-ascii",
        "ascii",
        "ansi_x3.4-1968",
        "iso-8859-1",
        "latin1",
        "latin-1",
        "windows-1252",
        "cp1252",
        "8bit",
        "binary",
    ]
)
_WESTERN = "cp1252"
# One syllable of the 2,350 that nearly all Korean text is made of.
_SYLLABLE = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")
_HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]")
_ENCODED = re.compile(
    r"=\?([\w.:+\-]*?)(?:\*[\w\-]*)?\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*)*)\?="
)
_BETWEEN = re.compile(r"^\s*$")


class Decoded(NamedTuple):
    """Text, and how it was read; `damaged` when letters were lost."""

    text: str
    charset: str
    is_damaged: bool = False


def decoded(content: bytes, declared: str = "") -> Decoded:
    """The text of some bytes. Never fails: what nobody can read shows as �."""
    if content.isascii() and not _is_shifted(content, declared):
        return Decoded(content.decode("ascii"), "ascii")
    for name in _candidates(content, _label(declared)):
        try:
            return Decoded(content.decode(name), name)
        except (UnicodeError, LookupError):
            continue
    return _repaired(content, declared)


def _label(declared: str) -> str:
    """The name of an encoding as Python knows it; "" when it says nothing."""
    name = declared.strip().strip("\"'").lower()
    if name in _KOREAN or name.replace("-", "_") in _KOREAN:
        return "cp949"
    if not name or name in _NOTHING:
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    # Codecs such as "hex" or "rot13" have names, too, and are no text encodings.
    return found.name if found._is_text_encoding else ""


def _candidates(content: bytes, label: str) -> list[str]:
    if label == "cp949":
        # Korean in UTF-8 hardly ever reads as Hangul by chance.
        return ["utf-8", "cp949"] if _is_utf_8_korean(content) else ["cp949", "utf-8"]
    if label == "utf-8":
        return ["utf-8-sig", "cp949"]
    if label:
        return [label, "utf-8", "cp949"]
    return ["utf-8-sig", "cp949" if _is_korean(content) else _WESTERN]


def _repaired(content: bytes, declared: str) -> Decoded:
    """Broken bytes in between: the encoding in which the fewest letters are lost."""
    names = ["utf-8", "cp949"] if _label(declared) != "cp949" else ["cp949", "utf-8"]
    read = [(content.decode(name, "replace"), name) for name in names]
    text, name = min(read, key=lambda one: one[0].count("�"))
    return Decoded(text, name, is_damaged=True)


def _is_utf_8_korean(content: bytes) -> bool:
    try:
        return bool(_HANGUL.search(content.decode("utf-8")))
    except UnicodeError:
        return False


def _is_korean(content: bytes) -> bool:
    """Whether what lies beyond ASCII are Korean letters, common ones among them.

    An accent before a letter pairs up to a rare syllable, hardly ever to a common one.
    """
    try:
        letters = [c for c in content.decode("cp949") if not c.isascii()]
    except UnicodeError:
        return False
    common = len(_SYLLABLE.findall(content))
    return bool(letters) and common >= 0.4 * len(letters)


def _is_shifted(content: bytes, declared: str) -> bool:
    """ISO-2022 and UTF-7 hide their letters in ASCII."""
    name = _label(declared)
    return name.startswith(("iso2022", "utf-7", "hz")) and (
        b"\x1b" in content or b"\x0e" in content or name in {"utf-7", "hz"}
    )


def header_text(value: str) -> str:
    """A header as people read it. `value` holds raw bytes as surrogates.

    Neighbouring encoded words are joined as bytes: Korean programs cut a letter in two.
    """
    value = (
        re.sub(r"(?<![\r\n])[\r\n]+(?=[ \t])", "", value)
        .replace("\r", "")
        .replace("\n", " ")
    )
    parts: list[str] = []
    pending = b""
    charset = ""
    at = 0
    for found in _ENCODED.finditer(value):
        between = value[at : found.start()]
        is_next = bool(pending) and _BETWEEN.match(between)
        content = _word(found[2], found[3])
        if is_next and _label(found[1]) == _label(charset):
            pending += content
        else:
            parts.append(decoded(pending, charset).text if pending else "")
            parts.append("" if is_next else _raw_text(between))
            pending, charset = content, found[1]
        at = found.end()
    parts.append(decoded(pending, charset).text if pending else "")
    parts.append(_raw_text(value[at:]))
    return tidy_line("".join(parts))


def _word(kind: str, content: str) -> bytes:
    given = content.encode("ascii", "ignore")
    if kind in "bB":
        given += b"=" * (-len(given) % 4)
        try:
            return base64.b64decode(given)
        except (binascii.Error, ValueError):
            return b""
    return quopri.decodestring(given.replace(b"_", b" "), header=False)


def _raw_text(value: str) -> str:
    """Letters put into a header as they are, against the rules, in either encoding."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape")).text


def tidy_line(text: str) -> str:
    """One line, one form of Hangul, nothing invisible that could turn text round."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(
        " " if c.isspace() else c
        for c in text
        if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}
    )
    return " ".join(text.split())


def tidy_text(text: str) -> str:
    """Lines with one kind of end; no NUL, no bidirectional overrides, Hangul whole."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.encode("utf-8", "replace").decode()
    return _UNSEEN.sub("", text).replace("\u00a0", " ").replace("\u3000", " ")


# Zero-width joiners stay: families and flags are made with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufff9-\ufffb]"
)
