"""A survey on somebody else's website: shown by its rules, answered, closed, forgotten.

The site stands on another address, sends the strict policy that the documentation
names, and its visitors' browser keeps nothing for the frame.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.story.world import Served

NEWLINES = "\n" * 200  # long enough to scroll
# As where storage is blocked in frames: whoever asks for it is thrown out.
NOTHING_KEPT = """for (const name of ["localStorage", "sessionStorage", "indexedDB"])
    Object.defineProperty(window, name, {
        get() { throw new DOMException("blocked", "SecurityError"); },
    });"""


class Shop(BaseHTTPRequestHandler):
    """Every page of the site: the one line of the loader, and the policy.

    The first part of the path says whose line: /SLUG/orders/7.
    """

    moksori: ClassVar[str] = ""

    def do_GET(self) -> None:
        slug = self.path.split("/")[1]
        page = f"""<!doctype html><html lang="ko"><meta charset="utf-8">
<title>가게</title><link rel="icon" href="data:,"><h1>가게</h1><pre>{NEWLINES}</pre>
<script src="{self.moksori}/w/{slug}/widget.js" async></script></body></html>"""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; img-src data:; "
            f"script-src {self.moksori}; frame-src {self.moksori}",
        )
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def shop() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        # By another name, so that the browser counts it as another site.
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Site:
    """Where the shop stands, and the surveys that it may ask, by their rules."""

    address: str
    popup: str
    button: str
    elsewhere: str


@pytest.fixture(scope="module")
def site(installation: Served) -> Iterator[Site]:
    Shop.moksori = installation.base
    with shop() as address:
        made = installation.moksori(
            "manage", "shell", "-v", "0", "-c", _SURVEYS.format(address)
        )
        yield Site(address, *made.split())


_SURVEYS = """
from moksori.base.people.models import Unit
from moksori.collect.tests.surveys import make_survey
unit, here = Unit.objects.get(name_ko="늘봄멤버십"), ["{}"]
for name, rules in (
    ("popup", {{"mode": "popup", "origins": here}}),
    ("button", {{"mode": "button", "origins": here, "after_scroll": 20}}),
    ("elsewhere", {{"mode": "popup", "origins": ["https://www.example.com"]}}),
):
    survey = make_survey(unit, name=f"가게에서 {{name}}")
    survey.settings["widget"] = {{**rules, "paths": [f"/{{survey.slug}}/orders/*"]}}
    survey.save()
    print(survey.slug)
"""


@contextmanager
def visitor(browser: Browser, **options: Any) -> Iterator[Page]:
    """Somebody on the site; neither site nor survey complains or leaves a cookie."""
    context = browser.new_context(locale="ko-KR", **options)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    try:
        yield page
        assert context.cookies() == []
        assert complaints == []
    finally:
        context.close()


def test_it_asks_where_it_may_and_remembers_who_said_no(
    installation: Served, browser: Browser, site: Site
):
    with visitor(browser) as page:
        loader = f"{installation.base}/w/{site.popup}/widget.js"
        assert len(page.request.get(loader).body()) <= 10_000
        page.goto(f"{site.address}/{site.popup}/about", wait_until="networkidle")
        expect(page.locator("iframe")).to_have_count(0)
        page.goto(f"{site.address}/{site.popup}/orders/7")
        panel = page.get_by_role("dialog", name="방문 소감")
        expect(panel).to_be_visible()
        # It came by itself: it takes the focus from nobody.
        assert page.evaluate("document.activeElement === document.body")
        inside = page.frame_locator("iframe")
        expect(inside.get_by_text("추천하시겠습니까?")).to_be_visible()
        # As high as what it holds: nothing scrolls within what scrolls.
        fits = "e => e.scrollHeight <= innerHeight + 1"
        assert inside.locator("html").evaluate(fits)
        page.get_by_role("button", name="닫기").click()
        expect(panel).to_have_count(0)
        page.reload(wait_until="networkidle")
        expect(page.locator("iframe")).to_have_count(0)


def test_it_is_answered_in_a_browser_that_keeps_nothing(browser: Browser, site: Site):
    with visitor(browser, viewport={"width": 390, "height": 700}) as page:
        page.add_init_script(NOTHING_KEPT)
        page.goto(f"{site.address}/{site.button}/orders/7", wait_until="networkidle")
        button = page.get_by_role("button", name="의견 보내기")
        expect(button).to_have_count(0)
        page.mouse.wheel(0, 2000)
        button.click()
        expect(page.get_by_role("button", name="닫기")).to_be_focused()
        inside = page.frame_locator("iframe")
        inside.get_by_label("3", exact=True).check(force=True)
        inside.locator("textarea").fill("주문한 것이 어디쯤인지 보이지 않아요.")
        inside.get_by_role("button", name="보내기").click()
        expect(inside.locator("main")).to_contain_text("고맙습니다")
        with page.context.expect_page() as opened:
            inside.get_by_role("link", name="접수증 열기").click()
        expect(opened.value.locator("main")).to_contain_text("의견을 받았습니다")
        opened.value.close()
        page.bring_to_front()
        inside.locator("body").press("Escape")
        expect(page.locator("iframe")).to_have_count(0)


def test_a_site_that_is_not_named_shows_nothing(browser: Browser, site: Site):
    context = browser.new_context(locale="ko-KR")
    page = context.new_page()
    page.goto(f"{site.address}/{site.elsewhere}/orders/7", wait_until="networkidle")
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.get_by_role("button", name="닫기")).to_be_hidden()
    context.close()
