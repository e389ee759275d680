"""Jobs hand on to each other until nothing is left to do."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from moksori.base.jobs.schedules import sync_schedules
from moksori.base.testing.makers import Team
from moksori.understand import jobs
from moksori.understand.models import PainPoint, Theme
from moksori.understand.reads import pain_lines, theme_lines
from moksori.understand.tests.makers import hand_over, sentences

pytestmark = pytest.mark.django_db(transaction=True)


def work_off() -> list[str]:
    """Run what is enqueued, in order, as a worker would; the names of the jobs."""
    done = []
    while (
        row := DBTaskResult.objects.order_by("enqueued_at", "pk").first()
    ) is not None:
        row.delete()
        task = import_string(row.task_path)
        task.func(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        done.append(row.task_path.rsplit(".", 1)[1])
    return done


def test_one_job_leads_to_pain_points(team: Team) -> None:
    hand_over(team.ours, sentences(400))

    jobs.enrich_pending.enqueue()
    done = work_off()

    assert done[0] == "enrich_pending"
    assert {"learn_themes", "assign_pending", "refresh_facts"} <= set(done)
    assert theme_lines(by=team.ada)
    assert pain_lines(by=team.ada)


def test_themes_are_learned_again_by_the_schedule(team: Team) -> None:
    hand_over(team.ours, sentences(400))
    jobs.enrich_pending.enqueue()
    work_off()
    before = set(Theme.objects.values_list("pk", flat=True))
    pains = set(PainPoint.objects.values_list("pk", flat=True))

    jobs.learn_all_themes.enqueue()
    work_off()

    assert set(Theme.objects.values_list("pk", flat=True)) == before
    assert set(PainPoint.objects.values_list("pk", flat=True)) == pains


def test_the_schedules_are_known(db: None) -> None:
    sync_schedules()
