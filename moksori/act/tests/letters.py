"""Customers who wrote by mail, and cases to answer them from."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from moksori.act.models import Case, CaseLetter
from moksori.act.writes.cases import open_case
from moksori.act.writes.letters import Draft, send_answer
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback, Mailbox
from moksori.collect.tests.mails import make_mail, make_mailbox
from moksori.collect.writes.mails import take_mail

CUSTOMER = "customer@customer.example"


def case_of_mail(team: Team, *, by: Member | None = None, **mail: Any) -> Case:
    """A mail of a customer came in, and somebody opened a case."""
    mailbox = Mailbox.objects.filter(unit=team.ours).first()
    take_mail(make_mail(**mail), mailbox=mailbox or make_mailbox(team.ours))
    feedback = Feedback.objects.latest("pk")
    return open_case(feedback, by=by or team.vic).case


def a_draft(case: Case, **changes: Any) -> Draft:
    case.refresh_from_db()
    values: dict[str, Any] = {
        "text": "늦어서 죄송합니다. 오늘 다시 보냈습니다.",
        "subject": "Re: 배송 문의",
        "key": "one",
        "turn": case.turn,
    }
    return Draft(**(values | changes))


def sent_from(case: Case, *, by: Member, **changes: Any) -> CaseLetter:
    """An answer that may leave at once."""
    letter = send_answer(case, a_draft(case, **changes), by=by)
    letter.not_before = timezone.now()
    letter.save()
    return letter
