"""What the invented company does about what hurts its (real) customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from moksori.account.writes import start_watch, watch_all
from moksori.act.models import Action
from moksori.act.writes.actions import plan_action, start_action
from moksori.act.writes.cases import open_case
from moksori.act.writes.comments import comment_on
from moksori.act.writes.places import REGION, Where
from moksori.act.writes.plans import Plan
from moksori.base.customers.models import Region
from moksori.server.demo.people import Company
from moksori.understand.models import Mention, PainPoint
from moksori.understand.writes import triage_pain_point

Pains = dict[str, list[PainPoint]]


@dataclass(frozen=True, slots=True)
class Deed:
    """An action of the company's; `weeks` from today to its effect on customers."""

    unit: str
    rank: int
    title: str
    what: str
    owner: str
    weeks: int
    expected: float
    comment: str = ""
    regions: tuple[str, ...] = ()  # where it applies; empty: everywhere


# Nothing here claims a result: what came of them is measured on the real feedback.
DEEDS = (
    Deed(
        "cinema",
        0,
        "예매 화면에 평가를 나누어 보여 주기 · Show ratings in parts when booking",
        "평점 하나가 아니라 이야기·연기·연출로 나눈 평가를 예매 전에 보여 줍니다. / "
        "Instead of one figure: story, acting and direction, each rated.",
        "hyunwoo",
        -14,
        -2,
        "기대와 다른 영화를 고르는 일이 줄어드는지 보려고 합니다. / "
        "We watch whether fewer people choose a film that they did not expect.",
    ),
    Deed(
        "cinema",
        1,
        "소개 글을 관객의 말로 다시 쓰기 · Describe films in the audience’s words",
        "홍보 문구 대신 관객 후기에서 자주 나온 말로 소개합니다. / "
        "What reviews say most often replaces advertising.",
        "areum",
        -1,
        -1,
    ),
    Deed(
        "cinema",
        2,
        "관객 모임에서 직접 들어 보기 · Listen to the audience in person",
        "불편을 말한 관객 열 분을 모시고 편성팀이 함께 듣습니다. / "
        "The programming team meets ten people who complained.",
        "siwoo",
        3,
        -1,
    ),
    Deed(
        "finance",
        0,
        "이의를 하루 안에 접수 확인 · Confirm every dispute within one working day",
        "사람이 접수를 확인하고, 담당과 답할 날을 알립니다. / "
        "A person confirms receipt, names the owner and says when the answer comes.",
        "junho",
        -12,
        -3,
        "신용정보 이의부터 시작하고, 효과가 있으면 다른 팀으로 넓힙니다. / "
        "Started with credit report disputes; other teams follow if it helps.",
    ),
    Deed(
        "finance",
        1,
        "다시 전화하기로 한 건마다 담당 한 명 · One owner for each call-back promise",
        "전화를 약속한 사람이 통화를 마칠 때까지 맡습니다. / "
        "Whoever promises a call keeps the case until the customer has been called.",
        "grace",
        2,
        -2,
    ),
    Deed(
        "finance",
        0,
        "동부 네 곳에서 전담 창구 열기 · A desk of its own in four eastern states",
        "네 지역의 불만은 전담 직원이 처음부터 끝까지 봅니다. "
        "다른 지역은 그대로 두고 견줍니다. / "
        "In four states one desk sees a complaint through; elsewhere nothing changes, "
        "so that the two can be compared.",
        "lucas",
        -16,
        -3,
        regions=("NY", "NJ", "PA", "FL"),
    ),
)


def plan(company: Company, pains: Pains) -> list[Action]:
    """Plan every deed; those of the past start on their day."""
    return [
        _plan(company, deed, pains[deed.unit][deed.rank])
        for deed in DEEDS
        if deed.rank < len(pains[deed.unit])
    ]


def _plan(company: Company, deed: Deed, pain: PainPoint) -> Action:
    owner = company.people[deed.owner]
    start_on = timezone.localdate() + timedelta(weeks=deed.weeks)
    analyst = company.people["haneul"]
    triage_pain_point(pain, state=PainPoint.State.TRIAGED, owner=owner, by=analyst)
    action = plan_action(
        pain,
        Plan(
            title=deed.title,
            what=deed.what,
            start_on=start_on,
            due=start_on + timedelta(weeks=16),
            expected_change=deed.expected,
            places=_places(deed),
        ),
        owner=owner,
        by=analyst,
    )
    if deed.comment:
        comment_on(action, deed.comment, by=owner)
    if deed.weeks < 0:
        action = start_action(action, by=analyst)
        _as_if_then(action)
    return action


def _places(deed: Deed) -> tuple[Where, ...]:
    known = Region.objects.filter(name__in=deed.regions).values_list("pk", flat=True)
    return tuple(Where(REGION, pk) for pk in known)


def _as_if_then(action: Action) -> None:
    """The company's past did not happen today: planned a week before it took effect."""
    started = timezone.make_aware(datetime.combine(action.start_on, time(9)))
    action.planned_at = action.expected_at = started - timedelta(weeks=1)
    action.started_at = started
    action.save(update_fields=["planned_at", "expected_at", "started_at"])


def open_cases(company: Company, pains: Pains) -> None:
    """Three customers to get back to, found among the newest complaints."""
    today = timezone.localdate()
    for unit, rank, owner, by, days in (
        ("finance", 0, "lucas", "grace", -1),
        ("finance", 1, "olivia", "noah", 1),
        ("cinema", 0, "seoyeon", "siwoo", 2),
    ):
        if rank >= len(pains[unit]):
            continue
        mention = (
            Mention.objects.filter(
                Q(feedback__score=None) | Q(feedback__score__lte=3),
                theme=pains[unit][rank].theme,
                kind=Mention.Kind.COMPLAINT,
                sentiment__lt=-0.6,
            )
            .select_related("feedback")
            .order_by("-day", "sentiment", "id")
            .first()
        )
        if mention is None:
            continue
        open_case(
            mention.feedback,
            owner=company.people[owner],
            by=company.people[by],
            due=today + timedelta(days=days),
        )


def watch_again(company: Company, pains: Pains) -> None:
    """Two that were said to be resolved some weeks ago; the feedback says the rest."""
    today = timezone.localdate()
    for unit, rank, owner, weeks in (
        ("cinema", 5, "siwoo", 8),
        ("finance", 5, "grace", 10),
    ):
        if rank >= len(pains[unit]):
            continue
        pain = pains[unit][rank]
        triage_pain_point(
            pain,
            state=PainPoint.State.RESOLVED,
            owner=company.people[owner],
            by=company.people["haneul"],
        )
        start_watch(pain, resolved_on=today - timedelta(weeks=weeks))
    watch_all()
