"""A project for other programs, to read: what there is comes one by one, or as a table of pandas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.exporters import tidy_tables
from coder.exporters.tidy_tables import TABLES, Cell
from coder.exporters.writer import Dataset, quoted
from coder.model import Answer, Article, Coding, Json, Span
from coder.service.delivery.datasets import contents
from coder.service.delivery.releases import release_of
from coder.service.project.opened import Project, open_project

_READ = ("gold", "codings", "proposals")


@dataclass(frozen=True, slots=True)
class CodedEvent:
    """An event as it counts; type: "" where events have none. answers: by field, blanks too."""

    article: Article
    coder: str
    id: str
    type: str
    answers: Mapping[str, Answer]
    spans: Mapping[str, Span]

    def __getitem__(self, field: str) -> Json:
        """The value of a field, None where there is none; its shape is told in docs/native-format.md."""
        answer = self.answers[field]
        return answer.value if answer.coded else None

    def evidence(self, field: str) -> list[Span]:
        """The spans on which the answer rests, in text order."""
        return quoted(self.spans, self.answers[field].evidence)


class Events:
    """Events, gone through as often as one likes; each time they are read anew."""

    def __init__(self, read: Callable[[], Iterator[CodedEvent]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[CodedEvent]:
        return self._read()

    def frame(self) -> Any:
        """A DataFrame of pandas: a row an event, a column a field, None where there is no value."""
        rows = [
            {
                "article": e.article.id,
                "coder": e.coder,
                "event": e.id,
                **{name: e[name] for name in e.answers},
            }
            for e in self
        ]
        return _pandas().DataFrame(rows)


class Reading:
    """An open project that is only read. what: `gold`, `codings` or `proposals`; release: its number."""

    def __init__(self, folder: Path | None, person: str) -> None:
        self._held: Project | None = open_project(folder, person=person)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database: from then on nothing is read."""
        if self._held is not None:
            self._held.close()
        self._held = None

    @property
    def _project(self) -> Project:
        if self._held is None:
            raise CoderError("publication.closed")
        return self._held

    @property
    def codebook(self) -> Codebook:
        """The revision in force."""
        return self._project.codebook

    def articles(self) -> Iterator[Article]:
        """All articles but withdrawn ones, with their texts and what is known of them."""
        with self._project.store.read() as queries:
            ids: Sequence[str] = queries.article_ids()
        for each in ids:
            yield self._project.article(each)

    def codings(
        self, what: str = "gold", *, release: int | None = None, open_too: bool = False
    ) -> Iterator[tuple[Article, Coding]]:
        """Each coding with its article; open_too: gold too that nobody has closed yet."""
        _, found = self._contents(what, release, open_too)
        return ((article, coding) for article, codings in found for coding in codings)

    def events(self, what: str = "gold", *, release: int | None = None, open_too: bool = False) -> Events:
        """All events, each with its answers as they count and what they rest on."""
        _expect(what)

        def read() -> Iterator[CodedEvent]:
            dataset, found = self._contents(what, release, open_too)
            for article, codings in found:
                for coding in codings:
                    book, spans = dataset.book(coding), {span.id: span for span in coding.spans}
                    for event in effective_events(coding, book):
                        of_type = event.answer(book.type_field.id) if book.type_field else None
                        kind = str(of_type.value) if of_type and of_type.coded else ""
                        yield CodedEvent(article, coding.coder, event.id, kind, event.fields, spans)

        return Events(read)

    def table(
        self, name: str, what: str = "gold", *, release: int | None = None, open_too: bool = False
    ) -> Any:
        """One of the tidy tables of docs/formats.md as a DataFrame of pandas."""
        if name not in TABLES:
            raise CoderError("publication.no_table", name=name, known=", ".join(TABLES))
        dataset, found = self._contents(what, release, open_too)
        rows: dict[str, list[tuple[Cell, ...]]] = defaultdict(list, tidy_tables.fixed(dataset))
        rows_of = tidy_tables.rows(dataset)
        for article, codings in found:
            rows[name] += rows_of(article, codings)[name]
        return _pandas().DataFrame(rows[name], columns=list(TABLES[name]))

    def _contents(
        self, what: str, release: int | None, open_too: bool
    ) -> tuple[Dataset, Iterator[tuple[Article, list[Coding]]]]:
        _expect(what)
        project = self._project
        position = None if release is None else release_of(project, release).position
        return contents(project.at(position), what, open_too=open_too)


def _expect(what: str) -> None:
    if what not in _READ:
        raise CoderError("publication.not_read", what=what, known=", ".join(_READ))


def _pandas() -> Any:
    try:
        return import_module("pandas")
    except ModuleNotFoundError:
        raise CoderError("publication.needs_pandas") from None
