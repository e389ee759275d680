"""RSS and Atom feeds."""

from django.utils.translation import gettext_lazy as _

from moksori.collect.sources.connector import Connector
from moksori.collect.sources.rss.feed import Feed

CONNECTOR = Connector(
    name=_("Feed (RSS, Atom)"),
    about=_("Blogs, notice boards, communities and news that offer a feed."),
    channel="community",
    live=Feed(),
)
