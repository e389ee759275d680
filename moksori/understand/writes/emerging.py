"""What is new and fits no theme: found, kept as one alert each, counted, faded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator

from moksori.analysis.duplicates import folds
from moksori.analysis.emerging import SHORTEST, Subject
from moksori.analysis.emerging import Emerging as Finder
from moksori.analysis.naming import ThemeName, name_themes
from moksori.analysis.neighbours import Vectors, unit
from moksori.base.people.models import Unit
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback
from moksori.understand.models import Emerging, Theme, affiliate_id
from moksori.understand.placing.sets import encoder_name, theme_vectors
from moksori.understand.placing.taught import said_in
from moksori.understand.reads.emerging import weekly
from moksori.understand.reads.encoders import last_run
from moksori.understand.writes.enrich import slices
from moksori.understand.writes.lately import (
    WEEKS,
    Said,
    newest_mention,
    said_lately,
    said_since,
)

ENOUGH = 300
MUCH_NEW = 200
NOTE = 500
FADES_AFTER = timedelta(weeks=4)
COUNTED = 100_000
KEPT = 2_000
BESIDE = 0.5
TYPICAL = 40
WIDEST = 0.35
# Copies of one text lie this near to it, whatever a typo does to the vector.
_A_COPY = 0.06
State = Emerging.State


@dataclass(frozen=True, slots=True)
class Evidence:
    """How an issue was found, as it is kept with it.

    In the last `window` days up to `day` came `count` where `expected` would have;
    `chance` is how often nothing new shows as much. `within` is the theme it grows in.
    """

    window: int
    day: str
    count: int
    expected: float
    chance: float
    density: float
    is_campaign: bool
    within: int | None
    encoder: str


def news_to_look_for() -> list[int]:
    """Affiliates with so much feedback since the last look that it is worth another.

    Says each only once: the notes that name the feedback are passed.
    """
    batch = outbox.take("emerging", "feedback")
    ids = {pk for note in batch.payloads for pk in note.get("ids", ())}
    if len(ids) < MUCH_NEW and len(batch.payloads) < MUCH_NEW:
        return []
    outbox.advance(batch)
    paths = Unit.objects.filter(pk__in=_units_of(sorted(ids)))
    return sorted({affiliate_id(path) for path in paths.values_list("path", flat=True)})


def _units_of(feedback: Sequence[int]) -> set[int]:
    units: set[int] = set()
    for part in slices(feedback, NOTE):
        rows = Feedback.objects.filter(pk__in=part)
        units |= set(rows.values_list("unit_id", flat=True))
    return units


def find_emerging(affiliate: int) -> int:
    """Look for what is new, and say how many issues are new since the last look.

    An issue found again grows; one that nobody speaks of for four weeks fades; one
    that was set aside, or made a theme, is not raised again.
    """
    with outbox.reading("emerging") as is_ours:
        # Two workers must not raise the same alert twice.
        return _look(affiliate) if is_ours else 0


def _look(affiliate: int) -> int:
    newest = newest_mention(affiliate)
    if newest is None or last_run(affiliate) is None:
        return 0
    said = said_lately(affiliate, newest)
    found: list[_Found] = []
    if len(set(said.feedback)) >= ENOUGH:
        found = _found(affiliate, said, newest)
    new = _keep(affiliate, found)
    _count(affiliate, newest)
    return new


@dataclass(frozen=True, slots=True)
class _Found:
    """A subject with its name, in terms of what is stored."""

    subject: Subject
    name: ThemeName
    first_day: date
    typical: list[int]
    evidence: Evidence

    @property
    def radius(self) -> float:
        distance = _A_COPY if self.subject.is_campaign else 1 - self.subject.radius
        return min(max(distance, _A_COPY), WIDEST)


def _found(affiliate: int, said: Said, newest: date) -> list[_Found]:
    vectors = theme_vectors(said.texts, affiliate)
    finder = Finder().fit(
        vectors,
        days=said.days,
        within=said.themes,
        authors=said.feedback,
        copies=folds(said.texts, shortest=SHORTEST),
    )
    subjects = finder.found_
    # Words are to set each apart from everything else too, not only from the others.
    labels = np.where(finder.labels_ < 0, len(subjects), finder.labels_)
    names = name_themes(said.texts, labels, vectors, said.languages)
    encoder = encoder_name(affiliate)
    return [
        _in_terms_of(said, subject, names[at], newest, encoder)
        for at, subject in _said_apart(said, subjects)
    ]


def _said_apart(said: Said, subjects: Sequence[Subject]) -> list[tuple[int, Subject]]:
    """The subjects, without those that mostly stand beside a larger one.

    "It smells" and "please look into it", written by the same customers, are one issue.
    """
    told = [
        ({said.feedback[member] for member in one.members.tolist()}, at, one)
        for at, one in enumerate(subjects)
    ]
    kept: list[tuple[set[int], int, Subject]] = []
    for own, at, one in sorted(told, key=lambda one: -len(one[0])):
        if all(len(own & others) < BESIDE * len(own) for others, *_ in kept):
            kept.append((own, at, one))
    return [(at, one) for _, at, one in kept]


def _in_terms_of(
    said: Said, one: Subject, name: ThemeName, newest: date, encoder: str
) -> _Found:
    lately = newest.toordinal() - one.window
    days = [said.days[at] for at in one.members.tolist()]
    typical = [*name.typical, *one.members[:TYPICAL].tolist()]
    evidence = Evidence(
        window=one.window,
        day=newest.isoformat(),
        count=one.count,
        expected=round(one.expected, 2),
        chance=one.chance,
        density=round(one.density, 3),
        is_campaign=one.is_campaign,
        within=None if one.within < 0 else one.within,
        encoder=encoder,
    )
    return _Found(
        one,
        _named(name, said.texts[typical[0]], in_its_words=one.is_campaign),
        date.fromordinal(min(day for day in days if day > lately)),
        list(dict.fromkeys(said.ids[at] for at in typical))[:TYPICAL],
        evidence,
    )


def _named(name: ThemeName, text: str, *, in_its_words: bool) -> ThemeName:
    """The name; of a campaign, and where no word sets it apart, the beginning of it."""
    if name.ko and not name.is_general and not in_its_words:
        return name
    short = Truncator(" ".join(text.split())).chars(48)
    return ThemeName(short, short, name.words_ko, name.words_en, name.typical)


@transaction.atomic
def _keep(affiliate: int, found: Sequence[_Found]) -> int:
    known = list(Emerging.objects.filter(unit_id=affiliate).order_by("-seen_at", "pk"))
    for row in known:
        _in_this_space(row, affiliate)
    new = 0
    for one in found:
        same = _same(one, known)
        if same is not None and same.state == State.ADOPTED:
            continue
        row = same or Emerging(
            unit_id=affiliate, found_at=timezone.now(), first_day=one.first_day
        )
        if same is None:
            known.append(row)
            new += 1
        _renew(row, one)
        row.save()
    return new


def _same(one: _Found, known: Sequence[Emerging]) -> Emerging | None:
    """The known issue that this is: the nearest centre, within either's radius."""
    best: tuple[float, Emerging] | None = None
    for row in known:
        far = 1 - float(_center(row) @ one.subject.center)
        if far <= max(row.radius, one.radius) and (best is None or far < best[0]):
            best = far, row
    return best[1] if best else None


def _renew(row: Emerging, one: _Found) -> None:
    row.name_ko, row.name_en = one.name.ko[:120], (one.name.en or one.name.ko)[:120]
    row.words = list(one.name.words)[:12]
    row.center = one.subject.center.astype(np.float32).tobytes()
    row.radius, row.typical = one.radius, one.typical
    row.first_day = min(row.first_day, one.first_day)
    row.last_day = date.fromisoformat(one.evidence.day)
    row.evidence = asdict(one.evidence)
    row.seen_at = timezone.now()
    if row.state == State.FADED:
        row.state = State.NEW


def _in_this_space(row: Emerging, affiliate: int) -> None:
    """Its centre anew where the themes have another encoder since, kept in `row`."""
    name = encoder_name(affiliate)
    if row.evidence.get("encoder") == name:
        return
    rows = theme_vectors(said_in(row.typical), affiliate)
    if len(rows):
        center = unit(rows.mean(axis=0, keepdims=True))[0]
        row.center = center.astype(np.float32).tobytes()
        row.radius = min(max(1 - float((rows @ center).min()), _A_COPY), WIDEST)
        row.evidence = {**row.evidence, "encoder": name}
        row.save()


def _center(row: Emerging) -> Vectors:
    return np.frombuffer(bytes(row.center), np.float32)


def _count(affiliate: int, newest: date) -> None:
    """Count what is near each issue that is not over, and let what is silent fade."""
    adopted = Emerging.objects.filter(unit_id=affiliate, state=State.ADOPTED)
    # Undone on another page: the subject is new again, until a theme takes it.
    adopted.exclude(theme__state=Theme.State.ACTIVE).update(state=State.NEW, theme=None)
    counted = (State.NEW, State.DISMISSED)
    rows = Emerging.objects.filter(unit_id=affiliate, state__in=counted).order_by("pk")
    issues = list(rows)
    if not issues:
        return
    tallies = _tallies(affiliate, issues, newest)
    with transaction.atomic():
        # Somebody may have acted while it was counted.
        now = rows.select_for_update().in_bulk()
        for issue, tally in zip(issues, tallies, strict=True):
            row = now.get(issue.pk)
            if row is None:
                continue
            tally.write(row, newest)
            if row.state == State.NEW and row.last_day <= newest - FADES_AFTER:
                row.state = State.FADED
            row.save()


def _tallies(affiliate: int, rows: Sequence[Emerging], newest: date) -> list[_Tally]:
    centers = np.stack([_center(row) for row in rows])
    least = np.array([1 - row.radius for row in rows])
    tallies = [_Tally() for _ in rows]
    first = newest - timedelta(weeks=WEEKS)
    for said in said_since(affiliate, first, most=COUNTED):
        near = theme_vectors(said.texts, affiliate) @ centers.T >= least
        for at, of in zip(*np.nonzero(near), strict=True):
            tallies[of].add(said, int(at))
    return tallies


@dataclass(slots=True)
class _Tally:
    """What is near one issue, newest first."""

    ids: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    feedback: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, said: Said, at: int) -> None:
        self.ids.append(said.ids[at])
        self.days.append(said.days[at])
        self.feedback.append(said.feedback[at])
        self.texts.append(said.texts[at])

    def write(self, row: Emerging, newest: date) -> None:
        since = sum(day >= row.first_day.toordinal() for day in self.days)
        row.mentions = since
        row.feedback = len(set(self.feedback[:since]))
        groups = folds(self.texts[:since], shortest=SHORTEST)
        row.copies = since - len(set(groups.tolist()))
        row.near = self.ids[: min(since, KEPT)]
        row.weeks = weekly(self.days, newest.toordinal())
        row.evidence = {**row.evidence, "until": newest.isoformat()}
        if since:
            row.last_day = date.fromordinal(self.days[0])
