"""A questionnaire in a file: columns are questions, cells say what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from moksori.analysis.surveys.questionnaires import questionnaire_health
from moksori.analysis.surveys.questions import Answers, Question, Questionnaire, State
from moksori.base.errors import UserError
from moksori.collect.answers import State as Said
from moksori.collect.columns import Columns, columns_of
from moksori.collect.tables import Table
from moksori.collect.tables.scores import missing_state

_STATES = {
    Said.NOT_SHOWN: State.NOT_SHOWN,
    Said.SKIPPED: State.SKIPPED,
    Said.NOT_APPLICABLE: State.NOT_APPLICABLE,
}
_LONGEST_SCALE = 11


def health_of(
    table: Table,
    items: Sequence[str],
    open_: Sequence[str],
    ends: tuple[float | None, float | None],
) -> Questionnaire:
    """The health of the questions in these columns; of all numeric ones without.

    `ends` are those of every scale; else the lowest and highest answer of a column are
    its own. Raises UserError where no column can be a question.
    """
    given = columns_of(table, [*(items or table.columns), *open_])
    chosen = list(items) or [
        name
        for name in table.columns
        if name not in open_ and _is_scale(given, name, ends)
    ]
    asked = [name for name in table.columns if name in {*chosen, *open_}]
    if not asked:
        raise UserError(_("No column looks like a question. Name some by --item."))
    questions, values, states = [], [], []
    for name in asked:
        is_open = name in open_
        told = _lengths(given, name) if is_open else given.numbers(name)
        state = _states(given, name, np.isfinite(told))
        questions.append(_question(name, told, ends, is_open=is_open))
        values.append(np.where(state == State.ANSWERED, told, np.nan))
        states.append(state)
    answers = Answers(np.column_stack(values), np.column_stack(states))
    return questionnaire_health(questions, answers)


def _is_scale(
    given: Columns, name: str, ends: tuple[float | None, float | None]
) -> bool:
    """Whole numbers of a few steps; amounts, years and ids are no scale."""
    if not given.is_numeric(name):
        return False
    known = given.numbers(name)
    known = known[np.isfinite(known)]
    if not known.size or (known != np.round(known)).any():
        return False
    low = known.min() if ends[0] is None else ends[0]
    high = known.max() if ends[1] is None else ends[1]
    return bool(low >= 0 and high <= max(10, ends[1] or 0)) and (
        len(np.unique(known)) <= _LONGEST_SCALE
    )


def _question(
    name: str,
    told: Any,
    ends: tuple[float | None, float | None],
    *,
    is_open: bool,
) -> Question:
    if is_open:
        return Question(name, name, is_open=True)
    known = told[np.isfinite(told)]
    low, high = ends
    if low is None:
        low = float(known.min()) if known.size else 0.0
    if high is None:
        high = float(known.max()) if known.size else 1.0
    return Question(name, name, low=low, high=high, battery=f"{low:g}–{high:g}")


def _lengths(given: Columns, name: str) -> Any:
    return np.array(
        [np.nan if word is None else float(len(word)) for word in given.words(name)]
    )


def _states(given: Columns, name: str, answered: Any) -> Any:
    """An empty cell is a question left empty; words such as N/A say more."""
    found = np.where(answered, State.ANSWERED, State.SKIPPED).astype(np.int8)
    for row, cell in enumerate(given.cells[name]):
        if not answered[row]:
            said = missing_state(cell) or Said.SKIPPED
            found[row] = _STATES.get(said, State.SKIPPED)
    return found
