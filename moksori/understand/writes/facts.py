"""Facts: what the warehouse must know about feedback, published from the database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from django.utils import timezone

from moksori.base.warehouse import outbox, warehouse
from moksori.base.warehouse.publisher import Change
from moksori.base.warehouse.tables import TABLES
from moksori.collect.answers import Answer, answer_from
from moksori.collect.models import Feedback
from moksori.understand.models import Mention, is_negative
from moksori.understand.writes.enrich import affiliates_by_unit, slices
from moksori.understand.writes.pains import detect_pain_points

NOTES = 500
ROWS = 2_000
REBUILD_ROWS = 20_000
MOST_TRAITS = 20
LONGEST_TRAIT = 40
MOST_QUESTIONS = 100
_NO_TRAITS = {"age_band", "tier"}  # columns of their own
_COLUMNS = (
    "pk", "source_id", "unit_id", "product_id", "region_id", "account_id", "channel",
    "language", "occurred_at", "score", "attributes", "answers",
)  # fmt: skip


def refresh_facts(*, notes: int = NOTES) -> bool:
    """Publish what the next notes name; False when nothing is waiting."""
    with outbox.reading("warehouse") as is_ours:
        return is_ours and _refresh_next(notes)


def _refresh_next(notes: int) -> bool:
    batch = outbox.take("warehouse", "facts", notes)
    if not batch:
        return False
    ids = sorted({pk for note in batch.payloads for pk in note.get("ids", ())})
    removed = {pk for note in batch.payloads for pk in note.get("removed", ())}
    affiliates = publish_facts(ids, sorted(removed))
    # Before the cursor moves: after a crash in between, nobody would look again.
    for affiliate in affiliates:
        detect_pain_points(affiliate)
    outbox.advance(batch)
    return True


def publish_facts(ids: Sequence[int], removed: Sequence[int] = ()) -> list[int]:
    """Replace the facts of this feedback; what no longer exists loses them.

    Answers with the affiliates whose feedback it is.
    """
    mentions, scores = [], []
    units: set[int] = set()
    for part in slices(ids, ROWS):
        found = _feedback(part)
        units |= {row["unit"] for row in found.values()}
        mentions.append(_mention_table(found))
        scores.append(_score_table(found))
    gone = sorted({*ids, *removed})
    warehouse().publish(
        {
            "mentions": Change(add=_joined("mentions", mentions), remove=gone),
            "scores": Change(add=_joined("scores", scores), remove=gone),
        }
    )
    home = affiliates_by_unit()
    return sorted({home[unit] for unit in units})


def rebuild_facts() -> None:
    """Make the warehouse anew from the database."""
    warehouse().rebuild(
        {
            "mentions": (_mention_table(found) for found in _everything()),
            "scores": (_score_table(found) for found in _everything()),
        }
    )


def _everything() -> Iterator[dict[int, dict[str, Any]]]:
    last = 0
    while True:
        ids = list(
            Feedback.objects.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:REBUILD_ROWS]
        )
        if not ids:
            return
        for part in slices(ids, ROWS):
            yield _feedback(part)
        last = ids[-1]


def _feedback(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What all facts of a feedback share, by its id."""
    rows = Feedback.objects.filter(pk__in=ids).order_by("pk")
    found = {}
    for row in rows.values_list(*_COLUMNS):
        pk, source, unit, product, region, account, channel, *rest = row
        language, at, score, attributes, answers = rest
        found[pk] = {
            "feedback": pk,
            "day": timezone.localdate(at),
            "unit": unit,
            "product": product,
            "region": region,
            "account": account,
            "channel": channel,
            "language": language,
            "score": score,
            "age_band": _word(attributes, "age_band"),
            "tier": _word(attributes, "tier"),
            "traits": _traits(attributes),
            "answers": answers,
            "source": source,
        }
    return found


def _word(attributes: Any, name: str) -> str | None:
    value = attributes.get(name) if isinstance(attributes, dict) else None
    return str(value)[:40] if value not in (None, "") else None


def _traits(attributes: Any) -> str | None:
    """Short words by name. Long or many ones tell of one person, not of a group."""
    if not isinstance(attributes, dict):
        return None
    words = {
        str(name)[:LONGEST_TRAIT]: str(value).strip()
        for name, value in sorted(attributes.items())[:MOST_TRAITS]
        if isinstance(value, str | int | float)
        and name not in _NO_TRAITS
        and len(str(value)) <= LONGEST_TRAIT
    }
    kept = {
        name: word for name, word in words.items() if 0 < len(word) <= LONGEST_TRAIT
    }
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None


def _mention_table(found: dict[int, dict[str, Any]]) -> pa.Table:
    rows = (
        Mention.objects.filter(feedback_id__in=list(found))
        .order_by("pk")
        .values_list("pk", "feedback_id", "sentiment", "kind", "theme_id")
    )
    given = []
    for mention, feedback, sentiment, kind, theme in rows:
        given.append(
            found[feedback]
            | {
                "mention": mention,
                "sentiment": sentiment,
                "kind": kind,
                "is_negative": is_negative(kind, sentiment),
                "theme": theme,
            }
        )
    return _table("mentions", given)


def _score_table(found: dict[int, dict[str, Any]]) -> pa.Table:
    return _table("scores", [row for one in found.values() for row in _scores(one)])


def _scores(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One row per kind of score, of several of a kind the first; and of a questionnaire
    one row per closed question, whether it was answered or not.

    The metric of such a row says how a question stands, of which source, and which:
    `answered:7:seat`, `skipped:7:seat`.
    """
    answers = [answer_from(raw) for raw in one["answers"] or ()]
    questions = {answer.key: answer for answer in answers if answer.is_score}
    if len(questions) > 1:
        for answer in list(questions.values())[:MOST_QUESTIONS]:
            yield one | _question(answer, one["source"])
    seen: set[str] = set()
    for answer in answers:
        score = answer.score_0_10
        if score is None or answer.kind.value in seen:
            continue
        seen.add(answer.kind.value)
        value = float(answer.value)  # type: ignore[arg-type]
        yield one | {"metric": answer.kind.value, "score_0_10": score, "value": value}


def _question(answer: Answer, source: int) -> dict[str, Any]:
    score, value = answer.score_0_10, answer.value
    is_number = score is not None and isinstance(value, int | float)
    return {
        "metric": f"{answer.state.value}:{source}:{answer.key}",
        "score_0_10": score,
        "value": float(value) if is_number else None,  # type: ignore[arg-type]
    }


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = TABLES[name].given
    columns = {
        field.name: pa.array([row[field.name] for row in rows], field.type)
        for field in schema
    }
    return pa.table(columns, schema=schema)


def _joined(name: str, tables: list[pa.Table]) -> pa.Table:
    return pa.concat_tables([TABLES[name].given.empty_table(), *tables])
