"""What must not be decided silently waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.base.audit.models import Entry
from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.people import writes as people
from moksori.base.people.roles import Role
from moksori.base.testing.makers import Team, make_member
from moksori.base.warehouse import outbox
from moksori.collect import writes
from moksori.collect.models import Copy, Feedback, ReviewItem
from moksori.collect.reads import review as reads
from moksori.collect.reads.feedback import FeedbackFilters, matching
from moksori.collect.review import Decision, ReviewKind, kinds, register
from moksori.collect.tests.files import csv_bytes, imported, reviews
from moksori.collect.tests.makers import make_feedback, make_source
from moksori.collect.writes.copies import compare, look_for_copies
from moksori.collect.writes.review import (
    decide,
    forget_evidence,
    put_up,
    take_back,
    take_down,
)

LONG = "주문한 지 일주일이 지났는데 아직도 배송이 안 왔어요. 전화도 안 받고 답답합니다."


def asked(team: Team, key: str = "7", **fields: object) -> ReviewItem:
    evidence = {"file": "a.csv", "refused": 3, "batch": 0}
    return put_up("rows", team.ours, key=key, evidence=evidence, **fields)  # type: ignore[arg-type]


def signed_in(member: object) -> Client:
    client = Client()
    client.force_login(member)  # type: ignore[arg-type]
    return client


def test_the_same_question_is_put_up_once(team: Team) -> None:
    first = put_up("mail", team.ours, key="7", evidence={"subject": "?"})
    again = put_up("mail", team.ours.pk, key="7", evidence={"subject": "!"})

    assert first.pk == again.pk
    assert ReviewItem.objects.get().evidence == {"subject": "!"}


def test_long_keys_stay_apart(team: Team) -> None:
    for end in "ab":
        put_up("mail", team.ours, key="x" * 300 + end, evidence={})

    assert ReviewItem.objects.count() == 2


def test_a_question_that_no_longer_stands_goes(team: Team) -> None:
    put_up("mail", team.ours, key="7", evidence={})
    take_down("mail", team.ours, key="7")

    assert not ReviewItem.objects.exists()


def test_what_was_decided_stays_decided_when_it_comes_again(team: Team) -> None:
    decide(asked(team), "leave", by=team.ada)

    again = asked(team)

    assert (again.state, again.decision) == ("dismissed", "leave")
    assert Entry.objects.filter(verb="decide_review").count() == 1


def test_of_two_who_decide_one_is_told_that_it_is_done(team: Team) -> None:
    item = asked(team)
    theirs = ReviewItem.objects.get(pk=item.pk)
    decide(item, "leave", by=team.ada)

    with pytest.raises(Conflict):
        decide(theirs, "again", by=team.ada)
    assert ReviewItem.objects.get().decision == "leave"


def test_an_unknown_decision_changes_nothing(team: Team) -> None:
    with pytest.raises(UserError):
        decide(asked(team), "burn", by=team.ada)

    assert ReviewItem.objects.get().is_open


def test_a_decision_is_taken_back(team: Team) -> None:
    item = decide(asked(team), "leave", by=team.ada)

    take_back(item, by=team.ada)

    assert ReviewItem.objects.get().is_open
    with pytest.raises(Conflict):
        take_back(item, by=team.ada)


def test_only_who_may_import_here_decides(team: Team) -> None:
    item = asked(team)

    for member in (team.vic, team.sol, team.eve):
        with pytest.raises(NotFound):
            reads.review_row(item.pk, by=member)
        with pytest.raises(NotAllowed):
            decide(item, "leave", by=member)


def test_who_cares_for_one_region_sees_its_items_alone(team: Team) -> None:
    kim = make_member("Kim", team.ours)
    people.give_role(kim, Role.ANALYST, unit=team.ours, regions=[team.seoul], by=None)
    own = asked(team, "s", region_id=team.seoul.pk)
    asked(team, "b", region_id=team.busan.pk)
    asked(team, "all")

    assert [item.pk for item in reads.visible_items(by=kim)] == [own.pk]


def test_the_evidence_is_forgotten_a_month_after_the_decision(team: Team) -> None:
    old, fresh = asked(team, "old"), asked(team, "fresh")
    for item in (old, fresh):
        decide(item, "leave", by=team.ada)
    ReviewItem.objects.filter(pk=old.pk).update(
        decided_at=timezone.now() - timedelta(days=31)
    )

    assert forget_evidence() == 1

    assert ReviewItem.objects.get(pk=old.pk).evidence == {}
    assert ReviewItem.objects.get(pk=fresh.pk).evidence
    page = signed_in(team.ada).get(reverse("collect:review_item", args=[old.pk]))
    assert page.status_code == 200


def test_every_kind_has_a_title_evidence_and_keys_of_its_own() -> None:
    for kind in kinds():
        assert str(kind.title)
        assert kind.decisions
        assert len({one.key for one in kind.decisions}) == len(kind.decisions)
    with pytest.raises(ValueError, match="taken"):
        register(ReviewKind("x", "X", "x.html", (Decision("n", "Next", "j"),)))


def test_rows_that_were_refused_wait_with_what_is_wrong(team: Team) -> None:
    rows = [*reviews(5), ("R-9", "언젠가", "느려요", 3, "제품", "서울")]
    batch = imported(csv_bytes(rows), make_source(team.ours), team.ada)

    page = signed_in(team.ada).get(reverse("collect:review"), follow=True)

    item = ReviewItem.objects.get()
    assert item.evidence["batch"] == batch.pk
    assert "언젠가" in page.content.decode()
    assert 'data-key="KeyX"' in page.content.decode()


def test_an_import_that_is_undone_asks_nothing_any_more(team: Team) -> None:
    rows = [*reviews(2), ("R-9", "언젠가", "느려요", 3, "제품", "서울")]
    batch = imported(csv_bytes(rows), make_source(team.ours), team.ada)

    writes.undo_import(batch, by=team.ada)

    assert not ReviewItem.objects.exists()


def test_deciding_leads_to_the_next_item_and_can_be_undone(team: Team) -> None:
    first, second = asked(team, "1"), asked(team, "2")
    client = signed_in(team.ada)

    answer = client.post(
        reverse("collect:review_decide", args=[first.pk]), {"decision": "leave"}
    )
    assert answer.headers["Location"] == reverse(
        "collect:review_item", args=[second.pk]
    )
    page = client.get(answer.headers["Location"]).content.decode()
    assert reverse("collect:review_undo", args=[first.pk]) in page
    client.post(reverse("collect:review_undo", args=[first.pk]))

    assert ReviewItem.objects.filter(state="open").count() == 2


def test_a_program_decides_and_takes_back(team: Team) -> None:
    item = asked(team)
    client = signed_in(team.ada)
    path = f"/api/v1/collect/review/{item.pk}"

    listed = client.get("/api/v1/collect/review").json()
    done = client.post(
        f"{path}/decision", {"decision": "again"}, content_type="application/json"
    )
    again = client.post(
        f"{path}/decision", {"decision": "again"}, content_type="application/json"
    )
    back = client.delete(f"{path}/decision")

    assert listed["total"] == 1
    assert (done.json()["state"], again.status_code) == ("decided", 409)
    assert back.json()["state"] == "open"


def said_twice(team: Team, later: str = LONG) -> tuple[Feedback, Feedback]:
    now = timezone.now()
    first = make_feedback(
        LONG,
        source=make_source(team.ours, "Store"),
        occurred_at=now - timedelta(days=2),
    )
    second = make_feedback(later, source=make_source(team.ours, "SNS"), occurred_at=now)
    return first, second


@pytest.mark.django_db(transaction=True)
def test_what_came_in_since_the_last_look_is_compared_once(team: Team) -> None:
    outbox.put("feedback", {"ids": [row.pk for row in said_twice(team)]})

    assert (look_for_copies(), look_for_copies()) == (1, 0)


class TestCopies:
    def look(self, *rows: Feedback) -> int:
        return compare([{"ids": [row.pk for row in rows]}])

    def test_nearly_the_same_words_through_two_channels_are_asked_about(
        self, team: Team
    ) -> None:
        pair = said_twice(team, f"안녕하세요 {LONG}!!")

        assert self.look(*pair) == 1

        item = ReviewItem.objects.get(kind="duplicate")
        assert item.evidence == {"feedback": [row.pk for row in pair]}
        page = signed_in(team.ada).get(reverse("collect:review"), follow=True)
        assert page.content.decode().count("아직도 배송이 안 왔어요") == 2
        assert self.look(*pair) == 1
        assert ReviewItem.objects.count() == 1

    def test_one_voice_is_linked_and_can_be_left_out(self, team: Team) -> None:
        first, second = said_twice(team)
        self.look(first, second)
        item = ReviewItem.objects.get(kind="duplicate")

        decide(item, "same", by=team.ada)

        alone = FeedbackFilters(copies="without")
        assert Copy.objects.get().feedback == second
        assert list(matching(alone, by=team.ada)) == [first]
        assert matching(FeedbackFilters(), by=team.ada).count() == 2
        take_back(ReviewItem.objects.get(), by=team.ada)
        assert not Copy.objects.exists()

    def test_what_is_taken_back_is_as_it_was(self, team: Team) -> None:
        first, second = said_twice(team)
        third, other = (
            make_feedback(LONG, source=make_source(team.ours, name))
            for name in ("Mail", "Call")
        )
        Copy.objects.create(feedback=third, of=second)
        Copy.objects.create(feedback=second, of=other, member=team.pia)
        before = sorted(Copy.objects.values_list("feedback", "of", "member"))
        self.look(first, second)
        item = ReviewItem.objects.get(
            evidence={"feedback": [first.pk, second.pk]}, kind="duplicate"
        )

        decide(item, "same", by=team.ada)

        assert {one.of for one in Copy.objects.all()} == {first}
        take_back(ReviewItem.objects.get(pk=item.pk), by=team.ada)
        assert sorted(Copy.objects.values_list("feedback", "of", "member")) == before

    def test_half_a_pair_is_not_decided(self, team: Team) -> None:
        first, second = said_twice(team)
        self.look(first, second)
        item = ReviewItem.objects.get(kind="duplicate")
        Feedback.objects.filter(pk=first.pk).delete()

        with pytest.raises(Conflict):
            decide(item, "same", by=team.ada)

        assert ReviewItem.objects.get().is_open
        assert not Copy.objects.exists()

    @pytest.mark.parametrize(
        "text", ["배송이 늦어요", LONG[:10] + "다른 이야기입니다."]
    )
    def test_short_or_other_words_are_no_copies(self, team: Team, text: str) -> None:
        first = make_feedback(text, source=make_source(team.ours, "Store"))
        second = make_feedback(
            text if len(text) < 10 else LONG, source=make_source(team.ours, "SNS")
        )

        assert self.look(first, second) == 0

    def test_a_removed_feedback_is_asked_about_no_more(self, team: Team) -> None:
        pair = said_twice(team)
        self.look(*pair)
        compare([{"removed": [pair[1].pk]}])

        assert not ReviewItem.objects.exists()

    def test_what_others_hear_is_not_compared(self, team: Team) -> None:
        first = make_feedback(LONG, source=make_source(team.ours, "Store"))
        second = make_feedback(LONG, source=make_source(team.theirs, "SNS"))

        assert self.look(first, second) == 0
