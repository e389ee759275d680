"""Reviews of Google Play."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.google_play.export import Export

CONNECTOR = Connector(
    name=_("Google Play"),
    about=_("The monthly CSV of reviews that the Play Console offers."),
    channel="app_store",
    form=Export(),
)
