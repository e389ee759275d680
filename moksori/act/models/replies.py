"""What goes out to the customer of a case, what helps to write it, what comes back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.act.models.cases import Case
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models import Feedback


class CaseLetter(Gated):
    """One answer to the customer as it went out; it is kept as it was.

    `key` names the attempt of one form, so that sending twice sends once. The address
    is sealed. SENDING is written before the mail server hears a word: who dies in
    between leaves UNSURE, and only a person sends again.
    """

    class Way(models.TextChoices):
        MAIL = "mail", _p("answer", "E-mail")
        LETTER = "letter", _p("answer", "Letter on paper")
        NOTED = "noted", _p("answer", "Said elsewhere, and noted here")

    class State(models.TextChoices):
        WAITING = "waiting", _p("letter", "About to leave")
        SENDING = "sending", _p("letter", "Leaving")
        SENT = "sent", _p("letter", "Sent")
        TAKEN_BACK = "taken_back", _p("letter", "Taken back")
        REFUSED = "refused", _p("letter", "The address does not exist")
        FAILED = "failed", _p("letter", "Could not be sent")
        UNSURE = "unsure", _p("letter", "Perhaps sent")
        KEPT = "kept", _p("letter", "Kept here: there is no mail server")

    gate_unit = "case__unit_id"
    gate_region = "case__region_id"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    key = models.CharField(max_length=40)
    way = models.CharField(max_length=6, choices=Way.choices)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    language = models.CharField(max_length=8, default="ko")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    quoted = models.TextField(blank=True)  # the customer's own words, as quoted
    address = models.TextField(blank=True)
    answers_to = models.CharField(max_length=400, blank=True)  # a Message-ID
    by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="case_letter_once"),
            # Two people who answer the same customer embarrass both.
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["waiting", "sending"]),
                name="one_letter_leaves",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="letter_waiting",
                condition=Q(state="waiting"),
            )
        ]

    def __str__(self) -> str:
        return self.subject or self.text[:80]

    @property
    def unit_id(self) -> int:
        return self.case.unit_id


class CaseReturn(Gated):
    """What the customer said after our answer: a feedback that belongs to a case."""

    gate_unit = "case__unit_id"
    gate_region = "case__region_id"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="returns")
    feedback = models.OneToOneField(
        Feedback, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.feedback_id}"


class CaseRating(Gated):
    """What the customer thinks of our answer; the last word counts, all are logged."""

    gate_unit = "case__unit_id"
    gate_region = "case__region_id"

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="rating")
    letter = models.ForeignKey(
        CaseLetter, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_solved = models.BooleanField()
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.is_solved}"


class ReplyTemplate(Gated):
    """Words to begin an answer with, in each language; `texts` maps "ko" to a pair."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    texts = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="reply_template_once")
        ]

    def __str__(self) -> str:
        return self.name


class Macro(Gated):
    """Steps that belong together, done with one button: owner, state, note, words."""

    class Owner(models.TextChoices):
        KEEP = "", _p("macro", "leave as it is")
        ME = "me", _p("macro", "me")
        REMIT = "remit", _p("macro", "whom it concerns and who has time")

    class Then(models.TextChoices):
        KEEP = "", _p("macro", "leave as it is")
        WAIT = "wait", _p("macro", "waiting for others")
        CLOSE = "close", _p("macro", "closed")

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    owner = models.CharField(max_length=8, choices=Owner.choices, blank=True)
    then = models.CharField(max_length=8, choices=Then.choices, blank=True)
    note = models.TextField(blank=True)  # a comment; the reason where it closes
    template = models.ForeignKey(
        ReplyTemplate, null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="macro_once")
        ]

    def __str__(self) -> str:
        return self.name


class Presence(Gated):
    """That a member has a case open, and whether they are writing to the customer."""

    gate_unit = "case__unit_id"
    gate_region = "case__region_id"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    wrote_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "member"], name="presence_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.member_id}"
