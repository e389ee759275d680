"""Themes, mentions, pain points, and what search looks through."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated, GatedQuerySet
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback

if TYPE_CHECKING:
    from moksori.base.people.scope import Scope

M = TypeVar("M", bound=models.Model)

MENTIONS_PER_FEEDBACK = 1_000
BAD = -0.35


def affiliate_id(path: str) -> int:
    """The unit whose themes feedback at `path` belongs to: below the root, or the root.

    Themes are shared by an affiliate, so that its teams speak of the same things.
    """
    ids = [int(part) for part in path.split("/") if part]
    return ids[1] if len(ids) > 1 else ids[0]


def affiliates_of(scope: Scope) -> frozenset[int]:
    """The affiliates that a scope touches, wholly or in part."""
    paths = Unit.objects.filter(pk__in=scope.units).values_list("path", flat=True)
    return frozenset(affiliate_id(path) for path in paths)


class AffiliateQuerySet(GatedQuerySet[M]):
    """Rows that belong to an affiliate and are seen by whoever works within it."""

    def visible_to(self, member: Member, ability: Ability = Ability.READ) -> Self:
        """Seen from within the affiliate, or from above it."""
        return self.filter(unit_id__in=affiliates_of(member.scope(ability)))


class OfAffiliate(Gated):
    """A kind of object that an affiliate shares."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Self]] = AffiliateQuerySet.as_manager()

    class Meta:
        abstract = True


class Theme(OfAffiliate):
    """What mentions are about; keeps its identity when themes are learned again.

    `center` is a float32 unit vector, `spread` the mean cosine of its mentions to it;
    `words` are distinctive words, best first. A general theme gathers what could be
    said about anything; it is shown, but nothing to act upon.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _p("theme", "In use")
        MERGED = "merged", _p("theme", "Merged")
        ARCHIVED = "archived", _p("theme", "Archived")

    class NamedBy(models.TextChoices):
        MACHINE = "machine", _p("theme", "Named by the system")
        PERSON = "person", _p("theme", "Named by a person")

    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="children",
    )
    name_ko = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    named_by = models.CharField(
        max_length=8, choices=NamedBy.choices, default=NamedBy.MACHINE
    )
    description = models.TextField(blank=True)
    words = models.JSONField(default=list)
    is_general = models.BooleanField(default=False)
    center = models.BinaryField()
    spread = models.FloatField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    born_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["unit", "state"], name="theme_in_use")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        if get_language() == "en" and self.name_en:
            return self.name_en
        return self.name_ko


class ThemeRun(OfAffiliate):
    """One learning of themes: on what, how, and what became of the themes before.

    `state` is the fitted estimator (arrays, as `numpy.savez_compressed` writes them);
    `labels` names, in its order, the themes that it tells apart.
    """

    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    seed = models.IntegerField()
    encoder = models.CharField(max_length=60)
    feedback = models.BigIntegerField()
    sample = models.PositiveIntegerField()
    kept = models.PositiveIntegerField(default=0)
    born = models.PositiveIntegerField(default=0)
    archived = models.PositiveIntegerField(default=0)
    state = models.BinaryField()
    labels = models.JSONField(default=list)

    class Meta:
        ordering = ["unit_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="theme_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} · {self.number}"


class Mention(Gated):
    """A span of a feedback's text that says one thing.

    The id follows from feedback and position, so that a repeated enrichment changes
    nothing. `day` repeats the feedback's, so that the newest words about a theme are
    one walk along an index.
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

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["theme", "kind", "-day"], name="mention_newest")
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


class PainPoint(OfAffiliate):
    """A theme, in a segment, that hurts, and what the organisation does about it.

    `segment` holds attribute → value; empty means everywhere. `complaint_ko` and
    `complaint_en` say what hurts in words of those who complain ("" where nothing
    stands out); they are found anew at `named_at`.
    """

    class State(models.TextChoices):
        DETECTED = "detected", _p("state", "New")
        TRIAGED = "triaged", _p("state", "Seen")
        PLANNED = "planned", _p("state", "Planned")
        ACTING = "acting", _p("state", "Being improved")
        VERIFYING = "verifying", _p("state", "Being watched")
        RESOLVED = "resolved", _p("state", "Resolved")
        REOPENED = "reopened", _p("state", "Came back")

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="pains")
    segment = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.DETECTED
    )
    owner = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    detected_at = models.DateTimeField()
    complaint_ko = models.CharField(max_length=120, blank=True)
    complaint_en = models.CharField(max_length=120, blank=True)
    named_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "segment"], name="pain_point_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def complaint(self) -> str:
        if get_language() == "en" and self.complaint_en:
            return self.complaint_en
        return self.complaint_ko

    @property
    def name(self) -> str:
        """The subject and what hurts about it: "Story — predictable"."""
        return " — ".join(part for part in (self.theme.name, self.complaint) if part)


class SavedView(models.Model):
    """A page with its filters, kept by a member under a name."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "page", "name"], name="saved_view_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


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
