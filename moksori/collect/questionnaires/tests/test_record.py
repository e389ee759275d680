"""A response as feedback: kinds, words, places, and three kinds of missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, settings

from moksori.collect.answers import Kind
from moksori.collect.answers import State as Missing
from moksori.collect.questionnaires.flow import State
from moksori.collect.questionnaires.record import record_of
from moksori.collect.questionnaires.tests.makers import (
    ABC,
    YES_NO,
    answer_to,
    asked,
    made,
    page,
    responses,
)
from moksori.collect.records import prepared

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GRADES = [{"id": f"g{n}", "text": str(n), "score": n} for n in (1, 2, 3)]
ENGLISH = {"id": "x", "text": {"ko": "앱", "en": "App"}}


def recorded(q, answers, **more):
    return record_of(
        q, State(answers, **more), external_id="r1", channel="survey",
        occurred_at=NOW,
    )  # fmt: skip


def by_key(record):
    return {answer.key: answer for answer in record.answers}


def test_every_kind_of_answer_becomes_its_kind():
    q = made(page(
        "p", asked("n", "nps"), asked("c", "csat"), asked("e", "ces"),
        asked("s", "stars", high=10), asked("f", "smileys"), asked("one", "single"),
        asked("some", "multiple"), asked("order", "ranking"), asked("num", "number"),
        asked("day", "date"), asked("t", "text"), asked("w", "without"),
        asked("pts", "sum"), asked("m", "matrix", options=GRADES),
        asked("mm", "matrix_multiple")))  # fmt: skip
    found = by_key(recorded(q, {
        "n": 9, "c": 4, "e": 7, "s": 10, "f": 1, "one": "b", "some": ["c", "a"],
        "order": ["b", "a", "c"], "num": 2.5, "day": "2026-12-01", "t": "빨라요",
        "w": "very", "pts": {"a": 100}, "m": {"yes": "g3"}, "mm": {"no": ["a", "b"]},
    }))  # fmt: skip

    assert {key: (one.kind, one.value) for key, one in found.items()} == {
        "n": (Kind.NPS, 9), "c": (Kind.CSAT, 4), "e": (Kind.CES, 7),
        "s": (Kind.RATING, 10), "f": (Kind.RATING, 1), "one": (Kind.CHOICE, "항목 b"),
        "some": (Kind.CHOICES, ["항목 c", "항목 a"]),
        "order": (Kind.CHOICES, ["항목 b", "항목 a", "항목 c"]),
        "num": (Kind.NUMBER, 2.5), "day": (Kind.DATE, "2026-12-01"),
        "t": (Kind.TEXT, "빨라요"), "w": (Kind.CHOICE, "매우 아쉬워요"),
        "pts.a": (Kind.NUMBER, 100), "pts.b": (Kind.NUMBER, 0),
        "pts.c": (Kind.NUMBER, 0),
        "m.yes": (Kind.RATING, 3), "m.no": (Kind.RATING, None),
        "mm.yes": (Kind.CHOICES, None), "mm.no": (Kind.CHOICES, ["항목 a", "항목 b"]),
    }  # fmt: skip
    assert (found["s"].scale, found["m.yes"].scale) == ((1, 10), (1, 3))
    assert found["m.no"].state == Missing.SKIPPED


MISSING = made(
    page("p1", asked("shown", "nps"), asked("never", "text", show={"==": [1, 2]}),
         asked("na", "csat", may_not_apply=True),
         asked("no", "text", may_prefer_not=True)),
    page("p2", asked("late", "single")),
)  # fmt: skip


def test_the_three_kinds_of_missing_are_kept_apart():
    record = recorded(MISSING, {"na?": "not_applicable", "no?": "prefer_not_to_say"})

    assert {answer.key: answer.state for answer in record.answers} == {
        "shown": Missing.SKIPPED,
        "never": Missing.NOT_SHOWN,
        "na": Missing.NOT_APPLICABLE,
        "no": Missing.SKIPPED,
        "late": Missing.SKIPPED,
    }
    assert record.metadata == {"prefer_not_to_say": ["no"]}


def test_a_row_that_does_not_apply_is_told_apart():
    q = made(page("p", asked("m", "matrix", may_not_apply=True)))
    found = by_key(recorded(q, {"m": {"yes": "not_applicable", "no": "a"}}))

    assert found["m.yes"].state == Missing.NOT_APPLICABLE
    assert found["m.no"].value == "항목 a"


def test_choices_count_together_in_whatever_language_they_were_made():
    q = made(page("p", asked("q", "single", options=[ENGLISH, *ABC])))

    korean, english = (recorded(q, {"q": "x"}, language=one) for one in ("ko", "en"))

    assert [by_key(one)["q"].value for one in (korean, english)] == ["앱", "앱"]
    assert english.raw == {"answers": {"q": "x"}}


def test_own_words_are_words_of_their_own():
    q = made(page("p", asked("q", "single", options=[
        *ABC, {"id": "etc", "text": "기타", "other": True}])))  # fmt: skip
    record = recorded(q, {"q": "etc", "q:etc": "전화로 물어봤어요"})

    assert [(one.key, one.kind, one.value) for one in record.answers] == [
        ("q", Kind.CHOICE, "기타"),
        ("q.etc", Kind.TEXT, "전화로 물어봤어요"),
    ]


def test_each_copy_of_a_page_is_an_answer_of_its_own():
    q = made(page("p1", asked("used", "multiple")),
             page("p2", asked("how", "csat", text="{item} 어땠나요?", code="HOW"),
                  loop={"over": "used"}))  # fmt: skip
    found = by_key(recorded(q, {"used": ["b", "a"], "how@a": 1, "how@b": 5}))

    assert (found["HOW@a"].value, found["HOW@b"].value) == (1, 5)
    assert found["HOW@b"].label == "항목 b 어땠나요?"


def test_what_a_customer_said_stands_in_no_label():
    # Labels are not masked, and questions are counted by them.
    q = made(page("p1", asked("name", "text")),
             page("p2", asked("q", "text", text="{name}님, 왜인가요?")))  # fmt: skip
    record = recorded(q, {"name": "홍길동"})

    assert by_key(record)["q"].label == "…님, 왜인가요?"


def test_consents_addresses_files_and_places_go_where_they_belong():
    q = made(
        page(
            "p",
            asked("c1", "consent", purpose="contact"),
            asked("c2", "consent", purpose="marketing"),
            asked("mail", "email"),
            asked("tel", "phone"),
            asked("pic", "photo"),
            asked("h1", "hidden", code="product"),
            asked("h2", "hidden", code="tier"),
        )
    )
    record = recorded(
        q,
        {
            "c1": True,
            "mail": "kim@example.com",
            "tel": "01012345678",
            "pic": ["x.jpg"],
            "h1": "앱",
            "h2": "gold",
        },
        variant="b",
    )

    assert record.consent == {"contact": True, "marketing": False}
    assert record.answers == ()
    assert (record.product, record.attributes) == ("앱", {"tier": "gold"})
    assert record.metadata == {"variant": "b", "files": {"pic": ["x.jpg"]}}
    assert "kim@example.com" not in prepared(record).answers


def test_the_order_in_which_things_were_asked_changes_nothing():
    pages = (
        page(f"p{n}", asked(f"q{n}", "text"), asked(f"m{n}", "matrix", random=True),
             asked(f"s{n}", "sum", random=True), random=True)
        for n in range(4)
    )  # fmt: skip
    q = made(*pages, random=True)
    answers = {"q0": "가", "m1": {"yes": "a"}, "s2": {"b": 100}}

    assert (
        len({prepared(recorded(q, answers, seed=n)).fingerprint for n in range(9)}) == 1
    )


def test_the_codes_of_questions_name_the_answers():
    q = made(page("p", asked("q", "nps", code="NPS_MAIN")))

    assert by_key(recorded(q, {"q": 9}))["NPS_MAIN"].value == 9


def test_an_answer_beside_the_path_is_not_told():
    q = made(
        page(
            "p",
            asked("a", "nps"),
            asked("b", "text", show=answer_to("c2")),
            asked("c", "single", options=YES_NO),
        ),
        page("p2", asked("c2", "hidden")),
    )

    assert by_key(recorded(q, {"a": 9, "b": "옛말"}))["b"].value is None


@settings(max_examples=25, deadline=None)
@given(responses())
def test_any_response_becomes_a_record_that_can_be_stored(response):
    q, answers, seed = response
    record = recorded(q, answers, seed=seed)
    ready = prepared(record)

    assert len(json.loads(ready.answers)) == len(record.answers)
    assert len({one.key for one in record.answers}) == len(record.answers)
    assert all(
        one.value is None or one.state == Missing.ANSWERED for one in record.answers
    )
    assert all(one.value is not None or one.state != Missing.ANSWERED
               for one in record.answers)  # fmt: skip
