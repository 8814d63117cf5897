"""Bytes <-> typed messages, strictly: an unknown type, field or shape is an error, never ignored."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

MAX_PHONE_FRAME = 16 * 1024
MAX_CONTROL_FRAME = 4 * 1024 * 1024

_encoder = msgspec.json.Encoder()


class BadMessage(ValueError):
    """The frame is not a message of this protocol; `request_id` is its id where one could be read."""

    def __init__(self, why: str, request_id: int | None = None) -> None:
        super().__init__(why)
        self.request_id = request_id


class _OnlyId(msgspec.Struct):
    id: int | None = None


def encode(message: Any) -> bytes:
    """One JSON text frame (UTF-8)."""
    return _encoder.encode(message)


T = TypeVar("T")


class Decoder(Generic[T]):
    """Reads frames of one union of messages."""

    def __init__(self, message_types: Any) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(message_types)

    def decode(self, frame: bytes) -> T:
        """The message, or BadMessage with the request's id where it can be told."""
        try:
            return self._decoder.decode(frame)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadMessage(str(error), _request_id(frame)) from None


def _request_id(frame: bytes) -> int | None:
    try:
        found = msgspec.json.decode(frame, type=_OnlyId).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if found is not None and 0 <= found < 2**53 else None
