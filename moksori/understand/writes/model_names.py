"""Names and descriptions by a language model, where one is configured."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet

from moksori.analysis.posting import Address
from moksori.analysis.written import TEXTS, Model, Written, write_about
from moksori.base.warehouse import outbox
from moksori.understand.models import Mention, Theme
from moksori.understand.writes.enrich import slices

TOPIC = "names"
AT_ONCE = 5
LANGUAGES = ("ko", "en")


def model() -> Model | None:
    """The language model of the settings; None where there is none."""
    if not settings.MOKSORI_LLM_URL:
        return None
    address = Address(settings.MOKSORI_LLM_URL, settings.MOKSORI_LLM_KEY)
    return Model(settings.MOKSORI_LLM_MODEL, address)


def ask_for_names(affiliate: int) -> None:
    """Note which themes a language model should name; nothing without a model."""
    if model() is None:
        return
    ids = _to_name().filter(unit_id=affiliate).values_list("pk", flat=True)
    for part in slices(list(ids.order_by("pk")), AT_ONCE):
        outbox.put(TOPIC, {"themes": list(part)})


def name_by_model() -> bool:
    """Have the themes of the next note named; False when nothing can be done now.

    Waits until what was said is placed. Done again after a failure, it asks only for
    what nobody has named since.
    """
    asked = model()
    if asked is None or outbox.waiting("assign", "assign"):
        return False
    with outbox.reading(TOPIC) as is_ours:
        batch = outbox.take(TOPIC, TOPIC, 1) if is_ours else None
        if not batch:
            return False
        for note in batch.payloads:
            for theme in _to_name().filter(pk__in=note["themes"]).order_by("pk"):
                _name(theme, asked)
        return outbox.advance(batch)


def _to_name() -> QuerySet[Theme]:
    """What only the system has named; a person's word is never touched."""
    return Theme.objects.filter(
        state=Theme.State.ACTIVE, named_by=Theme.NamedBy.MACHINE, is_general=False
    )


def _name(theme: Theme, asked: Model) -> None:
    texts = _typical(theme)
    if not texts or theme.definition.get("described"):
        return
    found: dict[str, Written] = {}
    for language in LANGUAGES:
        written = write_about(texts, theme.words, language=language, model=asked)
        if written is None or _is_taken(theme, written.name):
            return
        found[language] = written
    # A person may have named it while the model thought.
    _to_name().filter(pk=theme.pk).update(
        name_ko=found["ko"].name,
        name_en=found["en"].name,
        description_ko=found["ko"].description,
        description_en=found["en"].description,
        named_by=Theme.NamedBy.MODEL,
    )


def _is_taken(theme: Theme, name: str) -> bool:
    same = Q(name_ko__iexact=name) | Q(name_en__iexact=name)
    others = Theme.objects.filter(
        unit_id=theme.unit_id, state=Theme.State.ACTIVE, is_group=theme.is_group
    )
    return others.filter(same).exclude(pk=theme.pk).exists()


def _typical(theme: Theme) -> list[str]:
    inside = Q(theme__parent=theme) if theme.is_group else Q(theme=theme)
    rows = Mention.objects.filter(inside).order_by("-confidence", "pk")
    columns = ("feedback__text", "start", "end")
    texts = [text[a:b] for text, a, b in rows.values_list(*columns)[: 5 * TEXTS]]
    return list(dict.fromkeys(texts))[:TEXTS]
