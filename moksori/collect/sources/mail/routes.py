"""To which mailbox a mail belongs, and the token behind the "+" of its address."""

from __future__ import annotations

from collections.abc import Iterable


def plain_address(address: str) -> str:
    """The address without what stands behind "+", in small letters."""
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    return f"{local.split('+', 1)[0]}@{domain}" if local and domain else ""


def tokens_of(addresses: Iterable[str]) -> tuple[str, ...]:
    """What stands behind "+" in these addresses: `r+<token>@…` gives the token."""
    found = []
    for address in addresses:
        local = address.strip().strip("<>").lower().rpartition("@")[0]
        _name, plus, token = local.partition("+")
        if plus and token:
            found.append(token[:200])
    return tuple(dict.fromkeys(found))
