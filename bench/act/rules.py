"""Rules over a backlog: how fast, and each exactly once, killed and with two workers.

python bench/act/rules.py [feedbacks] [kills]     100,000 feedbacks, 20 kills

First one process judges the whole backlog, timed. Then, with the same backlog and new
rules, two processes judge at once and one of them is killed (SIGKILL) again and again.
MOKSORI_DATABASE_URL takes another database than the embedded one.
"""
# ruff: noqa: PLC0415 - Django is imported once its folder is chosen

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
from typing import Any

FEEDBACKS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
RULES = 10
IN_NOTE = 150  # as enrichment writes them
LONGEST = 0.6  # seconds until a kill


def backlog(team: Any) -> None:
    """Feedbacks with a mention or two, understood, and the notes that say so."""
    from datetime import timedelta

    from django.utils import timezone

    from moksori.base.warehouse import outbox
    from moksori.collect.models import Channel, Feedback, Source
    from moksori.understand.models import Mention

    draw = random.Random(20_261_122)  # noqa: S311
    source = Source.objects.create(unit=team.ours, name="bench")
    now = timezone.now()
    channels = list(Channel.values)
    for start in range(0, FEEDBACKS, 5_000):
        size = min(5_000, FEEDBACKS - start)
        rows = Feedback.objects.bulk_create(
            Feedback(
                source=source,
                unit=draw.choice([team.ours, team.team]),
                external_id=str(start + n),
                channel=draw.choice(channels),
                occurred_at=now - timedelta(hours=draw.uniform(0, 48)),
                received_at=now,
                text=f"배송이 {n}일 늦었고 상담원이 환불을 거절했어요",
                score=draw.uniform(0, 10),
                product=draw.choice([team.product, None]),
                region=draw.choice([team.seoul, team.busan, None]),
                fingerprint=str(n),
            )
            for n in range(size)
        )
        Mention.objects.bulk_create(
            Mention(
                id=row.pk * 1_000 + at, feedback=row, position=at, start=0, end=1,
                day=now.date(), sentiment=-0.4, kind=draw.choice(Mention.Kind.values),
                flags=draw.choice([0] * 60 + [1, 2, 4, 16]),
            )
            for row in rows
            for at in range(draw.choice([1, 2]))
        )  # fmt: skip
        for at in range(0, size, IN_NOTE):
            part = rows[at : at + IN_NOTE]
            outbox.put("facts", {"ids": [row.pk for row in part]})


def make_rules(team: Any, name: str) -> None:
    """Ten rules that catch about one feedback in fifty together."""
    from datetime import timedelta

    from django.utils import timezone

    from moksori.act.casework.conditions import Conditions
    from moksori.act.models import CaseRule
    from moksori.act.writes.rules import Draft, switch_on, write_rule

    asked = [
        Conditions(flags=("fire",)),
        Conditions(flags=("people",), kinds=("complaint",)),
        Conditions(score_at_most=0.1),
        Conditions(score_at_most=0.3, channels=("email",)),
        Conditions(score_at_most=1, products=(team.product.pk,), words=("7일",)),
        Conditions(score_at_most=1, regions=(team.seoul.pk,), words=("환불", "보상"),
                   channels=("phone",)),
        Conditions(tiers=("VIP",)),
        Conditions(flags=("law",)),
        Conditions(kinds=("request",), score_at_most=0.2),
        Conditions(words=("소송",)),
    ]  # fmt: skip
    for number, one in enumerate(asked[:RULES]):
        draft = Draft(name=f"{name} {number}", conditions=one)
        switch_on(write_rule(team.ours, draft, by=team.lea), by=team.lea)
    CaseRule.objects.update(on_since=timezone.now() - timedelta(days=3))


def drained() -> int:
    from moksori.act.writes.firing import fire_pending

    count = 0
    while fire_pending():
        count += 1
    return count


def expected(team: Any) -> int:
    """Hits that there must be, worked out anew from conditions and feedback."""
    from moksori.act.casework.conditions import why
    from moksori.act.reads.hearing import heard, in_pieces
    from moksori.act.writes.firing import live_rules
    from moksori.collect.models import Feedback

    rules = live_rules()
    ids = list(Feedback.objects.values_list("pk", flat=True))
    return sum(
        why(rule.asked, one) is not None
        for part in in_pieces(ids)
        for one in heard(part, [rule.asked for rule in rules])
        for rule in rules
    )


def worker(seconds: float | None) -> int:
    """A process that judges until nothing waits, or until it is killed."""
    child = os.fork()
    if child:
        return child
    from moksori.act.writes.firing import READER, TOPIC, fire_pending
    from moksori.base.warehouse import outbox

    code = 1
    try:
        while outbox.waiting(READER, TOPIC):
            if not fire_pending():
                time.sleep(0.02)
        code = 0
    finally:
        os._exit(code)


def killed_and_two(kills: int) -> int:
    """Two workers; one is killed at random moments and replaced. How often."""
    from django.db import connections

    draw = random.Random(7)  # noqa: S311
    connections.close_all()
    workers = [worker(None), worker(None)]
    done, count = 0, 0
    while done < 2:
        time.sleep(draw.uniform(0.02, LONGEST))
        for at, pid in enumerate(workers):
            if pid and os.waitpid(pid, os.WNOHANG)[0]:
                workers[at] = 0
                done += 1
        living = [at for at, pid in enumerate(workers) if pid]
        if count < kills and living:
            at = draw.choice(living)
            os.kill(workers[at], signal.SIGKILL)
            os.waitpid(workers[at], 0)
            workers[at] = worker(None)
            count += 1
    return count


def counted(team: Any) -> dict[str, Any]:
    from django.db.models import Count

    from moksori.act.models import Case, RuleHit

    hits = RuleHit.objects.filter(rule__on_since__isnull=False)
    twice = hits.values("rule", "feedback").annotate(n=Count("pk")).filter(n__gt=1)
    cases = Case.objects.values("feedback").annotate(n=Count("pk")).filter(n__gt=1)
    bare = Case.objects.filter(hits=None).count()
    must = expected(team)
    return {
        "hits": hits.count(), "must_be": must, "exact": hits.count() == must,
        "rules_fired_twice": twice.count(), "feedbacks_with_two_cases": cases.count(),
        "cases_without_a_rule": bare, "cases": Case.objects.count(),
    }  # fmt: skip


def main() -> None:
    os.environ.setdefault("MOKSORI_DATA_DIR", tempfile.mkdtemp(prefix="moksori-rules-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.db import connection

    from moksori.act.models import CaseRule
    from moksori.base.testing.makers import make_team
    from moksori.base.warehouse import outbox

    team = make_team()
    backlog(team)
    make_rules(team, "first")
    began = time.monotonic()
    drained()
    seconds = time.monotonic() - began
    found: dict[str, Any] = {
        "database": connection.vendor,
        "feedbacks": FEEDBACKS,
        "rules": RULES,
        "seconds": round(seconds, 1),
        "feedbacks_a_minute": round(FEEDBACKS / seconds * 60),
        "one_worker": counted(team),
    }
    CaseRule.objects.update(on_since=None)
    make_rules(team, "second")
    CaseRule.objects.filter(name__startswith="first").update(on_since=None)
    outbox.read_again("rules", "facts")
    began = time.monotonic()
    found["kills"] = killed_and_two(KILLS)
    found["seconds_killed"] = round(time.monotonic() - began, 1)
    found["two_workers_killed"] = counted(team)
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
