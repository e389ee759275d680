"""The tree of themes as a file: to keep, to edit elsewhere, and to bring back."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from moksori.base.errors import Conflict, TooLarge, UserError
from moksori.base.people.models import Member
from moksori.base.storable import one_line
from moksori.understand.models import Theme
from moksori.understand.reads.sheets import Sheet
from moksori.understand.reads.sheets import as_csv as sheet_as_csv
from moksori.understand.reads.told import FIELDS
from moksori.understand.writes.defined import LONGEST_DESCRIPTION, Definition
from moksori.understand.writes.themes import checked_names, may_edit

LARGEST = 2_000_000
MOST = 1_000
DIGITS = 17
SEPARATOR = "; "
_LISTS = frozenset({"words", "examples"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One theme of a file; `id` is 0 for one that is known by its name alone.

    `row` is where it stands in the file. `given` are the fields that the file has:
    what it does not speak of stays as it is.
    """

    name_ko: str
    name_en: str = ""
    group: str = ""
    description_ko: str = ""
    description_en: str = ""
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    id: int = 0
    row: int = 0
    given: frozenset[str] = frozenset()


COLUMNS = (
    "id", "group", "name_ko", "name_en", "description_ko", "description_en", "words",
    "examples",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a theme that a file would change."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return str(FIELDS[self.field])


@dataclass(frozen=True, slots=True)
class Change:
    """What a file would do to one theme; `theme` is None for a new one."""

    entry: Entry
    theme: int | None
    name: str
    differences: tuple[Difference, ...]

    @property
    def is_new(self) -> bool:
        return self.theme is None

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(one.field for one in self.differences)


def taxonomy(affiliate: int, *, by: Member) -> list[Entry]:
    """The themes in use, by group and name; NotFound for an outsider."""
    may_edit(affiliate, by=by)
    return whole_taxonomy(affiliate)


def whole_taxonomy(affiliate: int) -> list[Entry]:
    """The same for the system, which reads everything."""
    rows = _in_use(affiliate).values()
    return sorted(
        (entry_of(row) for row in rows), key=lambda one: (one.group, one.name_ko)
    )


def entry_of(theme: Theme) -> Entry:
    told = theme.definition
    return Entry(
        name_ko=theme.name_ko,
        name_en=theme.name_en,
        group=theme.parent.name_ko if theme.parent else "",
        description_ko=theme.description_ko,
        description_en=theme.description_en,
        words=tuple(told.get("words", ())),
        examples=tuple(told.get("examples", ())),
        id=theme.pk,
        given=frozenset(COLUMNS),
    )


def as_csv(entries: Sequence[Entry]) -> bytes:
    """One line a theme; words are separated by semicolons, examples by line breaks."""
    rows = [
        [
            _joined(name, value)
            if isinstance(value := getattr(one, name), tuple)
            else value
            for name in COLUMNS
        ]
        for one in entries
    ]
    return sheet_as_csv(Sheet("themes", COLUMNS, rows))


def _joined(name: str, lines: tuple[str, ...]) -> str:
    """Words that hold a semicolon stand one a line, the last one too."""
    if name != "words" or ";" in "".join(lines):
        return "".join(f"{line}\n" for line in lines)
    return SEPARATOR.join(lines)


def as_json(entries: Sequence[Entry]) -> bytes:
    rows = [{name: asdict(one)[name] for name in COLUMNS} for one in entries]
    return json.dumps({"themes": rows}, ensure_ascii=False, indent=2).encode()


def entries_of(data: bytes, *, name: str = "") -> list[Entry]:
    """The themes in a file, CSV or JSON; UserError says in which line what is wrong."""
    if len(data) > LARGEST:
        raise TooLarge(_("The file is too large: at most 2 MB."), field="file")
    text = _decoded(data)
    is_json = name.lower().endswith(".json") or text.lstrip()[:1] in {"{", "["}
    rows = _rows(text, is_json=is_json) if text.strip() else []
    if not rows:
        raise UserError(_("The file holds no themes."), field="file")
    if len(rows) > MOST:
        raise TooLarge(_("At most 1,000 themes at once."), field="file")
    found = [_entry(row, number) for number, row in rows]
    _each_once(found)
    return found


def _rows(text: str, *, is_json: bool) -> list[tuple[int, Mapping[str, Any]]]:
    return _json_rows(text) if is_json else _csv_rows(text)


def changes(affiliate: int, entries: Sequence[Entry], *, by: Member) -> list[Change]:
    """What the file would change, theme by theme; what stays as it is is left out."""
    may_edit(affiliate, by=by)
    known = _in_use(affiliate)
    by_name: dict[str, int] = {}
    for theme in known.values():
        by_name.setdefault(theme.name_ko, theme.pk)
    found = []
    matched: dict[int, Entry] = {}
    for entry in entries:
        named = by_name.get(entry.name_ko)
        pk = entry.id if entry.id in known else named
        if pk is not None and pk in matched:
            raise _wrong(entry.row, _("this theme stands in the file twice"))
        change = _change(entry, known.get(pk) if pk is not None else None)
        if pk is not None:
            matched[pk] = entry
        if change.is_new or change.differences:
            found.append(change)
    _stand_apart(known, found)
    return found


def _stand_apart(known: Mapping[int, Theme], found: Sequence[Change]) -> None:
    """Conflict where two themes would share a name; two may change theirs over."""
    after: dict[int, str] = {pk: theme.name_ko for pk, theme in known.items()}
    for at, change in enumerate(found, 1):
        after[change.theme or -at] = change.entry.name_ko
    count = Counter(after.values())
    for change in found:
        name = change.entry.name_ko
        if (change.is_new or "name_ko" in change.fields) and count[name] > 1:
            raise Conflict(
                _("There is a theme “%(name)s” already.") % {"name": name},
                field="name_ko",
            )


def _in_use(affiliate: int) -> dict[int, Theme]:
    rows = Theme.objects.filter(
        unit_id=affiliate, state=Theme.State.ACTIVE, is_group=False
    )
    return {row.pk: row for row in rows.select_related("parent").order_by("pk")}


def _change(entry: Entry, theme: Theme | None) -> Change:
    if theme is None:
        if not entry.words and not entry.examples:
            raise _wrong(
                entry.row,
                _("“%(name)s” is new: give it words or examples to be known by")
                % {"name": entry.name_ko},
            )
        before = Entry("")
    else:
        before = entry_of(theme)
    names = [name for name in COLUMNS if name != "id" and name in entry.given]
    differences = tuple(
        Difference(name, _shown(getattr(before, name)), _shown(getattr(entry, name)))
        for name in names
        if getattr(before, name) != getattr(entry, name)
    )
    name = theme.name if theme is not None else entry.name_ko
    return Change(entry, theme.pk if theme is not None else None, name, differences)


def _shown(value: str | tuple[str, ...]) -> str:
    return SEPARATOR.join(value) if isinstance(value, tuple) else value


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(
        _("The file is no text that can be read. Save it as CSV UTF-8 or JSON."),
        field="file",
    )


def _json_rows(text: str) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise _wrong(line, _("this is no valid JSON")) from error
    rows = found.get("themes") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise UserError(_("The JSON needs a list named “themes”."), field="file")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise _wrong(number, _("a theme is an object with names and values"))
    return list(enumerate(rows, 1))


def _csv_rows(text: str) -> list[tuple[int, Mapping[str, Any]]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        return _rows_under(reader)
    except csv.Error as error:
        line = max(reader.line_num, 1)
        raise _wrong(line, _("a quotation mark is not closed")) from error


def _rows_under(reader: csv.DictReader[str]) -> list[tuple[int, Mapping[str, Any]]]:
    columns = [(name or "").strip() for name in reader.fieldnames or ()]
    if "name_ko" not in columns:
        raise UserError(
            _("The first line must name the columns, among them name_ko: %(all)s.")
            % {"all": ", ".join(COLUMNS)},
            field="file",
        )
    reader.fieldnames = columns
    rows: list[tuple[int, Mapping[str, Any]]] = []
    for row in reader:
        if None in row:
            raise _wrong(reader.line_num, _("it has more cells than columns"))
        if any((value or "").strip() for value in row.values()):
            rows.append((reader.line_num, row))
    return rows


def _entry(row: Mapping[str, Any], number: int) -> Entry:
    known = {one.name for one in fields(Entry)} & set(COLUMNS)
    given = {name: value for name, value in row.items() if name in known}
    said: dict[str, Any] = {}
    for name, value in given.items():
        said[name] = (
            _list(name, value, number) if name in _LISTS else _word(name, value, number)
        )
    said["id"] = _id(said.get("id", ""))
    try:
        names = checked_names(said.get("name_ko", ""), said.get("name_en", ""))
        asked = Definition.of(said.get("words", ()), said.get("examples", ()))
    except UserError as error:
        raise _wrong(number, str(error)) from error
    said |= {"name_ko": names[0], "name_en": names[1]}
    said |= {"words": asked.words, "examples": asked.examples}
    for name in ("description_ko", "description_en"):
        if len(said.get(name, "")) > LONGEST_DESCRIPTION:
            raise _wrong(number, _("a description has at most 200 characters"))
    return Entry(**said, row=number, given=frozenset(given))


def _id(given: str) -> int:
    """0 for what is no id at all, as in a file that people wrote themselves."""
    is_number = given.isascii() and given.isdigit() and len(given) < DIGITS
    return int(given) if is_number else 0


def _word(name: str, value: Any, number: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int):
        raise _wrong(number, _("“%(field)s” must be a text") % {"field": name})
    try:
        word = one_line(str(value))
    except UserError as error:
        raise _wrong(number, str(error)) from error
    # What an export marked so that no spreadsheet runs it as a formula.
    return word[1:] if word[:1] == "'" and word[1:2] in set("=+-@") else word


def _list(name: str, value: Any, number: int) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.replace("\r", "\n")
        is_lined = name != "words" or value.endswith("\n")
        value = (value if is_lined else value.replace(";", "\n")).split("\n")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _wrong(number, _("“%(field)s” must be a list") % {"field": name})
    words = [_word(name, one, number) for one in value]
    return tuple(dict.fromkeys(word for word in words if word))


def _each_once(entries: Sequence[Entry]) -> None:
    seen: dict[str, int] = {}
    for one in entries:
        # Two that learning named alike are told apart by their ids.
        if one.name_ko in seen and one.id in {0, seen[one.name_ko]}:
            raise _wrong(
                one.row,
                _("“%(name)s” stands in the file twice") % {"name": one.name_ko},
            )
        seen[one.name_ko] = one.id


def _wrong(number: int, why: str) -> UserError:
    return UserError(
        _("Line %(number)d: %(why)s.") % {"number": number, "why": why.rstrip(".")},
        field="file",
    )
