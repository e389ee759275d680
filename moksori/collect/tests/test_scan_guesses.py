"""A machine's guess at handwriting: beside the picture, and only where it may be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from moksori.collect.models import PaperAnswer, Response, ReviewItem, Scan
from moksori.collect.paper import guessing
from moksori.collect.tests.papers import (
    PAPER,
    filled,
    make_sheets,
    pdf_of,
    run_jobs,
    scanned,
)
from moksori.collect.tests.surveys import make_survey
from moksori.collect.writes.scans import begin_batch, take_file

SAYS = "문이 <b>무겁습니다</b>"
WORKS = f"""#!/bin/sh
if [ "$1" = "--list-langs" ]; then echo "List of languages (2):"; echo kor; echo osd
else cat >"$0.jpg"; echo "$@" >"$0.args"; printf '{SAYS}\\n\\n  둘째   줄 \\n\\014'; fi
"""
HANGS = WORKS.replace("cat >", "exec sleep 60; cat >")
FAILS = WORKS.replace("printf", "exit 1; printf")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts a `tesseract` of ours before any other."""
    guessing._languages.cache_clear()
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def put(text: str) -> Path:
        path = tmp_path / "tesseract"
        path.write_text(text)
        path.chmod(0o755)
        return path

    yield put
    guessing._languages.cache_clear()


@pytest.fixture
def waiting(team: Any) -> tuple[Client, Scan]:
    """A comment that waits to be typed, and who may."""
    survey = make_survey(team.ours, PAPER, "종이 설문")
    (sheet,) = make_sheets(survey)
    marks = {"nps": ["9"], "came": ["yes"], "how": ["4"], "what": ["app"]}
    pen = filled(sheet, marks).write("why")
    batch = begin_batch(team.ours, way="upload", by=team.ada)
    take_file([pdf_of([scanned(pen.pages[0])])], name="a.pdf", batch=batch)
    run_jobs()
    client = Client()
    client.force_login(team.ada)
    return client, Scan.objects.get()


def guessed(client: Client, scan: Scan, field: str = "why") -> Any:
    return client.get(reverse("collect:scan_guess", args=[scan.pk]), {"field": field})


@pytest.mark.django_db(transaction=True)
def test_a_guess_stands_beside_the_picture_and_is_kept_nowhere(program, waiting):
    path = program(WORKS)
    client, scan = waiting
    item = ReviewItem.objects.get(kind="paper")
    page = client.get(reverse("collect:review_item", args=[item.pk])).content.decode()
    address = reverse("collect:scan_guess", args=[scan.pk])
    assert f'data-guess="{address}?field=why"' in page
    assert SAYS not in page

    answer = guessed(client, scan)
    assert answer.json() == {"text": f"{SAYS}\n둘째 줄"}
    assert "no-store" in answer["Cache-Control"]
    assert path.with_suffix(".args").read_text().split() == (
        ["stdin", "stdout", "-l", "kor", "--psm", "6"]
    )
    assert path.with_suffix(".jpg").read_bytes()[:2] == b"\xff\xd8"
    assert not PaperAnswer.objects.exists()
    assert not Response.objects.exists()
    assert SAYS not in str(ReviewItem.objects.values_list("evidence", "outcome"))


@pytest.mark.django_db(transaction=True)
def test_without_the_program_or_switched_off_nothing_is_guessed(
    program, waiting, settings, monkeypatch
):
    client, scan = waiting
    item = ReviewItem.objects.get(kind="paper")
    place = reverse("collect:review_item", args=[item.pk])
    program(WORKS.replace("echo kor;", ""))
    assert guessed(client, scan).json() == {"text": ""}
    assert "data-guess" not in client.get(place).content.decode()

    guessing._languages.cache_clear()
    program(WORKS)
    settings.MOKSORI_GUESS_HANDWRITING = False
    assert guessed(client, scan).json() == {"text": ""}
    assert "data-guess" not in client.get(place).content.decode()

    settings.MOKSORI_GUESS_HANDWRITING = True
    monkeypatch.setenv("PATH", "/nowhere")
    assert guessed(client, scan).json() == {"text": ""}


@pytest.mark.django_db(transaction=True)
def test_on_empty_paper_nothing_is_guessed(program, team):
    program(WORKS)
    survey = make_survey(team.ours, PAPER, "종이 설문")
    (sheet,) = make_sheets(survey)
    pen = filled(sheet, {"nps": ["9"]})
    batch = begin_batch(team.ours, way="upload", by=team.ada)
    take_file([pdf_of([scanned(pen.pages[0])])], name="a.pdf", batch=batch)
    run_jobs()
    client = Client()
    client.force_login(team.ada)
    assert guessed(client, Scan.objects.get()).json() == {"text": ""}


@pytest.mark.django_db(transaction=True)
def test_who_may_not_see_the_page_gets_no_guess(program, waiting, team):
    program(WORKS)
    client, scan = waiting
    client.force_login(team.vic)
    assert guessed(client, scan).status_code in {403, 404}
    client.force_login(team.ada)
    assert guessed(client, scan, "nps").status_code == 404
    assert guessed(client, scan, "none").status_code == 404


@pytest.mark.parametrize("text", [HANGS, FAILS])
def test_a_program_that_hangs_or_fails_guesses_nothing(program, monkeypatch, text):
    monkeypatch.setattr(guessing, "SECONDS", 1)
    program(text)
    assert guessing.can_guess("ko")
    assert not guessing.can_guess("en")
    assert guessing.guess(b"picture", "ko", is_line=True) == ""
    program(WORKS)
    assert guessing.guess(b"picture", "ko", is_line=True)  # the turn was given back


def test_one_guess_at_a_time(program):
    program(WORKS)
    with guessing._busy:
        assert guessing.guess(b"picture", "ko", is_line=True) == ""
