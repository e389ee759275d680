"""The page for phones: photograph one page after the other, each told at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moksori.base.errors import UserError
from moksori.base.people.gate import one
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.middleware import PERMISSIONS
from moksori.collect.models import ScanBatch, ScanFile
from moksori.collect.reads import scans as reads
from moksori.collect.reads.scan_photos import photo_line
from moksori.collect.views.scans import batch_for
from moksori.collect.writes.scans import must_fit, take_file


@require_GET
def scan_camera(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    context = {"units": reads.scan_units(by=member), "chosen": member.unit_id}
    response = render(request, "collect/scans/camera.html", context)
    # No other page of ours may use the camera.
    response["Permissions-Policy"] = PERMISSIONS.replace("camera=()", "camera=(self)")
    return response


@require_POST
def scan_photo(request: HttpRequest) -> HttpResponse:
    """One photo, kept before anything else; what comes of it is asked for after."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    file = request.FILES.get("photo")
    if file is None:
        raise UserError(_("Take a photo first."), field="photo")
    must_fit([file.size])
    batch = batch_for(request, member, way=ScanBatch.Way.CAMERA)
    kept = take_file(file, name=file.name or "", batch=batch)
    context = {"photo": photo_line(kept, by=member), "batch": batch}
    return render(request, "collect/scans/_photo.html", context)


@require_GET
def scan_photo_line(request: HttpRequest, scan_file_id: int) -> HttpResponse:
    """What came of a photo so far."""
    member = member_of(request)
    files = ScanFile.objects.visible_to(member, Ability.IMPORT)
    file = one(files.select_related("batch"), pk=scan_file_id)
    context = {"photo": photo_line(file, by=member), "batch": file.batch}
    return render(request, "collect/scans/_photo.html", context)
