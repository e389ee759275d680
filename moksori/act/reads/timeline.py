"""What happened to a case or an action, oldest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.act.models import Action, Case, Comment, Promise
from moksori.base.audit.models import Entry
from moksori.base.people.models import Member
from moksori.base.web import text

SENTENCES: dict[str, Lazy] = {
    "open_case": gettext_lazy("%(who)s opened the case."),
    "open_case_by_rule": gettext_lazy("A rule opened the case."),
    "rule_met_case": gettext_lazy("Another rule met the same feedback."),
    "customer_answered": gettext_lazy("The customer answered."),
    "escalate_case": gettext_lazy("It is late; a leader was told."),
    "wait_with_case": gettext_lazy("%(who)s is waiting for somebody else."),
    "resume_case": gettext_lazy("%(who)s went on with it."),
    "reply_to_case": gettext_lazy("%(who)s recorded a reply."),
    "send_answer": gettext_lazy("%(who)s wrote to the customer."),
    "take_answer_back": gettext_lazy("%(who)s took the answer back."),
    "send_answer_again": gettext_lazy("%(who)s sent the answer again."),
    "answer_sent": gettext_lazy("The answer left."),
    "answer_kept": gettext_lazy("The answer was kept here; there is no mail server."),
    "answer_arrived": gettext_lazy("%(who)s: the answer arrived."),
    "answer_refused": gettext_lazy("The answer did not arrive: no such address."),
    "answer_failed": gettext_lazy("The answer could not be sent."),
    "answer_unsure": gettext_lazy("Nobody can say whether the answer left."),
    "answer_not_wanted": gettext_lazy(
        "The answer did not leave; the feedback is gone."
    ),
    "answer_bounced": gettext_lazy("The answer came back: it did not arrive."),
    "rate_case_solved": gettext_lazy("The customer says that it is solved."),
    "rate_case_unsolved": gettext_lazy("The customer says that it is not solved."),
    "run_macro": gettext_lazy("%(who)s: %(name)s."),
    "close_case": gettext_lazy("%(who)s closed the case."),
    "reopen_case": gettext_lazy("%(who)s reopened the case."),
    "plan_action": gettext_lazy("%(who)s planned it: %(expected)s from %(start_on)s."),
    "change_plan": gettext_lazy("%(who)s changed the plan."),
    "start_action": gettext_lazy("%(who)s started it. The expectation is fixed now."),
    "undo_start": gettext_lazy("%(who)s took the start back."),
    "finish_action": gettext_lazy("%(who)s finished it. Its effect is measured now."),
    "drop_action": gettext_lazy("%(who)s dropped it."),
    "resume_action": gettext_lazy("%(who)s took it up again."),
    "make_promise": gettext_lazy("%(who)s wrote it down."),
    "keep_promise": gettext_lazy("%(who)s: it was kept."),
    "break_promise": gettext_lazy("%(who)s: it was not kept."),
    "free_promise": gettext_lazy("%(who)s: it is no longer needed."),
    "reopen_promise": gettext_lazy("%(who)s took it up again."),
}
DATES_CHANGED = gettext_lazy("%(who)s moved the date to %(due)s.")
EXPECTATION_CHANGED = gettext_lazy("%(who)s changed the expectation: %(expected)s.")
HURT = {
    "reopen_case", "drop_action", "break_promise", "answer_refused", "answer_failed",
    "answer_unsure", "answer_bounced", "rate_case_unsolved",
}  # fmt: skip
GOOD = {"finish_action", "close_case", "keep_promise", "rate_case_solved"}


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: a change in words, or what a member said.

    `who` is set for comments; a change names them in its sentence. `tone` is "hurt",
    "good" or empty.
    """

    at: datetime
    what: str
    who: str = ""
    tone: str = ""


def moments(thing: Case | Action | Promise) -> list[Moment]:
    """Changes from the log and comments together. Ask only for what may be seen."""
    entries = list(
        Entry.objects.filter(
            kind=thing._meta.model_name, thing_id=str(thing.pk)
        ).exclude(verb="comment")
    )
    comments: list[Comment] = []
    if not isinstance(thing, Promise):
        comments = list(thing.comments.select_related("member"))
    names = _names(entries)
    said = [
        Moment(
            at=comment.at,
            what=comment.text,
            who=comment.member.name if comment.member else _("Somebody"),
        )
        for comment in comments
    ]
    changed = [_moment(entry, names) for entry in entries]
    return sorted([*changed, *said], key=lambda moment: moment.at)


def _names(entries: Iterable[Entry]) -> dict[int, str]:
    ids = {entry.member_id for entry in entries if entry.member_id}
    ids |= {entry.facts["owner"] for entry in entries if entry.facts.get("owner")}
    return dict(Member.objects.filter(pk__in=ids).values_list("pk", "name"))


def _moment(entry: Entry, names: dict[int, str]) -> Moment:
    who = names.get(entry.member_id or 0) or _("The system")
    tone = "hurt" if entry.verb in HURT else "good" if entry.verb in GOOD else ""
    return Moment(entry.at, _sentence(entry, who, names), tone=tone)


def _sentence(entry: Entry, who: str, names: dict[int, str]) -> str:
    facts = entry.facts
    if entry.verb in {"assign_case", "assign_action", "hand_promise"}:
        return _handed(entry, who, names)
    if entry.verb in {"set_case_due", "move_promise"} or facts.get("changed") == [
        "due"
    ]:
        return str(DATES_CHANGED) % {"who": who, "due": _day(facts.get("due"))}
    sentence = SENTENCES.get(entry.verb)
    if entry.verb == "change_plan" and "expected_change" in facts:
        sentence = EXPECTATION_CHANGED
    if sentence is None:
        return f"{who} · {entry.verb}"
    return str(sentence) % {
        "who": who,
        "expected": text.points((facts.get("expected_change") or 0.0) / 100),
        "start_on": _day(facts.get("start_on")),
        "name": facts.get("name") or "",
    }


def _handed(entry: Entry, who: str, names: dict[int, str]) -> str:
    owner = entry.facts.get("owner")
    if owner is None:
        return _("%(who)s gave it back; nobody has it now.") % {"who": who}
    if owner == entry.member_id:
        return _("%(who)s took it on.") % {"who": who}
    return _("%(who)s gave it to %(owner)s.") % {
        "who": who,
        "owner": names.get(owner) or _("Somebody"),
    }


def _day(value: Any) -> str:
    if not value:
        return _("no date")
    return text.day(date.fromisoformat(str(value)))
