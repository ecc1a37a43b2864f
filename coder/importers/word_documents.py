"""The words of a DOCX document in reading order, and the names of the parts that hold
further words.

Source: ECMA-376 (WordprocessingML). What a tracked change deleted or moved away is not
read. What one inserted is read, as are content controls, fields, text boxes, footnotes
and endnotes. Hidden text is read too.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import Any

from coder.codebook.label import join_texts
from coder.importers.extras import library
from coder.messages.catalogue import Message

_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_PARAGRAPH = f"{_WORDS}p"
_TABLE = f"{_WORDS}tbl"
_ROW = f"{_WORDS}tr"
_CELL = f"{_WORDS}tc"
_TEXT_BOX = f"{_WORDS}txbxContent"
_ALTERNATIVES = f"{_CHOICES}AlternateContent"
_TEXTS = (f"{_WORDS}t", f"{_MATH}t")
_CHARACTERS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(_TEXTS, lambda element: element.text or ""),
    f"{_WORDS}tab": lambda _: "\t",
    f"{_WORDS}ptab": lambda _: "\t",
    f"{_WORDS}cr": lambda _: "\n",
    f"{_WORDS}br": lambda element: "\n" if _is_line_break(element) else "",
    f"{_WORDS}noBreakHyphen": lambda _: "-",
}
_NOT_READ = {
    f"{_WORDS}{name}"
    for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tcPr")
}
"""Elements whose contents are no words of the text: deletions, and properties, which
have tabs too.
"""
_NOTES = {
    f"{_WORDS}footnoteReference": ("footnotes", f"{_WORDS}footnote"),
    f"{_WORDS}endnoteReference": ("endnotes", f"{_WORDS}endnote"),
}
"""A reference to a note → the part of the document with the notes, and the element of a
note there.
"""
_ID = f"{_WORDS}id"
_INSERTED = "aFChunk"  # a whole document of another format
_OTHER_PARTS = {
    "header": "delivery.part_header",
    "footer": "delivery.part_footer",
    "comments": "delivery.part_comments",
    "chart": "delivery.part_chart",
    "diagramData": "delivery.part_diagram",
    _INSERTED: "delivery.part_document",
}
"""The end of a relationship's type → the name of what is not read."""


def text_of(document: Any) -> str:
    """Return the lines of a document, followed by those of its footnotes and endnotes."""
    body = document.element.body
    return "\n".join([*_lines(body), *_note_lines(document, body)])


def unread_parts(document: Any) -> Message | None:
    """Name the parts of a document that hold words which `text_of` does not return."""
    found = {
        _OTHER_PARTS[kind]: None
        for kind, part in _find_related(document)
        if kind in _OTHER_PARTS and (kind == _INSERTED or _has_words(part))
    }
    if not found:
        return None
    return Message(
        "delivery.parts_left", parts=join_texts(Message(key) for key in found)
    )


def _lines(container: Any) -> Iterator[str]:
    """Yield the paragraphs and the rows of tables in the body, a cell, a text box or a
    note.
    """
    for block in _find(container, (_PARAGRAPH, _TABLE)):
        if block.tag == _TABLE:
            yield from (_row(row) for row in _find(block, (_ROW,)))
        else:
            yield from _paragraph(block)


def _paragraph(paragraph: Any) -> Iterator[str]:
    """Yield a paragraph's text, then the lines of the text boxes that are anchored in
    it.
    """
    found = list(_find(paragraph, {*_CHARACTERS, _TEXT_BOX}))
    boxes = [element for element in found if element.tag == _TEXT_BOX]
    text = "".join(
        _CHARACTERS[element.tag](element)
        for element in found
        if element.tag != _TEXT_BOX
    )
    if text or not boxes:
        yield text
    for box in boxes:
        yield from _lines(box)


def _row(row: Any) -> str:
    """Return a row's cells separated by tabs.

    A cell that spans several rows appears in the first one only. Empty cells are left
    out.
    """
    cells = (
        "\n".join(_lines(cell)).strip()
        for cell in _find(row, (_CELL,))
        if not _is_continued(cell)
    )
    return "\t".join(filter(None, cells))


def _is_continued(cell: Any) -> bool:
    """Return whether a cell is the lower part of one that begins in a row above."""
    merge = cell.find(f"{_WORDS}tcPr/{_WORDS}vMerge")
    if merge is None:
        return False
    value: str = merge.get(f"{_WORDS}val", "continue")
    return value == "continue"


def _is_line_break(element: Any) -> bool:
    kind: str = element.get(f"{_WORDS}type", "textWrapping")
    return kind == "textWrapping"


def _find(element: Any, tags: Container[str]) -> Iterator[Any]:
    """Yield the elements with these tags in document order, but not those inside of one
    that was found.

    Of alternatives for different programs, only the first is searched.
    """
    children = element[:1] if element.tag == _ALTERNATIVES else element
    for child in children:
        if child.tag in tags:
            yield child
        elif child.tag not in _NOT_READ:
            yield from _find(child, tags)


def _note_lines(document: Any, body: Any) -> Iterator[str]:
    """Yield the lines of the notes in the order in which the text refers to them."""
    parse = library("docx.oxml", "python-docx", "DOCX").parse_xml
    notes = {}
    for kind, part in _find_related(document):
        for reference, (name, tag) in _NOTES.items():
            if kind == name:
                for note in parse(part.blob).iter(tag):
                    notes[reference, note.get(_ID)] = note
    for reference in _find(body, _NOTES):
        note = notes.pop((reference.tag, reference.get(_ID)), None)
        if note is not None:
            yield from (line.strip() for line in _lines(note))


def _find_related(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts that a document refers to, each with the end of its
    relationship's type.
    """
    for relation in document.part.rels.values():
        if not relation.is_external:
            yield relation.reltype.rpartition("/")[2], relation.target_part


def _has_words(part: Any) -> bool:
    """Return whether a part has a letter in its text, or in the text of its drawings."""
    root = library("docx.oxml", "python-docx", "DOCX").parse_xml(part.blob)
    for tag in (*_TEXTS, f"{_DRAWING}t"):
        for element in root.iter(tag):
            if any(map(str.isalpha, element.text or "")):
                return True
    return False
