"""Surveys are begun, built, published and handed out by pages that need no script."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.models import Survey
from moksori.collect.questionnaires import editing
from moksori.collect.questionnaires.definition import Type
from moksori.collect.questionnaires.drafts import Draft, empty
from moksori.collect.questionnaires.templates import templates
from moksori.collect.writes import surveys as writes

pytestmark = pytest.mark.django_db


def a_draft() -> Draft:
    """Recommendation and reason, ready to be published."""
    draft = editing.change_whole(empty(), {"title": {"ko": "한 가지만 여쭙니다"}})
    draft = editing.add_question(draft, Type.NPS)
    draft = editing.add_question(draft, Type.LONG_TEXT)
    for path, text in (
        ("pages.0.questions.0.text", "저희를 추천하시겠습니까?"),
        ("pages.0.questions.1.text", "그렇게 답하신 까닭은 무엇입니까?"),
    ):
        draft = editing.say(draft, path, "ko", text)
    return draft


def a_survey(team: Team, draft: Draft | None = None, name: str = "추천") -> Survey:
    return writes.add_survey(
        name, unit=team.ours, draft=a_draft() if draft is None else draft, by=team.ada
    )


def signed_in(client: Client, member: Member) -> Client:
    member.language = "en"
    member.save(update_fields=["language"])
    client.force_login(member)
    return client


def at(name: str, survey: Survey) -> str:
    return reverse(f"collect:{name}", args=[survey.pk])


def order(client: Client, survey: Survey, **fields: Any) -> Any:
    headers = {"HX-Request": "true"} if fields.pop("htmx", False) else {}
    return client.post(at("survey_build", survey), fields, headers=headers)


def test_a_survey_begins_from_a_template(client: Client, team: Team) -> None:
    signed_in(client, team.ada)
    page = client.get(reverse("collect:survey_new"))
    assert page.status_code == 200
    answer = client.post(
        reverse("collect:survey_new"),
        {"name": "관계 조사", "unit": team.ours.pk, "start": "relationship"},
    )
    survey = Survey.objects.get()
    assert answer.url == at("survey_build", survey)
    assert survey.draft["metadata"]["template"] == "relationship"
    assert client.get(answer.url).status_code == 200


def test_a_survey_begins_from_a_file(client: Client, team: Team) -> None:
    signed_in(client, team.ada)
    file = SimpleUploadedFile("q.json", json.dumps(a_draft()).encode())
    client.post(
        reverse("collect:survey_new"),
        {"name": "파일", "unit": team.ours.pk, "file": file},
    )
    assert Survey.objects.get().draft == a_draft()


@pytest.mark.parametrize("content", [
    b"", b"\x00\xff", b"[1]", b"[" * 50_000, b"{}",
    b'{"moksori": 1, "pages": [NaN]}',
    b'{"moksori": 1, "pages": ' + b"[" * 70 + b"]" * 70 + b"}",
    b'{"moksori": 1, "pages": ' + b"9" * 400 + b"}",
])  # fmt: skip
def test_a_file_without_a_questionnaire_is_refused(
    client: Client, team: Team, content: bytes
) -> None:
    signed_in(client, team.ada)
    answer = client.post(
        reverse("collect:survey_new"),
        {"name": "파일", "unit": team.ours.pk,
         "file": SimpleUploadedFile("q.json", content or b" ")},
    )  # fmt: skip
    assert answer.status_code == 422
    assert not Survey.objects.exists()


def test_every_type_can_be_added_and_its_form_opens(client: Client, team: Team) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team, empty())
    for type_ in Type:
        answer = order(
            client, survey, do="add_question", page="p1", type=type_.value, htmx=True
        )
        assert answer.status_code == 200
        assert f'value="{type_.value}" selected' in answer.content.decode()
    survey.refresh_from_db()
    assert [q["type"] for q in survey.draft["pages"][0]["questions"]] == list(Type)


def test_the_preview_shows_every_type_as_customers_will_see_it(
    client: Client, team: Team
) -> None:
    signed_in(client, team.ada)
    draft = empty()
    for type_ in Type:
        draft = editing.add_question(draft, type_)
    survey = a_survey(team, draft)
    answer = client.get(at("survey_preview", survey), {"at": "p1", "language": "ko"})
    assert answer.status_code == 200
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert client.get(at("survey_try", survey)).status_code == 200


def test_a_trial_follows_the_rules_and_stores_nothing(
    client: Client, team: Team
) -> None:
    signed_in(client, team.ada)
    draft = editing.add_page(a_draft())
    draft = editing.add_question(draft, Type.TEXT, page=draft["pages"][1]["id"])
    draft = editing.say(draft, "pages.1.questions.0.text", "ko", "무엇이 나빴습니까?")
    nps = draft["pages"][0]["questions"][0]["id"]
    draft = editing.change_page(
        draft, draft["pages"][1]["id"], {"show": {"<=": [{"answer": nps}, 6]}}
    )
    survey = a_survey(team, draft)
    first = client.get(at("survey_try", survey), {"language": "ko"})
    begin = first.context["begin"]
    low = client.post(at("survey_try", survey), {"begin": begin, nps: "3"})
    assert "무엇이 나빴습니까?" in low.content.decode()
    high = client.post(at("survey_try", survey), {"begin": begin, nps: "9"})
    assert "무엇이 나빴습니까?" not in high.content.decode()
    assert survey.responses.count() == 0


def test_moving_by_script_answers_with_the_builder_alone(
    client: Client, team: Team
) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    answer = order(client, survey, do="move_down", id="q2", at="q2", htmx=True)
    text = answer.content.decode()
    assert text.lstrip().startswith('<div class="builder"')
    assert answer["HX-Retarget"] == "#builder"
    survey.refresh_from_db()
    ids = [q["id"] for q in survey.draft["pages"][0]["questions"]]
    assert ids == ["q3", "q2"]


def test_what_is_typed_leaves_the_form_alone(client: Client, team: Team) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    answer = order(
        client, survey, do="question", id="q2", language="ko", type="nps",
        text="고객님은 추천하시겠습니까?", htmx=True,
    )  # fmt: skip
    assert "HX-Retarget" not in answer
    assert 'id="open"' not in answer.content.decode()
    assert answer["HX-Trigger-After-Settle"] == "draft-changed"
    survey.refresh_from_db()
    assert "고객님은" in survey.draft["pages"][0]["questions"][0]["text"]["ko"]


def test_without_a_script_each_order_leads_back_to_the_page(
    client: Client, team: Team
) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    answer = order(client, survey, do="delete", id="q3", language="ko")
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200


def test_two_people_change_two_questions(client: Client, team: Team) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    other = Client()
    other.force_login(team.ada)
    order(client, survey, do="question", id="q2", language="ko", text="하나")
    order(other, survey, do="question", id="q3", language="ko", text="둘")
    survey.refresh_from_db()
    texts = [q["text"]["ko"] for q in survey.draft["pages"][0]["questions"]]
    assert texts == ["하나", "둘"]


def test_a_deleted_published_id_is_never_given_again(
    client: Client, team: Team
) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    client.post(at("survey_publish", survey))
    order(client, survey, do="delete", id="q3")
    order(client, survey, do="add_question", page="p1", type="text")
    survey.refresh_from_db()
    ids = [q["id"] for q in survey.draft["pages"][0]["questions"]]
    assert ids == ["q2", "q4"]


def test_what_is_missing_stops_publishing_and_is_told(
    client: Client, team: Team
) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team, empty())
    answer = client.post(at("survey_publish", survey), follow=True)
    assert "still missing" in answer.content.decode()
    survey.refresh_from_db()
    assert survey.status == "draft"


def test_versions_say_what_changed_and_can_be_gone_back_to(
    client: Client, team: Team
) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    client.post(at("survey_publish", survey))
    order(client, survey, do="question", id="q2", language="ko", text="다른 물음")
    page = client.get(at("survey_versions", survey)).content.decode()
    assert "다른 물음" in page
    assert "not comparable with before" in page
    client.post(at("survey_publish", survey), {"asked": "yes"})
    client.post(at("survey_versions", survey), {"version": "1"})
    survey.refresh_from_db()
    assert "추천" in survey.draft["pages"][0]["questions"][0]["text"]["ko"]
    assert survey.version.number == 2
    file = client.get(at("survey_file", survey))
    assert json.loads(file.content) == survey.draft


@pytest.mark.parametrize("kind", ["surveyjs", "xlsform", "limesurvey"])
def test_a_draft_goes_to_other_programs_and_comes_back(
    client: Client, team: Team, kind: str
) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    url = f"{at('survey_file', survey)}?kind={kind}"
    assert client.get(url).status_code == 200
    file = client.get(f"{url}&anyway=yes")
    assert "attachment" in file["Content-Disposition"]
    upload = SimpleUploadedFile("q", file.content)
    client.post(
        reverse("collect:survey_new"),
        {"name": "다시", "unit": team.ours.pk, "file": upload},
    )
    back = Survey.objects.get(name="다시").draft
    texts = [q["text"]["ko"] for page in back["pages"] for q in page["questions"]]
    assert texts == ["저희를 추천하시겠습니까?", "그렇게 답하신 까닭은 무엇입니까?"]


def test_words_of_all_languages_stand_beside_each_other(
    client: Client, team: Team
) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    page = client.get(at("survey_words", survey)).content.decode()
    assert 'name="say:pages.0.questions.0.text:en"' in page
    client.post(
        at("survey_words", survey),
        {"say:pages.0.questions.0.text:en": "Would you recommend us?"},
    )
    survey.refresh_from_db()
    assert survey.draft["pages"][0]["questions"][0]["text"] == {
        "ko": "저희를 추천하시겠습니까?",
        "en": "Would you recommend us?",
    }


def test_settings_are_kept(client: Client, team: Team) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    client.post(
        at("survey_settings", survey),
        {"do": "whole", "language": "ko", "title": "새 제목", "languages": "ko en ja",
         "closes_at": "2030-01-01T00:00"},
    )  # fmt: skip
    client.post(at("survey_settings", survey), {"do": "quotas", "then": "add_quota"})
    survey.refresh_from_db()
    assert survey.draft["languages"] == ["ko", "en", "ja"]
    assert survey.draft["back"] is False
    assert survey.draft["quotas"][0]["limit"] == 100
    assert client.get(at("survey_settings", survey)).status_code == 200


def test_it_is_handed_out_paused_and_closed(client: Client, team: Team) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team)
    assert client.get(at("survey_share", survey)).status_code == 200
    client.post(at("survey_publish", survey))
    page = client.get(at("survey_share", survey)).content.decode()
    assert f"/s/{survey.slug}/" in page
    assert "<svg" in page
    for to, status in (("pause", "paused"), ("reopen", "open"), ("close", "closed")):
        client.post(at("survey_turn", survey), {"to": to})
        survey.refresh_from_db()
        assert survey.status == status


def test_who_only_reads_sees_results_and_builds_nothing(
    client: Client, team: Team
) -> None:
    survey = a_survey(team)
    signed_in(client, team.vic)
    assert client.get(reverse("collect:surveys")).status_code == 200
    assert client.get(at("survey_results", survey)).status_code == 200
    assert client.get(at("survey_build", survey)).status_code == 403
    assert client.post(at("survey_publish", survey)).status_code == 403


def test_an_outsider_finds_nothing(client: Client, team: Team) -> None:
    survey = a_survey(team)
    signed_in(client, team.eve)
    for name in ("survey", "survey_build", "survey_results", "survey_preview"):
        assert client.get(at(name, survey)).status_code == 404
    assert survey.name not in client.get(reverse("collect:surveys")).content.decode()


def test_programs_build_publish_and_read_by_json(client: Client, team: Team) -> None:
    signed_in(client, team.ada)
    made = client.post(
        "/api/v1/collect/surveys",
        {"unit": team.ours.pk, "name": "API", "definition": empty()},
        content_type="application/json",
    )
    assert made.status_code == 201
    found = made.json()
    assert {one["path"] for one in found["problems"]} == {
        "title", "pages.0.questions"
    }  # fmt: skip
    url = f"/api/v1/collect/surveys/{found['id']}"
    put = {"definition": a_draft(), "seen": 1}
    assert client.put(f"{url}/draft", put, "application/json").json()["problems"] == []
    assert client.put(f"{url}/draft", put, "application/json").status_code == 409
    assert client.generic("POST", f"{url}/publish").json()["number"] == 1
    same = {"same": ["q2"]}
    again = client.post(f"{url}/publish", same, "application/json").json()
    assert (again["number"], again["same"]) == (1, [])  # nothing to be the same
    paused = client.put(f"{url}/status", {"status": "paused"}, "application/json")
    assert paused.json()["status"] == "paused"
    assert client.get(f"{url}/versions").json()[0]["definition"]["pages"]
    assert client.get(f"{url}/results").json()["questions"][0]["answered"] == 0
    assert client.get("/api/v1/collect/surveys").json()[0]["name"] == "API"


@pytest.mark.parametrize(
    "definition",
    [{}, {"pages": 1}, {"pages": [1, {"questions": [None, {"options": "x"}]}]},
     {"languages": [1, {}], "title": 5}, {"quotas": {"a": 1}, "opens_at": 7},
     {"pages": [{"id": "p", "show": {"explode": []}, "loop": 3, "go": [{"to": 1}],
                 "questions": [{"id": "p", "type": "nps", "low": {}, "show": [[[]]],
                                "text": 3}]}]}],
)  # fmt: skip
def test_any_json_as_a_draft_can_be_opened(
    client: Client, team: Team, definition: Any
) -> None:
    signed_in(client, team.ada)
    survey = a_survey(team, definition)
    for name in ("survey_build", "survey_words", "survey_settings", "survey_preview",
                 "survey_try", "survey_versions", "survey_file"):  # fmt: skip
        for what in ("p", "q2"):
            assert client.get(at(name, survey), {"at": what}).status_code == 200


def test_an_empty_survey_speaks_one_language_and_has_its_name_as_title(
    client: Client, team: Team
) -> None:
    team.ada.language = "ko"
    team.ada.save(update_fields=["language"])
    client.force_login(team.ada)
    page = client.get(reverse("collect:survey_new")).content.decode()
    assert "---------" not in page
    assert "8개" in page  # words in between are no questions
    client.post(
        reverse("collect:survey_new"), {"name": " 방문  소감 ", "unit": team.ours.pk}
    )
    survey = Survey.objects.get(name="방문 소감")
    assert survey.draft["languages"] == ["ko"]
    assert survey.draft["title"] == {"ko": "방문 소감"}
    built = client.get(at("survey_build", survey)).content.decode()
    assert "이 쪽에는 문항이 없습니다." in built  # what the sign at the page means
    order(client, survey, do="add_language", add="en", language="ko")
    survey.refresh_from_db()
    assert survey.draft["languages"] == ["ko", "en"]


def test_rules_of_quotas_follow_what_they_look_at(client: Client, team: Team) -> None:
    draft = editing.add_question(a_draft(), Type.SINGLE)
    survey = a_survey(team, draft)
    signed_in(client, team.ada)
    fields = {"do": "quotas", "quota-0-id": "q", "quota-0-name": "강남 할당",
              "quota-0-limit": "5", "quota-0-when-0-about": "q4",
              "quota-0-when-0-was": "q2", "quota-0-when-0-how": "at_most",
              "quota-0-when-0-was-how": "at_most",
              "quota-0-when-0-value": "5"}  # fmt: skip
    live = client.post(
        at("survey_settings", survey), fields, headers={"HX-Request": "true"}
    )
    page = live.content.decode()
    assert 'type="checkbox" name="quota-0-when-0-value"' in page
    assert "Say what the answer is compared with in this rule." in page
    assert "<strong>강남 할당</strong>" in page
    survey.refresh_from_db()
    assert survey.draft["quotas"][0]["when"] == {"any_of": [{"answer": "q4"}, []]}


def test_a_question_says_which_earlier_answers_can_be_put_in(
    client: Client, team: Team
) -> None:
    draft = editing.add_page(a_draft())
    draft = editing.add_question(draft, Type.LONG_TEXT, page=draft["pages"][1]["id"])
    survey = a_survey(team, draft)
    signed_in(client, team.ada)
    late = draft["pages"][1]["questions"][0]["id"]
    page = client.get(at("survey_build", survey), {"at": late}).content.decode()
    assert "<code>{q2|dear customer}</code>" in page
    early = client.get(at("survey_build", survey), {"at": "q3"}).content.decode()
    assert "there is none before this page" in early


def test_two_who_type_in_two_questions_both_keep_their_words(
    client: Client, team: Team
) -> None:
    """What is kept while typing names its question: it carries no old draft along."""
    survey = a_survey(team)
    signed_in(client, team.ada)
    for id, text in (("q2", "첫 사람의 말"), ("q3", "둘째 사람의 말")):
        order(client, survey, htmx=True, do="question", id=id, language="ko", text=text)
    survey.refresh_from_db()
    asked = survey.draft["pages"][0]["questions"]
    assert [one["text"]["ko"] for one in asked] == ["첫 사람의 말", "둘째 사람의 말"]


def test_templates_do_not_count_their_questions_in_words() -> None:
    for one in templates():
        assert "문항" not in one.about.said("ko")
        assert "question" not in one.about.said("en").lower()
