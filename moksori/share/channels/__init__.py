"""The ways on which an edition reaches its reader, one folder each.

A folder that sends holds `channel` (see `channel.Channel`); one that is fetched by a
secret link holds `outlet` (see `outlet.Kind`). Adding a folder edits no other file.
"""

from __future__ import annotations

import functools
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from moksori.base.errors import NotFound
from moksori.share.channels.channel import Channel
from moksori.share.channels.outlet import Kind


@functools.cache
def channels() -> dict[str, Channel]:
    """Every kind that sends, by its name, in the order of names."""
    return _those_with("channel")


@functools.cache
def outlets() -> dict[str, Kind]:
    """Every kind that is fetched, by its name."""
    return _those_with("outlet")


def channel_of(kind: str) -> Channel:
    """The channel; NotFound for a kind that has no folder (any more)."""
    found = channels().get(kind)
    if found is None:
        raise NotFound
    return found


def outlet_of(kind: str) -> Kind:
    found = outlets().get(kind)
    if found is None:
        raise NotFound
    return found


def _those_with(name: str) -> dict[str, Any]:
    kinds = sorted(one.name for one in iter_modules(__path__) if one.ispkg)
    modules = {
        kind: import_module(f"{__name__}.{kind}") for kind in kinds if kind != "tests"
    }
    return {
        kind: getattr(module, name)
        for kind, module in modules.items()
        if hasattr(module, name)
    }
