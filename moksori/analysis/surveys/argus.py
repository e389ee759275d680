"""τ-Argus: the fewest cells to hide, found in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SECONDS = 60
_TOTAL = "T"
# The engine writes logs to where it runs, and is not made for two tables at once.
_PROGRAM = """
import sys
from pytauargus.engine import run_batch
run_batch(sys.argv[1])
"""


def optimal(full: Floats, must: Bools, width: float) -> Bools:
    """Which cells to hide of a table with margins, `must` among them.

    Nothing more than `must` when the engine cannot say: the caller audits anyway.
    Tables of more than two attributes are not given to it.
    """
    if full.ndim > 2:
        return must
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, full, must, width)
        try:
            subprocess.run(  # noqa: S603 – our own words alone
                [sys.executable, "-c", _PROGRAM, str(folder / "batch.arb")],
                cwd=folder,
                capture_output=True,
                check=True,
                timeout=SECONDS,
            )
            lines = (folder / "out.tab").read_text().splitlines()
        except (subprocess.SubprocessError, OSError):
            return must
        return must | _hidden(lines, full.shape)


def _write(folder: Path, full: Floats, must: Bools, width: float) -> None:
    names = [f"v{axis}" for axis in range(full.ndim)]
    meta = ['<SEPARATOR> ";"', '<SAFE> "S"', '<UNSAFE> "U"', '<PROTECT> "P"']
    for name in names:
        meta += [f"{name} X", "<RECODABLE>", f'<TOTCODE> "{_TOTAL}"']
    meta += ["n", "<NUMERIC>", "<DECIMALS> 0", "freq", "<FREQUENCY>"]
    meta += ["status", "<STATUS>"]
    meta += ["down", "<NUMERIC> <LOWERPL>", "up", "<NUMERIC> <UPPERPL>"]
    (folder / "table.rda").write_text("\n".join(meta) + "\n")
    rows = []
    for place, value in np.ndenumerate(full):
        n = int(value)
        if n == 0:
            continue  # a zero is shown as such
        # A small group could be larger, a large one (whose rest is small) smaller.
        down, up = (0, int(width)) if value < width else (int(width), 0)
        status = "U" if must[place] else "S"
        codes = [_code(at, size) for at, size in zip(place, full.shape, strict=True)]
        rows.append(";".join([*codes, str(n), str(n), status, str(down), str(up)]))
    (folder / "table.tab").write_text("\n".join(rows) + "\n")
    quoted = "".join(f'"{name}"' for name in names)
    batch = [
        '<OPENTABLEDATA> "table.tab"',
        '<OPENMETADATA> "table.rda"',
        f'<SPECIFYTABLE> {quoted}|"n"||"n"',
        "<SAFETYRULE>",
        "<READTABLE> 0",
        f"<SUPPRESS> OPT(1,{SECONDS // 2})",
        '<WRITETABLE> (1,5,SO+,"out.tab")',
    ]
    (folder / "batch.arb").write_text("\n".join(batch) + "\n")


def _code(at: int, size: int) -> str:
    return _TOTAL if at == size - 1 else f"c{at:04d}"


def _hidden(lines: list[str], shape: tuple[int, ...]) -> Bools:
    found = np.zeros(shape, dtype=bool)
    for line in lines:
        fields: list[Any] = [one.strip().strip('"') for one in line.split(";")]
        codes = fields[: len(shape)]
        if any(code != _TOTAL and not code.startswith("c") for code in codes):
            continue  # the engine adds a group for whoever has none
        place = tuple(
            size - 1 if code == _TOTAL else int(code[1:])
            for code, size in zip(codes, shape, strict=True)
        )
        # Safe, unsafe, or hidden for the sake of another.
        if any(field in {"U", "M", "X", "D"} for field in fields[len(shape) + 1 :]):
            found[place] = True
    return found
