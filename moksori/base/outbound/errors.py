"""What can go wrong between us and somebody else's server, in words."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from moksori.base.errors import UserError


class OutboundError(UserError):
    """No answer that can be used; the message says why. Trying later may help.

    `template` and `facts` may rest in a database: each reader sees their own language.
    """

    code = "outbound"

    def __init__(self, template: str, **facts: Any) -> None:
        super().__init__(format_lazy(gettext_lazy(template), **facts))
        self.template = template
        self.facts = facts


class Refused(OutboundError):
    """We do not go there; trying again will not help."""

    code = "outbound_refused"


class NotReached(OutboundError):
    """Nobody was there to hear us: whatever was to be sent has not been sent."""

    code = "outbound_not_reached"
