"""A temporary file for objects that were checked and are going to be written."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple


class Place(NamedTuple):
    """A part of the file, in bytes."""

    start: int
    length: int


@dataclass(frozen=True)
class Spool:
    """A file to which one process adds objects, and from which several read them."""

    path: Path

    def __post_init__(self) -> None:
        self.path.touch()

    def add(self, bodies: Sequence[bytes]) -> list[Place]:
        """Append objects made by `pack`; return where they are."""
        places = []
        with self.path.open("ab") as file:
            for body in bodies:
                places.append(Place(file.tell(), len(body)))
                file.write(body)
        return places

    def read(self, places: Iterable[Place]) -> list[bytes]:
        """Return the objects that are there, for `unpack`."""
        bodies = []
        with self.path.open("rb") as file:
            for start, length in places:
                file.seek(start)
                bodies.append(file.read(length))
        return bodies


def pack(item: Any) -> bytes:
    """Serialise an object, in the process that made it."""
    return zlib.compress(pickle.dumps(item), 1)


def unpack(body: bytes) -> Any:
    """Return the object that `pack` serialised."""
    return pickle.loads(zlib.decompress(body))
