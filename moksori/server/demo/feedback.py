"""Real, public feedback, its dates moved to today, imported like any other file."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from moksori.base.people.models import Member, Unit
from moksori.collect import writes as collect
from moksori.collect.models import Channel
from moksori.collect.reader import FileOptions
from moksori.collect.tables.mapping import mapping_from
from moksori.server.demo.people import UNITS

FOLDER = Path(__file__).parent / "data"
Row = dict[str, str]

# Which team of Neulbom Finance looks after which product of the public data.
TEAMS = (
    ("Credit reporting", "reports"),
    ("Debt collection", "collection"),
    ("Mortgage", "lending"),
    ("Student loan", "lending"),
    ("Vehicle loan", "lending"),
    ("Payday loan", "lending"),
    ("Consumer Loan", "lending"),
)
NAMES = {key: name_en for key, _name_ko, name_en, _parent in UNITS}


@dataclass(frozen=True, slots=True)
class Export:
    """One file of one team, with what its columns mean."""

    name: str
    unit: str
    channel: Channel
    rows: list[Row]
    mapping: dict[str, object]


def exports(today: date) -> list[Export]:
    """Every file of the demo, the newest feedback of each set being from yesterday."""
    return [_reviews(today), *_complaints(today)]


def _reviews(today: date) -> Export:
    rows = _moved(_read("reviews.csv.gz"), today)
    for row in rows:
        row["film"] = f"영화 Film {row.pop('movie_id')}"
    return Export(
        name="영화 후기 · Film reviews",
        unit="cinema",
        channel=Channel.REVIEW,
        rows=rows,
        mapping={
            "external_id": "review_id",
            "date": "date",
            "texts": ["review"],
            "product": "film",
            "scores": [{"column": "rating", "kind": "rating", "low": 1, "high": 10}],
            "attributes": ["original_date"],
        },
    )


def _complaints(today: date) -> list[Export]:
    by_team: dict[str, list[Row]] = defaultdict(list)
    for row in _moved(_read("complaints.csv.gz"), today):
        by_team[_team(row["product"])].append(row)
    mapping: dict[str, object] = {
        "external_id": "complaint_id",
        "date": "date",
        "texts": ["narrative"],
        "product": "product",
        "region": "state",
        "channel": "channel",
        "attributes": ["issue", "customer_group", "response", "original_date"],
    }
    return [
        Export(f"민원 · Complaints: {NAMES[team]}", team, Channel.WEB, rows, mapping)
        for team, rows in sorted(by_team.items())
    ]


def _team(product: str) -> str:
    return next((team for start, team in TEAMS if product.startswith(start)), "cards")


def _read(name: str) -> list[Row]:
    with gzip.open(FOLDER / name, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _moved(rows: list[Row], today: date) -> list[Row]:
    """All dates later by one whole number of weeks; the original is kept beside."""
    newest = max(date.fromisoformat(row["date"]) for row in rows)
    weeks = (today - timedelta(days=1) - newest).days // 7
    for row in rows:
        row["original_date"] = row["date"]
        moved = date.fromisoformat(row["date"]) + timedelta(weeks=weeks)
        row["date"] = moved.isoformat()
    return rows


def load(
    found: Iterable[Export],
    units: dict[str, Unit],
    *,
    by: Member,
    tell: Callable[[str], None],
) -> None:
    """Import the files through the same door as everybody's."""
    for export in found:
        source = collect.source_for(
            export.name, unit=units[export.unit], channel=export.channel, by=by
        )
        batch = collect.stage_file(
            _as_file(export.rows), name=f"{export.name}.csv", source=source, by=by
        )
        collect.read_differently(
            batch,
            options=FileOptions(),
            mapping=mapping_from(export.mapping),
            by=by,
        )
        collect.start_import(batch, by=by)
        collect.run_import(batch.pk)
        tell(f"{export.name}: {len(export.rows):,}")


def _as_file(rows: list[Row]) -> io.BytesIO:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode())
