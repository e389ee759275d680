"""The JSON API: one router per step, keys or sessions, one shape of error."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.security import HttpBearer, SessionAuth

from moksori.account.api import router as account
from moksori.act.api import router as act
from moksori.base.errors import UserError
from moksori.base.people import keys
from moksori.base.people.models import Member
from moksori.collect.api import router as collect
from moksori.share.api import router as share
from moksori.understand.api import router as understand


class Key(HttpBearer):
    """`Authorization: Bearer moksori_…`, made on the member's own page."""

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        member = keys.member_of(token)
        if member is not None:
            request.user = member
        return member


api = NinjaAPI(
    title="Moksori",
    version="1",
    description="The loop as JSON: collect, understand, share, act, account.",
    auth=[Key(), SessionAuth()],
    urls_namespace="api",
    docs_url=None,
)
api.add_router("/collect", collect)
api.add_router("/understand", understand)
api.add_router("/share", share)
api.add_router("/act", act)
api.add_router("/account", account)


@api.exception_handler(UserError)
def explain(request: HttpRequest, error: UserError) -> HttpResponse:
    """Same words as on the page, as `{"error": {"code", "message", "field"}}`."""
    return api.create_response(
        request,
        {
            "error": {
                "code": error.code,
                "message": str(error.message),
                "field": error.field,
            }
        },
        status=error.status,
    )
