"""The table of formats that can be written; a format's module is loaded when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from coder.errors import CoderError

if TYPE_CHECKING:
    from coder.exporters.writer import Dataset

WHAT = ("gold", "codings", "candidates")  # can be exported


@dataclass(frozen=True, slots=True)
class Writer:
    """A format: its name, file ending, what it can hold, and what it leaves out ("" for nothing)."""

    name: str
    suffix: str
    holds: tuple[str, ...]
    leaves_out: str
    module: str

    def head(self, dataset: Dataset) -> str:
        """What comes before all rows, "" for nothing."""
        head: Callable[[Dataset], str] = getattr(import_module(self.module), "head", lambda _: "")
        return head(dataset)

    def rows(self, dataset: Dataset) -> Callable[..., str]:
        """What makes the rows of a coding, or of an article and its candidates where these are exported.

        They are the same for the same data, today and next year.
        """
        make = "candidate_rows" if dataset.what == "candidates" else "rows"
        rows: Callable[[Dataset], Callable[..., str]] = getattr(import_module(self.module), make)
        return rows(dataset)


_UNUSED = "where there are events, {}spans that no value uses as evidence"
_NOT_IN_JSONL = f"rejected candidates and, {_UNUSED.format('')}"
_NOT_IN_CSV = f"rejected candidates, comments, who decided and, {_UNUSED.format('the kinds of spans and ')}"
FORMATS = (
    Writer("native", ".jsonl", WHAT, "", "coder.exporters.native_writer"),
    Writer("jsonl", ".jsonl", WHAT[:2], _NOT_IN_JSONL, "coder.exporters.jsonl"),
    Writer("csv", ".csv", WHAT[:2], _NOT_IN_CSV, "coder.exporters.csv"),
)


def writer(name: str) -> Writer:
    """The format of that name; raises CoderError that lists the known ones."""
    known = {form.name: form for form in FORMATS}
    if name not in known:
        raise CoderError("delivery.no_such_format", name=name, known=", ".join(known))
    return known[name]
