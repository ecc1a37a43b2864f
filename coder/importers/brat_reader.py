"""brat's standoff: an `.ann` file, with the text in the `.txt` file of the same name beside it.

Source: brat's standoff page. T text-bound, in fragments too; E events with arguments; R and * relations; A
and M attributes; N normalisations and # notes, which come as attributes. Offsets are told by the quotes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, numbered
from coder.importers.registry import decoded, whole
from coder.model import Json

_PLACES = re.compile(r"(\d+ \d+)(;\d+ \d+)*")
_ARGUMENTS = re.compile(r"(\S+?):(\S+)")


def documents(path: Path) -> Iterator[Document]:
    """The file's text with its annotations."""
    beside, piece = path.with_suffix(".txt"), whole(path)
    record = {"id": path.stem} | ({"text": decoded(whole(beside))} if beside.exists() else {})
    marks, links, events = dict[str, Mark](), list[Link](), dict[str, list[tuple[str, str]]]()
    told = defaultdict[str, dict[str, Json]](dict)
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
                marks[id_] = Mark(id_, name, tuple(zip(numbers[::2], numbers[1::2], strict=True)), words)
            case "E" if found := _ARGUMENTS.findall(body):
                events[id_] = found
            case "R" if len(found := _ARGUMENTS.findall(body)) == 2:
                links.append(Link(found[0][1], name, found[1][1]))
            case "*" if len(others) > 1:
                links += [Link(one, name, other) for one, other in pairwise(others)]
            case "A" | "M" if others:
                told[others[0]][name] = " ".join(others[1:]) or True
            case "N" if len(others) == 2:
                told[others[0]][name] = others[1]
            case "#":
                told[others[0]]["note"] = words
            case _:
                raise CoderError("delivery.no_brat", line=line[:60], where=where)
    of_trigger = dict[str, str]()
    for id_, found in events.items():
        # The first argument is the trigger where it is called what that is; an event may have none.
        trigger = marks.get(found[0][1])
        of = (
            trigger if trigger is not None and trigger.label == found[0][0] and not trigger.is_event else None
        )
        if of is not None:
            of_trigger.setdefault(of.id, id_)
        marks[id_] = replace(of, id=id_, is_event=True) if of else Mark(id_, "", is_event=True)
        links += [Link(id_, role, target) for role, target in found[of is not None :]]
    links = [
        Link(of_trigger.get(each.source, each.source), each.role, of_trigger.get(each.target, each.target))
        for each in links
    ]
    kept = [replace(m, attributes=told.get(m.id, {})) for m in marks.values() if m.id not in of_trigger]
    yield Document(path, str(path), record, "", kept, links, unit=None)
