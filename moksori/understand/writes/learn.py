"""Learning themes: on a sample, with identities and people's names kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from moksori.analysis.encoder import StaticEncoder
from moksori.analysis.naming import ThemeName, name_themes
from moksori.analysis.themes import Themes, match_themes
from moksori.base.people.models import Unit
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback
from moksori.understand.models import Mention, Theme, ThemeRun, affiliate_id
from moksori.understand.reads.window import unit_ids_of
from moksori.understand.writes.enrich import slices
from moksori.understand.writes.theme_sets import Vectors, packed, theme_vectors

ENOUGH = 300
SAMPLE = 20_000
NOTE = 500
SEED = 0


@dataclass(frozen=True, slots=True)
class Said:
    """The mentions to learn from, and of how many feedbacks they are a sample."""

    texts: list[str]
    languages: list[str]
    feedback: int


def due_affiliates() -> list[int]:
    """Affiliates whose themes should be learned now, see `is_due`."""
    paths = Unit.objects.values_list("path", flat=True)
    return [one for one in sorted({affiliate_id(p) for p in paths}) if is_due(one)]


def is_due(affiliate: int) -> bool:
    """Whether themes should be learned without waiting for the weekly turn.

    The first time with 300 feedbacks; then whenever there are twice as many as the
    last time, until the sample is full.
    """
    count = _feedback(affiliate).count()
    last = ThemeRun.objects.filter(unit_id=affiliate).order_by("-number").first()
    if last is None:
        return count >= ENOUGH
    return last.feedback < SAMPLE and count >= 2 * last.feedback


def learn_themes(affiliate: int) -> ThemeRun | None:
    """Learn the themes of an affiliate anew; None with too little to learn from.

    The same feedback gives the same themes. A theme found again keeps its id, and its
    name if a person gave it; one not found again is archived, not deleted. All
    feedback is then placed anew, in the background, from notes left here.
    """
    said = _said(affiliate)
    if said.feedback < ENOUGH or not said.texts:
        return None
    vectors = theme_vectors(said.texts)
    found = Themes(seed=SEED).fit(vectors)
    if not len(found.centers_):
        return None
    names = name_themes(said.texts, found.labels_, vectors, said.languages)
    return _keep(affiliate, found, names, said)


@transaction.atomic
def _keep(
    affiliate: int, found: Themes, names: Sequence[ThemeName], said: Said
) -> ThemeRun:
    # One at a time: two workers must not give one theme two identities.
    Unit.objects.select_for_update().get(pk=affiliate)
    last = ThemeRun.objects.filter(unit_id=affiliate).order_by("-number").first()
    run = ThemeRun(
        unit_id=affiliate,
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        seed=SEED,
        encoder=f"{StaticEncoder.name} {StaticEncoder.version}",
        feedback=said.feedback,
        sample=len(said.texts),
        state=packed(found),
    )
    known = _identities(affiliate, found.centers_)
    for at, name in enumerate(names):
        theme = known.get(at) or Theme(unit_id=affiliate, born_at=run.at)
        run.kept, run.born = run.kept + (at in known), run.born + (at not in known)
        _renew(theme, found, at, name)
        run.labels.append(theme.pk)
    gone = Theme.objects.filter(unit_id=affiliate, state=Theme.State.ACTIVE)
    run.archived = gone.exclude(pk__in=run.labels).update(state=Theme.State.ARCHIVED)
    run.save()
    for ids in slices(_feedback_ids(affiliate), NOTE):
        outbox.put("assign", {"ids": list(ids)})
    return run


def _identities(affiliate: int, centers: Vectors) -> dict[int, Theme]:
    """Which new theme is which known one; those in use are asked before others."""
    known: dict[int, Theme] = {}
    for state in (Theme.State.ACTIVE, Theme.State.ARCHIVED):
        old = list(Theme.objects.filter(unit_id=affiliate, state=state).order_by("pk"))
        free = [at for at in range(len(centers)) if at not in known]
        if not old or not free:
            continue
        were = np.stack([np.frombuffer(bytes(t.center), np.float32) for t in old])
        for new, before in match_themes(were, centers[free]).items():
            known[free[new]] = old[before]
    return known


def _renew(theme: Theme, found: Themes, at: int, name: ThemeName) -> None:
    theme.state = Theme.State.ACTIVE
    theme.center = found.centers_[at].astype(np.float32).tobytes()
    theme.spread = float(found.coherence_[at])
    theme.words = list(name.words)
    if theme.named_by == Theme.NamedBy.MACHINE:
        theme.name_ko, theme.name_en = name.ko[:120], name.en[:120]
        theme.is_general = name.is_general
    theme.save()


def _said(affiliate: int) -> Said:
    """Every mention, or those of feedbacks evenly spread over all of them."""
    ids = _feedback_ids(affiliate)
    step = -(-len(ids) // SAMPLE) or 1
    texts, languages = [], []
    for part in slices(ids[::step], 1_000):
        rows = Mention.objects.filter(feedback_id__in=part).order_by("pk")
        columns = ("feedback__text", "start", "end", "language")
        for text, start, end, language in rows.values_list(*columns):
            texts.append(text[start:end])
            languages.append(language)
    return Said(texts, languages, len(ids))


def _feedback_ids(affiliate: int) -> list[int]:
    return list(_feedback(affiliate).order_by("pk").values_list("pk", flat=True))


def _feedback(affiliate: int) -> QuerySet[Feedback]:
    """Feedback with words. The root has only what sits there itself."""
    units = unit_ids_of(affiliate)
    return Feedback.objects.filter(unit_id__in=units).exclude(text="")


def learned_affiliates() -> list[int]:
    """Affiliates whose themes were learned before, and so come up again."""
    rows = ThemeRun.objects.order_by("unit_id").values_list("unit_id", flat=True)
    return list(rows.distinct())
