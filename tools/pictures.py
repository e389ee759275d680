"""Take a picture of every page, to be looked at.

    python tools/pictures.py http://127.0.0.1:8000 FOLDER [--pages /,/understand/themes]

Signs in through the demo. Korean and English, 1280 and 390 pixels, light and dark.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PAGES = {
    "analyst": [
        "/",
        "/understand/themes",
        "/understand/search?q=%EC%97%B0%EA%B8%B0",
        "/collect/feedback",
        "/collect/imports",
        "/collect/imports/new",
        "/act/",
        "/act/cases",
        "/act/actions",
        "/account/",
        "/share/",
        "/share/remit",
        "/share/reach",
        "/share/outbox",
        "/jobs/",
        "/log/",
        "/people/",
        "/people/me",
        "/styleguide",
    ],
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def shoot(
    browser: Browser, base: str, folder: Path, wanted: list[str], who: str
) -> None:
    """Every wanted page in every combination of language, width and colours."""
    for language, width, scheme in itertools.product(
        ("ko", "en"), (1280, 390), ("light", "dark")
    ):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale="ko-KR" if language == "ko" else "en-GB",
        )
        page = context.new_page()
        sign_in(page, base, who)
        page.request.post(
            f"{base}/language",
            form={
                "language": language,
                "next": "/",
                "csrfmiddlewaretoken": _csrf(page),
            },
            headers={"Referer": base},
        )
        for address in wanted:
            page.goto(base + address, wait_until="networkidle")
            name = address.strip("/").replace("/", "-").split("?")[0] or "home"
            path = folder / f"{name}-{language}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
            if page.evaluate(
                "document.documentElement.scrollWidth > window.innerWidth"
            ):
                print(f"scrolls sideways: {address} at {width}", file=sys.stderr)
        context.close()


def _csrf(page: Page) -> str:
    return str(page.get_attribute("input[name=csrfmiddlewaretoken]", "value") or "")


def sign_in(page: Page, base: str, who: str) -> None:
    """Become the demo's person number `who` (0 analyst … 4 executive)."""
    page.goto(f"{base}/accounts/login/")
    page.locator("form[action*='/people/demo/'] button").nth(int(who)).click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"{base}/people/me")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", default="")
    parser.add_argument("--who", default="0")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    wanted = given.pages.split(",") if given.pages else PAGES["analyst"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=ARGUMENTS
        )
        shoot(browser, given.base, given.folder, wanted, given.who)
        browser.close()


if __name__ == "__main__":
    main()
