"""A Discourse forum: new posts from the newest back to the last one known.

`/posts.json` cannot be read forwards, so a sweep goes backwards and remembers its
place: broken off, it goes on there, and what was posted since comes with the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.errors import UserError
from moksori.collect.records import Record
from moksori.collect.sources import addresses, shapes
from moksori.collect.sources.again import looked_again
from moksori.collect.sources.connector import Ask, Known, Live, Page, Task
from moksori.collect.sources.reach import Reach
from moksori.collect.sources.words import plain, tidy

STEP = 50  # posts a page; some versions give a range of ids instead
MOST_EMPTY = 20  # pages without a post before the sweep counts as done


class Forum(Live):
    obeys_robots = True
    asks = (
        Ask(
            "address",
            gettext_lazy("Address of the forum"),
            example="https://community.example.com",
        ),
        Ask(
            "category",
            gettext_lazy("Number of a category"),
            gettext_lazy("Only its posts. It is the last number of its address."),
            is_needed=False,
        ),
        Ask(
            "key",
            gettext_lazy("API key"),
            gettext_lazy("Only for a forum that is not public."),
            is_needed=False,
            is_secret=True,
        ),
    )

    def checked(self, given: Mapping[str, str]) -> dict[str, str]:
        category = given.get("category", "").strip()
        if category and not (category.isascii() and category.isdigit()):
            raise UserError(_("Write the number of the category."), field="category")
        return {"address": addresses.site(given), "category": category}

    def title(self, given: Mapping[str, str]) -> str:
        return urlsplit(given["address"]).hostname or given["address"]

    def pages(self, task: Task, reach: Reach) -> Iterator[Page]:
        cursor = dict(task.cursor)
        yield from self._sweep(task, reach, cursor)
        yield from self._look_again(task, reach, cursor)

    def _sweep(
        self, task: Task, reach: Reach, cursor: dict[str, Any]
    ) -> Iterator[Page]:
        """`high` is read to; `newest` and `before` are where a sweep stands."""
        base, headers = task.given["address"], _headers(task)
        empty = 0
        while True:
            before = shapes.whole(cursor.get("before"))
            if before:
                answer = reach.look(
                    f"{base}/posts.json?before={before}", headers=headers
                )
            else:
                answer = reach.new(f"{base}/posts.json", headers=headers)
            if answer is None:
                cursor.pop("before", None)
                yield Page(cursor=dict(cursor))
                return
            posts = shapes.items(shapes.mapping(answer.json()).get("latest_posts"))
            empty = 0 if posts else empty + 1
            is_done = _advance(cursor, posts, task) or empty > MOST_EMPTY
            if is_done:
                cursor["high"] = cursor.pop("newest", cursor.get("high", 0))
                cursor.pop("before", None)
            yield Page(_records(posts, task), dict(cursor))
            if is_done or reach.is_over:
                return

    def _look_again(
        self, task: Task, reach: Reach, cursor: dict[str, Any]
    ) -> Iterator[Page]:
        def look(one: Known) -> tuple[Record, ...] | None:
            url = f"{task.given['address']}/posts/{one.external_id}.json"
            answer = reach.look(url, headers=_headers(task))
            post = shapes.mapping(answer.json()) if answer else {}
            # A single post comes without the title of its topic.
            return (
                None if _is_gone(post) else _records([{**_kept(one.raw), **post}], task)
            )

        yield from looked_again(task, reach, cursor, look)


def _advance(
    cursor: dict[str, Any], posts: list[Mapping[str, Any]], task: Task
) -> bool:
    """Move the place of the sweep below these posts; True if it has come to its end."""
    ids = [shapes.whole(post.get("id")) for post in posts]
    before = shapes.whole(cursor.get("before"))
    if not before:
        cursor["newest"] = max([*ids, shapes.whole(cursor.get("high"))])
    lowest = min([one for one in ids if one], default=max(0, before - STEP + 1))
    cursor["before"] = lowest - 1
    times = [shapes.when(post.get("created_at")) for post in posts]
    oldest = min((at for at in times if at), default=None)
    is_old = oldest is not None and oldest < task.since
    floor = shapes.whole(cursor.get("high"))
    return is_old or cursor["before"] <= floor or (not before and not ids)


def _headers(task: Task) -> dict[str, str]:
    return {"api-key": task.secret} if task.secret else {}


def _is_gone(post: Mapping[str, Any]) -> bool:
    is_hidden = bool(post.get("hidden") or post.get("deleted_at"))
    return not post or is_hidden or bool(post.get("user_deleted"))


def _kept(raw: Mapping[str, Any]) -> dict[str, Any]:
    names = ("topic_title", "category_id")
    return {name: raw[name] for name in names if name in raw}


def _records(posts: list[Mapping[str, Any]], task: Task) -> tuple[Record, ...]:
    category = task.given.get("category", "")
    return tuple(
        record
        for post in posts
        if not category or shapes.text(post.get("category_id")) == category
        if (record := _record(post, task)) is not None
    )


def _record(post: Mapping[str, Any], task: Task) -> Record | None:
    """The post; None for one that is no customer's, or older than asked for."""
    at = shapes.when(post.get("created_at"))
    if _is_gone(post) or (at is not None and at < task.since):
        return None
    is_first = shapes.whole(post.get("post_number")) == 1
    title = tidy(shapes.text(post.get("topic_title"))) if is_first else ""
    answers = shapes.said(
        ("title", title), ("text", plain(shapes.text(post.get("cooked"))))
    )
    if not answers or post.get("staff") is True or not post.get("id"):
        return None
    slug, topic = post.get("topic_slug") or "-", post.get("topic_id")
    link = f"{task.given['address']}/t/{slug}/{topic}/{post.get('post_number')}"
    return Record(
        answers=answers,
        external_id=shapes.text(post["id"]),
        occurred_at=at,
        metadata={"link": f"{task.given['address']}/p/{post['id']}"},
        raw={**_evidence(post), "link": link},
    )


def _evidence(post: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "topic_id", "topic_title", "post_number", "category_id")
    more = ("username", "cooked", "created_at", "updated_at", "version")
    return {name: post[name] for name in (*names, *more) if name in post}
