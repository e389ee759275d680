"""Paper in a browser: brought as a file, decided by keys alone, found in themes.

Haneul (analyst) brings two filled sheets, types what a customer wrote by hand, chooses
between two marks, goes back once, and finds the words among the mentions of a theme.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from moksori.collect.paper.layout import Layout, layout_from
from moksori.collect.tests.papers import PAPER, Pen, drawn_pages, pdf_of, scanned
from tests.story.people import signed_in
from tests.story.world import Served

SOON = 20_000  # milliseconds
READING = 90_000
WORDS = "자막이 대사보다 늦게 나와서 영화에 몰입하기 어려웠습니다."
NAME = "종이로 묻는 이야기"

_SURVEY = f"""
import json
from moksori.base.people.models import Unit
from moksori.collect.tests.surveys import make_survey
cinema = Unit.objects.get(name_en="Neulbom Cinema")
survey = make_survey(cinema, json.loads({json.dumps(json.dumps(PAPER))}), {NAME!r})
print(survey.pk)
"""
_LAYOUT = """
import json
from moksori.collect.models import PaperForm
print(json.dumps(PaperForm.objects.latest("id").layout))
"""
_THEME = f"""
from moksori.understand.models import Mention
found = Mention.objects.filter(feedback__text__contains={WORDS[:9]!r}, theme__gt=0,
                               feedback__channel="paper")
print(found.values_list("theme_id", flat=True).first() or "")
"""


def test_paper_is_brought_decided_by_keys_and_found_in_themes(
    installation: Served, browser: Browser, tmp_path: Path
) -> None:
    expect.set_options(timeout=SOON)
    survey = shell(installation, _SURVEY)
    file = tmp_path / "scan.pdf"
    file.write_bytes(filled_sheets(installation, survey, tmp_path))
    with signed_in(browser, installation, "haneul") as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        bring(page, file)
        decide(page)
        come_back(page, survey)
        find(page, installation)
        assert errors == []


def shell(installation: Served, program: str) -> str:
    told = installation.moksori("manage", "shell", "-v", "0", "-c", program)
    return told.strip().splitlines()[-1]


def filled_sheets(installation: Served, survey: str, folder: Path) -> bytes:
    """Printed by the command line, filled in, scanned askew."""
    printed = folder / "sheets.pdf"
    installation.moksori("paper", "print", survey, str(printed), "--sheets", "2")
    layout: Layout = layout_from(json.loads(shell(installation, _LAYOUT)))
    pages = drawn_pages(printed.read_bytes())
    assert len(pages) == 2
    clear = Pen(layout, pages[:1]).tick("nps", "9").tick("came", "yes")
    clear.tick("how", "4").tick("what", "app")
    doubt = Pen(layout, pages[1:]).tick("nps", "2", "10").tick("came", "no")
    doubt.tick("what", "web").write("why")
    return pdf_of([scanned(clear.pages[0], 1), scanned(doubt.pages[0], 2)])


def bring(page: Page, file: Path) -> None:
    page.goto("/collect/scans/")
    page.set_input_files("#files", file)
    page.locator("form[data-scans] .button.primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/collect/scans/*/")
    expect(page.locator(".scan-page")).to_have_count(2, timeout=READING)
    expect(page.locator("#progress")).to_have_count(0, timeout=READING)
    expect(page.locator("main")).to_contain_text(NAME)


def decide(page: Page) -> None:
    """Two marks in a scale of eleven, then the words; back once, and on again."""
    batch = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.goto(f"/collect/review/?kind=paper&batch={batch}")
    expect(page.locator("[data-press]")).to_have_count(11)
    expect(page.locator(".crop img")).to_be_visible()
    press_when_seen(page)
    ten = page.locator("[data-press='10']")
    for _times in range(5):  # both within 0.7 seconds, however busy the machine
        page.keyboard.type("10")
        if ten.is_checked():
            break
        page.wait_for_timeout(900)
    expect(ten).to_be_checked()
    onward(page, "Enter")
    expect(page.locator("textarea[name=text]")).to_be_focused()
    page.keyboard.type("틀린 글")
    page.keyboard.press("Escape")
    onward(page, "KeyU")
    expect(page.locator("[data-press]")).to_have_count(11)
    page.wait_for_timeout(600)
    page.keyboard.press("Digit2")
    expect(page.locator("[data-press='2']")).to_be_checked()
    onward(page, "Enter")
    page.keyboard.type(WORDS)
    onward(page, "Enter")
    expect(page.locator("[data-paper]")).to_have_count(0)


def press_when_seen(page: Page) -> None:
    """A key that comes before anybody can have seen the page decides nothing."""
    here = page.url
    page.reload()
    page.keyboard.press("Enter")
    assert page.url == here
    expect(page.locator("[data-press]")).to_have_count(11)
    page.wait_for_timeout(600)


def onward(page: Page, key: str) -> None:
    before = page.url
    page.keyboard.press(key)
    page.wait_for_function("url => location.href !== url", arg=before)
    page.wait_for_load_state("load")


def come_back(page: Page, survey: str) -> None:
    """Both sheets are taken, each with its answers."""
    page.goto(f"/collect/surveys/{survey}/scans/?state=done")
    expect(page.locator("tr[data-row]")).to_have_count(2)
    page.goto(f"/collect/surveys/{survey}/results/")
    expect(page.locator("main")).to_contain_text(WORDS)


def find(page: Page, installation: Served) -> None:
    end = time.monotonic() + 300
    while not (theme := shell_theme(installation)) and time.monotonic() < end:
        page.wait_for_timeout(2_000)
    assert theme, "the answer was put into no theme"
    while time.monotonic() < end:
        page.goto(f"/understand/search/?theme={theme}")
        if page.locator("main", has_text="대사보다 늦게").count():
            break
        page.wait_for_timeout(2_000)
    expect(page.locator("main")).to_contain_text("대사보다 늦게")


def shell_theme(installation: Served) -> str:
    return installation.moksori("manage", "shell", "-v", "0", "-c", _THEME).strip()
