"""Answering a customer from the page of a case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moksori.act.models import CaseLetter, ReplyTemplate
from moksori.act.reads import cases as case_reads
from moksori.act.reads import presence as presence_reads
from moksori.act.reads import talk as reads
from moksori.act.reads import wording
from moksori.act.views.answer_forms import with_words
from moksori.act.views.answers import done, written
from moksori.act.views.cases import answer_form, show_case
from moksori.act.writes import letters as writes
from moksori.act.writes import presence as presence_writes
from moksori.act.writes.wording import run_macro
from moksori.base.people.gate import one
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.storable import LARGEST_ID


@require_POST
def case_letter(request: HttpRequest, case_id: int) -> HttpResponse:
    """Send the answer, or (`fill`) put a template's words under what is written."""
    member = member_of(request)
    case = case_reads.case_row(case_id, by=member)
    member.must(Ability.ACT, case)
    talk = reads.talk(case, by=member)
    if "fill" in request.POST:
        chosen = _template(
            request.POST.get("template", ""), wording.templates_for(case)
        )
        language = request.POST.get("language", "ko")
        words = None
        if chosen is not None and talk.to is not None:
            words = wording.words_for(chosen, case, talk.to, language, by=member)
        told = with_words(request.POST, words, talk.turn)
        begun = told.dict() | {"quotes": "quotes" in told}
        form = answer_form(case, talk, by=member, initial=begun)
        return show_case(request, case_id, answer_form=form)
    form = answer_form(case, talk, by=member, given=request.POST)
    sent: list[CaseLetter] = []
    if written(
        form,
        lambda: sent.append(writes.send_answer(case, form.draft(), by=member)),
    ):
        presence_writes.leave_off_writing(case, by=member)
        undo = reverse("act:letter_back", args=[case.pk, sent[0].pk])
        said = _("The answer leaves in a moment.")
        return done(request, reverse("act:case", args=[case.pk]), said, undo=undo)
    # As of now: whoever reads what is new may send the same words.
    form.data = with_words(request.POST, None, reads.talk(case, by=member).turn)
    return show_case(request, case_id, 422, answer_form=form)


def _template(given: str, lines: list[wording.TemplateLine]) -> ReplyTemplate | None:
    known = {str(line.id) for line in lines}
    return ReplyTemplate.objects.get(pk=given) if given in known else None


@require_POST
def letter_back(request: HttpRequest, case_id: int, letter_id: int) -> HttpResponse:
    """Before it has left: back to the words, as they were."""
    member = member_of(request)
    row = reads.letter_row(letter_id, case_id, by=member)
    writes.take_back(row, by=member)
    url = reverse("act:case", args=[case_id])
    return done(request, f"{url}?again={row.pk}#answer", _("It did not leave."))


@require_POST
def letter_again(request: HttpRequest, case_id: int, letter_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.letter_row(letter_id, case_id, by=member)
    writes.send_again(row, by=member)
    said = _("The answer leaves in a moment.")
    return done(request, reverse("act:case", args=[case_id]), said)


@require_POST
def letter_arrived(request: HttpRequest, case_id: int, letter_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.letter_row(letter_id, case_id, by=member)
    writes.say_arrived(row, by=member)
    said = _("The customer counts as answered.")
    return done(request, reverse("act:case", args=[case_id]), said)


@require_POST
def case_here(request: HttpRequest, case_id: int) -> HttpResponse:
    """“I have this case open”; the answer is who else has, and what is new."""
    member = member_of(request)
    case = case_reads.case_row(case_id, by=member)
    presence_writes.note_presence(
        case, by=member, writes=request.POST.get("writes") == "1"
    )
    seen = request.POST.get("turn", "")
    context: dict[str, Any] = {
        "case_id": case.pk,
        "others": presence_reads.others_at(case, by=member),
        "is_news": seen.isdecimal() and seen != str(case.turn),
    }
    return render(request, "act/_presence.html", context)


@require_POST
def case_macro(request: HttpRequest, case_id: int) -> HttpResponse:
    """All steps of one button; its words stand in the form, and a person sends them."""
    member = member_of(request)
    case = case_reads.case_row(case_id, by=member)
    member.must(Ability.ACT, case)
    given = request.POST.get("macro", "")
    number = int(given) if given.isdecimal() and len(given) < 19 else LARGEST_ID
    macro = one(wording.macros_of(case), pk=number)
    run_macro(macro, case, by=member)
    url = reverse("act:case", args=[case.pk])
    if macro.template_id:
        url = f"{url}?template={macro.template_id}#answer"
    undo = reverse("act:case_reopen", args=[case.pk]) if macro.then == "close" else ""
    said = _("Done: %(name)s.") % {"name": macro.name}
    return done(request, url, said, undo=undo)
