"""Answers on paper that a program must not guess, and what is written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import (
    PaperAnswer,
    ReviewItem,
    Scan,
    ScanBatch,
    Sheet,
)
from moksori.collect.paper import guessing
from moksori.collect.paper.layout import Field
from moksori.collect.reads import scan_words as words
from moksori.collect.reads.scans import batches
from moksori.collect.review.kind import Decision, ReviewKind
from moksori.collect.writes import scan_deciding as deciding

KIND = "paper"
Outcome = PaperAnswer.Outcome


def _sheet(item: ReviewItem) -> tuple[Sheet, Field]:
    rows = Sheet.objects.select_related("form__survey", "form__version", "printing")
    sheet = rows.filter(pk=item.evidence.get("sheet", 0)).first()
    if sheet is None:
        raise NotFound
    return sheet, deciding.field_of(sheet, item.evidence["field"])


def _evidence(item: ReviewItem, by: Member) -> Mapping[str, Any]:
    if not item.evidence:  # forgotten, or erased with its sheet
        return {}
    sheet, field = _sheet(item)
    guess = tuple(item.evidence.get("codes", ()))
    answer = PaperAnswer.objects.filter(sheet=sheet, field=field.id).first()
    if answer is not None:
        guess = tuple(answer.codes)
    reasons = item.evidence.get("reasons", ())
    following = _next(item, by)
    scan = _scan(sheet, field)
    return {
        "sheet": sheet,
        "field": field,
        "words": words.words_of(sheet, field),
        "choices": words.choices_of(sheet, field, guess),
        "typed": answer.text if answer else "",
        "reasons": [words.reason_words(one) for one in reasons],
        "scan": scan,
        "batch": batch_of(scan, by),
        "layout": sheet.form.placed,
        "may_guess": settings.MOKSORI_GUESS_HANDWRITING
        and field.area is not None
        and answer is None
        and guessing.can_guess(sheet.form.language),
        "next_scan": _scan(*following) if following else None,
        "next_field": following[1] if following else None,
    }


def _scan(sheet: Sheet, field: Field) -> Scan | None:
    rows = Scan.objects.filter(sheet=sheet, page=field.page, state=Scan.State.USED)
    return rows.exclude(picture="").first()


def batch_of(scan: Scan | None, by: Member) -> ScanBatch | None:
    """What the page came with, for who may see that."""
    if scan is None:
        return None
    return batches(by=by).filter(files__scans=scan).first()


def _next(item: ReviewItem, by: Member) -> tuple[Sheet, Field] | None:
    """What comes next, so that its pictures are there before it is asked for."""
    waiting = ReviewItem.objects.visible_to(by, Ability.IMPORT).filter(
        kind=KIND, state=ReviewItem.State.OPEN, pk__gt=item.pk
    )
    found = waiting.order_by("id").first()
    return _sheet(found) if found else None


def _title(item: ReviewItem) -> str:
    return item.evidence.get("question") or gettext("An answer on paper")


def _value(item: ReviewItem, _by: Member) -> None:
    deciding.apply_answer(item)


def _blank(item: ReviewItem, by: Member) -> None:
    deciding.put_nothing(item, Outcome.BLANK, by=by)


def _illegible(item: ReviewItem, by: Member) -> None:
    deciding.put_nothing(item, Outcome.ILLEGIBLE, by=by)


def _undo(item: ReviewItem, _by: Member) -> None:
    deciding.forget_answer(item)


kind = ReviewKind(
    code=KIND,
    title=_("Answers on paper"),
    evidence_template="collect/review/_paper.html",
    form_template="collect/review/_paper_form.html",
    decisions=(
        Decision("value", _("This is the answer"), "a", do=_value, undo=_undo),
        Decision("blank", _("Nothing was answered"), "b", do=_blank, undo=_undo),
        Decision(
            "illegible",
            _p("paper answer", "Nobody can tell"),
            "x",
            do=_illegible,
            undo=_undo,
        ),
    ),
    title_of=_title,
    evidence_of=_evidence,
    hold=deciding.hold,
)
