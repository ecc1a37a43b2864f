"""A folder for brat: for each coding a text and its annotations, and `annotation.conf`.

Spans are text-bound annotations, split at line ends. An event becomes an event in brat
if its type has a span as evidence: its trigger is a further text-bound annotation of
that type, its roles are all other evidence of its fields. Values are notes on spans and
events. Files are named by article and coder; characters that are unsuitable for file
names become `_`, and a hash is appended.
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
    """Return the function that makes the names and texts of the two files of each of an
    article's codings.
    """

    def files_of(article: Article, codings: Sequence[Coding]) -> list[tuple[str, str]]:
        files = []
        for coding in codings:
            name = file_name(article.id, coding.coder)
            files.append((f"{name}.txt", article.text))
            lines = "".join(_lines(dataset, article.text, coding))
            files.append((f"{name}.ann", lines))
        return files

    return files_of


def _lines(dataset: Dataset, text: str, coding: Coding) -> Iterator[str]:
    """Yield the lines of the file of annotations."""
    book = dataset.book(coding)
    text_bound_numbers = count(1)
    event_numbers = count(1)
    note_numbers = count(1)
    spans = {span.id: span for span in standing(coding)}
    names: dict[str, str] = {}  # span id → name in brat

    def note(name: str, value: Json) -> str:
        return f"#{next(note_numbers)}\tAnnotatorNotes {name}\t{to_json(value)}\n"

    for span in spans.values():
        name = f"T{next(text_bound_numbers)}"
        names[span.id] = name
        yield _text_bound(name, span.kind, span, text)
        if span.value is not None:
            yield note(name, span.value)
    if book.type_field is None:
        return
    for event in effective_events(coding, book):
        type_ = event.answer(book.type_field.id)
        trigger = trigger_of(event, book, spans)
        if trigger is None or not type_.coded:
            continue
        name = f"T{next(text_bound_numbers)}"
        number = f"E{next(event_numbers)}"
        yield _text_bound(name, str(type_.value), spans[trigger], text)
        arguments = [f"{type_.value}:{name}"]
        values = {}
        for field, answer in event.fields.items():
            cited = [span_id for span_id in answer.evidence if span_id in names]
            if field == book.type_field.id:
                cited = [span_id for span_id in cited if span_id != trigger]
            for nth, span_id in enumerate(cited, start=1):
                role = field if nth == 1 else f"{field}{nth}"
                arguments.append(f"{role}:{names[span_id]}")
            if answer.coded:
                values[field] = answer.value
        yield f"{number}\t{' '.join(arguments)}\n"
        yield note(number, values)


def _text_bound(name: str, label: str, span: Span, text: str) -> str:
    """Return the line of a text-bound annotation, split at line ends."""
    extents = [found.span() for found in _LINE.finditer(text, span.start, span.end)]
    if not extents:
        extents = [(span.start, span.end)]
    places = ";".join([f"{start} {end}" for start, end in extents])
    words = [text[start:end].replace("\t", " ") for start, end in extents]
    return f"{name}\t{label} {places}\t{' '.join(words)}\n"


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write the files into the folder `path`."""
    book = dataset.codebook
    kinds = [kind.id for kind in book.span_kinds]
    roles = [f"{f.id}*:<ENTITY>" for f in book.event_fields if f.evidence != "none"]
    types = [f"{kind.id}\t{', '.join(roles)}" for kind in book.leaf_types()]
    parts = {"entities": kinds, "relations": [], "events": types, "attributes": []}
    config = list[str]()
    for name, lines in parts.items():
        config += [f"[{name}]", *lines, ""]
    (path / "annotation.conf").write_text("\n".join(config), "utf-8")
    yield partial(put_files, path)
