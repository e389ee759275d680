"""The invented company: Neulbom Group, its units and its thirty-one members."""

from __future__ import annotations

from dataclasses import dataclass

from moksori.base.people import writes
from moksori.base.people.models import Member, Unit
from moksori.base.people.reads import DEMO_DOMAIN
from moksori.base.people.roles import Role

# key, Korean name, English name, parent
UNITS = (
    ("group", "늘봄그룹", "Neulbom Group", ""),
    ("value", "고객가치실", "Customer Value Office", "group"),
    ("hr", "인사팀", "People Team", "group"),
    ("cinema", "늘봄시네마", "Neulbom Cinema", "group"),
    ("programming", "편성팀", "Programming Team", "cinema"),
    ("experience", "관객경험팀", "Audience Experience Team", "cinema"),
    ("marketing", "마케팅팀", "Marketing Team", "cinema"),
    ("membership", "늘봄멤버십", "Neulbom Membership", "group"),
    ("finance", "늘봄금융", "Neulbom Finance", "group"),
    ("reports", "신용정보팀", "Credit Report Team", "finance"),
    ("collection", "채권팀", "Debt Collection Team", "finance"),
    ("lending", "대출팀", "Lending Team", "finance"),
    ("cards", "카드·계좌팀", "Cards and Accounts Team", "finance"),
    ("contact", "고객센터", "Contact Centre", "finance"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented; `where` is the unit that the role reaches, if another.

    Titles, like the names of sources and actions, say it in both languages: they are
    the company's data, which nothing translates, and half of its people read English.
    """

    key: str
    name: str
    title: str
    unit: str
    role: Role | None
    where: str = ""
    language: str = "ko"


PEOPLE = (
    Person(
        "haneul",
        "정하늘",
        "고객가치 분석가 · Customer value analyst",
        "value",
        Role.ANALYST,
        "group",
    ),
    Person(
        "seoyeon",
        "박서연",
        "관객경험 매니저 · Audience experience",
        "experience",
        Role.FRONTLINE,
        "cinema",
    ),
    Person(
        "junho",
        "이준호",
        "신용정보 서비스 담당 · Credit report service",
        "reports",
        Role.PRODUCT_OWNER,
        "finance",
    ),
    Person(
        "doyun",
        "김도윤",
        "편성팀장 · Head of programming",
        "programming",
        Role.LEADER,
        "cinema",
    ),
    Person("jiwoo", "오지우", "대표이사 · CEO", "group", Role.EXECUTIVE, "group"),
    Person(
        "mina",
        "최민아",
        "시스템 운영 · System operations",
        "value",
        Role.ADMIN,
        "group",
    ),
    Person(
        "yerin",
        "한예린",
        "고객가치실장 · Head of customer value",
        "value",
        Role.LEADER,
        "group",
    ),
    Person(
        "taeo",
        "윤태오",
        "고객가치 분석가 · Customer value analyst",
        "value",
        Role.ANALYST,
        "cinema",
    ),
    Person("sujin", "서수진", "인사 매니저 · HR manager", "hr", Role.HR, "group"),
    Person("wonbin", "문원빈", "인사팀장 · Head of HR", "hr", Role.HR, "group"),
    Person(
        "eunseo",
        "장은서",
        "시네마 대표 · President, cinema",
        "cinema",
        Role.EXECUTIVE,
        "cinema",
    ),
    Person(
        "hyunwoo",
        "임현우",
        "편성 담당 · Programming",
        "programming",
        Role.PRODUCT_OWNER,
        "cinema",
    ),
    Person(
        "daeun",
        "신다은",
        "편성 담당 · Programming",
        "programming",
        Role.FRONTLINE,
        "cinema",
    ),
    Person(
        "siwoo",
        "권시우",
        "관객경험팀장 · Head of audience experience",
        "experience",
        Role.LEADER,
        "cinema",
    ),
    Person(
        "yujin",
        "황유진",
        "현장 매니저 · Floor manager",
        "experience",
        Role.FRONTLINE,
        "cinema",
    ),
    Person(
        "minjae",
        "조민재",
        "현장 매니저 · Floor manager",
        "experience",
        Role.FRONTLINE,
        "cinema",
    ),
    Person(
        "areum",
        "백아름",
        "마케팅팀장 · Head of marketing",
        "marketing",
        Role.LEADER,
        "cinema",
    ),
    Person(
        "jiho", "남지호", "마케터 · Marketer", "marketing", Role.FRONTLINE, "cinema"
    ),
    Person(
        "sora", "유소라", "마케터 · Marketer", "marketing", Role.FRONTLINE, "cinema"
    ),
    Person(
        "kyungmin",
        "강경민",
        "금융 대표 · President, finance",
        "finance",
        Role.EXECUTIVE,
        "finance",
    ),
    Person(
        "emma",
        "Emma Reed",
        "미국 서비스 분석가 · US service analyst",
        "finance",
        Role.ANALYST,
        "finance",
        "en",
    ),
    Person(
        "noah",
        "Noah Park",
        "신용정보팀장 · Credit report lead",
        "reports",
        Role.LEADER,
        "finance",
        "en",
    ),
    Person(
        "olivia",
        "Olivia Kim",
        "이의 처리 담당 · Dispute specialist",
        "reports",
        Role.FRONTLINE,
        "finance",
        "en",
    ),
    Person(
        "liam",
        "Liam Cho",
        "채권팀장 · Collection lead",
        "collection",
        Role.LEADER,
        "finance",
        "en",
    ),
    Person(
        "ava",
        "Ava Jung",
        "채권 담당 · Collection specialist",
        "collection",
        Role.FRONTLINE,
        "finance",
        "en",
    ),
    Person(
        "mason",
        "Mason Lee",
        "주택담보대출 담당 · Mortgage product owner",
        "lending",
        Role.PRODUCT_OWNER,
        "finance",
        "en",
    ),
    Person(
        "chloe",
        "Chloe Han",
        "대출 담당 · Loan specialist",
        "lending",
        Role.FRONTLINE,
        "finance",
        "en",
    ),
    Person(
        "ethan",
        "Ethan Yoo",
        "카드 담당 · Card product owner",
        "cards",
        Role.PRODUCT_OWNER,
        "finance",
        "en",
    ),
    Person(
        "grace",
        "Grace Seo",
        "고객센터장 · Contact centre lead",
        "contact",
        Role.LEADER,
        "finance",
        "en",
    ),
    Person(
        "lucas",
        "Lucas Ahn",
        "고객센터 상담원 · Contact centre agent",
        "contact",
        Role.FRONTLINE,
        "finance",
        "en",
    ),
    Person(
        "nora",
        "Nora Bae",
        "고객센터 상담원 · Contact centre agent",
        "contact",
        None,
        "",
        "en",
    ),
)


@dataclass(frozen=True, slots=True)
class Company:
    units: dict[str, Unit]
    people: dict[str, Member]


def found_company() -> Company:
    """Make the units, the members and their roles."""
    units: dict[str, Unit] = {}
    for key, name_ko, name_en, parent in UNITS:
        units[key] = writes.add_unit(
            name_ko, name_en=name_en, parent=units.get(parent), by=None
        )
    people = {person.key: _join(person, units) for person in PEOPLE}
    # The analyst also administers, so that a newcomer can open every page.
    writes.give_role(people["haneul"], Role.ADMIN, unit=units["group"], by=None)
    return Company(units, people)


def _join(person: Person, units: dict[str, Unit]) -> Member:
    member = writes.add_member(
        person.key + DEMO_DOMAIN,
        person.name,
        unit=units[person.unit],
        title=person.title,
        language=person.language,
        by=None,
    )
    if person.role is not None:
        writes.give_role(
            member, person.role, unit=units[person.where or person.unit], by=None
        )
    return member
