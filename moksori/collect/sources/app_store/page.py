"""The App Store's public list of reviews: at most 500, of one app in one country.

The list is sometimes empty for hours. That is no news and deletes nothing; owners of
an app get more from a file of App Store Connect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.errors import UserError
from moksori.collect.answers import Answer, Kind
from moksori.collect.records import Record
from moksori.collect.sources import addresses, shapes
from moksori.collect.sources.connector import Ask, Live, Page, Task
from moksori.collect.sources.reach import Reach
from moksori.collect.sources.words import tidy

STORE = "https://itunes.apple.com"
PAGES = 10
_NUMBER = re.compile(r"(?:id)?(\d{5,15})(?:\D|$)")


class StorePage(Live):
    asks = (
        Ask(
            "app",
            gettext_lazy("Number or address of the app"),
            example="https://apps.apple.com/kr/app/id123456789",
        ),
        Ask(
            "country",
            gettext_lazy("Country"),
            gettext_lazy("Two letters, such as kr."),
            example="kr",
        ),
    )

    def checked(self, given: Mapping[str, str]) -> dict[str, str]:
        entered = addresses.needed(given, "app")
        number = _NUMBER.search(entered.rpartition("/")[2] or entered)
        if number is None:
            raise UserError(
                _("Write the number of the app, as in …/id123456789."), field="app"
            )
        country = addresses.needed(given, "country").lower()
        if not re.fullmatch(r"[a-z]{2}", country):
            raise UserError(
                _("Write the country as two letters, such as kr."), field="country"
            )
        found = {"app": number[1], "country": country}
        if given.get("store"):  # a relay that answers as the store does
            found["store"] = addresses.site(given, "store")
        return found

    def title(self, given: Mapping[str, str]) -> str:
        return f"App Store · {given['app']} ({given['country'].upper()})"

    def pages(self, task: Task, reach: Reach) -> Iterator[Page]:
        """The newest first, until a page says nothing that we have not read.

        `high` is read to; `newest` and `page` are where a sweep stands.
        """
        cursor = dict(task.cursor)
        high = shapes.text(cursor.get("high"))
        while True:
            page = shapes.whole(cursor.get("page")) or 1
            ask = reach.new if page == 1 else reach.look
            answer = ask(_address(task, page))
            entries = _entries(answer.json()) if answer else []
            times = [_label(entry, "updated") for entry in entries]
            cursor["newest"] = max([shapes.text(cursor.get("newest")), high, *times])
            is_known = bool(high) and all(at <= high for at in times if at)
            is_last = not entries or is_known or page >= PAGES
            cursor["page"] = page + 1
            if is_last:
                cursor = {"high": cursor["newest"]}
            yield Page(_records(entries, task), dict(cursor))
            if is_last or reach.is_over:
                return


def _entries(found: Any) -> list[Mapping[str, Any]]:
    feed = shapes.mapping(shapes.mapping(found).get("feed"))
    return [one for one in shapes.items(feed.get("entry")) if _stars(one)]


def _address(task: Task, page: int) -> str:
    store = task.given.get("store", STORE)
    country, app = task.given["country"], task.given["app"]
    path = f"{country}/rss/customerreviews/page={page}/id={app}"
    return f"{store}/{path}/sortby=mostrecent/json"


def _label(entry: Mapping[str, Any], name: str) -> str:
    return shapes.text(shapes.mapping(entry.get(name)).get("label"))


def _stars(entry: Mapping[str, Any]) -> int:
    """0 for the entry that is the app itself."""
    return shapes.whole(_label(entry, "im:rating"))


def _records(entries: list[Mapping[str, Any]], task: Task) -> tuple[Record, ...]:
    return tuple(_record(entry, task) for entry in entries if _label(entry, "id"))


def _record(entry: Mapping[str, Any], task: Task) -> Record:
    version = _label(entry, "im:version")
    texts = shapes.said(
        ("title", tidy(_label(entry, "title"))),
        ("text", tidy(_label(entry, "content"))),
    )
    stars = Answer("rating", Kind.RATING, _stars(entry), low=1, high=5)
    return Record(
        answers=(stars, *texts),
        external_id=_label(entry, "id"),
        occurred_at=shapes.when(_label(entry, "updated")),
        attributes={
            "country": task.given["country"].upper(),
            **({"version": version} if version else {}),
        },
        raw={
            name: _label(entry, name)
            for name in ("id", "title", "content", "im:rating", "im:version", "updated")
        },
    )
