"""The whole loop, told through the doors by four people.

Haneul (analyst) imports, Hyunwoo (product owner) acts, Seoyeon (front line) reads her
edition in the mail, Jiwoo (executive) sees what was proven and who was reached.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect

from tests.story.people import DOMAIN, signed_in
from tests.story.world import Served

# Real reviews of the CC0 set, under ids of their own; saved as Excel in Korea saves.
REVIEWS = """번호,작성일,별점,후기,영화
s-1,2026. 11. 3. 오후 3:04,2,배우들 연기는 좋은데 스토리가 너무 지루했습니다,영화 A
s-2,2026. 11. 4. 오전 9:12,9,마지막 장면에서 눈물이 났어요. 음악도 좋았습니다,영화 A
s-3,2026. 11. 5. 오후 8:30,1,결말이 허무해서 돈이 아까웠어요,영화 B
s-4,2026. 11. 6. 오후 1:00,7,기대 없이 봤는데 볼만했음,영화 B
"""
SOON = 90_000  # milliseconds; the worker looks every few seconds


def test_the_loop_from_a_file_to_a_verdict(
    installation: Served, browser: Browser, tmp_path: Path
):
    file = tmp_path / "후기.csv"
    file.write_bytes(REVIEWS.encode("cp949"))
    with signed_in(browser, installation, "haneul") as page:
        import_a_file(page, file)
        read_what_came_in(page)
        pain = worst_of_the_cinema(page)
        hand_it_to(page, pain, "임현우")
    with signed_in(browser, installation, "hyunwoo") as page:
        action = plan_and_start(page, pain)
        measure(page, action)
    with signed_in(browser, installation, "seoyeon") as page:
        wish_for_an_edition_today(page)
    a_week_passes(installation)
    with signed_in(browser, installation, "mina") as page:
        send_what_is_due(page)
    letter = installation.inbox.wait_for(f"seoyeon{DOMAIN}", seconds=120)
    with signed_in(browser, installation, "seoyeon") as page:
        read_the_letter(page, letter)
    with signed_in(browser, installation, "jiwoo") as page:
        see_what_came_of_it(page, action)


def import_a_file(page: Page, file: Path) -> None:
    page.goto("/collect/imports/new/")
    page.set_input_files("input[type=file]", file)
    page.fill("input[name=name]", "이야기 후기")
    page.select_option("select[name=unit]", label=_option(page, "늘봄시네마"))
    page.get_by_role("button", name="파일 살펴보기").click()
    # Seen before anything is kept: the words as written, in the right encoding.
    expect(
        page.get_by_role("cell", name="결말이 허무해서 돈이 아까웠어요", exact=True)
    ).to_be_visible()
    page.locator("main form button.primary").first.click()
    expect(page.locator("main")).to_contain_text("완료", timeout=SOON)
    expect(page.locator("main")).to_contain_text("4")


def _option(page: Page, name: str) -> str:
    options = page.locator("select[name=unit] option").all_inner_texts()
    return next(text for text in options if text.strip() == name)


def read_what_came_in(page: Page) -> None:
    """Once understood, it is found by its words, whatever the spacing."""
    for _try in range(60):
        page.goto("/understand/search/?q=결말이 허무")
        if page.get_by_text("결말이 허무해서").count():
            break
        page.wait_for_timeout(1500)
    expect(page.get_by_text("돈이 아까웠어요").first).to_be_visible()


def worst_of_the_cinema(page: Page) -> str:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("가장 아프게 하는 것")
    row = page.locator("[data-row]", has_text="맡을 사람 정하기").first
    expect(row).to_contain_text("%")
    address = row.locator("a.row-link").get_attribute("href")
    assert address
    page.goto(address)
    expect(page.get_by_text("95%").first).to_be_attached()
    return address


def hand_it_to(page: Page, pain: str, name: str) -> None:
    page.goto(pain)
    form = page.locator("#triage form")
    choice = form.locator("select[name=owner]")
    label = next(t for t in choice.locator("option").all_inner_texts() if name in t)
    choice.select_option(label=label)
    form.locator("button.primary").click()
    expect(page.locator("#triage select[name=owner] option:checked")).to_contain_text(
        name
    )


def plan_and_start(page: Page, pain: str) -> str:
    number = re.search(r"/pain-points/(\d+)/", pain)
    assert number
    page.goto(f"/act/actions/new/?pain_point={number[1]}")
    page.fill("input[name=title]", "소개 글에 이야기의 빠르기를 적기")
    started = date.today() - timedelta(weeks=8)  # noqa: DTZ011 – a date field
    page.fill("input[name=start_on]", started.isoformat())
    page.fill("input[name=expected_change]", "-1")
    page.locator("main form button.primary").click()
    page.wait_for_url(re.compile(r"/act/actions/\d+/"))
    page.locator("form[action$='/start/'] button").first.click()
    expect(page.locator("main")).to_contain_text("개선 중")
    return re.sub(r".*(/act/actions/\d+/).*", r"\1", page.url)


def measure(page: Page, action: str) -> None:
    number = re.search(r"/actions/(\d+)/", action)
    assert number
    page.goto(f"/account/actions/{number[1]}/effect/")
    page.locator("form[action$='/measure/'] button").first.click()
    page.goto(f"/account/actions/{number[1]}/effect/")
    words = page.locator("body").inner_text()
    assert re.search("입증|더 나빠|이릅니다|일러", words), words
    # A number never stands alone: interval and n beside it.
    assert "%p" in words


def wish_for_an_edition_today(page: Page) -> None:
    page.goto("/share/remit")
    form = page.locator("form[action$='/schedule']")
    today = datetime.now(ZoneInfo("Asia/Seoul")).weekday()
    form.locator("[name=weekday]").select_option(str(today))
    form.locator("[name=hour]").select_option(index=0)
    form.locator("button").first.click()
    page.wait_for_load_state()


def a_week_passes(installation: Served) -> None:
    """A new wish starts with its next day; that day was a week ago."""
    installation.moksori("manage", "shell", "-v", "0", "-c", _A_WEEK_EARLIER)


_A_WEEK_EARLIER = """
from datetime import timedelta
from moksori.share.models import Subscription
for one in Subscription.objects.filter(member__email__startswith="seoyeon"):
    one.last_slot -= timedelta(weeks=1)
    one.save()
"""


def send_what_is_due(page: Page) -> None:
    page.goto("/jobs/")
    run = page.locator("form[action*='send_due_editions'] button")
    run.first.click()
    page.wait_for_load_state()


def read_the_letter(page: Page, letter: EmailMessage) -> None:
    html = letter.get_body(("html",))
    assert html is not None
    text = letter.get_body(("plain",))
    assert text is not None
    assert "박서연 님의 고객" in text.get_content()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page.goto("/share/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("박서연 님의 고객")
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("button", name="도움이 됐어요").click()
    expect(page.locator("#answers")).to_contain_text("고맙습니다")


def see_what_came_of_it(page: Page, action: str) -> None:
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("소개 글에 이야기의 빠르기를 적기")
    page.goto("/share/reach")
    expect(page.locator("main")).to_contain_text("관객경험팀")
    page.goto(action)
    # An executive reads; the buttons belong to those who act.
    assert page.locator("form[action$='/finish/']").count() == 0
