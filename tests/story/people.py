"""Signing in, and moving about, as a person does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.story.world import PASSWORD, Served

DOMAIN = "@neulbom.example"


@contextmanager
def signed_in(
    browser: Browser, world: Served, who: str, *, language: str = "ko", **options: Any
) -> Iterator[Page]:
    """A browser window of `who` (the part before the @), signed in by password."""
    context = browser.new_context(
        base_url=world.base,
        locale="ko-KR" if language == "ko" else "en-GB",
        timezone_id="Asia/Seoul",
        **options,
    )
    page = context.new_page()
    try:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", who + DOMAIN)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "login" not in url)
        speak(page, world, language)
        yield page
    finally:
        context.close()


def speak(page: Page, world: Served, language: str) -> None:
    """Choose a language, as the switch in the menu does."""
    page.goto("/people/me")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    answer = page.request.post(
        f"{world.base}/language",
        form={"language": language, "next": "/", "csrfmiddlewaretoken": token or ""},
        headers={"Referer": world.base},
    )
    assert answer.status < 400
