"""Letters, as they arrive at a real mail server."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from moksori.base.errors import Conflict, NotAllowed
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.share import writes
from moksori.share.channels.email import links
from moksori.share.models import Edition, Mail, Reach, Subscription
from moksori.share.tests.conftest import Postbox
from moksori.share.tests.world import World

State = Mail.State
HERE = "http://127.0.0.1:8000"


def mailed(member: Member) -> Mail:
    mail = writes.post(writes.compose_edition(member, by=None))
    writes.send_mail(mail.pk)
    mail.refresh_from_db()
    return mail


def part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_a_korean_edition_arrives_in_korean(
    team: Team, world: World, postbox: Postbox
) -> None:
    mail = mailed(team.vic)

    letter = postbox.letters[0]
    assert letter["To"] == "vic@example.com"
    assert mail.state == State.SENT
    assert "포장 파손" in letter["Subject"]
    assert letter["Content-Language"] == "ko"
    for words in (part(letter, "html"), part(letter, "plain")):
        assert "포장 파손" in words
        assert "전화번호" in words
        assert "[phone]" not in words


def test_an_english_edition_arrives_in_english(
    team: Team, world: World, postbox: Postbox
) -> None:
    team.vic.language = "en"
    team.vic.save()

    mailed(team.vic)

    letter = postbox.letters[0]
    assert "Torn box" in letter["Subject"]
    assert "▲ more often" in part(letter, "plain")
    assert 'lang="en"' in part(letter, "html")


def test_a_letter_loads_nothing_from_anywhere(
    team: Team, world: World, postbox: Postbox
) -> None:
    mailed(team.vic)

    html = part(postbox.letters[0], "html")
    assert "<img" not in html
    assert "<script" not in html
    assert "fonts.googleapis" not in html
    assert "prefers-color-scheme: dark" in html
    assert set(re.findall(r'href="(https?://[^/"]+)', html)) == {
        "http://127.0.0.1:8000"
    }


def test_a_letter_can_be_unsubscribed_from_with_one_click(
    team: Team, world: World, postbox: Postbox, client: Any
) -> None:
    writes.suggest_remit(team.vic, by=team.vic)
    mailed(team.vic)

    letter = postbox.letters[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip(" <>").removeprefix(HERE)
    answer = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert Member.objects.get(pk=team.vic.pk).subscription.paused


def test_opening_the_links_of_a_letter_stores_nothing(
    team: Team, world: World, postbox: Postbox, client: Any
) -> None:
    mailed(team.vic)
    html = part(postbox.letters[0], "html")
    links = set(re.findall(r'href="http://127.0.0.1:8000(/share/[mu]/[^"]+)"', html))

    for link in links:
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200

    assert len(links) == 4
    assert set(Reach.objects.values_list("kind", flat=True)) == {"delivered"}


@pytest.mark.parametrize("kind", ["useful", "done", "not_mine"])
def test_one_tap_on_the_page_behind_a_link_records_the_answer(
    team: Team, world: World, postbox: Postbox, client: Any, kind: str
) -> None:
    mail = mailed(team.vic)
    assert mail.edition is not None
    link = links.mark(mail.edition, Reach.Kind(kind))

    answer = client.post(link.removeprefix(HERE))

    assert answer.status_code == 200
    kinds = set(mail.edition.reached.values_list("kind", flat=True))
    assert kinds == {"delivered", "opened", "read", kind}


def test_looking_at_the_unsubscribe_page_stores_nothing(
    team: Team, world: World, client: Any
) -> None:
    edition = writes.compose_edition(team.vic, by=None)
    Subscription.objects.filter(member=team.vic).delete()

    token = signing.dumps(edition.token, salt=links.UNSUBSCRIBE)

    assert client.get(f"/share/u/{token}/").status_code == 200
    assert not Subscription.objects.filter(member=team.vic).exists()
    assert client.post(f"/share/u/{token}/").status_code == 200
    assert Subscription.objects.get(member=team.vic).paused


def test_a_forged_or_old_link_says_so(team: Team, world: World, client: Any) -> None:
    edition = writes.compose_edition(team.vic, by=None)
    other_salt = signing.dumps([edition.token, "useful"], salt="something.else")
    unsubscribe = signing.dumps(edition.token, salt=links.UNSUBSCRIBE)

    for token in ("nonsense", other_salt, unsubscribe):
        assert client.post(f"/share/m/{token}/").status_code == 400
    assert client.post("/share/u/nonsense/").status_code == 400
    assert not Reach.objects.exists()


def test_an_edition_is_mailed_once_however_often_it_is_tried(
    team: Team, world: World, postbox: Postbox
) -> None:
    edition = writes.compose_edition(team.vic, by=None)

    first, second = writes.post(edition), writes.post(edition)
    outcomes = [writes.send_mail(first.pk), writes.send_mail(second.pk)]

    assert first == second
    assert outcomes == [State.SENT, None]
    assert len(postbox.letters) == 1


def test_a_server_that_asks_for_patience_gets_the_letter_later(
    team: Team, world: World, postbox: Postbox
) -> None:
    postbox.answer = "451 Come back later"
    mail = mailed(team.vic)
    assert mail.state == State.WAITING
    assert mail.next_try_at > timezone.now()
    assert writes.send_mail(mail.pk) is None

    postbox.answer = "250 OK"
    Mail.objects.update(next_try_at=timezone.now())

    assert writes.send_mail(mail.pk) == State.SENT
    assert len(postbox.letters) == 1


def test_a_letter_that_is_refused_for_good_is_not_tried_again(
    team: Team, world: World, postbox: Postbox
) -> None:
    postbox.answer = "550 No such person"

    mail = mailed(team.vic)

    assert mail.state == State.FAILED
    assert "550" in mail.error
    assert not Reach.objects.exists()


def test_a_letter_is_given_up_after_the_last_attempt(
    team: Team, world: World, postbox: Postbox
) -> None:
    postbox.answer = "451 Come back later"
    mail = mailed(team.vic)
    for _attempt in range(5):
        Mail.objects.update(next_try_at=timezone.now())
        writes.send_mail(mail.pk)

    mail.refresh_from_db()
    assert mail.state == State.FAILED
    assert mail.attempts == 6


def test_without_a_server_the_letter_waits(
    team: Team, world: World, postbox: Postbox, settings: Any
) -> None:
    settings.EMAIL_PORT = 1

    assert mailed(team.vic).state == State.WAITING


def test_a_line_that_goes_dead_in_the_middle_makes_the_letter_unsure(
    team: Team, world: World, postbox: Postbox
) -> None:
    postbox.answer = "silence"

    mail = mailed(team.vic)

    assert mail.state == State.UNSURE
    assert writes.send_mail(mail.pk) is None


def test_a_worker_that_dies_while_sending_leaves_the_letter_unsure_not_twice(
    team: Team, world: World, postbox: Postbox
) -> None:
    mail = writes.post(writes.compose_edition(team.vic, by=None))
    long_ago = timezone.now() - timedelta(minutes=11)
    Mail.objects.update(state=State.SENDING, tried_at=long_ago)

    assert writes.settle_stale_mails() == 1
    assert writes.send_mail(mail.pk) is None
    assert not postbox.letters


def test_an_administrator_may_send_an_unsure_letter_again_and_others_may_not(
    team: Team, world: World, postbox: Postbox
) -> None:
    mail = writes.post(writes.compose_edition(team.vic, by=None))
    Mail.objects.update(state=State.UNSURE)

    with pytest.raises(NotAllowed):
        writes.resend(mail, by=team.lea)
    writes.resend(mail, by=team.max)

    assert writes.send_mail(mail.pk) == State.SENT
    with pytest.raises(Conflict):
        writes.resend(mail, by=team.max)


def test_without_a_mail_server_letters_are_kept_and_in_the_demo_count_as_delivered(
    team: Team, world: World, settings: Any
) -> None:
    settings.MOKSORI_MAIL_IS_SENT = False
    settings.MOKSORI_DEMO = False
    kept = writes.post(writes.compose_edition(team.vic, by=None))
    settings.MOKSORI_DEMO = True
    shown = writes.post(writes.compose_edition(team.vic, by=None))

    assert {kept.state, shown.state} == {State.KEPT}
    assert writes.send_mail(kept.pk) is None
    delivered = Edition.objects.filter(reached__kind="delivered")
    assert list(delivered) == [shown.edition]
