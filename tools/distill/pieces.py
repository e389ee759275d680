"""Cut a SentencePiece model down to the pieces that are used."""

from __future__ import annotations

from collections.abc import Iterator

PIECES = 1  # ModelProto.pieces
PIECE = 1  # SentencePiece.piece
TYPE = 3  # SentencePiece.type
NORMAL = 1


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data: bytes) -> Iterator[tuple[int, bytes | int, bytes]]:
    """Each field of a protobuf message: number, value, and the bytes that hold both."""
    at = 0
    while at < len(data):
        start = at
        key, at = varint(data, at)
        wire = key & 7
        value: bytes | int
        if wire == 0:
            value, at = varint(data, at)
        else:
            length = {1: 8, 5: 4}.get(wire)
            if length is None:
                length, at = varint(data, at)
            value = data[at : at + length]
            at += length
        yield key >> 3, value, data[start:at]


def restricted(model: bytes, keep: set[str]) -> bytes:
    """The same model with only the normal pieces in `keep` and the special ones.

    What loses its piece is spelled with shorter ones, so no word falls out.
    """
    parts = []
    for number, value, raw in fields(model):
        if number != PIECES or not isinstance(value, bytes) or wanted(value, keep):
            parts.append(raw)
    return b"".join(parts)


def wanted(message: bytes, keep: set[str]) -> bool:
    found = {number: value for number, value, _ in fields(message)}
    text = found[PIECE]
    assert isinstance(text, bytes)
    return found.get(TYPE, NORMAL) != NORMAL or text.decode() in keep
