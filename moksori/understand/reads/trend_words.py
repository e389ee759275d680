"""What the analysis of trends and recurrence says, for the translators."""

from __future__ import annotations

from django.utils.translation import gettext_noop

# The analysis speaks English and knows no Django; its sentences are gathered here.
SAID_BY_ANALYSIS = (
    gettext_noop("Farrington, improved by Noufaily et al. 2013"),
    gettext_noop("Binomial CUSUM, limit by simulation"),
    gettext_noop("Seasons are known from one year only."),
    gettext_noop("Less than a year of history: the season is not known."),
    gettext_noop("The weeks behave as in the years before."),
)
