"""Run a command with PostgreSQL servers of its own, on loopback, gone afterwards.

    python tools/with_postgres.py pytest -q -n 2

Sets MOKSORI_DATABASE_URL for the command, and TEST_DATABASES to the addresses of two
servers, one for each process of pytest-xdist: a transaction left open by one test holds
back the outbox of every database of the same server. Without PostgreSQL's programs it
says so and ends with 0, so that a machine without them can still run the rest.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Speed over safety: this data lives for one run.
OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, newest version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_nobody(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return command
    user = "postgres" if _exists("postgres") else "nobody"
    return ["runuser", "-u", user, "--", *command]


def _exists(user: str) -> bool:
    return (
        subprocess.run(["id", user], capture_output=True, check=False).returncode == 0
    )


@contextmanager
def server(binaries: Path) -> Iterator[str]:
    """A running server; gives its address."""
    folder = Path(tempfile.mkdtemp(prefix="moksori-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user="postgres" if _exists("postgres") else "nobody")
    data, port = folder / "data", free_port()
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        as_nobody(
            [
                str(binaries / "initdb"),
                "--auth=trust",
                "--username=moksori",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                f"--pgdata={data}",
            ]
        ),
        **run,
    )
    control = [str(binaries / "pg_ctl"), "-w", f"-D{data}"]
    options = f"-h 127.0.0.1 -p {port} -k {folder} {OPTIONS}"
    log = folder / "log"
    subprocess.run(as_nobody([*control, "-o", options, f"-l{log}", "start"]), **run)
    try:
        yield f"postgresql://moksori@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(as_nobody([*control, "-mimmediate", "stop"]), **run)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    binaries = programs()
    if binaries is None:
        print("PostgreSQL is not installed: not run.", file=sys.stderr)
        return 0
    with server(binaries) as first, server(binaries) as second:
        environment = {
            **os.environ,
            "MOKSORI_DATABASE_URL": first,
            "TEST_DATABASES": f"{first} {second}",
        }
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
