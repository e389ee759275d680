"""A questionnaire on paper from the printer to its theme, by the doors that people use.

Printed as a PDF, filled in by a drawn pen, scanned askew and photographed from the
side, brought as files, read by a worker, decided in the queue, found among the mentions
of a theme.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from moksori.base.testing.kept import kept
from moksori.base.testing.makers import Team
from moksori.collect.models import Printing, Response, ReviewItem, Scan, Sheet
from moksori.collect.paper.layout import Layout
from moksori.collect.tests.papers import (
    PAPER,
    Pen,
    drawn_pages,
    jpeg_of,
    pdf_of,
    run_jobs,
    scanned,
)
from moksori.collect.tests.surveys import make_survey
from moksori.understand import writes
from moksori.understand.models import Mention
from moksori.understand.tests.makers import hand_over, sentences

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "배송이 늦어서 화가 나요."


@pytest.fixture
def learned(team: Team) -> Team:
    """A unit that has learned its themes from four hundred sentences."""

    def build() -> None:
        hand_over(team.ours, sentences(400))
        writes.catch_up()

    return kept("four hundred sentences", team, build)


def photographed(page: Image.Image) -> Image.Image:
    """Held by hand over a table: in perspective, with a shadow, a little soft."""
    wide = Image.new("L", (page.width + 300, page.height + 300), 90)
    wide.paste(page, (150, 150))
    w, h = wide.size
    corners = (20, 40, 60, h - 30, w - 40, h - 10, w - 90, 15)
    seen = wide.transform(
        wide.size, Image.Transform.QUAD, corners, resample=Image.Resampling.BICUBIC
    )
    shadow = np.linspace(1.0, 0.72, w)[None, :]
    grey = np.asarray(seen, dtype=np.float32) * shadow
    grey += np.random.default_rng(3).normal(0, 3, grey.shape)
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def printed(client: Client, survey: Any) -> tuple[Printing, list[list[Image.Image]]]:
    """Two sheets, as the page of the survey prints them."""
    address = reverse("collect:survey_paper", args=[survey.pk])
    form = {"paper": "a4", "columns": "1", "language": "ko", "kind": "anonymous",
            "count": "2"}  # fmt: skip
    answer = client.post(address, form)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    printing = Printing.objects.get()
    file = client.get(reverse("collect:printing_sheets", args=[printing.pk]))
    pages = drawn_pages(b"".join(file) if file.streaming else file.content)
    each = printing.form.pages
    return printing, [pages[:each], pages[each:]]


def sent(client: Client, team: Any, name: str, content: bytes) -> None:
    file = io.BytesIO(content)
    file.name = name
    data = {"unit": team.ours.pk, "files": [file]}
    assert client.post(reverse("collect:scans"), data).status_code == 302
    run_jobs()


def decide(client: Client) -> None:
    """Everything that waits, as a person who sees the paper would."""
    while item := ReviewItem.objects.filter(kind="paper", state="open").first():
        address = reverse("collect:review_answer", args=[item.pk])
        seen = {"why": {"text": WORDS}, "what": {"code": "web"}}
        given = seen.get(item.evidence["field"], {"outcome": "blank"})
        assert client.post(address, given).status_code == 302


def test_from_the_printer_to_the_theme(learned: Team) -> None:
    team = learned
    client = Client()
    client.force_login(team.ada)
    survey = make_survey(team.ours, PAPER, "종이로 묻기")
    printing, (one, two) = printed(client, survey)
    layout: Layout = printing.form.placed
    happy = Pen(layout, one).tick("nps", "10").tick("came", "yes").tick("how", "5")
    happy.tick("what", "app")
    angry = Pen(layout, two).tick("nps", "1").tick("came", "no").tick("what", "web")
    angry.write("why")

    scan = scanned(happy.pages[0], turn=-1.6).rotate(180)
    sent(client, team, "scan.pdf", pdf_of([scan]))
    sent(client, team, "photo.jpg", jpeg_of(photographed(angry.pages[0])))
    assert set(Scan.objects.values_list("state", flat=True)) == {"used"}
    decide(client)

    first, second = Response.objects.order_by("answers__nps")
    assert (first.answers["nps"], first.answers["why"]) == (1, WORDS)
    assert (second.answers["nps"], second.answers["how"]) == (10, 5)
    assert Sheet.objects.filter(response__isnull=False).count() == 2

    writes.catch_up()
    mention = Mention.objects.get(feedback=first.feedback)
    assert mention.theme_id
    assert mention.theme_id > 0
    shown = client.get(reverse("collect:feedback", args=[first.feedback_id]))
    assert "배송이 늦어서" in shown.content.decode()
    assert Sheet.objects.get(response=first).arrived_at is not None
