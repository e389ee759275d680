"""Run the benches that need no data from elsewhere, one after the other.

make bench                    all of them, about half an hour
python -m bench pages effect  some of them

`language`, `analyze` and those in `understand/` take public files as arguments; run
them by name, as their first lines say.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ALONE = ("effect", "pages", "imports", "warehouse")


def main() -> int:
    failed = 0
    for name in sys.argv[1:] or ALONE:
        print(f"\n== {name}", flush=True)
        command = [sys.executable, str(FOLDER / f"{name}.py")]
        failed |= subprocess.run(command, check=False, cwd=FOLDER.parent).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
