"""A folder for brat: for each coding a text and its annotations, and `annotation.conf`.

Spans are text-bound annotations, split at line ends. An event becomes an event in brat if its type has a span
as evidence: its trigger is a further text-bound annotation of that type, its roles are all other
evidence of its fields. Values are notes on spans and events. Files are named by article and coder; characters
that are unsuitable for file names become `_`, and a hash is appended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

from coder.codebook.effective import effective_events
from coder.exporters.registry import Sink
from coder.exporters.tokens import standing, trigger_of
from coder.exporters.writer import Dataset, file_name, put_files
from coder.foreign import to_json
from coder.model import Article, Coding, Json, Span

_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def rows(
    dataset: Dataset,
) -> Callable[[Article, Sequence[Coding]], list[tuple[str, str]]]:
    """Return the function that makes the names and texts of the two files of each of an article's codings."""

    def files(article: Article, coding: Coding) -> Iterator[tuple[str, str]]:
        name = file_name(article.id, coding.coder)
        yield f"{name}.txt", article.text
        yield f"{name}.ann", "".join(_lines(dataset, article.text, coding))

    return lambda article, codings: [
        file for coding in codings for file in files(article, coding)
    ]


def _lines(dataset: Dataset, text: str, coding: Coding) -> Iterator[str]:
    book = dataset.book(coding)
    numbers = count(1)
    notes = count(1)
    events = count(1)
    names: dict[str, str] = {}  # span id → name in brat
    spans = {span.id: span for span in standing(coding)}

    def text_bound(name: str, label: str, span: Span) -> str:
        lines = [found.span() for found in _LINE.finditer(text, span.start, span.end)]
        extents = lines or [(span.start, span.end)]
        quote = " ".join(text[a:b].replace("\t", " ") for a, b in extents)
        return f"{name}\t{label} {';'.join(f'{a} {b}' for a, b in extents)}\t{quote}\n"

    def note(name: str, value: Json) -> str:
        return f"#{next(notes)}\tAnnotatorNotes {name}\t{to_json(value)}\n"

    for span in spans.values():
        names[span.id] = name = f"T{next(numbers)}"
        yield text_bound(name, span.kind, span)
        if span.value is not None:
            yield note(name, span.value)
    if not (type_field := book.type_field):
        return
    for event in effective_events(coding, book):
        kind = event.answer(type_field.id)
        trigger = trigger_of(event, book, spans)
        if trigger is None or not kind.coded:
            continue
        name = f"T{next(numbers)}"
        number = f"E{next(events)}"
        yield text_bound(name, str(kind.value), spans[trigger])
        roles = [
            f"{field}{nth if nth > 1 else ''}:{names[each]}"
            for field, answer in event.fields.items()
            for nth, each in enumerate(
                (
                    e
                    for e in answer.evidence
                    if e in names and (field, e) != (type_field.id, trigger)
                ),
                start=1,
            )
        ]
        yield f"{number}\t{' '.join([f'{kind.value}:{name}', *roles])}\n"
        yield note(
            number,
            {
                field: answer.value
                for field, answer in event.fields.items()
                if answer.coded
            },
        )


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write the files into the folder `path`."""
    book = dataset.codebook
    kinds = [kind.id for kind in book.span_kinds]
    roles = [f"{f.id}*:<ENTITY>" for f in book.event_fields if f.evidence != "none"]
    types = [f"{kind.id}\t{', '.join(roles)}" for kind in book.leaf_types()]
    parts = {"entities": kinds, "relations": [], "events": types, "attributes": []}
    config = "\n".join(
        line for name, lines in parts.items() for line in (f"[{name}]", *lines, "")
    )
    (path / "annotation.conf").write_text(config, "utf-8")
    yield partial(put_files, path)
