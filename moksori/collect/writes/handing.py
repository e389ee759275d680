"""An invitation as a message, and the line on which it goes out."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from email.utils import parseaddr

from django.conf import settings

from moksori.base.sealed import unseal
from moksori.collect.answering.tokens import invited_token, seed_of
from moksori.collect.asking import letters
from moksori.collect.asking.tokens import (
    INVITATION,
    PREFERENCES,
    RETURNED,
    token,
)
from moksori.collect.models import Approach, Invitation, Mailbox, Route, Way
from moksori.collect.questionnaires.order import variant_of
from moksori.collect.reads.names import Asker, asker
from moksori.collect.senders import senders
from moksori.collect.senders.sender import Line, Message


def line_of(way: str) -> AbstractContextManager[Line] | None:
    """The line for this way; None where nothing is set up that sends by it."""
    if way == Way.EMAIL:
        if not settings.MOKSORI_MAIL_IS_SENT:
            return None
        return senders()["email"].line({})
    route = Route.objects.filter(way=way, is_active=True).first()
    if route is None or route.kind not in senders():
        return None
    secrets = json.loads(unseal(route.secrets)) if route.secrets else {}
    return senders()[route.kind].line({**route.settings, **secrets})


class Writer:
    """Writes messages; what all of a survey's have in common is looked up once."""

    def __init__(self) -> None:
        self._words: dict[int, dict[str, dict[str, str]]] = {}
        self._mailboxes: dict[int, str] = {}
        self._askers: dict[int, Asker] = {}

    def message(self, invitation: Invitation) -> Message:
        """What the customer gets, in their language."""
        contact, version = invitation.contact, invitation.survey.version
        if contact is None or version is None:
            raise ValueError("Nobody to write to, or nothing to ask.")
        q = version.questionnaire
        language = (
            contact.language if contact.language in q.languages else q.languages[0]
        )
        seed = seed_of(invited_token(str(invitation.root_id)))
        facts = letters.Facts(
            questionnaire=q,
            language=language,
            name=contact.name,
            company=self._asker_of(invitation).said(language),
            link=link_of(invitation),
            stop=stop_of(invitation),
            words=self._words_of(invitation).get(language, {}),
            reminder=invitation.reminder,
            seed=seed,
            variant=variant_of(q.variants, seed),
        )
        if invitation.way == Way.EMAIL:
            return self._mail(invitation, facts, contact.email)
        return Message(
            to=contact.phone,
            text=letters.short(facts),
            reference=f"moksori-{invitation.pk}",
            facts={
                "link": facts.link,
                "name": contact.name,
                "survey": letters.title(facts),
            },
        )

    def _mail(self, invitation: Invitation, facts: letters.Facts, to: str) -> Message:
        letter = letters.letter(facts)
        back = returns_to(invitation, self._mailbox_of(invitation))
        return Message(
            to=to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            reference=reference_of(invitation),
            headers=_headers(facts, back),
            from_name=facts.company,
            returns_to=back,
        )

    def _words_of(self, invitation: Invitation) -> dict[str, dict[str, str]]:
        survey = invitation.survey_id
        if survey not in self._words:
            row = Approach.objects.filter(survey=survey).first()
            self._words[survey] = row.words if row else {}
        return self._words[survey]

    def _asker_of(self, invitation: Invitation) -> Asker:
        survey = invitation.survey
        if survey.pk not in self._askers:
            self._askers[survey.pk] = asker(survey)
        return self._askers[survey.pk]

    def _mailbox_of(self, invitation: Invitation) -> str:
        """Where the survey's unit hears replies; else the nearest unit above."""
        unit = invitation.survey.unit
        if unit.pk not in self._mailboxes:
            above = [*reversed(unit.ancestor_ids())]
            rows = Mailbox.objects.filter(unit__in=above, is_paused=False)
            found = dict(rows.values_list("unit_id", "address"))
            nearest = (found[one] for one in above if one in found)
            self._mailboxes[unit.pk] = next(nearest, "")
        return self._mailboxes[unit.pk]


def link_of(invitation: Invitation) -> str:
    """Where the customer answers; all reminders lead to the same response."""
    signed = token(INVITATION, invitation.root_id)
    return f"{settings.MOKSORI_BASE_URL}/i/{signed}/"


def stop_of(invitation: Invitation) -> str:
    """Where they say no, or what they want instead."""
    signed = token(PREFERENCES, invitation.address_id)
    return f"{settings.MOKSORI_BASE_URL}/i/stop/{signed}/"


def reference_of(invitation: Invitation) -> str:
    """The Message-ID: the same whenever the same invitation is handed over again."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    signed = token(RETURNED, invitation.pk)
    return f"<ask.{signed}@{domain or 'localhost'}>"


def returns_to(invitation: Invitation, mailbox: str) -> str:
    """Where bounces and replies go: says by itself to which invitation (VERP)."""
    name, _at, domain = mailbox.partition("@")
    signed = token(RETURNED, invitation.pk)
    return f"{name}+b-{signed}@{domain}" if domain else ""


def _headers(facts: letters.Facts, back: str) -> dict[str, str]:
    found = {
        "List-Unsubscribe": f"<{facts.stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": facts.language,
    }
    return {**found, "Reply-To": back} if back else found
