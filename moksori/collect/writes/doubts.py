"""Doubts that only other responses raise: found after the answer was taken.

Who answers waits for none of it. A response that came first learns of its twins, too;
doubts are told beside the answers, which stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback, Response, Wording
from moksori.collect.quality import Flag
from moksori.collect.quality.copies import digests_of
from moksori.collect.quality.flags import LEAST_ITEMS
from moksori.collect.questionnaires.flow import CODE, OWN
from moksori.collect.writes.finishing import AGAIN_WITHIN

READER, TOPIC = "doubts", "feedback"
NOTES = 400
CHUNK = 200  # rows in one transaction
MOST_COPIES = 100  # counted one by one; more are told as "100+"
LEAST_PACES, MOST_PACES = 30, 500  # the newest of them tell how long it takes
HURRIED = 1 / 3
PERSON_WITHIN = timedelta(days=1)
State, Channel = Response.State, Response.Channel
Found = dict[int, dict[str, Flag]]  # response → kind → doubt


def is_waiting() -> bool:
    return outbox.waiting(READER, TOPIC) > 0


def look_for_doubts() -> int:
    """Compare what came in since the last look; returns how many have a new doubt.

    All of it bears repetition, so only the writing is done in transactions.
    """
    count = 0
    with outbox.reading(READER) as is_ours:
        while is_ours and (batch := outbox.take(READER, TOPIC, NOTES)):
            ids = {id for note in batch.payloads for id in note.get("ids", ())}
            count += judge(sorted(ids))
            if not outbox.advance(batch):
                break
    return count


def judge(feedback_ids: Sequence[int]) -> int:
    """Look at the responses behind these feedbacks, and at those like them."""
    count = 0
    for start in range(0, len(feedback_ids), CHUNK):
        by_survey: dict[int, list[Response]] = defaultdict(list)
        for row in _complete().filter(
            feedback_id__in=feedback_ids[start : start + CHUNK]
        ):
            by_survey[row.survey_id].append(row)
        for survey_id, rows in sorted(by_survey.items()):
            found: Found = defaultdict(dict)
            _copied(survey_id, rows, found)
            _hurried(survey_id, rows, found)
            _repeated(survey_id, rows, found)
            _same_person(rows, found)
            count += _put(found)
    return count


def _complete() -> QuerySet[Response]:
    rows = Response.objects.filter(state=State.COMPLETE).order_by("pk")
    return rows.select_related("version").defer("version__definition")


def _copied(survey_id: int, rows: Sequence[Response], found: Found) -> None:
    """The same words in several responses: each of them is told how many others."""
    ours = {row.pk: digests_of(row.version.questionnaire, row.answers) for row in rows}
    _keep(survey_id, ours)
    for digest in sorted(set().union(*ours.values())):
        same = Wording.objects.filter(survey_id=survey_id, digest=digest)
        others = same.count() - 1
        if others < 1:
            continue
        # Those beyond the first were in a batch of their own, where they were told.
        first = same.order_by("response_id").values_list("response_id", flat=True)
        twins = {*first[: MOST_COPIES + 1], *(pk for pk in ours if digest in ours[pk])}
        for pk in twins:
            _note_copies(found[pk], others)


def _keep(survey_id: int, ours: Mapping[int, Iterable[str]]) -> None:
    """Of responses that nobody withdrew meanwhile."""
    with transaction.atomic():
        alive = Response.objects.filter(pk__in=ours, state=State.COMPLETE)
        Wording.objects.bulk_create(
            [
                Wording(survey_id=survey_id, response_id=pk, digest=digest)
                for pk in alive.select_for_update().values_list("pk", flat=True)
                for digest in sorted(ours[pk])
            ],
            ignore_conflicts=True,
        )


def _note_copies(found: dict[str, Flag], others: int) -> None:
    """Of several copied texts the one that most others have."""
    before = copies_of(found["copied"].facts) if "copied" in found else 0
    if others > before:
        told = str(others) if others < MOST_COPIES else f"{MOST_COPIES}+"
        found["copied"] = Flag("copied", {"count": told})


def copies_of(facts: Mapping[str, Any]) -> int:
    return int(str(facts.get("count", 0)).rstrip("+"))


def _hurried(survey_id: int, rows: Sequence[Response], found: Found) -> None:
    """Much faster than most who answered as many questions of this survey."""
    sample = list(
        _complete()
        .filter(survey_id=survey_id)
        .exclude(seconds={})
        .order_by("-finished_at")[:MOST_PACES]
    )
    paces = {row.pk: pace for row in sample if (pace := _pace(row)) is not None}
    if len(paces) < LEAST_PACES:
        return
    usual = median(paces.values())
    fresh = {row.pk for row in rows}
    is_first = len(paces.keys() - fresh) < LEAST_PACES  # nobody could be judged before
    for row in sample if is_first else rows:
        pace, items = _pace(row), _items(row)
        is_told = any(one.get("kind") == "fast" for one in row.flags)
        if pace is not None and pace < usual * HURRIED and not is_told:
            facts = {"seconds": round(pace * items), "usual": round(usual * items)}
            found[row.pk]["hurried"] = Flag("hurried", facts)


def _pace(row: Response) -> float | None:
    """Seconds for each item that was answered, if both are known and enough."""
    seconds = sum(float(one) for one in row.seconds.values())
    items = _items(row)
    return seconds / items if seconds and items >= LEAST_ITEMS else None


def _items(row: Response) -> int:
    return sum(
        len(value) if isinstance(value, dict) else 1
        for name, value in row.answers.items()
        if OWN not in name and not name.endswith(CODE)
    )


def _repeated(survey_id: int, rows: Sequence[Response], found: Found) -> None:
    """The first one of a browser, too, which nothing preceded when it came."""
    ends = [row.finished_at for row in rows if row.origin and row.finished_at]
    if not ends:
        return
    same = (
        _complete()
        .filter(survey_id=survey_id, origin__in={row.origin for row in rows} - {""})
        .filter(finished_at__gte=min(ends) - AGAIN_WITHIN)
        .filter(finished_at__lte=max(ends) + AGAIN_WITHIN)
        .exclude(channel=Channel.KIOSK)
    )
    times: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for pk, origin, at in same.values_list("pk", "origin", "finished_at"):
        times[origin].append((pk, at or ends[0]))
    for told in times.values():
        _note_together(told[-MOST_COPIES:], AGAIN_WITHIN, "repeated", found)


def _same_person(rows: Sequence[Response], found: Found) -> None:
    """Whoever is known as one customer, by a signed link or from a program."""
    ids = [row.feedback_id for row in rows if row.feedback_id is not None]
    known = Feedback.objects.filter(pk__in=ids).exclude(customer=None)
    pairs = set(known.values_list("source_id", "customer_id"))
    for source_id, customer_id in sorted(pairs):
        same = (
            _complete()
            .filter(feedback__source=source_id, feedback__customer=customer_id)
            .annotate(at=F("feedback__occurred_at"))
            .order_by("-at")
        )
        told = list(same.values_list("pk", "at")[:MOST_COPIES])
        _note_together(told, PERSON_WITHIN, "same_person", found)


def _note_together(
    told: Iterable[tuple[int, datetime]], within: timedelta, kind: str, found: Found
) -> None:
    told = list(told)
    for pk, at in told:
        near = sum(abs(other - at) <= within for _pk, other in told)
        if near > 1:
            found[pk][kind] = Flag(kind, {"count": near})


def _put(found: Found) -> int:
    """Tell these doubts beside their responses and feedbacks; how many were new."""
    ids = sorted(pk for pk, flags in found.items() if flags)
    count = 0
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            rows = (
                Response.objects.select_for_update()
                .filter(pk__in=ids[start : start + CHUNK], state=State.COMPLETE)
                .only("flags", "feedback_id")
            )
            changed = [row for row in rows if _changed(row, found[row.pk])]
            Response.objects.bulk_update(changed, ["flags"])
            _tell_feedback(changed)
            count += len(changed)
    return count


def _changed(row: Response, fresh: Mapping[str, Flag]) -> bool:
    """Put the doubts in; what was told of more responses before stays as it was."""
    before = {str(one.get("kind")): one for one in row.flags}
    flags = list(row.flags)
    for kind, flag in fresh.items():
        if kind not in before:
            flags.append(flag.to_json())
        elif kind == "copied" and (
            copies_of(flag.facts) > copies_of(before[kind].get("facts", {}))
        ):
            flags = [flag.to_json() if one is before[kind] else one for one in flags]
    is_new: bool = flags != row.flags
    row.flags = flags
    return is_new


def _tell_feedback(rows: Iterable[Response]) -> None:
    """The kinds of doubt stand in its metadata, as those seen at once do."""
    kinds = {
        row.feedback_id: sorted({str(one["kind"]) for one in row.flags})
        for row in rows
        if row.feedback_id is not None
    }
    told = Feedback.objects.select_for_update().filter(pk__in=kinds).only("metadata")
    changed = [one for one in told if one.metadata.get("flags") != kinds[one.pk]]
    for one in changed:
        one.metadata = {**one.metadata, "flags": kinds[one.pk]}
    Feedback.objects.bulk_update(changed, ["metadata"])
