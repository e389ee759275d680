"""Scans of printed questionnaires: what came in, what was read, what people decided."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models.paper import Sheet
from moksori.collect.models.surveys import Survey


class ScanBatch(Gated):
    """What came together: one upload, one mail, one round of the watched folder."""

    class Way(models.TextChoices):
        UPLOAD = "upload", _p("scans", "Uploaded")
        CAMERA = "camera", _p("scans", "Phone camera")
        FOLDER = "folder", _p("scans", "Watched folder")
        MAIL = "mail", _p("scans", "E-mail")
        API = "api", _p("scans", "Program")

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    way = models.CharField(max_length=8, choices=Way.choices)
    name = models.CharField(max_length=200, blank=True)
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="scans_list")]

    def __str__(self) -> str:
        return self.name or f"{self.get_way_display()} {self.pk}"


class ScanFile(Gated):
    """One file as it came. Its bytes lie on disk until all pages are taken out.

    `problem` is `{"why": …, "facts": {…}}` of `reading.troubles`. A file that came
    before (by its bytes, in the same unit) is REPEATED, and nothing is read.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _p("scan file", "Waiting")
        OPENED = "opened", _p("scan file", "Being read")
        DONE = "done", _p("scan file", "Read")
        FAILED = "failed", _p("scan file", "Could not be read")
        REPEATED = "repeated", _p("scan file", "Came before")

    gate_unit = "batch__unit_id"

    batch = models.ForeignKey(
        ScanBatch, on_delete=models.CASCADE, related_name="files", db_index=False
    )
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    is_kept = models.BooleanField(default=True)  # the bytes, on disk
    pages = models.PositiveIntegerField(default=0)  # taken out so far
    problem = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "sha256"], name="scan_file_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="scan_file_bytes"),
            models.Index(
                fields=["id"],
                name="scan_file_open",
                condition=Q(state__in=["waiting", "opened"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_id(self) -> int:
        return self.batch.unit_id

    @property
    def is_moving(self) -> bool:
        return self.state in {self.State.WAITING, self.State.OPENED}


class Scan(Gated):
    """One image of one page that came in, and what became of it.

    `unit` is that of the survey once that is known: who may not see the survey does not
    see its pages either, whoever brought them. LOOSE is a page of a photocopied master
    whose neighbours are not read yet. `picture` names the file of the picture
    ("" once it was erased). Of a page of a sheet one scan counts (USED); a second one
    that says the same is TWICE and points to it, one that says something else ASKED.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _p("scan", "Waiting to be read")
        USED = "used", _p("scan", "Read")
        LOOSE = "loose", _p("scan", "Waits for the rest of its sheet")
        BLANK = "blank", _p("scan", "Empty page")
        TWICE = "twice", _p("scan", "Came before, set aside")
        ASKED = "asked", _p("scan", "Waits for a person")
        FOREIGN = "foreign", _p("scan", "Not a questionnaire of ours")
        UNKNOWN = "unknown", _p("scan", "Unknown questionnaire")
        FORGED = "forged", _p("scan", "Code that we did not print")
        UNREADABLE = "unreadable", _p("scan", "Could not be read")
        OVERLAP = "overlap", _p("scan", "Two sheets at once")
        VOID = "void", _p("scan", "Printing withdrawn")
        ASIDE = "aside", _p("scan", "Set aside")
        ERASED = "erased", _p("scan", "Erased")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(
        ScanFile, on_delete=models.CASCADE, related_name="scans", db_index=False
    )
    number = models.PositiveIntegerField()  # of the page within its file, from 1
    picture = models.CharField(max_length=40, blank=True)
    dpi = models.FloatField(default=0)
    is_bilevel = models.BooleanField(default=False)
    is_torn = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    problem = models.JSONField(default=dict, blank=True)
    sheet = models.ForeignKey(
        Sheet, null=True, on_delete=models.CASCADE, related_name="scans",
        db_index=False,
    )  # fmt: skip
    page = models.PositiveSmallIntegerField(null=True)
    of = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="copies"
    )
    reader = models.CharField(max_length=8, blank=True)  # of the reading that counts
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["file_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "number"], name="scan_once"),
            models.UniqueConstraint(
                fields=["sheet", "page"],
                condition=Q(state="used"),
                name="scan_page_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="scan_waiting", condition=Q(state="waiting")
            ),
            models.Index(fields=["sheet", "page"], name="scan_of_sheet"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} · {self.number}"


class ScanReading(models.Model):
    """What one version of the reader saw on a scan; none is ever overwritten."""

    scan = models.ForeignKey(
        Scan, on_delete=models.CASCADE, related_name="readings", db_index=False
    )
    reader = models.CharField(max_length=8)
    data = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scan", "reader"], name="scan_reading_once")
        ]

    def __str__(self) -> str:
        return f"{self.scan_id} · {self.reader}"


class Filled(Gated):
    """A sheet that came back: which pages are there, and how far it is.

    `answers` are those of the paper as they are stored with a response, also those that
    the printed path did not ask for; `flags` say what does not agree. `is_as_is`: a
    person finished it though pages are missing.
    """

    class State(models.TextChoices):
        MISSING = "missing", _p("filled", "Pages are missing")
        ASKED = "asked", _p("filled", "Waits for a person")
        DONE = "done", _p("filled", "Taken")
        ERASED = "erased", _p("filled", "Erased")

    gate_unit = "survey__unit_id"

    sheet = models.OneToOneField(
        Sheet, on_delete=models.CASCADE, primary_key=True, related_name="filled"
    )
    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.MISSING)
    is_as_is = models.BooleanField(default=False)
    answers = models.JSONField(default=dict, blank=True)
    flags = models.JSONField(default=list, blank=True)
    open = models.PositiveSmallIntegerField(default=0)  # fields that wait for a person
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-changed_at"]
        indexes: ClassVar = [
            models.Index(fields=["survey", "state"], name="filled_state")
        ]

    def __str__(self) -> str:
        return str(self.sheet_id)

    @property
    def unit_id(self) -> int:
        return self.survey.unit_id


class PaperAnswer(models.Model):
    """What a person decided about one field of a sheet; it goes before any reading."""

    class Outcome(models.TextChoices):
        VALUE = "value", _p("paper answer", "Answered")
        BLANK = "blank", _p("paper answer", "Nothing was answered")
        ILLEGIBLE = "illegible", _p("paper answer", "Nobody can tell")

    sheet = models.ForeignKey(
        Sheet, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    field = models.CharField(max_length=130)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    codes = models.JSONField(default=list, blank=True)
    text = models.TextField(blank=True)
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "field"], name="paper_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} · {self.field}"

    def given(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "codes": self.codes, "text": self.text}


class SampledAnswer(models.Model):
    """One answer typed again by a person who does not see what was read.

    Drawn by chance among those that the program decided alone; `read` and `typed` are
    `{"outcome", "codes"}`. `is_wrong` is None until both agree or a person has judged.
    """

    batch = models.ForeignKey(
        ScanBatch, on_delete=models.CASCADE, related_name="sample", db_index=False
    )
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=130)
    read = models.JSONField()
    typed = models.JSONField(null=True)
    is_wrong = models.BooleanField(null=True)
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    typed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "sheet", "field"], name="sampled_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} · {self.field}"
