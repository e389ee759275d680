"""Pages of micro-segments: what was found, and what is watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moksori.base.errors import UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.base.web import notes, text
from moksori.base.web.charts import Chart, Point, Series, line_chart
from moksori.understand.forms import asked_filters
from moksori.understand.forms.filters import id_of
from moksori.understand.forms.segments import AdoptForm, WriteForm
from moksori.understand.models import Segment, Theme
from moksori.understand.reads.found_segments import (
    FoundLine,
    SegmentPage,
    WatchedLine,
    choices,
    segment_line,
    segment_page,
    segment_row,
    segment_words,
)
from moksori.understand.reads.places import home_affiliate
from moksori.understand.reads.verbatims import Verbatim
from moksori.understand.views.taught import unit_bar
from moksori.understand.writes.pains import owners_within
from moksori.understand.writes.segments import (
    Adopted,
    adopt_segment,
    can_be_pain,
    change_segment,
    make_pain_point,
    may_adopt,
    must_adopt,
    restore_segment,
    retire_segment,
    write_segment,
)

FIRST = 10


@require_GET
def segments(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if not member.scope():
        return render(request, "understand/segments.html", {"page": None})
    page = segment_page(by=member, unit=asked_filters(request.GET).unit)
    form = None
    if page.search and may_adopt(member, page.unit.pk):
        form = _write_form(page.unit)
    return render(request, "understand/segments.html", _context(request, page, form))


@require_GET
def segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    member = member_of(request)
    line = segment_line(segment_id, by=member)
    may = may_adopt(member, line.row.unit_id)
    context = {
        "line": line,
        "chart": over_time(line),
        "words": segment_words(line.row, by=member),
        "may_adopt": may,
        "can_be_pain": can_be_pain(line.row),
        "form": _edit_form(line.row) if may else None,
    }
    return render(request, "understand/segment.html", context)


@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    unit = _unit(request, member)
    must_adopt(member, unit.pk)
    form = AdoptForm(request.POST, owners=owners_within(unit))
    if not form.is_valid():
        raise UserError(_("Give the group a name of up to 120 letters."), field="name")
    row = adopt_segment(
        unit, request.POST.get("key", ""), **form.cleaned_data, by=member
    )
    notes.done(
        request,
        _("Watched from now on. It is counted again every night."),
        undo=reverse("understand:segment_retire", args=[row.pk]),
    )
    return redirect("understand:segment", row.pk)


@require_POST
def write(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    unit = _unit(request, member)
    must_adopt(member, unit.pk)
    form = _write_form(unit, request.POST)
    if not form.is_valid():
        page = segment_page(by=member, unit=unit.pk)
        context = _context(request, page, form)
        return render(request, "understand/segments.html", context, status=422)
    given = form.cleaned_data
    what = Adopted(given["name"], form.rule, form.measure, form.theme, given["owner"])
    row = write_segment(unit, what, by=member)
    notes.done(request, _("Watched from now on. It is counted tonight."))
    return redirect("understand:segment", row.pk)


@require_POST
def edit(request: HttpRequest, segment_id: int) -> HttpResponse:
    member = member_of(request)
    row = segment_row(segment_id, by=member)
    must_adopt(member, row.unit_id)
    form = AdoptForm(request.POST, owners=owners_within(row.unit))
    if not form.is_valid():
        raise UserError(_("Give the group a name of up to 120 letters."), field="name")
    change_segment(row, **form.cleaned_data, by=member)
    notes.done(request, _("Saved."))
    return redirect("understand:segment", row.pk)


@require_POST
def retire(request: HttpRequest, segment_id: int) -> HttpResponse:
    row = segment_row(segment_id, by=member_of(request))
    retire_segment(row, by=member_of(request))
    undo = reverse("understand:segment_restore", args=[row.pk])
    notes.done(request, _("No longer watched."), undo=undo)
    return redirect(f"{reverse('understand:segments')}?unit={row.unit_id}")


@require_POST
def restore(request: HttpRequest, segment_id: int) -> HttpResponse:
    row = segment_row(segment_id, by=member_of(request))
    restore_segment(row, by=member_of(request))
    notes.done(request, _("Watched again."))
    return redirect("understand:segment", row.pk)


@require_POST
def pain_point(request: HttpRequest, segment_id: int) -> HttpResponse:
    """A pain point of its own for the group, and on to its page to plan an action."""
    row = segment_row(segment_id, by=member_of(request))
    pain = make_pain_point(row, by=member_of(request))
    notes.done(request, _("The group has a pain point of its own now."))
    return redirect("understand:pain_point", pain.pk)


def over_time(line: WatchedLine) -> Chart | None:
    """The group beside everybody else, week by week."""
    if sum(week.inside is not None for week in line.weeks) < 2:
        return None
    inside = [
        Point(text.short_day(week.start), week.inside, n=week.n) for week in line.weeks
    ]
    outside = [Point(text.short_day(week.start), week.outside) for week in line.weeks]
    title = _("Mean score") if line.is_score else _("Share that complains")
    return line_chart(
        title,
        [
            Series(_("this group"), inside, tone="hurt"),
            Series(_("everybody else"), outside, tone="ink"),
        ],
        kind=line.kind,
        note=_("By week; weeks with fewer than 5 of the group are left out."),
    )


def _write_form(unit: Unit, sent: Any = None) -> WriteForm:
    themes = Theme.objects.filter(
        unit=unit, state=Theme.State.ACTIVE, is_group=False, is_general=False
    ).defer("center", "anchors")
    return WriteForm(
        sent,
        owners=owners_within(unit),
        values=choices(unit),
        themes=themes,
        prefix_id="write-",
    )


def _edit_form(row: Segment) -> AdoptForm:
    first = {"name": row.name, "owner": row.owner_id}
    return AdoptForm(initial=first, owners=owners_within(row.unit))


def _unit(request: HttpRequest, member: Member) -> Unit:
    return home_affiliate(by=member, unit=id_of(request.POST, "unit"))


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one group, strongest first."""

    who: str
    lines: list[FoundLine]

    @property
    def typical(self) -> Verbatim | None:
        return next((line.typical for line in self.lines if line.typical), None)


def grouped(lines: list[FoundLine]) -> list[Group]:
    """The findings by group, in the order of the strongest of each."""
    found: dict[str, Group] = {}
    for line in lines:
        found.setdefault(line.who, Group(line.who, [])).lines.append(line)
    return list(found.values())


def _context(
    request: HttpRequest, page: SegmentPage, form: WriteForm | None
) -> dict[str, Any]:
    may = may_adopt(member_of(request), page.unit.pk)
    groups = grouped(page.lines)
    is_cut = len(groups) > FIRST and request.GET.get("show") != "all"
    return {
        "page": page,
        "bar": unit_bar(request, page.unit),
        "may_adopt": may,
        "owners": list(owners_within(page.unit)) if may else [],
        "form": form,
        "groups": groups[:FIRST] if is_cut else groups,
        "more": len(groups) if is_cut else 0,
    }
