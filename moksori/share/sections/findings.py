"""What the step understand knows about one remit; the sections share the answers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from moksori.base.customers.models import Product
from moksori.base.errors import NotFound
from moksori.base.people.models import Member, Unit
from moksori.collect.models import Feedback
from moksori.share.models import Remit
from moksori.share.reads.remits import RemitCard
from moksori.share.sections import Asked
from moksori.understand.models import affiliate_id
from moksori.understand.reads.pains import PainLine, pain_lines
from moksori.understand.reads.places import place
from moksori.understand.reads.window import Filters, Window

# A remit over more affiliates than this is a remit over everything.
MOST_AFFILIATES = 4


def window_of(member: Member, remit: RemitCard) -> Window | None:
    """The shortest recent window with enough feedback; None when there is none."""
    for filters in _places(remit):
        try:
            found = place(by=member, filters=filters)
        except NotFound:
            continue
        if found is not None and found.window is not None and found.total:
            return _from_first_day(found.window, member, filters)
    return None


def pains(asked: Asked) -> list[PainLine]:
    """The ranked pain points of the remit, the worst of each affiliate first."""
    if "pains" not in asked.shared:
        asked.shared["pains"] = _pains(asked)
    found: list[PainLine] = asked.shared["pains"]
    return found


def heard(asked: Asked) -> int:
    """How many feedbacks with words lie within window and remit.

    Those without words are in no number of an edition.
    """
    if "heard" not in asked.shared:
        rows = _feedback(asked.member, asked.remit.filters)
        asked.shared["heard"] = rows.filter(_within(asked.since, asked.until)).count()
    count: int = asked.shared["heard"]
    return count


def is_anything_new(asked: Asked) -> bool:
    """Whether feedback of the remit has come in since the edition before.

    That nothing fits the remit is told once, until the remit changes.
    """
    if not heard(asked):
        return asked.previous_at is None or _changed_since(asked, asked.previous_at)
    if asked.previous_at is None:
        return True
    rows = _feedback(asked.member, asked.remit.filters)
    return rows.filter(received_at__gt=asked.previous_at).exists()


def path(name: str, *args: int, query: str = "") -> str:
    """The address of a page that may belong to a later step; "" while there is none."""
    try:
        found = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{found}?{query}" if query else found


def _changed_since(asked: Asked, at: datetime) -> bool:
    return Remit.objects.filter(member=asked.member, changed_at__gt=at).exists()


def _pains(asked: Asked) -> list[PainLine]:
    window = Window(asked.since, asked.until)
    found: list[PainLine] = []
    for filters in _places(asked.remit):
        try:
            found += pain_lines(by=asked.member, window=window, filters=filters)
        except NotFound:
            continue
    themes = asked.remit.theme_ids
    kept = [line for line in found if not themes or line.theme in themes]
    # Scores of two affiliates do not compare; the worst of each comes first.
    return sorted(kept, key=lambda line: (line.rank, -line.score))


def _places(remit: RemitCard) -> list[Filters]:
    """The remit's filters, once for each affiliate it touches."""
    own = remit.filters
    units = Unit.objects.filter(pk__in=own.units)
    if not own.units and own.products:
        cared_for = Product.objects.filter(pk__in=own.products)
        units = Unit.objects.filter(pk__in=cared_for.values("unit"))
    affiliates: dict[int, None] = {}
    for unit in units.order_by("path"):
        if unit.depth:
            affiliates.setdefault(affiliate_id(unit.path))
        else:
            below = Unit.objects.filter(parent=unit).order_by("path")
            affiliates |= dict.fromkeys(below.values_list("pk", flat=True))
    if not affiliates:
        return [own]
    return [own.also(unit=pk) for pk in list(affiliates)[:MOST_AFFILIATES]]


def _feedback(member: Member, filters: Filters) -> QuerySet[Feedback]:
    rows: QuerySet[Feedback] = Feedback.objects.visible_to(member)
    return rows.filter(filters.q()).exclude(text="")


def _within(since: date, until: date) -> Q:
    """Moments rather than days, so that the index by time serves."""
    zone = timezone.get_default_timezone()
    first = datetime.combine(since, time.min, zone)
    end = datetime.combine(until + timedelta(days=1), time.min, zone)
    return Q(occurred_at__gte=first, occurred_at__lt=end)


def _from_first_day(window: Window, member: Member, filters: Filters) -> Window:
    """ "All the time" starts with the first feedback, not in 1970."""
    if window.days <= 400:
        return window
    rows = _feedback(member, filters).order_by("occurred_at")
    first = rows.values_list("occurred_at", flat=True).first()
    since = timezone.localdate(first) if first else window.until - timedelta(days=27)
    return Window(max(since, date(1970, 1, 1)), window.until)
