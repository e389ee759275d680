"""Encoders behind one interface: the shipped one, its teacher, others by setting."""

from moksori.analysis.encoders.encoder import (
    Encoder,
    EncoderError,
    EncoderGoneError,
    label,
)
from moksori.analysis.encoders.registry import (
    Chosen,
    load,
    load_named,
    register_encoder,
)
from moksori.analysis.posting import Address

__all__ = [
    "Address",
    "Chosen",
    "Encoder",
    "EncoderError",
    "EncoderGoneError",
    "label",
    "load",
    "load_named",
    "register_encoder",
]
