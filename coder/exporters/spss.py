"""SPSS's `.sav`: one row per event, choices as numbers with English labels.

The same as `stata`, but the negative numbers of choices are declared as missing values, and a text has at
most 32,767 bytes. `GET FILE='gold.sav'.` and `FREQUENCIES event_type.`
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from math import nextafter
from struct import pack
from sys import float_info
from typing import Any, BinaryIO

from coder.exporters import labelled_table
from coder.exporters.labelled_table import Column, Measured, Row, cut

rows = labelled_table.rows
_LONGEST = 32_767
_SHORT = 255  # bytes of a text in one of the file's variables; longer texts are split into several
_COUNTED = 252  # a longer text has a variable for every 252 bytes, though each has room for 255
_MISSING = -float_info.max
_BLANKS = (-3, -1)  # from, to
_FIRST_DAY = date(1582, 10, 14).toordinal()
_SECONDS = 86_400  # a date is stored in seconds
_MEASURES = {"text": 1, "nominal": 1, "ordinal": 2, "scale": 3, "day": 3}


def _write(
    out: BinaryIO, measured: Sequence[Measured], count: int, rows: Iterable[Row]
) -> None:
    """Write the whole file. Source: PSPP Developers Guide, System File Format."""
    variables = list[bytes]()
    labels = list[bytes]()
    names = list[str]()
    widths = list[str]()
    formats = []
    units = 0
    number = 0  # units of 8 bytes, and variables, so far
    for column, _, most in measured:
        if column.labels:
            labels.append(_labels(units + 1, column.labels))
        names.append(f"V{number + 1}={column.name}")
        if most > _SHORT and not column.is_number:
            widths.append(f"V{number + 1}={most:05}\0\t")
        for nth, width in enumerate([0] if column.is_number else _widths(most)):
            number += 1
            units += _units(width or 8)
            variables.append(
                _variable(f"V{number}", width, "" if nth else column.about, column)
            )
            formats.append(
                pack(
                    "<3i",
                    _MEASURES[column.measure],
                    10 if column.measure == "day" else 8,
                    0,
                )
            )
    about = pack(
        "<5id17s64s3x", 2, units, 0, 0, count, 100, b"01 Jan 0000:00:00", b" " * 64
    )
    out.write(b"$FL2" + b"@(#) SPSS DATA FILE".ljust(60) + about)
    out.writelines([*variables, *labels])
    out.write(_extension(3, 4, pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65_001)))
    out.write(
        _extension(4, 8, pack("<3d", _MISSING, float_info.max, nextafter(_MISSING, 0)))
    )
    out.write(
        _extension(11, 4, b"".join(formats))
        + _extension(13, 1, "\t".join(names).encode())
    )
    out.write(_extension(14, 1, "".join(widths).encode()) if widths else b"")
    out.write(_extension(20, 1, b"UTF-8") + pack("<2i", 999, 0))
    writers = [_writer(each) for each in measured]
    for row in rows:
        out.write(
            b"".join([write(cell) for write, cell in zip(writers, row, strict=True)])
        )


def _widths(most: int) -> list[int]:
    """The widths of the file's variables for a text of up to `most` bytes."""
    count = 1 if most <= _SHORT else -(-most // _COUNTED)
    return [_SHORT] * (count - 1) + [max(most, 1) - _COUNTED * (count - 1)]


def _units(size: int) -> int:
    return -(-size // 8)


def _variable(name: str, width: int, about: str, column: Column) -> bytes:
    format_ = (
        1 << 16 | width << 8
        if width
        else 39 << 16 | 10 << 8
        if column.measure == "day"
        else 5 << 16 | 8 << 8
    )
    label = cut(about, _SHORT)
    missing = -2 if column.has_blanks else 0  # -2: a range
    record = pack(
        "<6i8s",
        2,
        width,
        bool(label),
        missing,
        format_,
        format_,
        name.encode().ljust(8),
    )
    if label:
        record += pack("<i", len(label)) + label.ljust(4 * -(-len(label) // 4))
    if missing:
        record += pack("<2d", *_BLANKS)
    return record + pack("<6i8s", 2, -1, 0, 0, 0, 0, b" " * 8) * (_units(width) - 1)


def _labels(unit: int, labels: Mapping[int, str]) -> bytes:
    """The value labels of the variable that begins at this unit."""
    record = pack("<2i", 3, len(labels))
    for number, text in sorted(labels.items()):
        label = cut(text, 120)
        record += pack("<dB", number, len(label)) + label.ljust(
            8 * _units(len(label) + 1) - 1
        )
    return record + pack("<3i", 4, 1, unit)


def _extension(kind: int, size: int, data: bytes) -> bytes:
    return pack("<4i", 7, kind, size, len(data) // size) + data


def _writer(measured: Measured) -> Callable[[Any], bytes]:
    if measured.column.measure == "day":
        return _day
    return (
        _number if measured.column.is_number else partial(_text, _widths(measured.most))
    )


def _number(cell: int | None) -> bytes:
    return pack("<d", _MISSING if cell is None else cell)


def _day(cell: int | None) -> bytes:
    return _number(None if cell is None else (cell - _FIRST_DAY) * _SECONDS)


def _text(widths: Sequence[int], cell: bytes) -> bytes:
    parts = (cell[nth * _SHORT : (nth + 1) * _SHORT] for nth in range(len(widths)))
    return b"".join(
        [
            part.ljust(8 * _units(width))
            for part, width in zip(parts, widths, strict=True)
        ]
    )


sink = partial(labelled_table.sink, _LONGEST, _write)
