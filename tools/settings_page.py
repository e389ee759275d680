"""Write docs/settings.md from the settings themselves; `--check` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from moksori.server.environment import PREFIX, SETTINGS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Environment variables, read once at start. A wrong value or an unknown `MOKSORI_` name
stops the start with a sentence that says which. Secrets (marked *) may be given as a
file: `MOKSORI_SECRET_KEY_FILE=/run/secrets/key`.

| setting | default | meaning |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    lines = [
        f"| `{PREFIX}{s.name}`{' *' if s.is_secret else ''} "
        f"| {f'`{s.default}`' if s.default else '–'} | {s.meaning} |"
        for s in SETTINGS
    ]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
