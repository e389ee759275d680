"""To whom an answer goes, and where the customer's next word comes back."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from moksori.act.models import Case, CaseReturn
from moksori.base.people.models import Unit
from moksori.base.sealed import Broken, unseal
from moksori.collect.asking.addresses import digests, plain_email
from moksori.collect.models import (
    Address,
    Feedback,
    Mailbox,
    PublicName,
    RawMail,
)

LANGUAGES = ("ko", "en")


@dataclass(frozen=True, slots=True)
class Addressee:
    """The customer as a letter needs them.

    `email` is "" where none is known; `answers_to` the Message-ID of their latest
    mail, with its subject; `mailbox` where their answer comes back to the case, ""
    where none is set up; `is_dead` that mail to this address came back before.
    """

    name: str
    email: str
    language: str
    subject: str
    answers_to: str
    mailbox: str
    is_dead: bool


def addressee(case: Case) -> Addressee | None:
    """Ask only for who may work on the case; None when the feedback is withdrawn."""
    feedback = case.feedback
    if feedback is None:
        return None
    first = _mail_of(feedback)
    latest = _latest_mail(case) or first
    name, email = _sender(first)
    customer = feedback.customer
    if customer is not None and customer.email:
        name, email = customer.name, customer.email
    return Addressee(
        name=(customer.name if customer else "") or name,
        email=email,
        language=_language(feedback),
        subject=_subject(feedback),
        answers_to=latest.message_id if latest else "",
        mailbox=_mailbox(case.unit, first),
        is_dead=_is_dead(email),
    )


def company(unit: Unit, language: str) -> str:
    """What customers call the unit: the nearest public name, else its own."""
    rows = PublicName.objects.filter(unit__in=unit.ancestor_ids())
    names = {row.unit_id: row for row in rows}
    for pk in reversed(unit.ancestor_ids()):
        row = names.get(pk)
        if row is not None and (row.ko or row.en):
            return _said(row.ko, row.en, language)
    return _said(unit.name_ko, unit.name_en, language)


def letters_leave() -> bool:
    """Whether letters can leave; in the demo they are kept instead."""
    return bool(settings.MOKSORI_MAIL_IS_SENT or settings.MOKSORI_DEMO)


def _said(ko: str, en: str, language: str) -> str:
    return (ko or en) if language == "ko" else (en or ko)


def _language(feedback: Feedback) -> str:
    given = (feedback.language or "ko")[:2]
    return given if given in LANGUAGES else "en"


def _subject(feedback: Feedback) -> str:
    for answer in feedback.answers:
        if answer.get("key") == "subject" and isinstance(answer.get("value"), str):
            return str(answer["value"])[:200]
    return ""


def _mail_of(feedback: Feedback) -> RawMail | None:
    rows = RawMail.objects.filter(feedback=feedback).select_related("mailbox")
    return rows.order_by("pk").first()


def _latest_mail(case: Case) -> RawMail | None:
    back = CaseReturn.objects.filter(case=case).values("feedback")
    return RawMail.objects.filter(feedback__in=back).order_by("pk").last()


def _sender(mail: RawMail | None) -> tuple[str, str]:
    if mail is None or not mail.sender:
        return "", ""
    try:
        name, _line, email = unseal(mail.sender).partition("\n")
    except Broken:
        return "", ""
    return name, email


def _mailbox(unit: Unit, first: RawMail | None) -> str:
    """The one that the customer wrote to; else the nearest of the unit or above."""
    if first is not None and not first.mailbox.is_paused:
        return first.mailbox.address
    rows = Mailbox.objects.filter(
        unit__in=unit.ancestor_ids(), is_paused=False, takes_scans=False
    )
    found = dict(rows.order_by("-pk").values_list("unit_id", "address"))
    nearest = (found[pk] for pk in reversed(unit.ancestor_ids()) if pk in found)
    return next(nearest, "")


def _is_dead(email: str) -> bool:
    plain = plain_email(email) if email else ""
    return bool(
        plain
        and Address.objects.filter(digest__in=digests(plain), is_dead=True).exists()
    )
