"""Tickets of Zendesk."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.zendesk.export import Export

CONNECTOR = Connector(
    name=_("Zendesk"),
    about=_("Tickets as JSON, with what customers wrote later and how they rated."),
    channel="email",
    form=Export(),
)
