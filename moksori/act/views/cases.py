"""Pages of cases."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.act import forms
from moksori.act.models import Case, ReplyTemplate
from moksori.act.reads import cases as reads
from moksori.act.reads.owners import possible_owners
from moksori.act.reads.presence import others_at
from moksori.act.reads.talk import Talk
from moksori.act.reads.talk import talk as talk_of
from moksori.act.reads.wording import (
    first_subject,
    macros_for,
    templates_for,
    words_for,
)
from moksori.act.views.answer_forms import AnswerForm
from moksori.act.views.answers import Choice, done, written
from moksori.act.views.doors import Door, Sent, asked_for, owner_filter, shared_forms
from moksori.act.writes import cases as writes
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.filters import Filter, filter_bar
from moksori.collect.models import Feedback


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    filters = _filters(member)
    asked = reads.CaseFilters(**asked_for(request, filters))
    page = reads.case_lines(by=member, filters=asked, page=request.GET.get("page"))
    context = {
        "page": page,
        "bar": filter_bar(request.GET, filters),
        "may_lead": member.may(Ability.ASSIGN),
        "may_work": member.may(Ability.ACT),
    }
    return render(request, "act/cases.html", context)


def _filters(member: Member) -> list[Filter]:
    status: list[Choice] = [
        (reads.UNFINISHED, _("not closed")),
        *Case.Status.choices,
        ("all", _("all")),
    ]
    late: list[Choice] = [("", _("any")), ("yes", _("overdue"))]
    units: list[Choice] = [("", pgettext("unit", "all"))]
    units += [(str(pk), name) for pk, name in reads.units_with_cases(by=member)]
    return [
        Filter("status", pgettext("filter", "State"), status, reads.UNFINISHED),
        owner_filter(member),
        Filter("late", _("Deadline"), late),
        Filter("unit", _("Team"), units),
    ]


@require_GET
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """`?template=ID` begins an answer with its words, `?again=ID` with a letter's."""
    return show_case(request, case_id)


def show_case(
    request: HttpRequest, case_id: int, status: int = 200, **sent: Any
) -> HttpResponse:
    """The case; forms that were sent and refused stand where they were."""
    member = member_of(request)
    page = reads.case_page(case_id, by=member)
    row = reads.case_row(case_id, by=member)
    said = talk_of(row, by=member)
    context = {
        "page": page,
        "case": page.line,
        "talk": said,
        "others": others_at(row, by=member),
        "macros": macros_for(row) if page.may_act else [],
        "reply_form": forms.ReplyForm(),
        "close_form": forms.CloseForm(),
        "due_form": forms.DueForm(initial={"due": page.line.due}),
        **shared_forms(page, member),
    }
    if page.may_act and "answer_form" not in sent:
        begun = _begun(request, row, said, by=member)
        sent["answer_form"] = answer_form(row, said, by=member, initial=begun)
    return render(request, "act/case.html", context | sent, status=status)


def answer_form(
    row: Case,
    talk: Talk,
    *,
    by: Member,
    given: QueryDict | None = None,
    initial: dict[str, Any] | None = None,
) -> AnswerForm:
    """The form of an answer to this customer, empty or as it was sent."""
    here = reverse("act:case_here", args=[row.pk])
    language = talk.to.language if talk.to else "ko"
    subject = first_subject(row, talk.to, language) if talk.to else ""
    fresh = AnswerForm.fresh(subject, language, talk.turn)
    return AnswerForm(
        given,
        templates=templates_for(row),
        here=here,
        initial=fresh | (initial or {}),
    )


def _begun(
    request: HttpRequest, row: Case, talk: Talk, *, by: Member
) -> dict[str, Any]:
    """What the address asks to begin the answer with."""
    chosen, again = request.GET.get("template", ""), request.GET.get("again", "")
    known = {str(line.id) for line in templates_for(row)}
    if chosen in known and talk.to is not None:
        template = ReplyTemplate.objects.get(pk=chosen)
        words = words_for(template, row, talk.to, talk.to.language, by=by)
        found: dict[str, Any] = {"text": words.text, "language": words.language}
        return found | ({"subject": words.subject} if words.subject else {})
    letter = next(
        (one for one in talk.turns if again and str(one.letter) == again), None
    )
    if letter is not None and not letter.is_noted:
        return {"text": letter.text, "subject": letter.subject,
                "quotes": bool(letter.quoted)}  # fmt: skip
    return {}


@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest) -> HttpResponse:
    """`?feedback=ID`: open a case, or go to the one that is open."""
    member = member_of(request)
    rows = Feedback.objects.visible_to(member)
    feedback = one(
        rows.select_related("source", "product", "region", "unit"),
        pk=request.GET.get("feedback") or request.POST.get("feedback"),
    )
    member.must(Ability.ACT, feedback)
    there_is = writes.open_case_of(feedback)
    if there_is is not None:
        said = _("There is a case for this feedback already. Here it is.")
        return done(request, reverse("act:case", args=[there_is.pk]), said)
    owners = possible_owners(feedback.unit, region_id=feedback.region_id, by=member)
    initial = {"owner": str(member.pk), "due": forms.CaseForm.proposed_due()}
    form = forms.CaseForm(request.POST or None, owners=owners, initial=initial)
    opened: list[writes.Opened] = []
    if request.method == "POST" and written(
        form, lambda: opened.append(_opened(feedback, form, by=member))
    ):
        said = _("The case is open.")
        if not opened[0].is_new:
            said = _("Somebody was faster: this is their case.")
        return done(request, reverse("act:case", args=[opened[0].case.pk]), said)
    context = {"form": form, "said": reads.said(feedback)}
    status = 422 if form.is_bound else 200
    return render(request, "act/case_new.html", context, status=status)


def _opened(feedback: Feedback, form: forms.CaseForm, *, by: Member) -> writes.Opened:
    given = form.cleaned_data
    return writes.open_case(
        feedback,
        owner=form.chosen_owner(),
        due=given["due"],
        why=given["why"],
        by=by,
    )


@require_POST
def case_reply(request: HttpRequest, case_id: int) -> HttpResponse:
    form = forms.ReplyForm(request.POST)

    def reply(row: Case, by: Member) -> None:
        writes.reply_to_case(row, form.cleaned_data["reply"], by=by)

    said = _("The reply is recorded. Nothing was sent.")
    return DOOR.work(request, case_id, Sent("reply_form", form, reply, said))


@require_POST
def case_close(request: HttpRequest, case_id: int) -> HttpResponse:
    form = forms.CloseForm(request.POST)

    def close(row: Case, by: Member) -> None:
        writes.close_case(row, form.cleaned_data["reason"], by=by)

    said, undo = _("The case is closed."), "act:case_reopen"
    return DOOR.work(request, case_id, Sent("close_form", form, close, said, undo))


@require_POST
def case_due(request: HttpRequest, case_id: int) -> HttpResponse:
    form = forms.DueForm(request.POST)

    def move(row: Case, by: Member) -> None:
        writes.set_case_due(row, form.cleaned_data["due"], by=by)

    said = _("The deadline is moved.")
    return DOOR.work(request, case_id, Sent("due_form", form, move, said))


@require_POST
def case_assign(request: HttpRequest, case_id: int) -> HttpResponse:
    return DOOR.hand(request, case_id, writes.assign_case)


@require_POST
def case_comment(request: HttpRequest, case_id: int) -> HttpResponse:
    return DOOR.comment(request, case_id)


@require_POST
def case_wait(request: HttpRequest, case_id: int) -> HttpResponse:
    return DOOR.move(request, case_id, writes.wait_with_case, undo="act:case_resume")


@require_POST
def case_resume(request: HttpRequest, case_id: int) -> HttpResponse:
    return DOOR.move(request, case_id, writes.resume_case)


@require_POST
def case_reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    return DOOR.move(request, case_id, writes.reopen_case)


@require_GET
def feedback_cases(request: HttpRequest, feedback_id: int) -> HttpResponse:
    """The cases of one feedback: a fragment for its page, or a page by itself."""
    member = member_of(request)
    lines = reads.cases_of_feedback(feedback_id, by=member)
    feedback = one(Feedback.objects.visible_to(member), pk=feedback_id)
    open_ones = [line for line in lines if line.status != Case.Status.CLOSED]
    context = {
        "feedback_id": feedback_id,
        "lines": lines,
        "may_open": member.may(Ability.ACT, feedback) and not open_ones,
    }
    name = "_feedback_cases" if request.headers.get("HX-Request") else "feedback_cases"
    return render(request, f"act/{name}.html", context)


DOOR = Door(
    "act:case", reads.case_row, show_case, gettext_lazy("The case is now: %(status)s.")
)
