"""Rules at work: new feedback is judged, and cases are opened, each rule once.

The notes of the outbox say what was understood anew. One process at a time judges
them; the database refuses a second hit of one rule on one feedback whoever tries, and
a case, its hits and its entry in the log are one transaction. So a worker that is
killed leaves nothing half done, and doing a batch again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from moksori.act.casework.conditions import Conditions, Heard, conditions_from, why
from moksori.act.models import Case, CaseReturn, CaseRule, RuleHit
from moksori.act.reads.hands import Fit, Hands, Wanted
from moksori.act.reads.hearing import PIECE, heard, in_pieces
from moksori.act.reads.office import Office
from moksori.act.writes.returning import take_returns
from moksori.base.audit import writes as audit
from moksori.base.people.roles import Ability
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback

READER, TOPIC = "rules", "facts"
NOTES = 40
AT_ONCE = 100  # cases a transaction, so that intake never waits long
TRIES = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its conditions read and its unit's path."""

    row: CaseRule
    asked: Conditions
    path: str


@dataclass(frozen=True, slots=True)
class Caught:
    """A feedback, and the rules that caught it with what they met."""

    heard: Heard
    hits: tuple[tuple[Rule, dict[str, Any]], ...]


@dataclass(slots=True)
class Desk:
    """What is needed to open cases, read once for many."""

    office: Office = field(default_factory=Office.of_all)
    hands: Hands = field(default_factory=Hands.of_today)


def fire_pending(notes: int = NOTES) -> bool:
    """Judge what the next notes name; False when nothing waits, or another does it."""
    with outbox.reading(READER) as is_ours:
        return is_ours and _fire_next(notes)


def _fire_next(notes: int) -> bool:
    batch = outbox.take(READER, TOPIC, notes)
    if not batch:
        return False
    ids = list(dict.fromkeys(pk for one in batch.payloads for pk in one.get("ids", ())))
    take_returns(ids)
    fire(ids, live_rules())
    outbox.advance(batch)
    return True


def live_rules() -> list[Rule]:
    return read_rules(
        CaseRule.objects.filter(
            on_since__isnull=False, trigger=CaseRule.Trigger.FEEDBACK
        )
    )


def read_rules(rows: Iterable[CaseRule]) -> list[Rule]:
    found = CaseRule.objects.filter(pk__in=[row.pk for row in rows])
    return [
        Rule(row, conditions_from(row.conditions), row.unit.path)
        for row in found.select_related("unit", "owner").order_by("pk")
    ]


def fire(ids: Sequence[int], rules: Sequence[Rule], *, backwards: bool = False) -> int:
    """Open cases for what the rules catch; how many feedbacks were caught.

    Looking `backwards`, a rule also judges what came before it was switched on.
    """
    if not rules:
        return 0
    count, desk = 0, None
    for part in in_pieces(ids, PIECE):
        caught = _caught(part, rules, backwards=backwards)
        for few in (caught[at : at + AT_ONCE] for at in range(0, len(caught), AT_ONCE)):
            desk = desk or Desk()
            open_caught(few, desk)
            count += len(few)
    return count


def _caught(
    ids: Sequence[int], rules: Sequence[Rule], *, backwards: bool
) -> list[Caught]:
    """What the rules catch that they have not caught before."""
    known = _known(ids, rules)
    found = []
    for one in heard(ids, [rule.asked for rule in rules]):
        hits = []
        for rule in rules:
            if (rule.row.pk, one.id) in known or not one.path.startswith(rule.path):
                continue
            if not backwards and not _is_due(rule.row, one):
                continue
            met = why(rule.asked, one)
            if met is not None:
                hits.append((rule, met))
        if hits:
            found.append(Caught(one, tuple(hits)))
    return found


def _is_due(rule: CaseRule, one: Heard) -> bool:
    """Received since the rule is on, and not about something long past."""
    if rule.on_since is None or one.received_at < rule.on_since:
        return False
    age = one.received_at - one.occurred_at
    return age <= timedelta(days=rule.max_age_days)


def _known(ids: Sequence[int], rules: Sequence[Rule]) -> set[tuple[int, int | None]]:
    rows = RuleHit.objects.filter(feedback__in=ids, rule__in=[one.row for one in rules])
    return set(rows.values_list("rule_id", "feedback_id"))


def open_caught(few: Sequence[Caught], desk: Desk) -> None:
    """One case for each feedback, naming every rule; theirs where one is there."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                _open(few, desk)
            return
        except IntegrityError:
            # Somebody opened a case by hand this moment, or the feedback is gone.
            if attempt == TRIES - 1:
                raise


def _open(few: Sequence[Caught], desk: Desk) -> None:
    now = timezone.now()
    ids = [one.heard.id for one in few]
    alive = set(Feedback.objects.filter(pk__in=ids).values_list("pk", flat=True))
    known = _known(ids, [rule for one in few for rule, _met in one.hits])
    there = _cases_there(ids)
    fresh: dict[int, Case] = {}
    hits: dict[int, list[tuple[Rule, dict[str, Any]]]] = {}
    for one in few:
        pk = one.heard.id
        left = [hit for hit in one.hits if (hit[0].row.pk, pk) not in known]
        if pk not in alive or not left:
            continue
        hits[pk] = left
        if pk not in there:
            fresh[pk] = _case(one.heard, [rule for rule, _met in left], desk, now)
    Case.objects.bulk_create(list(fresh.values()))
    cases = there | fresh
    RuleHit.objects.bulk_create(
        [
            RuleHit(rule=rule.row, feedback_id=pk, case=cases[pk], why=met, at=now)
            for pk, left in hits.items()
            for rule, met in left
        ]
    )
    for pk, left in hits.items():
        _log(cases[pk], [rule.row.pk for rule, _met in left], is_new=pk in fresh)


def _log(case: Case, rules: list[int], *, is_new: bool) -> None:
    if is_new:
        audit.record(
            "open_case_by_rule", case, by=None, rules=rules, owner=case.owner_id,
            due=case.due,
        )  # fmt: skip
    else:
        audit.record("rule_met_case", case, by=None, rules=rules)


def _cases_there(ids: Sequence[int]) -> dict[int, Case]:
    """The case of each feedback, the open one before closed ones.

    What a customer wrote back belongs to the case that it answers.
    """
    back = CaseReturn.objects.filter(feedback__in=ids).select_related("case")
    found = {one.feedback_id: one.case for one in back}
    for case in Case.objects.filter(feedback__in=ids).order_by("pk"):
        before = found.get(case.feedback_id or 0)
        if before is None or before.is_closed:
            found[case.feedback_id or 0] = case
    return found


def _case(one: Heard, rules: Sequence[Rule], desk: Desk, now: datetime) -> Case:
    """The case with the earliest deadline of its rules, given to whom they say."""
    rows = [rule.row for rule in rules]
    themes = {mention.theme for mention in one.mentions if mention.theme is not None}
    case = Case(
        feedback_id=one.id, unit_id=one.unit_id, region_id=one.region_id,
        opened_at=now,
    )  # fmt: skip
    set_deadlines(case, rows, desk.office, one.path)
    wanted = Wanted(one.path, one.region_id, one.product_id, frozenset(themes))
    give(case, rows, desk.hands, wanted)
    return case


def set_deadlines(
    case: Case, rules: Sequence[CaseRule], office: Office, path: str
) -> None:
    hours = office.hours_at(path)
    start = case.opened_at
    case.answer_by = hours.after(start, min(one.answer_hours for one in rules))
    case.close_by = hours.after(start, min(one.close_hours for one in rules))
    case.due = timezone.localdate(case.answer_by)


def give(case: Case, rules: Sequence[CaseRule], hands: Hands, wanted: Wanted) -> None:
    """To the person whom a rule names; else to whom it concerns; else to nobody."""
    named = next((one for one in rules if _names_somebody(one, case, hands)), None)
    if named is not None:
        case.owner_id = named.owner_id
        case.owner_why = {"rule": named.pk}
        case.owned_since = case.opened_at
        return
    if any(one.give_to != CaseRule.GiveTo.NOBODY for one in rules):
        fit: Fit | None = hands.choose(wanted, now=case.opened_at)
        if fit is not None:
            case.owner_id = fit.member
            case.owner_why = fit.to_json()
            case.owned_since = case.opened_at


def _names_somebody(rule: CaseRule, case: Case, hands: Hands) -> bool:
    owner = rule.owner
    if rule.give_to != CaseRule.GiveTo.MEMBER or owner is None:
        return False
    return owner.pk not in hands.away and owner.may(Ability.ACT, case)
