"""The examples for those who use the analysis alone run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

METHODS = Path(__file__).resolve().parent.parent / "docs" / "analysis.md"
EXAMPLES = re.findall(
    r"```python\n(.*?)```", METHODS.read_text(encoding="utf-8"), re.DOTALL
)


def test_there_are_examples():
    assert EXAMPLES


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_runs(code):
    exec(compile(code, "example", "exec"), {})  # noqa: S102 - our own documentation
