"""What the demo shows of asking: answered, invited, decided, and never sent."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from moksori.act.models import Promise
from moksori.base.customers.models import Account
from moksori.base.jobs.worker import Worker
from moksori.collect.models import (
    Contact,
    Feedback,
    Invitation,
    Response,
    ReviewItem,
    SavedSearch,
    Scan,
    Skip,
    Stream,
    Visit,
    VisitPlan,
)
from moksori.collect.writes.sending import is_any_due, remind
from moksori.server.demo import asked, sheets, story, visits
from moksori.server.demo.people import found_company


@pytest.mark.django_db
def test_the_demo_s_surveys_are_answered_and_nobody_is_written_to(settings, tmp_path):
    settings.MOKSORI_UPLOAD_DIR = tmp_path
    company = found_company()

    with translation.override("ko"):
        story.ask(company)

    complete = Response.objects.filter(state="complete")
    by_survey = Counter(complete.values_list("survey__name", flat=True))
    assert sorted(by_survey.values()) == [46, 104]
    assert Feedback.objects.count() == 154
    units = set(Feedback.objects.values_list("unit__name_ko", flat=True))
    assert units == {"고객가치실"}  # apart from the real reviews
    assert "앱" in "".join(Feedback.objects.values_list("text", flat=True))
    assert all(
        "예시" in name for name in Contact.objects.values_list("name", flat=True)
    )
    states = Counter(Invitation.objects.values_list("state", flat=True))
    assert states == {"sent": 10}
    reasons = set(Skip.objects.values_list("reason", flat=True))
    assert reasons == {"opted_out", "no_address", "recently_asked"}
    kinds = sorted(ReviewItem.objects.values_list("kind", flat=True))
    assert kinds == ["duplicate", "rows"]
    assert Stream.objects.get().state == Stream.State.PAUSED
    assert SavedSearch.objects.count() == 1
    assert not is_any_due()
    assert remind() == 0
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_the_demo_s_sheets_are_read_and_doubts_are_left_to_a_person(settings, tmp_path):
    settings.MOKSORI_UPLOAD_DIR = tmp_path
    company = found_company()

    with translation.override("ko"):
        visit, _yearly = asked.add_surveys(company)
        sheets.bring_sheets(company, visit)
    Worker().run(drain=True)

    assert Scan.objects.count() == sheets.CAME_BACK
    assert set(Scan.objects.values_list("state", flat=True)) == {"used"}
    taken = Response.objects.filter(survey=visit, channel="paper")
    written = {number for number, words in enumerate(sheets.WORDS) if words}
    unsure = written | {sheets.TWO_MARKS, sheets.FAINT}
    assert taken.count() == sheets.CAME_BACK - len(unsure)
    waiting = ReviewItem.objects.filter(kind="paper", state="open")
    assert waiting.count() == len(written) + 2
    reasons = [reason for item in waiting for reason in item.evidence["reasons"]]
    assert set(reasons) == {"writing", "two_marks", "outside"}


@pytest.mark.django_db
def test_the_demo_s_visits_are_listened_to_and_one_promise_is_overdue():
    company = found_company()
    for number in range(8):
        Account.objects.create(unit=company.units["finance"], name=f"{number}(예시)")

    visits.bring_visits(company)

    assert Visit.objects.count() == 7
    assert VisitPlan.objects.count() == 2
    assert sorted(Promise.objects.values_list("state", flat=True)) == [
        "kept", "open", "open", "open",
    ]  # fmt: skip
    late = Promise.objects.get(state="open", due__lt=timezone.localdate())
    assert late.owner == company.people["olivia"]
    assert Feedback.objects.exclude(text="").count() == 11  # nine on visits, two notes
    assert Feedback.objects.filter(text="").count() == 6  # scores


@pytest.mark.django_db
def test_parts_of_a_visit_are_pages_of_their_own_without_javascript(client):
    company = found_company()
    for number in range(8):
        Account.objects.create(unit=company.units["finance"], name=f"{number}(예시)")
    visits.bring_visits(company)
    client.force_login(company.people["haneul"])

    for visit in Visit.objects.all():
        for name in ("share:visit_remits", "act:visit_promises"):
            address = reverse(name, args=[visit.pk])
            part = client.get(address, headers={"HX-Request": "true"})
            assert b"<h1" in client.get(address).content
            assert b"<h2" in part.content
            assert b"<html" not in part.content
