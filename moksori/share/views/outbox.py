"""The outbox: letters, how far they got, and how they looked."""

from __future__ import annotations

from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from moksori.base.people.requests import member_of
from moksori.share import reads, writes

PAGE = 50
LETTER_POLICY = csp(
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        # A letter is a document of its own: no script, no origin, links in new tabs.
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    lines = reads.mail_lines(
        by=member_of(request),
        before=before_of(request),
        size=PAGE,
    )
    facts = {
        "lines": lines,
        "older": lines[-1].id if len(lines) == PAGE else None,
        "is_sent": settings.MOKSORI_MAIL_IS_SENT,
        "is_demo": settings.MOKSORI_DEMO,
    }
    return render(request, "share/outbox.html", facts)


@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[untyped-decorator]
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One letter with its headers, the letter itself in a frame of its own."""
    page = reads.mail_page(mail_id, by=member_of(request))
    return render(request, "share/mail.html", {"page": page})


@require_safe
@xframe_options_sameorigin
@LETTER_POLICY  # type: ignore[untyped-decorator]
def letter(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The letter as it is sent, and nothing else."""
    html = reads.letter_html(mail_id, by=member_of(request))
    return HttpResponse(html)


@require_POST
def send_again(request: HttpRequest, mail_id: int) -> HttpResponse:
    by = member_of(request)
    writes.resend(reads.mail_row(mail_id, by=by), by=by)
    messages.success(request, _("It goes out again within a minute."))
    return redirect("share:mail", mail_id)


def before_of(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
