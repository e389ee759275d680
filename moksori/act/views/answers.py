"""How a form that was sent is answered: done and back, or shown again with why not."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise

from moksori.base.errors import UserError
from moksori.base.web import notes

Choice = tuple[str, str | Promise]


def written(form: Form, write: Callable[[], object]) -> bool:
    """Whether the form was right and the write went through.

    What a person can put right in the form is written beside its field; the rest
    (not allowed, gone, somebody was faster) goes on to be a page of its own.
    """
    if not form.is_valid():
        return False
    try:
        write()
    except UserError as error:
        if error.field not in form.fields:
            raise
        form.add_error(error.field, str(error.message))
        return False
    return True


def done(request: HttpRequest, url: str, said: str, *, undo: str = "") -> HttpResponse:
    """Back to a page that says what was done; `undo` takes it back by POST."""
    notes.done(request, said, undo=undo)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
