"""What somebody else's server said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from moksori.base.outbound.errors import OutboundError


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` have names in lower case; `url` is where the answer came from.

    `body` is unpacked and at most as large as was allowed; `is_cut` says that there
    was more. `moved` is the address to use from now on, if the server said so.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    is_cut: bool = False
    moved: str = ""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    def whole(self) -> bytes:
        """The body; raises OutboundError if it was larger than allowed."""
        if self.is_cut:
            raise OutboundError(
                _("The answer is larger than the {size} kB that are read."),
                size=max(1, len(self.body) // 1000),
            )
        return self.body

    def json(self) -> Any:
        """The body as JSON; raises OutboundError if it is something else."""
        try:
            return json.loads(self.whole())
        except (ValueError, RecursionError):
            raise OutboundError(_("The answer is not the expected JSON.")) from None

    def wait(self) -> float | None:
        """Seconds that the server asks to stay away (`Retry-After`), if it does."""
        given = self.headers.get("retry-after", "").strip()
        if given.isascii() and given.isdigit():
            return float(given[:9])
        try:
            moment: datetime = parsedate_to_datetime(given)
        except (ValueError, IndexError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - timezone.now()).total_seconds())
