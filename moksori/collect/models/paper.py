"""Questionnaires on paper: the form as printed, each printing, and each sheet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Member
from moksori.collect.models.contacts import Contact
from moksori.collect.models.surveys import Response, Survey, SurveyVersion
from moksori.collect.paper.layout import Layout, layout_from


class PaperForm(Gated):
    """A published version as it was laid out once, and never will be again.

    `pdf` is the form without the codes of its pages, `layout` says where everything on
    it stands, `secret` makes the checks in the codes. `digest` is of the options, so
    that the same choice finds the same form; `sha256` is of the PDF. `left_out` names
    what cannot be asked on paper, as `printing.Remark.to_json` tells it.
    """

    gate_unit = "survey__unit_id"

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        SurveyVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=6, unique=True)
    secret = models.BinaryField(max_length=32)
    language = models.CharField(max_length=8)
    options = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    layout = models.JSONField()
    left_out = models.JSONField(default=list, blank=True)
    pages = models.PositiveSmallIntegerField()
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "language", "digest"], name="paper_form_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["survey", "-id"], name="paper_form_list")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def unit_id(self) -> int:
        return self.survey.unit_id

    @property
    def placed(self) -> Layout:
        """Where everything stands on it."""
        return layout_from(self.layout)


class Printing(Gated):
    """Sheets that were printed together, as one file.

    Of a MASTER there is one sheet, copied by whoever likes; all others have each their
    own code. A withdrawn printing takes no answers any more.
    """

    class Kind(models.TextChoices):
        ANONYMOUS = "anonymous", _p("printing", "Anonymous")
        PERSONAL = "personal", _p("printing", "With names")
        MASTER = "master", _p("printing", "To photocopy")

    gate_unit = "form__survey__unit_id"

    form = models.ForeignKey(
        PaperForm, on_delete=models.CASCADE, related_name="printings"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=120, blank=True)  # for those who print it
    count = models.PositiveIntegerField()
    printed_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    printed_at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.name or f"{self.form_id} · {self.pk}"

    @property
    def unit_id(self) -> int:
        return self.form.survey.unit_id

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class Sheet(Gated):
    """One respondent's copy of all pages; `key` is what its codes say.

    `about` is whom and what it is about, as in signed links; an anonymous sheet has
    neither that nor a contact nor a name. Of a master each photocopy that comes back
    gets a row of its own: `copy_of` is the printed one, and its `key` is on no paper.
    `response` is what it became, once.
    """

    gate_unit = "form__survey__unit_id"

    form = models.ForeignKey(PaperForm, on_delete=models.CASCADE, related_name="+")
    printing = models.ForeignKey(
        Printing, on_delete=models.CASCADE, related_name="sheets", db_index=False
    )
    key = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=10, choices=Printing.Kind.choices)
    number = models.PositiveIntegerField()  # within its printing, from 1
    name = models.CharField(max_length=200, blank=True)  # as printed on it
    about = models.JSONField(default=dict, blank=True)
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    copy_of = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="copies"
    )
    arrived_at = models.DateTimeField(null=True)  # when its first page came in
    response = models.OneToOneField(
        Response, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["printing_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["printing", "number"],
                condition=Q(copy_of__isnull=True),
                name="sheet_once",
            ),
            models.UniqueConstraint(
                fields=["copy_of", "number"],
                condition=Q(copy_of__isnull=False),
                name="sheet_copy_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["printing", "arrived_at"], name="sheet_arrived")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def unit_id(self) -> int:
        return self.form.survey.unit_id
