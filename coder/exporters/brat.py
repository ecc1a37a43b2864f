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
        parts = [f"{kind.value}:{name}"]
        values = {}
        for field, answer in event.fields.items():
            nth = 0
            for span_id in answer.evidence:
                is_trigger = (field, span_id) == (type_field.id, trigger)
                if span_id in names and not is_trigger:
                    nth += 1
                    role = field if nth == 1 else f"{field}{nth}"
                    parts.append(f"{role}:{names[span_id]}")
            if answer.coded:
                values[field] = answer.value
        yield f"{number}\t{' '.join(parts)}\n"
        yield note(number, values)


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
