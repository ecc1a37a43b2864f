"""CoNLL and IOB: one token per line, its tag in the last column; an empty line ends a
sentence.

If the number of columns varies, all columns after the token are tags of nested spans.
Files written by this program have several columns of tags and each token's `start:end`.
For other files, the text is assembled from the tokens, joined by spaces, with each
sentence on its own line; if an article with the same id has these tokens, they are
located in its text. In CoNLL-U the labels are parts of speech.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from coder.errors import CoderError
from coder.importers.annotated import Document, Extent, Mark, beginning, numbered
from coder.importers.registry import whole
from coder.size_limits import MOST_CHARACTERS

_START = "-DOCSTART-"
_TAG = re.compile(r"([BIOLUESM_])(?:[-_](.+))?")
_PLACE = re.compile(r"(\d+):(\d+)")
_WORD = re.compile(r"(\d{1,9})(?:-(\d{1,9})|(\.\d+))?")
_HEAD = re.compile(r"# newdoc(?: id = (.+))?$")


def is_mine(path: Path) -> bool:
    """Return whether a file has one token per line: for `.txt` by its content, else by
    its ending.
    """
    if path.suffix.lower() != ".txt":
        return True
    first = [line for line in beginning(path).splitlines()[:-1] if line.strip()][:200]
    return len(first) > 2 and all(
        _TAG.fullmatch(line.split()[-1]) for line in first if len(line.split()) > 1
    )


@dataclass
class _Text:
    """A document under construction."""

    id: str = ""
    coder: str = ""
    words: list[str] = field(default_factory=list)  # with the white space between them
    length: int = 0  # of the text so far
    gap: str = ""  # the white space before the next token
    tokens: list[Extent] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    open: dict[int, Mark] = field(
        default_factory=dict
    )  # column → the mark that the next token may continue

    def add(self, word: str, place: str, where: str) -> Extent:
        """Append a token to the text, at `start:end` if that is its place, and return
        its extent.
        """
        if found := _PLACE.fullmatch(place):
            start, end = (
                int(digits[:9]) for digits in found.groups()
            )  # more than any text needs
            if not self.length <= start <= MOST_CHARACTERS or end - start != len(word):
                raise CoderError(
                    "delivery.no_token_place",
                    token=word[:60],
                    place=place[:60],
                    where=where,
                )
            gap = (self.gap or " ")[:1] * (start - self.length)
        else:
            gap = self.gap if self.length else ""
        start = self.length + len(gap)
        self.words += (gap, word)
        self.length = start + len(word)
        self.tokens.append((start, self.length))
        self.gap = " "
        return self.tokens[-1]

    def tag(
        self, tags: Mapping[int, str], extent: Extent, where: str, nested: bool
    ) -> None:
        """Start or continue marks according to a token's tags (IOB, IOBES, BILOU and
        BMES prefixes).

        nested: a mark may be continued in another column.
        """
        before = self.open
        self.open = {}
        for column, tag in tags.items():
            found = _TAG.fullmatch(tag)
            if found is None:
                raise CoderError("delivery.no_tag", tag=tag, where=where)
            prefix, label = found.groups()
            if prefix in "O_" or label is None:
                continue
            same = (
                c
                for c, mark in before.items()
                if mark.label == label and (nested or c == column)
            )
            previous = before.pop(next(same, -1), None) if prefix in "IELM" else None
            if previous is None:
                mark = Mark(str(len(self.marks)), label, (extent,))
                self.marks.append(mark)
            else:
                mark = replace(previous, pieces=((previous.pieces[0][0], extent[1]),))
                self.marks[int(mark.id)] = mark
            if prefix not in "ELSU":
                self.open[column] = mark


def documents(path: Path) -> Iterator[Document]:
    """The documents separated by `-DOCSTART-` or, in CoNLL-U, `newdoc` lines, or the
    whole file as one.
    """
    piece = whole(path)
    doc = _Text()
    is_conllu = path.suffix.lower() == ".conllu"
    number = 0
    widths = {
        len(line.split())
        for _, line in numbered(piece)
        if line.strip() and _START not in line
    }
    for where, line in numbered(piece):
        cells = line.split("\t") if "\t" in line else line.split()
        head = _HEAD.match(line) if is_conllu else None
        if (head and (head[1] or "") != doc.id) or cells[:1] == [_START]:
            if doc.tokens:
                number += 1
                yield _document(path, doc, number)
            name = cells[1] if len(cells) > 1 and "/" in cells[1] and not head else ""
            doc = _Text(head[1] or "") if head else _Text(*name.rpartition("/")[::2])
        elif not line.strip():
            doc.gap = "\n"
            doc.open = {}
        elif is_conllu:
            _add_word(doc, line, where)
        elif len(cells) < 2:
            raise CoderError("delivery.no_token", line=line[:60], where=where)
        else:
            placed = _PLACE.fullmatch(cells[1]) is not None
            extent = doc.add(cells[0], cells[1], where)
            nested = len(widths) > 1 and not placed
            first = 2 if placed else 1 if nested else len(cells) - 1
            doc.tag(dict(enumerate(cells[first:])), extent, where, nested)
    if doc.tokens or not number:
        yield _document(path, doc, number and number + 1)


def _add_word(doc: _Text, line: str, where: str) -> None:
    """Add a line of CoNLL-U: a token as it is written, or a word in a multiword token."""
    cells = line.split("\t")
    if line.startswith("#"):
        return
    if len(cells) != 10:
        raise CoderError("delivery.no_token", line=line[:60], where=where)
    id_, word, _, label, *_, more = cells
    number = _WORD.fullmatch(id_)
    if number is None:
        raise CoderError("delivery.no_token", line=line[:60], where=where)
    first, last, is_empty = number.groups()
    token = doc.open.get(
        0
    )  # the last multiword token; its label is the number of its last word
    if is_empty:
        return
    if last or token is None or int(first) > int(token.label):
        extent = doc.add(word, "", where)
        if "SpaceAfter=No" in more.split("|"):
            doc.gap = ""
        doc.open = {0: Mark("", last, (extent,))} if last else {}
    else:
        extent = token.pieces[0]
    if not last and label != "_":
        doc.marks.append(Mark(str(len(doc.marks)), label, (extent,)))


def _document(path: Path, doc: _Text, number: int) -> Document:
    record = {
        "id": doc.id or (f"{path.stem}-{number}" if number else path.stem),
        "text": "".join(doc.words),
    }
    where = f"{path}: {record['id']}"
    marks: Sequence[Mark] = sorted(doc.marks, key=lambda m: (m.pieces, m.label))
    return Document(path, where, record, doc.coder, marks, tokens=doc.tokens)
