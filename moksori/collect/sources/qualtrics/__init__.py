"""Responses of Qualtrics."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.qualtrics.export import Export

CONNECTOR = Connector(
    name=_("Qualtrics"),
    about=_("Responses as CSV or TSV with their three header rows."),
    channel="survey",
    form=Export(),
)
