"""The JSON door of answers to customers: letters, words to begin with, macros."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from moksori.act.models import CaseLetter, ReplyTemplate
from moksori.act.reads import cases as case_reads
from moksori.act.reads import presence as presence_reads
from moksori.act.reads import talk as talk_reads
from moksori.act.reads import wording as reads
from moksori.act.writes import letters as letter_writes
from moksori.act.writes import presence as presence_writes
from moksori.act.writes import wording as writes
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability

router = Router(tags=["act"])


class TurnOut(Schema):
    at: datetime
    text: str
    who: str
    letter: int = Field(description="0: the customer said it")
    feedback: int
    state: str
    way: str
    subject: str
    quoted: str
    error: str


class RatedOut(Schema):
    is_solved: bool
    words: str
    at: datetime


class TalkOut(Schema):
    turn: int = Field(description="send it with an answer: what you have seen")
    may_write: bool
    is_leaving: bool
    turns: list[TurnOut]
    rating: RatedOut | None = Field(description="what the customer thinks of it")


class CaseAnswerIn(Schema):
    text: str
    subject: str
    turn: int = Field(description="of the case when you last saw it; else 409")
    key: str = Field("", max_length=40, description="the same key sends once")
    language: Literal["ko", "en"] = "ko"
    quotes: bool = True


class LetterOut(Schema):
    id: int
    state: str
    way: str
    subject: str
    text: str
    at: datetime
    not_before: datetime
    sent_at: datetime | None


class OthersOut(Schema):
    looking: list[str]
    writing: list[str]


class PresenceIn(Schema):
    writes: bool = False


class SaidIn(Schema):
    subject: str = ""
    text: str = ""


class TemplateIn(Schema):
    name: str = Field(max_length=120)
    ko: SaidIn | None = None
    en: SaidIn | None = None


class NewTemplate(TemplateIn):
    unit: int


class TemplateOut(Schema):
    id: int
    name: str
    unit_id: int
    unit_name: str
    texts: dict[str, dict[str, str]]


class MacroIn(Schema):
    name: str = Field(max_length=120)
    owner: Literal["", "me", "remit"] = ""
    then: Literal["", "wait", "close"] = ""
    note: str = ""
    template: int | None = None


class NewMacro(MacroIn):
    unit: int


class MacroOut(Schema):
    id: int
    name: str
    unit_name: str
    does: str
    closes: bool


@router.get("/cases/{int:case_id}/talk", response=TalkOut)
def talk(request: HttpRequest, case_id: int) -> talk_reads.Talk:
    """What was said between the customer and us since the case was opened."""
    member = member_of(request)
    return talk_reads.talk(case_reads.case_row(case_id, by=member), by=member)


@router.post("/cases/{int:case_id}/letters", response={201: LetterOut})
def send_answer(
    request: HttpRequest, case_id: int, given: CaseAnswerIn
) -> Status[CaseLetter]:
    """By e-mail; it leaves after a moment, in which it can be taken back."""
    member = member_of(request)
    row = case_reads.case_row(case_id, by=member)
    draft = letter_writes.Draft(**given.model_dump())
    return Status(201, letter_writes.send_answer(row, draft, by=member))


@router.post(
    "/cases/{int:case_id}/letters/{int:letter_id}/take-back", response=LetterOut
)
def take_back(request: HttpRequest, case_id: int, letter_id: int) -> CaseLetter:
    member = member_of(request)
    row = talk_reads.letter_row(letter_id, case_id, by=member)
    return letter_writes.take_back(row, by=member)


@router.post("/cases/{int:case_id}/letters/{int:letter_id}/again", response=LetterOut)
def send_again(request: HttpRequest, case_id: int, letter_id: int) -> CaseLetter:
    member = member_of(request)
    row = talk_reads.letter_row(letter_id, case_id, by=member)
    return letter_writes.send_again(row, by=member)


@router.post("/cases/{int:case_id}/letters/{int:letter_id}/arrived", response=LetterOut)
def say_arrived(request: HttpRequest, case_id: int, letter_id: int) -> CaseLetter:
    member = member_of(request)
    row = talk_reads.letter_row(letter_id, case_id, by=member)
    return letter_writes.say_arrived(row, by=member)


@router.post("/cases/{int:case_id}/presence", response=OthersOut)
def presence(
    request: HttpRequest, case_id: int, given: PresenceIn
) -> presence_reads.Others:
    """Tell that you have the case open; hear who else has."""
    member = member_of(request)
    row = case_reads.case_row(case_id, by=member)
    presence_writes.note_presence(row, by=member, writes=given.writes)
    return presence_reads.others_at(row, by=member)


@router.post("/cases/{int:case_id}/macros/{int:macro_id}", response=TalkOut)
def run_macro(request: HttpRequest, case_id: int, macro_id: int) -> talk_reads.Talk:
    """All steps of it, or none. It sends nothing."""
    member = member_of(request)
    row = case_reads.case_row(case_id, by=member)
    member.must(Ability.ACT, row)
    macro = one(reads.macros_of(row), pk=macro_id)
    return talk_reads.talk(writes.run_macro(macro, row, by=member), by=member)


@router.get("/reply-templates", response=list[TemplateOut])
def template_list(request: HttpRequest) -> list[reads.TemplateLine]:
    return reads.template_lines(by=member_of(request))


@router.post("/reply-templates", response={201: TemplateOut})
def write_template(
    request: HttpRequest, given: NewTemplate
) -> Status[reads.TemplateLine]:
    member = member_of(request)
    unit = _unit(given.unit, member)
    row = writes.write_template(unit, given.name, _texts(given), by=member)
    return Status(201, reads.template_line(row))


@router.put("/reply-templates/{int:template_id}", response=TemplateOut)
def change_template(
    request: HttpRequest, template_id: int, given: TemplateIn
) -> reads.TemplateLine:
    member = member_of(request)
    row = reads.template_row(template_id, by=member)
    changed = writes.change_template(row, given.name, _texts(given), by=member)
    return reads.template_line(changed)


@router.delete("/reply-templates/{int:template_id}", response={204: None})
def delete_template(request: HttpRequest, template_id: int) -> Status[None]:
    member = member_of(request)
    writes.delete_template(reads.template_row(template_id, by=member), by=member)
    return Status(204, None)


@router.get("/macros", response=list[MacroOut])
def macro_list(request: HttpRequest) -> list[reads.MacroLine]:
    return reads.macro_lines(by=member_of(request))


@router.post("/macros", response={201: MacroOut})
def write_macro(request: HttpRequest, given: NewMacro) -> Status[reads.MacroLine]:
    member = member_of(request)
    unit = _unit(given.unit, member)
    row = writes.write_macro(unit, _macro(given, member), by=member)
    return Status(201, reads.macro_line(row))


@router.put("/macros/{int:macro_id}", response=MacroOut)
def change_macro(
    request: HttpRequest, macro_id: int, given: MacroIn
) -> reads.MacroLine:
    member = member_of(request)
    row = reads.macro_row(macro_id, by=member)
    return reads.macro_line(writes.change_macro(row, _macro(given, member), by=member))


@router.delete("/macros/{int:macro_id}", response={204: None})
def delete_macro(request: HttpRequest, macro_id: int) -> Status[None]:
    member = member_of(request)
    writes.delete_macro(reads.macro_row(macro_id, by=member), by=member)
    return Status(204, None)


def _unit(unit_id: int, member: Member) -> Unit:
    within = member.scope(Ability.READ).units
    return one(Unit.objects.filter(pk__in=within), pk=unit_id)


def _texts(given: TemplateIn) -> dict[str, dict[str, str]]:
    told = {"ko": given.ko, "en": given.en}
    return {code: said.model_dump() for code, said in told.items() if said is not None}


def _macro(given: MacroIn, member: Member) -> writes.MacroDraft:
    row: ReplyTemplate | None = None
    if given.template is not None:
        row = reads.template_row(given.template, by=member)
    return writes.MacroDraft(given.name, given.owner, given.then, given.note, row)
