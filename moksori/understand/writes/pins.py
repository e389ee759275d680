"""Where words belong, as people say it: the same words, wherever they are said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from moksori.analysis.duplicates import text_key
from moksori.base.audit.writes import record
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.understand.models import Correction, Mention, Pin, Theme, affiliate_id
from moksori.understand.reads.window import unit_ids_of
from moksori.understand.writes.corrections import (
    Kind,
    Step,
    in_use,
    note,
    one_at_a_time,
    place_again,
)

MOST_NEAR = 20
LARGEST_ID = 2**63


@dataclass(frozen=True, slots=True)
class Settled:
    """What one answer settles: the keys of words, its own first, and who says them."""

    keys: tuple[int, ...]
    mentions: QuerySet[Mention]


@transaction.atomic
def pin_mention(
    mention: Mention, theme: Theme | None, *, near: Sequence[int] = (), by: Member
) -> Correction:
    """Say where these words belong (None: in no theme); the same words stay there.

    `near` are mentions of other words that mean the same, and go with them.
    """
    affiliate = affiliate_id(mention.feedback.unit.path)
    by.must(Ability.EDIT_THEMES, InUnit(affiliate))
    if theme is not None and (theme.is_group or theme.unit_id != affiliate):
        raise UserError(_("Choose a theme of the same unit."), field="theme")
    one_at_a_time(affiliate)
    mention.refresh_from_db()
    about = theme or mention.theme
    if about is None:
        raise UserError(_("These words are in no theme already."), field="theme")
    if theme is not None:
        in_use(theme)
    asked = settled(mention, near, by=by)
    key, *others = asked.keys
    old = Pin.objects.filter(unit_id=affiliate, key=key).first()
    was = {"theme": old.theme_id, "correction": old.correction_id} if old else None
    step = Step(
        Kind.PIN,
        tuple(f"words:{one}" for one in asked.keys),
        {"theme": theme.pk if theme else None, "mention": mention.pk},
        {"key": key, "pin": was, "theme": mention.theme_id, "others": others},
        asked.mentions.count(),
    )
    done = note(about, step, by=by)
    for one in asked.keys:
        Pin.objects.update_or_create(
            unit_id=affiliate, key=one, defaults={"theme": theme, "correction": done}
        )
    place_again(asked.mentions)
    record("pin_mention", about, by=by, mention=mention.pk)
    return done


def settled(mention: Mention, near: Sequence[int] = (), *, by: Member) -> Settled:
    """The words of a mention and of those near it, where nobody placed them yet."""
    affiliate = affiliate_id(mention.feedback.unit.path)
    units = unit_ids_of(affiliate)
    rows = Mention.objects.visible_to(by).filter(feedback__unit_id__in=units)
    wanted = [pk for pk in near[:MOST_NEAR] if 0 < pk < LARGEST_ID]
    rows = rows.filter(pk__in=wanted).select_related("feedback")
    own = key_of(mention)
    keys = {own: mention.pk} | {key_of(row): row.pk for row in rows.order_by("pk")}
    pins = Pin.objects.filter(unit_id=affiliate, key__in=list(keys))
    for taken in pins.exclude(key=own).values_list("key", flat=True):
        del keys[taken]
    same = Q(key__in=list(keys), feedback__unit_id__in=units)
    # Words that were found before keys were kept have none.
    alone = Q(pk__in=[mention.pk, *keys.values()])
    return Settled(tuple(keys), Mention.objects.filter(same | alone))


def key_of(mention: Mention) -> int:
    """The key of its words, also where they were found before keys were kept."""
    if mention.key is not None:
        return mention.key
    return text_key(mention.feedback.text[mention.start : mention.end])
