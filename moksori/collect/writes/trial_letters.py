"""A test of a letter, to the member who is about to send it to customers."""

from __future__ import annotations

from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.asking import letters
from moksori.collect.models import Survey, Way
from moksori.collect.reads.letters import as_test, sample_facts
from moksori.collect.senders.sender import Fate, Message
from moksori.collect.writes import rates
from moksori.collect.writes.handing import line_of
from moksori.collect.writes.invitations import approach_of

MOST_AN_HOUR = 20


def send_trial(survey: Survey, *, language: str, by: Member) -> str:
    """One letter to the member's own address, which is returned; nobody is invited."""
    by.must(Ability.IMPORT, survey)
    facts = sample_facts(survey, approach_of(survey), language=language)
    found = line_of(Way.EMAIL)
    if found is None:
        raise Conflict(_nothing_sends())
    if not rates.passes(f"trial-letter:{by.pk}", limit=MOST_AN_HOUR, seconds=3_600):
        raise UserError(_("That were many tests within an hour. Look at the preview."))
    with found as line:
        outcome = line.hand_over(_message(as_test(facts), by.email))
    if outcome.fate not in {Fate.SENT, Fate.UNSURE}:
        text = _("The mail server did not take the test: {error}")
        raise Conflict(text.format(error=outcome.error))
    audit.record("send_test_letter", survey, by=by, language=facts.language)
    return by.email


def _message(facts: letters.Facts, to: str) -> Message:
    letter = letters.letter(facts)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return Message(
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        reference=make_msgid("test", domain or "localhost"),
        headers={
            "Auto-Submitted": "auto-generated",
            "Content-Language": facts.language,
        },
        from_name=facts.company,
    )


def _nothing_sends() -> str:
    if settings.MOKSORI_DEMO:
        return _("The demo sends nothing to anybody; the preview shows the letter.")
    return _("No mail server is set, so no test can be sent.")
