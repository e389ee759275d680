"""What the linter says about one part of a questionnaire."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from moksori.collect.tables.messages import Message


class Severity(StrEnum):
    """How much harm it does; the order is that of the lists."""

    SERIOUS = "serious"  # the answers mislead, or may not be asked for at all
    DOUBT = "doubt"  # the answers are likely to be less clear than they could be
    HINT = "hint"  # worth a thought


class Rule(StrEnum):
    """What a note is about. The names stay: people switch rules off by them."""

    DOUBLE_BARRELLED = "double_barrelled"
    LEADING = "leading"
    LOADED = "loaded"
    NEGATIVE = "negative"
    ABSOLUTE = "absolute"
    VAGUE = "vague"
    JARGON = "jargon"
    TOO_LONG = "too_long"
    PERSONAL_NUMBER = "personal_number"
    SENSITIVE = "sensitive"
    RECALL = "recall"
    REGISTER = "register"
    UNTRANSLATED = "untranslated"
    PLACEHOLDERS = "placeholders"
    UNKNOWN_PLACE = "unknown_place"
    UNBALANCED = "unbalanced"
    UNNAMED_ENDS = "unnamed_ends"
    OVERLAPPING = "overlapping"
    SAME_OPTION = "same_option"
    NO_WAY_OUT = "no_way_out"
    LONG_LIST = "long_list"
    LONG_TABLE = "long_table"
    BUNDLED_CONSENT = "bundled_consent"
    FORCED_CONSENT = "forced_consent"
    CONTACT_WITHOUT_CONSENT = "contact_without_consent"
    NO_REASON = "no_reason"
    TOO_MANY = "too_many"
    TOO_MUCH_WRITING = "too_much_writing"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to mend: where, why, and what would be better.

    `path` is that of a problem ("pages.0.questions.2.text"). `why` and `better` speak
    the reader's language. `wording`, where there is one, speaks the questionnaire's
    and can be put in the place of `text` as it stands.
    """

    path: str
    rule: Rule
    why: Message
    better: Message
    severity: Severity = Severity.DOUBT
    text: str = ""
    wording: str = ""
    second: str = ""  # where one question should be two: the other one

    @property
    def question_path(self) -> str:
        """The question that it is about: "pages.0.questions.2"; "" for the whole."""
        parts = self.path.split(".")
        return ".".join(parts[:4]) if "questions" in parts[:3] else ""

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "rule": self.rule.value,
            "severity": self.severity.value,
            "why": str(self.why),
            "better": str(self.better),
            "text": self.text,
            "wording": self.wording,
            "second": self.second,
        }


ORDER = {severity: n for n, severity in enumerate(Severity)}
