"""Secrets at rest."""

from __future__ import annotations

import pytest
from django.utils import translation

from moksori.base.sealed import Broken, seal, seal_bytes, unseal, unseal_bytes


def test_what_was_sealed_is_opened_again() -> None:
    for secret in ("", "p@ss wörd", "비밀번호 🔑", "x" * 5_000):
        assert unseal(seal(secret)) == secret
    assert unseal_bytes(seal_bytes(b"\x00\xff")) == b"\x00\xff"


def test_a_seal_shows_nothing_and_is_never_the_same_twice() -> None:
    assert "hunter2" not in seal("hunter2")
    assert seal("hunter2") != seal("hunter2")


@pytest.mark.parametrize("sealed", ["", "hunter2", "gAAAAA", "비밀"])
def test_anything_else_is_refused_in_words(sealed: str) -> None:
    with translation.override("en"), pytest.raises(Broken, match="Enter it again"):
        unseal(sealed)


def test_a_changed_seal_is_refused() -> None:
    sealed = seal("hunter2")
    with pytest.raises(Broken):
        unseal(sealed[:-8] + ("A" if sealed[-8] != "A" else "B") + sealed[-7:])


def test_only_a_key_that_was_in_use_before_opens_what_it_sealed(settings) -> None:
    sealed, before = seal("hunter2"), settings.SECRET_KEY
    settings.SECRET_KEY = "another one"
    with pytest.raises(Broken):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert unseal(sealed) == "hunter2"
