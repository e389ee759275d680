"""Mails of which a program cannot tell what the customer wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.collect.models import RawMail, ReviewItem
from moksori.collect.review.kind import Decision, ReviewKind
from moksori.collect.writes import mails

REASONS = {
    "forwarded": _("Somebody passed on another person’s mail."),
    "only_files": _("There are files, but no words."),
    "no_words": _("No words of the customer’s own were found."),
    "unclear": _("Own words may stand further down, between what was quoted."),
    "too_nested": _("There are too many mails inside the mail to read them all."),
    "too_many_lines": _("The mail has too many lines to be read."),
    "encrypted": _("The mail is encrypted."),
    "damaged": _("Some letters could not be read."),
    "too_large": _("The mail is larger than 25 MB; only its head was fetched."),
}


def _row(item: ReviewItem) -> RawMail:
    found = RawMail.objects.select_related("mailbox", "mailbox__source").filter(
        pk=item.evidence.get("mail")
    )
    row = found.first()
    if row is None:
        raise NotFound
    return row


def _take_words(item: ReviewItem, _by: Member) -> Mapping[str, Any]:
    row = _row(item)
    mails.take_words(row)
    return {"feedback": row.feedback_id}


def _take_whole(item: ReviewItem, _by: Member) -> Mapping[str, Any]:
    row = _row(item)
    mails.take_whole(row)
    return {"feedback": row.feedback_id}


def _set_aside(item: ReviewItem, _by: Member) -> None:
    mails.set_mail_aside(_row(item))


def _take_up(item: ReviewItem, _by: Member) -> None:
    mails.take_up_again(_row(item))


def _title(item: ReviewItem) -> str:
    subject = item.evidence.get("subject") or gettext("(no subject)")
    return gettext("Mail: {subject}").format(subject=subject)


def _evidence(item: ReviewItem, _by: Member) -> Mapping[str, Any]:
    reason = REASONS.get(item.evidence.get("reason", ""), "")
    return {"mail": item.evidence, "reason": reason}


kind = ReviewKind(
    code=mails.REVIEW,
    title=_("Mails that need a look"),
    evidence_template="collect/review/_mail.html",
    decisions=(
        Decision("words", _("Take the words that were found"), "t", _take_words),
        Decision("whole", _("Take the whole mail"), "w", _take_whole),
        Decision(
            "aside",
            _("No customer speaks here"),
            "x",
            _set_aside,
            undo=_take_up,
            is_dismissal=True,
        ),
    ),
    title_of=_title,
    evidence_of=_evidence,
)
