"""Questions about paper: what can be printed, what was, and what came back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from moksori.base.errors import Conflict, NotFound, UserError
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import (
    Approach,
    Contact,
    OptOut,
    PaperForm,
    Printing,
    Sheet,
    Survey,
    SurveyVersion,
)
from moksori.collect.paper.printing import (
    Copy,
    Options,
    Printed,
    Remark,
    form_of,
    options_from,
    remark_from,
    stamped,
)
from moksori.collect.paper.printing.notes import note_of
from moksori.collect.paper.recipients import Recipient

MOST_LINES = 100
PREVIEW_DPI = 144
_SAMPLE, _NO_FORM = "MUSTER22", "MUSTER"  # a code made of these is no code of ours
# Drawing takes seconds; who looks at a preview looks at all its pages, and then prints.
_MOST_DRAWN = 8
_DRAWN: dict[tuple[int, datetime, str, str], Printed] = {}


@dataclass(frozen=True, slots=True)
class PrintingLine:
    """A printing and what became of its sheets.

    Of one to photocopy nobody knows how many copies there are: `waiting` is None.
    """

    id: int
    kind: str
    kind_label: str
    name: str
    count: int
    arrived: int
    answered: int
    waiting: int | None
    version: int
    language: str
    paper: str
    columns: int
    is_large: bool
    pages: int
    printed_at: datetime
    printed_by: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A form before it is printed: how long it is, and what is not as on a screen."""

    pages: int
    left_out: tuple[Remark, ...]
    other: tuple[Remark, ...]


def printing_lines(survey: Survey, *, by: Member | None) -> list[PrintingLine]:
    """What was printed of a survey, the newest first; `by` is None for operators."""
    if by is not None:
        by.must(Ability.IMPORT, survey)
    found = _with_counts(Printing.objects.filter(form__survey=survey))
    return [_line(row) for row in found[:MOST_LINES]]


def printing_line(printing: Printing) -> PrintingLine:
    return _line(_with_counts(Printing.objects.filter(pk=printing.pk)).get())


def printing_row(printing_id: int, *, by: Member | None) -> Printing:
    """The printing, for who may print; NotFound outside. None is the operator."""
    rows = Printing.objects.all()
    if by is not None:
        rows = Printing.objects.visible_to(by, Ability.IMPORT)
    found: Printing = one(
        rows.select_related("form__survey__unit").defer("form__pdf", "form__layout"),
        pk=printing_id,
    )
    return found


def printing_pdf(printing: Printing) -> bytes:
    """All its sheets as one PDF: the stored form, stamped as when it was printed.

    Raises Conflict for a withdrawn one: nobody shall hand it out by mistake.
    """
    if printing.is_withdrawn:
        text = _("This printing is withdrawn: its sheets take no answers. Let it count "
                 "again first.")  # fmt: skip
        raise Conflict(text)
    form = PaperForm.objects.select_related("version").get(pk=printing.form_id)
    q = form.version.questionnaire
    rows = Sheet.objects.filter(printing=printing, copy_of=None).order_by("number")
    if printing.kind == Printing.Kind.PERSONAL:
        # Whoever was forgotten since gets no sheet, least of all an anonymous one.
        rows = rows.exclude(name="")
        if not rows.exists():
            raise Conflict(_("Everybody on this printing has been forgotten since."))
    nobody = note_of(q, form.language)
    copies = [
        Copy(row.key, note_of(q, form.language, row.name) if row.name else nobody)
        for row in rows.only("key", "name")
    ]
    return stamped(bytes(form.pdf), form.placed, bytes(form.secret), form.key, copies)


def look(survey: Survey, options: Options, language: str) -> Look:
    """What the printed form will be. Raises UserError where nothing can be printed."""
    version = published(survey)
    drawn = drawn_form(version, options, spoken(version, language))
    return _look(drawn.layout.pages, drawn.remarks)


def preview_page(survey: Survey, options: Options, language: str, page: int) -> bytes:
    """A picture (PNG) of a page as it will be printed, with a code of no meaning."""
    version = published(survey)
    drawn = drawn_form(version, options, spoken(version, language))
    if not 1 <= page <= drawn.layout.pages:
        raise NotFound
    note = note_of(version.questionnaire, language)
    return _picture(drawn, note, page)


def drawn_form(version: SurveyVersion, options: Options, language: str) -> Printed:
    """The form as it is stored; else as it would be."""
    stored = PaperForm.objects.filter(
        version=version, language=language, digest=options.digest
    ).first()
    if stored is not None:
        remarks = tuple(map(remark_from, stored.left_out))
        return Printed(bytes(stored.pdf), stored.placed, remarks)
    key = (version.pk, version.published_at, options.digest, language)
    found = _DRAWN.get(key)
    if found is None:
        found = form_of(version.questionnaire, options, language)
        if len(_DRAWN) >= _MOST_DRAWN:
            _DRAWN.clear()
        _DRAWN[key] = found
    return found


def published(survey: Survey) -> SurveyVersion:
    """What customers see now; only that is printed."""
    if survey.version is None:
        raise Conflict(_("Publish the survey first; then it can be printed."))
    return survey.version


def spoken(version: SurveyVersion, language: str) -> str:
    """The language wanted, or the first. Raises UserError for one it does not speak."""
    languages = version.questionnaire.languages
    if language and language not in languages:
        text = _("This survey is not in this language. It is in: {languages}.")
        raise UserError(text.format(languages=", ".join(languages)), field="language")
    return language or languages[0]


def named_sheets(printing: Printing, part: str = "") -> QuerySet[Sheet]:
    """The sheets of a printing that carry a name with this part, by their numbers."""
    rows = Sheet.objects.filter(printing=printing, copy_of=None).exclude(name="")
    return rows.filter(name__icontains=part).order_by("number")


def printed_sheet(printing: Printing, sheet_id: int) -> Sheet:
    """A sheet of this printing; NotFound for any other."""
    rows = Sheet.objects.filter(printing=printing)
    found: Sheet = one(rows.select_related("form__survey"), pk=sheet_id)
    return found


def recipients_of(
    contacts: Sequence[Contact], survey: Survey
) -> tuple[list[Recipient], int]:
    """Sheets for contacts, and how many are left out: they want to be asked no more."""
    topic = Approach.objects.filter(survey=survey).values_list("topic", flat=True)
    topics = {"", *topic}
    silent = set(
        OptOut.objects.filter(way="", topic__in=topics).values_list(
            "address_id", flat=True
        )
    )
    asked = [one for one in contacts if not silent & set(one.address_ids)]
    return [_recipient(one) for one in asked], len(contacts) - len(asked)


def _picture(drawn: Printed, note: str, page: int) -> bytes:
    import pypdfium2  # noqa: PLC0415 - loads slowly

    sheet = Copy(_SAMPLE, note)
    content = stamped(drawn.pdf, drawn.layout, b"", _NO_FORM, [sheet])
    pdf = pypdfium2.PdfDocument(content)
    try:
        image = pdf[page - 1].render(scale=PREVIEW_DPI / 72, grayscale=True).to_pil()
        out = io.BytesIO()
        image.quantize(16).save(out, "PNG", optimize=True)
    finally:
        pdf.close()
    return out.getvalue()


def _look(pages: int, remarks: Sequence[Remark]) -> Look:
    return Look(
        pages,
        tuple(one for one in remarks if one.is_left_out),
        tuple(one for one in remarks if not one.is_left_out),
    )


def _with_counts(rows: QuerySet[Printing]) -> QuerySet[Printing]:
    came = Q(sheets__arrived_at__isnull=False)
    return (
        rows.select_related("form__version", "printed_by")
        .defer("form__pdf", "form__layout", "form__version__definition")
        .annotate(
            arrived=Count("sheets", filter=came),
            answered=Count("sheets", filter=Q(sheets__response__isnull=False)),
        )
        .order_by("-id")
    )


def _line(row: Printing) -> PrintingLine:
    options = options_from(row.form.options)
    arrived: int = row.arrived  # type: ignore[attr-defined]
    is_master = row.kind == Printing.Kind.MASTER
    return PrintingLine(
        id=row.pk,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        name=row.name,
        count=row.count,
        arrived=arrived,
        answered=row.answered,  # type: ignore[attr-defined]
        waiting=None if is_master else max(0, row.count - arrived),
        version=row.form.version.number,
        language=row.form.language,
        paper=str(options.paper),
        columns=options.columns,
        is_large=options.is_large,
        pages=row.form.pages,
        printed_at=row.printed_at,
        printed_by=row.printed_by.name if row.printed_by else "",
        is_withdrawn=row.is_withdrawn,
    )


def _recipient(contact: Contact) -> Recipient:
    about = {
        "customer": contact.customer.external_id if contact.customer else "",
        "account": contact.account.name if contact.account else "",
        "region": contact.region.name if contact.region else "",
    }
    told = {name: text for name, text in about.items() if text}
    return Recipient(str(contact), told, contact.pk)
