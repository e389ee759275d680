"""Sources: where feedback comes from."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Channel, Feedback, Source
from moksori.collect.tables.table import clean


@transaction.atomic
def add_source(
    name: str,
    *,
    unit: Unit,
    channel: str = Channel.OTHER,
    kind: str = "file",
    by: Member | None,
) -> Source:
    """A new source of the unit; raises Conflict if the unit has one of this name."""
    name = _good_name(name)
    source = Source(name=name, unit=unit, channel=_good_channel(channel), kind=kind)
    if by is not None:
        by.must(Ability.IMPORT, source)
    _save(source, fields=None)
    audit.record("add_source", source, by=by, channel=source.channel)
    return source


def source_for(
    name: str, *, unit: Unit, channel: str = Channel.OTHER, by: Member | None
) -> Source:
    """The source of this name in the unit; added if there is none."""
    found = Source.objects.filter(unit=unit, name=_good_name(name)).first()
    if found is None:
        try:
            return add_source(name, unit=unit, channel=channel, by=by)
        except Conflict:  # somebody else added it this moment
            found = Source.objects.get(unit=unit, name=_good_name(name))
    if by is not None:
        by.must(Ability.IMPORT, found)
    return found


def known_or_new(name: str, *, unit: Unit, channel: str = Channel.OTHER) -> Source:
    """The source of this name, or one that is not kept yet: `stage_file` keeps it
    once it has seen that the file can be read."""
    name = _good_name(name)
    found = Source.objects.filter(unit=unit, name=name).first()
    return found or Source(name=name, unit=unit, channel=_good_channel(channel))


@transaction.atomic
def drop_unused(source: Source) -> None:
    """A source through which nothing came goes without a trace."""
    is_used = source.batches.exists() or Feedback.objects.filter(source=source).exists()
    if not is_used:
        audit.record("drop_source", source, by=None)
        source.delete()


@transaction.atomic
def change_source(source: Source, *, name: str, channel: str, by: Member) -> Source:
    """Another name or channel; feedback already there keeps its channel."""
    by.must(Ability.IMPORT, source)
    before = source.name, source.channel
    source.name, source.channel = _good_name(name), _good_channel(channel)
    try:
        _save(source, fields=("name", "channel"))
    except Conflict:
        source.name, source.channel = before
        raise
    audit.record("change_source", source, by=by, channel=source.channel)
    return source


def _save(source: Source, *, fields: tuple[str, ...] | None) -> None:
    """The database decides whether the name is free: two may ask at once."""
    try:
        with transaction.atomic():
            source.save(update_fields=fields)
    except IntegrityError as error:
        raise Conflict(
            _("This unit already has a source “{name}”. Choose another name.").format(
                name=source.name
            ),
            field="name",
        ) from error


def _good_name(name: str) -> str:
    name = " ".join(clean(name).split())
    if not name:
        raise UserError(_("Give the source a name."), field="name")
    if len(name) > 120:
        raise UserError(
            _("The name of a source has at most 120 characters."), field="name"
        )
    return name


def _good_channel(channel: str) -> str:
    if channel not in Channel.values:
        raise UserError(
            _("There is no channel “{channel}”. Use one of: {choices}.").format(
                channel=channel, choices=", ".join(Channel.values)
            ),
            field="channel",
        )
    return channel
