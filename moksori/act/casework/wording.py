"""Words to begin an answer with: places in them, and what stands there in the end.

A place is a name in braces, in Korean or in English: {고객} and {customer} are one.
Behind it both forms of a particle may stand; the one that fits is kept: {제품}을(를).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils import translation

from moksori.base.web.text import with_particles

CUSTOMER, MEMBER, COMPANY = "customer", "me", "company"
PRODUCT, RECEIVED, NUMBER = "product", "received", "number"
# As they are written, by language; the first of a pair is the name we use ourselves.
SPELLED = {
    "ko": {
        "고객": CUSTOMER,
        "담당": MEMBER,
        "회사": COMPANY,
        "제품": PRODUCT,
        "접수일": RECEIVED,
        "번호": NUMBER,
    },
    "en": {
        "customer": CUSTOMER,
        "me": MEMBER,
        "company": COMPANY,
        "product": PRODUCT,
        "received": RECEIVED,
        "number": NUMBER,
    },
}
_KNOWN = SPELLED["ko"] | SPELLED["en"]
_PLACE = re.compile(r"\{([^{}\n]{0,60})\}")


def unknown_places(text: str) -> list[str]:
    """Places that nothing is known for, as they were written."""
    found = (name for name in _PLACE.findall(text) if _key(name) not in _KNOWN)
    return list(dict.fromkeys("{" + name + "}" for name in found))


def filled(text: str, values: Mapping[str, str], language: str) -> str:
    """The text with every place filled; a place that is not known stays as it is.

    A value is put in as it is: braces in a customer's name open no further place.
    """

    def value(found: re.Match[str]) -> str:
        name = _KNOWN.get(_key(found[1]))
        return found[0] if name is None else values.get(name, "")

    with translation.override(language):
        return with_particles(_PLACE.sub(value, text))


def shown_places(language: str) -> str:
    """The names that may be written, in this language: “{고객}, {담당} …”."""
    names = SPELLED.get(language, SPELLED["en"])
    return ", ".join("{" + name + "}" for name in names)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
