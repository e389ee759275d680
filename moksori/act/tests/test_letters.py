"""A customer is answered from a case, once, and what they say comes back into it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from moksori.act.casework import marks
from moksori.act.models import Case, CaseLetter, CaseReturn
from moksori.act.reads.talk import talk
from moksori.act.tests.letters import CUSTOMER, a_draft, case_of_mail, sent_from
from moksori.act.tests.makers import make_case
from moksori.act.writes import letters, posting
from moksori.act.writes.cases import close_case
from moksori.act.writes.returning import take_returns
from moksori.base.audit.models import Entry
from moksori.base.customers.models import Customer
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.testing.makers import Team
from moksori.collect.models import Channel, Feedback, RawMail
from moksori.collect.senders.sender import Fate, Message, Outcome
from moksori.collect.tests.mails import make_mailbox
from moksori.collect.tests.makers import make_feedback, make_source
from moksori.collect.tests.world_of_asking import Postbox, postbox_running
from moksori.collect.writes.mails import Envelope, take_mail

pytestmark = pytest.mark.django_db(transaction=True)
State = CaseLetter.State


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    settings.MOKSORI_MAIL_IS_SENT = True
    with postbox_running(settings) as found:
        yield found


@pytest.fixture
def mails(settings: Any) -> None:
    settings.MOKSORI_MAIL_IS_SENT = True


def reply_to(
    letter: Any, words: str, message_id: str = "<2@customer.example>"
) -> bytes:
    quoted = letter.get_body(("plain",)).get_content()
    mail = EmailMessage(policy=SMTP)
    mail["From"] = CUSTOMER
    mail["To"] = letter["Reply-To"]
    mail["Subject"] = f"RE: {letter['Subject']}"
    mail["Message-ID"] = message_id
    mail["In-Reply-To"] = letter["Message-ID"]
    mail.set_content(f"{words}\n\n{quoted}")
    return mail.as_bytes()


class TestSending:
    def test_the_answer_leaves_and_goes_on_with_the_customers_mail(
        self, team: Team, postbox: Postbox
    ) -> None:
        case = case_of_mail(team)
        sent_from(case, by=team.vic)
        assert posting.send_due() == 1

        mail = postbox.letters[0]
        assert mail["To"] == CUSTOMER
        assert mail["In-Reply-To"] == "<1@customer.example>"
        assert mail["Reply-To"].startswith("voice+c-")
        assert postbox.envelopes[0][0] == mail["Reply-To"]
        words = mail.get_body(("plain",)).get_content()
        assert "오늘 다시 보냈습니다" in words
        assert "> 배송이 사흘이나 늦었습니다." in words
        case.refresh_from_db()
        assert case.status == Case.Status.ANSWERED
        assert case.first_reply_at is not None
        assert case.replied_by == team.vic

    def test_it_waits_a_moment_and_can_be_taken_back(
        self, team: Team, mails: None
    ) -> None:
        case = case_of_mail(team)
        letter = letters.send_answer(case, a_draft(case), by=team.vic)
        assert posting.send_due() == 0
        letters.take_back(letter, by=team.lea)
        assert CaseLetter.objects.get().state == State.TAKEN_BACK
        case.refresh_from_db()
        assert case.status == Case.Status.OPEN
        with pytest.raises(Conflict):
            letters.take_back(letter, by=team.lea)

    def test_the_same_form_sent_twice_is_one_letter(
        self, team: Team, mails: None
    ) -> None:
        case = case_of_mail(team)
        draft = a_draft(case)
        first = letters.send_answer(case, draft, by=team.vic)
        assert letters.send_answer(case, draft, by=team.vic) == first
        assert Entry.objects.filter(verb="send_answer").count() == 1

    def test_two_people_do_not_answer_one_customer(
        self, team: Team, mails: None
    ) -> None:
        case = case_of_mail(team)
        hers, his = a_draft(case, key="hers"), a_draft(case, key="his")
        letters.send_answer(case, hers, by=team.lea)
        with pytest.raises(Conflict):
            letters.send_answer(case, his, by=team.vic)
        CaseLetter.objects.update(state=State.SENT)
        # The first one has left: whoever did not see it must read it first.
        with pytest.raises(Conflict, match=r"happened|일"):
            letters.send_answer(case, his, by=team.vic)
        assert CaseLetter.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"text": "  "}, "text"),
            ({"subject": ""}, "subject"),
            ({"text": "가" * 5_001}, "text"),
            ({"language": "xx"}, "language"),
        ],
    )
    def test_what_is_missing_is_said_beside_its_field(
        self, team: Team, mails: None, changes: dict[str, str], field: str
    ) -> None:
        case = case_of_mail(team)
        with pytest.raises(UserError) as told:
            letters.send_answer(case, a_draft(case, **changes), by=team.vic)
        assert told.value.field == field
        assert not CaseLetter.objects.exists()

    def test_a_subject_cannot_add_headers(self, team: Team, postbox: Postbox) -> None:
        case = case_of_mail(team)
        sent_from(case, by=team.vic, subject="Re: x\r\nBcc: all@example.com")
        posting.send_due()
        mail = postbox.letters[0]
        assert mail["Bcc"] is None
        assert mail["Subject"] == "Re: x Bcc: all@example.com"

    def test_nobody_writes_where_they_may_not(self, team: Team, mails: None) -> None:
        case = case_of_mail(team)
        for member in (team.sol, team.eve):
            with pytest.raises(NotAllowed):
                letters.send_answer(case, a_draft(case), by=member)

    def test_without_an_address_or_a_server_nothing_is_pretended(
        self, team: Team, settings: Any
    ) -> None:
        case = make_case(team.vic, team.ours)
        settings.MOKSORI_MAIL_IS_SENT = True
        with pytest.raises(UserError, match=r"address|주소"):
            letters.send_answer(case, a_draft(case), by=team.vic)
        settings.MOKSORI_MAIL_IS_SENT = settings.MOKSORI_DEMO = False
        with pytest.raises(UserError, match=r"server|서버"):
            letters.send_answer(case_of_mail(team), a_draft(case), by=team.vic)

    def test_in_the_demo_it_is_kept_and_says_so(
        self, team: Team, settings: Any
    ) -> None:
        settings.MOKSORI_DEMO, settings.MOKSORI_MAIL_IS_SENT = True, False
        case = case_of_mail(team)
        sent_from(case, by=team.vic)
        posting.send_due()
        assert CaseLetter.objects.get().state == State.KEPT
        assert Entry.objects.filter(verb="answer_kept").exists()

    def test_a_known_customer_is_written_to_at_their_own_address(
        self, team: Team, postbox: Postbox
    ) -> None:
        kim = Customer.objects.create(
            unit=team.ours, external_id="k", name="김하나", email="kim@example.com"
        )
        feedback = make_feedback("별로예요", unit=team.ours, customer=kim)
        case = Case.objects.create(
            feedback=feedback, unit=team.ours, due=timezone.localdate()
        )
        sent_from(case, by=team.vic)
        posting.send_due()
        assert postbox.letters[0]["To"] == "kim@example.com"
        # No mailbox: nothing claims that an answer comes back.
        assert postbox.letters[0]["Reply-To"] is None

    def test_withdrawn_feedback_is_answered_no_more(
        self, team: Team, postbox: Postbox
    ) -> None:
        case = case_of_mail(team)
        sent_from(case, by=team.vic)
        Case.objects.update(feedback=None)
        posting.send_due()
        assert postbox.letters == []
        assert CaseLetter.objects.get().state == State.TAKEN_BACK


class Scripted:
    """A line that says what it was told to say, and counts what it heard."""

    def __init__(self, *said: Outcome | BaseException) -> None:
        self.said, self.heard = list(said), []

    def hand_over(self, message: Message) -> Outcome:
        self.heard.append(message)
        said = self.said.pop(0)
        if isinstance(said, BaseException):
            raise said
        return said


class TestTrouble:
    def test_who_dies_between_sending_and_noting_sends_no_second_time(
        self, team: Team, mails: None
    ) -> None:
        case = case_of_mail(team)
        letter = sent_from(case, by=team.vic)
        line = Scripted(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            posting.post(letter.pk, line)  # the server has it, nobody noted it
        assert CaseLetter.objects.get().state == State.SENDING
        assert posting.post(letter.pk, line) is None
        assert posting.settle_stale() == 0
        CaseLetter.objects.update(tried_at=timezone.now() - posting.STALE_AFTER * 2)
        assert posting.settle_stale() == 1
        assert CaseLetter.objects.get().state == State.UNSURE
        assert posting.send_due() == 0
        assert len(line.heard) == 1
        case.refresh_from_db()
        assert case.status == Case.Status.OPEN

        letters.say_arrived(CaseLetter.objects.get(), by=team.vic)
        case.refresh_from_db()
        assert case.status == Case.Status.ANSWERED

    def test_a_person_may_send_again_and_it_keeps_its_name(
        self, team: Team, mails: None
    ) -> None:
        case = case_of_mail(team)
        letter = sent_from(case, by=team.vic)
        line = Scripted(Outcome(Fate.UNSURE, "gone"), Outcome(Fate.SENT))
        posting.post(letter.pk, line)
        letters.send_again(letter, by=team.vic)
        posting.post(letter.pk, line)
        assert line.heard[0].reference == line.heard[1].reference
        with pytest.raises(Conflict):
            letters.send_again(letter, by=team.vic)

    def test_a_server_that_is_down_is_waited_for(self, team: Team, mails: None) -> None:
        letter = sent_from(case_of_mail(team), by=team.vic)
        posting.post(letter.pk, Scripted(Outcome(Fate.DOWN, "refused")))
        letter.refresh_from_db()
        assert (letter.state, letter.attempts) == (State.WAITING, 0)
        assert letter.not_before > timezone.now()

    def test_a_server_that_never_wants_it_leaves_the_case_open(
        self, team: Team, mails: None
    ) -> None:
        case = case_of_mail(team)
        letter = sent_from(case, by=team.vic)
        for _attempt in range(len(posting.WAITS) + 1):
            CaseLetter.objects.update(not_before=timezone.now())
            posting.post(letter.pk, Scripted(Outcome(Fate.LATER, "450")))
        letter.refresh_from_db()
        case.refresh_from_db()
        assert (letter.state, case.status) == (State.FAILED, Case.Status.OPEN)

    def test_what_bounces_wakes_the_case_once(
        self, team: Team, postbox: Postbox
    ) -> None:
        case = case_of_mail(team)
        letter = sent_from(case, by=team.vic)
        posting.send_due()
        case.refresh_from_db()
        close_case(case, "풀림", by=team.vic)
        raw = bounce(postbox.letters[0])
        for number in ("1", "2"):
            take_mail(
                raw.replace(b"<r1@", f"<r{number}@".encode()),
                mailbox=RawMail.objects.earliest("pk").mailbox,
                envelope=Envelope("", (postbox.letters[0]["Reply-To"],)),
            )
        case.refresh_from_db()
        letter.refresh_from_db()
        assert (case.status, letter.state) == (Case.Status.OPEN, State.REFUSED)
        assert case.reopened == 1
        assert Entry.objects.filter(verb="answer_bounced").count() == 1


REPORT = """From: MAILER-DAEMON@mx.example
To: {to}
Message-ID: <r1@mx.example>
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

no such user
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; customer@customer.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no
--b
Content-Type: text/rfc822-headers

Message-ID: {sent}
--b--
"""


def bounce(letter: Any) -> bytes:
    text = REPORT.format(to=letter["Reply-To"], sent=letter["Message-ID"])
    return text.replace("\n", "\r\n").encode()


class TestComingBack:
    @pytest.fixture
    def case(self, team: Team, postbox: Postbox) -> Case:
        case = case_of_mail(team)
        sent_from(case, by=team.vic)
        posting.send_due()
        return case

    def arrive(self, raw: bytes) -> RawMail:
        return take_mail(raw, mailbox=RawMail.objects.earliest("pk").mailbox)

    def test_the_customers_answer_belongs_to_the_case_once(
        self, team: Team, case: Case, postbox: Postbox
    ) -> None:
        raw = reply_to(postbox.letters[0], "아직도 안 왔어요.")
        row = self.arrive(raw)
        self.arrive(raw)
        assert row.feedback is not None
        assert row.feedback.text == "아직도 안 왔어요."
        assert take_returns([row.feedback_id]) == 1
        assert take_returns([row.feedback_id]) == 0
        case.refresh_from_db()
        assert case.status == Case.Status.OPEN
        said = [turn.text for turn in talk(case, by=team.vic).turns]
        assert said[-1] == "아직도 안 왔어요."
        assert Case.objects.count() == 1

    def test_our_next_answer_goes_on_with_their_latest_mail(
        self, team: Team, case: Case, postbox: Postbox
    ) -> None:
        row = self.arrive(reply_to(postbox.letters[0], "아직도 안 왔어요."))
        take_returns([row.feedback_id])
        sent_from(case, by=team.vic, key="two")
        posting.send_due()
        assert postbox.letters[1]["In-Reply-To"] == "<2@customer.example>"

    def test_a_closed_case_is_opened_again(
        self, team: Team, case: Case, postbox: Postbox
    ) -> None:
        case.refresh_from_db()
        close_case(case, "풀림", by=team.vic)
        row = self.arrive(reply_to(postbox.letters[0], "아니요."))
        take_returns([row.feedback_id])
        case.refresh_from_db()
        assert (case.status, case.reopened) == (Case.Status.OPEN, 1)
        assert case.due >= timezone.localdate()

    def test_a_file_cannot_slip_words_into_a_case(self, team: Team, case: Case) -> None:
        source = make_source(team.theirs, "x", Channel.EMAIL)
        for mark in (1, "1-aaaaaaaaaaaaaaaaaaaa", None, ["x"]):
            row = make_feedback(
                "사칭", source=source, metadata={"case": case.pk, "letter": mark}
            )
            assert take_returns([row.pk]) == 0
        assert not CaseReturn.objects.exists()

    def test_marks_are_signed(self, team: Team, case: Case) -> None:
        letter = CaseLetter.objects.get()
        good = marks.signed(letter.pk)
        assert posting.case_letter([f"c-{good}"], []) is not None
        assert posting.case_letter([f"c-{good[:-1]}b"], []) is None
        assert posting.case_letter([], ["case.1-aaaaaaaaaaaaaaaaaaaa@x"]) is None
        assert posting.case_letter([f"b-{good}"], []) is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
def test_two_at_once_send_one_letter(team: Team, mails: None) -> None:
    case = case_of_mail(team)
    drafts = [a_draft(case, key=f"k{n}") for n in range(6)]

    def send(draft: letters.Draft) -> str:
        close_old_connections()
        try:
            letters.send_answer(case, draft, by=team.vic)
        except Conflict:
            return "late"
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(send, drafts))
    assert sorted(told) == ["late"] * 5 + ["sent"]
    assert CaseLetter.objects.count() == 1


def test_a_mailbox_above_takes_the_answer_and_the_team_reads_it(
    team: Team, postbox: Postbox
) -> None:
    mailbox = make_mailbox(team.root, "group@example.com")
    kim = Customer.objects.create(
        unit=team.ours, external_id="k", name="김하나", email=CUSTOMER
    )
    feedback = make_feedback("별로예요", unit=team.ours, customer=kim)
    case = Case.objects.create(
        feedback=feedback, unit=team.ours, due=timezone.localdate()
    )
    sent_from(case, by=team.vic)
    posting.send_due()
    row = take_mail(reply_to(postbox.letters[0], "고맙습니다."), mailbox=mailbox)
    take_returns([row.feedback_id])
    assert not Feedback.objects.visible_to(team.vic).filter(pk=row.feedback_id)
    assert talk(case, by=team.vic).turns[-1].text == "고맙습니다."
