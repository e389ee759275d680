"""Mentions, and what is kept to find them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.collect.models import Feedback
from moksori.understand.models.themes import Theme

MENTIONS_PER_FEEDBACK = 1_000
BAD = -0.35


class Mention(Gated):
    """A span of a feedback's text that says one thing.

    The id follows from feedback and position, so that a repeated enrichment changes
    nothing. `day` repeats the feedback's, so that the newest words about a theme are
    one walk along an index. `flags` sums `analysis.flags` bits (danger to people,
    fire, law, self-harm, urgent). `key` is `analysis.duplicates.text_key` of the words.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _p("kind", "Complaint")
        PRAISE = "praise", _p("kind", "Praise")
        REQUEST = "request", _p("kind", "Request")
        QUESTION = "question", _p("kind", "Question")
        OTHER = "other", _p("kind", "Other")

    gate_unit = "feedback__unit_id"
    gate_region = "feedback__region_id"

    id = models.BigIntegerField(primary_key=True)
    feedback = models.ForeignKey(
        Feedback, on_delete=models.CASCADE, related_name="mentions"
    )
    position = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    day = models.DateField()
    language = models.CharField(max_length=8, blank=True)
    sentiment = models.FloatField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    theme = models.ForeignKey(
        Theme, null=True, on_delete=models.SET_NULL, related_name="mentions"
    )
    confidence = models.FloatField(null=True)
    flags = models.PositiveSmallIntegerField(default=0)
    key = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["theme", "kind", "-day"], name="mention_newest"),
            models.Index(
                fields=["-day"],
                name="mention_flagged",
                condition=models.Q(flags__gt=0),
            ),
            models.Index(fields=["key"], name="mention_same_words"),
        ]

    def __str__(self) -> str:
        return f"{self.feedback_id} · {self.position}"

    @property
    def is_negative(self) -> bool:
        return is_negative(self.kind, self.sentiment)


def is_negative(kind: str, sentiment: float) -> bool:
    """Whether a mention counts as a complaint: it is one, or it plainly feels bad.

    "Why was I charged twice?!" is a question, and it hurts.
    """
    return kind == Mention.Kind.COMPLAINT or sentiment <= BAD


class SearchText(models.Model):
    """The tokens of a feedback, which an index of the database keeps in order.

    A full-text index without its text cannot forget on the SQLite of Debian 12, so
    the tokens are kept; triggers (SQLite) or a generated column (PostgreSQL) follow.
    """

    feedback = models.OneToOneField(
        Feedback, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    tokens = models.TextField()

    def __str__(self) -> str:
        return self.tokens[:80]


class TextVector(models.Model):
    """A vector kept because its encoder is slow: by text and by encoder.

    `key` is `analysis.duplicates.text_key` of the text that was encoded, `encoder` the
    name and version that made it; the vector is float16.
    """

    key = models.BigIntegerField()
    encoder = models.CharField(max_length=60)
    vector = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["encoder", "key"], name="text_vector_once")
        ]

    def __str__(self) -> str:
        return f"{self.encoder} {self.key}"
