"""Pages on which people edit a theme; each shows what moves before anything does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p
from django.views.decorators.http import require_http_methods

from moksori.base.errors import NotAllowed, NotFound, UserError
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.understand import reads
from moksori.understand.forms.teaching import (
    NEW,
    NONE,
    MergeForm,
    MoveForm,
    RenameForm,
)
from moksori.understand.models import Correction, Theme
from moksori.understand.reads import preview
from moksori.understand.reads.choices import alike, group_choices
from moksori.understand.writes import (
    archive_theme,
    merge_themes,
    move_theme,
    rename_theme,
)

get_or_post = require_http_methods(["GET", "POST"])


@dataclass(frozen=True, slots=True)
class Ask:
    """An edit before it is made: what to choose, what would move, and the button.

    `choice` is answered in the address and leads to the preview; `form` stands beside
    the button; without `is_ready` there is no button yet.
    """

    heading: str
    lead: str
    button: str
    choice: Form | None = None
    form: Form | None = None
    preview: Any = None
    given: dict[str, str] = field(default_factory=dict)
    is_ready: bool = True


@get_or_post
def rename(request: HttpRequest, theme_id: int) -> HttpResponse:
    row = editable(request, theme_id)
    names = {"name_ko": row.name_ko, "name_en": row.name_en}
    form = RenameForm(request.POST or None, initial=names)
    by = member_of(request)
    taught = written(form, lambda: rename_theme(row, **form.cleaned_data, by=by))
    if taught is not None:
        return done(request, taught, _("The theme has a new name."))
    ask = Ask(
        _("Rename the theme"),
        _("A name given by a person stays when themes are learned again."),
        _p("button", "Rename"),
        form=form,
    )
    return show(request, row, ask)


@get_or_post
def merge(request: HttpRequest, theme_id: int) -> HttpResponse:
    row, by = editable(request, theme_id), member_of(request)
    form = MergeForm(_given(request, "other"), themes=alike(row, by=by))
    ask = Ask(
        _("Merge with another theme"),
        _("Everything said about either counts as one theme from then on."),
        _p("button", "Merge"),
        choice=form,
        is_ready=False,
    )
    if not form.is_bound or not form.is_valid():
        return show(request, row, ask)
    other = editable(request, form.cleaned_data["other"])
    swapped = form.cleaned_data["stays"] == "other"
    into, gone = (other, row) if swapped else (row, other)
    if request.method == "POST":
        return done(
            request, merge_themes(into, [gone], by=by), _("The themes are one.")
        )
    shown = preview.merge_preview(into, [gone], by=by)
    return show(request, row, _ready(ask, form, shown))


@get_or_post
def move(request: HttpRequest, theme_id: int) -> HttpResponse:
    row, by = editable(request, theme_id), member_of(request)
    form = MoveForm(_given(request, "group"), groups=_other_groups(row, request))
    ask = Ask(
        _("Move to another group"),
        _("Only its place in the tree changes; no mention moves to another theme."),
        _p("button", "Move"),
        choice=form,
        is_ready=False,
    )
    if not form.is_bound or not form.is_valid():
        return show(request, row, ask)
    if request.method == "POST":
        return done(request, _moved(request, row, form), _("The theme moved."))
    shown = preview.move_preview(row, by=by)
    return show(request, row, _ready(ask, form, shown))


def _moved(request: HttpRequest, row: Theme, form: MoveForm) -> Correction:
    by, asked = member_of(request), form.cleaned_data
    if asked["group"] == NEW:
        return move_theme(row, name_ko=asked["name_ko"], by=by)
    group = editable(request, int(asked["group"])) if asked["group"] != NONE else None
    return move_theme(row, group=group, by=by)


@get_or_post
def archive(request: HttpRequest, theme_id: int) -> HttpResponse:
    row, by = editable(request, theme_id), member_of(request)
    if request.method == "POST":
        return done(request, archive_theme(row, by=by), _("The theme was put away."))
    ask = Ask(
        _("Put the theme away"),
        _("Its mentions go where they fit next, or to no theme. Its history stays."),
        _p("button", "Put away"),
        preview=preview.archive_preview(row, by=by),
    )
    return show(request, row, ask)


def editable(request: HttpRequest, theme_id: int) -> Theme:
    """A theme that this member may edit: NotFound or NotAllowed otherwise."""
    member = member_of(request)
    row = reads.theme_row(theme_id, by=member)
    member.must(Ability.EDIT_THEMES, row)
    return row


def written(form: Form, write: Callable[[], Correction]) -> Correction | None:
    """What was taught; None where the form is not sent or wants another look."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return write()
    except UserError as error:
        if isinstance(error, NotAllowed | NotFound):
            raise
        field = error.field if error.field in form.fields else None
        form.add_error(field, str(error.message))
        return None


def done(
    request: HttpRequest, taught: Correction, said: str, *, url: str = ""
) -> HttpResponse:
    """Back to the theme, with a word on what was done and the way to undo it."""
    undo = reverse("understand:correction_undo", args=[taught.pk])
    notes.done(request, said, undo=undo)
    return redirect(url or reverse("understand:theme", args=[taught.theme_id]))


def show(request: HttpRequest, row: Theme, ask: Ask) -> HttpResponse:
    sent = [form for form in (ask.choice, ask.form) if form and form.is_bound]
    is_wrong = request.method == "POST" and any(form.errors for form in sent)
    context = {"row": row, "ask": ask, "preview": ask.preview}
    page = "_teach_ask.html" if is_part(request) else "teach_edit.html"
    status = 422 if is_wrong else 200
    return render(request, f"understand/{page}", context, status=status)


def is_part(request: HttpRequest) -> bool:
    """Whether only the part that changed is asked for."""
    return request.headers.get("HX-Request") == "true"


def _given(request: HttpRequest, name: str) -> Any:
    """The choice as it was sent, or as the address says; None: not made yet."""
    if request.method == "POST":
        return request.POST
    return request.GET if name in request.GET else None


def _ready(ask: Ask, form: Form, shown: Any) -> Ask:
    given = {name: str(value) for name, value in form.cleaned_data.items() if value}
    return replace(ask, preview=shown, given=given, is_ready=True)


def _other_groups(row: Theme, request: HttpRequest) -> list[tuple[str, str]]:
    groups = group_choices(row.unit_id, by=member_of(request))
    return [(pk, name) for pk, name in groups if pk != str(row.parent_id)]
