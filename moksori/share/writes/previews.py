"""How the next edition would look, channel by channel; nothing is kept or sent."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.share.channels import channel_of, email
from moksori.share.channels.shaping import shaped
from moksori.share.models import Edition
from moksori.share.sections.blocks import Content
from moksori.share.writes.deliveries import depth_of, told_of
from moksori.share.writes.editions import draft_of

EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Preview:
    """`content` as it would travel, cut to the depth; `html` of the letter; `payload`
    is the JSON that a messenger would get."""

    kind: str
    content: Content
    language: str
    html: str = ""
    payload: str = ""


def preview(member: Member, kind: str, *, by: Member) -> Preview:
    """Composed as of now, for the member alone. Links in it lead nowhere yet."""
    if by.pk != member.pk:
        raise NotFound
    edition = _unsaved(member)
    depth = depth_of(member)
    content = shaped(Content.from_json(edition.content), depth)
    if kind == EMAIL:
        letter = email.letter(edition, depth)
        return Preview(kind, content, edition.language, html=letter.html)
    channel = channel_of(kind)
    with translation.override(edition.language):
        payload = channel.render(told_of(edition, depth))
    said = json.dumps(payload, ensure_ascii=False, indent=2)
    return Preview(kind, content, edition.language, payload=said)


def _unsaved(member: Member) -> Edition:
    found = draft_of(member)
    if found is None:
        raise UserError(
            _(
                "There is no feedback yet that you may read. Ask for a role where "
                "your customers are, or come back when feedback is in."
            )
        )
    content, language = found
    today = timezone.localdate()
    # Token and number of no edition: the links of a preview answer for nobody.
    return Edition(
        pk=0,
        member=member,
        since=today,
        until=today,
        language=language,
        content=content.as_json(),
        token="preview",  # noqa: S106
    )
