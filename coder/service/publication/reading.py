"""The Python interface for reading a project: items come one by one, or as a pandas
DataFrame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from msgspec import Struct

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.exporters import tidy_tables
from coder.exporters.registry import CODINGS
from coder.exporters.tidy_tables import TABLES
from coder.exporters.writer import Dataset, find_quoted
from coder.model import Answer, Article, Coding, Json, Span
from coder.service.delivery.datasets import contents
from coder.service.delivery.releases import release_of
from coder.service.project.opened import Project, open_project


class CodedEvent(Struct, frozen=True):
    """An event with its effective answers. type: "" if untyped; answers: by field,
    including blanks.
    """

    article: Article
    coder: str
    id: str
    type: str
    answers: Mapping[str, Answer]
    spans: Mapping[str, Span]

    def __getitem__(self, field: str) -> Json:
        """The value of a field or None; docs/native-format.md describes its shape."""
        answer = self.answers[field]
        return answer.value if answer.coded else None

    def evidence(self, field: str) -> list[Span]:
        """Return the spans that the answer cites as evidence, in text order."""
        return find_quoted(self.spans, self.answers[field].evidence)


class Events:
    """A lazy collection of events; each iteration reads them from the project again."""

    def __init__(self, read: Callable[[], Iterator[CodedEvent]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[CodedEvent]:
        return self._read()

    def frame(self) -> Any:
        """Return a pandas DataFrame with one row per event and one column per field,
        None for no value.

        The column of a field named `article`, `coder` or `event` is that name with
        `.value` behind it.
        """
        rows = []
        for each in self:
            own = {"article": each.article.id, "coder": each.coder, "event": each.id}
            rows.append(
                own | {f"{f}.value" if f in own else f: each[f] for f in each.answers}
            )
        return _pandas().DataFrame(rows)


class Reading:
    """An open project to read from.

    In its methods, `what` is `gold`, `codings` or `proposals`, and `release` is the
    number of a release.
    """

    def __init__(self, folder: Path | None, person: str) -> None:
        self._opened: Project | None = open_project(folder, person=person)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, *error: type[BaseException] | BaseException | TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; nothing can be read afterwards."""
        if self._opened is not None:
            self._opened.close()
        self._opened = None

    @property
    def _project(self) -> Project:
        if self._opened is None:
            raise CoderError("publication.closed")
        return self._opened

    @property
    def codebook(self) -> Codebook:
        """The codebook revision in force."""
        return self._project.codebook

    def articles(self) -> Iterator[Article]:
        """Yield all articles except withdrawn ones, with their texts and metadata."""
        with self._project.store.read() as queries:
            ids: Sequence[str] = queries.article_ids()
        for each in ids:
            yield self._project.article(each)

    def codings(
        self, what: str = "gold", *, release: int | None = None, open_too: bool = False
    ) -> Iterator[tuple[Article, Coding]]:
        """Return each coding with its article; open_too: include gold that is not
        closed yet.
        """
        _, pairs = self._contents(what, release, open_too)
        return ((article, coding) for article, codings in pairs for coding in codings)

    def events(
        self, what: str = "gold", *, release: int | None = None, open_too: bool = False
    ) -> Events:
        """Return all events, with their effective answers and the evidence."""
        _expect(what)

        def read() -> Iterator[CodedEvent]:
            dataset, pairs = self._contents(what, release, open_too)
            for article, codings in pairs:
                for coding in codings:
                    book = dataset.book(coding)
                    spans = {span.id: span for span in coding.spans}
                    for event in effective_events(coding, book):
                        of_type = (
                            event.answer(book.type_field.id)
                            if book.type_field
                            else None
                        )
                        kind = str(of_type.value) if of_type and of_type.coded else ""
                        yield CodedEvent(
                            article, coding.coder, event.id, kind, event.fields, spans
                        )

        return Events(read)

    def table(
        self,
        name: str,
        what: str = "gold",
        *,
        release: int | None = None,
        open_too: bool = False,
    ) -> Any:
        """Return one of the tidy tables of docs/formats.md as a pandas DataFrame."""
        if name not in TABLES:
            raise CoderError("publication.no_table", name=name, known=", ".join(TABLES))
        dataset, pairs = self._contents(what, release, open_too)
        rows = tidy_tables.fixed(dataset).get(name, [])
        rows_of = tidy_tables.rows(dataset)
        for article, codings in pairs:
            rows += rows_of(article, codings)[name]
        return _pandas().DataFrame(rows, columns=list(TABLES[name]))

    def _contents(
        self, what: str, release: int | None, open_too: bool
    ) -> tuple[Dataset, Iterator[tuple[Article, list[Coding]]]]:
        _expect(what)
        project = self._project
        position = None if release is None else release_of(project, release).position
        return contents(project.at(position), what, open_too=open_too)


def _expect(what: str) -> None:
    if what not in CODINGS:
        raise CoderError("publication.not_read", what=what, known=", ".join(CODINGS))


def _pandas() -> Any:
    try:
        return import_module("pandas")
    except ModuleNotFoundError:
        raise CoderError("publication.needs_pandas") from None
