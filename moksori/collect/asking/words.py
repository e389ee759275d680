"""Why somebody is not asked, as people read it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.collect.asking.rules import Reason

WHY: dict[Reason, Promise | str] = {
    Reason.NO_ADDRESS: _("No address for this way"),
    Reason.OPTED_OUT: _("Does not want to be asked"),
    Reason.UNREACHABLE: _("What was sent there came back"),
    Reason.OPEN_COMPLAINT: _("Has an open complaint"),
    Reason.ANSWERED: _("Has answered already"),
    Reason.REMINDED: _("Was reminded often enough"),
    Reason.ASKED_THIS: _("Was asked this already"),
    Reason.OFTEN_ASKED: _("Asked often enough within a year"),
    Reason.RECENTLY_ANSWERED: _("Answered a short while ago"),
    Reason.RECENTLY_ASKED: _("Asked a short while ago"),
    Reason.OUTRANKED: _("A more important survey goes first"),
    Reason.QUIET_HOURS: _p("asking", "Quiet hours"),
    Reason.NOT_SAMPLED: _("Not in the sample"),
    Reason.ALREADY_QUEUED: _("Is invited already"),
    Reason.EXPIRED: _("Waited too long"),
    Reason.CLOSED: _("The survey is not open"),
    Reason.NO_ROUTE: _("Nothing is set up to send by this way"),
}


def why(reason: str) -> str:
    """The reason in the reader's language; as stored where none is known."""
    return str(WHY[Reason(reason)]) if reason in set(Reason) else reason
