"""Digits and addresses that name a person, hidden before anything is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

EMAIL, PHONE, CARD, ID_NUMBER, ACCOUNT = (
    "[email]",
    "[phone]",
    "[card]",
    "[id number]",
    "[account]",
)


@dataclass(frozen=True, slots=True)
class MaskedSpan:
    """What was hidden: where it stood in the NFC text, and the token put there."""

    start: int
    end: int
    token: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text (NFC) with its personal numbers replaced, and what was replaced."""

    text: str
    spans: tuple[MaskedSpan, ...]


_DASHES = "‐‑‒–—―−－ｰ﹘﹣~∼〜～."
_FOLD = {ord(c): "-" for c in _DASHES}
_FOLD |= {ord(c): " " for c in "\u00a0\u2002\u2003\u2009\u200a\u202f\u3000"}
_FOLD |= {0xFF10 + i: str(i) for i in range(10)}  # full-width digits
_FOLD |= {ord("＠"): "@", ord("．"): "."}
_SPOKEN = str.maketrans("공영일이삼사오육륙칠팔구", "001234566789")
_SPOKEN_PHONE = re.compile(r"공\s?일\s?공(?:[\s-]?[공영일이삼사오육륙칠팔구]){7,8}")

# Texts without any of these are left alone, at the cost of one scan.
_SUSPICIOUS = re.compile(r"[@＠]|\d(?:\D{0,3}\d){6}|공\s?일\s?공")
_URL = re.compile(r"(?:https?://|www\.)[^\s@]+(?!\S*@)")
_EMAIL = re.compile(
    r"(?<![\w.+-])(?:[A-Za-z0-9_%+][A-Za-z0-9_.%+-]{0,63}|[가-힣]{1,12}) ?@ ?"
    r"(?:[A-Za-z0-9가-힣][A-Za-z0-9가-힣-]{0,62}\.)+"
    r"(?:[A-Za-z]{2,24}|kr|한국)(?![A-Za-z0-9])"
)
# A number stands alone when neither digit nor dash-digit goes on beside it.
_ALONE, _ENDS = r"(?<!\d)(?<!\d-)", r"(?!-?\d)"
_ID = re.compile(_ALONE + r"(\d{2})(\d{2})(\d{2}) ?-? ?([1-8])(\d{6}|\*{6})" + _ENDS)
_SOCIAL = re.compile(_ALONE + r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}" + _ENDS)
_CARD = re.compile(
    _ALONE + r"(?:\d{4}([ -]{1,3})\d{4}\1\d{4}\1\d{4}"
    r"|3[47]\d{2}[ -]\d{6}[ -]\d{5}|\d{15,16})" + _ENDS
)
_CARD_WORD = re.compile(r"카드|card|visa|master|amex|결제", re.IGNORECASE)
_MOBILE = re.compile(
    _ALONE
    + r"(?:(?:\+ ?82|0082|82)[ )-]{0,2}\(?0?\)?1[016789]|\(?01[016789]\)?)"
    + r"[ -]{0,3}\d{3,4}[ -]{0,3}\d{4}"
    + _ENDS
)
_LANDLINE = re.compile(
    _ALONE
    + r"(?:\+ ?82[ -]{0,2}|\(?0)(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d)\)?"
    + r"[ -]{1,3}\d{3,4}[ -]{1,3}\d{4}"
    + _ENDS
)
_ABROAD = re.compile(
    _ALONE
    + r"(?:\+(?!82)[1-9]\d{0,2}[ -]{0,2}\(?\d{1,4}\)?(?:[ -]?\d{2,4}){2,4}"
    + r"|\(?[2-9]\d{2}\)?[ -]{1,2}[2-9]\d{2}-\d{4})"
    + _ENDS
)
_ACCOUNT = re.compile(_ALONE + r"(?:\d{2,6}(?:[ -]\d{2,6}){2,3}|\d{10,14})" + _ENDS)
_ACCOUNT_WORD = re.compile(
    r"계좌|통장|입금|송금|이체|환불|국민은행|신한|하나은행|우리은행|농협|기업은행"
    r"|카카오뱅크|토스뱅크|케이뱅크|새마을금고|우체국|수협|은행"
    r"|account|iban|routing|acct",
    re.IGNORECASE,
)
_PARCEL_WORD = re.compile(
    r"운송장|등기|주문|쿠폰|송장|상품|바코드|예약|접수"
    r"|order|tracking|barcode|coupon|invoice|upc",
    re.IGNORECASE,
)
_NEAR = 14
_SHORTEST_ACCOUNT = 10


def mask(text: str) -> Masked:
    """Replace personal numbers and e-mail addresses by bracketed tokens.

    Resident and foreigner registration numbers (shape, real date, gender digit; the
    checksum is not asked, as numbers since 2020-10 have none), US social security
    numbers, payment cards (Luhn and the usual grouping or a card word), Korean mobile
    and area numbers, international numbers, e-mail addresses, and bank accounts beside
    a banking word. Order, parcel and coupon numbers and public numbers (1588-…, 080-…)
    stay. Names and street addresses are not found.
    """
    plain = unicodedata.normalize("NFC", text)
    if not _SUSPICIOUS.search(plain):
        return Masked(plain, ())
    spans = _found(plain)
    parts, at = [], 0
    for span in spans:
        parts += [plain[at : span.start], span.token]
        at = span.end
    return Masked("".join([*parts, plain[at:]]), tuple(spans))


def _found(plain: str) -> list[MaskedSpan]:
    # Folding is letter by letter, so offsets hold.
    folded = _SPOKEN_PHONE.sub(
        lambda m: m[0].translate(_SPOKEN), plain.translate(_FOLD)
    )
    # Long numbers in addresses of web pages name articles, not people.
    taken = [match.span() for match in _URL.finditer(plain)]
    spans: list[MaskedSpan] = []
    for token, pattern, accept in _RULES:
        source = plain if token == EMAIL else folded
        for match in pattern.finditer(source):
            start, end = match.span()
            if accept(match) and not any(a < end and start < b for a, b in taken):
                spans.append(MaskedSpan(start, end, token))
                taken.append((start, end))
    return sorted(spans, key=lambda span: span.start)


def _is_id(match: re.Match[str]) -> bool:
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    century = 1900 if match[4] in "1256" else 2000
    try:
        date(century + year, month, day)
    except ValueError:
        return False
    # Thirteen digits in a row after "order", or a Korean barcode, are no birthday.
    if "-" in match[0]:
        return True
    return not (match[0].startswith("880") or _PARCEL_WORD.search(_before(match)))


def _is_card(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", match[0])
    grouped = len(digits) < len(match[0])
    return _luhn(digits) and (grouped or bool(_CARD_WORD.search(_around(match))))


def _luhn(digits: str) -> bool:
    total = 0
    for i, c in enumerate(reversed(digits)):
        n = int(c) * (1 + i % 2)
        total += n - 9 * (n > 9)
    return total % 10 == 0


def _is_account(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", match[0])
    near = _before(match)
    return (
        len(digits) >= _SHORTEST_ACCOUNT
        and bool(_ACCOUNT_WORD.search(_around(match)))
        and not _PARCEL_WORD.search(near)
        and not _is_date(match[0])
    )


def _is_date(text: str) -> bool:
    return bool(re.match(r"(?:19|20)\d\d[ -](?:0?[1-9]|1[0-2])[ -]", text))


def _is_phone(match: re.Match[str]) -> bool:
    return not _PARCEL_WORD.search(_before(match)) or "-" in match[0]


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _NEAR) : match.start()]


def _around(match: re.Match[str]) -> str:
    return _before(match) + match.string[match.end() : match.end() + _NEAR]


def _always(_: re.Match[str]) -> bool:
    return True


_RULES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (EMAIL, _EMAIL, _always),
    (ID_NUMBER, _ID, _is_id),
    (CARD, _CARD, _is_card),
    (ID_NUMBER, _SOCIAL, _always),
    (PHONE, _MOBILE, _is_phone),
    (PHONE, _LANDLINE, _always),
    (PHONE, _ABROAD, _always),
    (ACCOUNT, _ACCOUNT, _is_account),
)
