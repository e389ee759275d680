"""The JSON door of asking: contacts, invitations, refusals, rules, skips."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect.asking.rules import Rules
from moksori.collect.asking.table import Refused, people_given
from moksori.collect.jobs import send_invitations
from moksori.collect.models import Contact
from moksori.collect.reads import contacts as people
from moksori.collect.reads import invitations as reads
from moksori.collect.reads.surveys import survey_row
from moksori.collect.writes import invitations as writes
from moksori.collect.writes import opt_outs
from moksori.collect.writes.contact_rules import current, set_rules
from moksori.collect.writes.contacts import forget_contact, take_contacts

router = Router(tags=["collect"])
MOST = 1_000
Number = Field(ge=1, le=2**31)
Way = Literal["email", "sms", "alimtalk"]


class AskedPersonIn(Schema):
    """Somebody to ask: an e-mail address, a phone number, or both."""

    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=40)
    name: str = Field("", max_length=200)
    language: str = Field("", max_length=20)
    zone: str = Field("", max_length=40)
    customer: str = Field("", max_length=200)
    account: str = Field("", max_length=200)
    region: str = Field("", max_length=80)
    attributes: dict[str, str] = Field(default_factory=dict, max_length=50)


class ContactsIn(Schema):
    unit: int = Number
    people: list[AskedPersonIn] = Field(min_length=1, max_length=MOST)
    into: str = Field("", max_length=120)


class AskedRefusedOut(Schema):
    row: int
    column: str
    message: str


class ContactsOut(Schema):
    added: int
    changed: int
    unchanged: int
    contacts: list[int]
    refused: list[AskedRefusedOut]


class ContactOut(Schema):
    id: int
    name: str
    email: str
    phone: str
    language: str
    unit: str
    customer: str
    added_at: datetime


class ContactListOut(Schema):
    total: int
    page: int
    pages: int
    contacts: list[ContactOut]


class StandingOut(Schema):
    """Whether somebody may be asked by a way now; `why` is empty when they may."""

    way: str
    may_be_asked: bool
    why: str
    earliest: datetime | None


class InviteIn(Schema):
    """`contacts` by number, or everybody of a list; `about`: what happened."""

    contacts: list[int] = Field(default_factory=list, max_length=MOST)
    list_id: int | None = Field(None, ge=1, le=2**31)
    way: Way = "email"
    not_before: datetime | None = None
    about: dict[str, str] = Field(default_factory=dict, max_length=20)


class InvitedOut(Schema):
    """How many wait to be sent, and why the others do not."""

    queued: int
    skipped: dict[str, int]


class AskedAheadOut(Schema):
    """What inviting would do now; `later` of those asked wait for a better hour."""

    people: int
    asked: int
    later: int
    first_at: datetime | None
    last_at: datetime | None
    left_out: dict[str, int]
    by_language: dict[str, int]


class CountsOut(Schema):
    waiting: int
    sent: int
    answered: int
    begun: int
    came_back: int
    failed: int
    skipped: int
    reminders: int


class SkipOut(Schema):
    id: int
    at: datetime
    contact_id: int | None
    survey_id: int
    reason: str
    why: str
    way: str
    is_final: bool
    earliest: datetime | None


class SkipListOut(Schema):
    total: int
    page: int
    pages: int
    skips: list[SkipOut]


class RulesBody(Schema):
    """What holds in the whole company; equal ends of the night mean none."""

    gap_days: int = Field(30, ge=0, le=730)
    most_per_year: int = Field(4, ge=0, le=365)
    rest_days: int = Field(30, ge=0, le=730)
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    quiet_weekends: bool = False
    spares_complaints: bool = True


@router.get("/contacts", response=ContactListOut)
def contact_list(
    request: HttpRequest, page: int = 1, search: str = "", list_id: int | None = None
) -> Any:
    found = people.contact_lines(
        by=member_of(request), page=page, search=search, list_id=list_id
    )
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "contacts": [_contact(row) for row in found.object_list],
    }


@router.post("/contacts", response=ContactsOut, summary="Send up to 1,000 people")
def take(request: HttpRequest, body: ContactsIn) -> Any:
    """The same people again change nothing; a row that is wrong is told, not stored."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    unit = one(Unit.objects.filter(pk__in=member.scope(Ability.IMPORT).units),
               pk=body.unit)  # fmt: skip
    refused: list[Refused] = []
    rows = [_row(person) for person in body.people]
    found = [*people_given(rows, refused)]
    taken = take_contacts(found, unit=unit, into=body.into, refused=refused, by=member)
    return {
        "added": taken.added,
        "changed": taken.changed,
        "unchanged": taken.unchanged,
        "contacts": taken.contacts,
        "refused": [
            {"row": one.number, "column": one.column, "message": str(one.message)}
            for one in taken.refused
        ],
    }


@router.get("/contacts/{int:contact_id}", response=ContactOut)
def contact(request: HttpRequest, contact_id: int) -> Any:
    return _contact(people.contact_row(contact_id, by=member_of(request)))


@router.get("/contacts/{int:contact_id}/standing", response=list[StandingOut])
def contact_standing(request: HttpRequest, contact_id: int) -> Any:
    """May they be asked now, and if not, why and from when on?"""
    return people.contact_page(contact_id, by=member_of(request)).standings


@router.delete("/contacts/{int:contact_id}", response={204: None})
def contact_forget(request: HttpRequest, contact_id: int) -> Status[Any]:
    """Name and addresses go; what they refused is kept, without a name."""
    member = member_of(request)
    forget_contact(people.contact_row(contact_id, by=member), by=member)
    return Status(204, None)


@router.put("/contacts/{int:contact_id}/opt-out", response={204: None})
def contact_opt_out(request: HttpRequest, contact_id: int) -> Status[Any]:
    """They do not want to be asked: it holds in the whole company, at once."""
    member = member_of(request)
    opt_outs.opt_out_for(people.contact_row(contact_id, by=member), by=member)
    return Status(204, None)


@router.delete("/contacts/{int:contact_id}/opt-out", response={204: None})
def contact_opt_in(request: HttpRequest, contact_id: int) -> Status[Any]:
    """Takes back what a member said; what the customer chose stays."""
    member = member_of(request)
    opt_outs.opt_in_for(people.contact_row(contact_id, by=member), by=member)
    return Status(204, None)


@router.get("/surveys/{int:survey_id}/invitations", response=CountsOut)
def invitation_counts(request: HttpRequest, survey_id: int) -> Any:
    return reads.counts(survey_row(survey_id, by=member_of(request)))


@router.post("/surveys/{int:survey_id}/invitations", response={202: InvitedOut})
def invite(request: HttpRequest, survey_id: int, body: InviteIn) -> Status[Any]:
    """Queue invitations; the rules are looked at now, and again when each leaves."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    found = writes.invite(survey, _who(body, member), _asking(body), by=member)
    if found.queued:
        send_invitations.enqueue()
    return Status(202, {"queued": len(found.queued), "skipped": dict(found.skipped)})


@router.post("/surveys/{int:survey_id}/invitations/look", response=AskedAheadOut)
def look(request: HttpRequest, survey_id: int, body: InviteIn) -> Any:
    """What inviting these people would do now, by the same rules; nothing is stored."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    found = writes.look_ahead(survey, _who(body, member), _asking(body), by=member)
    names = ("people", "asked", "later", "first_at", "last_at", "by_language")
    left_out = {one.reason: one.count for one in found.left_out}
    return {name: getattr(found, name) for name in names} | {"left_out": left_out}


@router.get("/skips", response=SkipListOut)
def skip_list(
    request: HttpRequest, survey: int | None = None, reason: str = "", page: int = 1
) -> Any:
    """Everybody who was not asked, or not yet; and why."""
    member = member_of(request)
    row = survey_row(survey, by=member) if survey is not None else None
    found = reads.skip_lines(by=member, survey=row, reason=reason, page=page)
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "skips": found.object_list,
    }


@router.get("/asking/rules", response=RulesBody)
def rules(request: HttpRequest) -> Any:
    member_of(request).must(Ability.READ)
    return current().rules


@router.put("/asking/rules", response=RulesBody)
def rules_set(request: HttpRequest, body: RulesBody) -> Any:
    """They hold from now on, also for what waits already."""
    return set_rules(Rules(**body.model_dump()), by=member_of(request)).rules


def _who(body: InviteIn, member: Member) -> list[Contact]:
    if body.list_id is not None:
        return people.contacts_to_ask(by=member, list_id=body.list_id)
    return people.contacts_by_id(body.contacts, by=member)


def _asking(body: InviteIn) -> writes.Asking:
    return writes.Asking(body.way, body.not_before, body.about)


def _row(person: AskedPersonIn) -> dict[str, Any]:
    given = person.model_dump(exclude={"attributes"}, exclude_defaults=True)
    return {**person.attributes, **given}


def _contact(row: Any) -> dict[str, Any]:
    names = ("id", "name", "email", "phone", "language", "added_at")
    found = {name: getattr(row, name) for name in names}
    customer = row.customer.external_id if row.customer else ""
    return found | {"unit": row.unit.name, "customer": customer}
