"""Questions about mailboxes and the mails that came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q

from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Mailbox, RawMail

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """A mailbox, what came of its mails, and whether it is reached."""

    id: int
    address: str
    unit: str
    way: str
    is_fetched: bool
    is_paused: bool
    mails: int
    taken: int
    waiting: int
    newest: datetime | None
    reached_at: datetime | None
    message: str


def mailbox_lines(*, by: Member) -> list[MailboxLine]:
    """Mailboxes of units into which the member may import."""
    by.must(Ability.IMPORT)
    rows = (
        Mailbox.objects.visible_to(by, Ability.IMPORT)
        .select_related("unit")
        .order_by("address")
    )
    counted: dict[int, Mapping[str, object]] = {
        row["mailbox_id"]: row
        for row in RawMail.objects.filter(mailbox__in=rows)
        .values("mailbox_id")
        .annotate(
            mails=Count("id"),
            taken=Count("id", filter=Q(state=RawMail.State.TAKEN)),
            waiting=Count("id", filter=Q(state=RawMail.State.REVIEW)),
            newest=Max("received_at"),
        )
    }
    return [_line(row, counted.get(row.pk, {})) for row in rows]


def _line(row: Mailbox, counted: Mapping[str, object]) -> MailboxLine:
    newest = counted.get("newest")
    return MailboxLine(
        id=row.pk,
        address=row.address,
        unit=row.unit.name,
        way=row.get_way_display(),
        is_fetched=row.is_fetched,
        is_paused=row.is_paused,
        mails=int(str(counted.get("mails", 0))),
        taken=int(str(counted.get("taken", 0))),
        waiting=int(str(counted.get("waiting", 0))),
        newest=newest if isinstance(newest, datetime) else None,
        reached_at=row.reached_at,
        message=row.message,
    )


def mailbox_row(mailbox_id: int, *, by: Member) -> Mailbox:
    """The mailbox; NotFound outside, NotAllowed for who reads but may not import."""
    seen = Mailbox.objects.select_related("unit", "source")
    rows = seen.visible_to(by, Ability.IMPORT) | seen.visible_to(by)
    found: Mailbox = one(rows.distinct(), pk=mailbox_id)
    by.must(Ability.IMPORT, found)
    return found


def mail_lines(
    mailbox: Mailbox, *, by: Member, page: int | str = 1, state: str = ""
) -> Page[RawMail]:
    """What came, the newest first."""
    by.must(Ability.IMPORT, mailbox)
    rows = RawMail.objects.filter(mailbox=mailbox).select_related("mailbox", "feedback")
    if state in RawMail.State.values:
        rows = rows.filter(state=state)
    return Paginator(rows.order_by("-id"), PER_PAGE).get_page(page)


def mail_row(raw_mail_id: int, *, by: Member) -> RawMail:
    """One mail; NotFound outside, NotAllowed for who may not administer."""
    seen = RawMail.objects.select_related("mailbox", "mailbox__unit")
    rows = seen.visible_to(by, Ability.ADMINISTER) | seen.visible_to(by)
    found: RawMail = one(rows.distinct(), pk=raw_mail_id)
    by.must(Ability.ADMINISTER, found.mailbox)
    return found


def administered_units(*, by: Member) -> list[Unit]:
    """Units for which the member may add a mailbox, from the top of the tree."""
    by.must(Ability.ADMINISTER)
    units = by.scope(Ability.ADMINISTER).units
    return list(Unit.objects.filter(pk__in=units).order_by("path"))
