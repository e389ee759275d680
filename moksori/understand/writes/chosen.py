"""A note whose writer said which known theme it is about."""

from __future__ import annotations

from django.utils import timezone

from moksori.analysis.clauses import clauses
from moksori.analysis.duplicates import text_key
from moksori.collect.models import Feedback, Note
from moksori.understand.models import Correction, Pin, Theme, affiliate_id
from moksori.understand.reads.near import closeness_to


def choose(note: Note, feedback_id: int) -> None:
    """Put the words of the note that are nearest to the theme into it.

    They stay there like any words that a person put right, and can be undone on the
    same page. Words that were put somewhere before stay where they are; the rest of
    the note is placed as usual.
    """
    if note.theme is None:
        return
    feedback = Feedback.objects.select_related("unit").get(pk=feedback_id)
    affiliate = affiliate_id(feedback.unit.path)
    theme = Theme.objects.filter(
        pk=note.theme, unit_id=affiliate, is_group=False, state=Theme.State.ACTIVE
    ).first()
    if theme is None:
        return
    said = [feedback.text[one.start : one.end] for one in clauses(feedback.text)]
    if not said:
        return
    words = max(said, key=lambda text: closeness_to(theme, text))
    key = text_key(words)
    if Pin.objects.filter(unit_id=affiliate, key=key).exists():
        return
    done = Correction.objects.create(
        unit_id=affiliate,
        theme=theme,
        kind=Correction.Kind.PIN,
        said={"theme": theme.pk, "touches": [f"words:{key}"]},
        before={"key": key, "pin": None, "theme": None, "others": []},
        mentions=1,
        by=note.member,
        at=timezone.now(),
    )
    Pin.objects.create(unit_id=affiliate, key=key, theme=theme, correction=done)
