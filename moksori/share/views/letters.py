"""Where the signed links of letters lead; nobody needs to sign in.

Programs that check mail follow links, so a GET only shows a page with one button. The
signature in the address is what allows the POST, hence no CSRF token.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from moksori.base.people.middleware import public
from moksori.share import writes
from moksori.share.channels.email import links
from moksori.share.models import Reach
from moksori.share.sections.blocks import Content

Kind = Reach.Kind


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mark_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks "did this help?"; POST records the answer."""
    edition, kind = links.marked(token)
    with translation.override(edition.language):
        is_done = request.method == "POST"
        if is_done:
            writes.record_mark(edition, kind, by=edition.member)
        facts = {
            "edition": edition,
            "content": Content.from_json(edition.content),
            "kind": kind.value,
            "button": _buttons()[kind],
            "is_done": is_done,
        }
        return render(request, "share/mark_link.html", facts)


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click in the mail program (RFC 8058) or one button on this page."""
    subscription = links.unsubscribed(token)
    with translation.override(subscription.language):
        is_done = request.method == "POST"
        if is_done:
            writes.pause(subscription, by=subscription.member)
        facts = {"subscription": subscription, "is_done": is_done}
        return render(request, "share/unsubscribe.html", facts)


def _buttons() -> dict[Kind, str]:
    return {
        Kind.OPENED: _("I have read this"),
        Kind.READ: _("I have read this"),
        Kind.USEFUL: _("This helped"),
        Kind.DONE: _("I did this"),
        Kind.NOT_MINE: _("Not about my customers"),
        Kind.DELIVERED: _("I have read this"),
    }
