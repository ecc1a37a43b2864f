"""The header of SQLite's write-ahead log (https://sqlite.org/fileformat2.html#the_write_ahead_log)."""

from __future__ import annotations

import struct

LENGTH = 32  # bytes
_LITTLE_ENDIAN = 0x377F0682  # the log's first number says how its checksums are made
_BIG_ENDIAN = 0x377F0683
_MASK = 0xFFFFFFFF


def is_valid(header: bytes) -> bool:
    """Return whether the header's checksum is right."""
    if len(header) != LENGTH:
        return False
    (magic,) = struct.unpack_from(">I", header)
    if magic not in (_LITTLE_ENDIAN, _BIG_ENDIAN):
        return False
    order = "<" if magic == _LITTLE_ENDIAN else ">"
    words = struct.unpack_from(f"{order}6I", header)
    first = 0
    second = 0
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & _MASK
        second = (second + odd + first) & _MASK
    return struct.unpack_from(">2I", header, 24) == (first, second)
