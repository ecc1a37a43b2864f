"""Libraries that only some formats need: the extra `formats` brings them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from coder.errors import CoderError

_MOST_UNPACKED = 2**30  # bytes of all that is packed in a file


def library(name: str, package: str, format_name: str) -> Any:
    """A library of the extra; raises CoderError, which says how to install it, where it is not there."""
    try:
        return import_module(name)
    except ImportError:
        raise CoderError("delivery.needs_package", format=format_name, package=package) from None


@contextmanager
def read_by_others(key: str, where: str, **values: str) -> Iterator[None]:
    """Raises CoderError of that key for whatever a hostile file makes of somebody else's reader."""
    try:
        yield
    except CoderError:
        raise
    except Exception as error:
        raise CoderError(key, problem=str(error) or type(error).__name__, where=where, **values) from error


def expect_small(file: Path | BytesIO, where: str) -> None:
    """Raises CoderError for a packed file that is none, or would unpack into more than anybody writes.

    What is packed in it is never longer than its head says: the reader of zip files sees to that.
    """
    try:
        with ZipFile(file) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except (BadZipFile, OSError, ValueError) as error:
        raise CoderError("delivery.not_unpacked", problem=str(error), where=where) from None
    if size > _MOST_UNPACKED:
        raise CoderError("delivery.too_long", most=_MOST_UNPACKED // 2**20, where=where)
