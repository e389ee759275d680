"""A folder on an IMAP server: what is new in it, and the mails themselves."""

from __future__ import annotations

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.base.outbound.addresses import Place, looked_up
from moksori.base.outbound.errors import OutboundError
from moksori.collect.tables.messages import Unreadable

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0
TLS, STARTTLS, NONE = "tls", "starttls", "none"


class Unreached(Unreadable):
    """The server cannot be used as it was set up; the words say what to change."""

    code = "unreached"


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach a folder."""

    host: str
    port: int = 993
    security: str = TLS
    login: str = ""
    secret: str = field(default="", repr=False)
    folder: str = "INBOX"


@dataclass(slots=True)
class Folder:
    """An open folder. Numbers (UIDs) rise, and mean the same within one `validity`."""

    _server: imaplib.IMAP4
    validity: int
    count: int
    _can_expunge_one: bool = False

    def after(self, uid: int) -> list[int]:
        """UIDs beyond this one, the lowest first."""
        found = _asked(self._server, "SEARCH", None, "UID", f"{uid + 1}:*")
        # The server names the last mail even where it is older.
        words = b" ".join(line for line in found if isinstance(line, bytes)).split()
        return sorted({int(one) for one in words if one.isdigit() and int(one) > uid})

    def size(self, uid: int) -> int:
        found = _asked(self._server, "FETCH", str(uid), "(RFC822.SIZE)")
        size = re.search(rb"RFC822\.SIZE (\d+)", _flat(found))
        return int(size.group(1)) if size else 0

    def mail(self, uid: int) -> bytes | None:
        """The bytes; None when somebody deleted it meanwhile."""
        return _literal(_asked(self._server, "FETCH", str(uid), "(BODY.PEEK[])"))

    def head(self, uid: int) -> bytes | None:
        return _literal(_asked(self._server, "FETCH", str(uid), "(BODY.PEEK[HEADER])"))

    def mark_read(self, uid: int) -> None:
        _asked(self._server, "STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def move(self, uid: int, folder: str) -> None:
        """Copied first, marked as deleted only then: nothing can be lost."""
        _asked(self._server, "COPY", str(uid), _quoted(folder))
        _asked(self._server, "STORE", str(uid), "+FLAGS.SILENT", r"(\Seen \Deleted)")
        if self._can_expunge_one:
            # A plain EXPUNGE would take with it what others have marked.
            _asked(self._server, "EXPUNGE", str(uid))


@contextmanager
def opened(
    account: Account, *, context: ssl.SSLContext | None = None
) -> Iterator[Folder]:
    """The folder, until the end of the block; Unreached says in words what failed."""
    server = _connected(account, context or ssl.create_default_context())
    try:
        with _in_words(account):
            _login(server, account)
            yield _selected(server, account)
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ValueError):
            server.logout()


def _connected(account: Account, context: ssl.SSLContext) -> imaplib.IMAP4:
    place = Place("imap", account.host.lower(), account.port, "")
    try:
        address = looked_up(place, seconds=CONNECT_SECONDS)[0]
    except OutboundError as error:
        raise Unreached(error.template, field="host", **error.facts) from None
    with _in_words(account):
        kept = context if account.security == TLS else None
        server = _Server(account.host, account.port, address=address, context=kept)
        if account.security == STARTTLS:
            server.starttls(context)
        return server


class _Server(imaplib.IMAP4):
    """Connects to the address that was checked, not to what the name says by then."""

    def __init__(
        self, host: str, port: int, *, address: str, context: ssl.SSLContext | None
    ) -> None:
        self._address = address
        self._context = context
        super().__init__(host, port, timeout=CONNECT_SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        made = socket.create_connection((self._address, self.port), timeout)
        made.settimeout(ANSWER_SECONDS)
        if self._context is None:
            return made
        return self._context.wrap_socket(made, server_hostname=self.host)


@contextmanager
def _in_words(account: Account) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Unreached(
            _("The certificate of {host} is not valid: {why}."),
            field="host",
            host=account.host,
            why=str(error.verify_message),
        ) from None
    except (TimeoutError, ssl.SSLError, OSError, imaplib.IMAP4.abort) as error:
        raise Unreached(
            _(
                "{host} does not answer on port {port} ({why}). Look at the name, the "
                "port and the kind of encryption."
            ),
            field="host",
            host=account.host,
            port=account.port,
            why=_short(error),
        ) from None
    except imaplib.IMAP4.error as error:
        raise Unreached(
            _("The mail server refused: {why}"), field="host", why=_short(error)
        ) from None


def _login(server: imaplib.IMAP4, account: Account) -> None:
    try:
        if account.secret.isascii() and account.login.isascii():
            server.login(account.login, account.secret)
        else:
            given = f"\0{account.login}\0{account.secret}".encode()
            server.authenticate("PLAIN", lambda _challenge: given)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise Unreached(
            _(
                "The mail server does not accept the login. Many providers want a "
                "password of its own for programs."
            ),
            field="secret",
        ) from None


def _selected(server: imaplib.IMAP4, account: Account) -> Folder:
    status, found = server.select(_quoted(account.folder))
    if status != "OK":
        raise Unreached(
            _("There is no folder “{folder}” in this mailbox."),
            field="folder",
            folder=account.folder,
        )
    count = int(found[0] or 0) if found else 0
    _kind, given = server.response("UIDVALIDITY")
    last = next((one for one in reversed(given or []) if one), b"0")
    # Servers tell what they can do only after the login.
    abilities = _flat(server.capability()[1]).upper().split()
    validity = int(last) if last.isdigit() else 0
    return Folder(server, validity, count, b"UIDPLUS" in abilities)


def _asked(server: imaplib.IMAP4, command: str, *given: str | None) -> list[Any]:
    status, found = server.uid(command, *given)  # type: ignore[arg-type]
    if status != "OK":
        raise imaplib.IMAP4.error(_flat(found).decode("utf-8", "replace"))
    return found or []


def _flat(found: list[Any]) -> bytes:
    parts = [b" ".join(one) if isinstance(one, tuple) else one for one in found if one]
    return b" ".join(parts)


def _literal(found: list[Any]) -> bytes | None:
    return next((bytes(one[1]) for one in found if isinstance(one, tuple)), None)


def _quoted(folder: str) -> str:
    """A folder's name as IMAP wants it: Korean in its own UTF-7, within quotes."""
    plain = "".join(
        run if run.isascii() else f"&{_in_utf_7(run)}-"
        for run in re.findall(r"[^\x20-\x7e]+|[\x20-\x7e]+", folder.replace("&", "&-"))
    )
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _in_utf_7(run: str) -> str:
    made = base64.b64encode(run.encode("utf-16-be")).decode("ascii")
    return made.rstrip("=").replace("/", ",")


def _short(error: BaseException) -> str:
    said = error.args[0] if error.args else ""
    if isinstance(error, OSError) and error.strerror:
        said = error.strerror
    if isinstance(said, bytes):
        said = said.decode("utf-8", "replace")
    return " ".join(str(said or type(error).__name__).split())[:200]
