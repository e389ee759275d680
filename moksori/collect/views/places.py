"""Other places where a survey is answered: a frame on a site, a kiosk, a poster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from moksori.base.errors import NotFound
from moksori.base.people.gate import one
from moksori.base.people.middleware import public
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect.answering.poster import (
    CODES,
    SIZES,
    code_file,
    poster_pdf,
)
from moksori.collect.models import Response, Survey, Upload
from moksori.collect.reads import answering as reads
from moksori.collect.reads.widgets import widget_of
from moksori.collect.views.answering import first_page
from moksori.collect.views.place_forms import PlacesForm, initial_of
from moksori.collect.views.public import customer_page
from moksori.collect.writes.surveys import change_survey
from moksori.collect.writes.uploads import place_of

_LOADER = Path(__file__).parent.parent / "static" / "collect" / "widget.js"
_MINUTES = 5


@customer_page
@require_safe
def widget(request: HttpRequest, slug: str) -> HttpResponse:
    """The first page as it stands in the frame of another site."""
    return first_page(request, reads.survey_at(slug), Response.Channel.WIDGET)


@customer_page
@require_safe
def kiosk(request: HttpRequest, slug: str) -> HttpResponse:
    """The first page for a device that stands in public."""
    return first_page(request, reads.survey_at(slug), Response.Channel.KIOSK)


@public
@require_safe
def widget_script(request: HttpRequest, slug: str) -> HttpResponse:
    """What a site loads: the rules of this survey, and the few lines that follow them.

    It sets no cookie and sends nothing; the site's storage remembers a dismissal.
    """
    survey = Survey.objects.exclude(version=None).filter(slug=slug).first()
    told: dict[str, Any] | None = None
    if survey is not None:
        address = request.build_absolute_uri(f"/w/{slug}/")
        told = widget_of(survey, address=address)
    text = f"// {slug}\n" if told is None else _filled(told)
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_MINUTES * 60}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


@require_http_methods(["GET", "POST"])
def places(request: HttpRequest, survey_id: int) -> HttpResponse:
    """When and where a site asks, and when a kiosk begins anew."""
    member = member_of(request)
    survey = one(Survey.objects.visible_to(member, Ability.IMPORT), pk=survey_id)
    form = PlacesForm(request.POST or None, initial=initial_of(survey))
    if request.method == "POST" and form.is_valid():
        settings = form.settings(survey)
        change_survey(survey, name=survey.name, settings=settings, by=member)
        return redirect("collect:survey_share", survey_id=survey.pk)
    context = {"survey": survey, "form": form}
    status = 422 if form.errors else 200
    return render(request, "collect/surveys/places.html", context, status=status)


@require_safe
def poster(request: HttpRequest, survey_id: int) -> HttpResponse:
    """A page with the code that phones read, to print and hang up."""
    member = member_of(request)
    survey = one(Survey.objects.visible_to(member).exclude(version=None), pk=survey_id)
    size = request.GET.get("size", "a4")
    content = poster_pdf(
        survey.slug,
        words=reads.poster_words(survey, request.GET.get("lang", "")),
        address=request.build_absolute_uri(f"/s/{survey.slug}/"),
        size=size if size in SIZES else "a4",
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{survey.slug}-{size}.pdf"'
    return response


@require_safe
def code(request: HttpRequest, survey_id: int, image: str) -> HttpResponse:
    """The code alone, for a receipt, a package or a design of one's own."""
    member = member_of(request)
    survey = one(Survey.objects.visible_to(member).exclude(version=None), pk=survey_id)
    if image not in CODES:
        raise NotFound
    address = request.build_absolute_uri(f"/s/{survey.slug}/")
    response = HttpResponse(code_file(address, form=image), content_type=CODES[image])
    response["Content-Disposition"] = f'attachment; filename="{survey.slug}.{image}"'
    return response


@require_safe
def upload(request: HttpRequest, upload_id: int) -> FileResponse:
    """A file that a customer gave, to those who may read the answers."""
    found = one(Upload.objects.visible_to(member_of(request)), pk=upload_id)
    try:
        file = place_of(found.sha256).open("rb")
    except FileNotFoundError:
        raise NotFound from None
    # Never shown as a page of ours: whatever is in it can do nothing here.
    return FileResponse(
        file, as_attachment=True, filename=found.name, content_type=found.media_type
    )


def _filled(told: dict[str, Any]) -> str:
    loader = _LOADER.read_text(encoding="utf-8")
    data = json.dumps(told, ensure_ascii=False).replace("</", "<\\/")
    return f"{loader.rstrip()}({data});\n"
