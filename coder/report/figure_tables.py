"""A table of figures, whoever reads it: its cells are figures, and each form writes them in its own way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from coder.agreement.result import Interval, Score
from coder.codebook.label import Label, joined
from coder.codebook.schema import Codebook, Field
from coder.messages.catalogue import Bilingual, Message, has
from coder.values.typed import show

Reader: TypeAlias = Literal["terminal", "paper", "page", "data"]
Kind: TypeAlias = Literal["list", "matrix", "coders", "line", "cases"]

PEOPLE: frozenset[Reader] = frozenset({"terminal", "paper", "page"})
EVERYBODY: frozenset[Reader] = PEOPLE | {"data"}
PAGE_AND_DATA: frozenset[Reader] = frozenset({"page", "data"})
DATA: frozenset[Reader] = frozenset({"data"})
NONE = "—"


class Named(NamedTuple):
    """Something with a name for programs and words for people."""

    id: str
    words: Bilingual


Cell: TypeAlias = str | int | float | Bilingual | Named | Score | Interval | tuple[str, ...] | None


class Column(NamedTuple):
    """One column; its title is that of its name in `report.po`, unless it has words of its own."""

    name: str
    readers: frozenset[Reader] = EVERYBODY
    words: Bilingual | str | None = None

    def title(self, lang: str) -> str:
        """What stands above the column."""
        words = self.words if self.words is not None else Message(f"report.column.{self.name}")
        return words if isinstance(words, str) else words.of(lang)


class Table(NamedTuple):
    """Figures in rows. kind: how a page may draw them; about: the field that it is about, "" for all."""

    name: str
    title: Message
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[Message] = ()
    kind: Kind = "list"
    about: str = ""

    def seen_by(self, reader: Reader) -> tuple[list[Column], list[list[Cell]]]:
        """The columns that are for this reader, and their cells row by row."""
        places = [place for place, column in enumerate(self.columns) if reader in column.readers]
        return [self.columns[p] for p in places], [[row[p] for p in places] for row in self.rows]


def listed(
    name: str,
    columns: Sequence[Column | str],
    rows: Sequence[Sequence[Cell]],
    notes: Sequence[Message],
    kind: Kind = "list",
) -> list[Table]:
    """The table of that name in `report.po`, none where it has no rows; a column may go by its name alone."""
    whole = [Column(each) if isinstance(each, str) else each for each in columns]
    return [Table(name, Message(f"report.table.{name}"), whole, rows, notes, kind)] if rows else []


def field_of(codebook: Codebook, name: str) -> Field:
    """The field of that id, an article field before an event field."""
    return next(field for field in (*codebook.article_fields, *codebook.event_fields) if field.id == name)


def named_field(codebook: Codebook, name: str) -> Named:
    """A field by its id, with its label."""
    return Named(name, field_of(codebook, name).label)


def coded_value(field: Field, name: str, codebook: Codebook) -> Named:
    """A value or a blank by its id, with its label; yes and no by their JSON."""
    blank = next((each.label for each in codebook.blanks if each.id == name), None)

    def said(lang: str) -> str:
        if field.type == "bool":
            return show(field, json.loads(name), codebook, lang)
        return codebook.label_of(field, name, lang) or name

    return Named(name, blank or Label(ar=said("ar"), en=said("en")))


def words_of(cell: Cell, lang: str, *, by_id: bool = False) -> str:
    """A cell in words; what is undefined is a dash. by_id: what has a name goes by it."""
    match cell:
        case None:
            return NONE
        case Named():
            return cell.id if by_id else cell.words.of(lang)
        case Score():
            return NONE if cell.value is None else f"{cell.value:.3f}"
        case Interval():
            if cell.lower is None:
                return NONE
            return f"≥ {cell.lower:.3f}" if cell.upper is None else f"[{cell.lower:.3f}, {cell.upper:.3f}]"
        case str():
            return cell
        case int():
            return str(cell)
        case float():
            return f"{cell:g}"
        case tuple():
            return ("، " if lang == "ar" else ", ").join(map(str, cell))
    return cell.of(lang)


def score_words(score: Score, lang: str = "en") -> str:
    """A score, or why there is none."""
    if score.value is None:
        return Message("figures.undefined", reason=reason_words(score.reason)).of(lang)
    return words_of(score, lang)


def interval_words(interval: Interval, lang: str = "en") -> str:
    """An interval, or why there is none."""
    if interval.lower is None:
        return Message("figures.no_interval", reason=reason_words(interval.reason)).of(lang)
    return words_of(interval, lang)


def reason_words(reason: str) -> Bilingual:
    """Why a figure is undefined, in the reader's language."""
    key = "report.reason." + "".join(c if c.isalnum() else "_" for c in reason.partition(":")[0])
    return Message(key) if has(key) else Label.same(reason)


def reasons_of(cells: Iterable[Score | Interval]) -> Label:
    """Why figures are undefined, each reason once."""
    reasons = dict.fromkeys(cell.reason for cell in cells if cell.reason)
    return joined(map(reason_words, reasons), "؛ ", "; ")


def document_of(table: Table) -> list[dict[str, Any]]:
    """The rows as JSON by the names of columns; what is undefined is null beside its reason."""
    columns, rows = table.seen_by("data")
    return [{c.name: data_of(cell) for c, cell in zip(columns, row, strict=True)} for row in rows]


def documents(**figures: Score | Interval) -> dict[str, Any]:
    """Figures as JSON by name."""
    return {name: data_of(figure) for name, figure in figures.items()}


def data_of(cell: Cell) -> Any:
    """A cell as JSON."""
    match cell:
        case Named():
            return cell.id
        case Score():
            value = None if cell.value is None else round(cell.value, 6)
            return {"value": value, "n": cell.n} | ({"reason": cell.reason} if cell.reason else {})
        case Interval():
            ends = {"lower": cell.lower, "upper": cell.upper}
            found: dict[str, Any] = {end: None if at is None else round(at, 6) for end, at in ends.items()}
            if cell.lower is not None:
                found |= {"method": cell.method, "B": cell.B, "seed": cell.seed}
            return found | ({"reason": cell.reason} if cell.reason else {})
        case float():
            return round(cell, 6)
        case str() | int() | None:
            return cell
        case tuple():
            return list(cell)
    return cell.of("en")
