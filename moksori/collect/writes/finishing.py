"""The end of a response: quotas counted exactly, and the feedback that it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import F

from moksori.base.customers.models import Product, Region
from moksori.collect.models import Channel, QuotaCount, Response, Source
from moksori.collect.quality import Flag, Seen, flags_of
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.checks import cleaned
from moksori.collect.questionnaires.definition import Full, Questionnaire, Quota
from moksori.collect.questionnaires.expressions import names
from moksori.collect.questionnaires.record import record_of
from moksori.collect.reads.answering import state_of
from moksori.collect.records import MAX_ATTRIBUTE, Prepared, Record, prepared
from moksori.collect.writes.places import Places
from moksori.collect.writes.store import Store

State = Response.State
AGAIN_WITHIN = timedelta(hours=1)
MOST_OF_ONE = 1_000  # responses of one browser that are looked at
PLACES = ("product", "region", "customer", "account")
_KNOWN: dict[str, type[Product] | type[Region]] = {
    "product": Product,
    "region": Region,
}
_CHANNELS = {
    Response.Channel.WIDGET: Channel.WEB,
    Response.Channel.QR: Channel.QR,
    Response.Channel.EMAIL: Channel.EMAIL,
    Response.Channel.PHONE: Channel.PHONE,
    Response.Channel.PAPER: Channel.PAPER,
}


class _Full(Exception):
    """A quota that closes has no place left."""


class _Aside(Store):
    """For what only its own response can become: it is locked, or not there yet.

    So nothing needs to be looked up first, and nobody has to wait for a turn.
    """

    takes_turns = False

    def _known(self, records: Sequence[Prepared]) -> dict[str, Any]:
        return {}


class _Nowhere(_Aside):
    """A record that names no place needs none of them."""

    def __init__(self, source: Source) -> None:
        self.source, self.batch_id, self.places = source, None, _NoPlaces()


class _NoPlaces(Places):
    def __init__(self) -> None:
        """Asks the database for nothing."""

    def of(self, records: Sequence[Prepared]) -> list[tuple[int | None, ...]]:
        return [(None,) * len(PLACES) for _record in records]


def with_flags(flags: list[Any], more: Iterable[Flag]) -> list[Any]:
    """The flags with further ones, each doubt of one kind about one thing once.

    Its numbers are those of the first time: who sends a page again and again at once
    is doubted for it once.
    """
    kept = {_doubt(one): one for one in reversed(flags)}
    kept = dict(reversed(kept.items()))
    for one in more:
        kept.setdefault(_doubt(one.to_json()), one.to_json())
    return list(kept.values())


def _doubt(flag: Mapping[str, Any]) -> tuple[str, ...]:
    """What a flag says, but for its numbers."""
    facts = flag.get("facts") or {}
    about = ("question", "quota", "one", "other")
    return (flag["kind"], *(str(facts.get(name, "")) for name in about))


def is_full(response: Response) -> bool:
    """Whether a quota in which this response is sure to count has no place left."""
    closing = [
        quota
        for quota in _quotas(response, response.answers)
        if quota.full == Full.CLOSE and _is_certain(quota, response)
    ]
    if not closing:
        return False
    counts = dict(
        QuotaCount.objects.filter(
            survey=response.survey, quota__in=[one.id for one in closing]
        ).values_list("quota", "count")
    )
    return any(counts.get(one.id, 0) >= one.limit for one in closing)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A response at its end, worked out before anything is written or locked."""

    end: flow.End
    answers: dict[str, Any]
    flags: tuple[Flag, ...]
    quotas: tuple[Quota, ...]
    feedback: Prepared | None


def draw_up(
    response: Response,
    walked: flow.Walked,
    end: flow.End,
    now: datetime,
    asked: Questionnaire | None = None,
) -> Drawn:
    """What a response completed at this moment comes to; reads, and writes nothing.

    `walked` is the whole path of its answers. `asked` is what was really asked, where
    that differs from the version: paper hides no question.
    """
    if end == flow.End.OUT:
        return Drawn(end, response.answers, (), (), None)
    asked = asked or response.version.questionnaire
    answers = cleaned(asked, state_of(response), walked)
    flags = tuple(_doubts(response, walked, now))
    # By the answers that are kept, so that withdrawing them finds the same quotas.
    quotas = tuple(_quotas(response, answers))
    feedback = _feedback(response, walked, flags, now, asked)
    return Drawn(end, answers, flags, quotas, feedback)


def settle(response: Response, drawn: Drawn, now: datetime) -> None:
    """Count it and store it; the caller saves the response, in one transaction."""
    settle_all([(response, drawn, now)])


def settle_all(done: Sequence[tuple[Response, Drawn, datetime]]) -> None:
    """Count and store some; settling them again after a rollback changes nothing."""
    told = []
    for response, drawn, now in done:
        _end(response, drawn, now)
        is_told = response.state == State.COMPLETE and response.survey.source
        if is_told and drawn.feedback is not None:
            told.append((response, drawn.feedback))
    _store(told)


def settle_again(response: Response, drawn: Drawn, now: datetime) -> None:
    """Answers that were put right: counted anew, and their feedback gets a revision.

    The caller has given the places of the former answers back, and saves the response.
    """
    response.flags = []
    _end(response, drawn, now)
    source, ready = response.survey.source, drawn.feedback
    if response.state == State.COMPLETE and source is not None and ready is not None:
        response.feedback_id = Store(source).put([ready]).ids[ready.external_id]


def _end(response: Response, drawn: Drawn, now: datetime) -> None:
    if drawn.end == flow.End.OUT:
        turn_away(response, State.OUT, now)
        return
    try:
        beyond = _count(response, drawn.quotas)
    except _Full:
        turn_away(response, State.FULL, now)
        return
    response.answers = drawn.answers
    response.state, response.finished_at = State.COMPLETE, now
    over = (Flag("quota", {"quota": one.id, "name": one.called}) for one in beyond)
    response.flags = with_flags(response.flags, [*drawn.flags, *over])


def _count(response: Response, quotas: Sequence[Quota]) -> list[Quota]:
    """Take a place in each quota, or in none; those that are beyond their limit."""
    if not quotas:
        return []
    with transaction.atomic():
        return [quota for quota in quotas if not _counted(response, quota)]


def turn_away(response: Response, state: str, now: datetime) -> None:
    """Kept, and counted in nothing."""
    response.state, response.finished_at = state, now


def give_back(response: Response) -> None:
    """Free the places that a complete response took, for whoever comes next.

    It is still as it was stored: its answers say where it counts, its flags where it
    was beyond the limit. Each place goes by one statement, as it was taken.
    """
    beyond = {
        one.get("facts", {}).get("quota")
        for one in response.flags
        if one["kind"] == "quota"
    }
    for quota in _quotas(response, response.answers):
        places = QuotaCount.objects.filter(survey=response.survey, quota=quota.id)
        if quota.id in beyond:
            places.filter(over__gt=0).update(over=F("over") - 1)
        else:
            places.filter(count__gt=0).update(count=F("count") - 1)


def _quotas(response: Response, answers: dict[str, Any]) -> list[Quota]:
    """In one order, so that two who count at once never wait for each other."""
    q = response.version.questionnaire
    state = replace(state_of(response), answers=answers)
    found = flow.quotas(q, state) if q.quotas else ()
    return sorted(found, key=lambda quota: quota.id)


def _is_certain(quota: Quota, response: Response) -> bool:
    """Whether all that the rule asks for has been answered."""
    return set(names(quota.when)) <= set(response.answers)


def _counted(response: Response, quota: Quota) -> bool:
    """Take a place in a quota: one statement, so that no two take the last one."""
    places = QuotaCount.objects.filter(survey=response.survey, quota=quota.id)
    free = places.filter(count__lt=quota.limit)
    if free.update(count=F("count") + 1):
        return True
    if quota.full == Full.CLOSE:
        raise _Full
    places.update(over=F("over") + 1)
    return False


def _doubts(response: Response, walked: flow.Walked, now: datetime) -> list[Flag]:
    shown = [question for step in walked.steps for question in step.questions]
    # A program or a sheet of paper may not know how long somebody took.
    taken = [float(one) for one in response.seconds.values()]
    seconds = sum(taken) if taken else None
    found = flags_of(Seen(shown, response.answers, seconds, response.language))
    return [*found, *_again(response, now)]


def _again(response: Response, now: datetime) -> list[Flag]:
    """A browser that answers over and over; a kiosk is there to do that."""
    if not response.origin or response.channel == Response.Channel.KIOSK:
        return []
    table = connection.ops.quote_name(Response._meta.db_table)
    since = connection.ops.adapt_datetimefield_value(now - AGAIN_WITHIN)
    # Inside, nothing is asked but what the index of origins knows: otherwise SQLite
    # goes through all answers of the last hour, each time.
    mine = (
        f"SELECT state, finished_at FROM {table} WHERE survey_id = %s "  # noqa: S608
        f"AND origin = %s AND NOT (origin = '') LIMIT {MOST_OF_ONE}"
    )
    with connection.cursor() as cursor:  # the ORM takes as long as the rest together
        cursor.execute(
            f"SELECT COUNT(*) FROM ({mine}) AS mine "  # noqa: S608
            "WHERE state = %s AND finished_at >= %s",
            [response.survey_id, response.origin, State.COMPLETE, since],
        )
        count = int(cursor.fetchone()[0])
    return [Flag("repeated", {"count": count + 1})] if count else []


def _feedback(
    response: Response,
    walked: flow.Walked,
    flags: Sequence[Flag],
    now: datetime,
    asked: Questionnaire,
) -> Prepared | None:
    """The response as feedback; None where nothing was said."""
    record = record_of(
        asked,
        state_of(response),
        external_id=response.token_hash[:32],
        channel=_CHANNELS.get(Response.Channel(response.channel), Channel.SURVEY),
        occurred_at=now,
        walked=walked,
    )
    if not any(one.value is not None for one in record.answers):
        return None
    kinds = {one["kind"] for one in with_flags(response.flags, flags)}
    return prepared(_with_about(record, response, sorted(kinds)))


def _store(told: Sequence[tuple[Response, Prepared]]) -> None:
    by_source: dict[tuple[int | None, bool], list[tuple[Response, Prepared]]] = {}
    for response, ready in told:
        is_placed = any((ready.product, ready.region, ready.customer, ready.account))
        key = (response.survey.source_id, is_placed)
        by_source.setdefault(key, []).append((response, ready))
    for (_source, is_placed), ours in by_source.items():
        source = cast(Source, ours[0][0].survey.source)
        store = _Aside(source) if is_placed else _Nowhere(source)
        stored = store.put([ready for _response, ready in ours])
        for response, ready in ours:
            response.feedback_id = stored.ids[ready.external_id]


def _with_about(record: Record, response: Response, kinds: list[str]) -> Record:
    """Where it belongs says a signed link; what anybody can put into an address makes
    no customer and no product, and stays as an attribute."""
    said = {name: getattr(record, name) for name in PLACES}
    known = {
        name: text
        for name, text in said.items()
        if text and name in _KNOWN and _KNOWN[name].objects.filter(name=text).exists()
    }
    signed = {
        name: str(value) for name in PLACES if (value := response.about.get(name))
    }
    metadata = {
        **record.metadata,
        "survey": response.survey_id,
        "version": response.version.number,
        "by": response.channel,
        **({"flags": kinds} if kinds else {}),
    }
    attributes = {
        **{name: text for name, text in said.items() if text and name not in known},
        **record.attributes,
        **dict(response.about.get("attributes", {})),
    }
    places = {**dict.fromkeys(PLACES, ""), **known, **signed}
    cut = {key: str(value)[:MAX_ATTRIBUTE] for key, value in attributes.items()}
    return replace(record, **places, metadata=metadata, attributes=cut)
