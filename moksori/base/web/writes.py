"""What a member changes about the pages themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import UserError
from moksori.base.people.models import Member


@transaction.atomic
def choose_language(language: str, *, by: Member) -> None:
    """Pages and editions come in this language from now on."""
    if language not in dict(settings.LANGUAGES):
        raise UserError(_("Choose 한국어 or English."), field="language")
    if by.language == language:
        return
    by.language = language
    by.save(update_fields=["language"])
    audit.record("choose_language", by, by=by, language=language)
