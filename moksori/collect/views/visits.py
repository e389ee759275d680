"""Pages of visits: those that took place, and what is done with them."""

from __future__ import annotations

from datetime import date

from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from moksori.base.errors import NotFound, UserError
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability, Role
from moksori.base.web import notes
from moksori.base.web.filters import Filter, filter_bar
from moksori.collect.field.rules import must_change
from moksori.collect.reads import listening as listens
from moksori.collect.reads import visits as reads
from moksori.collect.views.visit_forms import RescueForm, VisitForm
from moksori.collect.writes.blobs import place_of
from moksori.collect.writes.guides import settle_handover
from moksori.collect.writes.rescue import Rescued, rescue
from moksori.collect.writes.visiting import (
    change_visit,
    record_visit,
    remove_visit,
)

SHOWN = {"image/jpeg", "image/png", "image/webp"}


@require_GET
def visit_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    days = [("", _("all the time")), ("7", _("last 7 days")), ("28", _("last 28 days"))]
    filters = [
        Filter("days", _("Period"), [*days, ("90", _("last 90 days"))]),
        Filter("who", _("Who was there"), [("", _("anybody")),
               (str(member.pk), _("me"))]),
    ]  # fmt: skip
    asked = {each.name: each.value(request.GET) for each in filters}
    asked["account"] = request.GET.get("account", "")
    page = reads.visit_lines(
        by=member,
        filters=reads.VisitFilters(**asked),
        page=request.GET.get("page"),
    )
    context = {
        "page": page,
        "bar": filter_bar(request.GET, filters),
        "is_narrowed": any(asked.values()),
        "may_share": member.may(Ability.SHARE),
    }
    return render(request, "collect/visits/visits.html", context)


@require_GET
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    page = reads.visit_page(visit_id, by=member_of(request))
    return render(request, "collect/visits/visit.html", {"page": page, "v": page.row})


@require_http_methods(["GET", "POST"])
def visit_new(request: HttpRequest) -> HttpResponse:
    """At a desk; on the way the field app is made for it."""
    member = member_of(request)
    member.must(Ability.READ)
    form = VisitForm(request.POST or None, by=member)
    if request.method == "POST" and form.is_valid():
        made = record_visit(form.told(), by=member)
        notes.done(request, _("The visit is kept."))
        return redirect("collect:visit", made.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "visit": None}
    return render(request, "collect/visits/visit_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def visit_edit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Every change keeps what was there before."""
    member = member_of(request)
    row = reads.visit_row(visit_id, by=member)
    must_change(row, member)
    form = VisitForm(request.POST or None, by=member, visit=row)
    if request.method == "POST" and form.is_valid():
        change_visit(row, form.told(), by=member)
        notes.done(request, _("The visit is changed; what it said before is kept."))
        return redirect("collect:visit", row.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "visit": row}
    return render(request, "collect/visits/visit_form.html", context, status=status)


@require_POST
def visit_remove(request: HttpRequest, visit_id: int) -> HttpResponse:
    member = member_of(request)
    remove_visit(reads.visit_row(visit_id, by=member), by=member)
    notes.done(request, _("The visit is removed, with its words and photos."))
    return redirect("collect:visits")


@require_safe
def attachment(request: HttpRequest, attachment_id: int) -> FileResponse:
    """A photo or recording, to those who may see the visit."""
    found = reads.attachment_row(attachment_id, by=member_of(request))
    try:
        file = place_of(found.sha256).open("rb")
    except FileNotFoundError:
        raise NotFound from None
    response = FileResponse(
        file,
        as_attachment=found.media_type not in SHOWN
        and not found.media_type.startswith("audio/"),
        filename=found.name,
        content_type=found.media_type,
    )
    # Whatever is in it can do nothing here.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def handover_done(request: HttpRequest, handover_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.handover_row(handover_id, by=member)
    is_done = request.POST.get("open") != "yes"
    settle_handover(row, is_done=is_done, by=member)
    notes.done(request, _("That is done.") if is_done else _("It is open again."))
    return redirect("collect:visit", row.visit_id)


@require_GET
def listening(request: HttpRequest) -> HttpResponse:
    """Who met customers in a quarter, and who has not for long."""
    member = member_of(request)
    member.must(Ability.SHARE)
    today = timezone.localdate()
    chosen = listens.quarter_of(request.GET.get("quarter", ""), today)
    filters = [
        Filter("quarter", _("Quarter"), _quarters(today)),
        Filter(
            "role",
            _("Who"),
            [
                ("", _("who is expected to meet customers")),
                (listens.EVERYBODY, _("everybody")),
                *Role.choices,
            ],
        ),
    ]
    role = filters[1].value(request.GET)
    found = listens.listening(by=member, quarter=chosen, role=role)
    context = {
        "found": found,
        "quarter": chosen,
        "bar": filter_bar(request.GET, filters),
        "is_by_rule": not role,
    }
    return render(request, "collect/visits/listening.html", context)


def _quarters(today: date) -> list[tuple[str, str]]:
    """The present one and the seven before."""
    now = listens.quarter_of("", today)
    found, year, number = [], now.year, now.number
    for place in range(8):
        words = _("{year} Q{number}").format(year=year, number=number)
        found.append((f"{year}-{number}" if place else "", words))
        year, number = (year, number - 1) if number > 1 else (year - 1, 4)
    return found


@require_http_methods(["GET", "POST"])
def rescue_file(request: HttpRequest) -> HttpResponse:
    """Bring in what a phone saved as a file."""
    member = member_of(request)
    member.must(Ability.READ)
    form: Form = RescueForm(request.POST or None, request.FILES or None)
    done: Rescued | None = None
    if request.method == "POST" and form.is_valid():
        try:
            done = rescue(form.cleaned_data["file"].file, by=member)
        except UserError as error:
            form.add_error("file", str(error.message))
    status = 422 if form.errors else 200
    may_share = member.may(Ability.SHARE)
    context = {"form": form, "done": done, "may_share": may_share}
    return render(request, "collect/visits/rescue.html", context, status=status)
