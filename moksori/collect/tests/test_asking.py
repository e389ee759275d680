"""People are asked within the rules, each once, and every skip says why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.testing.makers import Team
from moksori.collect.asking import complaints
from moksori.collect.asking.rules import Reason, Rules
from moksori.collect.models import (
    Address,
    Contact,
    ContactList,
    Invitation,
    OptOut,
    Response,
    Skip,
    Survey,
)
from moksori.collect.tests.world_of_asking import (
    Postbox,
    make_contacts,
    make_survey,
    postbox_running,
)
from moksori.collect.writes import sending, surveys
from moksori.collect.writes.contact_rules import set_rules
from moksori.collect.writes.invitations import (
    Asking,
    invite,
    send_again,
    set_approach,
    take_back,
)
from moksori.collect.writes.opt_outs import opt_in_for, opt_out, opt_out_for

State = Invitation.State
ALWAYS = {"quiet_from": time(0), "quiet_until": time(0)}
KIM = {"email": "kim@example.com", "name": "김하나", "language": "ko"}
LEE = {"email": "lee@example.com", "name": "Lee"}


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with postbox_running(settings) as box:
        yield box


@pytest.fixture
def awake(team: Team) -> None:
    """Tests run at night, too."""
    set_rules(Rules(**ALWAYS), by=None)


@pytest.fixture
def survey(team: Team, awake: None) -> Survey:
    return make_survey(team.ours)


def asked(survey: Survey, *people: Contact, **how: Any) -> Any:
    return invite(survey, people, Asking(**how), by=None)


def days_later(days: float) -> Any:
    at = timezone.now() + timedelta(days=days)
    return patch("django.utils.timezone.now", return_value=at)


def skips() -> list[str]:
    return list(Skip.objects.order_by("pk").values_list("reason", flat=True))


def test_an_invitation_arrives_once(survey: Survey, postbox: Postbox) -> None:
    people = make_contacts(survey.unit, KIM, LEE)

    found = asked(survey, *people)
    sending.send_due()
    sending.send_due()

    assert len(found.queued) == 2
    assert postbox.to == ["kim@example.com", "lee@example.com"]
    assert set(Invitation.objects.values_list("state", flat=True)) == {State.SENT}
    assert skips() == []


def test_whoever_was_asked_a_short_while_ago_is_left_alone_by_all(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    asked(survey, *make_contacts(team.ours, KIM))
    sending.send_due()

    other = make_survey(team.theirs, "Cards")
    found = asked(other, *make_contacts(team.theirs, KIM))

    assert found.skipped == {Reason.RECENTLY_ASKED: 1}
    assert Skip.objects.get().earliest is not None
    with days_later(31):
        assert asked(other, *Contact.objects.filter(unit=team.theirs)).queued


def test_a_phone_belongs_to_the_same_person(team: Team, survey: Survey) -> None:
    both = {**KIM, "phone": "010-1234-5678"}
    (kim,) = make_contacts(team.ours, both)
    asked(survey, kim)
    Invitation.objects.update(state=State.SENT, asked_at=timezone.now())
    (same,) = make_contacts(team.theirs, {"phone": "+82 10 1234 5678"})

    found = asked(make_survey(team.theirs, "Cards"), same, way="sms")

    assert found.skipped == {Reason.RECENTLY_ASKED: 1}


def test_what_changed_since_it_was_queued_counts_at_sending(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    kim, lee = make_contacts(team.ours, KIM, LEE)
    asked(survey, kim, lee)
    set_rules(Rules(most_per_year=1, **ALWAYS), by=None)
    Address.objects.filter(pk=lee.mail_address_id).update(is_dead=True)
    past = Invitation.objects.get(contact=kim)
    past.pk, past.state = None, State.SENT
    past.asked_at = timezone.now() - timedelta(days=200)
    past.survey = make_survey(team.ours, "Before")
    past.save(force_insert=True)

    sending.send_due()

    assert postbox.letters == []
    assert sorted(skips()) == [Reason.OFTEN_ASKED, Reason.UNREACHABLE]
    assert all(Skip.objects.values_list("was_queued", flat=True))


def test_nobody_with_an_open_complaint_is_asked(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    (kim,) = make_contacts(team.ours, KIM)
    asked(survey, kim)
    kim.customer = team.ours.customers.create(external_id="C-1")
    kim.save()
    with patch.dict(complaints._checks, {"test": set}):
        sending.send_due()

    assert skips() == [Reason.OPEN_COMPLAINT]
    assert postbox.letters == []


def test_a_no_is_heard_even_after_the_invitation_was_claimed(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    (kim,) = make_contacts(team.ours, KIM)
    asked(survey, kim)
    claimed, _looked_at = sending.claim(10)

    assert kim.mail_address is not None
    opt_out(kim.mail_address)
    sending._send(claimed, "email")

    assert postbox.letters == []
    assert Invitation.objects.get().state == State.SKIPPED
    assert skips() == [Reason.OPTED_OUT]
    assert asked(survey, kim).skipped == {Reason.OPTED_OUT: 1}


def test_a_no_outlives_the_contact(team: Team, survey: Survey) -> None:
    (kim,) = make_contacts(team.ours, KIM)
    opt_out_for(kim, by=team.ada)
    kim.delete()

    (again,) = make_contacts(team.theirs, {"email": " KIM@Example.com"})

    assert asked(survey, again).skipped == {Reason.OPTED_OUT: 1}


def test_a_member_takes_back_only_what_a_member_said(
    team: Team, survey: Survey
) -> None:
    (kim,) = make_contacts(team.ours, KIM)
    assert kim.mail_address is not None
    opt_out(kim.mail_address, topic="news", via=OptOut.Via.PAGE)
    opt_out_for(kim, by=team.ada)
    opt_in_for(kim, by=team.ada)

    assert list(OptOut.objects.values_list("topic", flat=True)) == ["news"]
    with pytest.raises(NotAllowed):
        opt_out_for(kim, by=team.eve)


def test_the_more_important_survey_goes_first(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    (kim,) = make_contacts(team.ours, KIM)
    other = make_survey(team.ours, "Relationship")
    set_approach(other, {"priority": 9}, by=team.ada)
    asked(survey, kim)
    asked(other, kim)

    sending.send_due()

    assert Invitation.objects.get(state=State.SENT).survey == other
    assert Invitation.objects.get(survey=survey).state == State.SKIPPED
    assert skips() == [Reason.RECENTLY_ASKED]


def test_at_night_an_invitation_waits_for_the_morning(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    set_rules(Rules(), by=None)
    make_contacts(team.ours, {**KIM, "zone": "Asia/Seoul"})
    kim = Contact.objects.get()
    night = datetime.fromisoformat("2026-11-18T23:00+09:00")
    with patch("django.utils.timezone.now", return_value=night):
        asked(survey, kim)
        sending.send_due()
    morning = datetime.fromisoformat("2026-11-19T08:00+09:00")
    waiting = Invitation.objects.get()
    assert (waiting.state, waiting.not_before) == (State.WAITING, morning)
    with patch("django.utils.timezone.now", return_value=morning):
        sending.send_due()

    assert postbox.to == ["kim@example.com"]


def test_a_sample_is_drawn_and_told(team: Team, survey: Survey) -> None:
    set_approach(survey, {"sample_percent": 30}, by=team.ada)
    people = make_contacts(
        team.ours, *({"email": f"p{n}@example.com"} for n in range(200))
    )

    found = asked(survey, *people)

    assert 35 <= len(found.queued) <= 85
    assert found.skipped == {Reason.NOT_SAMPLED: 200 - len(found.queued)}
    assert Skip.objects.filter(reason=Reason.NOT_SAMPLED).count() == 200 - len(
        found.queued
    )


def test_reminders_stop_after_two_or_an_answer(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    set_approach(survey, {"reminders": 2, "reminder_days": 3}, by=team.ada)
    kim, lee = make_contacts(team.ours, KIM, LEE)
    asked(survey, kim, lee)
    sending.send_due()
    first = Invitation.objects.get(contact=lee)
    now = timezone.now()
    first.response = Response.objects.create(
        survey=survey,
        version=survey.version,
        token_hash="a",
        receipt_hash="b",
        state=Response.State.COMPLETE,
        language="ko",
        seed=1,
        started_at=now,
        changed_at=now,
        finished_at=now,
    )
    first.save()

    for days in (1, 3.1, 3.2, 6.3, 6.4, 9.5, 12):
        with days_later(days):
            sending.remind()
            sending.send_due()

    assert postbox.to == ["kim@example.com"] * 3 + ["lee@example.com"]
    assert (
        "다시" in postbox.letters[-1]["Subject"]
        or "Reminder" in (postbox.letters[-1]["Subject"])
    )


def test_a_survey_that_closed_meanwhile_asks_nobody(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    asked(survey, *make_contacts(team.ours, KIM))
    surveys.pause(survey, by=team.ada)

    sending.send_due()

    assert postbox.letters == []
    assert skips() == [Reason.CLOSED]
    with pytest.raises(Conflict):
        asked(survey, *Contact.objects.all())


def test_what_waits_can_be_taken_back(team: Team, survey: Survey) -> None:
    asked(survey, *make_contacts(team.ours, KIM))

    assert take_back(survey, by=team.ada) == 1

    assert Invitation.objects.get().state == State.CANCELLED
    assert asked(survey, *Contact.objects.all()).queued


def test_the_same_person_is_queued_once(team: Team, survey: Survey) -> None:
    (kim,) = make_contacts(team.ours, KIM)

    first, second = asked(survey, kim), asked(survey, kim, kim)

    assert (len(first.queued), len(second.queued)) == (1, 0)
    assert second.skipped == {Reason.ALREADY_QUEUED: 2}


def test_an_address_that_the_server_refuses_is_asked_no_more(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    postbox.refused = {"kim@example.com": "550 5.1.1 no such user",
                       "lee@example.com": "452 4.2.2 mailbox full"}  # fmt: skip
    kim, lee = make_contacts(team.ours, KIM, LEE)
    asked(survey, kim, lee)

    sending.send_due()

    assert Invitation.objects.get(contact=kim).state == State.BOUNCED
    later = Invitation.objects.get(contact=lee)
    assert (later.state, later.asked_at, later.attempts) == (State.WAITING, None, 1)
    assert asked(survey, kim).skipped == {Reason.UNREACHABLE: 1}


def test_while_the_server_is_down_everybody_waits_unasked(
    team: Team, survey: Survey, postbox: Postbox, settings: Any
) -> None:
    asked(survey, *make_contacts(team.ours, KIM, LEE))
    settings.EMAIL_PORT = 1

    sending.send_due()

    rows = Invitation.objects.all()
    assert {(row.state, row.asked_at, row.attempts) for row in rows} == {
        (State.WAITING, None, 0)
    }


def test_a_line_that_goes_dead_leaves_one_unsure(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    (kim,) = make_contacts(team.ours, KIM)
    asked(survey, kim)
    postbox.answer = "silence"

    sending.send_due()
    postbox.answer = "250 OK"
    sending.send_due()

    row = Invitation.objects.get()
    assert row.state == State.UNSURE
    assert postbox.letters == []
    send_again(row, by=team.ada)
    sending.send_due()
    assert postbox.to == ["kim@example.com"]


def test_a_sender_that_died_is_tidied_up_after(team: Team, survey: Survey) -> None:
    kim, lee = make_contacts(team.ours, KIM, LEE)
    asked(survey, kim, lee)
    long_ago = timezone.now() - timedelta(hours=1)
    Invitation.objects.filter(contact=kim).update(
        state=State.SENDING, asked_at=long_ago
    )
    Invitation.objects.filter(contact=lee).update(
        state=State.CLAIMED, asked_at=long_ago
    )

    assert sending.settle_stale() == (1, 1)

    assert Invitation.objects.get(contact=kim).state == State.UNSURE
    assert Invitation.objects.get(contact=lee).state == State.WAITING


def test_without_a_mail_server_invitations_wait(team: Team, survey: Survey) -> None:
    asked(survey, *make_contacts(team.ours, KIM))

    sending.send_due()

    assert Invitation.objects.get().state == State.WAITING
    assert skips() == [Reason.NO_ROUTE]
    assert not Skip.objects.get().is_final


def test_only_who_brings_things_in_invites(team: Team, survey: Survey) -> None:
    people = make_contacts(team.ours, KIM)
    for member in (team.vic, team.eve, team.sol):
        with pytest.raises(NotAllowed):
            invite(survey, people, Asking(), by=member)


def test_only_who_administers_everything_sets_the_rules(team: Team) -> None:
    for member in (team.ada, team.sol):
        with pytest.raises(NotAllowed):
            set_rules(Rules(gap_days=0), by=member)
    set_rules(Rules(gap_days=10), by=team.max)
    with pytest.raises(UserError):
        set_rules(Rules(gap_days=10_000), by=team.max)


def test_contacts_are_taken_in_part_by_part_and_a_second_time_the_rest(
    team: Team,
) -> None:
    people = [{"email": f"who{number}@example.com"} for number in range(620)]
    table = Contact._meta.db_table

    def break_off(execute: Any, sql: str, params: Any, *more: Any) -> Any:
        if f'INSERT INTO "{table}"' in sql and "who600@example.com" in str(params):
            raise OperationalError("gone")
        return execute(sql, params, *more)

    with connection.execute_wrapper(break_off), pytest.raises(OperationalError):
        make_contacts(team.ours, *people, into="봄")

    assert Contact.objects.count() == 500
    assert ContactList.objects.get().contacts.count() == 500
    make_contacts(team.ours, *people, into="봄")
    assert Contact.objects.count() == 620
    assert ContactList.objects.get().contacts.count() == 620
