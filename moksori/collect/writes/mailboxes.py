"""Mailboxes: added, changed, tried, put to rest."""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.sealed import seal
from moksori.collect.models import Channel, Mailbox, RawMail, Source
from moksori.collect.sources.mail import imap
from moksori.collect.sources.mail.routes import plain_address
from moksori.collect.tables.table import clean
from moksori.collect.writes.fetching import account_of
from moksori.collect.writes.sources import add_source


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of a mailbox. `secret` "" leaves the one there is."""

    address: str
    name: str = ""
    way: str = Mailbox.Way.FETCHED
    host: str = ""
    port: int = 993
    security: str = Mailbox.Security.TLS
    login: str = ""
    secret: str = ""
    folder: str = "INBOX"
    afterwards: str = Mailbox.Afterwards.LEAVE
    done_folder: str = ""
    keep_days: int = 365
    takes_scans: bool = False


# What is compared and stored as it was given.
_PLAIN = tuple(
    field.name
    for field in fields(Given)
    if field.name not in {"address", "name", "secret"}
)


@transaction.atomic
def add_mailbox(given: Given, *, unit: Unit, by: Member) -> Mailbox:
    """A new mailbox with its source; Conflict if the address or name is taken."""
    mailbox = Mailbox(unit=unit)
    by.must(Ability.ADMINISTER, mailbox)
    _fill(mailbox, given)
    name = given.name or mailbox.address
    mailbox.source = add_source(
        name, unit=unit, channel=Channel.EMAIL, kind="mail", by=None
    )
    _save(mailbox)
    audit.record("add_mailbox", mailbox, by=by, way=mailbox.way)
    return mailbox


@transaction.atomic
def change_mailbox(mailbox: Mailbox, given: Given, *, by: Member) -> Mailbox:
    """Another server, another password: it is asked at once. Mails stay."""
    by.must(Ability.ADMINISTER, mailbox)
    before = mailbox.host, mailbox.login, mailbox.folder
    _fill(mailbox, given)
    if (mailbox.host, mailbox.login, mailbox.folder) != before:
        if mailbox.is_fetched and mailbox.host != before[0] and not given.secret:
            # Or whoever may change the host could have the password sent to theirs.
            raise UserError(
                _("Enter the password again for the new server."), field="secret"
            )
        mailbox.uid_validity, mailbox.last_uid = None, 0
    mailbox.failures, mailbox.problem, mailbox.next_at = 0, {}, None
    _save(mailbox)
    audit.record("change_mailbox", mailbox, by=by, way=mailbox.way)
    return mailbox


@transaction.atomic
def pause_mailbox(mailbox: Mailbox, *, by: Member) -> None:
    _set_paused(mailbox, by, paused="yes")


@transaction.atomic
def resume_mailbox(mailbox: Mailbox, *, by: Member) -> None:
    _set_paused(mailbox, by, paused="")


def _set_paused(mailbox: Mailbox, by: Member, *, paused: str) -> None:
    by.must(Ability.ADMINISTER, mailbox)
    mailbox.is_paused = bool(paused)
    mailbox.next_at = None
    mailbox.save(update_fields=["is_paused", "next_at"])
    audit.record("pause_mailbox" if paused else "resume_mailbox", mailbox, by=by)


@transaction.atomic
def fetch_soon(mailbox: Mailbox, *, by: Member) -> None:
    """Have it asked now; what is not due otherwise becomes due."""
    if not by.may(Ability.ADMINISTER, mailbox):
        by.must(Ability.IMPORT, mailbox)
    if not mailbox.is_fetched or mailbox.is_paused:
        raise Conflict(_("This mailbox is not fetched at present."))
    Mailbox.objects.filter(pk=mailbox.pk).update(next_at=timezone.now())
    from moksori.collect.jobs import fetch_mailbox  # noqa: PLC0415 – it imports writes

    fetch_mailbox.enqueue(mailbox.pk)


def tried(mailbox: Mailbox, *, by: Member) -> int:
    """Log in and count the mails of the folder; Unreached says what does not work."""
    by.must(Ability.ADMINISTER, mailbox)
    if not mailbox.is_fetched:
        raise Conflict(_("Your mail server hands these mails over; nothing to try."))
    with imap.opened(account_of(mailbox)) as folder:
        return folder.count


@transaction.atomic
def remove_mailbox(mailbox: Mailbox, *, by: Member) -> None:
    """No more mails; what came stays as feedback. One with mails is only paused."""
    by.must(Ability.ADMINISTER, mailbox)
    if RawMail.objects.filter(mailbox=mailbox).exists():
        raise Conflict(
            _("Mails came through this mailbox: pause it instead of removing it.")
        )
    audit.record("remove_mailbox", mailbox, by=by)
    source = mailbox.source
    mailbox.delete()
    Source.objects.filter(pk=source.pk).delete()


def mailbox_for(address: str) -> Mailbox | None:
    """The mailbox of an address that a mail server names, whatever follows "+"."""
    plain = plain_address(address)
    if not plain:
        return None
    return (
        Mailbox.objects.filter(address=plain, is_paused=False)
        .select_related("unit", "source")
        .first()
    )


def _fill(mailbox: Mailbox, given: Given) -> None:
    mailbox.address = _good_address(given.address)
    for name in _PLAIN:
        value = getattr(given, name)
        setattr(mailbox, name, clean(value) if isinstance(value, str) else value)
    if given.secret:
        mailbox.secret = seal(given.secret)
    mailbox.folder = mailbox.folder or "INBOX"
    if mailbox.is_fetched:
        _check_server(mailbox)


def _good_address(address: str) -> str:
    address = clean(address).lower()
    if plain_address(address) != address or " " in address or len(address) > 254:
        raise UserError(
            _("Write an address such as voice@example.com, without “+”."),
            field="address",
        )
    return address


def _check_server(mailbox: Mailbox) -> None:
    for name in ("host", "login"):
        if not getattr(mailbox, name):
            raise UserError(_("Please fill this in."), field=name)
    if not mailbox.secret:
        raise UserError(_("Please fill this in."), field="secret")
    if any(sign in mailbox.folder + mailbox.done_folder for sign in "\r\n"):
        raise UserError(_("A folder’s name is one line."), field="folder")
    if mailbox.afterwards == Mailbox.Afterwards.MOVE and not mailbox.done_folder:
        raise UserError(_("Say to which folder."), field="done_folder")


def _save(mailbox: Mailbox) -> None:
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError as error:
        raise Conflict(
            _("The address {address} has a mailbox already.").format(
                address=mailbox.address
            ),
            field="address",
        ) from error
