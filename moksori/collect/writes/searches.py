"""Searches saved under a name, and their feeds for programs."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.storable import one_line
from moksori.collect.models import SavedSearch
from moksori.collect.reads.feedback import FeedbackFilters

MOST = 50


@transaction.atomic
def save_search(name: str, filters: FeedbackFilters, *, by: Member) -> SavedSearch:
    """Keep conditions under a name; the same name again replaces them."""
    by.must(Ability.READ)
    name = one_line(name, field="name")
    if not name or len(name) > 80:
        raise UserError(
            _("Give the search a name of at most 80 characters."), field="name"
        )
    mine = SavedSearch.objects.filter(member=by)
    if mine.exclude(name=name).count() >= MOST:
        raise UserError(_("Remove a search first: fifty are the most."), field="name")
    given = {key: value for key, value in filters if value}
    search, _is_new = SavedSearch.objects.update_or_create(
        member=by, name=name, defaults={"filters": given}
    )
    audit.record("save_search", search, by=by)
    return search


@transaction.atomic
def open_feed(search: SavedSearch, *, by: Member) -> str:
    """A secret address for the search, shown once; the one before ends."""
    by.must(Ability.READ)
    token = secrets.token_urlsafe(24)
    search.digest = digest_of(token)
    search.save(update_fields=["digest"])
    audit.record("open_feed", search, by=by)
    return token


@transaction.atomic
def close_feed(search: SavedSearch, *, by: Member) -> None:
    search.digest = ""
    search.save(update_fields=["digest"])
    audit.record("close_feed", search, by=by)


@transaction.atomic
def remove_search(search: SavedSearch, *, by: Member) -> None:
    audit.record("remove_search", search, by=by)
    search.delete()


def digest_of(token: str) -> str:
    # The token has 192 random bits: a plain hash cannot be searched through.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
