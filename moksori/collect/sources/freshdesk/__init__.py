"""Tickets of Freshdesk."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.freshdesk.export import Export

CONNECTOR = Connector(
    name=_("Freshdesk"),
    about=_("Tickets as JSON or CSV."),
    channel="email",
    form=Export(),
)
