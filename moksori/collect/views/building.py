"""The builder: a questionnaire put together, with what customers will see beside it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.collect.models import Survey
from moksori.collect.questionnaires import editing
from moksori.collect.questionnaires.building import labels
from moksori.collect.questionnaires.building.orders import Done, askable
from moksori.collect.questionnaires.building.screen import (
    Screen,
    goes_form,
    rules_form,
    said,
    screen,
)
from moksori.collect.questionnaires.definition import MATRICES, UPLOADS, Type
from moksori.collect.questionnaires.drafts import Json, dicts, type_of
from moksori.collect.questionnaires.shapes import fields_of
from moksori.collect.reads import surveys as reads
from moksori.collect.writes.building import carry_out

Context = dict[str, Any]
_NOT_PIPED = MATRICES | UPLOADS | {Type.CONSENT, Type.SECTION, Type.SUM}


@require_http_methods(["GET", "POST"])
def survey_build(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The outline with one form open; each POST is one order."""
    member = member_of(request)
    survey = reads.survey_row(survey_id, by=member)
    if request.method == "POST":
        zone = timezone.get_current_timezone()
        done = carry_out(survey, _fields(request), zone=zone, by=member)
        survey.refresh_from_db(fields=["draft", "draft_number"])
        return _after(request, survey, done)
    at, language = request.GET.get("at", ""), request.GET.get("language", "")
    now = screen(survey.draft, at=at, language=language)
    context = _context(survey, now)
    if "HX-Request" in request.headers:
        kind = "text" if "question" in context else "title"
        context["focus"] = f"{kind}-{now.at}" if now.at else ""
        return render(request, "collect/surveys/_builder.html", context)
    response = render(request, "collect/surveys/build.html", context)
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return response


def _fields(request: HttpRequest) -> dict[str, list[str]]:
    return {name: [str(v) for v in values] for name, values in request.POST.lists()}


def _after(request: HttpRequest, survey: Survey, done: Done) -> HttpResponse:
    """Only what changed for htmx, the whole page for everybody else."""
    language = request.POST.get("add") or request.POST.get("language", "")
    if "HX-Request" not in request.headers:
        if done.said is not None:
            notes.done(request, str(done.said))
        query = urlencode({"at": done.at, "language": language})
        where = reverse("collect:survey_build", args=[survey.pk])
        return HttpResponseRedirect(f"{where}?{query}#open")
    now = screen(survey.draft, at=done.at, language=language)
    context = _context(survey, now) | {
        "said": done.said,
        "undo": _as_fields(done.undo),
        "focus": done.focus,
    }
    if done.said is not None and not done.undo:
        context["unclear"] = done.said if done.draft == survey.draft else ""
    name = "_plain_answer" if done.is_plain else "_builder"
    response = render(request, f"collect/surveys/{name}.html", context)
    if not done.is_plain:
        response["HX-Retarget"] = "#builder"
        response["HX-Reswap"] = "outerHTML"
    response["HX-Trigger-After-Settle"] = "draft-changed"
    return response


def _as_fields(undo: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, json.dumps(value, ensure_ascii=False) if name == "piece" else str(value))
        for name, value in undo.items()
    ]


def _context(survey: Survey, now: Screen) -> Context:
    question = editing.question_in(now.draft, now.at) if now.at else None
    page = editing.page_in(now.draft, now.at) if now.at else None
    opened: Context = {}
    if question is not None:
        opened = question_context(question, now)
    elif page is not None:
        opened = page_context(page, now)
    return {
        "survey": survey,
        "screen": now,
        "tab": "build",
        "groups": [
            (group, [(type_.value, labels.TYPES[type_]) for type_ in types])
            for group, types in labels.GROUPS
        ],
        "is_published": reads.is_published(survey),
        "addable": [one for one in ("ko", "en") if one not in now.languages],
        "preview_url": _preview_url(survey, now),
        "try_url": reverse("collect:survey_try", args=[survey.pk])
        + f"?language={now.language}",
        "serious": [note for note in now.notes if note.severity == "serious"],
        **opened,
    }


def _preview_url(survey: Survey, now: Screen) -> str:
    query = urlencode({"at": now.at or now.page_id, "language": now.language})
    return f"{reverse('collect:survey_preview', args=[survey.pk])}?{query}"


def question_context(question: Json, now: Screen) -> Context:
    """The form of a question."""
    fields = fields_of(type_of(question))
    path = now.open_path
    known = askable(now.whole, now.at)
    return {
        "question": question,
        "type": type_of(question),
        "fields": fields,
        "words": {
            name: said(question, name, now)
            for name in ("text", "help", "low_words", "high_words", "unit")
            if name in fields
        },
        "lists": [
            (kind, title, add, _options(question, kind, now))
            for kind, title, add in (
                ("options", _("Answers"), _("Add an answer")),
                ("rows", _("Rows"), _("Add a row")),
            )
            if kind in fields
        ],
        "pipeable": (pipeable := _pipeable(question, now)),
        "pipe_example": (place := pipeable[0][0] if pipeable else "{q1}"),
        "pipe_otherwise": f"{place[:-1]}|{pgettext('salutation', 'dear customer')}}}",
        "purposes": labels.PURPOSES.items(),
        "show": rules_form(
            "show", question.get("show"), now.whole, now.language, known
        ),
        "problems": now.problems_at(path),
        "notes": now.notes_at(path),
    }


def _pipeable(question: Json, now: Screen) -> list[tuple[str, str, str]]:
    """The answers, with their places, that may be put into these words.

    They are those of earlier pages and of links: on the same page nothing is known yet
    when the words are shown.
    """
    here = now.whole.page_of(question["id"])
    earlier = itertools.takewhile(lambda page: page != here, now.whole.pages)
    ids = {one.id for page in earlier for one in page.questions}
    number = labels.numbers(now.whole)
    return [
        (f"{{{one.id}}}", number.get(one.id, ""),
         now.whole.said(one.text, now.language))
        for one in now.whole.questions()
        if (one.id in ids or one.type == Type.HIDDEN) and one.type not in _NOT_PIPED
    ]  # fmt: skip


def page_context(page: Json, now: Screen) -> Context:
    """The form of a page: its title, when it is shown, where it leads."""
    known = askable(now.whole, page["id"])
    number = labels.numbers(now.whole)
    later = [one for one in now.pages if one.number > _number(page, now)]
    return {
        "opened_page": page,
        "words": {"title": said(page, "title", now)},
        "show": rules_form("show", page.get("show"), now.whole, now.language, known),
        "goes": goes_form(page, now),
        "later": [(one.id, one.number, one.title) for one in later],
        "loopable": [
            (one.id, number.get(one.id, ""), now.whole.said(one.text, now.language))
            for one in known
            if one.type in ("multiple", "ranking")
        ],
        "problems": [
            one
            for one in now.problems_at(now.open_path)
            if ".questions." not in one.path
        ],
        "notes": [],
    }


def _number(page: Json, now: Screen) -> int:
    return next((one.number for one in now.pages if one.id == page["id"]), 0)


def _options(question: Json, kind: str, now: Screen) -> list[Context]:
    listed = dicts(question.get(kind))
    return [
        {
            "id": option["id"],
            "said": said(option, "text", now),
            "option": option,
            "is_first": n == 0,
            "is_last": n == len(listed) - 1,
        }
        for n, option in enumerate(listed)
    ]


@require_http_methods(["GET", "POST"])
def survey_words(request: HttpRequest, survey_id: int) -> HttpResponse:
    """All words, the languages beside each other."""
    member = member_of(request)
    survey = reads.survey_row(survey_id, by=member)
    if request.method == "POST":
        zone = timezone.get_current_timezone()
        fields = _fields(request) | {"do": ["says"]}
        carry_out(survey, fields, zone=zone, by=member)
        notes.done(request, _("The words were saved."))
        return HttpResponseRedirect(reverse("collect:survey_words", args=[survey.pk]))
    now = screen(survey.draft)
    lines = []
    for path, words in editing.sayings(now.draft):
        texts = [(language, words.get(language, "")) for language in now.languages]
        if (
            any(text for _language, text in texts)
            or path.endswith(".text")
            or path == "title"
        ):
            lines.append((path, _place(path, now), texts))
    missing = sum(not text for _p, _n, texts in lines for _l, text in texts)
    context = {"survey": survey, "screen": now, "tab": "words", "lines": lines,
               "missing": missing}  # fmt: skip
    return render(request, "collect/surveys/words.html", context)


def _place(path: str, now: Screen) -> str:
    """Where words stand, as a person would say: "Q3", "page 2"."""
    parts = path.split(".")
    if len(parts) > 3:
        page = now.pages[int(parts[1])] if int(parts[1]) < len(now.pages) else None
        row = (
            page.rows[int(parts[3])]
            if page and int(parts[3]) < len(page.rows)
            else None
        )
        return _("Q{n}").format(n=row.number) if row and row.number else ""
    if len(parts) > 2:
        return _("Page {n}").format(n=int(parts[1]) + 1)
    return ""


@require_http_methods(["GET", "POST"])
def survey_settings(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Words around the questions, languages, times, quotas and variants."""
    member = member_of(request)
    survey = reads.survey_row(survey_id, by=member)
    if request.method == "POST":
        zone = timezone.get_current_timezone()
        done = carry_out(survey, _fields(request), zone=zone, by=member)
        if "HX-Request" in request.headers:  # a rule now looks at something else
            survey.refresh_from_db(fields=["draft", "draft_number"])
            now = screen(survey.draft, language=request.POST.get("language", ""))
            context = settings_context(survey, now)
            return render(request, "collect/surveys/settings.html", context)
        told = (
            str(done.said) if done.said is not None else _("The settings were saved.")
        )
        notes.done(request, told)
        query = urlencode({"language": request.POST.get("language", "")})
        where = reverse("collect:survey_settings", args=[survey.pk])
        return HttpResponseRedirect(f"{where}?{query}")
    now = screen(survey.draft, language=request.GET.get("language", ""))
    return render(
        request, "collect/surveys/settings.html", settings_context(survey, now)
    )


def settings_context(survey: Survey, now: Screen) -> Context:
    draft = now.draft
    known = askable(now.whole, "")
    names = (("title", 1), ("intro", 4), ("thanks", 3), ("closed", 2))
    return {
        "survey": survey,
        "screen": now,
        "tab": "settings",
        "words": [(name, lines, said(draft, name, now)) for name, lines in names],
        "languages": ", ".join(now.languages),
        "opens_at": _local(draft.get("opens_at")),
        "closes_at": _local(draft.get("closes_at")),
        "may_go_back": draft.get("back", True),
        "may_resume": draft.get("resume", True),
        "quotas": [
            (n, quota, rules_form(f"quota-{n}-when", quota.get("when"), now.whole,
                                  now.language, known))
            for n, quota in enumerate(dicts(draft.get("quotas")))
        ],
        "variants": list(enumerate(dicts(draft.get("variants")))),
        "problems": [
            (_quota_at(one.path, draft), one)
            for one in now.problems
            if not one.path.startswith("pages.")
        ],
    }  # fmt: skip


def _quota_at(path: str, draft: Json) -> str:
    """The name of the quota or variant that a path leads into; "" for elsewhere."""
    kind, n, *_rest = [*path.split("."), "", ""]
    listed = dicts(draft.get(kind)) if kind in ("quotas", "variants") else []
    if not n.isdecimal() or int(n) >= len(listed):
        return ""
    one = listed[int(n)]
    return str(one.get("name") or one.get("id") or "")


def _local(given: Any) -> str:
    """A stored moment as the field of a form has it; as it is if it is none."""
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        return str(given or "")
    if timezone.is_naive(moment):
        return str(given)
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")
