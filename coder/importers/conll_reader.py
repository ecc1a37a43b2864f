"""CoNLL and IOB: a token a line, its tag in the last column; an empty line ends a sentence.

Where lines have more and fewer columns, all behind the token are tags, one in another.
Where the program wrote the file there are further columns of tags and `start:end` of each token. Otherwise
the text is put together from the tokens, with a blank between them and each sentence on its own line; tokens
that are found in an article of the same name are placed there. CoNLL-U gives the classes of words as labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from coder.errors import CoderError
from coder.importers.annotated import Document, Extent, Mark, beginning, numbered
from coder.importers.registry import whole

_START = "-DOCSTART-"
_TAG = re.compile(r"([BIOLUESM_])(?:[-_](.+))?")
_PLACE = re.compile(r"(\d+):(\d+)")
_HEAD = re.compile(r"# newdoc(?: id = (.+))?$")


def is_mine(path: Path) -> bool:
    """Whether a file has tokens in its lines; one that ends in .txt must look like it."""
    if path.suffix.lower() != ".txt":
        return True
    first = [line for line in beginning(path).splitlines()[:-1] if line.strip()][:200]
    return len(first) > 2 and all(_TAG.fullmatch(line.split()[-1]) for line in first if len(line.split()) > 1)


@dataclass
class _Text:
    """A document as it grows."""

    id: str = ""
    coder: str = ""
    text: str = ""
    gap: str = ""  # what stands before the next token
    tokens: list[Extent] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    open: dict[int, Mark] = field(default_factory=dict)  # column → the mark that may go on
    placed: bool = False  # the file says where its tokens stand

    def add(self, word: str, place: str, where: str) -> Extent:
        """A token, where it stands or behind those before."""
        if found := _PLACE.fullmatch(place):
            start, end = int(found[1]), int(found[2])
            if start < len(self.text) or end - start != len(word):
                raise CoderError("delivery.no_token_place", token=word, place=place, where=where)
            self.placed = True
            self.text += (self.gap or " ")[:1] * (start - len(self.text))
        else:
            self.text += self.gap if self.text else ""
        self.tokens.append((len(self.text), len(self.text) + len(word)))
        self.text += word
        self.gap = " "
        return self.tokens[-1]

    def tag(self, tags: Mapping[int, str], extent: Extent, where: str, nested: bool) -> None:
        """What the columns say of a token: B, I and O with their kin; nested ones keep to no column."""
        before, self.open = self.open, {}
        for column, tag in tags.items():
            found = _TAG.fullmatch(tag)
            if found is None:
                raise CoderError("delivery.no_tag", tag=tag, where=where)
            sign, label = found.groups()
            if sign in "O_" or label is None:
                continue
            same = (c for c, mark in before.items() if mark.label == label and (nested or c == column))
            going = before.pop(next(same, -1), None) if sign in "IELM" else None
            if going is None:
                mark = Mark(str(len(self.marks)), label, (extent,))
                self.marks.append(mark)
            else:
                mark = replace(going, pieces=((going.pieces[0][0], extent[1]),))
                self.marks[int(mark.id)] = mark
            if sign not in "ELSU":
                self.open[column] = mark


def documents(path: Path) -> Iterator[Document]:
    """The documents between lines of `-DOCSTART-` or, in CoNLL-U, of another `newdoc`; or the file as one."""
    piece, of, is_u, number = whole(path), _Text(), path.suffix.lower() == ".conllu", 0
    widths = {len(line.split()) for _, line in numbered(piece) if line.strip() and _START not in line}
    for where, line in numbered(piece):
        cells = line.split("\t") if "\t" in line else line.split()
        head = _HEAD.match(line) if is_u else None
        if (head and (head[1] or "") != of.id) or cells[:1] == [_START]:
            if of.tokens:
                number += 1
                yield _document(path, of, number)
            name = cells[1] if len(cells) > 1 and "/" in cells[1] and not head else ""
            of = _Text(head[1] or "") if head else _Text(*name.rpartition("/")[::2])
        elif not line.strip():
            of.gap, of.open = "\n", {}
        elif is_u:
            _add_word(of, line, where)
        elif len(cells) < 2:
            raise CoderError("delivery.no_token", line=line[:60], where=where)
        else:
            placed = _PLACE.fullmatch(cells[1]) is not None
            extent = of.add(cells[0], cells[1], where)
            nested = len(widths) > 1 and not placed
            first = 2 if placed else 1 if nested else len(cells) - 1
            of.tag(dict(enumerate(cells[first:])), extent, where, nested)
    if of.tokens or not number:
        yield _document(path, of, number and number + 1)


def _add_word(of: _Text, line: str, where: str) -> None:
    """A line of CoNLL-U: words as they are written, and of their parts the classes."""
    cells = line.split("\t")
    if line.startswith("#"):
        return
    if len(cells) != 10:
        raise CoderError("delivery.no_token", line=line[:60], where=where)
    id_, word, _, label, *_, more = cells
    first, sign, last = id_.partition("-")
    within = of.open.get(0)
    if "." in id_:
        return
    if sign or within is None or int(first) > int(within.label):
        extent = of.add(word, "", where)
        if "SpaceAfter=No" in more.split("|"):
            of.gap = ""
        of.open = {0: Mark("", last, (extent,))} if sign else {}
    else:
        extent = within.pieces[0]
    if not sign and label != "_":
        of.marks.append(Mark(str(len(of.marks)), label, (extent,)))


def _document(path: Path, of: _Text, number: int) -> Document:
    record = {"id": of.id or (f"{path.stem}-{number}" if number else path.stem), "text": of.text}
    where = f"{path}: {record['id']}"
    marks: Sequence[Mark] = sorted(of.marks, key=lambda m: (m.pieces, m.label))
    return Document(path, where, record, of.coder, marks, tokens=of.tokens)
