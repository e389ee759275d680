"""What could be asked better, and what is offered to start from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils.translation import override

from moksori.base.errors import NotFound
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.lint import Note, Rule, Severity, lint
from moksori.collect.questionnaires.lint.ranges import range_of, ranges
from moksori.collect.questionnaires.templates import ORDER, template, templates
from moksori.collect.questionnaires.tests.makers import answer_to, asked, made, page
from moksori.collect.tests.asked import LANGUAGES, PARTS, measured

ENDS = {
    "low_words": {"en": "bad", "ko": "나쁨"},
    "high_words": {"en": "good", "ko": "좋음"},
}


def notes(
    *questions: dict[str, object], language: str = "en", **more: object
) -> list[Note]:
    whole = made(page("p", *questions), languages=[language], **more)
    return [note for note in lint(whole, language) if note.rule != Rule.NO_REASON]


def one(text: str, type: str = "csat", *, language: str = "en", **more: object) -> Note:
    [note] = notes(asked("q", type, text=text, **ENDS, **more), language=language)
    return note


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_it_is_measured_on_are_judged_as_told(language, part):
    scores = measured(language, part)

    assert scores.precision >= 0.95, scores.lines
    assert scores.recall >= 0.95, scores.lines
    assert scores.good_flagged == 0


@pytest.mark.parametrize("name", ORDER)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_has_nothing_to_mend(name, language):
    assert lint(template(name).questionnaire, language) == ()


def test_templates_say_what_they_are_for_in_both_languages():
    assert [one.id for one in templates()] == list(ORDER)
    for one_ in templates():
        assert set(one_.about) == {"ko", "en"}
        assert one_.questionnaire.metadata["template"] == one_.id
    with pytest.raises(NotFound):
        template("../secret")


@pytest.mark.parametrize(
    ("text", "language", "first", "second"),
    [
        ("How satisfied are you with the price and quality of our products?", "en",
         "How satisfied are you with the price of our products?",
         "How satisfied are you with the quality of our products?"),
        ("How friendly and quick was our staff?", "en",
         "How friendly was our staff?", "How quick was our staff?"),
        ("Did you find it and would you buy it?", "en",
         "Did you find it?", "Would you buy it?"),
        ("How easy was it to find the item and pay the bill?", "en",
         "How easy was it to find the item?", "How easy was it to pay the bill?"),
        ("가격과 품질에 만족하십니까?", "ko",
         "가격에 만족하십니까?", "품질에 만족하십니까?"),
        ("맛이나 양은 어떠셨습니까?", "ko", "맛은 어떠셨습니까?", "양은 어떠셨습니까?"),
        ("앱은 빠르고 안전합니까?", "ko", "앱은 빠릅니까?", "앱은 안전합니까?"),
        ("전화 상담과 방문 상담을 평가해 주십시오.", "ko",
         "전화 상담을 평가해 주십시오.", "방문 상담을 평가해 주십시오."),
    ],
)  # fmt: skip
def test_two_questions_in_one_are_told_apart(text, language, first, second):
    found = one(text, language=language)

    assert found.rule == Rule.DOUBLE_BARRELLED
    assert (found.wording, found.second) == (first, second)
    assert first in str(found.better)


@pytest.mark.parametrize(
    ("text", "language", "wording"),
    [
        ("How satisfied are you with our excellent service?", "en",
         "How satisfied are you with our service?"),
        ("최고의 서비스에 만족하십니까?", "ko", "서비스에 만족하십니까?"),
        ("How amazing was it?", "en", "How was it?"),
    ],
)  # fmt: skip
def test_praise_is_taken_out(text, language, wording):
    assert one(text, language=language).wording == wording


def test_a_note_says_why_and_what_is_better_in_the_readers_language():
    with override("ko"):
        found = one("How satisfied are you with our excellent service?")
        assert "excellent" in str(found.why)
    assert found.path == "pages.0.questions.0.text"
    assert found.question_path == "pages.0.questions.0"
    assert found.to_json()["rule"] == "leading"


def test_notes_come_in_the_order_of_the_questions():
    many = [asked(f"q{n}", "text", text=f"Your SSN {n}?") for n in range(12)]

    paths = [note.path for note in notes(*many)]

    assert paths == [f"pages.0.questions.{n}.text" for n in range(12)]


def _options(*texts: str) -> list[dict[str, str]]:
    return [{"id": f"o{n}", "text": text} for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "wording"),
    [
        (("18–25", "25–35", "over 35"), "26–35"),
        (("0", "1–2", "5–10"), "3–10"),
        (("1~10명", "10~50명", "51명 이상"), "11~50명"),
        (("5만 원 이하", "5만 원 이상 10만 원 미만", "10만 원 이상"), ""),
    ],
)
def test_steps_that_share_or_miss_a_number_are_told(texts, wording):
    found = notes(asked("q", "single", text="How many?", options=_options(*texts)))

    assert [note.rule for note in found] == [Rule.OVERLAPPING]
    assert found[0].wording == wording


@pytest.mark.parametrize(
    "texts",
    [
        ("under 50", "50 to 99", "100 or more"),
        ("6–11 months", "1–2 years"),
        ("10대", "20대", "30대"),
        ("1,000–1,999", "2,000–2,999"),
        ("1년 미만", "1년 이상 3년 미만", "3년 이상"),
        ("2026-01", "2026-02"),
        ("red", "5 blue"),
    ],
)
def test_steps_that_fit_are_left_alone(texts):
    assert not notes(asked("q", "single", text="How many?", options=_options(*texts)))


def test_a_range_knows_what_belongs_to_it():
    assert range_of("10만 원 미만").high == 100_000
    assert not range_of("10만 원 미만").has_high
    assert range_of("1,000 to 1,999").low == 1_000
    assert range_of("hello") is None
    assert ranges(["3", "1", "2"]) == []


def test_a_scale_without_names_for_its_ends_is_told():
    found = notes(asked("q", "csat", text="How was it?"))

    assert [note.rule for note in found] == [Rule.UNNAMED_ENDS]


def test_what_is_not_said_in_a_language_is_told():
    whole = made(
        page("p", asked("q", "text", text={"ko": "이름?", "en": "Name?"})),
        page("r", asked("r", "text", text={"ko": "{q}님, 왜요?", "en": "Why?"})),
        title={"ko": "설문"}, languages=["ko", "en"],
    )  # fmt: skip

    found = {(note.path, note.rule) for note in lint(whole, "en")}

    assert ("title", Rule.UNTRANSLATED) in found
    assert ("pages.1.questions.0.text", Rule.PLACEHOLDERS) in found


def test_consents_are_one_by_one_and_free():
    found = notes(
        asked("a", "consent", text="I agree to marketing and to sharing with partners.",
              purpose="marketing", required=True),
    )  # fmt: skip

    assert {note.rule for note in found} == {
        Rule.BUNDLED_CONSENT,
        Rule.FORCED_CONSENT,
    }


def test_an_address_needs_a_reason():
    lonely = notes(asked("mail", "email", text="Your address?"))
    asked_first = notes(
        asked("ok", "consent", text="You may contact me."),
        asked("mail", "email", text="Your address?", show=answer_to("ok")),
    )

    assert [note.rule for note in lonely] == [Rule.CONTACT_WITHOUT_CONSENT]
    assert asked_first == []


def test_what_is_private_may_be_asked_if_it_may_be_left_out():
    text = "What is your religion?"
    listed = _options("A", "B")

    assert one(text, "single", options=listed).rule == Rule.SENSITIVE
    assert not notes(
        asked("q", "single", text=text, options=listed, may_prefer_not=True)
    )


def test_a_list_that_must_be_answered_needs_a_way_out():
    listed = _options("Red", "Green", "Blue", "Yellow")
    q = asked("q", "single", text="Which colour?", options=listed, required=True)

    assert [note.rule for note in notes(q)] == [Rule.NO_WAY_OUT]
    assert notes({**q, "may_not_apply": True}) == []


def test_too_much_is_told_except_in_a_talk():
    many = [asked(f"q{n}", "long_text", text=f"What about {n}?") for n in range(20)]

    assert {note.rule for note in notes(*many)} == {
        Rule.TOO_MANY,
        Rule.TOO_MUCH_WRITING,
    }
    assert notes(*many, metadata={"mode": "interview"}) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{이름}} 님, 어떠셨습니까?", "{{이름}}"),
        ("{이름} 님, 어떠셨습니까?", "{이름}"),
        ("${e://Field/name} 님, 어떠셨습니까?", "${e://Field/name}"),
        ("{{ name }} 님, 어떠셨습니까?", "{{ name }}"),
        ("{item}의 { 까닭 }은 무엇입니까?", "{ 까닭 }"),
    ],
)
def test_places_that_nothing_is_put_into_are_told(text, found):
    told = [
        note
        for note in notes(asked("q", "text", text=text), language="ko")
        if note.rule == Rule.UNKNOWN_PLACE
    ]

    assert [note.severity for note in told] == [Severity.SERIOUS]
    assert found in str(told[0].why)


def test_places_of_our_own_are_no_trouble():
    found = notes(
        {"id": "nps", "type": "hidden"},
        asked("q", "text", text="{nps|아직 없는} 점을 주신 {item} 까닭은 무엇입니까?"),
        language="ko",
    )

    assert [note for note in found if note.rule == Rule.UNKNOWN_PLACE] == []


def test_korean_that_mixes_two_tones_is_told():
    found = notes(
        asked("a", "text", text="무엇을 사셨습니까?"),
        asked("b", "text", text="어디에서 사셨습니까?"),
        asked("c", "text", text="언제 사셨나요?"),
        language="ko",
    )

    assert [(note.path[-6:], note.rule) for note in found] == [
        ("2.text", Rule.REGISTER)
    ]
    assert found[0].severity == Severity.HINT


def test_a_language_without_rules_of_wording_has_those_of_structure():
    found = notes(
        asked("q", "single", text="Combien?", options=_options("1–5", "5–9")),
        language="fr",
    )

    assert [note.rule for note in found] == [Rule.OVERLAPPING]


def test_long_and_odd_texts_take_no_time():
    whole: Questionnaire = template("relationship").questionnaire
    odd = [
        "가과 " * 1_600,
        "a and " * 800,
        "?" * 5_000,
        "하고 " * 1_600,
        "((((" * 1_000,
    ]
    for text in odd:
        words = replace(whole.title, by_language={"ko": text, "en": text})
        questions = tuple(
            replace(one_, text=words) for one_ in whole.pages[0].questions
        )
        page_ = replace(whole.pages[0], questions=questions)
        for language in LANGUAGES:
            assert lint(replace(whole, pages=(page_,)), language)
