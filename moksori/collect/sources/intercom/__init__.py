"""Conversations of Intercom."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.intercom.export import Export

CONNECTOR = Connector(
    name=_("Intercom"),
    about=_("Conversations as JSON; what the team wrote is kept apart."),
    channel="chat",
    form=Export(),
)
