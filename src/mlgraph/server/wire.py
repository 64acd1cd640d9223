"""What the server and a worker say to each other, over a socket pair.

A job is 4 bytes of length and JSON. An answer is frames: one byte of kind, 4 bytes of length, and a
payload: a head (JSON), then data, then an end, or a break with its reason. A worker is believed no
more than a stranger: nothing is unpickled.
"""

from __future__ import annotations

import json
import struct
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "BREAK",
    "COMMAND",
    "DATA",
    "END",
    "FORK",
    "FRAME",
    "HEAD",
    "KILL",
    "LENGTH",
    "READY",
    "STARTED",
    "STOPPED",
    "WORKER",
    "Head",
    "Job",
    "frame",
    "frames",
    "frames_of",
]

READY, HEAD, DATA, END, BREAK = b"RHDZX"
"""Kinds of frames; an end that is not empty says that the worker retires, and is to be replaced."""

FORK, KILL = b"FK"
"""What the zygote is told."""

STARTED, STOPPED = b"PQ"
"""What the zygote says of its workers."""

COMMAND = struct.Struct("<BI")
WORKER = struct.Struct("<Ii")
FRAME = struct.Struct("<BI")
LENGTH = struct.Struct("<I")


def frame(kind: int, payload: bytes = b"") -> bytes:
    """Return one frame."""
    return FRAME.pack(kind, len(payload)) + payload


def frames_of(data: bytes, buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the complete frames from what came before and has just come; the buffer keeps the rest."""
    if buffer:
        buffer += data
        yield from frames(buffer)
        return
    at = 0
    while len(data) - at >= FRAME.size:
        kind, length = FRAME.unpack_from(data, at)
        begin = at + FRAME.size
        if begin + length > len(data):
            break
        at = begin + length
        yield kind, data[begin:at]
    buffer += data[at:]


def frames(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the complete frames from the beginning of a buffer."""
    at = 0
    try:
        while len(buffer) - at >= FRAME.size:
            kind, length = FRAME.unpack_from(buffer, at)
            begin = at + FRAME.size
            if begin + length > len(buffer):
                break
            at = begin + length
            yield kind, bytes(memoryview(buffer)[begin:at])
    finally:
        del buffer[:at]


class Job(NamedTuple):
    """A query, and how its answer is wanted.

    Parameters
    ----------
    query : str
        The text.
    base : str
        What relative IRIs are resolved against.
    default, named : tuple of str
        The graphs to ask; where both are empty, the query and the store decide.
    accept, form : str or None, str
        The Accept header, and the name of a format, which wins.
    coding : str
        ``gzip``, or nothing.
    head : bool
        Whether the head of the answer is enough.
    """

    query: str
    base: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    accept: str | None = None
    form: str = ""
    coding: str = ""
    head: bool = False

    def pack(self) -> bytes:
        """Return the bytes of the job, with their length before them."""
        words = [encode_basestring(each) for each in (self.query, self.base)]
        words += ["[" + ",".join(map(encode_basestring, each)) + "]" for each in (self.default, self.named)]
        words.append("null" if self.accept is None else encode_basestring(self.accept))
        words += [
            encode_basestring(self.form),
            encode_basestring(self.coding),
            "true" if self.head else "false",
        ]
        text = f"[{','.join(words)}]".encode("utf-8", "surrogatepass")  # json.dumps takes three times as long
        return LENGTH.pack(len(text)) + text

    @classmethod
    def unpack(cls, payload: bytes) -> Job:
        """Return the job of some bytes, without their length."""
        query, base, default, named, *rest = json.loads(payload.decode("utf-8", "surrogatepass"))
        return cls(query, base, tuple(default), tuple(named), *rest)


class Head(NamedTuple):
    """How an answer begins.

    Parameters
    ----------
    status : int
        The HTTP status.
    type : str
        The content type.
    coding : str
        ``gzip``, or nothing.
    outcome : str
        One word for logs and metrics: ``ok``, ``syntax``, ``forbidden`` ...
    """

    status: int
    type: str
    coding: str = ""
    outcome: str = "ok"

    def pack(self) -> bytes:
        """Return the frame."""
        return _packed(self)

    @classmethod
    def unpack(cls, payload: bytes) -> Head:
        """Return the head in a frame's payload."""
        return _unpacked(payload) if len(payload) <= _USUAL else cls(*json.loads(payload))


_USUAL = 200
"""Bytes of a head that is worth remembering: there are few that differ."""


@lru_cache(maxsize=64)
def _packed(head: Head) -> bytes:
    return frame(HEAD, json.dumps(head).encode())


@lru_cache(maxsize=64)
def _unpacked(payload: bytes) -> Head:
    return Head(*json.loads(payload))
