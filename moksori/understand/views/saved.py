"""Saving a view, and forgetting it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from moksori.base.errors import NotFound
from moksori.base.people.requests import member_of
from moksori.understand.forms import ViewForm
from moksori.understand.reads.views import view_row
from moksori.understand.writes.views import PAGES, remove_view, save_view, tidy


@require_http_methods(["GET", "POST"])
def view_new(request: HttpRequest, page: str) -> HttpResponse:
    if page not in PAGES:
        raise NotFound
    query = tidy(request.META.get("QUERY_STRING", ""))
    back = reverse(f"understand:{page}")
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        view = save_view(page, name, query, by=member_of(request))
        messages.success(request, _("Saved."))
        return redirect(f"{back}?{view.query}" if view.query else back)
    context = {"form": form, "back": f"{back}?{query}" if query else back}
    return render(request, "understand/view_new.html", context)


@require_POST
def view_remove(request: HttpRequest, saved_view_id: int) -> HttpResponse:
    member = member_of(request)
    view = view_row(saved_view_id, by=member)
    page = view.page
    remove_view(view, by=member)
    messages.success(request, _("Removed."))
    return redirect(f"understand:{page}")
