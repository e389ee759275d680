"""Records of phones to test with."""

from __future__ import annotations

import io
import json
import uuid
from typing import Any

from django.test import Client
from PIL import Image

from moksori.base.people.models import Member
from moksori.collect.field.told import hash_of
from moksori.collect.writes.devices import register_device


def a_visit(**changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": "visit",
        "started_at": "2026-11-18T05:00:00.000Z",
        "minutes": 40,
        "way": "there",
        "whom": "한빛식품",
        "verbatims": [{"id": "v1", "who": "김 과장", "text": "배송이 자주 늦습니다."}],
    }
    return said | changes


def sent(said: dict[str, Any], client_id: str = "") -> dict[str, str]:
    """A record as the phone sends it."""
    client_id = client_id or str(uuid.uuid4())
    content = json.dumps({**said, "client_id": client_id}, ensure_ascii=False)
    return {
        "client_id": client_id,
        "content": content,
        "content_hash": hash_of(content),
    }


def phone_of(member: Member) -> str:
    return register_device("Phone", by=member).token


def post(token: str, record: dict[str, str], **headers: str) -> Any:
    return Client().post(
        "/field/records/",
        record,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )


def put(token: str, sha256: str, content: bytes) -> Any:
    return Client().put(
        f"/field/blobs/{sha256}/",
        content,
        content_type="image/jpeg",
        headers={"Authorization": f"Bearer {token}"},
    )


def a_photo(number: int = 0) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (number % 256, 80, 120)).save(out, "JPEG")
    return out.getvalue()
