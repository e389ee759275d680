"""Micro-segments: looked for each night, adopted and watched by people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from moksori.analysis.pains import MINIMUM
from moksori.analysis.segments.microsegments import MicroSegments
from moksori.base.audit.writes import record
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.storable import one_line
from moksori.collect.models import Feedback
from moksori.understand.models import PainPoint, Segment, SegmentSearch, Theme
from moksori.understand.reads.places import newest_of
from moksori.understand.reads.segment_findings import (
    Rule,
    Stored,
    key_of,
    stored,
)
from moksori.understand.reads.segment_rows import KNOWN, SegmentRows, segment_rows
from moksori.understand.reads.segment_watch import watched
from moksori.understand.reads.window import Window, sees_all, unit_ids_of
from moksori.understand.writes.pains import may_triage_in, owners_within

WEEKS = 52
ENOUGH = 300
MOST_THEMES = 60
MOST_FINDINGS = 25
MOST_SCORES = 15
MOST_VALUES = 60
# Shares and scores are two lists: together at most one in twenty is false.
RATE = 0.025
TOO_FEW = gettext_noop("There are fewer than 300 feedbacks with words to look at.")
NO_ATTRIBUTES = gettext_noop(
    "No attribute of the feedback has two values to compare: bring in product, region, "
    "age or other columns."
)


def find_segments(affiliate: int) -> int:
    """Look for micro-segments over everything said, and say how many there are.

    What is watched is counted anew. Run again, it changes nothing but the moment.
    """
    newest = newest_of(Feedback.objects.all(), unit_ids_of(affiliate))
    if newest is None:
        return 0
    window = Window.weeks(WEEKS, newest)
    rows = segment_rows(affiliate, window)
    findings, tested, trouble = _searched(affiliate, rows)
    with transaction.atomic():
        SegmentSearch.objects.update_or_create(
            unit_id=affiliate,
            defaults={
                "at": timezone.now(),
                "since": window.since,
                "until": min(window.until, newest),
                "rows": len(rows),
                "tested": tested,
                "settings": {"minimum": MINIMUM, "depth": 3, "values": _values(rows)},
                "findings": findings,
                "trouble": trouble,
            },
        )
        for segment in Segment.objects.filter(
            unit_id=affiliate, state=Segment.State.WATCHED
        ):
            _count(segment, rows)
    return len(findings)


def _searched(affiliate: int, rows: SegmentRows) -> tuple[list[Stored], int, str]:
    if len(rows) < ENOUGH:
        return [], 0, TOO_FEW
    if not rows.attributes:
        return [], 0, NO_ATTRIBUTES
    shares, tested = _of_themes(affiliate, rows)
    scores, more = _of_scores(rows)
    found = [*_strongest(shares, MOST_FINDINGS), *_strongest(scores, MOST_SCORES)]
    return found, tested + more, ""


def _strongest(found: list[Stored], most: int) -> list[Stored]:
    """What is most surely found again first, then what differs most."""
    return sorted(
        found,
        key=lambda one: (
            -round(one["stability"], 2),
            -abs(one["shrunken"]["value"]),
            one["key"],
        ),
    )[:most]


def _of_themes(affiliate: int, rows: SegmentRows) -> tuple[list[Stored], int]:
    """Who complains about a theme more often than others do."""
    active = Theme.objects.filter(
        unit_id=affiliate,
        state=Theme.State.ACTIVE,
        is_group=False,
        is_general=False,
    )
    known = set(active.values_list("pk", flat=True))
    sizes = {
        theme: n
        for theme, n in rows.theme_sizes().items()
        if n >= MINIMUM and theme in known
    }
    themes = sorted(sizes, key=lambda theme: (-sizes[theme], theme))[:MOST_THEMES]
    if not themes:
        return [], 0
    complains = np.stack([rows.complains(theme) for theme in themes], axis=1)
    search = _search("more").fit(rows.attributes, complains, scores=rows.scores)
    found = [stored(one, themes[one.outcome], rows.values) for one in search.segments_]
    return found, search.tested_


def _of_scores(rows: SegmentRows) -> tuple[list[Stored], int]:
    """Whose scores are lower than those of others."""
    if np.isfinite(rows.scores).sum() < ENOUGH:
        return [], 0
    search = _search("less").fit(rows.attributes, rows.scores)
    found = [stored(one, None, rows.values) for one in search.segments_]
    # Yes and no as a score would be a share, which is not what is stored.
    return (found if not search.is_share_ else []), search.tested_


def _search(direction: Any) -> MicroSegments:
    return MicroSegments(
        minimum=MINIMUM,
        rate=RATE,
        direction=direction,
        missing="exclude",
        rare="drop",
        most=20,
    )


def _values(rows: SegmentRows) -> dict[str, list[Any]]:
    """The most frequent values of each attribute, to write a rule with."""
    found = {}
    for name, coded in rows.attributes.items():
        sizes = np.bincount(coded.codes[coded.codes >= 0])
        order = np.argsort(-sizes, kind="stable")[:MOST_VALUES]
        kept = [int(at) for at in order if sizes[at] >= MINIMUM]
        found[name] = [rows.values[name][at] for at in kept]
    return found


def _count(segment: Segment, rows: SegmentRows) -> None:
    weeks, latest = watched(segment, rows)
    segment.weeks, segment.latest = weeks, latest
    segment.checked_at = timezone.now()
    segment.save(update_fields=["weeks", "latest", "checked_at"])


@dataclass(frozen=True, slots=True)
class Adopted:
    """What is to be watched: a rule, what of it, and its name."""

    name: str
    rule: Rule
    measure: str
    theme: Theme | None
    owner: Member | None = None
    origin: str = Segment.Origin.FOUND


def adopt_segment(
    unit: Unit, key: str, *, name: str, owner: Member | None, by: Member
) -> Segment:
    """Watch a finding of the last search under a name of its own."""
    must_adopt(by, unit.pk)
    finding = finding_of(unit.pk, key)
    theme = Theme.objects.filter(pk=finding["theme"]).first()
    what = Adopted(name, finding["rule"], finding["measure"], theme, owner)
    return _watch(unit, what, evidence=finding, by=by)


def write_segment(unit: Unit, what: Adopted, *, by: Member) -> Segment:
    """Watch a group that a person thought of."""
    must_adopt(by, unit.pk)
    if not 1 <= len(what.rule) <= 3:
        raise UserError(_("Choose one to three attributes."), field="rule")
    if what.measure == Segment.Measure.COMPLAINS and what.theme is None:
        raise UserError(_("Choose the theme to watch."), field="theme")
    if what.theme is not None and what.theme.unit_id != unit.pk:
        raise UserError(_("Choose the theme to watch."), field="theme")
    return _watch(unit, replace(what, origin=Segment.Origin.WRITTEN), by=by)


@transaction.atomic
def _watch(
    unit: Unit, what: Adopted, *, by: Member, evidence: Stored | None = None
) -> Segment:
    name = _checked_name(what.name)
    if what.owner is not None:
        _must_own(unit, what.owner)
    key = key_of(what.rule, what.measure, what.theme.pk if what.theme else None)
    segment, is_new = Segment.objects.get_or_create(
        unit=unit,
        key=key,
        defaults={
            "name": name,
            "rule": what.rule,
            "measure": what.measure,
            "theme": what.theme,
            "origin": what.origin,
            "owner": what.owner,
            "adopted_by": by,
            "adopted_at": timezone.now(),
            "evidence": evidence or {},
        },
    )
    if not is_new:
        if segment.state == Segment.State.WATCHED:
            raise Conflict(_("This group is watched already, as “%s”.") % segment.name)
        segment.name, segment.owner = name, what.owner
        segment.state, segment.retired_at = Segment.State.WATCHED, None
        segment.save(update_fields=["name", "owner", "state", "retired_at"])
    record(
        "adopt_segment",
        segment,
        by=by,
        name=name,
        rule=what.rule,
        owner=what.owner.pk if what.owner else None,
    )
    return segment


@transaction.atomic
def change_segment(
    segment: Segment, *, name: str, owner: Member | None, by: Member
) -> Segment:
    """Another name or owner."""
    must_adopt(by, segment.unit_id)
    segment.name = _checked_name(name)
    if owner is not None:
        _must_own(segment.unit, owner)
    segment.owner = owner
    segment.save(update_fields=["name", "owner"])
    record(
        "change_segment",
        segment,
        by=by,
        name=segment.name,
        owner=owner.pk if owner else None,
    )
    return segment


@transaction.atomic
def retire_segment(segment: Segment, *, by: Member) -> Segment:
    """Watch it no longer; it may be taken up again."""
    must_adopt(by, segment.unit_id)
    if segment.state != Segment.State.RETIRED:
        segment.state, segment.retired_at = Segment.State.RETIRED, timezone.now()
        segment.save(update_fields=["state", "retired_at"])
        record("retire_segment", segment, by=by)
    return segment


@transaction.atomic
def restore_segment(segment: Segment, *, by: Member) -> Segment:
    """Take back that it was retired."""
    must_adopt(by, segment.unit_id)
    if segment.state != Segment.State.WATCHED:
        segment.state, segment.retired_at = Segment.State.WATCHED, None
        segment.save(update_fields=["state", "retired_at"])
        record("restore_segment", segment, by=by)
    return segment


@transaction.atomic
def make_pain_point(segment: Segment, *, by: Member) -> PainPoint:
    """The theme in this segment as a pain point of its own, to plan an action for.

    Only for rules that pages can filter by; made once.
    """
    must_adopt(by, segment.unit_id)
    if segment.pain_point is not None:
        return segment.pain_point
    if segment.theme is None or not can_be_pain(segment):
        raise UserError(
            _(
                "Actions can be planned for groups by product, region, channel, "
                "language, age or tier that complain about a theme."
            )
        )
    where = {name: part["is"] for name, part in segment.rule.items()}
    pain, _is_new = PainPoint.objects.get_or_create(
        theme=segment.theme,
        segment={**where, "name": segment.name},
        defaults={
            "unit_id": segment.unit_id,
            "owner": segment.owner,
            "detected_at": timezone.now(),
        },
    )
    segment.pain_point = pain
    segment.save(update_fields=["pain_point"])
    record("make_pain_point", segment, by=by, pain_point=pain.pk)
    return pain


def can_be_pain(segment: Segment) -> bool:
    return segment.theme_id is not None and set(segment.rule) <= set(KNOWN)


def checked_rule(unit: Unit, rule: Rule) -> Rule:
    """The rule with values as they are stored; UserError for what nobody has."""
    search = SegmentSearch.objects.filter(unit=unit).first()
    values = search.settings.get("values", {}) if search else {}
    found: Rule = {}
    for name, part in sorted(rule.items()):
        known = {str(value): value for value in values.get(name, [])}
        if str(part["is"]) not in known:
            raise UserError(
                _("No group of enough feedback has “%(value)s” as %(attribute)s.")
                % {"value": str(part["is"])[:40], "attribute": name[:40]},
                field="rule",
            )
        found[name] = {"is": known[str(part["is"])]}
    return found


def finding_of(affiliate: int, key: str) -> Stored:
    """A finding of the last search; UserError where a newer one has replaced it."""
    search = SegmentSearch.objects.filter(unit_id=affiliate).first()
    for finding in search.findings if search else []:
        if finding["key"] == key:
            found: Stored = finding
            return found
    raise UserError(
        _("A newer search no longer shows this group. Look at the list again.")
    )


def may_adopt(by: Member, affiliate: int) -> bool:
    return sees_all(by.scope(), affiliate) and may_triage_in(by, affiliate)


def must_adopt(by: Member, affiliate: int) -> None:
    if not may_adopt(by, affiliate):
        raise NotAllowed(
            _("Your role does not include this. Ask an administrator for it."),
            ability=Ability.TRIAGE.value,
        )


def _must_own(unit: Unit, owner: Member) -> None:
    if not owners_within(unit).filter(pk=owner.pk).exists():
        raise UserError(
            _("This member cannot see the group. Choose another owner."), field="owner"
        )


def _checked_name(given: str) -> str:
    name = one_line(given, field="name")
    if not name:
        raise UserError(_("Give the group a name."), field="name")
    if len(name) > 120:
        raise UserError(_("Keep the name under 120 letters."), field="name")
    return name
