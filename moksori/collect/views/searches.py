"""Saved searches, and the feeds that programs read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import http_date, parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import NotFound, UserError
from moksori.base.people.middleware import public
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.base.web.failures import Failure, answer
from moksori.collect.models import SavedSearch
from moksori.collect.out import feeds
from moksori.collect.reads import taken as reads
from moksori.collect.views.feedback import asked_filters
from moksori.collect.views.hook_forms import SearchForm
from moksori.collect.writes import searches as writes

_FORMS = {
    "atom": ("application/atom+xml; charset=utf-8", feeds.atom),
    "json": ("application/feed+json; charset=utf-8", feeds.json_feed),
}


@require_GET
def search_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.READ)
    return _shown(request)


@require_http_methods(["GET", "POST"])
def search_new(request: HttpRequest) -> HttpResponse:
    """Keep the conditions of the list, which are in the address."""
    member = member_of(request)
    member.must(Ability.READ)
    filters = asked_filters(request)
    form = SearchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            writes.save_search(form.cleaned_data["name"], filters, by=member)
        except UserError as error:
            form.add_error("name", str(error))
        else:
            notes.done(request, _("Saved."))
            return redirect("collect:searches")
    context = {"form": form, "query": request.META.get("QUERY_STRING", "")}
    status = 422 if form.errors else 200
    return render(request, "collect/search_new.html", context, status=status)


@require_POST
def search_deed(request: HttpRequest, saved_search_id: int, name: str) -> HttpResponse:
    """What one button does: open or close the feed, remove the search."""
    member = member_of(request)
    search = reads.search_row(saved_search_id, by=member)
    if name == "feed":
        token = writes.open_feed(search, by=member)
        return _shown(request, opened=search, token=token)
    if name == "close":
        writes.close_feed(search, by=member)
        notes.done(request, _("The feed has ended."))
    elif name == "remove":
        writes.remove_search(search, by=member)
        notes.done(request, _("Removed."))
    else:
        raise NotFound
    return redirect("collect:searches")


@public
@require_GET
def feed(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """What a saved search finds now; 304 while it finds the same."""
    if form not in _FORMS:
        return answer(request, Failure(404))
    try:
        found = reads.feed(token)
    except NotFound as error:
        return answer(request, Failure(404, str(error.message)))
    tag = quote_etag(found.tag)
    kept = parse_etags(request.headers.get("If-None-Match", ""))
    kind, written = _FORMS[form]
    response: HttpResponse
    if tag in kept or "*" in kept:
        response = HttpResponseNotModified()
    else:
        base = settings.MOKSORI_BASE_URL
        here = f"{base}{request.path}"
        response = HttpResponse(written(found, base=base, here=here), kind)
        response["Last-Modified"] = http_date(found.updated_at.timestamp())
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=300"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _shown(
    request: HttpRequest, *, opened: SavedSearch | None = None, token: str = ""
) -> HttpResponse:
    member = member_of(request)
    base = settings.MOKSORI_BASE_URL
    lines = [(search, _query(search)) for search in reads.searches(by=member)]
    context = {
        "lines": lines,
        "opened": opened,
        "atom": f"{base}/feeds/{token}.atom" if token else "",
        "json": f"{base}/feeds/{token}.json" if token else "",
    }
    response = render(request, "collect/searches.html", context)
    if token:
        response["Cache-Control"] = "no-store"
    return response


def _query(search: SavedSearch) -> str:
    query = QueryDict(mutable=True)
    query.update(search.filters)
    return f"{reverse('collect:feedback_list')}?{query.urlencode()}"
