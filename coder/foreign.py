"""Files and JSON that somebody else wrote, read with limits; cells that other programs take for formulas.

Nothing that people write is nested deeply, so what is would only use up the stack of whoever walks it.
Source of the limit on digits: Python's `sys.set_int_max_str_digits`, CVE-2020-10735.
"""

from __future__ import annotations

import json
import re
from itertools import chain, compress
from pathlib import Path

from coder.errors import CoderError
from coder.model import Json

MAX_DEPTH = 60  # lists and mappings one in another
MAX_BITS = 14_000  # of a whole number; one of 4,300 digits, the most that Python writes out, is longer
TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"
TOO_LONG = "a number in it has too many digits"
_HOLDING = frozenset((dict, list))
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def from_json(text: str | bytes) -> Json:
    """The value in a JSON text; raises ValueError, which says why, where there is none."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise ValueError(f"{error.msg.removesuffix(' at')} at {line}column {error.colno}") from None
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except ValueError:
        raise ValueError(TOO_LONG) from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    if what := excess(value):
        raise ValueError(what)
    return value


to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
"""The JSON text of a value made here, Unicode as it is: nothing in it holds itself."""


def excess(value: Json) -> str:
    """What of a value nobody writes, in words; "" for a usual one. It goes level by level, on no stack."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        kinds = [*map(type, level)]
        if int in kinds and max(map(int.bit_length, [e for e in level if type(e) is int])) > MAX_BITS:
            return TOO_LONG
        if not (holding := [*compress(level, map(_HOLDING.__contains__, kinds))]):
            return ""
        inside = (each.values() if type(each) is dict else each for each in holding)
        level = list(chain.from_iterable(inside))
    return TOO_DEEP


def is_like_formula(cell: str) -> bool:
    """Whether a spreadsheet could take the cell for a formula, or has to lose an apostrophe to show it."""
    return _FORMULA.match(cell) is not None


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what could be a formula, and one more before those that are there.

    Source: OWASP, CSV Injection; the signs, in both widths, as in csv-stringify's `escape_formulas`.
    """
    return f"'{cell}" if is_like_formula(cell) else cell


def as_it_was(cell: str) -> str:
    """The cell that was made `harmless`."""
    return cell[1:] if cell[:1] == "'" and is_like_formula(cell) else cell


def expect_file(path: Path) -> None:
    """Raises CoderError for a pipe or a device: it may never end, and cannot be read twice."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise CoderError("cli.no_file", where=str(path))
