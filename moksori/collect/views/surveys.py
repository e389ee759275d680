"""Pages of surveys: which there are, a new one, published, paused, closed, versions."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import Conflict, UserError
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect.models import Survey
from moksori.collect.questionnaires import formats
from moksori.collect.questionnaires.building.changes_said import said
from moksori.collect.questionnaires.building.labels import numbers
from moksori.collect.questionnaires.definition import SILENT, Questionnaire
from moksori.collect.questionnaires.drafts import empty
from moksori.collect.questionnaires.reading import Malformed, look_at
from moksori.collect.questionnaires.templates import templates
from moksori.collect.questionnaires.writing import to_json
from moksori.collect.reads import surveys as reads
from moksori.collect.views.survey_forms import SurveyForm
from moksori.collect.writes import surveys as writes
from moksori.collect.writes.building import edit_draft

_TURNS = {"pause": writes.pause, "reopen": writes.reopen, "close": writes.close}


@require_GET
def survey_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    may_build = bool(member.scope(Ability.IMPORT))
    if not may_build:
        member.must(Ability.READ)
    lines = reads.survey_lines(by=member)
    context = {"lines": lines, "may_build": may_build}
    return render(request, "collect/surveys/surveys.html", context)


@require_http_methods(["GET", "POST"])
def survey_new(request: HttpRequest) -> HttpResponse:
    """A start: empty, from a template, or from a file."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    language = get_language() or "ko"
    form = SurveyForm(
        request.POST or None,
        request.FILES or None,
        units=reads.survey_units(by=member),
        initial={"unit": member.unit_id, "start": request.GET.get("start", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft, told = form.draft()
            survey = writes.add_survey(
                form.cleaned_data["name"],
                unit=form.cleaned_data["unit"],
                draft=draft,
                by=member,
            )
        except UserError as error:
            if error.status in {403, 404}:
                raise
            form.add_error(error.field if error.field in form.fields else "file",
                           str(error.message))  # fmt: skip
        else:
            for one in told[:5]:
                notes.done(request, str(one))
            return HttpResponseRedirect(
                reverse("collect:survey_build", args=[survey.pk])
            )
    starts = [
        (one.id, one.title.said(language), one.about.said(language),
         sum(asked.type not in SILENT for asked in one.questionnaire.questions()))
        for one in templates()
    ]  # fmt: skip
    context = {"form": form, "starts": starts}
    status = 422 if form.errors else 200
    return render(request, "collect/surveys/new.html", context, status=status)


@require_GET
def survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """To the questions while it is a draft, to the results after."""
    member = member_of(request)
    row = reads.survey_seen(survey_id, by=member)
    may_build = member.may(Ability.IMPORT, row)
    is_draft = row.status == Survey.Status.DRAFT and may_build
    name = (
        "survey_build"
        if is_draft or not member.may(Ability.READ, row)
        else ("survey_results")
    )
    return HttpResponseRedirect(reverse(f"collect:{name}", args=[row.pk]))


@require_POST
def survey_publish(request: HttpRequest, survey_id: int) -> HttpResponse:
    """At once, unless only its author can say whether a question is still the same."""
    member = member_of(request)
    row = reads.survey_row(survey_id, by=member)
    if "asked" not in request.POST and reads.reworded_questions(row):
        notes.done(request, _("Say first whether the questions are still the same."))
        where = reverse("collect:survey_versions", args=[row.pk])
        return HttpResponseRedirect(f"{where}#publishing")
    try:
        same = request.POST.getlist("same")
        version = writes.publish(row, same=same, by=member)
    except Malformed as error:
        count = len(error.problems)
        text = _("Not published: {count} things are still missing.")
        notes.done(request, text.format(count=count))
        return HttpResponseRedirect(reverse("collect:survey_build", args=[row.pk]))
    text = _("Published. Customers see version {number} from now on.")
    notes.done(request, text.format(number=version.number))
    return HttpResponseRedirect(reverse("collect:survey_share", args=[row.pk]))


@require_POST
def survey_turn(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Paused, opened again, or closed."""
    member = member_of(request)
    row = reads.survey_row(survey_id, by=member)
    turn = _TURNS.get(request.POST.get("to", ""))
    if turn is not None:
        turn(row, by=member)
        notes.done(request, _("The survey is {status} now.").format(
            status=row.get_status_display().lower()))  # fmt: skip
    return HttpResponseRedirect(reverse("collect:survey_share", args=[row.pk]))


@require_http_methods(["GET", "POST"])
def survey_versions(request: HttpRequest, survey_id: int) -> HttpResponse:
    """What was published when, and what each version changed."""
    member = member_of(request)
    row = reads.survey_row(survey_id, by=member)
    lines = reads.version_lines(row)
    if request.method == "POST":
        return _back_to(request, row, lines)
    language = get_language() or "ko"
    draft = reads.unpublished(row)
    whole, _problems = look_at(row.draft)
    context = {
        "survey": row,
        "tab": "versions",
        "kinds": [(kind, one.TITLE) for kind, one in formats.formats().items()],
        "draft": said(draft, whole, language) if draft and whole else [],
        "reworded": _reworded(row, whole, language),
        "lines": [
            (line, said(line.changes, line.questionnaire, language, line.before))
            for line in lines
        ],
    }
    return render(request, "collect/surveys/versions.html", context)


def _reworded(
    row: Survey, whole: Questionnaire | None, language: str
) -> list[tuple[str, str, str]]:
    """Id, number and words of each question that may still be the same."""
    number = numbers(whole) if whole else {}
    asked = (
        [whole.question(id) for id in reads.reworded_questions(row)] if whole else []
    )
    return [
        (one.id, _("Q{n}").format(n=number.get(one.id, "")),
         whole.said(one.text, language))
        for one in asked
        if whole and one
    ]  # fmt: skip


def _back_to(
    request: HttpRequest, row: Survey, lines: list[reads.VersionLine]
) -> HttpResponse:
    """The draft as an earlier version was; publishing it makes a new version."""
    wanted = request.POST.get("version", "")
    found = next((one for one in lines if str(one.number) == wanted), None)
    if found is None:
        raise Conflict(_("There is no such version."))
    definition = to_json(found.questionnaire)
    edit_draft(row, lambda _draft: definition, by=member_of(request))
    text = _("The draft is as version {number} was. Publish it when it is right.")
    notes.done(request, text.format(number=found.number))
    return HttpResponseRedirect(reverse("collect:survey_build", args=[row.pk]))


@require_GET
def survey_file(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The draft as a file of this or another program; what will not fit is told."""
    row = reads.survey_row(survey_id, by=member_of(request))
    kind = request.GET.get("kind", "moksori")
    if kind == "moksori":
        text = json.dumps(row.draft or empty(), ensure_ascii=False, indent=2)
        return _download(row, text.encode(), ".json")
    whole, problems = look_at(row.draft)
    if whole is None or problems:
        notes.done(request, _("The draft has to be finished first."))
        return HttpResponseRedirect(reverse("collect:survey_build", args=[row.pk]))
    content, remarks = formats.write(whole, kind)
    found = formats.formats()[kind]
    if remarks and "anyway" not in request.GET:
        context = {"survey": row, "remarks": remarks, "kind": kind,
                   "title": found.TITLE, "tab": "versions"}  # fmt: skip
        return render(request, "collect/surveys/file.html", context)
    return _download(row, content, found.SUFFIX)


def _download(row: Survey, content: bytes, suffix: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    name = slugify(row.name) or row.slug
    response["Content-Disposition"] = f'attachment; filename="{name}{suffix}"'
    return response
