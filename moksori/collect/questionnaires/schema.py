"""The JSON Schema of a questionnaire, for editors and other programs.

It says what form the parts have; `reading` also knows what makes sense together.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("questionnaire.schema.json")


@cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
