"""The address at which other programs leave feedback: `POST /in/<token>/`."""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from moksori.base.errors import TooLarge, UserError
from moksori.base.people.middleware import public
from moksori.base.web.failures import Failure, as_json
from moksori.collect.answering.origin import place_of
from moksori.collect.writes.deliveries import Taken
from moksori.collect.writes.inlets import LARGEST, is_address, receive
from moksori.collect.writes.rates import passes

A_MINUTE = 600
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@public
@csrf_exempt
@require_POST
def inlet_door(request: HttpRequest, token: str) -> HttpResponse:
    """200: stored. 202: kept until a person decides. Both: do not send it again."""
    if not passes(_rate_of(request, token), limit=A_MINUTE, seconds=60):
        answer = as_json(Failure(429, _("Too much at once. Come back in a minute.")))
        answer["Retry-After"] = "60"
        return answer
    try:
        headers = dict(request.headers.items())
        taken = receive(token, _body(request), headers, now=timezone.now())
    except UserError as error:
        return as_json(Failure(error.status, str(error.message), error.code))
    return JsonResponse(_told(taken), status=200 if not taken.kept else 202)


def _rate_of(request: HttpRequest, token: str) -> str:
    """Each address has its own count; who guesses addresses has one for them all."""
    if is_address(token):
        digest = hashlib.sha256(token.encode()).hexdigest()
        return f"in-{digest[:32]}"
    return f"in-none-{place_of(request)}"


def _body(request: HttpRequest) -> bytes:
    """The body, a form as JSON; raises TooLarge before reading what is too much."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:12]) > LARGEST:
        raise TooLarge(
            _("Send at most {most} kB at once.").format(most=LARGEST // 1000)
        )
    if request.content_type in _FORMS:
        form = {name: ", ".join(values) for name, values in request.POST.lists()}
        return json.dumps(form, ensure_ascii=False).encode("utf-8", "replace")
    try:
        return request.body
    except RawPostDataException:
        return b""


def _told(taken: Taken) -> dict[str, int]:
    return {
        "added": taken.added,
        "revised": taken.revised,
        "unchanged": taken.unchanged,
        "kept": taken.kept,
    }
