"""Foreign data: JSON read within limits, spreadsheet cells that could be taken for
formulas, first lines.

Nesting is limited because real data is never nested deeply, and code that recurses
through it would overflow the stack. Source of the limit on digits: Python's
`sys.set_int_max_str_digits`, CVE-2020-10735.
"""

from __future__ import annotations

import json
import math
import re
from itertools import chain, compress
from pathlib import Path

from coder.errors import CoderError
from coder.model import Json

MAX_DEPTH = 60  # nested lists and mappings
MAX_BITS = (
    14_000  # of an integer; below 4,300 digits, the most that Python converts to text
)
TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"
TOO_LONG = "a number in it has too many digits"
_CONTAINERS = frozenset((dict, list))
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def from_json(text: str | bytes) -> Json:
    """Parse a JSON text; raises ValueError with the reason if it is invalid or exceeds
    the limits.

    Numbers that are not finite are invalid: Python writes them (`NaN`), but JSON has
    none (RFC 8259, 6).
    """
    try:
        decoded = (
            text if isinstance(text, str) else text.decode(json.detect_encoding(text))
        )
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    try:
        value = _DECODER.decode(decoded)
    except json.JSONDecodeError as error:
        raise _at(error) from None
    except _NotFiniteError as error:
        what = f"{error} is not a finite number"
        raise _at(json.JSONDecodeError(what, decoded, error.place(decoded))) from None
    except ValueError:
        raise ValueError(TOO_LONG) from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    if problem := excess(value):
        raise ValueError(problem)
    return value


class _NotFiniteError(ValueError):
    """A number that is not finite, as it is written."""

    def place(self, text: str) -> int:
        """Return where it is: the first word outside strings that begins so."""
        return next(
            word.start()
            for word in _WORDS.finditer(text)
            if word[0].startswith(self.args[0])
        )

    def __str__(self) -> str:
        return str(self.args[0])[:20]


def _finite(number: str) -> float:
    if math.isfinite(parsed := float(number)):
        return parsed
    raise _NotFiniteError(number)


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)
_WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.\w]+')


def _at(error: json.JSONDecodeError) -> ValueError:
    """Return an error with its place; the line only if it is not the first, as most
    texts have just one.
    """
    line = f"line {error.lineno}, " if error.lineno > 1 else ""
    return ValueError(f"{error.msg.removesuffix(' at')} at {line}column {error.colno}")


to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
"""Convert one of our own values, which have no circular references, to JSON text
without Unicode escapes.
"""


def excess(value: Json) -> str:
    """Return how a value exceeds the limits, or "" if it does not. Iterates by level
    instead of recursing.
    """
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        kinds = [*map(type, level)]
        if (
            int in kinds
            and max(map(int.bit_length, [e for e in level if type(e) is int]))
            > MAX_BITS
        ):
            return TOO_LONG
        if not (containers := [*compress(level, map(_CONTAINERS.__contains__, kinds))]):
            return ""
        contents = (
            each.values() if type(each) is dict else each for each in containers
        )
        level = list(chain.from_iterable(contents))
    return TOO_DEEP


def is_like_formula(cell: str) -> bool:
    """Return whether a spreadsheet could take a cell for a formula, with or without
    apostrophes before it.
    """
    return _FORMULA.match(cell) is not None


def harmless(cell: str) -> str:
    """Prefix a cell that could be taken for a formula with an apostrophe, in addition
    to any it already has.

    Source: OWASP, CSV Injection; the signs, in both widths, as in csv-stringify's
    `escape_formulas`.
    """
    return f"'{cell}" if is_like_formula(cell) else cell


def unescape_cell(cell: str) -> str:
    """Return the original of a cell escaped by `harmless`."""
    return cell[1:] if cell[:1] == "'" and is_like_formula(cell) else cell


def expect_file(path: Path) -> None:
    """Raise CoderError if the path is a pipe or a device, which may never end and
    cannot be read twice.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise CoderError("cli.no_file", where=str(path))


def first_line(path: Path, refusal: str) -> str:
    """Return the first line of a text file; refusal: key of the error's message if it
    cannot be read.
    """
    try:
        return path.read_text("utf-8").partition("\n")[0]
    except OSError as error:
        raise CoderError(refusal, problem=error.strerror, where=str(path)) from None
    except UnicodeDecodeError:
        raise CoderError(refusal, problem="it is not UTF-8", where=str(path)) from None
