"""Customers say whether an answer helped, by a signed link."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.act.casework import marks
from moksori.act.models import Case, CaseLetter, CaseRating
from moksori.act.reads.board import board
from moksori.act.reads.talk import talk
from moksori.act.tests.letters import case_of_mail, sent_from
from moksori.act.writes.cases import close_case
from moksori.act.writes.posting import body
from moksori.base.audit.models import Entry
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.writes import rates


@pytest.fixture
def letter(team: Team, settings: Any, monkeypatch: pytest.MonkeyPatch) -> CaseLetter:
    settings.MOKSORI_MAIL_IS_SENT = True
    frozen = SimpleNamespace(time=lambda: 1_800_000_000)
    monkeypatch.setattr(rates, "time", frozen)
    Member.objects.update(language="en")
    case = case_of_mail(team)
    row = sent_from(case, by=team.vic, language="en")
    CaseLetter.objects.update(state="sent")
    Case.objects.update(status="answered")
    row.refresh_from_db()
    return row


def link(letter: CaseLetter) -> str:
    return reverse("act:rate", args=[marks.rating_token(letter.pk)])


def test_the_letter_carries_the_link_and_looking_stores_nothing(
    letter: CaseLetter,
) -> None:
    assert link(letter) in body(letter)
    page = Client().get(link(letter))
    assert "Did our answer help you?" in page.content.decode()
    assert not CaseRating.objects.exists()


def test_solved_is_kept_and_shown(team: Team, letter: CaseLetter) -> None:
    page = Client(enforce_csrf_checks=True).post(
        link(letter), {"solved": "yes", "words": "고마워요 010-1234-5678"}
    )
    assert "Thank you" in page.content.decode()
    found = talk(letter.case, by=team.vic).rating
    assert found is not None
    assert found.is_solved
    assert "1234" not in found.words
    assert letter.case.status == Case.Status.ANSWERED


def test_not_solved_opens_the_case_again_once(team: Team, letter: CaseLetter) -> None:
    close_case(letter.case, "풀림", by=team.vic)
    for _time in range(2):
        Client().post(link(letter), {"solved": "no", "words": "아직이요"})
    case = Case.objects.get()
    assert (case.status, case.reopened) == (Case.Status.OPEN, 1)
    assert Entry.objects.filter(verb="rate_case_unsolved").count() == 1
    Client().post(link(letter), {"solved": "yes", "words": ""})
    assert CaseRating.objects.get().is_solved
    assert Entry.objects.filter(verb="rate_case_solved").count() == 1


@pytest.mark.parametrize(
    "given", [{}, {"solved": "maybe"}, {"solved": "no", "words": "가" * 2_001}]
)
def test_what_cannot_be_used_is_said_and_the_words_stay(
    letter: CaseLetter, given: dict[str, str]
) -> None:
    page = Client().post(link(letter), given)
    assert page.status_code == 422
    assert given.get("words", "") in page.content.decode()
    assert not CaseRating.objects.exists()


def test_links_that_are_not_ours_or_too_old_lead_nowhere(letter: CaseLetter) -> None:
    good = marks.rating_token(letter.pk)
    for bad in (good[:-1] + ("a" if good[-1] != "a" else "b"), "x", "9" * 300,
                marks.signed(letter.pk)):  # fmt: skip
        address = reverse("act:rate", args=[bad])
        assert Client().post(address, {"solved": "no"}).status_code == 404
    CaseLetter.objects.update(state="taken_back")
    assert Client().get(link(letter)).status_code == 404
    old = timezone.now() - timedelta(days=181)
    CaseLetter.objects.update(state="sent", at=old)
    assert Client().get(link(letter)).status_code == 404


def test_the_board_counts_those_who_said_something(
    team: Team, letter: CaseLetter
) -> None:
    assert board(by=team.lea).solved is None
    Client().post(link(letter), {"solved": "yes"})
    solved = board(by=team.lea).solved
    assert solved is not None
    assert (solved.value, solved.n) == (1.0, 1)
    assert solved.low < 0.5
    assert board(by=team.eve).solved is None
