"""Channels, deliveries and podcast scripts, from the command line."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.share import reads, writes


@click.group("editions")
def editions() -> None:
    """How editions travel: previews, deliveries, sending what waits."""


@editions.command("preview")
@click.argument("kind")
@click.option("--as", "email", required=True, help="Act as this member (e-mail).")
def preview(kind: str, email: str) -> None:
    """Show how the next edition would look by KIND (email, slack, teams …)."""
    member = _member(email)
    found = writes.preview(member, kind, by=member)
    click.echo(found.html or found.payload)


@editions.command("deliveries")
@click.option("--as", "email", required=True, help="Act as this member (e-mail).")
@click.option("--most", type=click.IntRange(1, 1000), default=50, show_default=True)
def deliveries(email: str, most: int) -> None:
    """List what went to messengers, the newest first."""
    for line in reads.delivery_lines(by=_member(email), size=most):
        when = f"{line.sent_at or line.created_at:%Y-%m-%d %H:%M}"
        told = (str(line.id), when, line.channel, line.state, line.name, line.error)
        click.echo("\t".join(told).rstrip())


@editions.command("send")
def send() -> None:
    """Hand over everything that waits for messengers and may go now."""
    writes.settle_stale_deliveries()
    count = 0
    while found := writes.due_deliveries():
        for delivery_id in found:
            count += writes.send_delivery(delivery_id) is not None
    click.echo(_("{n} handed over.").format(n=count))


def _member(email: str) -> Member:
    member = Member.objects.filter(email__iexact=email, is_active=True).first()
    if member is None:
        raise NotFound(_("There is no member {email}.").format(email=email))
    return member
