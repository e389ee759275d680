"""Compose editions; once composed they never change."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.share.models import Depth, Edition, Reach, Subscription
from moksori.share.reads.manners import had_one_today, mail_bounces
from moksori.share.reads.remits import may_hear, remit_card
from moksori.share.sections import Asked, findings, heading, sections
from moksori.share.sections.blocks import Content, fitting, minutes_to_read
from moksori.share.sections.translating import translated
from moksori.share.writes.deliveries import depth_of, queue
from moksori.share.writes.mails import post
from moksori.share.writes.marks import record
from moksori.understand.reads.window import Window

UNHEARD_DAYS = 28


def compose_edition(
    member: Member,
    window: Window | None = None,
    *,
    slot: date | None = None,
    by: Member | None,
) -> Edition:
    """A new edition for this member, from their remit, frozen as of now.

    Without a window: the newest days that hold enough feedback; where the remit fits
    no feedback at all, the edition says so. `by` is None for the schedule; others need
    SHARE where the member works. Raises UserError when there is no feedback that the
    member may read.
    """
    if by is not None and by.pk != member.pk:
        by.must(Ability.SHARE, member)
    draft = _draft(member, window)
    if draft is None:
        raise UserError(
            _(
                "There is no feedback yet that you may read. Ask for a role where "
                "your customers are, or come back when feedback is in."
            )
        )
    return _frozen(draft, slot=slot, by=by)


def compose_for_slot(subscription_id: int, slot: date) -> Edition | None:
    """The edition of a due day with its letter; None when there is nothing to tell.

    A second call for the same day does nothing: the slot is taken in the transaction
    that stores the edition. What takes long comes before it.
    """
    rows = Subscription.objects.select_related("member")
    subscription = rows.filter(pk=subscription_id, paused=False).first()
    if subscription is None or not subscription.member.is_active:
        return None
    if subscription.last_slot is not None and subscription.last_slot >= slot:
        return None
    draft = _draft(subscription.member, None)
    return _taken(subscription, slot, draft)


@transaction.atomic
def _taken(
    subscription: Subscription, slot: date, draft: _Draft | None
) -> Edition | None:
    taken = Subscription.objects.filter(
        pk=subscription.pk, last_slot=subscription.last_slot, paused=False
    ).update(last_slot=slot)
    if not taken or draft is None or not findings.is_anything_new(draft.asked):
        return None
    if had_one_today(subscription.member):
        return None
    edition = _frozen(draft, slot=slot, by=None)
    if subscription.channel == Subscription.Channel.EMAIL and not mail_bounces(
        subscription.member
    ):
        post(edition)
    else:
        record(edition, Reach.Kind.DELIVERED)
    queue(edition)
    return edition


def draft_of(member: Member) -> tuple[Content, str] | None:
    """What an edition would say as of now, and in which language; None: no feedback."""
    draft = _draft(member, None)
    return None if draft is None else (draft.content, draft.language)


@dataclass(frozen=True, slots=True)
class _Draft:
    asked: Asked
    content: Content
    language: str


def _draft(member: Member, window: Window | None) -> _Draft | None:
    language = _language(member)
    with translation.override(language):
        asked = _asked(member, window)
        return None if asked is None else _Draft(asked, _content(asked), language)


def _asked(member: Member, window: Window | None) -> Asked | None:
    remit = remit_card(member, by=member)
    window = window or findings.window_of(member, remit)
    if window is None and may_hear(member):
        window = Window.last(UNHEARD_DAYS, timezone.localdate())
    if window is None:
        return None
    previous = Edition.objects.filter(member=member).first()
    return Asked(
        member=member,
        remit=remit,
        since=window.since,
        until=window.until,
        previous_at=previous.composed_at if previous else None,
    )


@transaction.atomic
def _frozen(draft: _Draft, *, slot: date | None, by: Member | None) -> Edition:
    edition = Edition.objects.create(
        member=draft.asked.member,
        slot=slot,
        since=draft.asked.since,
        until=draft.asked.until,
        language=draft.language,
        content=draft.content.as_json(),
        token=secrets.token_urlsafe(16),
    )
    if by is not None:
        audit.record("compose_edition", edition, by=by, member=edition.member_id)
    return edition


def _content(asked: Asked) -> Content:
    composed = [section.compose(asked) for section in sections()]
    full = tuple(part for part in composed if part is not None and part.blocks)
    parts = full if depth_of(asked.member) == Depth.EVERYTHING else fitting(full)
    title = heading.title(asked)
    return Content(
        title=title,
        subject=heading.subject(parts) or title,
        kicker=heading.kicker(asked, minutes_to_read(parts)),
        why=heading.why(asked),
        parts=translated(parts, (get_language() or "ko")[:2]),
    )


def _language(member: Member) -> str:
    rows = Subscription.objects.filter(member=member)
    return rows.values_list("language", flat=True).first() or member.language
