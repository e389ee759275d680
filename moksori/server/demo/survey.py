"""An invented survey of the cinema's visitors: nobody real answered it.

The public feedback of the demo has one score at most. Drivers, cross-tabs, weighting
and the health of a questionnaire need a questionnaire: this one is drawn with a fixed
seed, says in its source's name that it is invented, and comes in by the same door as
what a survey tool sends. It belongs to a unit of its own, so that no theme and no pain
point of the real reviews is learned from invented words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone

from moksori.base.people.models import Member, Unit
from moksori.collect import writes as collect
from moksori.collect.answers import Answer, Kind, State
from moksori.collect.models import Channel
from moksori.collect.records import Record
from moksori.understand.writes.populations import set_population

NAME = "관객 설문(예시) · Visitor survey (invented)"
UNIT = "membership"
# Oldest first; the fieldwork of a wave takes two weeks.
WAVES = ("1차 · Wave 1", "2차 · Wave 2", "3차 · Wave 3", "4차 · Wave 4")
INVITED = (1_600, 1_600, 1_500, 1_500)
ANSWERED = (392, 380, 371, 357)
WEEKS_AGO = (24, 16, 8, 0)  # to the last day of a wave's fieldwork
FIELDWORK = 14  # days

AGES = ("15-19", "20-29", "30-39", "40-49", "50-59", "60+")
CITIES = ("서울 · Seoul", "부산 · Busan", "대구 · Daegu", "대전 · Daejeon")
# Visitors as the cinema's (invented) tickets count them, and who of them answers.
VISITORS = (
    (9_100, 5_200, 3_300, 2_900),
    (31_800, 15_900, 10_400, 9_200),
    (27_300, 13_100, 9_000, 8_100),
    (18_200, 10_400, 7_300, 6_400),
    (10_900, 8_300, 5_600, 4_700),
    (5_700, 5_200, 3_700, 3_100),
)
WILLING = (0.5, 0.6, 0.9, 1.3, 1.7, 2.0)  # by age: the young answer least
TIERED = ((0.92, 0.07, 0.01), (0.7, 0.25, 0.05), (0.3, 0.45, 0.25))  # by visits
TIERS = ("일반 · Basic", "VIP", "VVIP")
VISITS = ("연 1~2회 · 1–2 a year", "연 3~6회 · 3–6 a year", "연 7회 이상 · 7+ a year")
DEVICES = ("phone", "desktop", "tablet")

PAGES = (
    ("nps", "csat"),
    ("seat", "sound", "picture", "screen", "clean"),
    ("staff", "app", "food_price", "parking"),
    ("ces", "open"),
)
# What the visitor reads; "screen" asks nearly what "picture" asks.
LABELS = {
    "nps": "친구에게 추천하시겠습니까? · Would you recommend us to a friend?",
    "csat": "전반적으로 만족하십니까? · How satisfied are you overall?",
    "ces": "예매는 쉬웠습니까? · How easy was it to book?",
    "seat": "좌석의 편안함 · Comfort of the seats",
    "sound": "음향 · Sound",
    "picture": "화질 · Picture",
    "screen": "화면의 선명함 · Sharpness of the screen",
    "clean": "청결 · Cleanliness",
    "staff": "직원의 친절 · Kindness of the staff",
    "app": "예매 앱 · Booking app",
    "food_price": "매점 가격 · Prices of food",
    "parking": "주차 · Parking",
    "open": "더 하고 싶은 말씀 · Anything else you would like to say?",
}
KINDS = {"nps": Kind.NPS, "csat": Kind.CSAT, "ces": Kind.CES, "open": Kind.TEXT}
ITEMS = (*PAGES[1], *PAGES[2])
# Per item: the usual answer on 1–5, how much it moves the visitor as a whole, seconds.
USUAL = {
    "seat": (3.6, 0.34, 5.5),
    "sound": (3.9, 0.16, 5.0),
    "picture": (4.0, 0.20, 5.0),
    "screen": (4.0, 0.0, 4.5),
    "clean": (3.8, 0.22, 5.5),
    "staff": (5.3, 0.05, 4.5),  # nearly everybody gives the best grade
    "app": (3.5, 0.30, 7.0),
    "food_price": (2.7, 0.14, 5.5),
    "parking": (3.3, 0.04, 15.0),  # many look for "does not apply"
}
SECONDS = {"nps": 9.0, "csat": 6.0, "ces": 8.0, "open": 34.0}
DROPPING = (0.01, 0.025, 0.085)  # who gives up at the end of page 1, 2, 3
BUSAN, SEOUL = 1, 0


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody invented, by their place in the lists above."""

    wave: int
    age: int
    city: int
    tier: int
    visits: int
    device: int


def records(today: date, *, seed: int = 41) -> list[Record]:
    """Every answer sheet, oldest wave first; the same for the same day."""
    draw = np.random.default_rng(seed)
    texts = tomllib.loads((Path(__file__).parent / "data/survey.toml").read_text())
    found = []
    for wave, count in enumerate(ANSWERED):
        last = today - timedelta(days=1, weeks=WEEKS_AGO[wave])
        for number in range(count):
            at = _moment(last, draw)
            visitor = _visitor(wave, draw)
            found.append(_record(f"w{wave + 1}-{number + 1}", at, visitor, texts, draw))
    return found


def load(
    today: date, units: Mapping[str, Unit], *, by: Member, tell: Callable[[str], None]
) -> None:
    """Store the survey as a survey tool would send it."""
    source = collect.add_source(
        NAME, unit=units[UNIT], channel=Channel.SURVEY, kind="api", by=by
    )
    found = records(today)
    for start in range(0, len(found), 1_000):
        collect.add_many(found[start : start + 1_000], source=source, by=by)
    set_population(
        units[UNIT],
        margins=population(),
        invited="\n".join(f"{w}, {n}" for w, n in zip(WAVES, INVITED, strict=True)),
        origin="입장권(예시) · Tickets sold (invented)",
        by=by,
    )
    tell(f"{NAME}: {len(found):,}")


def population() -> str:
    """Visitors a year by age and by city, as lines that an analyst would paste."""
    by_age = [sum(row) for row in VISITORS]
    by_city = [sum(row[city] for row in VISITORS) for city in range(len(CITIES))]
    ages = [f"age_band, {age}, {n}" for age, n in zip(AGES, by_age, strict=True)]
    cities = [f"region, {city}, {n}" for city, n in zip(CITIES, by_city, strict=True)]
    return "\n".join([*ages, *cities])


def _moment(last: date, draw: np.random.Generator) -> datetime:
    # Most answer in the first days after the invitation.
    ago = FIELDWORK - 1 - int(min(draw.exponential(4.0), FIELDWORK - 1))
    minute = int(draw.integers(8 * 60, 23 * 60))
    day = last - timedelta(days=ago)
    return timezone.make_aware(datetime.combine(day, time(minute // 60, minute % 60)))


def _visitor(wave: int, draw: np.random.Generator) -> Visitor:
    weights = np.array(VISITORS, dtype=float) * np.array(WILLING)[:, None]
    cell = int(draw.choice(weights.size, p=weights.ravel() / weights.sum()))
    visits = int(draw.choice(3, p=(0.35, 0.40, 0.25)))
    tier = int(draw.choice(3, p=TIERED[visits]))
    return Visitor(
        wave=wave,
        age=cell // len(CITIES),
        city=cell % len(CITIES),
        tier=tier,
        visits=visits,
        device=int(draw.choice(3, p=(0.78, 0.17, 0.05))),
    )


def _grades(who: Visitor, draw: np.random.Generator) -> tuple[dict[str, int], float]:
    """The nine items on 1–5, and how content the visitor is beyond the usual."""
    temper = draw.normal(0, 0.45)
    latent = {
        item: usual + temper + _moved(item, who) + draw.normal(0, 0.8)
        for item, (usual, _weight, _seconds) in USUAL.items()
    }
    latent["screen"] = latent["picture"] + draw.normal(0, 0.22)
    grades = {item: int(np.clip(round(x), 1, 5)) for item, x in latent.items()}
    content = sum(
        weight * (np.clip(latent[item], 0.5, 5.5) - usual)
        for item, (usual, weight, _seconds) in USUAL.items()
    )
    return grades, float(content + 0.12 * who.tier)


def _moved(item: str, who: Visitor) -> float:
    """What the invented company did, and whom something hurts more than others."""
    if item == "app":
        older = -0.45 if who.age >= 4 else 0.0
        return older - (0.75 if who.age >= 4 and who.city == BUSAN else 0.0)
    if item == "food_price":
        return -0.55 if who.wave == 3 else 0.0  # prices rose before the last wave
    if item == "seat":
        return 0.55 if who.wave >= 2 and who.city == SEOUL else 0.0  # new seats
    return 0.0


def _record(
    key: str, at: datetime, who: Visitor, texts: Any, draw: np.random.Generator
) -> Record:
    grades, content = _grades(who, draw)
    values = grades | _overall(grades, content, draw)
    last_page = _last_page(draw)
    text = _text(grades, texts, draw) if draw.random() < 0.42 else ""
    answers = tuple(
        _answer(item, values.get(item), text, draw)
        if page <= last_page
        else _missing(item, State.NOT_SHOWN)
        for page, items in enumerate(PAGES, 1)
        for item in items
    )
    return Record(
        answers=answers,
        external_id=key,
        occurred_at=at,
        region=CITIES[who.city],
        attributes=_attributes(who, content, draw),
        metadata={"survey": _how(last_page, who, draw)},
    )


def _overall(
    grades: dict[str, int], content: float, draw: np.random.Generator
) -> dict[str, int]:
    nps = 7.7 + 1.75 * content + draw.normal(0, 1.3)
    csat = 3.8 + 0.75 * content + draw.normal(0, 0.55)
    ease = 4.9 + 0.9 * (grades["app"] - 3.5) + draw.normal(0, 1.0)
    return {
        "nps": int(np.clip(round(nps), 0, 10)),
        "csat": int(np.clip(round(csat), 1, 5)),
        "ces": int(np.clip(round(ease), 1, 7)),
    }


def _last_page(draw: np.random.Generator) -> int:
    for page, share in enumerate(DROPPING, 1):
        if draw.random() < share:
            return page
    return len(PAGES)


def _answer(
    item: str, value: int | None, text: str, draw: np.random.Generator
) -> Answer:
    if item == "open":
        return (
            Answer(item, Kind.TEXT, text, label=LABELS[item])
            if text
            else _missing(item, State.SKIPPED)
        )
    state = _state(item, draw)
    if state != State.ANSWERED:
        return _missing(item, state)
    return Answer(item, KINDS.get(item, Kind.RATING), value, label=LABELS[item])


def _missing(item: str, state: State) -> Answer:
    kind = KINDS.get(item, Kind.RATING)
    return Answer(item, kind, None, state=state, label=LABELS[item])


def _state(item: str, draw: np.random.Generator) -> State:
    chance = draw.random()
    if item == "parking" and chance < 0.52:
        return State.NOT_APPLICABLE if chance < 0.38 else State.SKIPPED
    if item == "ces" and chance < 0.2:
        return State.NOT_SHOWN  # asked only of those who booked themselves
    return State.SKIPPED if chance > 0.975 and item != "nps" else State.ANSWERED


def _attributes(
    who: Visitor, content: float, draw: np.random.Generator
) -> dict[str, str]:
    found = {
        "wave": WAVES[who.wave],
        "age_band": AGES[who.age],
        "tier": TIERS[who.tier],
        "visits": VISITS[who.visits],
    }
    if who.wave < len(WAVES) - 1:  # of the last wave nobody knows yet
        stays = 1 / (1 + np.exp(-(0.7 + 0.55 * who.visits + 0.9 * content)))
        found["came_back"] = "yes" if draw.random() < stays else "no"
    return found


def _how(last_page: int, who: Visitor, draw: np.random.Generator) -> dict[str, Any]:
    """How the sheet was filled in: seconds per question, and where it ended."""
    usual = SECONDS | {item: USUAL[item][2] for item in ITEMS}
    seen = [item for items in PAGES[:last_page] for item in items]
    return {
        "seconds": {
            item: round(float(usual[item] * draw.lognormal(0, 0.45)), 1)
            for item in seen
        },
        "pages": len(PAGES),
        "last_page": last_page,
        "completed": last_page == len(PAGES),
        "device": DEVICES[who.device],
    }


def _text(grades: dict[str, int], texts: Any, draw: np.random.Generator) -> str:
    """Own words on what stood out, worst first."""
    parts = texts["korean" if draw.random() < 0.88 else "english"]

    def one_of(choices: list[str]) -> str:
        return choices[int(draw.integers(len(choices)))]

    told = [item for item in grades if item in parts]
    odds = np.array([max(abs(grades[item] - 3.3), 0.05) for item in told]) ** 1.5
    count = 2 if draw.random() < 0.45 else 1
    named = draw.choice(told, size=count, replace=False, p=odds / odds.sum())
    tones = ["good" if grades[item] >= 4 else "bad" for item in named]
    said = [one_of(parts[i][tone]) for i, tone in zip(named, tones, strict=True)]
    words = one_of(parts["open"]) + one_of(parts["join"]).join(said)
    whole = words + one_of(parts[tones[-1]]) + "."
    return whole[0].upper() + whole[1:]
