"""Addresses that people enter, in one form."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from moksori.base.errors import UserError
from moksori.base.outbound import Refused
from moksori.base.outbound.addresses import place_of

_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "ref_src")


def needed(given: Mapping[str, str], name: str) -> str:
    """What was entered; UserError if nothing was."""
    value = given.get(name, "").strip()
    if not value:
        raise UserError(_("Please fill this in."), field=name)
    return value


def address(given: Mapping[str, str], name: str = "address") -> str:
    """The address as entered, with https:// where nothing was said."""
    value = needed(given, name)
    if "://" not in value:
        value = f"https://{value}"
    try:
        place_of(value)
    except Refused as error:
        raise UserError(error.message, field=name) from None
    parts = urlsplit(value)
    return urlunsplit(parts._replace(netloc=parts.netloc.lower(), fragment=""))


def site(given: Mapping[str, str], name: str = "address") -> str:
    """The start of a site's addresses, without anything behind the path."""
    parts = urlsplit(address(given, name))
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def canonical(link: str) -> str:
    """One form of a link that was shared with all kinds of things behind it."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return link.strip()
    if parts.scheme not in {"http", "https"}:
        return link.strip()
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not key.lower().startswith(_TRACKING)
    ]
    return urlunsplit(
        ("https", parts.netloc.lower(), parts.path or "/", urlencode(query), "")
    )
