"""brat's standoff format: an `.ann` file, with the text in the `.txt` file of the same
name beside it.

Source: brat's page on the standoff format. T: text-bound, possibly in fragments; E:
events with arguments; R and *: relations; A and M: attributes; N: normalisations and #:
notes, both read as attributes. The unit of offsets is inferred from the quotes. A
trigger and its first event become one mark with what is said of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from msgspec.structs import replace

from coder.errors import CoderError
from coder.importers.annotated import (
    Document,
    Extent,
    Link,
    Mark,
    number_lines,
    with_attributes,
)
from coder.importers.registry import decode, whole
from coder.model import Json

_PLACES = re.compile(r"(\d{1,9} \d{1,9})(;\d{1,9} \d{1,9})*")
_ARGUMENTS = re.compile(r"(\S+?):(\S+)")
_NOTE = "note"


class _Annotations:
    """The lines of an `.ann` file, by what they are."""

    def __init__(self) -> None:
        self.marks: dict[str, Mark] = {}
        self.links: list[Link] = []
        self.events: dict[str, list[tuple[str, str]]] = {}
        """An event's id → its arguments: role and target."""
        self.attributes: list[tuple[str, str, Json]] = []
        """Id of an annotation, name and value of its attribute."""

    def add(self, line: str, where: str) -> None:
        """Add what a line says; raises CoderError if brat writes no such line."""
        id_, _, rest = line.partition("\t")
        body, _, words = rest.partition("\t")
        name, *others = body.split() or [""]
        if not line.strip() or (id_[:1] == "#" and not others):
            return
        if id_ in self.marks or id_ in self.events:
            raise CoderError("delivery.brat_twice", id=id_, where=where)
        places = " ".join(others)
        arguments = _ARGUMENTS.findall(body)
        match id_[:1]:
            case "T" if _PLACES.fullmatch(places):
                self.marks[id_] = Mark(id_, name, _extents(places), words)
            case "E" if arguments:
                self.events[id_] = arguments
            case "R" if len(arguments) == 2:
                self.links.append(Link(arguments[0][1], name, arguments[1][1]))
            case "*" if len(others) > 1:
                for one, other in pairwise(others):
                    self.links.append(Link(one, name, other))
            case "A" | "M" if others:
                value = " ".join(others[1:]) or True
                self.attributes.append((others[0], name, value))
            case "N" if len(others) == 2:
                self.attributes.append((others[0], name, others[1]))
            case "#":
                self.attributes.append((others[0], _NOTE, words))
            case _:
                raise CoderError("delivery.no_brat", line=line[:60], where=where)

    def merge_triggers(self) -> dict[str, str]:
        """Make a mark of each event, and return the events of triggers that go into
        them: trigger → event.

        The first argument is the trigger if it is named like the trigger's label; an
        event may have none.
        """
        event_of: dict[str, str] = {}
        for id_, arguments in self.events.items():
            role, target = arguments[0]
            trigger = self.marks.get(target)
            if trigger is None or trigger.label != role or trigger.is_event:
                self.marks[id_] = Mark(id_, "", is_event=True)
            else:
                event_of.setdefault(trigger.id, id_)
                self.marks[id_] = replace(trigger, id=id_, is_event=True)
                arguments = arguments[1:]
            for role, target in arguments:
                self.links.append(Link(id_, role, target))
        return event_of


def documents(path: Path) -> Iterator[Document]:
    """Yield the file's text with its annotations."""
    piece = whole(path)
    record = {"id": path.stem}
    text_file = path.with_suffix(".txt")
    if text_file.exists():
        record["text"] = decode(whole(text_file))
    annotations = _Annotations()
    if piece.data.strip():
        for where, line in number_lines(piece):
            annotations.add(line, where)
    event_of = annotations.merge_triggers()
    links = []
    for link in annotations.links:
        source = event_of.get(link.source, link.source)
        target = event_of.get(link.target, link.target)
        links.append(Link(source, link.role, target))
    attributes: dict[str, dict[str, Json]] = {}
    for id_, name, value in annotations.attributes:
        of_mark = attributes.setdefault(event_of.get(id_, id_), {})
        if name == _NOTE and name in of_mark:
            of_mark[name] = f"{of_mark[name]}\n{value}"
        else:
            of_mark[name] = value
    marks = [mark for mark in annotations.marks.values() if mark.id not in event_of]
    marks, left = with_attributes(marks, attributes)
    yield Document(path, str(path), record, "", marks, links, unit=None, left=left)


def _extents(places: str) -> tuple[Extent, ...]:
    """Return the fragments of `start end;start end;…`."""
    extents = []
    for place in places.split(";"):
        start, end = place.split()
        extents.append((int(start), int(end)))
    return tuple(extents)
