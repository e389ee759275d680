"""Doubts about a response: each a flag with its reason; nothing is ever removed."""

from moksori.collect.quality.flags import Flag, Seen, flags_of, words_of

__all__ = ["Flag", "Seen", "flags_of", "words_of"]
