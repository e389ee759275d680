"""Loaded by pytest before anything reads the settings, which a conftest is not.

Tests keep their database in a folder of their own: two runs at once would otherwise
share a file, and the data of `make run` would be next to it.
"""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("MOKSORI_DATA_DIR", tempfile.mkdtemp(prefix="moksori-test-"))

_servers = os.environ.get("TEST_DATABASES", "").split()
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _servers and _worker.startswith("gw"):
    # Processes that share a server hold back each other's outbox.
    os.environ["MOKSORI_DATABASE_URL"] = _servers[int(_worker[2:]) % len(_servers)]
