"""Notes and transcripts of calls."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.calls.export import Export
from moksori.collect.sources.connector import Connector

CONNECTOR = Connector(
    name=_("Calls"),
    about=_("Notes and transcripts of a call centre; what agents said is kept apart."),
    channel="phone",
    form=Export(),
)
