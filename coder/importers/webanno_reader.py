"""WebAnno TSV 3: spans, stacked or over several tokens, relations, slots and chains of one document.

Source: the description of the format in INCEpTION's user guide. A cell has the value of a feature, `*` for an
annotation without features, or `_` for no annotation; `|` separates stacked annotations, and `[n]` numbers
those of several tokens. A mark's label is its layer's name, followed by its `value`, `label` or first
feature. Offsets are UTF-16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, beginning, numbered
from coder.importers.registry import whole
from coder.model import Json
from coder.size_limits import MOST_CHARACTERS

_FIRST = "#FORMAT=WebAnno TSV 3"
_ROW = re.compile(r"\d+-\d+(?:\.\d+)?")
_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})")
_ESCAPED = re.compile(r"\\(.)")
_STACKED, _SLOTS = re.compile(r"(?<!\\)\|"), re.compile(r"(?<!\\);")
_NUMBER = re.compile(r"(.*?)(?<!\\)\[(\d+)\]")
_Ref: TypeAlias = tuple[str, str, str]
"""An annotation by its layer's type, its row ("" if it has a number) and its number ("" for none)."""
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}


class _Layer(Struct, frozen=True):
    kind: str  # SP, CH or RL
    name: str
    type: str
    features: tuple[str, ...]  # one per column


def is_mine(path: Path) -> bool:
    """Whether a table begins with the format's first line."""
    return beginning(path).startswith(_FIRST)


def documents(path: Path) -> Iterator[Document]:
    """The document, its text assembled from the sentences."""
    layers, rows, text = list[_Layer](), list[tuple[str, list[str]]](), ""
    pending: list[str] = []  # lines of a sentence whose tokens follow
    units = 0  # UTF-16 units of the text so far
    for where, line in numbered(whole(path)):
        if line.startswith("#T_"):
            layers.append(_layer(line, where))
        elif line.startswith("#Text="):
            pending.append(_unescaped(line.removeprefix("#Text=")))
        elif line and not line.startswith("#"):
            cells = line.split("\t")
            if (
                len(cells) < 3
                or not _ROW.fullmatch(cells[0])
                or not _PLACE.fullmatch(cells[1])
            ):
                raise CoderError("delivery.no_token", line=line[:60], where=where)
            if pending:
                sentence = "\n".join(pending)
                start = int(cells[1].partition("-")[0])
                if not units <= start <= 2 * MOST_CHARACTERS:
                    raise CoderError(
                        "delivery.no_token_place",
                        token=cells[2],
                        place=cells[1],
                        where=where,
                    )
                text += "\n" * (start - units) + sentence
                units = start + len(sentence.encode("utf-16-le", "surrogatepass")) // 2
                pending = []
            rows.append((where, cells))
    marks, links, left = _annotations(layers, rows)
    yield Document(
        path,
        str(path),
        {"id": path.stem, "text": text},
        "",
        marks,
        links,
        unit="utf-16",
        left=left,
    )


def _layer(line: str, where: str) -> _Layer:
    kind, _, declaration = line.removeprefix("#T_").partition("=")
    name, *features = declaration.split("|")
    if kind not in ("SP", "CH", "RL"):
        raise CoderError("delivery.no_token", line=line[:60], where=where)
    return _Layer(kind, name.rpartition(".")[2], name, tuple(features) or ("",))


def _annotations(
    layers: Sequence[_Layer], rows: Sequence[tuple[str, list[str]]]
) -> tuple[list[Mark], list[Link], list[str]]:
    """The marks, the links, and the names of the attributes of relations."""
    marks, left = dict[_Ref, Mark](), list[str]()
    references = list[tuple[_Ref, str, _Ref]]()  # resolved when all marks are known
    first = 3
    for layer in layers:
        last = first + len(layer.features)
        for where, cells in rows:
            if len(cells) < last:
                raise CoderError("delivery.no_token", line=cells[0], where=where)
            for nth, number, values in _stacked(cells[first:last]):
                label, attributes = _label(layer, values)
                if layer.kind == "RL":
                    left += attributes
                    source, own_number = _ends(values[-1])
                    base = layer.features[-1].removeprefix("BT_")
                    references.append(
                        ((base, *source), label, (base, cells[0], own_number))
                    )
                    continue
                own = (layer.type, "" if number else f"{cells[0]}/{nth}", number)
                start, end = map(int, cells[1].split("-"))
                if begun := marks.get(own):
                    [(a, b)] = begun.pieces
                    marks[own] = replace(begun, pieces=((min(a, start), max(b, end)),))
                    continue
                id_ = f"{layer.name}/{number or own[1]}"
                marks[own] = Mark(id_, label, ((start, end),), attributes=attributes)
                references += [
                    (own, role, target) for role, target in _slots(layer, values)
                ]
        first = last

    def mark_id(ref: _Ref) -> str:
        type_, row, number = ref
        mark = (
            marks.get(ref)
            or marks.get((type_, f"{row}/0", ""))
            or marks.get((type_, "", number))
        )
        return mark.id if mark else row

    links = [
        Link(mark_id(one), role, mark_id(other)) for one, role, other in references
    ]
    return [*marks.values()], links, left


def _stacked(cells: Sequence[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Yield a layer's annotations of a token: position in the stack, number ("" for none), feature values."""
    for nth, stacked in enumerate(
        zip_longest(*map(_STACKED.split, cells), fillvalue="_")
    ):
        matches = [_NUMBER.fullmatch(cell) for cell in stacked]
        number = next((match[2].lstrip("0") for match in matches if match), "")
        values = [
            match[1] if match else cell
            for match, cell in zip(matches, stacked, strict=True)
        ]
        if any(value not in ("_", "") for value in values):
            yield nth, number, values


def _label(layer: _Layer, values: Sequence[str]) -> tuple[str, dict[str, Json]]:
    """The label of an annotation, and its attributes without the one that is part of the label."""
    attributes: dict[str, Json] = {
        name: _unescaped(value)
        for name, value in zip(layer.features, values, strict=True)
        if value not in ("*", "_")
        and name
        and not name.startswith(("ROLE_", "BT_"))
        and "." not in name
    }
    feature = next(
        (name for name in ("value", "label") if name in attributes),
        next(iter(attributes), ""),
    )
    return (
        f"{layer.name}.{attributes.pop(feature)}" if feature else layer.name,
        attributes,
    )


def _slots(layer: _Layer, values: Sequence[str]) -> Iterator[tuple[str, _Ref]]:
    """Yield the role and the target of each slot of an annotation."""
    for (name, roles), (type_, targets) in pairwise(
        zip(layer.features, values, strict=True)
    ):
        if name.startswith("ROLE_") and targets not in ("*", "_"):
            slot = name.partition(":")[2].partition("_")[0]
            for role, target in zip(
                _SLOTS.split(roles), _SLOTS.split(targets), strict=False
            ):
                yield (
                    slot if role in ("*", "_") else _unescaped(role),
                    (type_, *_ends(target)[0]),
                )


def _ends(cell: str) -> tuple[tuple[str, str], str]:
    """Parse a reference such as `1-1[3_0]`: row and number at its other end, and number at its own end."""
    row, _, numbers = cell.removesuffix("]").partition("[")
    one, _, other = (number.lstrip("0") for number in numbers.partition("_"))
    return (row, one), other


def _unescaped(cell: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), cell)
