"""Responses of Google Forms."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.google_forms.export import Export

CONNECTOR = Connector(
    name=_("Google Forms"),
    about=_("The sheet of responses, as CSV or Excel."),
    channel="survey",
    form=Export(),
)
