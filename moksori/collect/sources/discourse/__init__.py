"""Discourse forums."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.discourse.forum import Forum

CONNECTOR = Connector(
    name=_("Forum (Discourse)"),
    about=_("Every public post of a forum that runs on Discourse."),
    channel="community",
    live=Forum(),
)
