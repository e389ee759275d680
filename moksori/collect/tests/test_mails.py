"""Mails become feedback once, and nothing of them is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from moksori.base.errors import NotFound, TooLarge
from moksori.base.sealed import unseal
from moksori.base.testing.makers import Team
from moksori.collect.answers import Answer, Kind
from moksori.collect.models import Feedback, RawMail, ReviewItem
from moksori.collect.replies import Letter, _finders, _takers
from moksori.collect.sources.mail.bounces import Bounce, Verdict
from moksori.collect.tests.mails import WORDS, korean_mail, make_mail, make_mailbox
from moksori.collect.writes import mail_files
from moksori.collect.writes.mail_keeping import forget_mails, forget_strays
from moksori.collect.writes.mails import Envelope, read_again, take_mail
from moksori.collect.writes.review import decide, take_back

State = RawMail.State


def test_a_mail_becomes_feedback_with_its_subject_and_words(team: Team) -> None:
    row = take_mail(make_mail(), mailbox=make_mailbox(team.ours))

    feedback = Feedback.objects.get()
    assert row.state == State.TAKEN
    assert row.feedback == feedback
    assert feedback.text == f"배송 문의\n\n{WORDS}"
    assert (feedback.channel, feedback.unit) == ("email", team.ours)
    assert feedback.metadata["mail"] == row.pk


def test_the_bytes_are_kept_sealed(team: Team, settings) -> None:
    raw = make_mail("카드 4111-1111-1111-1111 로 결제했는데 취소가 안 돼요.")
    row = take_mail(raw, mailbox=make_mailbox(team.ours))

    assert mail_files.opened(row.digest) == raw
    files = [p for p in settings.MOKSORI_UPLOAD_DIR.rglob("*") if p.is_file()]
    assert len(files) == 1
    assert b"4111" not in files[0].read_bytes()
    assert unseal(row.sender).endswith("customer@customer.example")
    feedback = Feedback.objects.get()
    assert "4111" not in str(feedback.raw) + feedback.text


def test_the_same_mail_again_is_counted_and_not_stored_again(team: Team) -> None:
    mailbox = make_mailbox(team.ours)
    first = take_mail(make_mail(), mailbox=mailbox)

    # By another way: other heads, the same id and words.
    again = take_mail(b"Received: by b\r\n" + make_mail(), mailbox=mailbox)

    assert again.pk == first.pk
    assert (again.copies, Feedback.objects.count()) == (1, 1)


def test_other_words_under_the_same_id_are_another_mail(team: Team) -> None:
    mailbox = make_mailbox(team.ours)
    take_mail(make_mail(), mailbox=mailbox)
    take_mail(make_mail("다른 이야기입니다. 환불해 주세요."), mailbox=mailbox)

    assert Feedback.objects.count() == 2


def test_mails_without_an_id_are_told_apart_by_their_words(team: Team) -> None:
    mailbox = make_mailbox(team.ours)
    for words in (WORDS, WORDS, "다른 말입니다."):
        take_mail(make_mail(words, message_id=""), mailbox=mailbox)

    assert Feedback.objects.count() == 2


@pytest.mark.parametrize(
    "label", ["ks_c_5601-1987", "euc-kr", "x-windows-949", "default"]
)
def test_korean_letters_beyond_euc_kr_arrive(team: Team, label: str) -> None:
    take_mail(
        korean_mail("똠방각하 펲시 뷁 배송이 늦었습니다", label=label),
        mailbox=make_mailbox(team.ours),
    )

    feedback = Feedback.objects.get()
    assert "똠방각하 펲시 뷁 배송이 늦었습니다" in feedback.text
    assert "�" not in feedback.text


def test_an_answer_joins_the_conversation(team: Team) -> None:
    mailbox = make_mailbox(team.ours)
    first = take_mail(make_mail(), mailbox=mailbox)
    second = take_mail(
        make_mail("아직도 안 왔어요.", subject="Re: 문의", message_id="<2@c.example>",
                  In_Reply_To="<1@customer.example>"),
        mailbox=mailbox,
    )  # fmt: skip
    third = take_mail(
        make_mail("이제 왔습니다.", subject="Re: 배송 문의", message_id="<3@c.example>",
                  References="<1@customer.example> <2@c.example>"),
        mailbox=mailbox,
    )  # fmt: skip

    assert (second.thread, third.thread) == (first, first)
    texts = set(Feedback.objects.values_list("text", flat=True))
    assert texts >= {"아직도 안 왔어요.", "이제 왔습니다."}


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "reply"),
        ({"X_Autoreply": "yes"}, "reply"),
        ({"subject": "자동 회신: 부재중입니다"}, "reply"),
        ({"subject": "Automatic reply: Your order"}, "reply"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"List_Unsubscribe": "<https://x.example/u>"}, "bulk"),
        ({"X_Moksori": "1"}, "loop"),
    ],
)
def test_automatic_mails_are_kept_apart(
    team: Team, headers: dict[str, str], reason: str
) -> None:
    row = take_mail(make_mail(**headers), mailbox=make_mailbox(team.ours))

    assert (row.state, row.reason) == (State.AUTOMATIC, reason)
    assert not Feedback.objects.exists()


def test_a_mail_that_wants_no_answer_is_automatic(team: Team) -> None:
    row = take_mail(
        make_mail(), mailbox=make_mailbox(team.ours), envelope=Envelope(sender="")
    )
    assert row.state == State.AUTOMATIC


@pytest.fixture
def ours() -> object:
    """What others register is put back after the test."""
    before = [*_finders], [*_takers]
    _finders.clear()
    _takers.clear()
    yield
    _finders[:], _takers[:] = before


BOUNCE = (
    b"From: MAILER-DAEMON@mx.example\r\nTo: voice+r.abc@example.com\r\n"
    b"Subject: Undelivered Mail\r\nMessage-ID: <b@mx.example>\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nMTA: mx\r\n\r\n"
    b"Final-Recipient: rfc822; gone@customer.example\r\nAction: failed\r\n"
    b"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n"
    b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
    b"Message-ID: <sent@example.com>\r\nTo: gone@customer.example\r\n\r\n--b--\r\n"
)


def test_a_bounce_is_told_to_who_sends(team: Team, ours: object) -> None:
    heard: list[Bounce] = []
    _takers.append(heard.append)

    row = take_mail(BOUNCE, mailbox=make_mailbox(team.ours))

    assert (row.state, row.reason) == (State.BOUNCE, "hard")
    assert not Feedback.objects.exists()
    (one,) = heard
    assert (one.address, one.verdict) == ("gone@customer.example", Verdict.HARD)
    assert (one.status, one.message_id) == ("5.1.1", "sent@example.com")
    assert one.to == ("voice+r.abc@example.com",)


def test_a_reply_to_our_letter_is_known_by_its_token(team: Team, ours: object) -> None:
    def finder(tokens: object, _ids: object) -> Letter | None:
        if tokens != ("r.abc",):
            return None
        return Letter(
            sent="지난 주문은 어떠셨나요? 점수로 알려 주세요.",
            customer="M-1",
            metadata={"invitation": 7},
            answers=lambda _words: [Answer("q1", Kind.NPS, 9)],
        )

    _finders.append(finder)
    words = "9점\n\n지난 주문은 어떠셨나요? 점수로 알려 주세요.\n"
    take_mail(
        make_mail(words, subject="주문", To="Voice <voice+R.abc@example.com>"),
        mailbox=make_mailbox(team.ours),
    )

    feedback = Feedback.objects.get()
    assert (feedback.score, feedback.metadata["invitation"]) == (9.0, 7)
    assert "어떠셨나요" not in feedback.text
    assert feedback.customer is not None
    assert feedback.customer.external_id == "M-1"


FORWARDED = (
    "---------- Forwarded message ---------\n보낸사람: 고객 <k@c.example>\n"
    f"Date: 2026년 11월 20일\nSubject: 불만\nTo: <a@b.example>\n\n{WORDS}\n"
)


def test_what_is_unclear_waits_for_a_person_and_is_taken_then(team: Team) -> None:
    row = take_mail(make_mail(FORWARDED), mailbox=make_mailbox(team.ours))

    item = ReviewItem.objects.get(kind="mail")
    assert (row.state, row.reason) == (State.REVIEW, "forwarded")
    assert item.evidence["words"] == WORDS
    assert not Feedback.objects.exists()

    decide(item, "words", by=team.ada)

    assert Feedback.objects.get().text == WORDS
    assert RawMail.objects.get().state == State.TAKEN


def test_the_whole_mail_can_be_taken(team: Team) -> None:
    take_mail(make_mail(FORWARDED), mailbox=make_mailbox(team.ours))
    decide(ReviewItem.objects.get(), "whole", by=team.ada)

    assert "Forwarded message" in Feedback.objects.get().text


def test_setting_aside_can_be_taken_back(team: Team) -> None:
    take_mail(make_mail("", files={"a.pdf": b"%PDF"}), mailbox=make_mailbox(team.ours))
    item = ReviewItem.objects.get()
    assert item.evidence["reason"] == "only_files"

    item = decide(item, "aside", by=team.ada)
    assert RawMail.objects.get().state == State.ASIDE
    take_back(item, by=team.ada)
    assert RawMail.objects.get().state == State.REVIEW


def test_files_are_named_and_stay_in_the_evidence(team: Team) -> None:
    row = take_mail(
        make_mail(files={"영수증.pdf": b"%PDF-1.7", "../../etc/passwd": b"x"}),
        mailbox=make_mailbox(team.ours),
    )

    names = [one["name"] for one in Feedback.objects.get().metadata["attachments"]]
    assert names == ["영수증.pdf", "../../etc/passwd"]
    assert row.attachments == 2


def test_a_mail_that_is_too_large_is_refused_in_words(team: Team) -> None:
    with pytest.raises(TooLarge, match="25"):
        take_mail(b"x" * (25 * 1024 * 1024 + 1), mailbox=make_mailbox(team.ours))


def nested(depth: int) -> bytes:
    head = b"From: a@b.example\r\nMessage-ID: <n@b>\r\n"
    body = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(depth)
    )
    return head + body + b"Content-Type: text/plain\r\n\r\nhello\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 1_000,
        b"\xff\xfe\xfd" * 1_000,
        b"Subject: =?utf-8?B?////?=\r\n\r\n\xea\xb0",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain; charset=rot13\r\n\r\nabc",
        b"Content-Type: text/plain; charset*=x'y'%ff; name*0*=a'b\r\n\r\nabc",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Date: Fri, 99 Nov 99999 99:99:99 +9999\r\n\r\nabc",
        b"From: \"" + b"a" * 5_000 + b"\" <x@y>\r\nTo: " + b"a@b," * 500 + b"\r\n\r\nx",
        b"References: " + b"<a@b> " * 20_000 + b"\r\n\r\nabc",
        b"From: <@@@>\r\nMessage-ID: <" + b"x" * 5_000 + b">\r\n\r\nabc",
        b"Subject: \xe2\x80\xae\xeb\xb0\xb0\xec\x86\xa1\r\n\r\nabc \xe2\x80\xae def",
        b"\n" * 400_000,
        nested(8),
        nested(29),
        nested(900),
    ],
    ids=range(17),
)  # fmt: skip
def test_whatever_comes_is_kept(team: Team, raw: bytes) -> None:
    row = take_mail(raw, mailbox=make_mailbox(team.ours))

    assert row.state in {State.TAKEN, State.REVIEW, State.AUTOMATIC, State.BOUNCE}
    assert mail_files.opened(row.digest) == raw
    assert "\u202e" not in "".join(Feedback.objects.values_list("text", flat=True))


def test_old_mails_are_forgotten_but_known_again(team: Team) -> None:
    mailbox = make_mailbox(team.ours, keep_days=30)
    row = take_mail(make_mail(), mailbox=mailbox)
    RawMail.objects.update(received_at=timezone.now() - timedelta(days=31))

    assert forget_mails() == 1
    with pytest.raises(NotFound):
        mail_files.opened(row.digest)
    assert take_mail(make_mail(), mailbox=mailbox).copies == 1
    assert forget_strays() == 0
    assert Feedback.objects.count() == 1


def test_what_a_better_parser_reads_is_a_revision(team: Team) -> None:
    row = take_mail(make_mail(), mailbox=make_mailbox(team.ours))
    assert read_again(row) is False
    Feedback.objects.update(text="", answers=[], fingerprint="old")

    assert read_again(row) is True
    assert WORDS in Feedback.objects.get().text
