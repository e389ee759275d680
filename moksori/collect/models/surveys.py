"""Surveys: what is asked, what was published, and what was answered."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models.feedback import Feedback, Source
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.reading import questionnaire_from

# Without vowels and look-alikes: spells no word, and can be read out on the phone.
LETTERS = "23456789bcdfghjkmnpqrstvwxz"
_MOST_READ = 200
_READ: dict[tuple[int, datetime], Questionnaire] = {}


def new_slug() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(10))


class Survey(Gated):
    """A questionnaire of a unit and the place where its answers come in.

    `draft` is what the builder changes; customers see `version`, which never changes.
    `settings` holds how it is shown: {"widget": {…}, "kiosk": {…}}.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _p("survey", "Draft")
        OPEN = "open", _p("survey", "Open")
        PAUSED = "paused", _p("survey", "Paused")
        CLOSED = "closed", _p("survey", "Closed")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=40, unique=True, blank=True)
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    # Made when first published: a draft brings nothing in.
    source = models.OneToOneField(
        Source, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.ForeignKey(
        "SurveyVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    draft = models.JSONField(default=dict)
    # Grows with each change of the draft, so that two builders notice each other.
    draft_number = models.PositiveIntegerField(default=1)
    settings = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="survey_once")
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        self.slug = self.slug or new_slug()
        super().save(**options)


class SurveyVersion(models.Model):
    """What was published, word for word; each response keeps its version.

    `same` are the questions of which its author said that they were only put in
    better words: their numbers go on from the version before.
    """

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    same = models.JSONField(default=list, blank=True)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["survey_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "number"], name="survey_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} · {self.number}"

    @property
    def questionnaire(self) -> Questionnaire:
        """Read once in each process: what is published never changes."""
        key = (self.pk, self.published_at)
        found = _READ.get(key)
        if found is None:
            if len(_READ) >= _MOST_READ:
                _READ.clear()
            found = _READ[key] = questionnaire_from(self.definition)
        return found


class Response(Gated):
    """One customer's way through a survey, kept page by page.

    `answers` maps question ids (of a looped page "q3@option") to values as
    `questionnaires.checks` makes them. The token of the link and the code of the
    receipt rest as keyed hashes; `origin` is one of address and browser, forgotten
    after a month. `flags` doubt the answers, they never remove any.
    """

    class State(models.TextChoices):
        STARTED = "started", _p("response", "Not finished")
        COMPLETE = "complete", _p("response", "Complete")
        OUT = "out", _p("response", "Screened out")
        FULL = "full", _p("response", "Quota full")
        WITHDRAWN = "withdrawn", _p("response", "Withdrawn")

    class Channel(models.TextChoices):
        WEB = "web", _p("response", "Link")
        WIDGET = "widget", _p("response", "Widget")
        QR = "qr", _p("response", "QR code")
        KIOSK = "kiosk", _p("response", "Kiosk")
        EMAIL = "email", _p("response", "E-mail")
        SMS = "sms", _p("response", "Text message")
        PHONE = "phone", _p("response", "Phone")
        OFFLINE = "offline", _p("response", "Offline")
        PAPER = "paper", _p("response", "Paper")
        API = "api", _p("response", "API")

    gate_unit = "survey__unit_id"

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="responses", db_index=False
    )
    version = models.ForeignKey(
        SurveyVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    token_hash = models.CharField(max_length=64, unique=True)
    receipt_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.STARTED
    )
    channel = models.CharField(
        max_length=10, choices=Channel.choices, default=Channel.WEB
    )
    language = models.CharField(max_length=8)
    variant = models.CharField(max_length=40, blank=True)
    seed = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    # Who and what it is about, told by a signed link: customer, account, product …
    about = models.JSONField(default=dict, blank=True)
    step = models.CharField(max_length=90, blank=True)  # the last one saved
    seconds = models.JSONField(default=dict, blank=True)  # by step
    flags = models.JSONField(default=list, blank=True)
    origin = models.CharField(max_length=32, blank=True)
    # The name that a program gave it, so that what is sent twice is taken once.
    # None for all others: only so a partial index is of use to both databases.
    external_id = models.CharField(max_length=200, null=True)
    feedback = models.OneToOneField(
        Feedback, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "external_id"],
                condition=Q(external_id__isnull=False),
                name="response_sent_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["survey", "state", "finished_at"], name="response_finished"
            ),
            models.Index(
                fields=["survey", "origin"],
                name="response_origin",
                condition=~Q(origin=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} · {self.pk}"

    @property
    def unit_id(self) -> int:
        return self.survey.unit_id

    @property
    def is_open(self) -> bool:
        return self.state == self.State.STARTED


class Wording(models.Model):
    """That a complete response holds a text: where several do, it was copied.

    The digest is of letters and digits alone, so blanks and signs make no difference.
    """

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    response = models.ForeignKey(
        Response, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "digest"], name="wording_once")
        ]
        indexes = [models.Index(fields=["survey", "digest"], name="wording_same")]

    def __str__(self) -> str:
        return f"{self.response_id} · {self.digest}"


class QuotaCount(models.Model):
    """How many complete responses count against a quota, over all versions."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="quotas")
    quota = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=0)
    over = models.PositiveIntegerField(default=0)  # beyond one that only flags

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "quota"], name="quota_once")
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} · {self.quota}: {self.count}"


class Upload(Gated):
    """A file that a customer gave as an answer; `key` stands in the answers."""

    gate_unit = "response__survey__unit_id"

    response = models.ForeignKey(
        Response, on_delete=models.CASCADE, related_name="uploads"
    )
    question = models.CharField(max_length=90)
    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Rate(models.Model):
    """How often something happened in a window of time: limits that hold together.

    `key` is a keyed hash where it stands for a person's address.
    """

    key = models.CharField(max_length=80)
    window = models.BigIntegerField()  # its start, in seconds
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "window"], name="rate_once")
        ]
        indexes = [models.Index(fields=["window"], name="rate_window")]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
