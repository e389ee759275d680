"""Ways on which a question reaches its customer, one folder each.

A folder holds `sender`, see `sender.Sender`; adding one edits no other file.
"""

from __future__ import annotations

import functools
from importlib import import_module
from pkgutil import iter_modules

from moksori.collect.senders.sender import Sender


@functools.cache
def senders() -> dict[str, Sender]:
    """Every kind of sender by its name."""
    kinds = [module.name for module in iter_modules(__path__) if module.ispkg]
    kinds = [kind for kind in kinds if kind != "tests"]
    return {kind: import_module(f"{__name__}.{kind}").sender for kind in kinds}
