"""How long a new feedback takes to its place on the pages, with the worker at work.

    python bench/understand/fresh.py --folder DIR [--rounds 12]

DIR holds an installation, as `bench/pages.py --folder DIR` leaves it. The worker runs
in a process of its own, as in production; a feedback is stored, and asked for again and
again until its words are in a theme, until the count on the page of themes has grown,
and until they are found by their meaning. Promised: five seconds.
"""

# Settings must be said before Django is loaded, hence the imports within functions.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).resolve().parent.parent))

from installation import open_at

PAUSE = 0.05
AT_MOST = 60.0


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--rounds", type=int, default=12)
    given = asked.parse_args()
    open_at(given.folder)
    worker = subprocess.Popen([sys.executable, "-m", "moksori", "worker"])
    try:
        _settle()
        _measure(given.rounds)
    finally:
        worker.terminate()
        worker.wait()


def _settle() -> None:
    """Until the worker has nothing to do."""
    from django_tasks_db.models import DBTaskResult

    quiet = 0
    while quiet < 6:
        time.sleep(0.5)
        busy = DBTaskResult.objects.filter(status__in=["READY", "RUNNING"]).exists()
        quiet = 0 if busy else quiet + 1


def _measure(rounds: int) -> None:
    from moksori.collect.models import Feedback, Source
    from moksori.understand.models import Mention

    source = Source.objects.order_by("pk").first()
    mention = Mention.objects.exclude(theme=None).filter(
        feedback__unit_id=source.unit_id, confidence__gt=0.5
    )
    some = mention[: 3 * (rounds + 1) : 3]
    said = [one.feedback.text[one.start : one.end] for one in some]
    took: dict[str, list[float]] = {}
    # The worker loads its models with the first one.
    _one(source, f"{said.pop()} 그게 처음입니다")
    for number, text in enumerate(said):
        for what, seconds in _one(source, f"{text} 그게 {number}번째입니다").items():
            took.setdefault(what, []).append(seconds)
    print(f"{Feedback.objects.count():,} feedbacks, {len(said)} new ones, one by one\n")
    print("| until | median s | slowest s |")
    print("|---|--:|--:|")
    for what, seconds in took.items():
        print(f"| {what} | {median(seconds):.1f} | {max(seconds):.1f} |")


def _one(source: object, text: str) -> dict[str, float]:
    from moksori.base.people.models import Member
    from moksori.collect.answers import Answer, Kind
    from moksori.collect.records import Record
    from moksori.collect.writes import add_feedback
    from moksori.understand.models import Mention
    from moksori.understand.reads.search import search
    from moksori.understand.reads.themes import theme_list

    ada = Member.objects.get(name="Ada")

    def total() -> int:
        found = theme_list(by=ada)
        return found.place.total if found else 0

    before, start = total(), time.perf_counter()
    record = Record(answers=(Answer(key="words", kind=Kind.TEXT, value=text),))
    stored = add_feedback(record, source=source, by=None).pk
    theme = Mention.objects.filter(feedback_id=stored).exclude(theme=None)
    # One after the other, as they come true: asking all the time would take the time
    # that is measured.
    steps: dict[str, Callable[[], bool]] = {
        "in a theme": theme.exists,
        "counted on the pages": lambda: total() > before,
        "found by meaning": lambda: any(
            hit.feedback == stored for hit in search(text, by=ada, how="meaning").hits
        ),
    }
    found = {}
    for what, is_done in steps.items():
        while not is_done() and time.perf_counter() - start < AT_MOST:
            time.sleep(PAUSE)
        found[what] = time.perf_counter() - start
    return found


if __name__ == "__main__":
    main()
