"""Tables of figures, independent of the output format: each format writes the cells in
its own way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import chain, compress
from typing import Any, Literal, NamedTuple, TypeAlias

from coder.agreement.result import Interval, MeanScore, Score
from coder.agreement.scales import label_of
from coder.codebook.label import Label, join_texts
from coder.codebook.schema import Codebook, Field, Part
from coder.messages.catalogue import Bilingual, Message, has
from coder.values.typed import NO, YES

Reader: TypeAlias = Literal["terminal", "paper", "page", "data"]
Kind: TypeAlias = Literal["list", "matrix", "coders", "line", "cases"]

PEOPLE: frozenset[Reader] = frozenset({"terminal", "paper", "page"})
EVERYBODY: frozenset[Reader] = PEOPLE | {"data"}
PAGE_AND_DATA: frozenset[Reader] = frozenset({"page", "data"})
DATA: frozenset[Reader] = frozenset({"data"})
NONE = "—"


class Named(NamedTuple):
    """Something with an id for programs and words for people."""

    id: str
    words: Bilingual


Cell: TypeAlias = (
    str | int | float | Bilingual | Named | Score | Interval | tuple[str, ...] | None
)


class Column(NamedTuple):
    """A column for some readers.

    words: its title, if not the one for its name in `report.po`.
    """

    name: str
    readers: frozenset[Reader] = EVERYBODY
    words: Bilingual | str | None = None

    def title(self, lang: str) -> str:
        """Return the column's heading."""
        if self.words is None:
            return Message(f"report.column.{self.name}").of(lang)
        if isinstance(self.words, str):
            return self.words
        return self.words.of(lang)


class Table(NamedTuple):
    """Figures in rows. kind: how a page may draw them.

    about: the id of the table's field, "" for all.
    """

    name: str
    title: Message
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[Message] = ()
    kind: Kind = "list"
    about: str = ""

    def for_reader(self, reader: Reader) -> tuple[list[Column], list[list[Cell]]]:
        """Return the columns meant for a reader, and their cells row by row."""
        is_shown = [reader in column.readers for column in self.columns]
        rows = [list(compress(row, is_shown)) for row in self.rows]
        return list(compress(self.columns, is_shown)), rows


def tabulate(
    name: str,
    columns: Sequence[Column | str],
    rows: Sequence[Sequence[Cell]],
    notes: Sequence[Message],
    kind: Kind = "list",
) -> list[Table]:
    """Return a list with the table, titled by its name in `report.po`, or an empty one
    if it has no rows.

    A note says which of its figures are means over pairs of coders.
    """
    if not rows:
        return []
    titled = [Column(each) if isinstance(each, str) else each for each in columns]
    notes = [*notes, *explain_first_mean(chain.from_iterable(rows))]
    return [Table(name, Message(f"report.table.{name}"), titled, rows, notes, kind)]


def explain_first_mean(cells: Iterable[Cell]) -> list[Message]:
    """Return what the first mean over pairs of coders consists of.

    Nothing if no cell is one.
    """
    for cell in cells:
        if isinstance(cell, MeanScore):
            figure = Label(ar=words_of(cell, "ar"), en=words_of(cell, "en"))
            sizes = {"smallest": cell.smallest, "of": cell.n}
            return [Message("report.note.mean", n=cell.pairs, figure=figure, **sizes)]
    return []


def field_of(codebook: Codebook, name: str) -> Field:
    """Return the field with an id, or that of a part.

    Article fields come before event fields.
    """
    field_id = name.partition(".")[0]
    return next(field for field in codebook.fields if field.id == field_id)


def name_field(codebook: Codebook, name: str) -> Named:
    """Return the name of a field or part with its label."""
    return Named(name, label_of(codebook, name))


def name_value(question: Field | Part, name: str, codebook: Codebook) -> Named:
    """Return the id of a value or blank (of yes and no, the JSON text) with its label."""
    blank = next((each.label for each in codebook.blanks if each.id == name), None)
    if blank is not None:
        return Named(name, blank)
    if question.type == "bool":
        return Named(name, YES if json.loads(name) else NO)
    ar = codebook.label_of(question, name, "ar") or name
    en = codebook.label_of(question, name, "en") or name
    return Named(name, Label(ar=ar, en=en))


def words_of(cell: Cell, lang: str, *, by_id: bool = False) -> str:
    """Return a cell in words, a dash if undefined. by_id: `Named` cells give their id."""
    match cell:
        case None:
            return NONE
        case Named():
            return cell.id if by_id else cell.words.of(lang)
        case Score():
            figure = NONE if cell.value is None else f"{cell.value:.3f}"
            if isinstance(cell, MeanScore):
                pooled = f"{cell.pooled:.3f}"
                return Message("report.mean", mean=figure, pooled=pooled).of(lang)
            return figure
        case Interval():
            if cell.low is None:
                return NONE
            return f"[{cell.low:.3f}, {cell.high:.3f}]"
        case str():
            return cell
        case int():
            return str(cell)
        case float():
            return f"{cell:g}"
        case tuple():
            return ("، " if lang == "ar" else ", ").join(map(str, cell))
    return cell.of(lang)


def times(row: Sequence[Cell], i: int, j: int) -> float:
    """Return how many pairs have the values i and j.

    A matrix counts pairs of equal values twice.
    """
    count = row[j + 1]
    if not isinstance(count, int | float):
        return 0.0
    return count / 2 if i == j else float(count)


def score_words(score: Score) -> str:
    """Return a score, or the reason why there is none, in English."""
    if score.value is None:
        return Message("figures.undefined", reason=reason_words(score.reason)).en
    return words_of(score, "en")


def interval_words(interval: Interval) -> str:
    """Return an interval, or the reason why there is none, in English."""
    if interval.low is None:
        return Message("figures.no_interval", reason=reason_words(interval.reason)).en
    return words_of(interval, "en")


def reason_words(reason: str) -> Bilingual:
    """Return the reason why a figure is undefined, in both languages if it has a
    message.
    """
    name = re.sub(r"\W", "_", reason.partition(":")[0])
    key = f"report.reason.{name}"
    return Message(key) if has(key) else Label.same(reason)


def reasons_of(cells: Iterable[Score | Interval]) -> Label:
    """Return the reasons why figures are undefined, without duplicates."""
    reasons = dict.fromkeys(cell.reason for cell in cells if cell.reason)
    return join_texts(map(reason_words, reasons), "؛ ", "; ")


def document_of(table: Table) -> list[dict[str, Any]]:
    """Return the rows as JSON objects by column name.

    Undefined figures are null, with a reason.
    """
    columns, rows = table.for_reader("data")
    names = [column.name for column in columns]
    return [dict(zip(names, map(data_of, row), strict=True)) for row in rows]


def documents(**figures: Score | Interval) -> dict[str, Any]:
    """Return figures as JSON, by name."""
    return {name: data_of(figure) for name, figure in figures.items()}


def data_of(cell: Cell) -> Any:
    """Return a cell as JSON."""
    match cell:
        case Named():
            return cell.id
        case Score():
            return _score_data(cell)
        case Interval():
            return _interval_data(cell)
        case float():
            return round(cell, 6)
        case str() | int() | None:
            return cell
        case tuple():
            return list(cell)
    return cell.of("en")


def _score_data(score: Score) -> dict[str, Any]:
    data: dict[str, Any] = {"value": _round(score.value), "n": score.n}
    if isinstance(score, MeanScore):
        data["pooled"] = _round(score.pooled)
        data["pairs"] = score.pairs
        data["smallest_pair"] = score.smallest
    if score.reason:
        data["reason"] = score.reason
    return data


def _interval_data(interval: Interval) -> dict[str, Any]:
    data: dict[str, Any] = {
        "low": _round(interval.low),
        "high": _round(interval.high),
    }
    if interval.low is not None:
        data["method"] = interval.method
        data["B"] = interval.B
        data["seed"] = interval.seed
    if interval.reason:
        data["reason"] = interval.reason
    return data


def _round(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 6)
