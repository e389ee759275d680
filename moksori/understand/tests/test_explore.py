"""Exploring: the tree, the map, segments, comparisons, and what is taken away."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from moksori.analysis.proportions import wilson
from moksori.base.customers.models import Product
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import Theme
from moksori.understand.reads.compare import Asked, comparison
from moksori.understand.reads.crossed import crossed
from moksori.understand.reads.map import Circle, Spot, theme_map
from moksori.understand.reads.sheets import Sheet, as_csv, as_xlsx
from moksori.understand.reads.tree import group_page, theme_tree
from moksori.understand.reads.window import Filters
from moksori.understand.tests.makers import (
    DAY,
    make_complaints,
    make_mention,
    make_theme,
    publish,
)
from moksori.understand.views.map_words import words_of

ADDRESSES = (
    "themes/",
    "themes/?open=all",
    "themes/?shape=flat&order=name",
    "themes/?open=-3-x-99999999999999",
    "themes/map/",
    "themes/map/?group=999999",
    "themes/crossed/",
    "themes/crossed/?attribute=channel&measure=mentions&theme=1&value=web",
    "themes/crossed/?attribute=%00&theme=x&value=%22",
    "compare/",
    "compare/?kind=channel&one=web&other=review",
    "compare/?since=2026-02-30&until=x&since2=2026-02-01&until2=2026-01-01",
    "compare/?since=0001-01-01&until=0001-01-02&weeks=77&against=year",
    "export/themes/?format=xlsx",
    "export/map/",
    "export/crossed/",
    "export/compare/?kind=channel",
    "export/pain-points/",
)


@pytest.fixture
def group(team: Team) -> Theme:
    """A group with delivery (web) and packing (review), and a theme in no group."""
    group = make_theme(team.ours, "받기", is_group=True, name_en="Receiving")
    late = make_theme(team.ours, "배송이 늦음", parent=group)
    torn = make_theme(team.ours, "포장이 찢어짐", parent=group)
    other = make_theme(team.ours, "앱이 느림")
    both = make_complaints(team.ours, late, 40, channel="web", product=team.product)
    for feedback in both[:10]:
        make_mention(feedback, torn, position=1)
    make_complaints(team.ours, torn, 20, channel="review")
    make_complaints(team.ours, other, 30, channel="review")
    make_complaints(team.ours, None, 60, channel="web", kind="praise", sentiment=0.9)
    make_complaints(team.ours, None, 50, channel="review", kind="praise", sentiment=0.9)
    publish()
    return group


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(
        member, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def test_a_feedback_counts_once_in_its_group(team: Team, group: Theme) -> None:
    tree = theme_tree(by=team.ada)

    assert tree is not None
    (line,) = tree.groups
    assert (line.id, line.feedback, line.mentions) == (group.pk, 60, 70)
    assert sum(theme.feedback for theme in line.themes) == 70
    assert (line.share.value, line.share.n) == (0.3, 200)
    assert [theme.name for theme in tree.loose] == ["앱이 느림"]


def test_the_page_of_a_group_tells_its_themes_weeks_and_segments(
    team: Team, group: Theme
) -> None:
    page = group_page(group.pk, by=team.ada)

    assert page.line is not None
    assert sum(week.count for week in page.weeks) <= 60
    by_channel = next(one for one in page.segments if one.dimension == "channel")
    assert {row.value: row.complaints for row in by_channel.rows} == {
        "web": 40,
        "review": 20,
    }


def test_groups_open_and_close_by_address(team: Team, group: Theme) -> None:
    client = signed_in(team.ada)

    closed = client.get("/understand/themes/").content.decode()
    opened = client.get(f"/understand/themes/?open={group.pk}").content.decode()

    assert 'aria-expanded="false"' in closed
    assert 'aria-expanded="true"' in opened
    assert opened.count("data-row") == closed.count("data-row") + 2


def test_the_map_has_a_circle_for_each_theme_and_a_disc_for_the_group(
    team: Team, group: Theme
) -> None:
    found = theme_map(by=team.ada)

    assert found is not None
    assert found.wide is not None
    assert [circle.id for circle in found.wide.groups] == [group.pk]
    assert len(found.wide.themes) == len(found.spots) == 3
    assert found == theme_map(by=team.ada)
    inside = theme_map(by=team.ada, group=group.pk)
    assert inside is not None
    assert {spot.name for spot in inside.spots} == {"배송이 늦음", "포장이 찢어짐"}


def test_the_map_says_everything_in_words_too(team: Team, group: Theme) -> None:
    page = signed_in(team.ada).get("/understand/themes/map/").content.decode()

    assert page.count("hatch-wide-3") >= 2
    assert 'aria-label="배송이 늦음' in page
    assert "100%" in page


def test_a_segment_is_marked_where_it_differs_beyond_chance(
    team: Team, group: Theme
) -> None:
    found = crossed(by=team.ada, attribute="channel")

    assert found is not None
    cells = {(row.name, c.value): c for row in found.rows for c in row.cells}
    late = cells["배송이 늦음", "web"]
    assert (late.count, late.share.n, late.differs) == (40, 100, 1)
    assert cells["배송이 늦음", "review"].differs == -1
    assert cells["포장이 찢어짐", "web"].differs == 0
    assert late.difference.low > 0


def test_a_cell_opens_the_words_of_its_customers(team: Team, group: Theme) -> None:
    late = Theme.objects.get(name_ko="배송이 늦음")
    found = crossed(by=team.ada, attribute="channel", cell=(late.pk, "web"))

    assert found is not None
    assert found.chosen is not None
    assert len(found.chosen.verbatims) == 12
    nothing = crossed(by=team.ada, attribute="channel", cell=(late.pk, "fax"))
    assert nothing is not None
    assert nothing.chosen is None


def test_what_divides_feedback_best_is_compared_first(team: Team) -> None:
    """Not the many products, each of which hardly anybody speaks of."""
    theme = make_theme(team.ours)
    for channel in ("web", "review"):
        make_complaints(team.ours, theme, 200, channel=channel)
    for number in range(9):
        film = Product.objects.create(unit=team.ours, name=f"영화 {number}")
        make_complaints(team.ours, theme, 30, product=film, channel="web")
    publish()

    found = crossed(by=team.ada)

    assert found is not None
    assert found.choices == ["product", "channel"]
    assert found.attribute == "channel"


def test_of_many_values_those_that_differ_are_shown(team: Team) -> None:
    theme, other = make_theme(team.ours), make_theme(team.ours, "포장")
    films = [
        Product.objects.create(unit=team.ours, name=f"영화 {number}")
        for number in range(9)
    ]
    for film in films[:8]:
        make_complaints(team.ours, theme, 12, product=film)
        make_complaints(team.ours, other, 28, product=film)
    make_complaints(team.ours, theme, 35, product=films[8])
    publish()

    found = crossed(by=team.ada, attribute="product")

    assert found is not None
    assert (len(found.columns), found.hidden) == (8, 1)
    assert str(films[8].pk) in {column.value for column in found.columns}
    assert found.found >= 1


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("since=2026-10-01&until=2026-09-01", "시작일이 종료일보다 늦습니다"),
        ("since2=2026-10-01&until2=", "1990년 이후의 두 날짜"),
        ("kind=channel&one=web&other=web", "첫째와 같은 것"),
    ],
)
def test_a_comparison_that_makes_no_sense_says_so(
    team: Team, group: Theme, query: str, says: str
) -> None:
    page = signed_in(team.ada).get(f"/understand/compare/?{query}").content.decode()

    assert says in page
    assert 'aria-invalid="true"' in page


def test_ages_can_be_compared_and_filtered(team: Team) -> None:
    theme = make_theme(team.ours)
    young, old = {"age_band": "20s"}, {"age_band": "60s"}
    make_complaints(team.ours, theme, 35, attributes=young)
    make_complaints(team.ours, None, 35, attributes=old, kind="praise", sentiment=0.9)
    publish()

    found = crossed(by=team.ada, attribute="age_band", cell=(theme.pk, "20s"))

    assert found is not None
    assert {column.value: column.n for column in found.columns} == {
        "20s": 35,
        "60s": 35,
    }
    assert found.chosen is not None
    assert found.chosen.verbatims
    tree = theme_tree(by=team.ada, filters=Filters(age_band="60s"))
    assert tree is not None
    assert tree.lines == []


def test_two_channels_side_by_side(team: Team, group: Theme) -> None:
    asked = Asked(kind="channel", one="web", other="review")
    found = comparison(by=team.ada, asked=asked)

    assert found is not None
    assert found.one is not None
    assert found.other is not None
    assert (found.one.n, found.other.n) == (100, 100)
    assert [line.name for line in found.more] == ["배송이 늦음"]
    assert [line.name for line in found.less] == ["앱이 느림"]
    first = found.lines[0]
    assert first.difference.value == pytest.approx(0.4)
    assert found.lines[-1].name == "포장이 찢어짐"


def test_two_periods_side_by_side(team: Team) -> None:
    theme = make_theme(team.ours)
    for day, hurt in ((0, 40), (30, 5)):
        for number in range(60):
            at = DAY - timedelta(days=day, hours=number % 20)
            one = make_feedback(f"{day} {number}", unit=team.ours, occurred_at=at)
            make_mention(one, theme if number < hurt else None)
    publish()

    found = comparison(by=team.ada, asked=Asked())

    assert found is not None
    (line,) = found.more
    assert (line.one_count, line.one.n, line.other_count) == (40, 60, 5)
    assert found.less == []


@pytest.mark.parametrize("name", ["ada", "vic", "eve", "max"])
def test_every_address_answers_and_outsiders_read_nothing(
    team: Team, group: Theme, name: str
) -> None:
    client = signed_in(getattr(team, name))

    answers = {one: client.get(f"/understand/{one}") for one in ADDRESSES}

    if name in {"eve", "max"}:
        assert {a.status_code for a in answers.values()} <= {200, 404}
        read = [one for one, a in answers.items() if "배송이".encode() in a.content]
        assert read == []
    else:
        assert {one: a.status_code for one, a in answers.items()} == dict.fromkeys(
            ADDRESSES, 200
        )


def test_a_group_is_not_there_for_an_outsider(team: Team, group: Theme) -> None:
    assert signed_in(team.eve).get(f"/understand/themes/{group.pk}/").status_code == 404
    assert signed_in(team.ada).get(f"/understand/themes/{group.pk}/").status_code == 200


def test_every_page_can_be_taken_away(team: Team, group: Theme) -> None:
    client = signed_in(team.ada)
    for page in ("pain-points", "themes", "map", "crossed", "compare"):
        address = f"/understand/export/{page}/?kind=channel"
        table = client.get(f"{address}&format=csv").content
        book = openpyxl.load_workbook(
            io.BytesIO(client.get(f"{address}&format=xlsx").content)
        )
        assert table.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
        assert len({len(line) for line in lines}) == 1
        assert book.active is not None
        assert book.active.max_row == len(lines)
    picture = client.get("/understand/export/map/?format=svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "<a " not in picture.content.decode()
    assert client.get("/understand/export/map/?format=exe").status_code == 400
    assert client.get("/understand/export/nothing/").status_code == 404


def test_no_formula_runs_and_numbers_stay_numbers() -> None:
    rows: list[list[Any]] = [
        ["=HYPERLINK(1)", 3, 0.25, None],
        ["a\x00<b>\n", -1, 1.0, ""],
    ]
    sheet = Sheet("a/b:c", ("+x", "n", "share", "none"), rows, frozenset({2}))

    text = as_csv(sheet).decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet))).active

    assert "'=HYPERLINK(1)" in text
    assert "'+x" in text
    assert book is not None
    assert [cell.value for cell in book[2]] == ["=HYPERLINK(1)", 3, 0.25, None]
    assert book["A2"].data_type != "f"
    assert book["C2"].number_format == "0.00%"
    assert book["A3"].value == "a<b>\n"


def test_the_api_tells_the_same(team: Team, group: Theme) -> None:
    client = signed_in(team.ada)
    api = "/api/v1/understand"

    tree = client.get(f"{api}/tree").json()
    drawn = client.get(f"{api}/map?group={group.pk}").json()
    table = client.get(f"{api}/crossed?attribute=channel").json()
    sides = client.get(f"{api}/compare?kind=channel&one=web&other=review").json()

    assert tree["groups"][0]["feedback"] == 60
    assert len(drawn["themes"]) == 2
    assert table["rows"][0]["cells"][0]["differs"] in {-1, 0, 1}
    assert sides["themes"][0]["is_sure"]
    assert client.get(f"{api}/compare?kind=nonsense").status_code == 422
    for wrong in ("since=2026-10-01&until=2026-09-01", "kind=channel&one=a&other=a"):
        assert client.get(f"{api}/compare?{wrong}").status_code == 400


def test_where_nothing_was_heard_pages_say_so(team: Team) -> None:
    Theme.objects.create(
        unit=team.ours, name_ko="빈 주제", center=b"", born_at=timezone.now()
    )
    for address in ADDRESSES:
        assert signed_in(team.ada).get(f"/understand/{address}").status_code in {
            200,
            404,
        }


def test_a_group_of_what_is_said_of_anything_comes_last(team: Team) -> None:
    large, small = (make_theme(team.ours, name, is_group=True) for name in "가나")
    general = make_theme(team.ours, "지루함 전반", parent=large, is_general=True)
    make_complaints(team.ours, general, 50)
    make_complaints(team.ours, make_theme(team.ours, "포장", parent=small), 20)
    publish()

    by_size = theme_tree(by=team.ada)
    by_complaints = theme_tree(by=team.ada, order="complaints")

    assert by_size is not None
    assert by_complaints is not None
    assert [group.id for group in by_size.groups] == [small.pk, large.pk]
    assert [group.id for group in by_complaints.groups] == [large.pk, small.pk]


def test_all_that_is_said_of_a_theme_can_be_reached(team: Team) -> None:
    theme = make_theme(team.ours)
    for number in range(25):
        words = f"{number}번째로 말하지만 배송이 {'느리' * (number + 1)}네요"
        make_mention(make_feedback(words, unit=team.ours, occurred_at=DAY), theme)
    publish()
    client = signed_in(team.ada)

    page = client.get(f"/understand/themes/{theme.pk}/?kind=complaint&period=4")
    (way,) = re.findall(
        r'href="(/understand/search/\?theme[^"]*)"', page.content.decode()
    )
    found = client.get(unescape(way)).context["found"]

    assert "since=" in way
    assert found.total == 25


def test_names_on_the_map_cover_no_others(team: Team) -> None:
    spots = [spot(number, f"아주 긴 주제 이름 {number}") for number in range(12)]
    places = {one.id: Circle(one.id, 20 + one.id * 30, 50, 16) for one in spots}

    found = words_of(spots, places, [], width=400)

    assert found
    assert all(abs(one - other) * 30 >= 40 for one, other in pairwise(sorted(found)))
    assert all(line for lines in found.values() for line in lines)


def spot(number: int, name: str) -> Spot:
    share = wilson(1, 10)
    return Spot(number, name, None, 1, 1, share, share)


def test_a_picture_of_the_map_says_what_it_shows(team: Team, group: Theme) -> None:
    answer = signed_in(team.ada).get("/understand/export/map/?format=svg&period=4")
    drawn = answer.content.decode()

    for words in ("주제 지도", "미디어", "최근 4주", "25% 미만", "의견"):
        assert words in drawn
