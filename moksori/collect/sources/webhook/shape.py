"""JSON of any shape as a table: a row for each feedback, a column for each value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.base.storable import storable_json
from moksori.collect.records import Record
from moksori.collect.rows import Outcome, RowReader
from moksori.collect.tables.mapping import SINGLE, fitting
from moksori.collect.tables.mapping import Mapping as Columns
from moksori.collect.tables.messages import Unreadable
from moksori.collect.tables.suggest import suggest_mapping
from moksori.collect.tables.table import MAX_COLUMNS, Cell, Row, Table, clean

DEEPEST = 8
LONGEST_PATH = 120
OUTSIDE = "../"  # values beside the list, seen from within it
MOST_ITEMS = 1_000
_SAYS_LITTLE = frozenset({"text", "value", "name", "title", "body", "label", "data"})
_THINGS = frozenset(
    {"product", "item", "region", "store", "branch", "company", "account", "channel"}
    | {"organization", "service", "category", "model", "app"}
)
_SAID = 12  # letters of a text that somebody may have said


class Posted(Table):
    """Some payloads as a table; columns are paths such as `comment.text`."""

    format = "webhook"

    def __init__(self, found: Sequence[Mapping[str, Cell]], *more: str) -> None:
        super().__init__(Path(), "webhook")
        self.found = found
        names = dict.fromkeys(name for one in found for name in one)
        self.columns = list(dict.fromkeys([*names, *more]))[:MAX_COLUMNS]
        self.rows_total = len(found)

    def rows(self) -> Iterator[Row]:
        for number, one in enumerate(self.found, 1):
            yield Row(number, [one.get(name, "") for name in self.columns])


def read_json(body: bytes) -> Any:
    """The payload; raises Unreadable for what is no JSON that can be kept."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        # As older Korean systems send it, whatever they declare.
        text = body.decode("cp949", "replace")
    try:
        payload = storable_json(json.loads(text))
    except (ValueError, RecursionError):
        raise Unreadable(_("This is not JSON.")) from None
    if not isinstance(payload, dict | list):
        raise Unreadable(_("Send a JSON object, or a list of objects."))
    return payload


def items(payload: Any, list_at: str = "") -> list[dict[str, Cell]]:
    """The feedbacks of a payload, each flat; Unreadable if there are too many."""
    if isinstance(payload, list):
        outside: dict[str, Cell] = {}
        inside: list[Any] = payload
    else:
        found = _at(payload, list_at) if list_at else payload
        inside = found if isinstance(found, list) else [found]
        outside = flat(payload, without=list_at, prefix=OUTSIDE) if list_at else {}
    if len(inside) > MOST_ITEMS:
        raise Unreadable(
            _("Send at most {most} at once; these are {count}."),
            most=MOST_ITEMS,
            count=len(inside),
        )
    return [{**flat(one), **outside} for one in inside if isinstance(one, dict)]


def flat(value: Any, *, without: str = "", prefix: str = "") -> dict[str, Cell]:
    """Every value under its path; lists of words are joined, in their order."""
    found: dict[str, list[Cell]] = {}
    for path, leaf in _leaves(value, "", DEEPEST):
        if without and (path == without or path.startswith(f"{without}[")):
            continue
        name = clean(f"{prefix}{path}")
        if not path or len(name) > LONGEST_PATH:
            continue
        if name in found or len(found) < MAX_COLUMNS:
            found.setdefault(name, []).append(leaf)
    return {name: _joined(leaves) for name, leaves in found.items()}


def _joined(leaves: Sequence[Cell]) -> Cell:
    """The one value as it is; several as lines, without those that are empty."""
    told = [leaf for leaf in leaves if leaf not in {"", None}]
    if len(told) > 1:
        return "\n".join(map(_text, told)).strip()
    return told[0] if told else leaves[0]


def list_places(payload: Any) -> list[str]:
    """Where lists of objects lie, the outermost first."""
    return list(_lists(payload, "", DEEPEST)) if isinstance(payload, dict) else []


def suggested_list(payload: Any) -> str:
    """The only list of objects, if nothing beside it could be what somebody said."""
    places = list_places(payload)
    if not places:
        return ""
    beside = flat(payload, without=places[0])
    said = any(
        isinstance(value, str) and len(value) >= _SAID and " " in value
        for value in beside.values()
    )
    return "" if said else places[0]


def suggested(examples: Any, list_at: str, known: Columns | None = None) -> Columns:
    """What the values of an example probably mean; `known` stays if it fits."""
    flats = items(examples, list_at)
    table = Posted(flats)
    short = short_names(table.columns)
    told = Posted([{short[name]: one[name] for name in one} for one in flats])
    found = _lengthened(suggest_mapping(told), {b: a for a, b in short.items()})
    return found if known is None else fitting(known, found, table.columns)


def short_names(paths: Sequence[str]) -> dict[str, str]:
    """What each value is called: `review.rating` is a rating, and no review."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for path in sorted(paths, key=lambda one: (one.count("."), paths.index(one))):
        parts = path.removeprefix(OUTSIDE).replace("[]", "").split(".")
        last, above = parts[-1], " ".join(parts[-2:])
        wanted = above if last.lower() in _SAYS_LITTLE else last
        if last.lower() == "name" and parts[:-1] and parts[-2].lower() in _THINGS:
            wanted = parts[-2]  # whose name it is: a thing's, not a person's
        name = next((one for one in (wanted, above, path) if one not in taken), path)
        taken.add(name)
        found[path] = name
    return found


def _lengthened(mapping: Columns, paths: Mapping[str, str]) -> Columns:
    single = {role: paths[name] for role in SINGLE if (name := getattr(mapping, role))}
    return replace(
        mapping,
        texts=tuple(paths[name] for name in mapping.texts),
        scores=tuple(replace(one, column=paths[one.column]) for one in mapping.scores),
        attributes=tuple(paths[name] for name in mapping.attributes),
        unsure=tuple(paths[name] for name in mapping.unsure),
        **single,  # type: ignore[arg-type]
    )


def outcomes(payload: Any, mapping: Columns, list_at: str = "") -> list[Outcome]:
    """What each feedback of the payload becomes; the same again gets the same id."""
    found = items(payload, list_at)
    if not found:
        raise Unreadable(_("There is no feedback at “{place}”."), place=list_at or "/")
    table = Posted(found, *mapping.columns)
    reader = RowReader(table, mapping)
    return [_known(reader.outcome(row)) for row in table.rows()]


def _known(outcome: Outcome) -> Outcome:
    """With an id of its content where it has none, so that a retry is no revision."""
    record = outcome.record
    if record is None or record.external_id:
        return outcome
    return replace(outcome, record=replace(record, external_id=_identity(record)))


def _identity(record: Record) -> str:
    content = json.dumps(dict(record.raw), ensure_ascii=False, sort_keys=True)
    return f"#{hashlib.blake2b(content.encode(), digest_size=16).hexdigest()}"


def _at(payload: Any, path: str) -> Any:
    found = payload
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _leaves(value: Any, path: str, deep: int) -> Iterator[tuple[str, Cell]]:
    if isinstance(value, dict):
        if deep:
            for name, inner in value.items():
                yield from _leaves(inner, f"{path}.{name}" if path else name, deep - 1)
    elif isinstance(value, list):
        yield from _of_list(value, path, deep)
    else:
        yield path, value


def _of_list(value: list[Any], path: str, deep: int) -> Iterator[tuple[str, Cell]]:
    plain = [one for one in value if not isinstance(one, dict | list)]
    if plain:
        yield path, ", ".join(_text(one) for one in plain)
    for inner in value:
        if isinstance(inner, dict) and deep:
            yield from _leaves(inner, f"{path}[]", deep - 1)


def _lists(value: Any, path: str, deep: int) -> Iterator[str]:
    if not isinstance(value, dict) or not deep:
        return
    for name, inner in value.items():
        place = f"{path}.{name}" if path else name
        if isinstance(inner, list) and any(isinstance(one, dict) for one in inner):
            yield place
    for name, inner in value.items():
        yield from _lists(inner, f"{path}.{name}" if path else name, deep - 1)


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
