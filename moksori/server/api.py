"""The JSON API: one router per step, keys or sessions, one shape of error."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema, get_schema
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


class Described(NinjaAPI):
    """An API that works out its description once: that takes a second."""

    def get_openapi_schema(
        self,
        *,
        path_prefix: str | None = None,
        path_params: dict[str, Any] | None = None,
    ) -> OpenAPISchema:
        if path_prefix is None:
            path_prefix = self.get_root_path(path_params or {})
        return _described(path_prefix)


@cache
def _described(prefix: str) -> OpenAPISchema:
    return get_schema(api, prefix)


api = Described(
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
    """Same words as on the page, as `{"error": {"code", "message", "field"}}`.

    Where several things are wrong at once, `problems` names each.
    """
    problems = error.details.get("problems")
    return api.create_response(
        request,
        {
            "error": {
                "code": error.code,
                "message": str(error.message),
                "field": error.field,
                **({"problems": problems} if problems else {}),
            }
        },
        status=error.status,
    )
