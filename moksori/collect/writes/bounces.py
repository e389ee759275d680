"""Mail that came back: whose it was, and what follows for the address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from moksori.collect.asking.addresses import digests, plain_email
from moksori.collect.asking.tokens import RETURNED, opened
from moksori.collect.models import Address, Bounce, Invitation, OptOut
from moksori.collect.sources.mail.bounces import Bounce as Told
from moksori.collect.sources.mail.bounces import Verdict
from moksori.collect.writes.opt_outs import opt_out

State = Invitation.State
SOFT_MOST = 3
SOFT_WITHIN = timedelta(days=14)
_KINDS = {
    Verdict.HARD: Bounce.Kind.HARD,
    Verdict.SOFT: Bounce.Kind.SOFT,
    Verdict.COMPLAINT: Bounce.Kind.COMPLAINT,
}
_RETURN = re.compile(r"\+b-([0-9a-z]+-[a-z2-7]+)@", re.IGNORECASE)


def take_bounces(told: Iterable[Told], *, key: str) -> int:
    """Note what a returned mail says about invitations of ours; how many it was.

    `key` names the report (its Message-ID or hash): arriving again, it changes nothing.
    A delay is no bounce. What is about no invitation of ours is left to others.
    """
    noted = 0
    for one in told:
        kind = _KINDS.get(one.verdict)
        found = _invitation(one) if kind is not None else None
        if kind is not None and found is not None:
            noted += _note(one, kind, found, _key(key, one.address))
    return noted


@transaction.atomic
def _note(one: Told, kind: Bounce.Kind, found: Invitation, key: str) -> bool:
    _row, is_new = Bounce.objects.get_or_create(
        key=key,
        defaults={
            "address": found.address,
            "invitation": found,
            "kind": kind,
            "status": one.status[:12],
            # The carrier's words may name the address: it is kept nowhere else either.
            "diagnosis": re.sub(r"\S+@\S+", "…", one.reason)[:300],
        },
    )
    if not is_new:
        return False
    if kind == Bounce.Kind.COMPLAINT:
        opt_out(found.address, way="", via=OptOut.Via.COMPLAINT)
        return True
    sent = Invitation.objects.filter(
        pk=found.pk, state__in=(State.SENT, State.UNSURE, State.SENDING)
    )
    sent.update(state=State.BOUNCED, error=f"{one.status} {one.reason}"[:500])
    if kind == Bounce.Kind.HARD or _is_soft_too_often(found.address):
        Address.objects.filter(pk=found.address_id, is_dead=False).update(
            is_dead=True, died_at=timezone.now()
        )
    return True


def _is_soft_too_often(address: Address) -> bool:
    since = timezone.now() - SOFT_WITHIN
    soft = Bounce.objects.filter(address=address, kind=Bounce.Kind.SOFT, at__gte=since)
    return soft.count() >= SOFT_MOST


def _invitation(one: Told) -> Invitation | None:
    """By our mark in the address it came back to; else by the Message-ID inside."""
    rows = Invitation.objects.select_related("address")
    for to in one.to:
        mark = _RETURN.search(to)
        number = opened(RETURNED, mark[1]) if mark else None
        if number is not None:
            return rows.filter(pk=number).first()
    if one.message_id:
        known = f"<{one.message_id.strip('<>')}>"
        found = rows.filter(message_id=known).first()
        # A forged report shall not silence anybody else.
        if found is not None and found.address.digest in digests(
            plain_email(one.address)
        ):
            return found
    return None


def _key(report: str, address: str) -> str:
    return sha256(f"{report}\x1f{address}".encode()).hexdigest()
