"""Which addresses may be connected to: decided on numbers, never on how they look."""

from __future__ import annotations

import queue
import socket
import threading
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop as _

from moksori.base.outbound.errors import NotReached, Refused

LONGEST = 2_000  # characters of an address
# Where web servers listen. Anything else is another protocol's door.
PORTS = frozenset({80, 443, 8080, 8443})
_SCHEMES = {"http": 80, "https": 443}
# `ipaddress.is_global` of Python 3.11 calls several of these global.
_DENIED = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
# Only this part of IPv6 is given out to anybody.
_GIVEN_OUT = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")  # IPv4 behind a translator


@dataclass(frozen=True, slots=True)
class Place:
    """An address taken apart: what to look up, and what to ask for there."""

    scheme: str
    host: str  # ASCII, lower case, without brackets
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def header(self) -> str:
        """The `Host` header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _SCHEMES[self.scheme] else f"{name}:{self.port}"

    @property
    def is_named(self) -> bool:
        """Whether the administrator has allowed this host although it is private."""
        named = {name.lower() for name in settings.MOKSORI_ALLOW_PRIVATE}
        return self.host in named or f"{self.host}:{self.port}" in named


def place_of(url: str) -> Place:
    """The address taken apart; raises Refused for one that we do not go to."""
    if len(url) > LONGEST:
        raise Refused(_("The address is too long."))
    if any(ord(letter) <= 32 or letter in "\\\x7f" for letter in url):
        raise Refused(_("The address contains blanks or signs that belong to none."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(_("This is not an address.")) from None
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise Refused(_("Write an address that starts with https:// or http://."))
    if parts.username is not None or parts.password is not None:
        raise Refused(_("An address with a user name inside is not used."))
    place = Place(
        scheme=parts.scheme,
        host=_ascii(parts.hostname),
        port=_SCHEMES[parts.scheme] if port is None else port,
        target=_target(parts.path, parts.query),
    )
    if place.port not in PORTS and not place.is_named:
        raise Refused(
            _("Port {port} is not one of the web ({known})."),
            port=place.port,
            known=", ".join(str(port) for port in sorted(PORTS)),
        )
    return place


def _ascii(host: str) -> str:
    """The name as it is looked up; full-width digits become digits here."""
    try:
        if ":" in host:
            return str(IPv6Address(host))
        name = host.encode("idna").decode("ascii").lower().rstrip(".")
        if name:
            return name
    except (UnicodeError, ValueError):
        pass
    raise Refused(_("“{host}” is not the name of a server."), host=host[:80])


def _target(path: str, query: str) -> str:
    kept = "/%:@!$&'()*+,;=~-._"
    target = quote(path or "/", safe=kept)
    return f"{target}?{quote(query, safe=kept + '?[]')}" if query else target


def looked_up(place: Place, *, seconds: float) -> tuple[str, ...]:
    """The addresses behind the name, looked up once; Refused if one is not public.

    A name that answers with a public and a private address is a trick, or a mistake
    that would reach the wrong server.
    """
    found = _resolved(place, seconds)
    if not found:
        raise NotReached(
            _("There is no server “{host}”. Check the address."), host=place.host
        )
    if not place.is_named and not all(is_public(address) for address in found):
        raise Refused(
            _(
                "“{host}” lies in a private network. An administrator can allow it "
                "by name with MOKSORI_ALLOW_PRIVATE."
            ),
            host=place.host,
        )
    return found


def _resolved(place: Place, seconds: float) -> tuple[str, ...]:
    """In a thread, for the system's look-up knows no time limit."""
    answers: queue.Queue[tuple[str, ...] | None] = queue.Queue()

    def look() -> None:
        try:
            rows = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            answers.put(None)
        else:
            answers.put(tuple(dict.fromkeys(str(row[4][0]) for row in rows)))

    threading.Thread(target=look, daemon=True).start()
    try:
        return answers.get(timeout=max(0.0, seconds)) or ()
    except queue.Empty:
        raise NotReached(
            _("The name “{host}” could not be looked up in time."), host=place.host
        ) from None


def is_public(text: str) -> bool:
    """Whether an address belongs to the public internet, whatever it is wrapped in."""
    try:
        address = _unwrapped(ip_address(text))
    except ValueError:
        return False
    if any(address in network for network in _DENIED):
        return False
    if isinstance(address, IPv6Address):
        return address in _GIVEN_OUT and address.is_global
    return address.is_global and not address.is_multicast


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
