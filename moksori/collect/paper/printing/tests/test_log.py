"""Printing says nothing in the log: operators read what happened, not how."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import django
django.setup()
from moksori.collect.paper.printing import Copy, Options, form_of, stamped
from moksori.collect.questionnaires.templates import template
form = form_of(template("transaction").questionnaire, Options(), "ko")
stamped(form.pdf, form.layout, b"s" * 32, "BCDFGH", [Copy("BCDFGHJK", "쪽지")])
print("done")
"""


def test_a_printed_sheet_leaves_no_line_in_the_log() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.strip() == "done"
    assert done.stderr == ""
