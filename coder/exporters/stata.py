"""Stata's `.dta` (version 14 and later): a row an event, choices as numbers with their labels in English.

Choices say by themselves why nothing stands there: -1 not stated, -2 does not apply, -3 not coded; of all
else `…_state` says that. Items of a list are separated by ` | `; a text has 2,045 bytes at most.
`use gold.dta` and `tabulate event_type`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate
from math import inf
from pathlib import Path
from struct import Struct, pack
from typing import BinaryIO, NamedTuple

from coder.exporters import labelled_table
from coder.exporters.labelled_table import Measured, Row
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset

rows = labelled_table.rows
_LONGEST = 2045


class _Type(NamedTuple):
    """How the cells of a column stand in a file of format 118 (`help dta` in Stata).

    number: what the file calls it; code: what `struct` does; missing: what stands for no number.
    """

    number: int
    code: str
    shown: str
    least: float = 0
    most: float = 0
    missing: float = 0


_NUMBERS = (
    _Type(65_530, "b", "%8.0g", -127, 100, 101),
    _Type(65_529, "h", "%8.0g", -32_767, 32_740, 32_741),
    _Type(65_528, "i", "%12.0g", -2_147_483_647, 2_147_483_620, 2_147_483_621),
    _Type(65_526, "d", "%10.0g", -inf, inf, 2.0**1023),
)


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Puts rows into the new file `path`."""
    with labelled_table.sink(dataset, path, _LONGEST, _write) as put:
        yield put


def _write(out: BinaryIO, measured: Sequence[Measured], count: int, rows: Iterable[Row]) -> None:
    columns, types = [each.column for each in measured], [*map(_type, measured)]
    record, missing = Struct("<" + "".join(of.code for of in types)), [of.missing for of in types]
    sections: dict[str, Iterable[bytes]] = {
        "map": [bytes(8 * 14)],
        "variable_types": [pack("<H", of.number) for of in types],
        "varnames": _texts(129, [each.name for each in columns]),
        "sortlist": [bytes(2 * len(columns) + 2)],
        "formats": _texts(57, [of.shown for of in types]),
        "value_label_names": _texts(129, [each.name if each.labels else "" for each in columns]),
        "variable_labels": _texts(321, [each.about[:80] for each in columns]),
        "characteristics": [],
        "data": (
            record.pack(*(of if cell is None else cell for cell, of in zip(row, missing, strict=True)))
            for row in rows
        ),
        "strls": [],
        "value_labels": (_labels(each.name, each.labels) for each in columns if each.labels),
    }
    numbers = pack("<3sH7sQ4s", b"<K>", len(columns), b"</K><N>", count, b"</N>")
    head = b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>%b" % numbers
    out.write(head + b"<label>\0\0</label><timestamp>\0</timestamp></header>")
    starts = [0]
    for name, parts in sections.items():
        starts.append(out.tell())
        out.write(f"<{name}>".encode())
        out.writelines(parts)
        out.write(f"</{name}>".encode())
    starts += [out.tell(), out.tell() + out.write(b"</stata_dta>")]
    out.seek(starts[1] + len("<map>"))
    out.write(pack("<14Q", *starts))


def _type(of: Measured) -> _Type:
    """The smallest that has room."""
    if not of.column.is_number:
        width = max(of.most, 1)
        return _Type(width, f"{width}s", f"%{width}s")
    return next(each for each in _NUMBERS if each.least <= of.least and of.most <= each.most)


def _texts(size: int, words: Iterable[str]) -> Iterator[bytes]:
    return (pack(f"{size}s", each.encode("utf-8")) for each in words)


def _labels(name: str, labels: Mapping[int, str]) -> bytes:
    """What the numbers of a column are called: where each name begins, the numbers, then the names."""
    numbers = sorted(labels)
    words = [labels[each].encode("utf-8") + b"\0" for each in numbers]
    starts = [*accumulate(map(len, words), initial=0)]
    table = pack(f"<{2 * len(words) + 2}i", len(words), starts.pop(), *starts, *numbers) + b"".join(words)
    return b"<lbl>%b%b</lbl>" % (pack("<i129s3x", len(table), name.encode()), table)
