"""Changes that people make to themes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from moksori.base.audit.writes import record
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.understand.models import Theme


@transaction.atomic
def rename_theme(theme: Theme, *, name_ko: str, name_en: str = "", by: Member) -> Theme:
    """Give a theme the name that people use; learning again keeps it."""
    by.must(Ability.EDIT_THEMES, theme)
    name_ko, name_en = " ".join(name_ko.split()), " ".join(name_en.split())
    if not name_ko:
        raise UserError(_("A theme needs a name."), field="name_ko")
    if max(len(name_ko), len(name_en)) > 120:
        raise UserError(_("Use at most 120 characters."), field="name_ko")
    theme.name_ko, theme.name_en = name_ko, name_en
    theme.named_by, theme.is_general = Theme.NamedBy.PERSON, False
    theme.save(update_fields=["name_ko", "name_en", "named_by", "is_general"])
    record("rename_theme", theme, by=by)
    return theme
