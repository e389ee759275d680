"""What can go wrong between us and somebody else's server, in words."""

from __future__ import annotations

from moksori.base.errors import UserError


class OutboundError(UserError):
    """No answer that can be used; the message says why. Trying later may help."""

    code = "outbound"


class Refused(OutboundError):
    """We do not go there; trying again will not help."""

    code = "outbound_refused"


class NotReached(OutboundError):
    """Nobody was there to hear us: whatever was to be sent has not been sent."""

    code = "outbound_not_reached"
