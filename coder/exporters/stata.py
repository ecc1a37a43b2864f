"""Stata's `.dta` (version 14 and later): one row per event, choices as numbers with English labels.

For choices, negative numbers say why there is no value: -1 not stated, -2 does not apply, -3 not coded; for
all other fields, `…_state` says so. Before you compute with a choice, make them missing: `mvdecode certainty,
mv(-1=.a \\ -2=.b \\ -3=.c)`. Days are dates. Items of a list are separated by ` | `; a text has at most 2,045
bytes. `use gold.dta` and `tabulate event_type`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import accumulate
from math import inf
from struct import Struct, pack
from typing import BinaryIO, NamedTuple

from coder.exporters import labelled_table
from coder.exporters.labelled_table import Measured, Row

rows = labelled_table.rows
_LONGEST = 2045
_FIRST_DAY = date(1960, 1, 1).toordinal()


class _Type(NamedTuple):
    """How the cells of a column are stored in a file of format 118 (`help dta` in Stata).

    number: the type's number in the file; code: its `struct` format; missing: represents a missing number.
    """

    number: int
    code: str
    display: str
    least: float = 0
    most: float = 0
    missing: float = 0


_NUMBERS = (
    _Type(65_530, "b", "%8.0g", -127, 100, 101),
    _Type(65_529, "h", "%8.0g", -32_767, 32_740, 32_741),
    _Type(65_528, "i", "%12.0g", -2_147_483_647, 2_147_483_620, 2_147_483_621),
    _Type(65_526, "d", "%10.0g", -inf, inf, 2.0**1023),
)


def _write(
    out: BinaryIO, measured: Sequence[Measured], count: int, rows: Iterable[Row]
) -> None:
    columns = [each.column for each in measured]
    types = [*map(_type, measured)]
    record = Struct("<" + "".join(each.code for each in types))
    missing = [each.missing for each in types]
    zeros = [_FIRST_DAY if each.measure == "day" else 0 for each in columns]
    sections: dict[str, Iterable[bytes]] = {
        "map": [bytes(8 * 14)],
        "variable_types": [pack("<H", each.number) for each in types],
        "varnames": _texts(129, [each.name for each in columns]),
        "sortlist": [bytes(2 * len(columns) + 2)],
        "formats": _texts(
            57,
            [
                "%td" if zero else each.display
                for each, zero in zip(types, zeros, strict=True)
            ],
        ),
        "value_label_names": _texts(
            129, [each.name if each.labels else "" for each in columns]
        ),
        "variable_labels": _texts(321, [each.about[:80] for each in columns]),
        "characteristics": [],
        "data": (
            record.pack(
                *(
                    none if cell is None else cell - zero if zero else cell
                    for cell, none, zero in zip(row, missing, zeros, strict=True)
                )
            )
            for row in rows
        ),
        "strls": [],
        "value_labels": (
            _labels(each.name, each.labels) for each in columns if each.labels
        ),
    }
    numbers = pack("<3sH7sQ4s", b"<K>", len(columns), b"</K><N>", count, b"</N>")
    head = (
        b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>%b"
        % numbers
    )
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


def _type(measured: Measured) -> _Type:
    """The smallest type that fits."""
    if not measured.column.is_number:
        width = max(measured.most, 1)
        return _Type(width, f"{width}s", f"%{width}s")
    return next(
        each
        for each in _NUMBERS
        if each.least <= measured.least and measured.most <= each.most
    )


def _texts(size: int, texts: Iterable[str]) -> Iterator[bytes]:
    return (pack(f"{size}s", each.encode("utf-8")) for each in texts)


def _labels(name: str, labels: Mapping[int, str]) -> bytes:
    """A column's value labels: the offset of each label, the numbers, then the labels."""
    numbers = sorted(labels)
    texts = [labels[each].encode("utf-8") + b"\0" for each in numbers]
    starts = [*accumulate(map(len, texts), initial=0)]
    table = pack(
        f"<{2 * len(texts) + 2}i", len(texts), starts.pop(), *starts, *numbers
    ) + b"".join(texts)
    return b"<lbl>%b%b</lbl>" % (pack("<i129s3x", len(table), name.encode()), table)


sink = partial(labelled_table.sink, _LONGEST, _write)
