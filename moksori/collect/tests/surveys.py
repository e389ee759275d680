# ruff: noqa: E501 – questionnaires read best with a question on each line
"""Surveys to test with: every type of question, and a short one."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from moksori.base.people.models import Unit
from moksori.collect.models import Survey
from moksori.collect.writes.surveys import add_survey, publish


def options(*ids: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {"id": id, "text": {"ko": f"보기 {id}", "en": f"Option {id}"}} for id in ids
    ]


def words(ko: str, en: str = "") -> dict[str, str]:
    return {"ko": ko, "en": en or f"In English: {ko}"}


SHORT: dict[str, Any] = {
    "moksori": 1,
    "title": words("방문 소감", "Your visit"),
    "intro": words("1분이면 됩니다.", "It takes a minute."),
    "languages": ["ko", "en"],
    "pages": [
        {
            "id": "p1",
            "questions": [
                {"id": "nps", "type": "nps", "text": words("추천하시겠습니까?", "Would you recommend us?"), "required": True},
                {"id": "why", "type": "long_text", "text": words("그 까닭은 무엇입니까?", "Why?")},
            ],
        }
    ],
}  # fmt: skip

EVERYTHING: dict[str, Any] = {
    "moksori": 1,
    "title": words("모든 문항", "Every question"),
    "languages": ["ko", "en"],
    "pages": [
        {"id": "scores", "title": words("점수", "Scores"), "questions": [
            {"id": "nps", "type": "nps", "text": words("추천 의향"), "required": True},
            {"id": "csat", "type": "csat", "text": words("만족도"), "may_not_apply": True},
            {"id": "ces", "type": "ces", "text": words("얼마나 쉬웠습니까?")},
            {"id": "stars", "type": "stars", "text": words("별점")},
            {"id": "smile", "type": "smileys", "text": words("기분은 어떻습니까?")},
        ]},
        {"id": "choices", "title": words("고르기", "Choices"), "questions": [
            {"id": "one", "type": "single", "text": words("하나를 고르세요"), "required": True,
             "options": [*options("a", "b"), {"id": "other", "text": words("기타"), "other": True}]},
            {"id": "why_b", "type": "text", "text": words("b를 고른 까닭은?"), "show": {"==": [{"answer": "one"}, "b"]}},
            {"id": "many", "type": "multiple", "text": words("모두 고르세요"), "most": 2, "may_prefer_not": True,
             "options": [*options("x", "y", "z"), {"id": "none", "text": words("없음"), "exclusive": True}]},
            {"id": "without", "type": "without", "text": words("더 못 쓴다면?"),
             "options": [{"id": one, "text": words(one)} for one in ("very", "somewhat", "not")]},
            {"id": "rank", "type": "ranking", "text": words("순서를 정해 주세요"), "options": options("r1", "r2", "r3")},
            {"id": "points", "type": "sum", "text": words("100점을 나눠 주세요"), "total": 100, "options": options("s1", "s2")},
        ]},
        {"id": "tables", "questions": [
            {"id": "grid", "type": "matrix", "text": words("각각 얼마나 좋았습니까?"), "may_not_apply": True,
             "rows": options("g1", "g2", "g3"),
             "options": [{"id": f"o{n}", "text": words(f"{n}점"), "score": n} for n in (1, 2, 3)]},
            {"id": "multi", "type": "matrix_multiple", "text": words("언제 씁니까?"), "rows": options("m1", "m2"), "options": options("c1", "c2")},
        ]},
        {"id": "loop", "title": words("{item}에 대하여"), "loop": {"over": "many"}, "questions": [
            {"id": "each", "type": "stars", "text": words("{item}은 어떻습니까?")},
        ]},
        {"id": "lines", "questions": [
            {"id": "note", "type": "section", "text": words("이제 몇 가지만 더 묻습니다.")},
            {"id": "age", "type": "number", "text": words("몇 년 쓰셨습니까?"), "low": 0, "high": 50, "unit": words("년", " years")},
            {"id": "day", "type": "date", "text": words("언제 오셨습니까?")},
            {"id": "line", "type": "text", "text": words("한 줄로")},
            {"id": "long", "type": "long_text", "text": words("자유롭게 적어 주세요"), "help": words("이름이나 전화번호는 적지 마세요.")},
            {"id": "mail", "type": "email", "text": words("전자우편")},
            {"id": "tel", "type": "phone", "text": words("전화번호")},
            {"id": "product", "type": "hidden", "text": words("")},
            {"id": "place", "type": "hidden", "text": words("")},
        ]},
        {"id": "files", "questions": [
            {"id": "photo", "type": "photo", "text": words("사진"), "most": 2},
            {"id": "paper", "type": "file", "text": words("문서")},
            {"id": "sound", "type": "audio", "text": words("소리")},
            {"id": "contact", "type": "consent", "text": words("연락을 받아도 좋습니다."), "purpose": "contact"},
            {"id": "ads", "type": "consent", "text": words("소식을 받겠습니다."), "purpose": "marketing"},
        ]},
    ],
}  # fmt: skip


def make_survey(
    unit: Unit, draft: dict[str, Any] = SHORT, name: str = "방문"
) -> Survey:
    survey = add_survey(name, unit=unit, draft=draft, by=None)
    publish(survey, by=None)
    survey.refresh_from_db()
    return survey


def hidden_of(html: str) -> dict[str, str]:
    """The signed fields of a form."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))


def fill(client: Client, address: str, answers: dict[str, Any], **more: Any) -> Any:
    """Open a page, fill its form in and send it, as a browser without a script does."""
    page = client.get(address, headers={"accept-language": "ko"})
    html = page.content.decode()
    action = re.search(r'<form method="post" action="([^"]+)"', html)
    assert action, html
    data = {**hidden_of(html), **answers}
    return client.post(action[1], data, headers={"accept-language": "ko"}, **more)
