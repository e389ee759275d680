"""Make the data folder ready: folder, secret key, database, static files."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from moksori.server.environment import read


def prepare_folder() -> Path:
    """The data folder with its secret key; must run before settings are loaded."""
    folder: Path = read(os.environ)["DATA_DIR"]
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "secret_key"
    if not key.exists():
        descriptor = os.open(key, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
    for name in ("warehouse", "uploads", "static"):
        (folder / name).mkdir(exist_ok=True)
    return folder


def prepare_database() -> None:
    """Bring the database to this version; nothing happens when it is there already."""
    from django.core.management import call_command  # noqa: PLC0415 – needs settings

    call_command("migrate", verbosity=0, interactive=False)


def prepare_facts() -> None:
    """Make the facts anew where another release wrote them: pages could not read them.

    Nothing is lost by it, for they are made of the database.
    """
    from django.conf import settings  # noqa: PLC0415 – needs settings

    from moksori.base.warehouse import manifest  # noqa: PLC0415

    if manifest.is_foreign(Path(settings.MOKSORI_WAREHOUSE_DIR)):
        # Seconds to load, and hardly ever needed.
        from moksori.understand.writes import rebuild_facts  # noqa: PLC0415

        rebuild_facts()


def prepare_static() -> None:
    """Collect and hash the static files of this version for the web processes."""
    from django.core.management import call_command  # noqa: PLC0415 – needs settings
    from django.test.utils import override_settings  # noqa: PLC0415

    hashed = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        },
    }
    # This process may have started before anything was collected, with the finders.
    with override_settings(STORAGES=hashed):
        call_command("collectstatic", verbosity=0, interactive=False)
