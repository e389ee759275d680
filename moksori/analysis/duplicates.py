"""Which texts say the same words."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_NOT_WORDS = re.compile(r"[\W_]+")


def text_key(text: str) -> int:
    """A signed 64-bit number that texts of the same letters and digits share.

    Case, spacing, punctuation and emoji do not count: "배송이 늦어요!!" and
    "배송이늦어요" are the same words.
    """
    letters = unicodedata.normalize("NFKC", text).casefold()
    kept = _NOT_WORDS.sub("", letters) or letters.strip()
    digest = hashlib.blake2b(kept.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big", signed=True)
