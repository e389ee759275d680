"""Pages of sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moksori.base.errors import Conflict
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect import writes
from moksori.collect.forms import SourceForm
from moksori.collect.reads import sources as reads


@require_GET
def source_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    lines = reads.source_lines(by=member)
    return render(request, "collect/sources.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.source_row(source_id, by=member)
    form = SourceForm(
        request.POST or None, initial={"name": row.name, "channel": row.channel}
    )
    if request.method == "POST" and form.is_valid():
        try:
            writes.change_source(row, by=member, **form.cleaned_data)
        except Conflict as error:
            form.add_error("name", str(error.message))
        else:
            notes.done(request, _("The source was changed."))
            return HttpResponseRedirect(reverse("collect:sources"))
    status = 422 if form.errors else 200
    context = {"source": row, "form": form}
    return render(request, "collect/source.html", context, status=status)
