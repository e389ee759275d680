"""Stand-ins for messengers: real HTTP servers that check what they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from moksori.base.outbound.tests.servers import Heard, Said, Server, serving

JSON = {"content-type": "application/json"}


class Messenger:
    """Answers as `says` tells; else as the messenger would, after checking."""

    def __init__(self, check: Callable[[Heard], Said]) -> None:
        self.check = check
        self.says: Said | None = None
        self.server: Server
        self.problems: list[str] = []

    def __call__(self, heard: Heard) -> Said:
        if self.says is not None:
            return self.says
        try:
            return self.check(heard)
        except AssertionError as error:
            self.problems.append(str(error))
            return Said(400, b"bad payload")

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [
            json.loads(heard.body)
            for heard in self.server.heard
            if heard.body.startswith(b"{")
        ]


@contextmanager
def messenger(check: Callable[[Heard], Said], settings: Any) -> Iterator[Messenger]:
    found = Messenger(check)
    with serving(found) as server:
        found.server = server
        settings.MOKSORI_ALLOW_PRIVATE = [f"127.0.0.1:{server.port}"]
        yield found


def said(fields: dict[str, Any], status: int = 200) -> Said:
    return Said(status, json.dumps(fields).encode(), JSON)


# --- Slack -----------------------------------------------------------------------


def slack(heard: Heard) -> Said:
    """Slack's methods and webhooks, with the limits of Block Kit."""
    if heard.path.endswith("users.lookupByEmail"):
        assert heard.headers["authorization"] == "Bearer xoxb-good"
        email = parse_qs(heard.body.decode())["email"][0]
        return said({"ok": True, "user": {"id": f"U{len(email)}"}})
    body = json.loads(heard.body)
    check_slack(body)
    if heard.path.endswith("chat.postMessage"):
        if heard.headers["authorization"] != "Bearer xoxb-good":
            return said({"ok": False, "error": "invalid_auth"})
        assert body["channel"]
        return said({"ok": True, "ts": "1700000000.000100"})
    return Said(200, b"ok")


def check_slack(body: dict[str, Any]) -> None:
    assert body["text"], "notifications need a text"
    assert 0 < len(body["blocks"]) <= 50
    for block in body["blocks"]:
        kind = block["type"]
        assert kind in {"header", "context", "divider", "rich_text", "actions"}, kind
        if kind == "header":
            assert block["text"]["type"] == "plain_text"
            assert 0 < len(block["text"]["text"]) <= 150
        if kind == "actions":
            assert 0 < len(block["elements"]) <= 25
            ids = [button["action_id"] for button in block["elements"]]
            assert len(ids) == len(set(ids))
            for button in block["elements"]:
                assert len(button["text"]["text"]) <= 75
                assert button["url"].startswith("http")
                assert len(button["url"]) <= 3000
        if kind == "rich_text":
            check_rich_text(block["elements"])


def check_rich_text(elements: list[dict[str, Any]]) -> None:
    assert elements
    for section in elements:
        assert section["type"] in {"rich_text_section", "rich_text_quote"}
        assert section["elements"]
        for element in section["elements"]:
            assert element["type"] in {"text", "link"}
            assert element["text"], "Slack refuses empty text"
            assert element.get("url", "http").startswith("http")


# --- Teams -----------------------------------------------------------------------

_INLINE = {"type", "text", "weight", "isSubtle", "size", "color", "highlight", "italic"}


def teams(heard: Heard) -> Said:
    """The webhook of a workflow: 202 for a message with one Adaptive Card."""
    assert len(heard.body) <= 28_000, "Teams refuses larger messages"
    body = json.loads(heard.body)
    assert body["type"] == "message"
    (attachment,) = body["attachments"]
    kind = attachment["contentType"]
    assert kind == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert card["type"] == "AdaptiveCard"
    assert card["version"] in {"1.2", "1.3", "1.4"}
    assert len(card["actions"]) <= 6
    for action in card["actions"]:
        assert action["type"] == "Action.OpenUrl"
        assert action["url"].startswith("http")
        assert action["title"]
    check_card(card["body"])
    return Said(202, b"")


def check_card(elements: list[dict[str, Any]]) -> None:
    assert elements
    for element in elements:
        assert element["type"] in {"Container", "RichTextBlock"}, element["type"]
        if element["type"] == "Container":
            check_card(element["items"])
            continue
        for inline in element["inlines"]:
            assert inline["type"] == "TextRun"
            assert inline["text"]
            assert set(inline) <= _INLINE, set(inline) - _INLINE


# --- KakaoWork -------------------------------------------------------------------


def kakaowork(heard: Heard) -> Said:
    """messages.send_by_email, with the limits of combined bubbles."""
    assert heard.path == "/v1/messages.send_by_email"
    assert heard.headers["content-type"].startswith("application/json")
    if heard.headers["authorization"] != "Bearer good":
        error = {"code": "invalid_authentication", "message": "no"}
        return said({"success": False, "error": error})
    body = json.loads(heard.body)
    if body["email"] == "left@example.com":
        error = {"code": "user_not_found", "message": "no"}
        return said({"success": False, "error": error})
    assert body["text"]
    assert 0 < len(body["blocks"]) <= 20
    for block in body["blocks"]:
        check_kakaowork(block)
    return said({"success": True, "message": {"id": "77"}})


def check_kakaowork(block: dict[str, Any]) -> None:
    kind = block["type"]
    assert kind in {"header", "text", "divider", "button"}, kind
    if kind == "header":
        assert 0 < len(block["text"]) <= 20
        assert block["style"] in {"blue", "red", "yellow"}
    if kind == "text":
        assert 0 < len(block["text"]) <= 500
        assert block["markdown"] is False
    if kind == "button":
        assert 0 < len(block["text"]) <= 20
        assert block["style"] in {"default", "primary", "danger"}
        assert block["action"]["type"] == "open_system_browser"
        assert block["action"]["value"].startswith("http")


# --- NAVER WORKS -----------------------------------------------------------------


def naverworks(heard: Heard) -> Said:
    """The token of a service account, and a flexible message for 201."""
    if heard.path == "/oauth2/v2.0/token":
        form = parse_qs(heard.body.decode())
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        assert form["assertion"][0].count(".") == 2
        if form["client_secret"] != ["good"]:
            return said({"error": "invalid_client"}, 401)
        return said({"access_token": "t0ken", "expires_in": "86400"})
    assert heard.path.startswith("/v1.0/bots/2000001/users/")
    assert heard.headers["authorization"] == "Bearer t0ken"
    content = json.loads(heard.body)["content"]
    assert content["type"] == "flex"
    assert 0 < len(content["altText"]) <= 400
    bubble = content["contents"]
    assert bubble["type"] == "bubble"
    check_flex(bubble["body"])
    check_flex(bubble["footer"])
    return Said(201)


def check_flex(box: dict[str, Any]) -> None:
    assert (box["type"], box["layout"]) == ("box", "vertical")
    assert box["contents"]
    for one in box["contents"]:
        assert one["type"] in {"text", "separator", "button"}
        if one["type"] == "text":
            assert one["text"]
            assert one["wrap"] is True
        if one["type"] == "button":
            assert one["action"]["type"] == "uri"
            assert 0 < len(one["action"]["label"]) <= 20
            assert len(one["action"]["uri"]) <= 1000
