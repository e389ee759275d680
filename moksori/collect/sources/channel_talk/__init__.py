"""Chats of Channel Talk."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.channel_talk.export import Export
from moksori.collect.sources.connector import Connector

CONNECTOR = Connector(
    name=_("Channel Talk"),
    about=_("Messages of chats; what managers and bots wrote is kept apart."),
    channel="chat",
    form=Export(),
)
