"""`moksori stats …`: what can be told of a file alone."""

from __future__ import annotations

import click

from moksori.server.cli.commands import Commands, Known

# Loaded when called; for each its name, where it lives, and what it tells.
STATS: dict[str, Known] = {}


@click.group(cls=Commands, known=STATS)
def stats() -> None:
    """Statistics of a FILE (CSV, Excel, Parquet, JSON lines), without a server.

    Every number comes with its interval, n and method; --json prints it for machines.
    """
