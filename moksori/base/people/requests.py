"""Who is asking."""

from __future__ import annotations

from django.http import HttpRequest

from moksori.base.errors import NotAllowed
from moksori.base.people.models import Member


class MemberRequest(HttpRequest):
    """A request behind the sign-in: its user is a member."""

    user: Member


def member_of(request: HttpRequest) -> Member:
    """The signed-in member behind a request; the middleware has let nobody else in."""
    member = request.user
    if not isinstance(member, Member):
        raise NotAllowed
    return member
