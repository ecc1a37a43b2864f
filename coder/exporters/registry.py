"""The table of formats that can be written; a format's module is loaded when it is first needed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from coder.errors import CoderError

if TYPE_CHECKING:
    from coder.exporters.writer import Dataset, Write

WHAT = ("gold", "codings", "candidates")
"""What can be exported."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A format: its name, file ending, what it can hold, and what it leaves out ("" for nothing)."""

    name: str
    suffix: str
    holds: tuple[str, ...]
    leaves_out: str
    module: str

    def write(self, dataset: Dataset, out: BinaryIO) -> None:
        """The dataset's bytes: the same for the same data, today and next year."""
        write: Write = import_module(self.module).write
        write(dataset, out)


FORMATS = (
    Writer("native", ".jsonl", ("gold", "codings", "candidates"), "", "coder.exporters.native_writer"),
    Writer(
        "jsonl",
        ".jsonl",
        ("gold", "codings"),
        "rejected candidates and, where there are events, spans that no value uses as evidence",
        "coder.exporters.jsonl",
    ),
    Writer(
        "csv",
        ".csv",
        ("gold", "codings"),
        "rejected candidates, comments, who decided and, where there are events, the kinds of spans and "
        "spans that no value uses as evidence",
        "coder.exporters.csv",
    ),
)


def writer(name: str) -> Writer:
    """The format of that name; raises CoderError that lists the known ones."""
    known = {form.name: form for form in FORMATS}
    if name not in known:
        raise CoderError("delivery.no_such_format", name=name, known=", ".join(known))
    return known[name]
