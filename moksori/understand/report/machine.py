"""The findings as JSON, for other programs: English keys, shares from 0 to 1."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from moksori.collect.tables import Message
from moksori.understand.report.findings import Findings

FORMAT = 1


def as_json(found: Findings) -> str:
    return json.dumps({"format": FORMAT, **_plain(found)}, ensure_ascii=False, indent=2)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, Message | type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if hasattr(value, "_asdict"):
        return {key: _plain(item) for key, item in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Message):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
