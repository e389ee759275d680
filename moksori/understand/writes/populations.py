"""Counts of all customers, entered by people, that weights are made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from math import isfinite

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.base.audit.writes import record
from moksori.base.errors import UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.understand.models import Population
from moksori.understand.reads.populations import CROSS, Margins

MOST_ROWS = 2_000
LONGEST = 80


@transaction.atomic
def set_population(
    unit: Unit, *, margins: str, invited: str = "", origin: str = "", by: Member | None
) -> Population:
    """Keep what is known of all customers of an affiliate; empty texts forget it.

    `margins` are lines "attribute, group, count", with "age_band × region" and
    "20-29 × Seoul" for two attributes together; `invited` lines "wave, count". Tabs,
    commas and semicolons part them. Raises UserError that names the line.
    """
    if by is not None:
        by.must(Ability.EDIT_THEMES, Population(unit=unit))
    found, _is_new = Population.objects.update_or_create(
        unit=unit,
        defaults={
            "margins": margins_from(margins),
            "invited": invited_from(invited),
            "origin": " ".join(origin.split())[:200],
            "member": by,
        },
    )
    record("set_population", found, by=by, margins=len(found.margins))
    return found


def margins_from(text: str) -> Margins:
    """Lines of "attribute, group, count" as margins. Raises UserError."""
    found: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
    for number, cells in _lines(text, 3, field="margins"):
        attributes, group = _parts(cells[0]), _parts(cells[1])
        if len(attributes) != len(group):
            raise UserError(
                _(
                    "Line {line}: “{names}” and “{group}” must have as many parts."
                ).format(line=number, names=cells[0], group=cells[1]),
                field="margins",
            )
        groups = found.setdefault(attributes, {})
        groups[group] = groups.get(group, 0) + _count(cells[2], number, "margins")
    for attributes, groups in found.items():
        if not sum(groups.values()):
            raise UserError(
                _("“{name}” counts nobody.").format(name=CROSS.join(attributes)),
                field="margins",
            )
    return [
        {
            "attributes": list(attributes),
            "groups": [[list(group), count] for group, count in groups.items()],
        }
        for attributes, groups in found.items()
    ]


def invited_from(text: str) -> dict[str, int]:
    """Lines of "wave, count" as counts by wave. Raises UserError."""
    return {
        cells[0]: int(_count(cells[1], number, "invited"))
        for number, cells in _lines(text, 2, field="invited")
    }


def _lines(text: str, width: int, *, field: str) -> Iterator[tuple[int, list[str]]]:
    """Every line with its cells; a heading, whose last cell is no number, is none."""
    lines = text.replace("\x00", "").splitlines()
    if len(lines) > MOST_ROWS:
        raise UserError(
            _("These are {count} lines; {most} are the most.").format(
                count=len(lines), most=MOST_ROWS
            ),
            field=field,
        )
    for number, line in enumerate(lines, 1):
        mark = next((one for one in "\t;" if one in line), ",")
        cells = [
            cell.strip()
            for cell in next(csv.reader(io.StringIO(line), delimiter=mark), [])
        ]
        if not any(cells) or (number == 1 and not any(map(str.isdigit, cells[-1]))):
            continue
        if len(cells) != width or not all(cells):
            raise UserError(
                _("Line {line} must have {width} parts: “{text}”.").format(
                    line=number, width=width, text=line[:60]
                ),
                field=field,
            )
        yield number, [cell[:LONGEST] for cell in cells]


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in name.replace("*", "×").split("×"))


def _count(cell: str, line: int, field: str) -> float:
    try:
        count = float(cell.replace(",", "").replace(" ", ""))
    except ValueError:
        count = float("nan")
    if not isfinite(count) or count < 0:
        raise UserError(
            _("Line {line}: “{cell}” is no count.").format(line=line, cell=cell[:40]),
            field=field,
        )
    return count
