"""Why each rule of wording is one, and what to do: said once, for all languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.lint.notes import Note, Rule, Severity
from moksori.collect.questionnaires.lint.pieces import LONGEST, Piece
from moksori.collect.tables.messages import Message


@dataclass(frozen=True, slots=True)
class Find:
    """What a rule found in a sentence, and what could stand there instead."""

    rule: Rule
    found: str
    wording: str = ""
    second: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """`better` is said where there is no `instead` to show."""

    why: str
    better: str
    instead: str = _("Ask: “{wording}”")
    severity: Severity = Severity.DOUBT


SAID: Mapping[Rule, Said] = {
    Rule.DOUBLE_BARRELLED: Said(
        _("“{found}”: two things at once. Who likes one and not the other has no "
          "answer to give, and you cannot tell which one was meant."),
        _("Ask about each of them in a question of its own."),
        _("Ask two questions: “{wording}” – “{second}”"),
        Severity.SERIOUS,
    ),
    Rule.LEADING: Said(
        _("“{found}” suggests the answer that you would like to hear."),
        _("Say it without praise or blame, and offer both directions alike."),
        severity=Severity.SERIOUS,
    ),
    Rule.LOADED: Said(
        _("“{found}” takes something for granted or stirs feelings that the customer "
          "may not have."),
        _("Ask plainly what happened, or how it was, before you ask why."),
    ),
    Rule.NEGATIVE: Said(
        _("“{found}”: with a “not” in it people easily say the opposite of what they "
          "mean."),
        _("Say it the positive way round."),
    ),
    Rule.ABSOLUTE: Said(
        _("“{found}” leaves no exceptions: hardly anybody can say yes honestly."),
        _("Ask how often, or how many, and offer steps."),
    ),
    Rule.VAGUE: Said(
        _("“{found}” means something else to everybody."),
        _("Name a time or a number: “in the last 30 days”, “at least once a week”."),
    ),
    Rule.JARGON: Said(
        _("Not every customer knows “{found}”."),
        _("Use the words of your customers, or explain it in a few."),
    ),
    Rule.TOO_LONG: Said(
        _("{found}: on a phone this fills the screen, and the end is no longer read."),
        _("Put the question first and in one short sentence; move the rest to the "
          "help text, or leave it out."),
    ),
    Rule.PERSONAL_NUMBER: Said(
        _("“{found}” is something that others can do harm with; in Korea some of these "
          "may not be asked for at all without a law that says so."),
        _("Leave it out. If you have to know who answers, send everybody a link of "
          "their own, or ask for a customer or order number."),
        severity=Severity.SERIOUS,
    ),
    Rule.SENSITIVE: Said(
        _("“{found}”: many do not want to tell this, and stop here or invent "
          "something."),
        _("Ask only if you need it, say what for, and allow “prefer not to say”."),
    ),
    Rule.RECALL: Said(
        _("Hardly anybody remembers “{found}”; you get guesses."),
        _("Ask about the last time, or about the last 30 days."),
    ),
    Rule.REGISTER: Said(
        _("“{found}” sounds curt to a customer."),
        _("Use the polite form: “-습니까?” or “-나요?”, the same one everywhere."),
    ),
}  # fmt: skip


def note(piece: Piece, find: Find) -> Note:
    said = SAID[find.rule]
    is_whole = len(piece.text) <= LONGEST  # else the words would end in the middle
    needs_second = "{second}" in said.instead
    has_all = is_whole and find.wording and (find.second or not needs_second)
    return Note(
        piece.path,
        find.rule,
        Message(said.why, {"found": find.found.strip()}),
        Message(said.instead, {"wording": find.wording, "second": find.second})
        if has_all
        else Message(said.better),
        find.severity or said.severity,
        piece.text,
        find.wording if has_all else "",
        find.second if has_all else "",
    )
