"""A PostgreSQL server of one's own, for the length of a test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "moksori"


def binaries() -> Path | None:
    """Where Debian (or PATH) keeps initdb and postgres; None without them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path else None


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a server on a private socket, yield its database URL, remove it all."""
    bin = binaries()
    if bin is None:
        raise FileNotFoundError("PostgreSQL is not installed (initdb not found).")
    # Not below pytest's folder: the server's user could not enter it.
    home = Path(tempfile.mkdtemp(prefix="moksori-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(home, "postgres")
        _run(
            f"{bin}/initdb -D {home}/data -U {USER} -A trust -E UTF8"
            " --locale=C.UTF-8 --no-sync",
            home,
        )
        options = f"-c listen_addresses='' -k {home} -c fsync=off"
        _run(f'{bin}/pg_ctl -D {home}/data -l {home}/log -w -o "{options}" start', home)
        try:
            socket = str(home).replace("/", "%2F")
            yield f"postgresql://{USER}@{socket}/postgres"
        finally:
            _run(f"{bin}/pg_ctl -D {home}/data -m immediate stop", home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(command: str, home: Path) -> None:
    # The server refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run(  # noqa: S603
        [*prefix, "sh", "-c", command],
        check=True,
        cwd=home,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
    )
