"""The public posts of a hashtag, read forwards so that none is skipped.

Ids belong to one server and are only compared there; a post is known by its `uri`,
which is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from moksori.base.errors import UserError
from moksori.base.outbound import Answer
from moksori.collect.records import Record
from moksori.collect.sources import addresses, shapes
from moksori.collect.sources.again import looked_again
from moksori.collect.sources.connector import Ask, Known, Live, Page, Task
from moksori.collect.sources.reach import Reach, Trouble
from moksori.collect.sources.words import plain, tidy

LIMIT = 40


class Timeline(Live):
    asks = (
        Ask(
            "address",
            gettext_lazy("Address of the server"),
            example="https://mastodon.example",
        ),
        Ask("tag", gettext_lazy("Hashtag"), example="#moksori"),
        Ask(
            "key",
            gettext_lazy("Access token"),
            gettext_lazy("Many servers show hashtags only to who has one."),
            is_needed=False,
            is_secret=True,
        ),
    )

    def checked(self, given: Mapping[str, str]) -> dict[str, str]:
        tag = addresses.needed(given, "tag").lstrip("#＃").strip()
        if not tag or any(letter.isspace() or letter in "/?#&" for letter in tag):
            raise UserError(
                _("A hashtag is one word without blanks, such as #moksori."),
                field="tag",
            )
        return {"address": addresses.site(given), "tag": tag.lower()}

    def title(self, given: Mapping[str, str]) -> str:
        return f"#{given['tag']} · {urlsplit(given['address']).hostname}"

    def pages(self, task: Task, reach: Reach) -> Iterator[Page]:
        cursor = dict(task.cursor)
        if not cursor.get("is_caught_up"):
            yield from self._back(task, reach, cursor)
        if cursor.get("is_caught_up"):
            yield from self._forward(task, reach, cursor)
            yield from self._look_again(task, reach, cursor)

    def _back(self, task: Task, reach: Reach, cursor: dict[str, Any]) -> Iterator[Page]:
        """The first time: from the newest back to the day asked for."""
        while not reach.is_over:
            at = f"&max_id={cursor['before']}" if cursor.get("before") else ""
            posts = _posts(reach.look(_timeline(task, at), headers=_headers(task)))
            if posts and not cursor.get("high"):
                cursor["high"] = shapes.text(posts[0].get("id"))
            times = [shapes.when(post.get("created_at")) for post in posts]
            is_old = any(at is not None and at < task.since for at in times)
            if posts:
                cursor["before"] = shapes.text(posts[-1].get("id"))
            if not posts or is_old:
                cursor.pop("before", None)
                cursor["is_caught_up"] = True
            yield Page(_records(posts, task), dict(cursor))
            if cursor.get("is_caught_up"):
                return

    def _forward(
        self, task: Task, reach: Reach, cursor: dict[str, Any]
    ) -> Iterator[Page]:
        """What was posted since; `min_id` goes step by step, `since_id` would skip."""
        while not reach.is_over:
            at = f"&min_id={cursor['high']}" if cursor.get("high") else ""
            answer = reach.new(_timeline(task, at), headers=_headers(task))
            posts = _posts(answer) if answer else []
            if not posts:
                return
            high = max((shapes.text(post.get("id")) for post in posts), key=_rank)
            is_stuck = high == cursor.get("high")
            cursor["high"] = high
            yield Page(_records(posts, task), dict(cursor))
            if is_stuck:
                return

    def _look_again(
        self, task: Task, reach: Reach, cursor: dict[str, Any]
    ) -> Iterator[Page]:
        def look(one: Known) -> tuple[Record, ...] | None:
            number = quote(shapes.text(one.raw.get("id")), safe="")
            url = f"{task.given['address']}/api/v1/statuses/{number}"
            answer = reach.look(url, headers=_headers(task))
            if answer is None:
                return None
            return _records([shapes.mapping(answer.json())], task)

        yield from looked_again(task, reach, cursor, look)


def _timeline(task: Task, at: str) -> str:
    tag = quote(task.given["tag"], safe="")
    return f"{task.given['address']}/api/v1/timelines/tag/{tag}?limit={LIMIT}{at}"


def _rank(number: str) -> tuple[int, str]:
    """Ids are numbers too long for some, or letters that sort by themselves."""
    return len(number), number


def _headers(task: Task) -> dict[str, str]:
    return {"authorization": f"Bearer {task.secret}"} if task.secret else {}


def _posts(answer: Answer | None) -> list[Mapping[str, Any]]:
    if answer is None:
        raise Trouble(gettext_noop("The server knows no such hashtag. Check it."))
    return shapes.items(answer.json())


def _records(posts: list[Mapping[str, Any]], task: Task) -> tuple[Record, ...]:
    found = (_record(post, task) for post in posts)
    return tuple(record for record in found if record is not None)


def _record(post: Mapping[str, Any], task: Task) -> Record | None:
    """The post; None for what only repeats another, or is not public."""
    at = shapes.when(post.get("created_at"))
    uri = shapes.text(post.get("uri")) or shapes.text(post.get("url"))
    is_public = post.get("visibility", "public") in {"public", "unlisted"}
    if post.get("reblog") or not is_public or not uri:
        return None
    if at is not None and at < task.since:
        return None
    answers = shapes.said(
        ("warning", tidy(shapes.text(post.get("spoiler_text")))),
        ("text", plain(shapes.text(post.get("content")))),
    )
    if not answers:
        return None
    language = shapes.text(post.get("language"))[:2].lower()
    return Record(
        answers=answers,
        external_id=uri,
        occurred_at=at,
        language=language if language.isalpha() and language.isascii() else "",
        metadata={"link": shapes.text(post.get("url")) or uri},
        raw=_evidence(post),
    )


def _evidence(post: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "uri", "url", "content", "created_at", "edited_at", "language")
    found = {name: post[name] for name in names if name in post}
    return found | {
        "account": shapes.text(shapes.mapping(post.get("account")).get("acct"))
    }
