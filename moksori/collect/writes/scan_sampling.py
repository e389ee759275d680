"""How often the reader is wrong: answers drawn by chance are typed again, blindly.

Drawn are answers that the program decided alone. Where the typed answer differs, a
third look decides who was right; what the reader got wrong is put right at once.
"""

from __future__ import annotations

import random

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Filled, PaperAnswer, SampledAnswer, ScanBatch, Sheet
from moksori.collect.writes.scan_deciding import Given, checked, field_of
from moksori.collect.writes.scan_settling import Judged, ask_about, judged

MOST = 1_000
_DICE = random.SystemRandom()


@transaction.atomic
def draw_sample(batch: ScanBatch, count: int, *, by: Member) -> int:
    """Draw so many answers of the batch's sheets; how many there are now."""
    by.must(Ability.IMPORT, batch)
    if not 1 <= count <= MOST:
        text = _("Give a number from 1 to {most}.")
        raise UserError(text.format(most=MOST), field="count")
    sheets = {
        filled.sheet_id: filled.sheet
        for filled in Filled.objects.visible_to(by, Ability.IMPORT)
        .filter(
            sheet__scans__file__batch=batch,
            state__in=[Filled.State.DONE, Filled.State.ASKED],
        )
        .select_related("sheet__form__survey", "sheet__form__version")
    }
    pairs = _pairs(batch, sheets)
    _DICE.shuffle(pairs)
    known: dict[int, Judged] = {}
    drawn = 0
    for sheet_id, field in pairs:
        if drawn >= count:
            break
        drawn += _drawn(batch, sheets[sheet_id], field, known)
    if not drawn:
        raise Conflict(_("There is no answer to draw that was read alone."))
    audit.record("draw_sample", batch, by=by, count=drawn)
    return drawn


def _pairs(batch: ScanBatch, sheets: dict[int, Sheet]) -> list[tuple[int, str]]:
    """Every answer in boxes that nobody decided and that was not drawn before."""
    ids = list(sheets)
    taken = set(PaperAnswer.objects.filter(sheet__in=ids).values_list("sheet", "field"))
    taken |= set(
        SampledAnswer.objects.filter(batch=batch).values_list("sheet", "field")
    )
    boxed: dict[int, list[str]] = {}
    for sheet in sheets.values():
        if sheet.form_id not in boxed:
            fields = sheet.form.placed.fields
            boxed[sheet.form_id] = [one.id for one in fields if one.boxes]
    return [
        (sheet.pk, field)
        for sheet in sheets.values()
        for field in boxed[sheet.form_id]
        if (sheet.pk, field) not in taken
    ]


def _drawn(
    batch: ScanBatch, sheet: Sheet, field_id: str, known: dict[int, Judged]
) -> bool:
    layout = sheet.form.placed
    if sheet.pk not in known:
        known[sheet.pk] = judged(sheet, layout)
    found, field = known[sheet.pk], field_of(sheet, field_id)
    if field_id in found.open or field.page in found.missing:
        return False
    said = found.said.get(field_id)
    try:
        with transaction.atomic():
            SampledAnswer.objects.create(
                batch=batch,
                sheet=sheet,
                field=field_id,
                read={"codes": list(said.codes) if said else []},
            )
    except IntegrityError:  # somebody else drew it this moment
        return False
    return True


@transaction.atomic
def type_answer(sample: SampledAnswer, given: Given, *, by: Member) -> SampledAnswer:
    """Keep what a person sees; where it differs from the reading, a third one looks."""
    by.must(Ability.IMPORT, sample.batch)
    found = SampledAnswer.objects.select_for_update(of=("self",)).get(pk=sample.pk)
    if found.typed is not None:
        raise Conflict(_("Somebody has typed this answer already."))
    sheet = found.sheet
    field = field_of(sheet, found.field)
    codes, _text = checked(sheet, field, given)
    found.typed = {"codes": list(codes), "outcome": given.outcome}
    found.member, found.typed_at = by, timezone.now()
    if sorted(codes) == sorted(found.read["codes"]):
        found.is_wrong = False
    found.save()
    if found.is_wrong is None:
        Filled.objects.filter(sheet=sheet).update(state=Filled.State.ASKED)
        ask_about(sheet, field, [], ["sample"], sample=found.pk)
    return found
