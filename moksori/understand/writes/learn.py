"""Learning themes: on a sample, with identities and people's names kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from moksori.analysis.communities import NO_THEME, renumbered
from moksori.analysis.describe import Description, describe_themes
from moksori.analysis.encoders import label
from moksori.analysis.naming import ThemeName, name_themes
from moksori.analysis.neighbours import Vectors, unit
from moksori.analysis.themes import Themes
from moksori.base.people.models import Unit
from moksori.collect.models import Feedback
from moksori.understand.models import Mention, Theme, ThemeRun, affiliate_id
from moksori.understand.placing.sets import packed
from moksori.understand.placing.vectors import topical_vectors
from moksori.understand.reads.window import unit_ids_of
from moksori.understand.writes.corrections import place_everything
from moksori.understand.writes.embed import carried_centers, encoder_to_learn_with
from moksori.understand.writes.enrich import slices
from moksori.understand.writes.identities import (
    Space,
    carry_taught,
    known_themes,
    put_away,
    stays_away,
    was_moved,
)

ENOUGH = 300
SAMPLE = 20_000
SEED = 0


@dataclass(frozen=True, slots=True)
class Said:
    """The mentions to learn from, and of how many feedbacks they are a sample."""

    texts: list[str]
    languages: list[str]
    feedback: int


@dataclass(frozen=True, slots=True)
class Names:
    """Names and descriptions of the themes found, and of the groups they are in."""

    themes: Sequence[tuple[ThemeName, Description]]
    groups: Sequence[tuple[ThemeName, Description]]


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
    encoder = encoder_to_learn_with(affiliate)
    vectors = topical_vectors(said.texts, encoder)
    found = Themes(seed=SEED).fit(vectors)
    if not len(found.centers_):
        return None
    grouped = np.append(_groups(found), NO_THEME)[found.labels_]
    names = Names(_named(said, found.labels_, vectors), _named(said, grouped, vectors))
    # A slow encoder may be asked here, so before the transaction begins.
    encode = partial(topical_vectors, encoder=encoder)
    known = carried_centers(affiliate, encoder)
    space = Space(label(encoder), encode, known)
    return _keep(affiliate, found, names, said, space)


def _named(
    said: Said, labels: NDArray[np.int64], vectors: Vectors
) -> list[tuple[ThemeName, Description]]:
    names = name_themes(said.texts, labels, vectors, said.languages)
    about = describe_themes(said.texts, labels, vectors, names)
    return list(zip(names, about, strict=True))


def _groups(found: Themes) -> NDArray[np.int64]:
    """The group of each theme; NO_THEME for one that would be alone in its group."""
    sizes = np.bincount(found.groups_, minlength=1)
    return renumbered(np.where(sizes[found.groups_] > 1, found.groups_, NO_THEME))


@transaction.atomic
def _keep(
    affiliate: int, found: Themes, names: Names, said: Said, space: Space
) -> ThemeRun:
    # One at a time: two workers must not give one theme two identities.
    Unit.objects.select_for_update().get(pk=affiliate)
    last = ThemeRun.objects.filter(unit_id=affiliate).order_by("-number").first()
    run = ThemeRun(
        unit_id=affiliate,
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        seed=SEED,
        encoder=space.encoder,
        feedback=said.feedback,
        sample=len(said.texts),
        state=packed(found),
        candidates=[asdict(one) for one in found.candidates_],
    )
    of = _groups(found)
    carry_taught(affiliate, space)
    centers = _group_centers(found, of)
    groups = _renewed(run, centers, names.groups, space, of_groups=True)
    themes = _renewed(run, found.centers_, names.themes, space, of_groups=False)
    for at, theme in enumerate(themes):
        theme.spread = float(found.coherence_[at])
        if not was_moved(theme):
            theme.parent = groups[of[at]] if of[at] != NO_THEME else None
        theme.save()
    run.labels = [theme.pk for theme in themes]
    run.archived = put_away(run, (*groups, *themes), space)
    run.save()
    place_everything(affiliate)
    return run


def _group_centers(found: Themes, of: NDArray[np.int64]) -> Vectors:
    """The centre of each group: of its themes, by their sizes."""
    count, inside = int(of.max(initial=NO_THEME)) + 1, of >= 0
    sums = np.zeros((count, found.centers_.shape[1]), np.float32)
    weighed = found.centers_ * found.sizes_[:, None]
    np.add.at(sums, of[inside], weighed[inside])
    return unit(sums)


def _renewed(
    run: ThemeRun,
    centers: Vectors,
    names: Sequence[tuple[ThemeName, Description]],
    space: Space,
    *,
    of_groups: bool,
) -> list[Theme]:
    """A stored theme (or group) for each centre: a known one, or a new one."""
    known = known_themes(run.unit_id, centers, space, of_groups=of_groups)
    out = []
    for at, (name, about) in enumerate(names):
        old = known.get(at)
        theme = old or Theme(unit_id=run.unit_id, born_at=run.at, is_group=of_groups)
        before = theme.name_ko if old else ""
        _rename(theme, name, about)
        if not stays_away(theme):
            theme.state = Theme.State.ACTIVE
        theme.center = centers[at].astype(np.float32).tobytes()
        theme.save()
        out.append(theme)
        if not of_groups:
            run.kept, run.born = run.kept + bool(old), run.born + (not old)
            what = "kept" if old else "born"
            run.changes.append(
                {
                    "theme": theme.pk,
                    "what": what,
                    "name": theme.name_ko,
                    "before": before,
                }
            )
    return out


def _rename(theme: Theme, name: ThemeName, about: Description) -> None:
    theme.words = list(name.words)
    is_told = theme.definition.get("described")
    if theme.named_by != Theme.NamedBy.MODEL and not is_told:
        theme.description_ko, theme.description_en = about.ko[:200], about.en[:200]
    if theme.named_by == Theme.NamedBy.MACHINE:
        theme.name_ko, theme.name_en = name.ko[:120], name.en[:120]
        theme.is_general = name.is_general


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
