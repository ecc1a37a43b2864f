"""What a column, a key or a head's line is called, and what of an article it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from coder.errors import CoderError
from coder.model import METADATA

ID, TEXT, SHA256 = "id", "text", "text_sha256"
# The first that is there is taken; what people mostly call it stands first.
_FILES = ("file", "filename", "file_name")
KNOWN_AS: Mapping[str, tuple[str, ...]] = {
    ID: ("id", "article_id", "doc_id", "document_id", "uid", *_FILES, "المعرف"),
    TEXT: ("text", "body", "content", "article", "article_text", "full_text", "maintext",
           "النص", "نص_المقال"),
    SHA256: (SHA256,),
    "title": ("title", "headline", "العنوان"),
    "outlet": ("outlet", "source", "publisher", "site", "website", "newspaper", "source_name", "domain",
               "source_domain", "الوسيلة", "المصدر", "الصحيفة", "الموقع"),
    "published": ("published", "pub_date", "published_at", "publication_date", "date_published",
                  "date_publish", "publish_date", "pubdate", "date", "datetime", "timestamp",
                  "تاريخ_النشر", "التاريخ"),
    "url": ("url", "link", "source_url", "web_url", "uri", "الرابط"),
    "language": ("language", "lang", "اللغة"),
    "author": ("author", "authors", "byline", "writer", "الكاتب", "بقلم"),
}  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Which columns are taken, and as what.

    given: name → column, as somebody said it; own: further names that the project has.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def named(self, columns: Sequence[str]) -> dict[str, str]:
        """Column → the name that it is taken by; those that are not there are not taken."""
        return _named(tuple(self.given.items()), self.own, tuple(columns))

    def expect(self, columns: Sequence[str], where: str) -> None:
        """Raises CoderError where a column that was named is not among a table's."""
        for column in self.given.values():
            if column not in columns:
                known = ", ".join(columns)
                raise CoderError("delivery.no_such_column", column=column, known=known, where=where)


NO_COLUMNS = Columns()
ARTICLE, SOURCE, OTHER = "article", "source", "other"


def is_own(columns: Iterable[str]) -> bool:
    """Whether these are the columns of the table of articles that this program writes itself."""
    return {ARTICLE, SHA256, "characters", SOURCE, *METADATA, OTHER} <= {*columns}


def given_columns(told: Iterable[str]) -> dict[str, str]:
    """Name → column out of `NAME=COLUMN`; raises CoderError for what is none."""
    found = {}
    for each in told:
        name, sign, column = each.partition("=")
        if not sign or not name.strip().isidentifier() or not column:
            raise CoderError("delivery.no_map", told=each, known=", ".join((ID, TEXT, *METADATA)))
        found[name.strip()] = column
    return found


@lru_cache(500)
def _named(
    given: tuple[tuple[str, str], ...], own: frozenset[str], columns: tuple[str, ...]
) -> dict[str, str]:
    found = {column: name for name, column in given if column in columns}
    taken = {name for name, _ in given}
    called = {_plain(column): column for column in reversed(columns)}
    for name, calls in (*((n, (n.casefold(),)) for n in sorted(own - KNOWN_AS.keys())), *KNOWN_AS.items()):
        column = next((called[call] for call in calls if call in called), None)
        if column is not None and name not in taken and column not in found:
            found[column] = name
            taken.add(name)
    return found


def is_file(column: str) -> bool:
    """Whether a column names articles by the files that they are in."""
    return _plain(column) in _FILES


def _plain(column: str) -> str:
    return "_".join(column.strip().casefold().replace("-", " ").split())
