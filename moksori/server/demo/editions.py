"""Whose customers each member of the invented company cares for, and their editions."""

from __future__ import annotations

from moksori.base.errors import UserError
from moksori.server.demo.people import Company
from moksori.share import writes
from moksori.share.models import Edition, Reach
from moksori.share.writes.remits import Answers

# key: for whom, which value, units
REMITS = {
    "haneul": (
        "늘봄그룹의 모든 고객",
        "불편이 되풀이되지 않게, 가장 아픈 곳부터 찾아 알립니다",
        ("cinema", "finance"),
    ),
    "seoyeon": (
        "늘봄시네마에서 영화를 보는 관객",
        "영화를 고르고 보고 나설 때까지 실망하지 않게 합니다",
        ("cinema",),
    ),
    "junho": (
        "신용정보를 믿고 살아가는 고객",
        "틀린 기록을 빨리 바로잡아 일상을 되찾게 합니다",
        ("reports",),
    ),
    "doyun": (
        "영화를 기다리는 관객",
        "보길 잘했다고 말할 작품을 먼저 만나게 합니다",
        ("cinema",),
    ),
    "jiwoo": (
        "늘봄그룹과 오래 함께하는 고객",
        "약속한 것을 지키고, 지켰는지 확인합니다",
        ("cinema", "finance"),
    ),
}
# Who has not been reached yet, so that the blind spot can be seen.
LEFT_OUT = {"nora", "lucas", "minjae", "sora", "chloe", "wonbin", "sujin", "mina"}
# How far the invented readers have come: nothing, opened, read, found it useful.
MARKS = (None, Reach.Kind.OPENED, Reach.Kind.READ, Reach.Kind.USEFUL, Reach.Kind.READ)


def compose(company: Company) -> list[str]:
    """Remits for most, one edition each; the names of the five demo people's."""
    editions = [_edition(company, key) for key in company.people if key not in LEFT_OUT]
    found = [edition for edition in editions if edition is not None]
    for number, edition in enumerate(found):
        kind = MARKS[number % len(MARKS)]
        # The five read theirs themselves.
        if kind is not None and number >= len(REMITS):
            writes.record_mark(edition, kind, by=edition.member)
    return [edition.member.name for edition in found[:3]]


def _edition(company: Company, key: str) -> Edition | None:
    member = company.people[key]
    if key in REMITS:
        for_whom, value, units = REMITS[key]
        chosen = [company.units[unit].pk for unit in units]
        answers = Answers(for_whom=for_whom, value=value, units=chosen)
        writes.save_remit(member, answers, by=member)
    else:
        writes.suggest_remit(member, by=member)
    try:
        edition = writes.compose_edition(member, by=None)
    except UserError:  # a member who may read nothing, HR for instance
        return None
    writes.post(edition)
    return edition
