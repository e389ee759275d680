"""The responses of a survey one by one, for programs that follow them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.asking.addresses import masked
from moksori.collect.models import Response, Survey
from moksori.collect.quality import words_of
from moksori.collect.questionnaires.definition import Questionnaire, Type
from moksori.collect.questionnaires.flow import CODE, COPY, OWN
from moksori.collect.records import masked_text

MOST = 500
# What ended within these seconds may stand beside one that ended before it and is
# still being written; it is told with the next page.
SETTLED = timedelta(seconds=10)
_ADDRESSES = frozenset({Type.EMAIL, Type.PHONE})


@dataclass(frozen=True, slots=True)
class Doubt:
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class ResponseLine:
    """A response as it ended; texts are masked, addresses only hinted at."""

    id: int
    external_id: str
    state: str
    version: int
    channel: str
    language: str
    variant: str
    started_at: datetime
    finished_at: datetime
    answers: Mapping[str, Any]
    flags: tuple[Doubt, ...]
    feedback: int | None


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """`cursor` leads on, at the end too: what comes later comes after it."""

    responses: tuple[ResponseLine, ...]
    cursor: str
    has_more: bool


def response_page(
    survey: Survey, *, by: Member, state: str, after: str = "", limit: int = 100
) -> ResponsePage:
    """Those that ended in this state, in the order in which they ended.

    Who sees some regions only sees the responses that told their region.
    """
    by.must(Ability.READ, survey)
    scope = by.scope(Ability.READ)
    limit = max(1, min(limit, MOST))
    rows = (
        Response.objects.filter(
            _beyond(after),
            survey=survey,
            state=state,
            finished_at__lte=timezone.now() - SETTLED,
        )
        .filter(scope.q(unit="survey__unit_id", region="feedback__region_id"))
        .select_related("version")
        .order_by("finished_at", "id")
    )
    found = list(rows[: limit + 1])
    shown = found[:limit]
    cursor = _cursor(shown[-1]) if shown else after
    return ResponsePage(tuple(map(_line, shown)), cursor, len(found) > limit)


def _line(row: Response) -> ResponseLine:
    return ResponseLine(
        id=row.pk,
        external_id=row.external_id or "",
        state=row.state,
        version=row.version.number,
        channel=row.channel,
        language=row.language,
        variant=row.variant,
        started_at=row.started_at,
        finished_at=row.finished_at or row.changed_at,
        answers=dict(_masked(row.version.questionnaire, row.answers)),
        flags=tuple(Doubt(str(one.get("kind")), words_of(one)) for one in row.flags),
        feedback=row.feedback_id,
    )


def _masked(q: Questionnaire, answers: Mapping[str, Any]) -> dict[str, Any]:
    """As texts are shown everywhere; who wants an address asks its owner by consent."""
    kinds = {one.id: one.type for one in q.questions()}
    found: dict[str, Any] = {}
    for name, value in answers.items():
        id = name.split(OWN, 1)[0].removesuffix(CODE).split(COPY, 1)[0]
        is_text = isinstance(value, str) and not name.endswith(CODE)
        if is_text and kinds.get(id) in _ADDRESSES:
            found[name] = masked(value)
        else:
            found[name] = masked_text(value) if is_text else value
    return found


def _cursor(row: Response) -> str:
    told = f"{row.finished_at:%Y-%m-%dT%H:%M:%S.%f%z} {row.pk}"
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _beyond(cursor: str) -> Q:
    if not cursor:
        return Q()
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, _blank, id = base64.urlsafe_b64decode(padded).decode().partition(" ")
        moment, number = datetime.fromisoformat(at), int(id)
        if moment.tzinfo is None or abs(number) > 2**62:
            raise ValueError
    except (ValueError, binascii.Error):
        text = _("This cursor was not made here. Begin again without one.")
        raise UserError(text, field="after") from None
    later = Q(finished_at__gt=moment) | Q(finished_at=moment, id__gt=number)
    return Q(finished_at__gte=moment) & later  # the first half is what an index finds
