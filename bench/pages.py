"""How long pages take with 100,000 feedbacks on the embedded database.

    python bench/pages.py [--feedback 100000] [--requests 40] [--folder DIR]

Feedback is drawn, with repetition, from the real texts of the demo; only dates,
products and regions are dealt anew. `--folder` keeps the data, so that a second run
measures at once. Each page is asked for through Django's test client,
after one request to warm up, with every query, template and middleware of a real
request, network aside. "cpu" is the processor's time of the middle request, threads of
the warehouse included: it stays the same when other programs are at work.
"""

# Settings must be said before Django is loaded, hence the imports within functions.
# ruff: noqa: PLC0415, S311

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from installation import CHUNK, NEWEST, complaints, open_at, reviews

BUDGET = {"list": 300, "dashboard": 500, "search": 300}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--feedback", type=int, default=100_000)
    asked.add_argument("--requests", type=int, default=40)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    open_at(given.folder)
    _prepare(given.feedback)
    _measure(given.requests)


def _prepare(count: int) -> None:
    from django.core.management import call_command

    from moksori.base.people.models import Unit
    from moksori.base.testing.makers import make_team
    from moksori.understand import writes

    call_command("migrate", verbosity=0)
    if Unit.objects.exists():
        return
    team = make_team()
    start = time.perf_counter()
    _store(team, count)
    _tell("stored", count, start)
    start = time.perf_counter()
    while writes.enrich_pending():
        pass
    _tell("enriched", count, start)
    start = time.perf_counter()
    for unit in (team.ours, team.theirs):
        writes.learn_themes(unit.pk)
    _tell("learned", count, start)
    start = time.perf_counter()
    while writes.assign_pending():
        pass
    _tell("placed", count, start)
    start = time.perf_counter()
    while writes.refresh_facts():
        pass
    _tell("published", count, start)


def _tell(what: str, count: int, start: float) -> None:
    seconds = time.perf_counter() - start
    print(f"{what:10} {count:,} feedbacks in {seconds:.1f} s", file=sys.stderr)


def _store(team: object, count: int) -> None:
    from django.db import transaction

    from moksori.base.warehouse import outbox
    from moksori.collect.models import Feedback

    made: list[Feedback] = []
    for feedback in _feedback(team, count):
        made.append(feedback)
        if len(made) == CHUNK:
            with transaction.atomic():
                rows = Feedback.objects.bulk_create(made)
                outbox.put("feedback", {"ids": [row.pk for row in rows]})
            made = []
    with transaction.atomic():
        rows = Feedback.objects.bulk_create(made)
        outbox.put("feedback", {"ids": [row.pk for row in rows]})


def _feedback(team, count: int) -> Iterator[object]:  # type: ignore[no-untyped-def]
    from moksori.base.customers.models import Product, Region
    from moksori.collect.models import Feedback, Source

    dice = random.Random(0)
    regions = [Region.objects.create(name=f"지역 {n}") for n in range(17)]
    sets = []
    for unit, texts in ((team.ours, reviews()), (team.theirs, complaints())):
        source = Source.objects.create(unit=unit, name="bench", channel="review")
        products = [
            Product.objects.create(unit=unit, name=f"상품 {n}") for n in range(100)
        ]
        sets.append((unit, texts, source, products))
    for number in range(count):
        unit, texts, source, products = sets[number % 5 == 0]
        text, score = dice.choice(texts)
        at = NEWEST - timedelta(days=min(dice.expovariate(1 / 300), 2000))
        yield Feedback(
            source=source,
            unit=team.team if unit == team.ours and dice.random() < 0.3 else unit,
            external_id=str(number),
            channel=dice.choice(["review", "web", "phone", "app_store"]),
            occurred_at=at,
            received_at=at,
            text=text,
            score=score,
            product=dice.choice(products),
            region=dice.choice(regions),
            fingerprint=str(number),
        )


def _measure(requests: int) -> None:
    from moksori.base.people.models import Member
    from moksori.collect.models import Feedback
    from moksori.understand.models import Mention, PainPoint, Theme

    ada = Member.objects.get(name="Ada")
    pains = list(PainPoint.objects.filter(unit=ada.unit).values_list("pk", flat=True))
    themes = list(
        Theme.objects.filter(unit=ada.unit, state="active").values_list("pk", flat=True)
    )
    products = list(
        Feedback.objects.filter(unit=ada.unit)
        .order_by()
        .values_list("product_id", flat=True)
        .distinct()[:50]
    )
    words = [
        "배우",
        "연기",
        "스토리",
        "시간 아까",
        "감동",
        "재미",
        "결말",
        "최고",
        "음악",
    ]
    pages: list[tuple[str, str, Callable[[int], str]]] = [
        ("pain points", "dashboard", lambda n: "/understand/pain-points/"),
        (
            "pain points, all the time",
            "dashboard",
            lambda n: "/understand/pain-points/?period=all",
        ),
        (
            "pain points of a product",
            "dashboard",
            lambda n: (
                "/understand/pain-points/?period=all&product="
                f"{products[n % len(products)]}"
            ),
        ),
        (
            "a pain point",
            "dashboard",
            lambda n: f"/understand/pain-points/{pains[n % len(pains)]}/",
        ),
        ("themes", "list", lambda n: "/understand/themes/"),
        ("map of themes", "dashboard", lambda n: "/understand/themes/map/"),
        ("themes by segment", "dashboard", lambda n: "/understand/themes/crossed/"),
        ("comparison", "dashboard", lambda n: "/understand/compare/"),
        (
            "a theme",
            "dashboard",
            lambda n: f"/understand/themes/{themes[n % len(themes)]}/",
        ),
        (
            "complaints of a theme",
            "dashboard",
            lambda n: f"/understand/themes/{themes[n % len(themes)]}/?kind=complaint",
        ),
        (
            "search",
            "search",
            lambda n: f"/understand/search/?q={words[n % len(words)]}",
        ),
        (
            "search, results alone",
            "search",
            lambda n: f"/understand/search/?q={words[n % len(words)]}&hx=1",
        ),
    ]
    print(
        f"{Feedback.objects.count():,} feedbacks, {Mention.objects.count():,} mentions,"
    )
    print(
        f"{len(themes)} themes and {len(pains)} pain points in the unit asked about.\n"
    )
    print("| page | p50 ms | p95 ms | cpu ms | budget ms |")
    print("|---|--:|--:|--:|--:|")
    for name, kind, url in pages:
        took, worked = _times(ada, url, requests)
        p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
        cpu = worked[len(worked) // 2]
        print(
            f"| {name} | {p50:.0f} | {p95:.0f} | {cpu:.0f} | {BUDGET[kind]} |",
            flush=True,
        )


def _times(
    member: object, url: Callable[[int], str], requests: int
) -> tuple[list[float], list[float]]:
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(
        member,  # type: ignore[arg-type]
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    took, worked = [], []
    for number in range(requests + 1):
        address = url(number)
        headers = {"HX-Request": "true"} if "hx=1" in address else {}
        start, busy = time.perf_counter(), time.process_time()
        response = client.get(address, headers=headers)
        took.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - busy) * 1000)
        assert response.status_code == 200, address
    return sorted(took[1:]), sorted(worked[1:])


if __name__ == "__main__":
    main()
