"""Words for scores, attributes, and what the analysis says of weights."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django.utils.translation import pgettext_lazy as _p

from moksori.collect.answers import Kind

KINDS = {
    Kind.NPS.value: _("Would recommend (NPS)"),
    Kind.CSAT.value: _("Satisfied (CSAT)"),
    Kind.CES.value: _("Found it easy (CES)"),
    Kind.RATING.value: _("Mean grade"),
}
SHORT = {
    Kind.NPS.value: _("Those who give 9 or 10 less those who give 0 to 6, of 100."),
    Kind.CSAT.value: _("The share in the upper quarter of the scale: 4 or 5 of 5."),
    Kind.CES.value: _("The share that found it easy: 5 to 7 of 7, or 4 and 5 of 5."),
    Kind.RATING.value: _("The mean of all grades, stretched to 0–10."),
}
ATTRIBUTES = {
    "product": _("Product"),
    "region": _("Region"),
    "channel": _p("feedback", "Channel"),
    "language": _("Language"),
    "age_band": _("Age"),
    "tier": _("Membership tier"),
    "visits": _("Number of visits"),
    "came_back": _("Came back"),
}
SAID_BY_ANALYSIS = (
    gettext_noop("Difference of two estimates by their intervals (square and add)"),
    gettext_noop("Linearised standard error of a weighted sample"),
    gettext_noop("Wilson score interval at the effective sample size"),
    gettext_noop("Adjusted Wald interval at the effective sample size"),
    gettext_noop("Rao–Scott F test of independence"),
    gettext_noop("Who did not answer thinks like those of the same groups who did."),
    gettext_noop(
        "The answers are a random sample, drawn as the weights and groups say."
    ),
    gettext_noop("Nobody answered, so there is nothing to say."),
    gettext_noop("Weights must be positive numbers."),
    gettext_noop("A stratum has one cluster only: join it with another."),
    gettext_noop("There are no answers to weight."),
    gettext_noop("No weights meet all margins at once."),
    gettext_noop("Raking needs at least one margin."),
    gettext_noop("The margin “{name}” must hold counts or shares."),
    gettext_noop("The margin “{name}” counts nobody."),
    gettext_noop("The margins count populations of different size."),
    gettext_noop("The margin “{name}” must know every answer."),
    gettext_noop("The margin “{name}” says nothing of “{group}”."),
    gettext_noop("Nobody of “{group}” answered, so no weight can speak for them."),
    gettext_noop("The margin “{name}” has nobody in “{group}”, who answered."),
)
