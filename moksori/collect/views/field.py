"""The door of the field app: its files for anybody, its data for those signed in, and
two addresses at which a registered phone hands in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import islice
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import TooLarge, UserError
from moksori.base.people.middleware import public
from moksori.base.people.requests import member_of
from moksori.collect.field import app
from moksori.collect.field.told import LARGEST, told_from
from moksori.collect.models import Device
from moksori.collect.reads.field_pack import pack
from moksori.collect.writes.blobs import must_take, take_blob
from moksori.collect.writes.devices import device_of, register_device
from moksori.collect.writes.handing_in import Came, FilesMissing, Sent, hand_in

_CHUNK = 65_536
DROPPED = 4_000  # chunks
_FROM_DEVICE = "camera=(self), microphone=(self), geolocation=()"
_STATUS = {Came.NEW: 201, Came.SAME: 200, Came.OTHER: 409}
View = Callable[..., HttpResponse]


@public
@require_GET
@csp_update({"img-src": ["blob:"], "media-src": ["blob:"]})  # type: ignore[untyped-decorator]
def shell(request: HttpRequest) -> HttpResponse:
    """The app: the same page for everybody, so that a phone may keep it."""
    response = render(request, "collect/field/app.html", {"files": app.heads()})
    response["Permissions-Policy"] = _FROM_DEVICE
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the version and the files it keeps."""
    response = HttpResponse(app.worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    content = json.dumps(app.manifest(), ensure_ascii=False)
    return HttpResponse(content, content_type="application/manifest+json")


@public
@require_GET
def words(request: HttpRequest) -> HttpResponse:
    """Everything the app says, in both languages."""
    return JsonResponse(app.words(), json_dumps_params={"ensure_ascii": False})


@public
@require_GET
def ping(request: HttpRequest) -> HttpResponse:
    """Whether it is us: a hotel's sign-in page answers everything, but not with the
    number that was asked."""
    asked = request.GET.get("n", "")[:40]
    told = {"moksori": "field", "n": asked, "now": time.time(), "app": app.version()}
    return _uncached(JsonResponse(told))


@require_GET
def take_along(request: HttpRequest) -> HttpResponse:
    """Names, guides and plans of who is signed in."""
    told = pack(by=member_of(request))
    get_token(request)  # for the button that registers this phone
    return _uncached(JsonResponse(told, json_dumps_params={"ensure_ascii": False}))


@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Register the phone of who is signed in; its token is told this once."""
    try:
        done = register_device(request.POST.get("name", ""), by=member_of(request))
    except UserError as error:
        return _refused(error)
    told = {"token": done.token, "device": done.device.pk, "name": done.device.name}
    return _uncached(JsonResponse(told, status=201))


def for_devices(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only a registered phone gets in, by its token; a session counts for nothing."""

    @wraps(view)
    def asked(request: HttpRequest, **names: Any) -> HttpResponse:
        given = request.headers.get("Authorization", "")
        device = device_of(given.removeprefix("Bearer ").strip())
        if device is None:
            return _refused(NotRegistered())
        translation.activate(_language(request))
        try:
            return _uncached(view(request, device, **names))
        except UserError as error:
            return _refused(error)

    return public(csrf_exempt(asked))


class NotRegistered(UserError):
    status = 401
    code = "not_registered"

    def __init__(self) -> None:
        super().__init__(
            _("This phone is not registered any more. Sign in and register it again; "
              "nothing on it is lost.")
        )  # fmt: skip


@require_http_methods(["PUT"])
@for_devices
def blob(request: HttpRequest, device: Device, sha256: str) -> HttpResponse:
    """A photo or recording, ahead of its record; again is no harm."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise UserError(_("This is no name of a file."))
    chunks = _chunks(request)
    try:
        must_take(device.member)
        is_new = take_blob(chunks, sha256=sha256, by=device.member)
    finally:
        # Whoever is still sending hears no answer: the rest is read and dropped.
        for _rest in islice(chunks, DROPPED):
            pass
    return JsonResponse({"sha256": sha256}, status=201 if is_new else 200)


@require_POST
@for_devices
def record(request: HttpRequest, device: Device) -> HttpResponse:
    """One record: 201 new, 200 here already, 409 another content under its name (both
    are kept), 424 photos missing, 400 and others with the reason in words."""
    given = _given(request)
    told = told_from(
        str(given.get("content", "")),
        client_id=str(given.get("client_id", "")),
        content_hash=str(given.get("content_hash", "")),
    )
    done = hand_in(told, Sent(device.member, device, _ahead(request)))
    found = {"came": done.came.value, "visit": done.visit_id, "now": time.time()}
    return JsonResponse(found, status=_STATUS[done.came])


def _given(request: HttpRequest) -> dict[str, Any]:
    size = request.headers.get("Content-Length", "")
    if size.isdecimal() and int(size) > 8 * LARGEST:
        raise TooLarge(_("This record is too long. Divide it into two visits."))
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(_CHUNK):
        yield chunk


def _ahead(request: HttpRequest) -> int | None:
    """By how many seconds the phone's clock is ahead of ours."""
    given = request.headers.get("X-Moksori-Clock", "")
    if not given.isdecimal() or len(given) > 15:
        return None
    ahead = int(given) / 1000 - time.time()
    return round(ahead) if abs(ahead) < 2**31 else None


def _language(request: HttpRequest) -> str:
    return "en" if request.headers.get("Accept-Language", "").startswith("en") else "ko"


def _refused(error: UserError) -> HttpResponse:
    told: dict[str, Any] = {"code": error.code, "message": str(error.message)}
    if isinstance(error, FilesMissing):
        told["missing"] = error.hashes
    return _uncached(JsonResponse({"error": told}, status=error.status))


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
