"""How long a search takes among a million mentions, by words and by meaning.

    python bench/understand/search.py [--mentions 1000000] [--rounds 5] [--folder DIR]
    python tools/with_postgres.py python bench/understand/search.py

Feedback repeats the real texts of the demo, each copy with words of another one added,
so that no two index entries are the same; seed fixed. Dates, products and regions are
dealt anew. `--folder` keeps the data (SQLite), so that a second run measures at once.
Each question is asked of `reads.search` itself: the gate, counts, ranking and the page
of 20 hits included, the template aside. Every question of a kind is asked once before
it counts. "cpu" is the processor's time of the middle question in this process: it
stays the same when other programs are at work; a PostgreSQL server's is not in it.
"""

# Settings must be said before Django is loaded, hence the imports within functions.
# ruff: noqa: PLC0415, S311

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent))

from installation import CHUNK, NEWEST, complaints, open_at, reviews

WORDS = ("배우", "스토리", "시간 아까", "감동", "결말이", "credit report", "payments",
         "돈낭비", "음악이 좋", "영화")  # fmt: skip
CONSONANTS = ("ㅅㅌㄹ", "ㅇㄱ", "ㄱㄷ", "ㅂㅇ", "ㅁㅈㅁ")
SENTENCES = ("돈이 아까웠다", "boring story", "신용 보고서가 틀렸어요",
             "they charged me twice", "배우 연기가 어색해요", "지루하다",
             "상영 시간이 너무 길다", "wonderful acting")  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mentions", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    open_at(given.folder)
    _prepare(given.mentions)
    _measure(given.rounds)


def _prepare(count: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from moksori.base.people.models import Unit
    from moksori.base.testing.makers import make_team
    from moksori.understand.writes import rebuild_index

    call_command("migrate", verbosity=0)
    if Unit.objects.exists():
        return
    team = make_team()
    start = time.perf_counter()
    _store(team, count)
    _tell("stored", start)
    start = time.perf_counter()
    rebuild_index()
    _tell("vectors written", start)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _tell(what: str, start: float) -> None:
    print(f"{what} in {time.perf_counter() - start:.1f} s", file=sys.stderr)


def _store(team: Any, count: int) -> None:
    """Copies of the demo with their mentions, which are found once."""
    from django.db import transaction

    from moksori.collect.models import Feedback
    from moksori.understand.models import SearchText
    from moksori.understand.reads.tokens import tokens
    from moksori.understand.writes.enrich import _insert

    texts, said = _demo()
    places = _places(team)
    dice = random.Random(0)
    made = number = 0
    while made < count:
        batch, chosen = [], []
        while len(batch) < CHUNK and made < count:
            at = dice.randrange(len(texts))
            added = " ".join(dice.choice(texts)[0].split()[:4])
            batch.append(_feedback(dice, places, texts[at], added, number))
            chosen.append(said[at])
            made += len(said[at])
            number += 1
        with transaction.atomic():
            rows = Feedback.objects.bulk_create(batch)
            for row, mentions in zip(rows, chosen, strict=True):
                day = row.occurred_at.date()
                _insert([{**one, "feedback": row.pk, "day": day} for one in mentions])
            SearchText.objects.bulk_create(
                [SearchText(feedback=row, tokens=tokens(row.text)) for row in rows]
            )


def _demo() -> tuple[list[tuple[str, float | None]], list[list[dict[str, Any]]]]:
    """The texts with their scores, and what each of them mentions."""
    import pyarrow as pa

    from moksori.analysis.enrich import enrich_table

    texts = [*reviews(), *complaints()]
    table = pa.table({"feedback": range(len(texts)), "text": [one for one, _ in texts]})
    found: list[list[dict[str, Any]]] = [[] for _ in texts]
    for row in enrich_table(table).drop_columns(["vector"]).to_pylist():
        found[row["feedback"]].append({**row, "theme": None, "confidence": None})
    return texts, found


def _places(team: Any) -> list[tuple[Any, Any, list[Any], list[Any]]]:
    from moksori.base.customers.models import Product, Region
    from moksori.collect.models import Source

    regions = [Region.objects.create(name=f"지역 {n}") for n in range(17)]
    found = []
    for unit in (team.ours, team.team):
        source = Source.objects.create(unit=unit, name="bench", channel="review")
        products = [
            Product.objects.create(unit=unit, name=f"상품 {n}") for n in range(100)
        ]
        found.append((unit, source, products, regions))
    return found


def _feedback(
    dice: random.Random,
    places: list[tuple[Any, Any, list[Any], list[Any]]],
    said: tuple[str, float | None],
    added: str,
    number: int,
) -> Any:
    from moksori.collect.models import Feedback

    unit, source, products, regions = dice.choice(places)
    at = NEWEST - timedelta(days=min(dice.expovariate(1 / 300), 2000))
    text, score = said
    return Feedback(
        source=source,
        unit=unit,
        external_id=str(number),
        channel=dice.choice(["review", "web", "phone", "app_store"]),
        language="ko" if score is not None else "en",
        occurred_at=at,
        received_at=at,
        text=f"{text}\n{added} {number}",
        score=score,
        product=dice.choice(products),
        region=dice.choice(regions),
        fingerprint=str(number),
    )


def _measure(rounds: int) -> None:
    from django.db import connection

    from moksori.base.people.models import Member
    from moksori.collect.models import Feedback
    from moksori.understand.models import Mention
    from moksori.understand.reads.search import search

    ada = Member.objects.get(name="Ada")
    counts = Feedback.objects.count(), Mention.objects.count()
    print(f"{connection.vendor}: {counts[0]:,} feedbacks, {counts[1]:,} mentions\n")
    print("| search | hits (median) | p50 ms | p95 ms | cpu ms |")
    print("|---|--:|--:|--:|--:|")
    asked = defaultdict(list)
    for name, query, options in _questions():
        asked[name].append((query, options))
    for name, questions in asked.items():
        took, worked, hits = [], [], []
        for query, options in questions:
            for turn in range(rounds + 1):
                start, busy = time.perf_counter(), time.process_time()
                found = search(query, by=ada, **options)
                if turn:
                    took.append((time.perf_counter() - start) * 1000)
                    worked.append((time.process_time() - busy) * 1000)
                    hits.append(found.total)
        took.sort()
        cpu = sorted(worked)[len(worked) // 2]
        p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
        middle = sorted(hits)[len(hits) // 2]
        line = f"| {name} | {middle:,} | {p50:.0f} | {p95:.0f} | {cpu:.0f} |"
        print(line, flush=True)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nMost memory in use: {used:.0f} MB, files mapped included.")


def _questions() -> Iterator[tuple[str, str, dict[str, Any]]]:
    from moksori.base.customers.models import Product, Region
    from moksori.understand.reads.narrow import Narrow
    from moksori.understand.reads.window import Filters, Window

    both = (*WORDS, *SENTENCES)
    quarter = Window.last(90, NEWEST.date())
    product = Product.objects.order_by("pk").last()
    region = Region.objects.order_by("pk").last()
    narrow = {
        "a period of 90 days": Narrow(window=quarter),
        "a product": Narrow(filters=Filters(product=product and product.pk)),
        "region, channel and score": Narrow(
            filters=Filters(region=region and region.pk, channel="web"), score="low"
        ),
        "negative complaints": Narrow(kind="complaint", sentiment="negative"),
    }
    kinds: list[tuple[str, Sequence[str], dict[str, Any]]] = [
        ("words", WORDS, {"how": "words"}),
        ("first consonants", CONSONANTS, {"how": "words"}),
        ("meaning", SENTENCES, {"how": "meaning"}),
        ("both", both, {}),
        ("both, page 20", both, {"offset": 380}),
        *((f"both, {name}", both, {"narrow": one}) for name, one in narrow.items()),
        ("no query, newest", [""], {}),
        *((f"no query, {name}", [""], {"narrow": one}) for name, one in narrow.items()),
    ]
    for name, queries, options in kinds:
        for query in queries:
            yield name, query, options


if __name__ == "__main__":
    main()
