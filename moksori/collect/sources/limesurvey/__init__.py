"""Responses of LimeSurvey."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.limesurvey.export import Export

CONNECTOR = Connector(
    name=_("LimeSurvey"),
    about=_("Responses as CSV or VV file."),
    channel="survey",
    form=Export(),
)
