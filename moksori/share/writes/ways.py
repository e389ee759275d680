"""By which messengers editions may travel, and which of them each member chose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.base.sealed import seal, unseal
from moksori.base.storable import one_line
from moksori.share.channels import channel_of
from moksori.share.channels.channel import Field
from moksori.share.models import Carrier, Delivery, Way
from moksori.share.reads.ways import carriers_for, fields_of_way

LONGEST = 10_000
NAME = 80


@transaction.atomic
def add_carrier(
    kind: str, name: str, given: Mapping[str, str], *, unit: Unit, by: Member
) -> Carrier:
    """A messenger's account for a unit and those below."""
    by.must(Ability.ADMINISTER, InUnit(unit.pk))
    if not channel_of(kind).carrier_fields:
        raise UserError(_("Members set this channel up by themselves."), field="kind")
    carrier = Carrier(unit=unit, kind=kind)
    _fill(carrier, name, given)
    audit.record("add_carrier", carrier, by=by, kind=kind)
    return carrier


@transaction.atomic
def change_carrier(
    carrier: Carrier, name: str, given: Mapping[str, str], *, by: Member
) -> Carrier:
    """Other settings; a secret left empty stays. What waited for it goes out again."""
    by.must(Ability.ADMINISTER, carrier)
    _fill(carrier, name, given)
    audit.record("change_carrier", carrier, by=by)
    return carrier


@transaction.atomic
def turn_carrier(carrier: Carrier, *, is_on: bool, by: Member) -> None:
    """Off: what waits, waits. On: it is tried again at once."""
    by.must(Ability.ADMINISTER, carrier)
    carrier.stopped = Carrier.Stopped.NO if is_on else Carrier.Stopped.MEMBER
    carrier.rest_until, carrier.failures = None, 0
    carrier.save(update_fields=["stopped", "rest_until", "failures"])
    audit.record("turn_carrier", carrier, by=by, is_on=is_on)


@transaction.atomic
def remove_carrier(carrier: Carrier, *, by: Member) -> None:
    by.must(Ability.ADMINISTER, carrier)
    audit.record("remove_carrier", carrier, by=by)
    carrier.delete()


@transaction.atomic
def choose_way(
    member: Member,
    kind: str,
    given: Mapping[str, str],
    *,
    carrier_id: int | None = None,
    by: Member,
) -> Way:
    """The member wants editions by this channel, too. A secret left empty stays."""
    if by.pk != member.pk:
        raise NotFound
    channel = channel_of(kind)
    carrier = _chosen_carrier(member, kind, carrier_id)
    if carrier is None and not channel.works_alone:
        raise UserError(
            _("Nobody has set this channel up for your unit yet."), field="carrier"
        )
    way = Way.objects.filter(member=member, kind=kind).first()
    way = way or Way(member=member, kind=kind)
    kept = _opened(way.given) if way.carrier_id == (carrier and carrier.pk) else {}
    fields = fields_of_way(channel, has_carrier=carrier is not None)
    whole = _whole(fields, kept, given)
    _refuse(channel.problems(whole, of_carrier=False))
    way.carrier, way.given = carrier, seal(json.dumps(whole))
    way.stopped, way.problem = False, ""
    way.save()
    audit.record("choose_way", way, by=by, kind=kind)
    return way


@transaction.atomic
def leave_way(way: Way, *, by: Member) -> None:
    """Nothing travels by it any more, not even what waits."""
    if by.pk != way.member_id:
        raise NotFound
    audit.record("leave_way", way, by=by, kind=way.kind)
    waiting = Delivery.objects.filter(way=way, state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.DROPPED)
    way.delete()


def opened(sealed: str) -> dict[str, str]:
    """What was filled in, unsealed; Broken when the key of the house changed."""
    return _opened(sealed)


def _opened(sealed: str) -> dict[str, str]:
    return dict(json.loads(unseal(sealed))) if sealed else {}


def _fill(carrier: Carrier, name: str, given: Mapping[str, str]) -> None:
    channel = channel_of(carrier.kind)
    carrier.name = one_line(name, field="name")
    if not carrier.name or len(carrier.name) > NAME:
        raise UserError(_("Give it a name of at most 80 characters."), field="name")
    kept = {**carrier.settings, **_opened(carrier.secrets)}
    whole = _whole(channel.carrier_fields, kept, given)
    _refuse(channel.problems(whole, of_carrier=True))
    secret = {field.name for field in channel.carrier_fields if field.is_secret}
    carrier.settings = {k: v for k, v in whole.items() if k not in secret}
    carrier.secrets = seal(json.dumps({k: v for k, v in whole.items() if k in secret}))
    if carrier.stopped == Carrier.Stopped.SECRET:
        carrier.stopped = Carrier.Stopped.NO
    carrier.problem, carrier.failures, carrier.rest_until = "", 0, None
    carrier.save()


def _whole(
    fields: Iterable[Field], kept: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """Each field as given, a secret one as kept when nothing new is given."""
    whole = {}
    for field in fields:
        value = given.get(field.name, "").strip()
        if field.is_secret and not value:
            value = kept.get(field.name, "")
        if field.is_needed and not value:
            raise UserError(_("Fill this in."), field=field.name)
        if len(value) > LONGEST or "\x00" in value:
            raise UserError(_("This is too long."), field=field.name)
        whole[field.name] = value
    return whole


def _refuse(problems: Mapping[str, str]) -> None:
    for name, why in problems.items():
        raise UserError(why, field=name)


def _chosen_carrier(
    member: Member, kind: str, carrier_id: int | None
) -> Carrier | None:
    if carrier_id is None:
        return None
    found = {one.pk: one for one in carriers_for(member, kind)}.get(carrier_id)
    if found is None:
        raise UserError(_("Choose one of the values offered."), field="carrier")
    return found
