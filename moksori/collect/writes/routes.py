"""What sends text messages: a carrier's settings, its secrets sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.sealed import seal, unseal
from moksori.collect.models import Route, Way
from moksori.collect.senders import senders
from moksori.collect.writes.contact_rules import must_set_rules


def route_of(way: str) -> Route:
    """The route, stored or as it would be."""
    return Route.objects.filter(way=way).first() or Route(way=way, kind="http")


@transaction.atomic
def set_route(
    way: str, kind: str, given: Mapping[str, str], *, is_active: bool, by: Member
) -> Route:
    """How messages of this way go out. A secret left empty stays as it was."""
    must_set_rules(by)
    sender = senders().get(kind)
    if sender is None or way not in sender.ways or way not in Way.values:
        raise UserError(_("Nobody can be asked by this way."), field="kind")
    for field, problem in sender.problems(given).items():
        raise UserError(problem, field=field)
    row = route_of(way)
    row.kind, row.is_active = kind, is_active
    secret = {one.name for one in sender.fields if one.is_secret}
    row.settings = {
        one.name: given.get(one.name, "")[:10_000]
        for one in sender.fields
        if not one.is_secret
    }
    fresh = {name: given[name] for name in secret if given.get(name)}
    if fresh:
        kept = json.loads(unseal(row.secrets)) if row.secrets else {}
        row.secrets = seal(json.dumps({**kept, **fresh}))
    row.save()
    audit.record("set_route", row, by=by, way=way, kind=kind, is_active=is_active)
    return row
