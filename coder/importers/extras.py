"""Libraries that only some formats need, installed with the extra `formats`, and guards around them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from coder.errors import CoderError

_MOST_UNPACKED = 2**30  # bytes of all files in an archive together
UNPACKING_ERRORS = (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
"""What reading a zip archive raises; the last for an unsupported method or version, and for a password."""


def library(name: str, package: str, format_name: str) -> Any:
    """Import a library of the extra; if it is missing, raises a CoderError that says how to install it."""
    try:
        return import_module(name)
    except ImportError:
        raise CoderError(
            "delivery.needs_package", format=format_name, package=package
        ) from None


@contextmanager
def parser_errors_as(key: str, where: str, **values: str) -> Iterator[None]:
    """Turn any exception of a third-party parser, such as a hostile file can cause, into a CoderError."""
    try:
        yield
    except CoderError:
        raise
    except Exception as error:
        raise CoderError(
            key, problem=str(error) or type(error).__name__, where=where, **values
        ) from error


def expect_small(file: Path | BytesIO, where: str) -> None:
    """Raise CoderError if a file is not a zip archive or would be too large when unpacked.

    The sizes in the archive's directory can be relied on, as `zipfile` never unpacks more than they say.
    """
    try:
        with ZipFile(file) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except UNPACKING_ERRORS as error:
        raise CoderError(
            "delivery.not_unpacked", problem=str(error), where=where
        ) from None
    if size > _MOST_UNPACKED:
        raise CoderError("delivery.too_long", most=_MOST_UNPACKED // 2**20, where=where)
