"""Responses of SurveyMonkey."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.surveymonkey.export import Export

CONNECTOR = Connector(
    name=_("SurveyMonkey"),
    about=_("All individual responses, with their two header rows."),
    channel="survey",
    form=Export(),
)
