"""Libraries that only some formats need, installed with the extra `formats`, and guards
around them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from coder.errors import CoderError

_MOST = 300  # characters of a parser's message, which may quote the file
_OUT_OF_MEMORY = ("out of memory", "unknown error", "std::bad_alloc")
"""How the messages of expat, libxml2 and Arrow begin when they get no more memory."""


def library(name: str, package: str, format_name: str) -> Any:
    """Import a library of the extra; if it is missing, raises a CoderError that says
    how to install it.
    """
    try:
        return import_module(name)
    except ImportError:
        raise CoderError(
            "delivery.needs_package", format=format_name, package=package
        ) from None


@contextmanager
def parser_errors_as(key: str, where: str, **values: str) -> Iterator[None]:
    """Turn any exception of a third-party parser, such as a hostile file can cause,
    into a CoderError.

    What comes of too little memory is a MemoryError, for `ReadingLimits`.
    """
    try:
        yield
    except (CoderError, MemoryError):
        raise
    except Exception as error:
        if str(error).lower().startswith(_OUT_OF_MEMORY):
            raise MemoryError from error
        problem = str(error)[:_MOST].rstrip(".") or type(error).__name__
        raise CoderError(key, problem=problem, where=where, **values) from error
