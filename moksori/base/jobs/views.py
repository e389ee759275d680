"""The page of jobs."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from moksori.base.jobs import reads, writes
from moksori.base.people.requests import member_of


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Ready, running and failed jobs, and schedules; without the page for htmx."""
    found = reads.job_board(by=member_of(request))
    template = (
        "jobs/_board.html" if request.headers.get("HX-Request") else "jobs/list.html"
    )
    return render(request, template, {"board": found})


@require_POST
def retry(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    writes.retry_job(job_id, by=member_of(request))
    messages.success(request, _("It will be tried again right away."))
    return redirect("jobs:list")


@require_POST
def run_now(request: HttpRequest, name: str) -> HttpResponse:
    writes.run_schedule_now(name, by=member_of(request))
    messages.success(request, _("It will run within a few seconds."))
    return redirect("jobs:list")
