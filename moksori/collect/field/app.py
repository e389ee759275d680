"""The files of the field app, its version, and what it says in both languages."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from moksori.collect.field.words import WORDS

_STEP = Path(__file__).resolve().parent.parent
_HERE = _STEP / "static" / "collect" / "field"
_PAGE = _STEP / "templates" / "collect" / "field" / "app.html"
_NAMES = (
    "app.js", "dom.js", "media.js", "near.js", "note.js", "phone.js", "queue.js",
    "store.js", "visit.js", "field.css", "icon.svg", "icon-192.png", "icon-512.png",
)  # fmt: skip


def address(name: str) -> str:
    """Without the hash of its content: modules name each other, and the service
    worker fetches each version anew."""
    return f"/{settings.STATIC_URL.lstrip('/')}collect/field/{name}"


def files() -> dict[str, str]:
    return {name: address(name) for name in _NAMES}


def heads() -> dict[str, str]:
    """What the page itself names; the rest is fetched by its script."""
    return {
        "icon": address("icon.svg"), "touch": address("icon-192.png"),
        "style": address("field.css"), "script": address("app.js"),
    }  # fmt: skip


def kept() -> list[str]:
    """Everything the app needs without a network."""
    pages = ["/field/", "/field/words.json", "/field/manifest.webmanifest"]
    return [*pages, *files().values()]


@cache
def version() -> str:
    """Changes with any byte of the app or of its words."""
    digest = hashlib.sha256()
    for name in (*_NAMES, "sw.js"):
        digest.update((_HERE / name).read_bytes())
    digest.update(_PAGE.read_bytes())
    digest.update(json.dumps(words(), sort_keys=True).encode())
    return digest.hexdigest()[:12]


def worker() -> str:
    """The service worker with its version and files on top."""
    head = (
        f"const VERSION = {json.dumps(version())};\n"
        f"const FILES = {json.dumps(kept())};\n"
    )
    return head + (_HERE / "sw.js").read_text(encoding="utf-8")


def words() -> dict[str, dict[str, str]]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = {key: str(text) for key, text in WORDS.items()}
    return found


def manifest() -> dict[str, Any]:
    icons = [
        {"src": address("icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {
            "src": address("icon-512.png"), "sizes": "512x512", "type": "image/png",
            "purpose": "any maskable",
        },
    ]  # fmt: skip
    with translation.override(settings.LANGUAGE_CODE):
        name = str(WORDS["app_name"])
    return {
        "id": "/field/", "name": name, "short_name": name, "start_url": "/field/",
        "scope": "/field/", "display": "standalone", "lang": settings.LANGUAGE_CODE,
        "background_color": "#fbfaf7", "theme_color": "#fbfaf7", "icons": icons,
    }  # fmt: skip
