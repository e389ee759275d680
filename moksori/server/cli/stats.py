"""`moksori stats …`: what can be told of a file alone."""

from __future__ import annotations

import click

from moksori.server.cli.commands import Commands, Known
from moksori.server.cli.words import _

# Loaded when called; for each its name, where it lives, and what it tells.
STATS: dict[str, Known] = {
    "scores": Known(
        "moksori.understand.cli.scores",
        "scores",
        _("NPS, CSAT, CES or a mean with intervals, by group and wave, weighted."),
        needs_data=False,
    ),
    "crosstab": Known(
        "moksori.understand.cli.scores",
        "cross_table",
        _("Who agrees, by group, with a test that knows weights and clusters."),
        needs_data=False,
    ),
    "health": Known(
        "moksori.understand.cli.ahead",
        "health",
        _("Tell how long customers stay, or who is likely to leave."),
        needs_data=False,
    ),
    "forecast": Known(
        "moksori.understand.cli.ahead",
        "forecast",
        _("Forecast a series, with the error made in the past."),
        needs_data=False,
    ),
    "drivers": Known(
        "moksori.understand.cli.drivers",
        "drivers",
        _("Tell how much each column says about an outcome."),
        needs_data=False,
    ),
    "questions": Known(
        "moksori.understand.cli.drivers",
        "questions",
        _("Tell which questions of a questionnaire to mend, and how."),
        needs_data=False,
    ),
    "segments": Known(
        "moksori.understand.cli.segments",
        "segments",
        _("Find groups by up to three attributes that an outcome hits much harder."),
        needs_data=False,
    ),
    "priority": Known(
        "moksori.act.cli",
        "priority",
        _("Order what could be done by value per effort, with rank intervals."),
        needs_data=False,
    ),
    "trends": Known(
        "moksori.understand.cli.watching",
        "trends",
        _("Tell since when series are other than their past lets one expect."),
        needs_data=False,
    ),
    "recurrence": Known(
        "moksori.understand.cli.watching",
        "recurrence",
        _("Tell whether what was resolved has come back."),
        needs_data=False,
    ),
    "effect": Known(
        "moksori.account.cli",
        "effect",
        _("Tell what an action changed, by the method that suits the data."),
        needs_data=False,
    ),
}


@click.group(cls=Commands, known=STATS)
def stats() -> None:
    """Statistics of a FILE (CSV, Excel, Parquet, JSON lines), without a server.

    Every number comes with its interval, n and method; --json prints it for machines.
    """
