"""Reviews of Apple's App Store."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.app_store.export import Export
from moksori.collect.sources.app_store.page import StorePage
from moksori.collect.sources.connector import Connector

CONNECTOR = Connector(
    name=_("App Store"),
    about=_("Reviews of an app in one country, or a file of them."),
    channel="app_store",
    live=StorePage(),
    form=Export(),
)
