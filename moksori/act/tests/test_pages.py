"""The pages of act, as people use them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from moksori.act.models import Action, Case
from moksori.act.tests.makers import (
    days_from_now,
    make_action,
    make_case,
    make_pain_point,
)
from moksori.act.writes import actions as action_writes
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.tests.makers import make_feedback


@pytest.fixture(autouse=True)
def in_english(team: Team) -> None:
    Member.objects.update(language="en")


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def test_a_case_is_opened_answered_and_closed_without_javascript(team: Team) -> None:
    client = signed_in(team.vic)
    feedback = make_feedback("줄이 길어요", unit=team.ours)
    new = reverse("act:case_new") + f"?feedback={feedback.pk}"

    assert "줄이 길어요" in client.get(new).content.decode()
    form = {"owner": team.vic.pk, "due": days_from_now(2), "why": ""}
    page = client.post(new, form, follow=True)
    case = Case.objects.get()
    assert page.redirect_chain[-1][0] == reverse("act:case", args=[case.pk])

    client.post(reverse("act:case_reply", args=[case.pk]), {"reply": "전화했어요"})
    client.post(reverse("act:case_close", args=[case.pk]), {"reason": "풀림"})
    closed = client.get(reverse("act:case", args=[case.pk])).content.decode()

    assert "This case is closed" in closed
    assert "Said elsewhere, and noted here" in closed


def test_the_page_says_that_a_reply_is_recorded_and_not_sent(team: Team) -> None:
    case = make_case(team.vic, team.ours)

    page = signed_in(team.vic).get(reverse("act:case", args=[case.pk]))

    assert "not sent to the customer" in page.content.decode()


def test_a_second_case_for_the_same_feedback_leads_to_the_first(team: Team) -> None:
    case = make_case(team.ada, team.ours)

    new = reverse("act:case_new") + f"?feedback={case.feedback_id}"
    page = signed_in(team.vic).get(new, follow=True)

    assert page.redirect_chain[-1][0] == reverse("act:case", args=[case.pk])
    assert "already" in page.content.decode()


def test_an_empty_reply_is_explained_beside_its_field(team: Team) -> None:
    case = make_case(team.vic, team.ours)

    page = signed_in(team.vic).post(
        reverse("act:case_reply", args=[case.pk]), {"reply": ""}
    )

    assert page.status_code == 422
    assert "id_reply_error" in page.content.decode()


def test_an_action_is_planned_started_and_then_fixed(team: Team) -> None:
    client = signed_in(team.pia)
    pain_point = make_pain_point(team.ours)
    plan = {
        "title": "예매 화면을 두 단계로",
        "what": "",
        "owner": team.pia.pk,
        "start_on": days_from_now(1),
        "expected_change": "-2",
        "due": "",
        "cost": "",
    }

    new = reverse("act:action_new") + f"?pain_point={pain_point.pk}"
    client.post(new, plan)
    action = Action.objects.get()
    client.post(
        reverse("act:action_start", args=[action.pk]), {"start_on": days_from_now(0)}
    )
    edit = reverse("act:action_edit", args=[action.pk])
    changed = plan | {"expected_change": "-0.1", "title": "한 화면으로"}
    client.post(edit, changed)

    action.refresh_from_db()
    assert action.title == "한 화면으로"
    assert action.expected_change == -2.0
    assert "disabled" in client.get(edit).content.decode()


def test_a_hopeful_plus_is_explained_beside_its_field(team: Team) -> None:
    pain_point = make_pain_point(team.ours)

    page = signed_in(team.pia).post(
        reverse("act:action_new") + f"?pain_point={pain_point.pk}",
        {"title": "x", "start_on": days_from_now(1), "expected_change": "2"},
    )

    assert page.status_code == 422
    assert "id_expected_change_error" in page.content.decode()


def test_lists_and_work_show_what_there_is_and_what_to_do_without(team: Team) -> None:
    client = signed_in(team.vic)
    for name in ("act:my_work", "act:cases", "act:actions"):
        assert 'class="empty"' in client.get(reverse(name)).content.decode()

    make_case(team.vic, team.ours, owner=team.vic, due=days_from_now(-1))
    make_action(make_pain_point(team.ours), team.pia)

    assert "1 day late" in client.get(reverse("act:my_work")).content.decode()
    assert "1 day late" in client.get(reverse("act:cases")).content.decode()
    found = client.get(reverse("act:actions")).content.decode()
    assert "Find somebody for this" in found


def test_a_fragment_is_the_same_file_that_its_own_page_includes(team: Team) -> None:
    client = signed_in(team.pia)
    pain_point = make_pain_point(team.ours)
    make_action(pain_point, team.pia)
    address = reverse("act:pain_actions", args=[pain_point.pk])

    whole = client.get(address).content.decode()
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "<html" in whole
    assert "<html" not in part
    assert part.strip() in whole


@pytest.mark.parametrize("name", ["case", "case_reply", "case_assign", "case_comment"])
def test_cases_of_others_are_not_found(team: Team, name: str) -> None:
    case = make_case(team.vic, team.ours)
    address = reverse(f"act:{name}", args=[case.pk])
    client = signed_in(team.eve)

    page = client.get(address) if name == "case" else client.post(address, {})

    assert page.status_code == 404


def test_who_may_only_look_is_refused_whatever_the_form_says(team: Team) -> None:
    case = make_case(team.vic, team.ours)
    action = make_action(make_pain_point(team.ours), team.pia)
    client = signed_in(team.sol)

    for address in (
        reverse("act:case_reply", args=[case.pk]),
        reverse("act:case_close", args=[case.pk]),
        reverse("act:action_start", args=[action.pk]),
        reverse("act:action_drop", args=[action.pk]),
    ):
        assert client.post(address, {}).status_code == 403
    assert client.get(reverse("act:case", args=[case.pk])).status_code == 200


def test_a_start_can_be_taken_back_from_its_page(team: Team) -> None:
    client = signed_in(team.pia)
    action = make_action(make_pain_point(team.ours), team.pia)
    action_writes.start_action(action, by=team.pia)

    page = client.get(reverse("act:action", args=[action.pk])).content.decode()
    assert "Take the start back" in page
    client.post(reverse("act:action_undo_start", args=[action.pk]))

    action.refresh_from_db()
    assert not action.has_started


def test_what_comes_first_is_not_said_twice_where_little_is_to_do(team: Team) -> None:
    client = signed_in(team.vic)
    page = reverse("act:my_work")

    for n in range(3):
        make_case(team.vic, team.ours, text=f"말 {n}", owner=team.vic)
    few = client.get(page).content.decode()
    make_case(team.vic, team.ours, text="말 3", owner=team.vic)
    many = client.get(page).content.decode()

    assert few.count("말 0") == 1
    assert many.count("말 0") == 2


def test_what_is_handed_over_belongs_to_somebody_else_then(team: Team) -> None:
    case = make_case(team.vic, team.ours)
    action = make_action(make_pain_point(team.ours), team.pia)
    client = signed_in(team.lea)

    for thing, name in ((case, "case"), (action, "action")):
        address = reverse(f"act:{name}_assign", args=[thing.pk])
        assert client.post(address, {"owner": str(team.pia.pk)}).status_code == 302
        thing.refresh_from_db()
        assert thing.owner == team.pia
        assert client.post(address, {}).status_code == 422
