"""A folder for brat: a text and its annotations for each coding, and `annotation.conf`.

Spans are text-bound annotations, cut where lines end. An event whose type rests on a span is an event, its
trigger a text-bound annotation of that type beside the coder's; the evidence of its fields are its roles.
Values stand in notes on spans and events. Files are called by article and coder; letters that no file's name
should have are `_`, with a hash behind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from coder.codebook.effective import effective_events
from coder.exporters.registry import Sink
from coder.exporters.tokens import standing
from coder.exporters.writer import Dataset, file_name
from coder.model import Answer, Article, Coding, Json, Span

Row = tuple[str, str, str]
"""A file's name without its ending, the text, the annotations."""
_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """What makes the two files of each coding."""

    def row(article: Article, coding: Coding) -> Row:
        return (
            file_name(article.id, coding.coder),
            article.text,
            "".join(_lines(dataset, article.text, coding)),
        )

    return lambda article, codings: [row(article, coding) for coding in codings]


def _lines(dataset: Dataset, text: str, coding: Coding) -> Iterator[str]:
    book, numbers, notes, events = dataset.book(coding), count(1), count(1), count(1)
    known: dict[str, str] = {}
    spans = {span.id: span for span in standing(coding)}

    def bound(name: str, label: str, span: Span) -> str:
        lines = [found.span() for found in _LINE.finditer(text, span.start, span.end)]
        places = lines or [(span.start, span.end)]
        quote = " ".join(text[a:b].replace("\t", " ") for a, b in places)
        return f"{name}\t{label} {';'.join(f'{a} {b}' for a, b in places)}\t{quote}\n"

    def note(name: str, said: Json) -> str:
        return f"#{next(notes)}\tAnnotatorNotes {name}\t{json.dumps(said, ensure_ascii=False)}\n"

    for span in spans.values():
        known[span.id] = name = f"T{next(numbers)}"
        yield bound(name, span.kind, span)
        if span.value is not None:
            yield note(name, span.value)
    of_type = book.type_field
    for event in effective_events(coding, book) if of_type else ():
        assert of_type is not None
        kind: Answer = event.answer(of_type.id)
        trigger = next((spans[each] for each in kind.evidence if each in spans), None)
        if trigger is None or not kind.coded:
            continue
        name, number = f"T{next(numbers)}", f"E{next(events)}"
        yield bound(name, str(kind.value), trigger)
        roles = [
            f"{field}{nth if nth > 1 else ''}:{known[each]}"
            for field, answer in event.fields.items()
            if field != of_type.id
            for nth, each in enumerate((e for e in answer.evidence if e in known), start=1)
        ]
        yield f"{number}\t{' '.join([f'{kind.value}:{name}', *roles])}\n"
        said = {field: answer.value for field, answer in event.fields.items() if answer.coded}
        yield note(number, said)


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Puts the files into the folder `path`."""
    book = dataset.codebook
    kinds = [kind.id for kind in book.span_kinds]
    roles = [f"{f.id}*:<ENTITY>" for f in book.event_fields if f.evidence != "none"]
    types = [f"{kind.id}\t{', '.join(roles)}" for kind in book.leaf_types()]
    parts = {"entities": kinds, "relations": [], "events": types, "attributes": []}
    config = "\n".join(line for name, lines in parts.items() for line in (f"[{name}]", *lines, ""))
    (path / "annotation.conf").write_text(config, "utf-8")

    def put(rows: list[Row]) -> None:
        for name, text, found in rows:
            (path / f"{name}.txt").write_bytes(text.encode("utf-8"))
            (path / f"{name}.ann").write_bytes(found.encode("utf-8"))

    yield put
