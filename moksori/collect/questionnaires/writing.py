"""A questionnaire as JSON: only what was said, in the order of the documentation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moksori.collect.questionnaires.definition import (
    FORMAT,
    Full,
    Loop,
    Option,
    Page,
    Question,
    Questionnaire,
)
from moksori.collect.questionnaires.words import Words

Json = dict[str, Any]


def to_json(whole: Questionnaire) -> Json:
    """What `reading.questionnaire_from` reads back to the same questionnaire."""
    return {
        "moksori": FORMAT,
        **_said(
            title=whole.title,
            languages=list(whole.languages),
            intro=whole.intro,
            thanks=whole.thanks,
            closed=whole.closed,
            random=whole.is_random,
            opens_at=whole.opens_at,
            closes_at=whole.closes_at,
            metadata=dict(whole.metadata),
        ),
        **({} if whole.may_go_back else {"back": False}),
        **({} if whole.may_resume else {"resume": False}),
        "pages": [_page(page) for page in whole.pages],
        **_said(
            quotas=[
                {"id": quota.id, **_said(name=quota.name), "limit": quota.limit}
                | _said(when=quota.when)
                | ({} if quota.full == Full.CLOSE else {"full": quota.full.value})
                for quota in whole.quotas
            ],
            variants=[
                {"id": one.id, **_said(name=one.name), "share": one.share}
                for one in whole.variants
            ],
        ),
    }


def _page(page: Page) -> Json:
    return {
        "id": page.id,
        **_said(
            title=page.title,
            show=page.show,
            loop=page.loop,
            random=page.is_random,
            go=[{**_said(when=go.when), "to": go.to} for go in page.go],
        ),
        "questions": [question_json(question) for question in page.questions],
    }


def question_json(question: Question) -> Json:
    """One question, as it stands in a page's list."""
    return {
        "id": question.id,
        "type": question.type.value,
        **_said(
            text=question.text,
            help=question.help,
            code=question.code,
            required=question.is_required,
            options=[_option(one) for one in question.options],
            rows=[_option(one) for one in question.rows],
            low=question.low,
            high=question.high,
            low_words=question.low_words,
            high_words=question.high_words,
            least=question.least,
            most=question.most,
            total=question.total,
            unit=question.unit,
            may_not_apply=question.may_not_apply,
            may_prefer_not=question.may_prefer_not,
            random=question.is_random,
            show=question.show,
            purpose=question.purpose,
            default=question.default,
        ),
    }


def _option(option: Option) -> Json:
    return {"id": option.id} | _said(
        text=option.text,
        exclusive=option.is_exclusive,
        other=option.is_other,
        anchored=option.is_anchored,
        show=option.show,
        score=option.score,
    )


def _said(**given: Any) -> Json:
    """What has a value; 0 is one, false and nothing are not."""
    return {name: _plain(value) for name, value in given.items() if _is_said(value)}


def _is_said(value: Any) -> bool:
    return bool(value) or (isinstance(value, int | float) and value is not False)


def _plain(value: Any) -> Any:
    if isinstance(value, Words):
        return value.to_json()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Loop):
        return {"over": value.over, "most": value.most}
    return value
