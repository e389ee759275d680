"""Which feedback holds words: the full-text index of either database."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.fields import FloatField

from moksori.collect.models import Feedback
from moksori.understand.models import SearchText
from moksori.understand.reads.tokens import Phrase, Term

_TEXTS = SearchText._meta.db_table


def holding(rows: QuerySet[Feedback], asked: list[Term]) -> QuerySet[Feedback]:
    """Of these rows those whose text holds every term."""
    # The index is no Django field; joining it by name keeps gate and match in one
    # statement, so that neither counts nor pages can slip past the gate.
    feedback = Feedback._meta.db_table
    if connection.vendor == "postgresql":
        return rows.extra(  # noqa: S610
            tables=[_TEXTS],
            where=[
                f'"{_TEXTS}".feedback_id = "{feedback}".id',
                f"\"{_TEXTS}\".vector @@ to_tsquery('simple', %s)",
            ],
            params=[_tsquery(asked)],
        )
    return rows.extra(  # noqa: S610
        tables=["understand_search"],
        where=[
            f'understand_search.rowid = "{feedback}".id',
            "understand_search MATCH %s",
        ],
        params=[_fts5(asked)],
    )


def without(rows: QuerySet[Feedback], unwanted: list[Term]) -> QuerySet[Feedback]:
    """Of these rows those whose text holds none of the terms."""
    feedback = Feedback._meta.db_table
    for term in unwanted:
        if connection.vendor == "postgresql":
            where = (
                f'NOT EXISTS (SELECT 1 FROM "{_TEXTS}" AS held'  # noqa: S608
                f' WHERE held.feedback_id = "{feedback}".id'
                " AND held.vector @@ to_tsquery('simple', %s))"
            )
            asked = _tsquery([term])
        else:
            where = (
                f'"{feedback}".id NOT IN (SELECT rowid FROM understand_search'  # noqa: S608
                " WHERE understand_search MATCH %s)"
            )
            asked = _fts5([term])
        rows = rows.extra(where=[where], params=[asked])  # noqa: S610
    return rows


def ranked(rows: QuerySet[Feedback], asked: list[Term]) -> QuerySet[Feedback]:
    """Of `holding`: what the words say most about first, then the newest."""
    if connection.vendor == "postgresql":
        match = "to_tsquery('simple', %s)"
        sql = f'-ts_rank("{_TEXTS}".vector, {match}, 1)'
        weight = RawSQL(sql, [_tsquery(asked)], FloatField())  # noqa: S611
    else:
        weight = RawSQL("bm25(understand_search)", [], output_field=FloatField())
    return rows.annotate(weight=weight).order_by("weight", "-occurred_at", "-pk")


def _fts5(asked: list[Term]) -> str:
    """Phrases of quoted tokens (which hold letters and digits only)."""
    return " AND ".join(
        "(" + " OR ".join(_fts5_phrase(phrase) for phrase in term) + ")"
        for term in asked
    )


def _fts5_phrase(phrase: Phrase) -> str:
    quoted = f'"{" ".join(phrase.tokens)}"'
    return quoted if phrase.is_whole else f"{quoted} *"


def _tsquery(asked: list[Term]) -> str:
    return " & ".join(
        "(" + " | ".join(_ts_phrase(phrase) for phrase in term) + ")" for term in asked
    )


def _ts_phrase(phrase: Phrase) -> str:
    quoted = [f"'{token}'" for token in phrase.tokens]
    if not phrase.is_whole:
        quoted[-1] += ":*"
    return f"({' <-> '.join(quoted)})"
