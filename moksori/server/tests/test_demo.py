"""What the demo shows of asking: answered, invited, decided, and never sent."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core import mail
from django.utils import translation

from moksori.collect.models import (
    Contact,
    Feedback,
    Invitation,
    Response,
    ReviewItem,
    SavedSearch,
    Skip,
    Stream,
)
from moksori.collect.writes.sending import is_any_due, remind
from moksori.server.demo import story
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
