"""Cases: one customer, one case, one owner, one reply."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from moksori.act.models import Case
from moksori.act.reads.cases import (
    CaseFilters,
    case_lines,
    case_page,
    case_row,
    cases_of_feedback,
)
from moksori.act.tests.makers import days_from_now, make_case
from moksori.act.writes import cases as writes
from moksori.act.writes.comments import comment_on
from moksori.base.audit.models import Entry
from moksori.base.customers.models import Customer
from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.people.models import Assignment
from moksori.base.testing.makers import Team, make_team
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_feedback


def test_a_front_line_member_opens_a_case_and_takes_it_on(team: Team) -> None:
    feedback = make_feedback("줄이 너무 길어요", unit=team.ours)

    opened = writes.open_case(feedback, owner=team.vic, by=team.vic)

    assert opened.is_new
    assert opened.case.owner == team.vic
    assert opened.case.due == days_from_now(writes.DAYS_TO_ANSWER)


def test_a_second_attempt_shows_the_first_case(team: Team) -> None:
    feedback = make_feedback("줄이 너무 길어요", unit=team.ours)
    first = writes.open_case(feedback, by=team.vic).case

    second = writes.open_case(feedback, by=team.ada)

    assert not second.is_new
    assert second.case == first
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_open_one_case() -> None:
    team = make_team()
    feedback = make_feedback("환불이 안 돼요", unit=team.ours)
    ready, opened = threading.Barrier(2), []

    def open_it(member: object) -> None:
        try:
            ready.wait()
            opened.append(writes.open_case(feedback, by=member))  # type: ignore[arg-type]
        finally:
            connection.close()

    people = [threading.Thread(target=open_it, args=(m,)) for m in (team.vic, team.ada)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert Case.objects.count() == 1
    assert sorted(result.is_new for result in opened) == [False, True]
    assert len({result.case.pk for result in opened}) == 1


def test_a_closed_case_leaves_room_for_a_new_one(team: Team) -> None:
    first = make_case(team.vic, team.ours)
    writes.close_case(first, "전화로 풀었음", by=team.vic)

    second = writes.open_case(first.feedback, by=team.vic)

    assert second.is_new
    with pytest.raises(Conflict):
        writes.reopen_case(first, by=team.vic)


def test_an_outsider_finds_no_case_by_any_way(team: Team) -> None:
    case = make_case(team.vic, team.ours)
    assert case.feedback is not None

    with pytest.raises(NotFound):
        case_row(case.pk, by=team.eve)
    with pytest.raises(NotFound):
        cases_of_feedback(case.feedback.pk, by=team.eve)
    with pytest.raises(NotFound):
        comment_on(case, "hello", by=team.eve)
    with pytest.raises(NotAllowed):
        writes.open_case(case.feedback, by=team.eve)
    assert (
        case_lines(by=team.eve, filters=CaseFilters(status="all")).paginator.count == 0
    )


def test_a_member_of_one_region_sees_no_case_of_another(team: Team) -> None:
    Assignment.objects.get(member=team.vic).regions.add(team.busan)
    seoul = writes.open_case(
        make_feedback("서울", unit=team.ours, region=team.seoul), by=team.ada
    ).case
    busan = writes.open_case(
        make_feedback("부산", unit=team.ours, region=team.busan), by=team.ada
    ).case

    assert [line.id for line in case_lines(by=team.vic)] == [busan.pk]
    with pytest.raises(NotFound):
        case_row(seoul.pk, by=team.vic)


def test_the_front_line_may_take_but_not_give(team: Team) -> None:
    case = make_case(team.ada, team.ours)

    with pytest.raises(NotAllowed):
        writes.assign_case(case, team.pia, by=team.vic)
    assert writes.assign_case(case, team.vic, by=team.vic).owner == team.vic
    assert writes.assign_case(case, None, by=team.vic).owner is None


def test_the_front_line_may_not_take_what_lies_with_another(team: Team) -> None:
    case = make_case(team.ada, team.ours, owner=team.pia)

    with pytest.raises(NotAllowed):
        writes.assign_case(case, team.vic, by=team.vic)


def test_a_leader_gives_a_case_only_to_somebody_who_can_work_on_it(team: Team) -> None:
    case = make_case(team.ada, team.ours)

    with pytest.raises(UserError) as refused:
        writes.assign_case(case, team.eve, by=team.lea)
    assert refused.value.field == "owner"
    assert writes.assign_case(case, team.vic, by=team.lea).owner == team.vic


def test_a_reply_is_recorded_and_marks_the_case_answered(team: Team) -> None:
    case = make_case(team.vic, team.ours)

    answered = writes.reply_to_case(
        case, " 미안합니다. 표를 다시 보냈어요. ", by=team.vic
    )

    assert answered.status == Case.Status.ANSWERED
    assert answered.reply == "미안합니다. 표를 다시 보냈어요."
    assert answered.replied_by == team.vic


def test_a_reply_keeps_no_letter_that_a_database_refuses() -> None:
    assert writes.checked_text(" Sorry\x00! ", field="reply") == "Sorry!"


def test_an_empty_reply_or_reason_is_refused(team: Team) -> None:
    case = make_case(team.vic, team.ours)

    with pytest.raises(UserError):
        writes.reply_to_case(case, "  ", by=team.vic)
    with pytest.raises(UserError):
        writes.close_case(case, "", by=team.vic)


def test_a_closed_case_is_not_changed_until_it_is_reopened(team: Team) -> None:
    case = make_case(team.vic, team.ours)
    writes.reply_to_case(case, "답", by=team.vic)
    writes.close_case(case, "끝", by=team.vic)

    with pytest.raises(Conflict):
        writes.reply_to_case(case, "또", by=team.vic)
    assert writes.reopen_case(case, by=team.vic).status == Case.Status.ANSWERED


def test_an_executive_sees_cases_but_does_not_answer_them(team: Team) -> None:
    case = make_case(team.vic, team.ours)

    with pytest.raises(NotAllowed):
        writes.reply_to_case(case, "hello", by=team.sol)
    assert case_row(case.pk, by=team.sol) == case


def test_a_case_outlives_its_feedback(team: Team) -> None:
    case = make_case(team.vic, team.ours)
    Feedback.objects.all().delete()

    page = case_page(case.pk, by=team.vic)

    assert page.said is None
    assert page.line.quote == ""


def test_who_the_customer_is_shows_only_to_those_who_may_answer(team: Team) -> None:
    customer = Customer.objects.create(
        unit=team.ours, external_id="c1", name="김손님", email="kim@example.com"
    )
    feedback = make_feedback("줄이 길어요", unit=team.ours, customer=customer)
    make_feedback("지난번에도요", unit=team.ours, customer=customer)
    case = writes.open_case(feedback, by=team.vic).case

    worker = case_page(case.pk, by=team.vic).customer
    watcher = case_page(case.pk, by=team.sol).customer

    assert worker is not None
    assert (worker.name, worker.email) == ("김손님", "kim@example.com")
    assert [said.text for said in worker.others] == ["지난번에도요"]
    assert watcher is not None
    assert (watcher.name, watcher.email) == ("", "")


def test_late_cases_say_by_how_many_days(team: Team) -> None:
    late = make_case(team.vic, team.ours, due=days_from_now(-3))
    make_case(team.vic, team.ours, "나중에", due=days_from_now(5))

    lines = case_lines(by=team.vic, filters=CaseFilters(late="yes"))

    assert [(line.id, line.days_late) for line in lines] == [(late.pk, 3)]


def test_the_timeline_tells_changes_and_comments_in_order(team: Team) -> None:
    case = make_case(team.vic, team.ours, owner=team.vic)
    comment_on(case, "내일 전화할게요", by=team.ada)
    writes.reply_to_case(case, "전화했습니다", by=team.vic)

    told = case_page(case.pk, by=team.vic).moments

    assert [moment.who for moment in told] == ["", "Ada", ""]
    assert told[1].what == "내일 전화할게요"
    assert "Vic" in told[2].what


def test_the_log_keeps_no_words_of_anybody(team: Team) -> None:
    case = make_case(team.vic, team.ours, why="비밀 메모")
    comment_on(case, "비밀 메모", by=team.ada)
    writes.reply_to_case(case, "비밀 메모", by=team.vic)
    writes.close_case(case, "비밀 메모", by=team.vic)

    assert all("비밀" not in str(entry.facts) for entry in Entry.objects.all())
