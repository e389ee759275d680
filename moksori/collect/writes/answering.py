"""Answers of customers: each page kept as it is sent, the whole stored once.

Nothing is written before the first page is sent: looking at a survey leaves no trace.
A page that is sent twice, or again after the server died, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.errors import UserError
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
from moksori.collect.writes import finishing, rates
from moksori.collect.writes.filing import Filed, file_answers
from moksori.collect.writes.queueing import turn

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
    response = _fresh(started, sent, survey, sender, now)
    try:
        if sent.files or started.about:  # other rows are going to point to it
            with transaction.atomic():
                response.flags = finishing.with_flags([], _let_in(survey, sender))
                response.save(force_insert=True)
                _answer_invitation(response)
                return _keep(response, _worked(response, sent, now), now)
        worked = _worked(response, sent, now)
        with turn(), transaction.atomic():
            response.flags = finishing.with_flags(
                response.flags, _let_in(survey, sender)
            )
            return _keep(response, worked, now)
    except IntegrityError:  # sent twice: the unique hash of the token says so
        with transaction.atomic():
            found = _locked(token_hash(started.token))
            return _keep(found, _worked(found, sent, now), now)


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
    step = flow.step(q, state_of(response), sent.screen.step)
    if step is None:  # an answer given meanwhile, in another window, led elsewhere
        found = next_step(response)
        return Worked(Outcome(response, found.key if found else ""))
    again = _saved(response, step, sent)
    response.changed_at = now
    _note_time(response, sent, now)
    response.flags = finishing.with_flags(response.flags, sent.flags)
    return Worked(again) if again else _onward(response, step, sent, now)


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


def _saved(response: Response, step: flow.Step, sent: Sent) -> Outcome | None:
    """Keep what fits. An outcome where this page has to be shown again."""
    q = response.version.questionnaire
    problems: dict[str, Message] = {}
    done: set[str] = set()
    now_shown: flow.Step | None = step
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
        now_shown = flow.step(q, state_of(response), step.key)
    if sent.goes_back or not (problems or more):
        return None
    return Outcome(response, step.key, problems, more="" if problems else more)


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


def _onward(response: Response, step: flow.Step, sent: Sent, now: datetime) -> Worked:
    q, state = response.version.questionnaire, state_of(response)
    if sent.goes_back:
        before = flow.step_before(q, state, step.key)
        return Worked(Outcome(response, before.key if before else step.key))
    response.step = step.key
    following = flow.step_after(q, state, step.key)
    if isinstance(following, flow.Step):
        if finishing.is_full(response):
            finishing.turn_away(response, State.FULL, now)
            return Worked(Outcome(response))
        return Worked(Outcome(response, following.key))
    drawn = finishing.draw_up(response, following or flow.End.END, now)
    return Worked(Outcome(response), drawn)


def _note_time(response: Response, sent: Sent, now: datetime) -> None:
    """Seconds in front of this page, all visits together."""
    spent = min(sent.screen.seconds(now), SLOWEST)
    before = float(response.seconds.get(sent.screen.step, 0))
    response.seconds = {
        **response.seconds, sent.screen.step: round(before + spent, 1)
    }  # fmt: skip


def _let_in(survey: Survey, sender: Sender) -> list[Flag]:
    """Schools and offices share one address, so beyond the limit a proof will do."""
    key = f"begin:{survey.pk}:{sender.place}"
    if rates.passes(key, limit=BEGINS_A_MINUTE, seconds=60):
        return []
    if sender.proof and rates.passes(f"proof:{sender.proof}", limit=1, seconds=86_400):
        return [Flag("challenged")]
    raise Busy(
        _("Many answers come from your network at this moment. One more step, so that "
          "we know a person is answering; what you entered is still here.")
    )  # fmt: skip


def _answer_invitation(response: Response) -> None:
    number = str(response.about.get("invitation", ""))
    if number.isdigit():
        Invitation.objects.filter(
            pk=int(number), survey=response.survey, response=None
        ).update(response=response)
