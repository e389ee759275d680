"""Links in letters: they carry a signature instead of a session.

Programs that check mail open every link, so opening one stores nothing; it leads to a
page with one button.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from moksori.base.errors import UserError
from moksori.share.models import Edition, Reach, Subscription

MARK = "moksori.share.mark"
UNSUBSCRIBE = "moksori.share.unsubscribe"
MARK_AGE = timedelta(days=120)
# A letter may be unsubscribed from long after it was read.
UNSUBSCRIBE_AGE = timedelta(days=730)


def absolute(path: str) -> str:
    return f"{settings.MOKSORI_BASE_URL}{path}"


def mark(edition: Edition, kind: Reach.Kind) -> str:
    token = signing.dumps([edition.token, kind.value], salt=MARK)
    return absolute(reverse("share:mark_link", args=[token]))


def unsubscribe(edition: Edition) -> str:
    token = signing.dumps(edition.token, salt=UNSUBSCRIBE)
    return absolute(reverse("share:unsubscribe", args=[token]))


def marked(token: str) -> tuple[Edition, Reach.Kind]:
    """The edition and the mark that a link stands for."""
    try:
        edition_token, kind = signing.loads(token, salt=MARK, max_age=MARK_AGE)
        return _edition(edition_token), Reach.Kind(kind)
    except (signing.BadSignature, ValueError, TypeError):
        raise _stale() from None


def unsubscribed(token: str) -> Subscription:
    """The subscription that a link ends; not stored yet where there is none."""
    try:
        found = signing.loads(token, salt=UNSUBSCRIBE, max_age=UNSUBSCRIBE_AGE)
    except signing.BadSignature:
        raise _stale() from None
    member = _edition(found).member
    known = Subscription.objects.filter(member=member).first()
    return known or Subscription(member=member, language=member.language)


def _edition(token: str) -> Edition:
    rows = Edition.objects.select_related("member")
    edition = rows.filter(token=token, member__is_active=True).first()
    if edition is None:
        raise _stale()
    return edition


def _stale() -> UserError:
    return UserError(
        _(
            "This link does not work any more. Sign in and open your edition to answer "
            "there."
        )
    )
