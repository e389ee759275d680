"""A visit recorded without a network, the browser killed, back, and handed in once."""

from __future__ import annotations

import hashlib
import io
import os
import signal
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.story.conftest import ARGUMENTS, CHROMIUM
from tests.story.people import DOMAIN, signed_in
from tests.story.world import PASSWORD, Served

WORDS = "포장 상자가 얇아서 모서리가 자주 찌그러진다고 하셨습니다."
PHONE = {"width": 390, "height": 844}
SOON = 20_000


def phone(browser: Browser, world: Served, folder: Path) -> BrowserContext:
    return browser.browser_type.launch_persistent_context(
        folder,
        executable_path=CHROMIUM,
        args=ARGUMENTS,
        base_url=world.base,
        viewport=PHONE,
        locale="ko-KR",
        timezone_id="Asia/Seoul",
    )


def kill(folder: Path) -> None:
    """SIGKILL for every process of this one browser, known by its own folder."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            is_ours = str(folder).encode() in entry.read_bytes()
        except OSError:
            continue
        if is_ours and int(entry.parent.name) != os.getpid():
            os.kill(int(entry.parent.name), signal.SIGKILL)


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_a_visit_survives_the_browser_and_is_handed_in_once(
    installation: Served, browser: Browser, tmp_path: Path
) -> None:
    expect.set_options(timeout=SOON)
    folder = tmp_path / "phone"
    first = phone(browser, installation, folder)
    page = first.new_page()
    register(page)
    first.set_offline(True)
    record(page)
    expect(page.locator("#state")).to_contain_text("보내지 않은 것 1건")
    kill(folder)

    again = phone(browser, installation, folder)
    again.set_offline(True)
    page = again.new_page()
    page.goto("/field/")
    expect(page.locator("#state")).to_contain_text("보내지 않은 것 1건")
    # Days later nobody is signed in any more; the registered phone still hands in,
    # by itself once there is a network.
    again.clear_cookies()
    again.set_offline(False)
    expect(page.locator("#state")).to_contain_text("모두 보냈어요")
    page.reload()
    expect(page.locator("#state")).to_contain_text("모두 보냈어요")
    again.close()
    look(browser, installation)


def register(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "haneul" + DOMAIN)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/collect/phones/")
    assert page.locator("table.rows").count() == 0
    page.goto("/field/#/phone")
    page.locator("input[name=device]").fill("현장 전화")
    page.locator("section button.primary").click()
    expect(page.locator("main")).to_contain_text("현장 전화")
    page.wait_for_selector("html[data-ready=yes]")


def record(page: Page) -> None:
    page.goto("/field/")
    page.locator("button.primary.large").click()
    page.fill("textarea[name=said]", WORDS)
    # Refused once, and nothing that was typed is lost.
    page.locator("button[type=submit]").click()
    expect(page.locator(".problems")).to_contain_text("어느 고객")
    page.fill("input[name=whom]", "늘봄마트 본점")
    page.set_input_files(
        "input[type=file]",
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": a_photo()},
    )
    expect(page.locator(".files img")).to_have_count(1)
    page.get_by_role("button", name="약속 더하기").click()
    page.fill("textarea[name=promise]", "두꺼운 상자로 바꿔 보낸다")
    page.fill("input[name=due]", "2026-12-31")
    page.locator("button[type=submit]").click()


def look(browser: Browser, world: Served) -> None:
    with signed_in(browser, world, "haneul") as page:
        page.goto("/collect/visits/")
        row = page.get_by_role("link", name="늘봄마트 본점")
        expect(row).to_have_count(1)
        row.click()
        expect(page.locator("main")).to_contain_text(WORDS)
        expect(page.locator("main")).to_contain_text("두꺼운 상자로 바꿔 보낸다")
        address = page.locator(".content img").get_attribute("src") or ""
        kept = page.request.get(world.base + address).body()
        stored = list((world.folder / "uploads" / "field").glob("??/*"))
        assert [one.name for one in stored] == [hashlib.sha256(kept).hexdigest()]
        page.goto("/act/")
        expect(page.locator("main")).to_contain_text("두꺼운 상자로 바꿔 보낸다")
        page.goto("/collect/feedback/?channel=visit")
        expect(page.locator("main")).to_contain_text("포장 상자가 얇아서")


NEAR = """async ([text, known]) => {
  const { near } = await import("/static/collect/field/near.js");
  return near(text, known).map((one) => one.theme);
}"""
KNOWN = [
    {"theme": 1, "name": "배송 — 늦음", "words": ["배송", "지연"]},
    {"theme": 2, "name": "매장 직원 — 불친절함", "words": ["직원", "매장"]},
    {"theme": 3, "name": "Delivery — late", "words": ["delivery", "courier"]},
    {"theme": 4, "name": "매장 주차", "words": ["주차", "매장"]},
]


def test_a_phone_finds_known_pain_points_by_their_words(
    installation: Served, browser: Browser
) -> None:
    said = {
        "배송이 자꾸 늦어진대요": [1],
        "직원이 너무 불친절하다고": [2],  # endings differ
        "매장에 주차할 곳이 없대요": [
            4
        ],  # "매장" alone, which two share, is too little
        "The delivery was late again": [3],
        "redelivery of something": [],  # no word begins so
        "배송": [],  # too short to say anything
        "날씨가 참 좋다고 하셨어요": [],
    }
    page = browser.new_page(base_url=installation.base)
    page.goto("/field/")
    found = {text: page.evaluate(NEAR, [text, KNOWN]) for text in said}
    page.close()
    assert found == said
