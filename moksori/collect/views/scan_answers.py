"""What a person sees on paper: one field of the queue, or of the sample."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from moksori.base.errors import Conflict, UserError
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.collect.models import PaperAnswer, SampledAnswer, Scan
from moksori.collect.reads import review as review_reads
from moksori.collect.reads import scan_samples as samples
from moksori.collect.reads import scan_words as words
from moksori.collect.reads import scans as reads
from moksori.collect.views import review
from moksori.collect.writes.scan_deciding import Given, answer_field, field_of
from moksori.collect.writes.scan_sampling import draw_sample, type_answer

NONE = {PaperAnswer.Outcome.BLANK, PaperAnswer.Outcome.ILLEGIBLE}


def given_by(request: HttpRequest) -> Given:
    asked = request.POST.get("outcome", "")
    return Given(
        codes=tuple(request.POST.getlist("code")),
        text=request.POST.get("text", ""),
        outcome=asked if asked in NONE else PaperAnswer.Outcome.VALUE,
    )


@require_POST
def review_answer(request: HttpRequest, review_item_id: int) -> HttpResponse:
    """Decide a field by what stands on the paper, and go on to the next."""
    member = member_of(request)
    item = review_reads.review_row(review_item_id, by=member)
    try:
        answer_field(item, given_by(request), by=member)
    except UserError as error:
        if error.status in {403, 404} or isinstance(error, Conflict):
            raise
        return review.again(request, review_item_id, problem=str(error))
    return review.onward(request, item)


@require_http_methods(["GET", "POST"])
def scan_sample(request: HttpRequest, scan_batch_id: int) -> HttpResponse:
    """Type answers again that were drawn by chance, without seeing what was read."""
    member = member_of(request)
    batch = reads.batch_row(scan_batch_id, by=member)
    problem = ""
    if request.method == "POST":
        sample = samples.sampled_row(batch, request.POST.get("sample", ""), by=member)
        try:
            type_answer(sample, given_by(request), by=member)
        except UserError as error:
            if error.status != 400:
                raise
            problem = str(error)
        else:
            return redirect("collect:scan_sample", batch.pk)
    sampled = samples.next_sampled(batch, by=member)
    context = {
        "batch": batch,
        "problem": problem,
        "sample": samples.sample_result(batch, by=member),
        **(_shown(sampled) if sampled else {}),
    }
    status = 422 if problem else 200
    return render(request, "collect/scans/sample.html", context, status=status)


def _shown(sampled: SampledAnswer) -> dict[str, object]:
    sheet = sampled.sheet
    field = field_of(sheet, sampled.field)
    rows = Scan.objects.filter(sheet=sheet, page=field.page, state=Scan.State.USED)
    return {
        "sampled": sampled,
        "sheet": sheet,
        "field": field,
        "words": words.words_of(sheet, field),
        "choices": words.choices_of(sheet, field),
        "scan": rows.exclude(picture="").first(),
        "layout": sheet.form.placed,
    }


@require_POST
def scan_sample_draw(request: HttpRequest, scan_batch_id: int) -> HttpResponse:
    """Draw answers of this batch by chance."""
    member = member_of(request)
    batch = reads.batch_row(scan_batch_id, by=member)
    text = request.POST.get("count", "200")
    count = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    try:
        drawn = draw_sample(batch, count, by=member)
    except UserError as error:
        if error.status in {403, 404}:
            raise
        notes.done(request, str(error))
        return HttpResponseRedirect(reverse("collect:scan_batch", args=[batch.pk]))
    notes.done(request, _("{count} answers drawn by chance.").format(count=drawn))
    return redirect("collect:scan_sample", batch.pk)
