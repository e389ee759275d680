"""Teaching the tree without fear: edits are shown first, undone, and outlive learning.

Haneul (analyst) teaches the themes of the cinema; then they are learned again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from tests.story.people import signed_in
from tests.story.world import Served

SOON = 30_000  # milliseconds; a preview reads thousands of mentions


@dataclass(frozen=True)
class Named:
    """A theme as the list shows it."""

    path: str
    name: str


def test_the_tree_is_taught_undone_and_learned_again(
    installation: Served, browser: Browser
):
    expect.set_options(timeout=SOON)
    with signed_in(browser, installation, "haneul") as page:
        first, second = two_themes(page)
        before = counted(installation)
        rename(page, first, "이름을 다시 붙인 주제")
        split(page, first)
        merge(page, first, second)
        move(page, first)
        pin(page, first)
        made = define(page)
        rename(page, first, "사람이 붙인 이름", undone=False)
        learn_again(installation)
        assert counted(installation) == before
        page.goto(first.path)
        expect(page.get_by_role("heading", level=1)).to_have_text("사람이 붙인 이름")
        page.goto(made)
        expect(page.get_by_role("heading", level=1)).to_have_text("음악 이야기")
        expect(page.locator("main")).not_to_contain_text("이제 쓰지 않는")
        read_the_history(page)


def two_themes(page: Page) -> tuple[Named, Named]:
    page.goto("/understand/themes/?period=all&shape=flat")
    links = page.locator("main a.row-link[href*='/understand/themes/']").all()
    found = [Named(one.get_attribute("href") or "", one.inner_text()) for one in links]
    return found[1], found[2]


def choose(page: Page, theme: Named, edit: str) -> None:
    """An edit from the menu of a theme's page."""
    page.goto(theme.path)
    page.locator("details.menu > summary").click()
    page.locator("details.menu").get_by_role("link", name=re.compile(edit)).click()


def undo(page: Page) -> None:
    page.locator("[data-toast] button.undo").click()
    expect(page.locator("[data-toast]")).to_contain_text("되돌렸")


def rename(page: Page, theme: Named, name: str, *, undone: bool = True) -> None:
    choose(page, theme, "이름 바꾸기")
    page.fill("input[name=name_ko]", name)
    page.locator("main form button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    if undone:
        undo(page)
        page.goto(theme.path)
        expect(page.get_by_role("heading", level=1)).to_have_text(theme.name)


def merge(page: Page, theme: Named, other: Named) -> None:
    choose(page, theme, "합치기")
    button = page.locator("#ask button.primary")
    expect(button).to_be_disabled()
    page.fill("input[name=other]", other.name)
    expect(page.locator("#ask .moves")).to_contain_text(other.name)
    expect(page.locator("#ask .verbatim").first).to_be_visible()
    button.click()
    page.goto(other.path)
    expect(page.locator("main")).to_contain_text("이제 쓰지 않는")
    undo_newest(page)
    page.goto(other.path)
    expect(page.locator("main")).not_to_contain_text("이제 쓰지 않는")


def split(page: Page, theme: Named) -> None:
    choose(page, theme, "나누기")
    page.fill("input[name=name_ko_0]", "앞부분")
    page.fill("input[name=name_ko_1]", "뒷부분")
    page.locator("main form button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("앞부분")
    undo(page)
    page.goto(theme.path)
    expect(page.get_by_role("heading", level=1)).to_have_text(theme.name)


def move(page: Page, theme: Named) -> None:
    choose(page, theme, "묶음으로")
    page.select_option("select[name=group]", value="new")
    page.fill("input[name=name_ko]", "새로 만든 묶음")
    page.locator("#ask button.primary").click()
    expect(page.locator("[data-toast]")).to_contain_text("옮겼")
    undo(page)


def pin(page: Page, theme: Named) -> None:
    page.goto(theme.path)
    why = page.locator("details.disclosure", has_text="왜 여기").first
    why.locator("summary").click()
    why.locator("select[name=theme]").select_option(index=2)
    why.locator("form.elsewhere button").click()
    expect(why.locator(".notice")).to_contain_text("다시 익혀도 그대로")
    why.locator(".notice button").click()
    expect(page.locator("[data-toast]")).to_contain_text("되돌렸")


def define(page: Page) -> str:
    page.goto("/understand/themes/")
    page.locator("details.menu > summary").click()
    page.get_by_role("link", name=re.compile("새 주제 만들기")).click()
    page.fill("input[name=name_ko]", "음악 이야기")
    page.fill("input[name=words]", "음악, OST")
    # What means the same without the words may come first.
    found = page.locator("#preview .verbatim").filter(has_text="음악")
    expect(found.first).to_be_visible()
    page.locator("main form button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("음악 이야기")
    return page.url


def undo_newest(page: Page) -> None:
    page.goto("/understand/teach/corrections/")
    page.locator("tr:not(.undone) form button").first.click()
    expect(page.locator("[data-toast]")).to_contain_text("되돌렸")


def read_the_history(page: Page) -> None:
    page.goto("/understand/teach/corrections/")
    table = page.locator("main table")
    for name in ("이름을 다시 붙인 주제", "뒷부분", "새로 만든 묶음", "음악 이야기"):
        expect(table).to_contain_text(name)
    assert page.locator("main tr.undone").count() >= 5


def learn_again(installation: Served) -> None:
    installation.moksori("manage", "shell", "-v", "0", "-c", _LEARN)


def counted(installation: Served) -> str:
    """Every mention and every theme ever known is still there."""
    return installation.moksori("manage", "shell", "-v", "0", "-c", _COUNT)


_LEARN = """
from moksori.understand.writes import learn_themes, learned_affiliates, assign_pending
for affiliate in learned_affiliates():
    learn_themes(affiliate)
while assign_pending():
    pass
"""

_COUNT = """
from moksori.understand.models import Mention
print(Mention.objects.count())
"""
