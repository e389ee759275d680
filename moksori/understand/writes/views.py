"""Views that members save for themselves."""

from __future__ import annotations

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from moksori.base.audit.writes import record
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.understand.models import SavedView

PAGES = ("pain_points", "themes", "search")
MOST = 50


@transaction.atomic
def save_view(page: str, name: str, query: str, *, by: Member) -> SavedView:
    """Keep a page's filters under a name; the same name again replaces them."""
    name = " ".join(name.split())
    if page not in PAGES:
        raise UserError(_("This page has no views to save."))
    if not name:
        raise UserError(_("A view needs a name."), field="name")
    mine = SavedView.objects.filter(member=by, page=page)
    if mine.exclude(name=name).count() >= MOST:
        raise UserError(_("Remove a view first: fifty are the most."), field="name")
    view, _is_new = SavedView.objects.update_or_create(
        member=by, page=page, name=name[:80], defaults={"query": tidy(query)}
    )
    record("save_view", view, by=by)
    return view


@transaction.atomic
def remove_view(view: SavedView, *, by: Member) -> None:
    record("remove_view", view, by=by)
    view.delete()


def tidy(query: str) -> str:
    """The query of an address, encoded anew: nothing in it can lead elsewhere."""
    return QueryDict(query[:900]).urlencode()[:1000]
