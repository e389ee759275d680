"""What customers said on a visit, as feedback like any other."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from moksori.base.customers.models import Product
from moksori.base.errors import Conflict
from moksori.base.people.models import Unit
from moksori.collect.answers import Answer, Kind
from moksori.collect.field.guides import answered, question_from
from moksori.collect.models import Channel, Feedback, Source, Visit
from moksori.collect.records import Record, prepared
from moksori.collect.writes.sources import add_source
from moksori.collect.writes.store import Store
from moksori.collect.writes.withdrawing import forget_feedback

VISITS, NOTES = "visit", "note"


def source_of(unit: Unit, kind: str) -> Source:
    """The unit's one source of visits, or of notes; added with the first."""
    found = Source.objects.filter(unit=unit, kind=kind).order_by("pk").first()
    if found is not None:
        return found
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Visits") if kind == VISITS else _("Notes of staff")
    try:
        return add_source(name, unit=unit, channel=Channel.VISIT, kind=kind, by=None)
    except Conflict:  # the name is somebody else's, or taken this moment
        same = Source.objects.filter(unit=unit, kind=kind).first()
        return same or add_source(
            f"{name} ({unit.pk})", unit=unit, channel=Channel.VISIT, kind=kind, by=None
        )


def put_said(visit: Visit, products: Sequence[Product]) -> None:
    """Each thing said is one feedback, and what was asked by the guide is one.

    Called again after a change: what is no longer said goes, what is said otherwise
    is revised. Who said it stays with the visit: feedback carries no names.
    """
    records = {one["id"]: _said(visit, one) for one in visit.verbatims}
    if (asked := _asked(visit)) is not None:
        records[""] = asked
    before = set(
        Feedback.objects.filter(
            source__kind=VISITS,
            source__unit=visit.unit_id,
            external_id__startswith=f"visit-{visit.pk}-",
        ).values_list("pk", flat=True)
    )
    ids: dict[str, int] = {}
    if records:
        ready = {key: prepared(record) for key, record in records.items()}
        stored = Store(source_of(visit.unit, VISITS)).put(list(ready.values()))
        ids = {key: stored.ids[one.external_id] for key, one in ready.items()}
        Feedback.objects.filter(pk__in=ids.values()).update(
            account=visit.account_id,
            region=visit.region_id,
            product=products[0].pk if products else None,
        )
    visit.feedback_id = ids.get("")
    visit.verbatims = [{**one, "feedback": ids[one["id"]]} for one in visit.verbatims]
    visit.save(update_fields=["feedback", "verbatims"])
    for gone in before - set(ids.values()):
        forget_feedback(gone)


def _said(visit: Visit, said: dict[str, str]) -> Record:
    return _record(visit, said["id"], (Answer("said", Kind.TEXT, said["text"]),))


def _asked(visit: Visit) -> Record | None:
    rows = visit.guide_version.questions if visit.guide_version else []
    answers = answered([question_from(row) for row in rows], visit.answers)
    if visit.score is not None:
        answers = (Answer("recommend", Kind.NPS, visit.score), *answers)
    # Nothing that was said has an empty name, so the two can never meet.
    return _record(visit, "", answers) if answers else None


def _record(visit: Visit, name: str, answers: tuple[Answer, ...]) -> Record:
    return Record(
        answers=answers,
        external_id=f"visit-{visit.pk}-{name}",
        occurred_at=visit.started_at,
        channel=Channel.PHONE if visit.way == Visit.Way.PHONE else Channel.VISIT,
        metadata={"visit": visit.pk},
    )
