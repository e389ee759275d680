"""The examples for those who use the analysis alone run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

METHODS = Path(__file__).resolve().parent.parent / "docs" / "analysis.md"
# An example, and what it prints where the page shows that.
EXAMPLES = re.findall(
    r"```python\n(.*?)```(?:\n\nprints [^\n]*\n\n```text\n(.*?)```)?",
    METHODS.read_text(encoding="utf-8"),
    re.DOTALL,
)


def test_there_are_examples():
    assert any(printed for _, printed in EXAMPLES)


@pytest.mark.parametrize(("code", "printed"), EXAMPLES)
def test_an_example_runs_and_prints_what_is_shown(code, printed, capsys):
    exec(compile(code, "example", "exec"), {})  # noqa: S102 - our own documentation
    assert capsys.readouterr().out == printed
