"""The intranet: a page to embed, feeds, and a card, behind a secret link."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.people.roles import Ability
from moksori.share.channels.channel import Field
from moksori.share.channels.intranet import feeds
from moksori.share.channels.latest import latest
from moksori.share.channels.outlet import Asked, Page

WIDTH, HEIGHT = 420, 640
MOST_ORIGINS = 20


class IntranetOutlet:
    title = gettext_lazy("Intranet")
    note = gettext_lazy(
        "Satisfaction, loyalty, engagement and what changed, as a page to embed and "
        "as feeds."
    )
    ability = Ability.SHARE
    forms: Mapping[str, Any] = {
        "html": gettext_lazy("Page to embed in a frame"),
        "rss": gettext_lazy("RSS"),
        "json": gettext_lazy("JSON Feed"),
        "oembed": gettext_lazy("Card (oEmbed)"),
    }
    fields = (
        Field(
            "origins",
            gettext_lazy("Sites that may show it in a frame"),
            gettext_lazy(
                "One a line, as https://intranet.example.com. Empty: none may."
            ),
            is_needed=False,
            is_long=True,
        ),
    )

    def problems(self, given: Mapping[str, str]) -> dict[str, str]:
        origins = given.get("origins", "").split()
        if len(origins) > MOST_ORIGINS:
            return {"origins": _("Twenty sites are the most.")}
        for origin in origins:
            if not _is_origin(origin):
                return {
                    "origins": _(
                        "“{origin}” is not a site. Write https:// and its name, and "
                        "nothing behind."
                    ).format(origin=origin[:80])
                }
        return {}

    def answer(self, asked: Asked) -> Page:
        told = latest(asked.outlet)
        if asked.form == "rss":
            return Page(feeds.rss(told, asked), "application/rss+xml; charset=utf-8")
        if asked.form == "json":
            body = feeds.json_feed(told, asked)
            return Page(body, "application/feed+json; charset=utf-8")
        if asked.form == "oembed":
            return Page(
                _card(told.brief.title, asked), "application/json; charset=utf-8"
            )
        return Page(
            template="share/outlets/intranet.html",
            facts={
                "told": told,
                "card": f"{asked.here.removesuffix('.html')}.oembed",
                "base": settings.MOKSORI_BASE_URL,
            },
            origins=tuple(asked.outlet.settings.get("origins", "").split()),
        )


def _is_origin(text: str) -> bool:
    """https://name[:port] and nothing else, so that nothing slips into the policy."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    name = parts.hostname or ""
    whole = f"{parts.scheme}://{name}" + (f":{port}" if port else "")
    is_plain = all(c.isascii() and (c.isalnum() or c in "-.") for c in name)
    return (
        parts.scheme in {"https", "http"}
        and bool(name)
        and is_plain
        and (text.lower() == whole)
    )


def _card(title: str, asked: Asked) -> bytes:
    """oEmbed 1.0 of the type “rich”: a frame and nothing that runs."""
    width = min(_number(asked.query.get("maxwidth"), WIDTH), WIDTH)
    height = min(_number(asked.query.get("maxheight"), HEIGHT), HEIGHT)
    page = f"{asked.here.removesuffix('.oembed')}.html"
    frame = (
        f'<iframe src="{escape(page)}" width="{width}" height="{height}" '
        f'title="{escape(title)}" sandbox="allow-popups" loading="lazy" '
        'style="border:0"></iframe>'
    )
    whole = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "Moksori",
        "provider_url": settings.MOKSORI_BASE_URL,
        "cache_age": 300,
        "width": width,
        "height": height,
        "html": frame,
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def _number(given: str | None, default: int) -> int:
    text = given or ""
    is_fine = text.isascii() and text.isdigit() and 2 < len(text) < 6
    return int(text) if is_fine else default


outlet = IntranetOutlet()
