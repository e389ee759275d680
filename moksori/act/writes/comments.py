"""Say something beside a case or an action."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.act.models import Action, Case, Comment
from moksori.act.writes.cases import checked_text
from moksori.base.audit import writes as audit
from moksori.base.errors import UserError
from moksori.base.people.gate import one
from moksori.base.people.models import Member


@transaction.atomic
def comment_on(thing: Case | Action, text: str, *, by: Member) -> Comment:
    """Everybody who sees the thing may speak; the log keeps no words."""
    one(type(thing).objects.visible_to(by), pk=thing.pk)
    text = checked_text(text, field="text")
    if not text:
        raise UserError(_("Write something first."), field="text")
    comment = Comment.objects.create(
        case=thing if isinstance(thing, Case) else None,
        action=thing if isinstance(thing, Action) else None,
        member=by,
        text=text,
    )
    audit.record("comment", thing, by=by, comment=comment.pk)
    return comment
