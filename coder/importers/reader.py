"""What every reader gives, and the checks that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from coder.errors import CoderError
from coder.foreign import expect_file
from coder.model import Article, Coding


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing read from a file: an article, a coding, or both; where is `file` or `file:line`."""

    where: str
    article: Article | None = None
    coding: Coding | None = None


Read: TypeAlias = Callable[[Path], Iterator[Taken]]


def decoded(path: Path) -> str:
    """The file's text exactly as it stands, newlines and all; an encoding signature is not text.

    Raises CoderError for a file that cannot be read, is empty, is binary or is not UTF-8.
    """
    expect_file(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CoderError("delivery.not_readable", problem=error.strerror, where=str(path)) from None
    if b"\0" in data:
        raise CoderError("delivery.binary", where=str(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"{data[error.start]:02x}"
        raise CoderError(
            "delivery.not_utf8", byte=byte, position=error.start, where=f"{path}:{line}"
        ) from None
    if not text.strip():
        raise CoderError("delivery.empty_file", where=str(path))
    return text
