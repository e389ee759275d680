"""What the QR code of a printed page says, and whether we printed it.

Capital letters and digits, so that the code stays small: MKS1/FORM/SHEET/PAGE/CHECK.
The check (8 letters) is made with the secret of the form; nobody can invent a sheet.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass

LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"  # spell no word, look like no other
_CODE = re.compile(
    rf"MKS1/([{LETTERS}]{{6}})/([{LETTERS}]{{8}})/(\d\d)/([{LETTERS}]{{8}})"
)


@dataclass(frozen=True, slots=True)
class PageCode:
    """Which page of which sheet of which form; `page` from 1."""

    form: str
    sheet: str
    page: int
    check: str

    def is_ours(self, secret: bytes) -> bool:
        return hmac.compare_digest(
            self.check, _check(secret, self.form, self.sheet, self.page)
        )


def new_key(length: int) -> str:
    """A random name of a form (6 letters) or of a sheet (8)."""
    return "".join(secrets.choice(LETTERS) for _letter in range(length))


def code_text(secret: bytes, form: str, sheet: str, page: int) -> str:
    """What to print."""
    return f"MKS1/{form}/{sheet}/{page:02}/{_check(secret, form, sheet, page)}"


def code_from(text: str) -> PageCode | None:
    """What was printed; None for a code of somebody else."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        return None
    form, sheet, page, check = found.groups()
    return PageCode(form, sheet, int(page), check)


def _check(secret: bytes, form: str, sheet: str, page: int) -> str:
    digest = hmac.digest(secret, f"{form}/{sheet}/{page}".encode(), "sha256")
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _letter in range(8):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)
