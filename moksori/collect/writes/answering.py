"""Answers of customers: each page kept as it is sent, the whole stored once.

Nothing is written before the first page is sent: looking at a survey leaves no trace.
A page that is sent twice, or again after the server died, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.errors import UserError
from moksori.base.jobs.courtesy import customer_is_here
from moksori.collect.answering.tokens import (
    Begin,
    Forged,
    Screen,
    receipt_hash,
    receipt_of,
    seed_of,
    token_hash,
)
from moksori.collect.models import Invitation, Response, Survey, SurveyVersion
from moksori.collect.quality import Flag
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.checks import Checked, check, hidden, saved
from moksori.collect.questionnaires.definition import UPLOADS, Question
from moksori.collect.questionnaires.fields import Raw
from moksori.collect.reads.answering import next_step, state_of
from moksori.collect.tables.messages import Message
from moksori.collect.writes import finishing, rates, response_rows
from moksori.collect.writes.filing import Filed, file_answers
from moksori.collect.writes.queueing import Line

State = Response.State
Files = Mapping[str, Sequence[UploadedFile[Any]]]
BEGINS_A_MINUTE = 30
_CHANGING = ("answers", "step", "seconds", "flags", "language", "changed_at", "state",
             "finished_at", "feedback")  # fmt: skip
SLOWEST = 3_600.0  # seconds on one page; beyond, somebody went away


@dataclass(frozen=True, slots=True)
class Sent:
    """A page as it came back. `seen` are questions that a script brought out on it."""

    screen: Screen
    raw: Raw
    language: str
    files: Files = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    goes_back: bool = False
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a page: the step to show next ("" at the end), and what is wrong."""

    response: Response
    step: str = ""
    problems: Mapping[str, Message] = field(default_factory=dict)
    more: str = ""  # the same page again, for this question came out by an answer


@dataclass(frozen=True, slots=True)
class Sender:
    """Who begins, as keyed hashes; `proof` names a challenge that was met."""

    origin: str
    place: str
    proof: str = ""


class Busy(UserError):
    """A proof is asked for before more is taken from one place."""

    status = 429
    code = "busy"


def begin(started: Begin, sent: Sent, *, survey: Survey, sender: Sender) -> Outcome:
    """The first page: the response begins with it.

    Raises Busy where so many came from one place that a proof is due.
    """
    now = timezone.now()
    customer_is_here()
    response = _fresh(started, sent, survey, sender, now)
    try:
        if _goes_alone(response, sent):
            with transaction.atomic():
                response.flags = finishing.with_flags([], _let_in(survey, sender))
                response.save(force_insert=True)
                _answer_invitation(response)
                return _keep(response, _worked(response, sent, now), now)
        first = _First(response, _worked(response, sent, now), sender, now)
        if not _firsts.put(first):
            raise _busy()
        return first.worked.outcome
    except IntegrityError:  # sent twice: the unique hash of the token says so
        with transaction.atomic():
            found = _locked(token_hash(started.token))
            return _keep(found, _worked(found, sent, now), now)


def _goes_alone(response: Response, sent: Sent) -> bool:
    """Other rows are going to point to it; or it counts in quotas, which on PostgreSQL
    two processes could take in another order and wait for each other."""
    counts = bool(response.version.questionnaire.quotas)
    points = bool(sent.files or response.about)
    return points or (counts and connection.vendor == "postgresql")


def _fresh(
    started: Begin, sent: Sent, survey: Survey, sender: Sender, now: datetime
) -> Response:
    version = _version(survey, started.version)
    return Response(
        survey=survey,
        version=version,
        token_hash=token_hash(started.token),
        receipt_hash=receipt_hash(receipt_of(started.token)),
        channel=started.channel,
        language=sent.language,
        variant=started.variant,
        seed=seed_of(started.token),
        answers=hidden(version.questionnaire, started.told),
        about=started.about,
        origin=sender.origin,
        started_at=min(sent.screen.at, now),
        changed_at=now,
    )


def _version(survey: Survey, id: int) -> SurveyVersion:
    """What the customer had in front of them, published anew since or not."""
    if survey.version is not None and survey.version_id == id:
        return survey.version
    try:
        return SurveyVersion.objects.defer("definition").get(pk=id, survey=survey)
    except SurveyVersion.DoesNotExist:  # signed for another survey
        raise Forged from None


@transaction.atomic
def save_page(response: Response, sent: Sent) -> Outcome:
    """A later page, or an earlier one again."""
    now = timezone.now()
    customer_is_here()
    found = _locked(response.token_hash)
    return _keep(found, _worked(found, sent, now), now)


def _locked(hashed: str) -> Response:
    return (
        Response.objects.select_for_update(of=("self",))
        .select_related("survey", "survey__source", "version")
        .defer("survey__draft", "version__definition")
        .get(token_hash=hashed)
    )


@dataclass(frozen=True, slots=True)
class Worked:
    """What a page comes to, before it is written."""

    outcome: Outcome
    drawn: finishing.Drawn | None = None
    is_unchanged: bool = False


def _worked(response: Response, sent: Sent, now: datetime) -> Worked:
    """Take the answers of a page into the response; only files are written here."""
    if response.state != State.STARTED:
        return Worked(Outcome(response), is_unchanged=True)
    response.language = sent.language
    q = response.version.questionnaire
    walked = flow.walked(q, state_of(response))
    if (
        walked.step(sent.screen.step) is None
    ):  # an answer given meanwhile, in another window, led elsewhere
        found = next_step(response)
        return Worked(Outcome(response, found.key if found else ""))
    walked, again = _saved(response, walked, sent)
    response.changed_at = now
    _note_time(response, sent, now)
    response.flags = finishing.with_flags(response.flags, sent.flags)
    return Worked(again) if again else _onward(response, walked, sent, now)


def _keep(response: Response, worked: Worked, now: datetime) -> Outcome:
    """Write it, within the caller's transaction."""
    if worked.is_unchanged:
        return worked.outcome
    if worked.drawn is not None:
        finishing.settle(response, worked.drawn, now)
    if response.pk is None:
        response.save(force_insert=True)
    else:
        response.save(update_fields=_CHANGING)
    return worked.outcome


def _saved(
    response: Response, walked: flow.Walked, sent: Sent
) -> tuple[flow.Walked, Outcome | None]:
    """Keep what fits: the path as it is now, and an outcome where this page has to be
    shown again."""
    q, key = response.version.questionnaire, sent.screen.step
    problems: dict[str, Message] = {}
    done: set[str] = set()
    now_shown = walked.step(key)
    more = ""
    # An answer may bring out a question on this same page, and that another one.
    while now_shown is not None:
        fresh = [one for one in now_shown.questions if one.id not in done]
        if not fresh:
            break
        for question in fresh:
            done.add(question.id)
            if (
                question.id not in sent.seen
                and question.id not in sent.screen.questions
            ):
                more = more or question.id
                continue
            checked = _checked(response, question, sent)
            if checked.problem:
                problems[question.id] = checked.problem
            else:
                response.answers = saved(response.answers, question, checked)
        walked = flow.walked(q, state_of(response))
        now_shown = walked.step(key)
    if sent.goes_back or not (problems or more):
        return walked, None
    again = Outcome(response, key, problems, more="" if problems else more)
    return walked, again


def _checked(response: Response, question: Question, sent: Sent) -> Checked:
    if question.type not in UPLOADS:
        return check(question, sent.raw, language=sent.language)
    try:
        filed: Filed = file_answers(
            response, question, kept=sent.raw.get(question.id, ()),
            fresh=sent.files.get(question.id, ()),
        )  # fmt: skip
    except UserError as error:
        return Checked(problem=Message("{problem}", {"problem": str(error)}))
    raw = {**sent.raw, question.id: list(filed.keys)}
    checked = check(question, raw, language=sent.language)
    filed.settle(keep=checked.problem is None)
    return checked


def _onward(
    response: Response, walked: flow.Walked, sent: Sent, now: datetime
) -> Worked:
    step = sent.screen.step
    if sent.goes_back:
        q = response.version.questionnaire
        before = flow.step_before(q, state_of(response), step)
        return Worked(Outcome(response, before.key if before else step))
    response.step = step
    following = walked.after(step)
    if isinstance(following, flow.Step):
        if finishing.is_full(response):
            finishing.turn_away(response, State.FULL, now)
            return Worked(Outcome(response))
        return Worked(Outcome(response, following.key))
    drawn = finishing.draw_up(response, walked, following or flow.End.END, now)
    return Worked(Outcome(response), drawn)


def _note_time(response: Response, sent: Sent, now: datetime) -> None:
    """Seconds in front of this page, all visits together."""
    spent = min(sent.screen.seconds(now), SLOWEST)
    before = float(response.seconds.get(sent.screen.step, 0))
    response.seconds = {
        **response.seconds, sent.screen.step: round(before + spent, 1)
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _First:
    """A first page, worked out and not yet written."""

    response: Response
    worked: Worked
    sender: Sender
    now: datetime

    @property
    def place(self) -> str:
        return f"begin:{self.response.survey_id}:{self.sender.place}"


def _write_firsts(firsts: Sequence[_First]) -> list[bool]:
    """Write first pages that came at once; which were let in.

    Schools and offices share one address, so beyond the limit a proof will do.
    """
    places = [one.place for one in firsts]
    free = rates.passing(places, limit=BEGINS_A_MINUTE, seconds=60)
    are_let_in = []
    for one in firsts:
        is_free = free[one.place] > 0
        free[one.place] -= 1
        if not is_free and _is_proven(one.sender):
            flags = [Flag("challenged")]
            one.response.flags = finishing.with_flags(one.response.flags, flags)
            is_free = True
        are_let_in.append(is_free)
    taken = list(compress(firsts, are_let_in))
    finishing.settle_all(
        [(one.response, one.worked.drawn, one.now) for one in taken
         if one.worked.drawn is not None]
    )  # fmt: skip
    response_rows.insert([one.response for one in taken])
    return are_let_in


_firsts = Line(_write_firsts)


def _let_in(survey: Survey, sender: Sender) -> list[Flag]:
    place = f"begin:{survey.pk}:{sender.place}"
    if rates.passes(place, limit=BEGINS_A_MINUTE, seconds=60):
        return []
    if _is_proven(sender):
        return [Flag("challenged")]
    raise _busy()


def _is_proven(sender: Sender) -> bool:
    """Whether a challenge was met; each counts once."""
    key = f"proof:{sender.proof}"
    return bool(sender.proof) and rates.passes(key, limit=1, seconds=86_400)


def _busy() -> Busy:
    return Busy(
        _("Many answers come from your network at this moment. One more step, so that "
          "we know a person is answering; what you entered is still here.")
    )  # fmt: skip


def _answer_invitation(response: Response) -> None:
    number = str(response.about.get("invitation", ""))
    if number.isdigit():
        Invitation.objects.filter(
            pk=int(number), survey=response.survey, response=None
        ).update(response=response)
