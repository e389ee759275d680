"""New responses as rows; the ORM took an eighth of the time of an answer for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models

from moksori.collect.models import Response

_FIELDS = [one for one in Response._meta.concrete_fields if not one.primary_key]


def insert(responses: Sequence[Response]) -> None:
    """Store them with one statement, inside the caller's transaction; sets their keys.

    Raises IntegrityError where one of them is stored already.
    """
    if not responses:
        return
    parts = [(one.attname, _writer(one)) for one in _FIELDS]
    values = [write(getattr(one, name)) for one in responses for name, write in parts]
    quote = connection.ops.quote_name
    row = f"({', '.join(['%s'] * len(_FIELDS))})"
    sql = (
        f"INSERT INTO {quote(Response._meta.db_table)} "  # noqa: S608
        f"({', '.join(quote(str(one.column)) for one in _FIELDS)}) "
        f"VALUES {', '.join([row] * len(responses))} RETURNING id, token_hash"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        ids = {hashed: id for id, hashed in cursor.fetchall()}
    for one in responses:
        one.pk, one._state.adding = ids[one.token_hash], False
        one._state.db = connection.alias


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(field, models.JSONField):
        return json.dumps
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.CharField):
        return _text
    return _as_is


def _text(value: Any) -> str | None:
    return None if value is None else str(value)  # a choice is more than its text


def _as_is(value: Any) -> Any:
    return value
