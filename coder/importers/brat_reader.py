"""brat's standoff format: an `.ann` file, with the text in the `.txt` file of the same
name beside it.

Source: brat's page on the standoff format. T: text-bound, possibly in fragments; E:
events with arguments; R and *: relations; A and M: attributes; N: normalisations and #:
notes, both read as attributes. The unit of offsets is inferred from the quotes. A
trigger and its first event become one mark with what is said of both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from msgspec.structs import replace

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, numbered, with_attributes
from coder.importers.registry import decoded, whole
from coder.model import Json

_PLACES = re.compile(r"(\d{1,9} \d{1,9})(;\d{1,9} \d{1,9})*")
_ARGUMENTS = re.compile(r"(\S+?):(\S+)")


def documents(path: Path) -> Iterator[Document]:
    """The file's text with its annotations."""
    text_file = path.with_suffix(".txt")
    piece = whole(path)
    record = {"id": path.stem} | (
        {"text": decoded(whole(text_file))} if text_file.exists() else {}
    )
    marks = dict[str, Mark]()
    links = list[Link]()
    events = dict[str, list[tuple[str, str]]]()
    said = list[tuple[str, str, Json]]()  # of which annotation, under which name, what
    for where, line in numbered(piece) if piece.data.strip() else ():
        id_, _, rest = line.partition("\t")
        body, _, words = rest.partition("\t")
        name, *others = body.split() or [""]
        if not line.strip() or (id_[:1] == "#" and not others):
            continue
        if id_ in marks or id_ in events:
            raise CoderError("delivery.brat_twice", id=id_, where=where)
        match id_[:1]:
            case "T" if _PLACES.fullmatch(" ".join(others)):
                numbers = [*map(int, re.findall(r"\d+", " ".join(others)))]
                marks[id_] = Mark(
                    id_,
                    name,
                    tuple(zip(numbers[::2], numbers[1::2], strict=True)),
                    words,
                )
            case "E" if arguments := _ARGUMENTS.findall(body):
                events[id_] = arguments
            case "R" if len(ends := _ARGUMENTS.findall(body)) == 2:
                links.append(Link(ends[0][1], name, ends[1][1]))
            case "*" if len(others) > 1:
                links += [Link(one, name, other) for one, other in pairwise(others)]
            case "A" | "M" if others:
                said.append((others[0], name, " ".join(others[1:]) or True))
            case "N" if len(others) == 2:
                said.append((others[0], name, others[1]))
            case "#":
                said.append((others[0], "note", words))
            case _:
                raise CoderError("delivery.no_brat", line=line[:60], where=where)
    event_of = dict[str, str]()  # trigger → event
    for id_, arguments in events.items():
        # The first argument is the trigger if it is named like the trigger's label; an
        # event may have none.
        trigger = marks.get(arguments[0][1])
        if trigger is None or trigger.label != arguments[0][0] or trigger.is_event:
            marks[id_] = Mark(id_, "", is_event=True)
        else:
            event_of.setdefault(trigger.id, id_)
            marks[id_] = replace(trigger, id=id_, is_event=True)
            del arguments[0]
        links += [Link(id_, role, target) for role, target in arguments]
    links = [
        Link(event_of.get(k.source, k.source), k.role, event_of.get(k.target, k.target))
        for k in links
    ]
    attributes = defaultdict[str, dict[str, Json]](dict)
    for id_, name, value in said:
        of = attributes[event_of.get(id_, id_)]
        of[name] = f"{of[name]}\n{value}" if name == "note" and name in of else value
    kept, left = with_attributes(
        (m for m in marks.values() if m.id not in event_of), attributes
    )
    yield Document(path, str(path), record, "", kept, links, unit=None, left=left)
