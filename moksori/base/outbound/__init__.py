"""Requests to addresses that people give: never into the network behind the firewall.

`fetch` looks a name up once, checks every address found, connects to one of them and
nowhere else, and does so again for each redirect.
"""

from moksori.base.outbound.answer import Answer
from moksori.base.outbound.client import fetch
from moksori.base.outbound.errors import NotReached, OutboundError, Refused

__all__ = ["Answer", "NotReached", "OutboundError", "Refused", "fetch"]
