"""Themes, mentions, pain points, and what search looks through."""

from moksori.understand.models.affiliates import (
    AffiliateQuerySet,
    OfAffiliate,
    affiliate_id,
    affiliates_of,
)
from moksori.understand.models.alarms import Alarm, AlarmWatch
from moksori.understand.models.corrections import (
    Correction,
    Pin,
)
from moksori.understand.models.mentions import (
    BAD,
    MENTIONS_PER_FEEDBACK,
    Mention,
    SearchText,
    TextVector,
    is_negative,
)
from moksori.understand.models.pains import (
    PainPoint,
    SavedView,
)
from moksori.understand.models.populations import Population
from moksori.understand.models.segments import Segment, SegmentSearch
from moksori.understand.models.themes import (
    Emerging,
    Theme,
    ThemeRun,
)

__all__ = [
    "BAD",
    "MENTIONS_PER_FEEDBACK",
    "AffiliateQuerySet",
    "Alarm",
    "AlarmWatch",
    "Correction",
    "Emerging",
    "Mention",
    "OfAffiliate",
    "PainPoint",
    "Pin",
    "Population",
    "SavedView",
    "SearchText",
    "Segment",
    "SegmentSearch",
    "TextVector",
    "Theme",
    "ThemeRun",
    "affiliate_id",
    "affiliates_of",
    "is_negative",
]
