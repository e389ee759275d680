"""Mastodon and servers that speak its language."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.mastodon.timeline import Timeline

CONNECTOR = Connector(
    name=_("Hashtag (Mastodon)"),
    about=_("Public posts with a hashtag, as one server of the fediverse sees them."),
    channel="sns",
    live=Timeline(),
)
