"""A site on loopback that answers as recorded, with validators, and remembers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moksori.base.outbound.tests.servers import Heard, Said, Server, serving

SOURCES = Path(__file__).resolve().parent.parent


class Site:
    """Pages by address; a test changes them between visits."""

    def __init__(self) -> None:
        self.pages: dict[str, Said] = {}
        self.server: Server

    def put(self, path: str, body: str | bytes, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = Said(body=content, headers=headers)

    def put_json(self, path: str, body: Any) -> None:
        self.put(path, json.dumps(body, ensure_ascii=False))

    def url(self, path: str = "") -> str:
        return self.server.url(path)

    def asked(self) -> list[str]:
        return [one.path for one in self.server.heard if one.path != "/robots.txt"]

    def __call__(self, heard: Heard) -> Said:
        page = self.pages.get(heard.path)
        if page is None:
            return Said(404)
        if page.status != 200:
            return page
        tag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
        if heard.headers.get("if-none-match") == tag:
            return Said(304, headers={"ETag": tag})
        return Said(200, page.body, {"ETag": tag, **page.headers})


@contextmanager
def site() -> Iterator[Site]:
    found = Site()
    with serving(found) as server:
        found.server = server
        yield found


def recorded(kind: str, found: Site) -> tuple[dict[str, str], int]:
    """Put the sample of a kind on the site: what is entered, and how much it gives."""
    folder = SOURCES / kind / "samples"
    sample = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    for path, name in sample["answers"].items():
        found.put(path, (folder / name).read_bytes())
    base = found.url()
    given = {k: v.replace("{base}", base) for k, v in sample["given"].items()}
    return given, sample["added"]
