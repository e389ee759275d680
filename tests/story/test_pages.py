"""Every page: no accessibility fault, nothing from elsewhere, nothing sideways."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from tests.story.people import signed_in
from tests.story.world import Served

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
# Playwright waits for a promise as long as it takes; a page that hangs is to fail.
_LOOK = """rules => Promise.race([
    axe.run(document, {runOnly: rules}).then(result => result.violations),
    new Promise((_, fail) => setTimeout(() => fail(Error("too long")), 90_000)),
])"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Each language and each scheme once: words do not change colours, nor the reverse.
LOOKS = [("ko", "light"), ("en", "dark")]
WIDTHS = (320, 390, 1280)
# Downloads and signed links are no pages.
SKIPPED = re.compile(
    r"/(errors|export|download|feed|logout|verification|taxonomy/\w+|original)\b"
    r"|\.(csv|json|pdf|png|svg)\b|\?.*page="
)
SEEDS = [
    "/",
    "/collect/imports/new",
    "/collect/connections/new/rss/",
    "/collect/asking/routes/sms/",
    "/understand/search?q=%EC%97%B0%EA%B8%B0",
    "/share/remit",
    "/share/outbox",
    "/people/me",
    "/styleguide",
    "/accounts/password/change/",
    "/accounts/2fa/",
]


def crawl(page: Page, laid: dict[str, str]) -> dict[str, str]:
    """One address for each kind of page that links lead to: name → path.

    Of what was laid out all is looked at, though much of it has the same name.
    """
    found: dict[str, str] = {}
    waiting = [*laid.values(), *SEEDS]
    while waiting:
        path = waiting.pop(0)
        name = _name(path)
        if name is None or name in found or SKIPPED.search(path):
            continue
        answer = page.goto(path, wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        if not answer.headers["content-type"].startswith("text/html"):
            continue  # words to read aloud, a picture: no page of ours
        found[name] = path
        waiting += [href for href in _links(page) if _name(href) not in found]
    seen = set(found.values())
    return found | {name: path for name, path in laid.items() if path not in seen}


def _links(page: Page) -> list[str]:
    # A link within a picture (SVG) has its address one step deeper.
    address = "all => all.map(a => new URL(a.href.baseVal ?? a.href, location).href)"
    hrefs = page.eval_on_selector_all("a[href]", address)
    own = urlsplit(page.url).netloc
    parts = [urlsplit(href) for href in hrefs]
    return [
        part.path + (f"?{part.query}" if part.query else "")
        for part in parts
        if part.netloc == own
    ]


def _name(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


@pytest.fixture(scope="package")
def pages(installation: Served, browser: Browser) -> dict[str, str]:
    told = installation.moksori("manage", "shell", "-v", "0", "-c", _LAY_OUT)
    with signed_in(browser, installation, "haneul") as page:
        return crawl(page, json.loads(told.splitlines()[-1]))


_LAY_OUT = "from tests.story.collecting import told; print(told())"


def test_links_lead_to_every_step(pages: dict[str, str]):
    spaces = {name.split(":")[0] for name in pages}
    assert spaces >= {
        "collect",
        "understand",
        "share",
        "act",
        "account",
        "jobs",
        "audit",
        "people",
    }
    assert len(pages) >= 25


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    installation: Served,
    browser: Browser,
    pages: dict[str, str],
    language: str,
    scheme: str,
):
    faults: list[str] = []
    # Halfway through a transition a colour has less contrast than before and after.
    looks = {"color_scheme": scheme, "reduced_motion": "reduce"}
    with signed_in(browser, installation, "haneul", language=language, **looks) as page:
        for name, path in pages.items():
            _open(page, path)
            faults += [f"{name}: {fault}" for fault in _axe(page)]
            faults += [f"{name}: sideways at {width}" for width in _too_wide(page)]
    assert not faults, "\n".join(faults)


def _open(page: Page, path: str) -> None:
    """Go there, and wait for the parts that come by themselves."""
    page.goto(path, wait_until="load")
    if page.locator("[hx-trigger*=load], [hx-trigger*=revealed]").count():
        page.wait_for_load_state("networkidle")


def _too_wide(page: Page) -> Iterator[int]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield width


def _axe(page: Page) -> Iterator[str]:
    page.evaluate(AXE)
    found = page.evaluate(_LOOK, RULES)
    for violation in found:
        nodes = [node["target"] for node in violation["nodes"]]
        yield f"{violation['id']} at {nodes[:3]}"


def test_no_page_asks_elsewhere_or_complains(
    installation: Served, browser: Browser, pages: dict[str, str]
):
    elsewhere: list[str] = []
    complaints: list[str] = []
    with signed_in(browser, installation, "haneul") as page:
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((installation.base, "data:", "blob:"))
                else elsewhere.append(request.url)
            ),
        )
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{page.url}: {message.text}")
                if message.type in {"error", "warning"}
                else None
            ),
        )
        for path in pages.values():
            _open(page, path)
    assert elsewhere == []
    assert complaints == []


def test_every_answer_forbids_foreign_content_and_framing(
    installation: Served, browser: Browser, pages: dict[str, str]
):
    with signed_in(browser, installation, "haneul") as page:
        for name, path in pages.items():
            headers = page.request.get(installation.base + path).headers
            policy = headers["content-security-policy"]
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            assert headers["x-content-type-options"] == "nosniff"
            # A phone keeps the shell of the field app: it is the same for everybody.
            kept = "no-cache" if name == "field:app" else "no-store"
            assert kept in headers["cache-control"], name


def test_pages_work_without_javascript(
    installation: Served, browser: Browser, pages: dict[str, str]
):
    with signed_in(browser, installation, "haneul", java_script_enabled=False) as page:
        for name, path in pages.items():
            page.goto(path)
            assert page.locator("main h1").first.is_visible(), name
