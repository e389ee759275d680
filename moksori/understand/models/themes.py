"""Themes, how they were learned, and what is new beside them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import pgettext_lazy as _p

from moksori.understand.models.affiliates import OfAffiliate


class Theme(OfAffiliate):
    """What mentions are about; keeps its identity when themes are learned again.

    The tree has two levels: groups (`is_group`), and the themes in them, whose `parent`
    is their group. Mentions belong to themes, never to groups.

    `center` is a float32 unit vector, `spread` the mean cosine of its mentions to it;
    `words` are distinctive words, best first. A general theme gathers what could be
    said about anything; it is shown, but nothing to act upon.

    What people taught survives learning: a theme with `anchors` (float32 unit rows, of
    the topical vectors of the `examples` in its `definition`, or of the parts it was
    split off with) takes what is nearer to one of them than to any learned theme; the
    `words` in its definition take whatever contains one of them.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _p("theme", "In use")
        MERGED = "merged", _p("theme", "Merged")
        ARCHIVED = "archived", _p("theme", "Archived")

    class NamedBy(models.TextChoices):
        MACHINE = "machine", _p("theme", "Named by the system")
        MODEL = "model", _p("theme", "Named by a language model")
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
    description_ko = models.CharField(max_length=200, blank=True)
    description_en = models.CharField(max_length=200, blank=True)
    words = models.JSONField(default=list)
    is_group = models.BooleanField(default=False)
    definition = models.JSONField(default=dict, blank=True)
    anchors = models.BinaryField(null=True)
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

    @property
    def description(self) -> str:
        if get_language() == "en" and self.description_en:
            return self.description_en
        return self.description_ko


class ThemeRun(OfAffiliate):
    """One learning of themes: on what, how, and what became of the themes before.

    `state` is the fitted estimator (arrays, as `numpy.savez_compressed` writes them);
    `labels` names, in its order, the themes that it tells apart. `changes` says what
    became of each theme ({"theme", "what", "name", "sample", "before"}), `candidates`
    which numbers of themes were considered and why this one was taken.
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
    changes = models.JSONField(default=list)
    candidates = models.JSONField(default=list)

    class Meta:
        ordering = ["unit_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="theme_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} · {self.number}"


class Emerging(OfAffiliate):
    """Something new that fits no theme: one alert that grows while it grows.

    `center` is a float32 unit vector of the topical words, and what is near it lies
    within `radius` (one minus the cosine). `mentions` and `feedback` count what is near
    it since `first_day`; `copies` of these repeat another one. `weeks` are counts of
    twenty-six weeks, the last one first; `typical` the ids of mentions that stand for
    it, `near` those of the newest ones, of which members see what they may read.
    `evidence` says how it was found: see `writes.emerging.Evidence`.
    """

    class State(models.TextChoices):
        NEW = "new", _p("emerging", "New")
        ADOPTED = "adopted", _p("emerging", "Made a theme")
        DISMISSED = "dismissed", _p("emerging", "Set aside")
        FADED = "faded", _p("emerging", "Faded")

    name_ko = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    words = models.JSONField(default=list)
    center = models.BinaryField()
    radius = models.FloatField()
    first_day = models.DateField()
    last_day = models.DateField()
    mentions = models.PositiveIntegerField(default=0)
    feedback = models.PositiveIntegerField(default=0)
    copies = models.PositiveIntegerField(default=0)
    typical = models.JSONField(default=list)
    weeks = models.JSONField(default=list)
    near = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-mentions", "id"]
        indexes = [models.Index(fields=["unit", "state"], name="emerging_open")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        if get_language() == "en" and self.name_en:
            return self.name_en
        return self.name_ko
