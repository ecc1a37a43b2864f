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
from typing import NamedTuple

from msgspec.structs import replace

from coder.errors import CoderError
from coder.importers.annotated import Document, Extent, Mark, beginning, number_lines
from coder.importers.registry import Piece, whole
from coder.size_limits import MOST_CHARACTERS

_START = "-DOCSTART-"
_TAG = re.compile(r"([BIOLUESM_])(?:[-_](.+))?")
_PLACE = re.compile(r"(\d+):(\d+)")
_DIGITS = 9  # of an offset that are read, more than any text needs
_WORD = re.compile(r"(\d{1,9})(?:-(\d{1,9})|(\.\d+))?")
_HEAD = re.compile(r"# newdoc(?: id = (.+))?$")


def is_mine(path: Path) -> bool:
    """Return whether a file has one token per line: for `.txt` by its content, else by
    its ending.
    """
    if path.suffix.lower() != ".txt":
        return True
    lines = beginning(path).splitlines()[:-1]  # the last one may be cut
    filled = [line.split() for line in lines if line.strip()][:200]
    tags = [cells[-1] for cells in filled if len(cells) > 1]
    return len(filled) > 2 and all(map(_TAG.fullmatch, tags))


class _Multiword(NamedTuple):
    """A token of CoNLL-U that consists of words, which are on the next lines."""

    last_word: int
    extent: Extent


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
    # column → the mark that the next token may continue
    open: dict[int, Mark] = field(default_factory=dict)
    multiword: _Multiword | None = None  # in CoNLL-U, the last one of the sentence

    def end_sentence(self) -> None:
        """Put a line end before the next token, which continues nothing."""
        self.gap = "\n"
        self.open = {}
        self.multiword = None

    def add(self, word: str, place: str, where: str) -> Extent:
        """Append a token to the text, at `start:end` if that is its place, and return
        its extent.
        """
        gap = self.gap if self.length else ""
        if found := _PLACE.fullmatch(place):
            start = int(found[1][:_DIGITS])
            end = int(found[2][:_DIGITS])
            if not self.length <= start <= MOST_CHARACTERS or end - start != len(word):
                raise CoderError(
                    "delivery.no_token_place",
                    token=word[:60],
                    place=place[:60],
                    where=where,
                )
            gap = (self.gap or " ")[:1] * (start - self.length)
        start = self.length + len(gap)
        self.words += (gap, word)
        self.length = start + len(word)
        self.tokens.append((start, self.length))
        self.gap = " "
        return self.tokens[-1]

    def tag(
        self, tags: Sequence[str], extent: Extent, where: str, nested: bool
    ) -> None:
        """Start or continue marks according to a token's tags (IOB, IOBES, BILOU and
        BMES prefixes).

        nested: a mark may be continued in another column.
        """
        before = self.open
        self.open = {}
        for column, tag in enumerate(tags):
            found = _TAG.fullmatch(tag)
            if found is None:
                raise CoderError("delivery.no_tag", tag=tag, where=where)
            prefix, label = found.groups()
            if prefix in "O_" or label is None:
                continue
            continued = None
            if prefix in "IELM":
                continued = _column_to_continue(before, label, column, nested)
            if continued is None:
                mark = Mark(str(len(self.marks)), label, (extent,))
                self.marks.append(mark)
            else:
                previous = before.pop(continued)
                start = previous.pieces[0][0]
                mark = replace(previous, pieces=((start, extent[1]),))
                self.marks[int(mark.id)] = mark
            if prefix not in "ELSU":
                self.open[column] = mark


def _column_to_continue(
    marks: Mapping[int, Mark], label: str, column: int, nested: bool
) -> int | None:
    """Return the column of the mark that a tag in `column` continues, None if it
    continues none; marks: by their columns.
    """
    for at, mark in marks.items():
        if mark.label == label and (nested or at == column):
            return at
    return None


def documents(path: Path) -> Iterator[Document]:
    """Yield the documents separated by `-DOCSTART-` or, in CoNLL-U, `newdoc` lines, or
    the whole file as one.
    """
    piece = whole(path)
    is_conllu = path.suffix.lower() == ".conllu"
    is_nested = _has_nested_tags(piece)
    text = _Text()
    number = 0
    for where, line in number_lines(piece):
        following = _begin_text(line, text.id, is_conllu)
        if following is not None:
            if text.tokens:
                number += 1
                yield _document(path, text, number)
            text = following
        elif not line.strip():
            text.end_sentence()
        elif is_conllu:
            _add_word(text, line, where)
        else:
            _add_token(text, line, where, is_nested)
    if text.tokens or not number:
        yield _document(path, text, number + 1 if number else 0)


def _has_nested_tags(piece: Piece) -> bool:
    """Return whether the number of columns varies."""
    widths = set()
    for _, line in number_lines(piece):
        if line.strip() and _START not in line:
            widths.add(len(line.split()))
    return len(widths) > 1


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else line.split()


def _begin_text(line: str, before: str, is_conllu: bool) -> _Text | None:
    """Return the document that a line begins, None if it begins none; before: the id of
    the document before the line.
    """
    cells = _cells(line)
    if cells[:1] == [_START]:
        name = cells[1] if len(cells) > 1 else ""
        if "/" not in name:
            return _Text()
        id_, _, coder = name.rpartition("/")
        return _Text(id_, coder)
    head = _HEAD.match(line) if is_conllu else None
    if head is None or (head[1] or "") == before:
        return None
    return _Text(head[1] or "")


def _add_token(text: _Text, line: str, where: str, is_nested: bool) -> None:
    """Add a line with a token and its tags."""
    cells = _cells(line)
    if len(cells) < 2:
        raise CoderError("delivery.no_token", line=line[:60], where=where)
    extent = text.add(cells[0], cells[1], where)
    if _PLACE.fullmatch(cells[1]):
        text.tag(cells[2:], extent, where, nested=False)
    elif is_nested:
        text.tag(cells[1:], extent, where, nested=True)
    else:
        text.tag(cells[-1:], extent, where, nested=False)


def _add_word(text: _Text, line: str, where: str) -> None:
    """Add a line of CoNLL-U: a token as it is written, or a word in a multiword token."""
    if line.startswith("#"):
        return
    cells = line.split("\t")
    number = _WORD.fullmatch(cells[0])
    if len(cells) != 10 or number is None:
        raise CoderError("delivery.no_token", line=line[:60], where=where)
    first, last, is_empty = number.groups()
    if is_empty:
        return
    multiword = text.multiword
    if multiword and not last and int(first) <= multiword.last_word:
        extent = multiword.extent
    else:
        extent = text.add(cells[1], "", where)
        if "SpaceAfter=No" in cells[9].split("|"):
            text.gap = ""
        text.multiword = _Multiword(int(last), extent) if last else None
    part_of_speech = cells[3]
    if not last and part_of_speech != "_":
        text.marks.append(Mark(str(len(text.marks)), part_of_speech, (extent,)))


def _document(path: Path, text: _Text, number: int) -> Document:
    """Return a document; number: of one among several in the file, else 0."""
    name = text.id
    if not name:
        name = f"{path.stem}-{number}" if number else path.stem
    record = {"id": name, "text": "".join(text.words)}
    marks = sorted(text.marks, key=lambda mark: (mark.pieces, mark.label))
    return Document(
        path, f"{path}: {name}", record, text.coder, marks, tokens=text.tokens
    )
