"""Where an answer comes from, as a keyed hash: never an address in the clear."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def address_of(request: HttpRequest) -> str:
    """The customer's address; the proxy in front says it, when there is one."""
    near = str(request.META.get("REMOTE_ADDR", ""))
    told = request.headers.get("X-Forwarded-For", "")
    # Only with a proxy that ends TLS, and only from a machine beside us; the last
    # entry is what that proxy saw, the others are what anybody claims.
    if told and settings.SECURE_PROXY_SSL_HEADER and _is_near(near):
        return told.rsplit(",", 1)[-1].strip()[:45]
    return near[:45]


def place_of(request: HttpRequest) -> str:
    """One network: what limits count."""
    return _hash("collect.place", _network(address_of(request)))


def origin_of(request: HttpRequest, survey_id: int) -> str:
    """One browser at one address, for one survey: two surveys cannot be joined."""
    agent = request.headers.get("User-Agent", "")[:300]
    return _hash(f"collect.origin.{survey_id}", f"{address_of(request)}\x1f{agent}")


def _network(address: str) -> str:
    """Of IPv6 the first half: the rest is the customer's to choose."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _is_near(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return not address  # a socket in the file system
    return found.is_private or found.is_loopback


def _hash(salt: str, value: str) -> str:
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()[:32]
