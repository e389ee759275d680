"""Pages about single mentions: why one is where it is, and where it belongs instead."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from moksori.base.errors import UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.understand.forms.teaching import NONE, ElsewhereForm
from moksori.understand.models import Mention, affiliate_id
from moksori.understand.reads.choices import lines, theme_choices
from moksori.understand.reads.corrections import tally
from moksori.understand.reads.queue import Question, questions
from moksori.understand.reads.verbatims import said
from moksori.understand.reads.why import mention_row
from moksori.understand.reads.why import why as reasons
from moksori.understand.views.taught import asked_unit, came_from, unit_bar
from moksori.understand.views.teaching import done, editable, is_part
from moksori.understand.writes import pin_mention

ASKED = 20


@require_GET
def why(request: HttpRequest, mention_id: int) -> HttpResponse:
    by = member_of(request)
    row = mention_row(mention_id, by=by)
    context: dict[str, Any] = {"why": reasons(row, by=by), "row": row}
    if by.may(Ability.EDIT_THEMES, InUnit(_affiliate(row))):
        context |= _elsewhere(row, _here(request), by)
    if is_part(request):
        return render(request, "understand/_teach_reasons.html", context)
    context["words"] = said([row.pk], by=by).get(row.pk)
    return render(request, "understand/teach_why.html", context)


@require_POST
def pin(request: HttpRequest, mention_id: int) -> HttpResponse:
    by = member_of(request)
    row = mention_row(mention_id, by=by)
    by.must(Ability.EDIT_THEMES, InUnit(_affiliate(row)))
    asked = request.POST.get("theme", "")
    if asked != NONE and not asked.isdecimal():
        raise UserError(_("Choose a theme."), field="theme")
    theme = editable(request, int(asked)) if asked != NONE else None
    near = [int(one) for one in request.POST.get("near", "").split(",") if _is_id(one)]
    taught = pin_mention(row, theme, near=near, by=by)
    if is_part(request):
        context = {"taught": taught, "theme": theme, "next_url": came_from(request)}
        return render(request, "understand/_teach_pinned.html", context)
    url = came_from(request) or reverse("understand:mention_why", args=[row.pk])
    name = theme.name if theme else _("no theme")
    told = ngettext(
        "Put right: %(name)s", "Put right: %(name)s (%(n)d mentions)", taught.mentions
    )
    return done(request, taught, told % {"name": name, "n": taught.mentions}, url=url)


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    unit, by = asked_unit(request, Ability.EDIT_THEMES), member_of(request)
    skipped = _skipped(request)
    waiting = questions(unit.pk, by=by, limit=ASKED)
    waiting = [one for one in waiting if str(one.mention) not in skipped]
    context: dict[str, Any] = {
        "unit": unit,
        "bar": unit_bar(request, unit),
        "tally": tally(unit.pk, by=by),
        "has_skipped": bool(skipped),
    }
    if waiting:
        context |= _asked(waiting[0], unit, skipped, by)
    return render(request, "understand/teach_queue.html", context)


def _asked(
    question: Question, unit: Unit, skipped: list[str], by: Member
) -> dict[str, Any]:
    row = mention_row(question.mention, by=by)
    own = reverse("understand:teach")
    here = urlencode({"unit": unit.pk, "skip": ",".join(skipped)})
    skip = urlencode({"unit": unit.pk, "skip": ",".join([*skipped, str(row.pk)])})
    return {
        "question": question,
        "candidates": lines([one.theme for one in question.candidates], by=by),
        "near": ",".join(map(str, question.near)),
        "near_words": [*said(question.near, by=by).values()],
        "skip_url": f"{own}?{skip}",
        **_elsewhere(row, f"{own}?{here}", by),
    }


def _elsewhere(row: Mention, back: str, by: Member) -> dict[str, Any]:
    """The form that puts a mention into another theme, and leads back."""
    themes = theme_choices(_affiliate(row), by=by, beside=row.theme)
    return {
        "elsewhere": ElsewhereForm(themes=themes, auto_id=f"id_%s_{row.pk}"),
        "pin_url": reverse("understand:mention_pin", args=[row.pk]),
        "next_url": back,
    }


def _here(request: HttpRequest) -> str:
    """The page on which the reasons are shown."""
    shown_on = urlsplit(request.headers.get("HX-Current-URL", ""))
    if is_part(request) and shown_on.path:
        return f"{shown_on.path}?{shown_on.query}" if shown_on.query else shown_on.path
    return request.path


def _affiliate(row: Mention) -> int:
    return affiliate_id(row.feedback.unit.path)


def _is_id(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) < 19


def _skipped(request: HttpRequest) -> list[str]:
    """Mentions passed over, the latest ones."""
    given = request.GET.get("skip", "").split(",")
    return [one for one in given if one.isdecimal()][-ASKED:]
