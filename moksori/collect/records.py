"""One feedback on its way in: what a source hands over, masked and ready to store."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from moksori.analysis.masking import CARD, ID_NUMBER, mask
from moksori.collect.answers import Answer, Kind, Value, main_score, text_of
from moksori.collect.tables.table import clean

MAX_ID = 200
MAX_ATTRIBUTE = 500  # characters
# Registration numbers and cards in any of their groupings; not a date with its time.
# Patterns that start with one class of letters are searched three times as fast.
_D = "[0-9０-９]"
_LONG_NUMBER = re.compile(
    rf"{_D}{{4}}(?:{_D}{{2}}\D{{0,3}}{_D}(?:{_D}{{6}}|\*{{6}})"
    rf"|(?:\D{{1,3}}{_D}{{4}}){{3}}|\D{_D}{{6}}\D{_D}{{5}})"
)
# What `mask` could find anything in, joined values included.
_SEVEN_DIGITS = re.compile(rf"{_D}(?:\D{{0,3}}{_D}){{6}}")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json(value: Any) -> str:
    # Most records have no consent and no metadata.
    if value:
        return _encode(value)
    return "[]" if isinstance(value, list) else "{}"


@dataclass(frozen=True, slots=True)
class Record:
    """One feedback as any channel gives it; names stand for products and places.

    Without `external_id` it gets one from its content, so that the same record again
    is the same feedback. `occurred_at` is aware; None means "when it arrived".
    """

    answers: tuple[Answer, ...]
    external_id: str = ""
    occurred_at: datetime | None = None
    channel: str = ""
    language: str = ""
    product: str = ""
    region: str = ""
    customer: str = ""
    account: str = ""
    consent: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not self.attributes and not any(
            answer.value not in (None, "", []) for answer in self.answers
        )


class Prepared(NamedTuple):
    """A record as the database takes it: plain values, JSON as text, UTC as text.

    `occurred_at` is "" when the record had no time of its own.
    """

    external_id: str
    fingerprint: str
    occurred_at: str
    channel: str
    language: str
    text: str
    score: float | None
    answers: str
    consent: str
    attributes: str
    metadata: str
    raw: str
    product: str
    region: str
    customer: str
    account: str


def prepared(record: Record) -> Prepared:
    """Personal numbers masked, and the two hashes that make storing idempotent."""
    answers = [masked_answer(answer) for answer in record.answers]
    said = _json([answer.to_json() for answer in answers])
    attributes = _json(dict(record.attributes))
    # One search over all values spares a million rows one search per value.
    if _is_perhaps_personal(attributes):
        attributes = _json(
            {
                _without_secrets(name): masked_text(value)
                for name, value in record.attributes.items()
            }
        )
    raw = _kept(record.raw)
    at = record.occurred_at
    time = str(at.astimezone(UTC).replace(tzinfo=None)) if at else ""
    consent = _kept(record.consent)
    metadata = _kept(record.metadata)
    names = _names(record)
    content = "\x1f".join(
        (said, attributes, time, consent, record.channel, record.language, *names)
    )
    return Prepared(
        external_id=_identity(record.external_id, raw if record.raw else content),
        # What a program noted about a record is content; few records have any.
        fingerprint=_hash(f"{content}\x1f{metadata}" if record.metadata else content),
        occurred_at=time,
        channel=record.channel,
        language=record.language,
        text=text_of(answers),
        score=main_score(answers),
        answers=said,
        consent=consent,
        attributes=attributes,
        metadata=metadata,
        raw=raw,
        product=names[0],
        region=names[1],
        customer=names[2],
        account=names[3],
    )


def _kept(values: Mapping[str, Any]) -> str:
    found = _json(dict(values))
    return _json(without_secrets(values)) if _LONG_NUMBER.search(found) else found


def _names(record: Record) -> tuple[str, str, str, str]:
    names = (record.product, record.region, record.customer, record.account)
    if not _LONG_NUMBER.search("\x1f".join(names)):
        return names
    product, region, customer, account = (_without_secrets(name) for name in names)
    return product, region, customer, account


def _is_perhaps_personal(text: str) -> bool:
    found = "@" in text or "＠" in text or "공" in text
    return found or _SEVEN_DIGITS.search(text) is not None


def _hash(content: str) -> str:
    return hashlib.blake2b(
        content.encode("utf-8", "surrogatepass"), digest_size=16
    ).hexdigest()


def kept_id(given: str) -> str:
    """A program's own name for a record, as it may be kept."""
    return _identity(given, "")


def _identity(given: str, content: str) -> str:
    """The source's own id; a hash where there is none, or one too long to keep."""
    if not given:
        return f"#{_hash(content)}"
    if _LONG_NUMBER.search(given) and _without_secrets(given) != (
        unicodedata.normalize("NFC", given)
    ):
        # Numbers that may not be kept still tell two records apart.
        return f"#{_hash(given)}"
    return given if len(given) <= MAX_ID else f"#{_hash(given)}"


def masked_text(text: str) -> str:
    return mask(text).text


def masked_answer(answer: Answer) -> Answer:
    value: Value = answer.value
    if answer.kind == Kind.TEXT and isinstance(value, str):
        value = masked_text(value)
    elif isinstance(value, str):
        value = _without_secrets(value)
    elif isinstance(value, list):
        value = [_without_secrets(item) for item in value]
    return answer if value == answer.value else replace(answer, value=value)


def without_secrets(value: Any) -> Any:
    """The value without registration and card numbers, which not even evidence keeps.

    The law forbids keeping them; phone numbers and addresses stay in the evidence.
    """
    if isinstance(value, str):
        return _without_secrets(value)
    if isinstance(value, Mapping):
        return {
            _without_secrets(str(key)): without_secrets(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_secrets(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        hidden = _without_secrets(str(value))
        return value if hidden == str(value) else hidden
    return value


def _without_secrets(text: str) -> str:
    text = clean(text) if "\x00" in text else text
    if not _LONG_NUMBER.search(text):
        return text
    found = mask(text)
    plain = unicodedata.normalize("NFC", text)  # in which `mask` counts
    parts, at = [], 0
    for span in found.spans:
        if span.token in {ID_NUMBER, CARD}:
            parts += [plain[at : span.start], span.token]
            at = span.end
    return "".join([*parts, plain[at:]])
