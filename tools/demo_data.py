"""Make the demo's two files from the public originals.

    python tools/demo_data.py REVIEWS.csv COMPLAINTS.csv.gz

Korean film reviews: as they are. Complaints: the columns that the demo reads, channel
names as ours, and nothing after July 2019, where the public sample thins out.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "moksori/server/demo/data"
LAST = "2019-07-31"
CHANNELS = {
    "Web": "web",
    "Referral": "referral",
    "Phone": "phone",
    "Postal mail": "post",
    "Fax": "post",
    "Email": "email",
}
COLUMNS = {
    "Complaint ID": "complaint_id",
    "Date received": "date",
    "Product": "product",
    "Issue": "issue",
    "Consumer complaint narrative": "narrative",
    "State": "state",
    "Tags": "customer_group",
    "Company response to consumer": "response",
    "Timely response?": "timely",
}


def write(name: str, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    # No time stamp inside, so that the same input gives the same file.
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    (FOLDER / name).write_bytes(packed)
    print(f"{name}: {len(rows)} rows, {len(packed) // 1000} kB")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        write("reviews.csv.gz", list(csv.DictReader(file)))
    with gzip.open(sys.argv[2], "rt", encoding="utf-8", newline="") as file:
        complaints = [
            {ours: row[theirs] for theirs, ours in COLUMNS.items()}
            | {"channel": CHANNELS[row["Submitted via"]]}
            for row in csv.DictReader(file)
            if row["Date received"] <= LAST
        ]
    write("complaints.csv.gz", complaints)


if __name__ == "__main__":
    main()
