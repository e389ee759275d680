"""A survey by keyboard alone, answered on a phone without a script, found in themes.

Haneul (analyst) never touches the mouse: every step is a key, and where the keys go is
where the focus is.
"""

from __future__ import annotations

import re
import time

from playwright.sync_api import Browser, Page, Route, expect

from tests.story.people import signed_in
from tests.story.world import Served

SOON = 20_000  # milliseconds
NAME, UNIT = "관람 뒤에 묻기", "늘봄시네마"
WORDS = "자막이 대사보다 늦게 나와서 영화에 몰입하기 어려웠습니다."
PHONE = {"width": 390, "height": 844}


def test_a_survey_is_built_by_keys_answered_on_a_phone_and_found_in_themes(
    installation: Served, browser: Browser
):
    expect.set_options(timeout=SOON)
    with signed_in(browser, installation, "haneul") as page:
        page.on("pageerror", lambda error: pytest_fail(str(error)))
        begin(page)
        ask_for_a_recommendation(page)
        ask_for_a_reason(page)
        choose_among_answers(page)
        turn_around(page)
        hurry(page)
        keep_what_is_typed(page)
        name_it(page)
        link = publish(page)
        answer(browser, link)
        find_it(page, installation)


def pytest_fail(words: str) -> None:
    raise AssertionError(words)


def focus_on(page: Page, what: str) -> None:
    """Tab on until the focus is there: nothing may be out of reach of the keyboard."""
    for _times in range(120):
        if page.evaluate("s => document.activeElement?.matches(s)", what):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {what}")


def begin(page: Page) -> None:
    page.goto("/collect/surveys/")
    page.keyboard.press("n")
    page.wait_for_url("**/collect/surveys/new/")
    focus_on(page, "input[name=name]")
    page.keyboard.type(NAME)
    focus_on(page, "select[name=unit]")
    page.keyboard.press("Home")
    for _times in range(30):
        chosen = page.locator("select[name=unit] option:checked").inner_text()
        if chosen.strip() == UNIT:
            break
        page.keyboard.press("ArrowDown")
    focus_on(page, "main form .button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/build/")


def add(page: Page, kind: str) -> None:
    """`a`, then along the kinds to the one that is meant."""
    page.keyboard.press("a")
    expect(page.locator("details.adds[open]")).to_be_visible()
    focus_on(page, f"button[name=type][value={kind}]")
    page.keyboard.press("Enter")
    expect(page.locator(f".open-form select[name=type] option[value={kind}]")
           ).to_have_attribute("selected", "")  # fmt: skip
    expect(page.locator("textarea[name=text]")).to_be_focused()


def ask_for_a_recommendation(page: Page) -> None:
    add(page, "nps")
    page.keyboard.type("저희 영화관을 추천하시겠습니까?")
    page.keyboard.press("Tab")
    row = page.locator(".build-item.is-open .build-row")
    expect(row).to_contain_text("저희 영화관을 추천하시겠습니까?")
    frame = page.frame_locator(".frame.phone iframe")
    expect(frame.locator("body")).to_contain_text("저희 영화관을 추천하시겠습니까?")
    page.keyboard.press("Escape")


def ask_for_a_reason(page: Page) -> None:
    add(page, "long_text")
    page.keyboard.type("가장 아쉬웠던 점은 무엇입니까?")
    page.keyboard.press("Tab")
    expect(page.locator(".build-item.is-open .build-row")).to_contain_text("아쉬웠던")
    page.keyboard.press("Escape")


def choose_among_answers(page: Page) -> None:
    add(page, "single")
    page.keyboard.type("누구와 함께 보셨습니까?")
    focus_on(page, "input[data-option=options]")
    for number, words in enumerate(("혼자", "가족", "친구")):
        page.keyboard.type(words)
        if number < 2:
            page.keyboard.press("Enter")
            expect(page.locator("input[data-option=options]").nth(number + 1)
                   ).to_be_focused()  # fmt: skip
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#standing")).not_to_contain_text("3가지")


def turn_around(page: Page) -> None:
    """The last question goes up by keys, and a deleted one comes back."""
    rows = page.locator(".build-item .open")
    before = rows.all_inner_texts()
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(1)).to_have_text(before[2])
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Delete")
    expect(rows).to_have_count(2)
    page.keyboard.press("z")
    expect(rows).to_have_count(3)


def hurry(page: Page) -> None:
    """Keys that are pressed before the answer to the last ones is there still count."""
    rows = page.locator(".build-item .open")
    before = rows.all_inner_texts()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/build/", hold, times=1)
    rows.nth(1).focus()
    with page.expect_request("**/build/"):
        page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Delete")
    while not held:
        page.wait_for_timeout(10)
    held[0].continue_()
    expect(rows).to_have_count(2)
    assert rows.all_inner_texts() == [before[0], before[2]]
    page.keyboard.press("z")
    expect(rows).to_have_text([before[0], before[2], before[1]])


def keep_what_is_typed(page: Page) -> None:
    """Saved and shown while it is typed, and when the window closes within a word."""
    page.locator(".build-item .open").first.focus()
    page.keyboard.press("Enter")
    words = page.locator("textarea[name=text]")
    expect(words).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.type("오늘 ")
    frame = page.frame_locator(".frame.phone iframe")
    expect(frame.locator("body")).to_contain_text("오늘 저희 영화관을")
    expect(words).to_be_focused()
    assert words.evaluate("field => field.selectionStart") == len("오늘 ")
    other = page.context.new_page()
    other.goto(page.url)  # the question is open there, too
    other.locator("textarea[name=text]").press("Home")
    other.keyboard.type("관람을 마친 ")
    other.close()
    first = page.locator(".build-item .open").first
    for _times in range(20):
        page.reload()
        if "관람을 마친 오늘" in first.inner_text():
            break
    expect(first).to_contain_text("관람을 마친 오늘 저희 영화관을")
    page.keyboard.press("Escape")


def name_it(page: Page) -> None:
    focus_on(page, ".tabs a[href$='/settings/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/")
    focus_on(page, "input[name=title]")
    page.keyboard.type("영화관에서의 하루")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/settings/\?"))


def publish(page: Page) -> str:
    focus_on(page, ".tabs a[href$='/build/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/build/")
    focus_on(page, "#publish")
    page.keyboard.press("Enter")
    page.wait_for_url("**/share/")
    link = page.locator("#link").input_value()
    assert "/s/" in link
    return link


def answer(browser: Browser, link: str) -> None:
    """In Korean, at phone width, with scripts switched off."""
    context = browser.new_context(
        viewport=PHONE, locale="ko-KR", java_script_enabled=False, has_touch=True
    )
    page = context.new_page()
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator("h1")).to_have_text("영화관에서의 하루")
    wide = page.locator("body").bounding_box()
    assert wide
    assert wide["width"] <= PHONE["width"]
    page.locator("input[type=radio][value='3']").first.check(force=True)
    page.locator("textarea").fill(WORDS)
    page.get_by_label("가족").check(force=True)
    page.locator("button[name=next]").click()
    expect(page.locator("main")).to_contain_text(re.compile("고맙|감사"))
    context.close()


def find_it(page: Page, installation: Served) -> None:
    """In the results at once; among the words of its theme once it has been read."""
    page.goto(page.url.replace("/share/", "/results/"))
    expect(page.locator("main")).to_contain_text(WORDS)
    end = time.monotonic() + 300
    while not (theme := theme_of(installation)) and time.monotonic() < end:
        page.wait_for_timeout(2_000)
    assert theme, "the answer was put into no theme"
    while time.monotonic() < end:
        page.goto(f"/understand/search/?theme={theme}")
        if page.locator("main", has_text="대사보다 늦게").count():
            break
        page.wait_for_timeout(2_000)
    expect(page.locator("main")).to_contain_text("대사보다 늦게")


def theme_of(installation: Served) -> str:
    return installation.moksori("manage", "shell", "-v", "0", "-c", _THEME).strip()


_THEME = f"""
from moksori.understand.models import Mention
found = Mention.objects.filter(feedback__text__contains={WORDS[:9]!r}, theme__gt=0)
print(found.values_list("theme_id", flat=True).first() or "")
"""
