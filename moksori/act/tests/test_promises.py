"""Promises to customers: made on visits, handed on, kept or broken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.act.models import Promise
from moksori.act.reads.promises import kept_lately
from moksori.act.writes.promises import end_promise, hand_promise
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.field.told import Promised, VisitTold
from moksori.collect.models import Visit
from moksori.collect.tests.field import a_visit, phone_of, post, sent
from moksori.collect.writes.visiting import record_visit

pytestmark = pytest.mark.django_db


def promised(team: Team, **changes: object) -> Promise:
    due = (timezone.localdate() + timedelta(days=3)).isoformat()
    said = {"id": "p1", "text": "견적을 보내 드린다", "due": due, **changes}
    post(phone_of(team.vic), sent(a_visit(promises=[said])))
    return Promise.objects.get()


def signed_in(member: Member) -> Client:
    Member.objects.update(language="en")
    client = Client()
    client.force_login(Member.objects.get(pk=member.pk))
    return client


def test_a_promise_of_a_visit_lies_with_whom_the_phone_named(team: Team) -> None:
    promise = promised(team, owner=team.lea.pk)
    assert (promise.owner, promise.made_by) == (team.lea, team.vic)
    assert promise.unit == team.ours
    work = signed_in(team.lea).get(reverse("act:my_work")).content.decode()
    assert "견적을 보내 드린다" in work


def test_one_that_names_an_outsider_lies_with_its_writer_and_that_is_said(
    team: Team,
) -> None:
    assert promised(team, owner=team.eve.pk).owner == team.vic
    assert Visit.objects.get().doubts == ["owner"]


def test_the_same_record_again_makes_no_second_promise(team: Team) -> None:
    due = timezone.localdate().isoformat()
    record = sent(a_visit(promises=[{"id": "p1", "text": "전화한다", "due": due}]))
    token = phone_of(team.vic)
    for _times in range(3):
        post(token, record)
    assert Promise.objects.count() == 1


def test_a_correction_changes_an_open_promise_and_ends_none(team: Team) -> None:
    token, today = phone_of(team.vic), timezone.localdate()
    said = {"id": "p1", "text": "전화한다", "due": today.isoformat()}
    first = sent(a_visit(promises=[said]), "018f0000-0000-7000-8000-000000000001")
    post(token, first)
    later = {**said, "text": "찾아간다"}
    other = a_visit(promises=[later], supersedes=first["client_id"])
    post(token, sent(other, "018f0000-0000-7000-8000-000000000002"))
    assert Promise.objects.get().text == "찾아간다"
    none = a_visit(supersedes=first["client_id"])
    post(token, sent(none, "018f0000-0000-7000-8000-000000000003"))
    assert Promise.objects.get().state == "open"


def test_a_promise_is_handed_on_and_handed_on_again(team: Team) -> None:
    promise = promised(team)
    hand_promise(promise, team.pia, by=team.vic)
    # Who has it now may give it to a third; a product owner without the role may not.
    hand_promise(promise, team.sol, by=team.pia)
    promise.refresh_from_db()
    assert promise.owner == team.sol
    page = signed_in(team.ada).get(reverse("act:promise", args=[promise.pk]))
    words = page.content.decode()
    assert "Vic gave it to Pia." in words
    assert "Pia gave it to Sol." in words


def test_it_is_not_handed_to_somebody_who_cannot_see_it(team: Team) -> None:
    with pytest.raises(UserError):
        hand_promise(promised(team), team.eve, by=team.vic)


def test_keeping_needs_no_words_and_breaking_does(team: Team) -> None:
    promise = promised(team)
    with pytest.raises(UserError):
        end_promise(promise, "broken", "", by=team.vic)
    end_promise(promise, "kept", "", by=team.vic)
    with pytest.raises(Conflict):
        end_promise(promise, "broken", "잊었다", by=team.vic)


def test_hr_may_not_end_what_others_promised(team: Team) -> None:
    promise = promised(team)
    team.sol.assignments.all().delete()
    with pytest.raises(NotAllowed):
        end_promise(promise, "kept", "", by=Member.objects.get(pk=team.sol.pk))


def test_overdue_ones_are_counted_and_shown_as_late(team: Team) -> None:
    promise = promised(team)
    Promise.objects.update(due=timezone.localdate() - timedelta(days=2))
    kept = kept_lately(by=team.ada)
    assert (kept.n, kept.overdue, kept.kept) == (1, 1, 0)
    client = signed_in(team.vic)
    assert "2 days late" in client.get(reverse("act:my_work")).content.decode()
    late = client.get(reverse("act:promises") + "?state=overdue").content.decode()
    assert promise.text in late


def test_the_pages_hand_move_end_and_reopen(team: Team) -> None:
    promise = promised(team)
    client, at = signed_in(team.vic), [promise.pk]
    day = timezone.localdate() + timedelta(days=9)
    client.post(reverse("act:promise_hand", args=at), {"owner": team.lea.pk})
    client.post(reverse("act:promise_move", args=at), {"due": day})
    refused = client.post(reverse("act:promise_end", args=at), {"state": "broken"})
    assert refused.status_code == 422
    client.post(reverse("act:promise_end", args=at), {"state": "kept"})
    promise.refresh_from_db()
    assert (promise.owner, promise.due, promise.state) == (team.lea, day, "kept")
    client.post(reverse("act:promise_reopen", args=at))
    promise.refresh_from_db()
    assert promise.state == "open"
    assert signed_in(team.eve).get(reverse("act:promise", args=at)).status_code == 404


def test_a_promise_made_elsewhere_is_written_down(team: Team) -> None:
    client = signed_in(team.vic)
    form = {
        "text": "환불해 드린다",
        "whom": "김 고객",
        "due": timezone.localdate(),
        "owner": team.lea.pk,
    }
    assert client.post(reverse("act:promise_new"), form).status_code == 302
    assert Promise.objects.get().owner == team.lea


def test_the_promises_of_a_visit_stand_on_its_page(team: Team) -> None:
    promise = promised(team)
    address = reverse("act:visit_promises", args=[promise.visit_id])
    assert promise.text in signed_in(team.ada).get(address).content.decode()
    assert signed_in(team.eve).get(address).status_code == 404


def test_who_has_left_keeps_no_promise(team: Team) -> None:
    """It lies with who brings in what they left on their phone."""
    due = timezone.localdate()
    told = VisitTold(
        timezone.now(), 30, whom="한빛식품", promises=(Promised("p", "견적", due),)
    )
    record_visit(told, by=team.ada, author=team.vic)
    assert Promise.objects.get().owner == team.ada
