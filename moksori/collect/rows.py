"""Rows of a table become records, each with what was wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from django.utils.translation import gettext_noop as _

from moksori.collect.answers import Answer, Kind, State
from moksori.collect.records import MAX_ATTRIBUTE, Record
from moksori.collect.tables.dates import SEOUL, Order, day_order, moment, three_numbers
from moksori.collect.tables.mapping import SINGLE, Mapping, ScoreColumn
from moksori.collect.tables.messages import Message
from moksori.collect.tables.scores import missing_state, score
from moksori.collect.tables.table import DELETED, Cell, Row, Table

CHANNELS = {
    "web": r"web|website|홈페이지|웹|인터넷|online|온라인",
    "app_store": r"app ?store|(google ?)?play( ?store)?|(앱|플레이) ?스토어|app|앱",
    "email": r"e-?mail|이메일|메일",
    "phone": r"phone|call|전화|콜센터|고객센터|ars|유선",
    "chat": r"chat|채팅|카카오톡?|톡|챗봇|messenger|상담톡",
    "paper": r"paper|종이|서면|설문지",
    "qr": r"qr.*|kiosk|키오스크",
    "visit": r"visit|방문|매장|대면|오프라인|store|in person",
    "sns": r"sns|social.*|instagram|인스타그램?|twitter|x|facebook|페이스북|트위터",
    "community": r"community|커뮤니티|카페|forum|게시판",
    "review": r"reviews?|리뷰|후기",
    "survey": r"survey|설문.*|조사",
    "post": r"post|postal mail|fax|우편|팩스|mail",
    "referral": r"referral|이관|위탁",
}
_CHANNELS = {
    channel: re.compile(f"^(?:{pattern})$", re.IGNORECASE)
    for channel, pattern in CHANNELS.items()
}
_LANGUAGES = {
    "한국어": "ko",
    "korean": "ko",
    "kor": "ko",
    "kr": "ko",
    "영어": "en",
    "english": "en",
    "eng": "en",
    "일본어": "ja",
    "japanese": "ja",
    "중국어": "zh",
    "chinese": "zh",
}
MOST_MISTAKES = 20  # told of one row
_SAYS_NOTHING = _(
    "The row says nothing. Write the customer’s words or a score, or delete the row."
)
Mistake = tuple[str, Message]  # the column, "" for the whole row
_CODE = re.compile(r"^([a-z]{2,3})(?:[-_][a-z0-9]+)*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing wrong with a row. Refused rows are not stored, flagged ones are.

    A row may have several, one after the other; the first carries the row's record.
    """

    row: int
    is_refused: bool
    column: str
    message: Message
    record: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row became: a record, troubles, or both."""

    record: Record | None
    troubles: tuple[Trouble, ...] = ()
    gone: str = ""  # the id of what its source has deleted


class RowReader:
    """Reads rows by a mapping.

    Without `order`, neither here nor in the mapping, the whole column is read first
    to decide what 03/04/2026 means.
    """

    def __init__(
        self,
        table: Table,
        mapping: Mapping,
        *,
        order: Order | None = None,
        zone: tzinfo = SEOUL,
    ) -> None:
        mapping.check(table.columns)
        self.mapping = mapping
        self.columns = table.columns
        self.labels = table.labels
        self.separators = table.separators
        order = order or mapping.date_order
        self.order = order or look_through(table, mapping.date)[1]
        self.zone = zone
        self._at = {name: place for place, name in enumerate(table.columns)}
        self._single = {
            role: column for role in SINGLE if (column := getattr(mapping, role))
        }

    def outcome(self, row: Row) -> Outcome:
        if row.problem is not None:
            # Its cells may stand under the wrong columns: no more can be said.
            refused = self._refused(row, [("", row.problem)])
            return replace(refused, gone=self._gone(row))
        texts = self._as_text(row)
        at, wrong = self._moment(row)
        answers, odd = self._answers(row, texts)
        record = self._record(texts, at, answers)
        if record.is_blank and not odd:
            wrong.append(("", Message(_SAYS_NOTHING)))
        if wrong or record.is_blank:
            return self._refused(row, [*wrong, *odd])
        if odd:
            record = replace(record, metadata={"flags": ["score_out_of_scale"]})
        return Outcome(record, self._troubles(row, odd, refused=False))

    def _gone(self, row: Row) -> str:
        column = self.mapping.external_id
        if row.problem != DELETED or not column:
            return ""
        return plain(row.cells[self._at[column]])

    def _moment(self, row: Row) -> tuple[datetime | None, list[Mistake]]:
        column = self.mapping.date
        if not column:
            return None, []
        cell = row.cells[self._at[column]]
        at = moment(cell, order=self.order, zone=self.zone)
        return at, [] if at else [(column, _no_date(cell))]

    def _refused(self, row: Row, mistakes: list[Mistake]) -> Outcome:
        return Outcome(None, self._troubles(row, mistakes, refused=True))

    def _troubles(
        self, row: Row, mistakes: list[Mistake], *, refused: bool
    ) -> tuple[Trouble, ...]:
        if not mistakes:
            return ()
        texts = self._as_text(row)
        return tuple(
            Trouble(row.number, refused, column, message, {} if place else texts)
            for place, (column, message) in enumerate(mistakes[:MOST_MISTAKES])
        )

    def _as_text(self, row: Row) -> dict[str, str]:
        # A row with too many cells has cells without a column.
        return {
            name: text
            for name, cell in zip(self.columns, row.cells, strict=False)
            if (text := plain(cell))
        }

    def _record(
        self, texts: dict[str, str], at: datetime | None, answers: tuple[Answer, ...]
    ) -> Record:
        single = {role: texts.get(column, "") for role, column in self._single.items()}
        channel = single.get("channel", "")
        known = channel_of(channel)
        attributes = {
            name: text[:MAX_ATTRIBUTE]
            for name in self.mapping.attributes
            if (text := texts.get(name))
        }
        if channel and not known and self.mapping.channel:
            attributes[self.mapping.channel] = channel[:MAX_ATTRIBUTE]
        return Record(
            answers=answers,
            external_id=single.get("external_id", ""),
            occurred_at=at,
            channel=known,
            language=language_of(single.get("language", "")),
            product=single.get("product", ""),
            region=single.get("region", ""),
            customer=single.get("customer", ""),
            account=single.get("account", ""),
            attributes=attributes,
            raw=texts,
        )

    def _answers(
        self, row: Row, texts: dict[str, str]
    ) -> tuple[tuple[Answer, ...], list[Mistake]]:
        answers: list[Answer] = []
        odd: list[Mistake] = []
        for column in self.mapping.texts:
            answers += self._said(column, row, texts.get(column), Kind.TEXT)
        for column in self.mapping.choices:
            answers += self._said(column, row, texts.get(column), Kind.CHOICE)
        for each in self.mapping.scores:
            answer, message = scored(row.cells[self._at[each.column]], each)
            if answer is not None:
                label = self.labels.get(each.column, "")
                answers.append(replace(answer, label=label) if label else answer)
            if message is not None:
                odd.append((each.column, message))
        return tuple(answers), odd

    def _said(
        self, column: str, row: Row, text: str | None, kind: Kind
    ) -> list[Answer]:
        """Words or choices; why there are none if the cell says so."""
        label = self.labels.get(column, "")
        cell = row.cells[self._at[column]]
        if isinstance(cell, State):
            return [Answer(column, kind, state=cell, label=label)]
        if not text:
            return []
        between = self.separators.get(column)
        if kind == Kind.CHOICE and between:
            several = [one.strip() for one in text.split(between) if one.strip()]
            return [Answer(column, Kind.CHOICES, several, label=label)]
        return [Answer(column, kind, text, label=label)]


def scored(cell: Cell, column: ScoreColumn) -> tuple[Answer | None, Message | None]:
    """The score as an answer; a message if it cannot count. A blank is no answer."""
    if cell in {"", None}:
        return None, None
    state = missing_state(cell)
    if state is not None:
        return _answer(column, None, state=state), None
    found = score(cell)
    if found is None:
        return None, Message(
            _("“{value}” is not a score. Write a number such as 4, or leave it empty."),
            {"value": plain(cell)[:40]},
        )
    answer = _answer(column, found.value)
    if found.high and found.high != column.high:
        # The cell says its own scale: 8/10 in a column of fives.
        answer = replace(answer, high=found.high, low=min(column.low, 1))
    if answer.is_in_scale:
        return answer, None
    return answer, Message(
        _(
            "The score {value} is not between {low} and {high}. Put it right, or "
            "change the scale of the column."
        ),
        {"value": _short(found.value), "low": _short(column.low)}
        | {"high": _short(column.high)},
    )


def _answer(
    column: ScoreColumn, value: float | None, *, state: State = State.ANSWERED
) -> Answer:
    if value is not None and value.is_integer():
        value = int(value)
    return Answer(
        column.column, column.kind, value, low=column.low, high=column.high, state=state
    )


def _short(number: float) -> str:
    return f"{number:g}"


def _no_date(cell: Cell) -> Message:
    text = plain(cell)
    if not text:
        return Message(_("The date is missing. Write it like 2026-03-01."))
    return Message(
        _("“{value}” is not a date that can be read. Write it like 2026-03-01."),
        {"value": text[:40]},
    )


def plain(cell: Cell) -> str:
    """The cell as text: whole numbers without a point, dates as ISO."""
    if isinstance(cell, str):
        return cell.strip()  # cleaned where it was read
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell)


def channel_of(text: str) -> str:
    """The channel that a word in an export means, "" if unknown."""
    if not text:
        return ""
    return next((c for c, pattern in _CHANNELS.items() if pattern.match(text)), "")


def language_of(text: str) -> str:
    """A two- or three-letter code, "" if the cell is no language."""
    known = _LANGUAGES.get(text.lower())
    if known:
        return known
    match = _CODE.match(text)
    return match[1].lower() if match else ""


def look_through(table: Table, column: str | None) -> tuple[int, Order]:
    """How many rows the table has, and the order in which all its dates exist.

    Reads to the end, so that a file that breaks in the middle is found out.
    """
    place = table.columns.index(column) if column else None
    total = 0
    open_dates: dict[str, None] = {}
    for row in table.rows():
        total += 1
        if place is None or row.problem is not None:
            continue
        cell = row.cells[place]
        # Different dates are few, even in a million rows.
        if isinstance(cell, str) and len(open_dates) < 100_000:
            day = cell[:10]
            if day not in open_dates and three_numbers(cell):
                open_dates[day] = None
    return total, day_order(open_dates)[0]


def records(
    table: Table, mapping: Mapping, *, zone: tzinfo = SEOUL
) -> Iterator[tuple[int, Outcome]]:
    """Every row of the table as (row number, outcome), in constant memory."""
    reader = RowReader(table, mapping, zone=zone)
    for batch in table.batches():
        for row in batch:
            yield row.number, reader.outcome(row)
