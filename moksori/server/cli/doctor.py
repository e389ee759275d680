"""Say what is wrong with an installation, and what to do about it."""

from __future__ import annotations

import sys

import click
from django.utils.translation import gettext as _

from moksori.server.health import Finding, findings


@click.command()
def doctor() -> None:
    """Check this installation: settings, folders, database, models, mail, jobs."""
    found = findings()
    for finding in found:
        click.echo(_line(finding))
    wrong = sum(not finding.is_well for finding in found)
    if wrong:
        click.echo(_("%(wrong)d of %(all)d checks failed.") % _counts(wrong, found))
        sys.exit(1)
    click.echo(_("All %(all)d checks passed.") % _counts(wrong, found))


def _counts(wrong: int, found: list[Finding]) -> dict[str, int]:
    return {"wrong": wrong, "all": len(found)}


def _mark(finding: Finding) -> str:
    if not finding.is_well:
        return "✗"
    return "!" if finding.is_warning else "✓"


def _line(finding: Finding) -> str:
    text = f"{_mark(finding)} {finding.what}: {finding.seen}"
    return text if finding.is_well else f"{text}\n  → {finding.remedy}"
