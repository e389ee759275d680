"""A customer reads on the receipt what was done about their words."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from moksori.act.models import Action
from moksori.act.reads.told import news_of_actions
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import PainPoint, Theme
from moksori.understand.tests.makers import make_mention

pytestmark = pytest.mark.django_db


def test_only_what_was_done_since_is_told_and_only_the_theme_is_named(team):
    now = timezone.now()
    feedback = make_feedback("배송이 늦어요", unit=team.ours, received_at=now)
    center = np.eye(1, 256, dtype=np.float32).tobytes()
    theme = Theme.objects.create(
        unit=team.ours, name_ko="배송", name_en="Delivery", center=center, born_at=now
    )
    make_mention(feedback, theme)
    pain = PainPoint.objects.create(unit=team.ours, theme=theme, detected_at=now)
    for days, title in ((-3, "예전 일"), (2, "사내에서 부르는 이름")):
        Action.objects.create(
            pain_point=pain,
            unit=team.ours,
            title=title,
            start_on=timezone.localdate(),
            expected_change=-2,
            status=Action.Status.DONE,
            started_at=now + timedelta(days=days),
            ended_at=now + timedelta(days=days + 1),
        )
    news = news_of_actions(feedback.pk, "en")
    assert [one.text for one in news] == ["Delivery", "Delivery"]
    assert "사내" not in str(news)
    assert news_of_actions(feedback.pk + 1, "en") == []
