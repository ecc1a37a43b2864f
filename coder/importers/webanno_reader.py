r"""WebAnno TSV 3: spans, stacked or over several tokens, relations, slots and chains of one document.

Source: the description of the format in INCEpTION's user guide. A cell has an annotation's feature, `*` for
one without, `_` for none, `|` between stacked ones and `[n]` where one goes over several tokens. A mark is
labelled by its layer with its `value`, or else its first feature. Offsets are UTF-16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import TypeAlias

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, beginning, numbered
from coder.importers.registry import whole

_FIRST = "#FORMAT=WebAnno TSV 3"
_ROW = re.compile(r"\d+-\d+(?:\.\d+)?")
_ESCAPED = re.compile(r"\\(.)")
_BETWEEN, _SLOTS = re.compile(r"(?<!\\)\|"), re.compile(r"(?<!\\);")
_NUMBER = re.compile(r"(.*?)(?<!\\)\[(\d+)\]")
_Ref: TypeAlias = tuple[str, str, int]  # a type, a row, a number
_SIGNS = {"t": "\t", "n": "\n", "r": "\r"}


@dataclass(frozen=True)
class _Layer:
    kind: str  # SP, CH or RL
    name: str
    type: str
    features: tuple[str, ...]  # one a column


def is_mine(path: Path) -> bool:
    """Whether a table says that it is one of WebAnno's."""
    return beginning(path).startswith(_FIRST)


def documents(path: Path) -> Iterator[Document]:
    """The document, its text put together from the sentences."""
    layers, rows, text = list[_Layer](), list[tuple[str, list[str]]](), ""
    waiting: list[str] = []
    units = 0  # UTF-16 units of the text so far
    for where, line in numbered(whole(path)):
        if line.startswith("#T_"):
            layers.append(_layer(line, where))
        elif line.startswith("#Text="):
            waiting.append(_plain(line.removeprefix("#Text=")))
        elif line and not line.startswith("#"):
            cells = line.split("\t")
            if len(cells) < 3 or not _ROW.fullmatch(cells[0]) or not re.fullmatch(r"\d+-\d+", cells[1]):
                raise CoderError("delivery.no_token", line=line[:60], where=where)
            if waiting:
                sentence = "\n".join(waiting)
                gap = int(cells[1].partition("-")[0]) - units
                if gap < 0 or gap > len(sentence) + 10_000:
                    raise CoderError("delivery.no_token_place", token=cells[2], place=cells[1], where=where)
                text += "\n" * gap + sentence
                units += gap + len(sentence.encode("utf-16-le", "surrogatepass")) // 2
                waiting = []
            rows.append((where, cells))
    marks, links = _annotations(layers, rows)
    yield Document(path, str(path), {"id": path.stem, "text": text}, "", marks, links, unit="utf-16")


def _layer(line: str, where: str) -> _Layer:
    head, _, told = line.removeprefix("#T_").partition("=")
    name, *features = told.split("|")
    if head not in ("SP", "CH", "RL"):
        raise CoderError("delivery.no_token", line=line[:60], where=where)
    return _Layer(head, name.rpartition(".")[2], name, tuple(features) or ("",))


def _annotations(
    layers: Sequence[_Layer], rows: Sequence[tuple[str, list[str]]]
) -> tuple[list[Mark], list[Link]]:
    marks = dict[tuple[str, str, int], Mark]()  # by type, row and number, which is there without a row
    waiting = list[tuple[_Ref, str, _Ref, str]]()
    first = 3
    for layer in layers:
        last = first + len(layer.features)
        for where, cells in rows:
            if len(cells) < last:
                raise CoderError("delivery.no_token", line=cells[0], where=where)
            for nth, given in enumerate(zip_longest(*map(_BETWEEN.split, cells[first:last]), fillvalue="_")):
                numbered_cells = [_NUMBER.fullmatch(cell) for cell in given]
                number = next((int(found[2]) for found in numbered_cells if found), 0)
                values = [
                    found[1] if found else cell for found, cell in zip(numbered_cells, given, strict=True)
                ]
                if all(value in ("_", "") for value in values):
                    continue
                row = cells[0]
                told = {
                    name: _plain(value)
                    for name, value in zip(layer.features, values, strict=True)
                    if value not in ("*", "_")
                    and name
                    and not name.startswith(("ROLE_", "BT_"))
                    and "." not in name
                }
                of = next((each for each in ("value", "label") if each in told), next(iter(told), ""))
                label = f"{layer.name}.{told.pop(of)}" if of else layer.name
                if layer.kind == "RL":
                    source, mine = _ends(values[-1])
                    base = layer.features[-1].removeprefix("BT_")
                    waiting.append(((base, *source), label, (base, row, mine), where))
                    continue
                own = (layer.type, "" if number else f"{row}/{nth}", number)
                start, end = map(int, cells[1].split("-"))
                if before := marks.get(own):
                    [(a, b)] = before.pieces
                    marks[own] = replace(before, pieces=((min(a, start), max(b, end)),))
                    continue
                id_ = f"{layer.name}/{number or own[1]}"
                marks[own] = Mark(id_, label, ((start, end),), attributes=told)
                for (name, roles), (of, targets) in pairwise(zip(layer.features, values, strict=True)):
                    if name.startswith("ROLE_") and targets not in ("*", "_"):
                        slot = name.partition(":")[2].partition("_")[0]
                        for role, target in zip(_SLOTS.split(roles), _SLOTS.split(targets), strict=False):
                            to = (of, *_ends(target)[0])
                            waiting.append((own, slot if role in ("*", "_") else _plain(role), to, where))
        first = last

    def found(ref: _Ref) -> str:
        kind, row, number = ref
        mark = marks.get(ref) or marks.get((kind, f"{row}/0", 0)) or marks.get((kind, "", number))
        return mark.id if mark else row

    return [*marks.values()], [Link(found(one), role, found(other)) for one, role, other, _ in waiting]


def _ends(cell: str) -> tuple[tuple[str, int], int]:
    """Where a cell points, with the number there, and the number on this side: `1-1[3_0]`, `1-2[4]`."""
    row, _, numbers = cell.removesuffix("]").partition("[")
    one, _, other = numbers.partition("_")
    return (row, int(one) if one.isdigit() else 0), int(other) if other.isdigit() else 0


def _plain(cell: str) -> str:
    return _ESCAPED.sub(lambda found: _SIGNS.get(found[1], found[1]), cell)
