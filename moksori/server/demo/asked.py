"""Surveys of the invented company: two that were answered, one still being built.

Nobody real answered them: words and numbers are drawn with a fixed seed, and all names
say that they are examples. They belong to the Customer Value Office, apart from the
real reviews and complaints.
"""

from __future__ import annotations

import json
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.collect.models import Response, Survey
from moksori.collect.questionnaires.templates import template
from moksori.collect.questionnaires.writing import to_json
from moksori.collect.writes.names import name_survey, name_unit
from moksori.collect.writes.programs import Whole, take_response
from moksori.collect.writes.surveys import add_survey, publish
from moksori.server.demo.people import Company

FOLDER = Path(__file__).parent / "data"
UNIT = "value"
VISITS, YEARLY = 104, 46
WEEKS = 6
# Which item people name, and the mean of what they think of it on 1–5.
ITEMS = {"seat": 3.9, "sound": 4.1, "picture": 4.3, "clean": 3.7, "staff": 4.4,
         "app": 2.9, "food_price": 2.4, "parking": 2.8}  # fmt: skip
PARTS = {"product": 4.1, "price": 2.9, "support": 3.9, "information": 3.6,
         "delivery": 3.5}  # fmt: skip
CHANNELS = (Response.Channel.WEB, Response.Channel.QR, Response.Channel.EMAIL,
            Response.Channel.KIOSK)  # fmt: skip


def add_surveys(company: Company) -> tuple[Survey, Survey]:
    """The two that are open; a third one is still a draft."""
    analyst, unit = company.people["haneul"], company.units[UNIT]
    visit = add_survey(
        _("After the visit (example)"),
        unit=unit,
        draft=json.loads((FOLDER / "visit.json").read_text(encoding="utf-8")),
        by=analyst,
    )
    yearly = add_survey(
        _("Once a year (example)"),
        unit=unit,
        draft=to_json(template("relationship").questionnaire),
        by=analyst,
    )
    add_survey(
        _("Test of an idea (example, not published)"),
        unit=unit,
        draft=to_json(template("concept_test").questionnaire),
        by=analyst,
    )
    # Customers know the companies, not the office that asks for them.
    group, cinema = company.units["group"], company.units["cinema"]
    name_unit(group, ko=group.name_ko, en=group.name_en, by=analyst)
    name_survey(visit, ko=cinema.name_ko, en=cinema.name_en, by=analyst)
    for survey in (visit, yearly):
        publish(survey, by=analyst)
    return visit, yearly


def answer(company: Company, visit: Survey, yearly: Survey, *, seed: int = 23) -> str:
    """Have both answered as programs send answers; the same for the same day."""
    draw = np.random.default_rng(seed)
    words = tomllib.loads((FOLDER / "survey.toml").read_text(encoding="utf-8"))
    now = timezone.now()
    for survey, count, answers in (
        (visit, VISITS, _of_visit),
        (yearly, YEARLY, _of_year),
    ):
        for number in range(count):
            language = "ko" if draw.random() < 0.86 else "en"
            whole = Whole(
                external_id=f"example-{number + 1}",
                answers=answers(draw, words[_TONGUES[language]]),
                language=language,
                channel=CHANNELS[int(draw.choice(4, p=(0.4, 0.3, 0.2, 0.1)))],
                occurred_at=_moment(now, draw),
                seconds=float(draw.lognormal(4.2, 0.5)),
            )
            take_response(whole, survey=survey, by=company.people["haneul"])
    return f"{visit.name}: {VISITS} · {yearly.name}: {YEARLY}"


_TONGUES = {"ko": "korean", "en": "english"}


def _moment(now: datetime, draw: np.random.Generator) -> datetime:
    """Within the last weeks, more of it lately; nobody answers at night."""
    at = now - timedelta(days=1 + WEEKS * 7 * float(draw.beta(1, 1.6)))
    local = timezone.localtime(at)
    return local.replace(hour=int(draw.integers(9, 22)), minute=int(draw.integers(60)))


def _grade(mean: float, draw: np.random.Generator) -> int:
    return int(np.clip(round(draw.normal(mean, 0.95)), 1, 5))


def _of_visit(draw: np.random.Generator, words: dict[str, Any]) -> dict[str, Any]:
    names = list(ITEMS)
    item = names[int(draw.integers(len(names)))]
    grade = _grade(ITEMS[item], draw)
    found: dict[str, Any] = {"satisfaction": grade, "topic": item}
    if draw.random() < 0.85:
        found["ease"] = int(np.clip(round(draw.normal(grade + 1, 1.2)), 1, 7))
    if draw.random() < 0.7:
        found["why"] = _said(item, grade, words, draw)
    return found


def _of_year(draw: np.random.Generator, words: dict[str, Any]) -> dict[str, Any]:
    parts = {name: _grade(mean, draw) for name, mean in PARTS.items()}
    mean = float(np.mean(list(parts.values())))
    nps = int(np.clip(round(2.4 * mean - 1.6 + draw.normal(0, 1.3)), 0, 10))
    stays = ("certainly_not", "probably_not", "undecided", "probably", "certainly")
    content = int(np.clip(round(mean + draw.normal(0, 0.7)), 1, 5))
    found: dict[str, Any] = {
        "recommend": nps,
        "parts": {name: f"s{grade}" for name, grade in parts.items()},
        "ease": int(np.clip(round(mean + 1.5 + draw.normal(0, 0.9)), 1, 7)),
        "without": ("not", "somewhat", "very")[min(content // 2, 2)],
        "stay": stays[content - 1],
        "may_contact": False,
    }
    names = list(ITEMS)
    if draw.random() < 0.6:
        item = names[int(draw.integers(len(names)))]
        found["why"] = _said(item, 5 if nps > 7 else 1, words, draw)
    if draw.random() < 0.4:
        found["first"] = _said(names[int(draw.integers(5, 8))], 1, words, draw)
    return found


def _said(
    item: str, grade: int, words: dict[str, Any], draw: np.random.Generator
) -> str:
    """Own words on one thing, out of parts."""
    tone = "good" if grade >= 4 else "bad"

    def one_of(choices: list[str]) -> str:
        return choices[int(draw.integers(len(choices)))]

    parts = words.get(item) or words["seat"]
    whole = one_of(words["open"]) + one_of(parts[tone]) + one_of(words[tone]) + "."
    return whole[0].upper() + whole[1:]
