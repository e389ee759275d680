"""Which encoders there are, by the word that settings use for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from moksori.analysis.encoder import StaticEncoder, load_encoder
from moksori.analysis.encoders import endpoint, sentences
from moksori.analysis.encoders.encoder import Encoder, EncoderGoneError, label
from moksori.analysis.encoders.endpoint import EndpointEncoder
from moksori.analysis.encoders.sentences import SentenceModel
from moksori.analysis.encoders.teacher import Teacher
from moksori.analysis.posting import Address

STATIC = "static"


@dataclass(frozen=True, slots=True)
class Chosen:
    """An encoder as settings name it: "static", "teacher", "st:…", "openai:…".

    `version` is for models whose name says nothing of their vectors' age.
    """

    spec: str = STATIC
    address: Address = Address("")  # noqa: RUF009 - frozen
    version: str = "1"


Make = Callable[[str, Chosen], Encoder]
_KINDS: dict[str, Make] = {}


def register_encoder(kind: str, make: Make) -> None:
    """Make `kind` (or `kind:model`) an encoder that settings may name.

    `make` takes the model and everything chosen; it should be quick, and its encoder
    be named as the setting is.
    """
    _KINDS[kind] = make
    load.cache_clear()


@cache
def load(chosen: Chosen) -> Encoder:
    """The chosen encoder, made once; its model is loaded when it is first asked."""
    kind, _, model = chosen.spec.partition(":")
    if kind not in _KINDS:
        raise EncoderGoneError(f"There is no encoder “{chosen.spec}”.")
    return _KINDS[kind](model, chosen)


def load_named(named: str, chosen: Chosen) -> Encoder:
    """The encoder that made vectors under this label, reached as `chosen` says.

    EncoderGoneError when these vectors cannot be made any more.
    """
    spec = named.rpartition(" ")[0]
    is_away = spec.partition(":")[0] == endpoint.KIND
    if is_away and not chosen.address.url:
        raise EncoderGoneError(f"“{named}” has no address any more.")
    # Others have none: asked with another patience they are still loaded once.
    address = chosen.address if is_away else Address("")
    found = load(Chosen(spec, address, chosen.version))
    if label(found) != named:
        raise EncoderGoneError(f"“{named}” was replaced by “{label(found)}”.")
    return found


register_encoder(STATIC, lambda _model, _chosen: load_encoder())
register_encoder(StaticEncoder.name, lambda _model, _chosen: load_encoder())
register_encoder(Teacher.name, lambda _model, _chosen: Teacher())
register_encoder(
    sentences.KIND, lambda model, chosen: SentenceModel(model, chosen.version)
)
register_encoder(
    endpoint.KIND,
    lambda model, chosen: EndpointEncoder(model, chosen.address, chosen.version),
)
