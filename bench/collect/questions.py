"""How well the linter judges the questions that were written to measure it.

python bench/collect/questions.py
"""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
django.setup()

from moksori.collect.tests.asked import LANGUAGES, PARTS, measured  # noqa: E402


def main() -> None:
    for language in LANGUAGES:
        for part in PARTS:
            scores = measured(language, part)
            print(
                f"{language} {part:7} precision {scores.precision:.3f} "
                f"recall {scores.recall:.3f} "
                f"good ones flagged {scores.good_flagged} of {scores.good}"
            )
            for line in scores.lines:
                print("   ", line)


if __name__ == "__main__":
    main()
