"""Articles' metadata: normalised on import, and corrected in the project."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.foreign import to_json
from coder.grouping import batched
from coder.importers.columns import Columns, parse_columns
from coder.messages.catalogue import Message
from coder.model import EARLIEST
from coder.service.edits.field_values import PUBLISHED
from coder.service.project.opened import Project
from coder.store.work import Work
from coder.text.normalize import fold_key
from coder.values.date_reading import read_date
from coder.values.days import DateContext

_SECONDS = 10**11  # Unix timestamps below are in seconds, above in milliseconds
_HALF = re.compile(r"(?<=\d)\s*([ap])\.?m\b\.?", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    r"\s*(0?[1-9]|1[0-2])([/.-])(1[3-9]|2\d|3[01])\2(\d{4}|\d{2})\s*"
)
_AT_ONCE = 500  # articles corrected per transaction


class Known:
    """The metadata of articles in an import's files; later: articles with more than
    their first record.

    It is held as JSON, since as objects it would need more memory than the rest of the
    import.
    """

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        self.later: dict[str, None] = {}

    def add(
        self, article: str, where: str, metadata: Mapping[str, str]
    ) -> Iterator[CoderError]:
        """Add the metadata found at `where`; yield an error for each value that
        contradicts earlier ones.
        """
        rows = self._rows[article]
        before = [(place, json.loads(body)) for place, body in rows]
        if metadata in [earlier for _, earlier in before]:
            return
        for name, value in metadata.items():
            for place, earlier in before:
                if (other := earlier.get(name, value)) != value:
                    values = {
                        "name": name,
                        "value": value,
                        "other": other,
                        "first": place,
                    }
                    yield CoderError(
                        "delivery.told_otherwise",
                        article=article,
                        **values,
                        where=where,
                    )
                    break
        rows.append((where, to_json(dict(metadata)).encode()))

    def where(self, article: str) -> str:
        """Return the place of an article's first metadata."""
        return self._rows[article][0][0]

    def corrections(self) -> dict[str, dict[str, str]]:
        """Return all metadata of each article in `later`."""
        return {
            a: {n: v for _, body in self._rows[a] for n, v in json.loads(body).items()}
            for a in self.later
        }


def columns_of(codebook: Codebook, pairs: Iterable[str]) -> Columns:
    """Return the columns to take from tables: known names, article-level fields and
    `NAME=COLUMN` pairs.
    """
    return Columns(
        parse_columns(pairs),
        frozenset(f.id for f in codebook.article_fields if f.id != PUBLISHED),
    )


def normalise_metadata(metadata: Mapping[str, str], lexicon: Lexicon) -> dict[str, str]:
    """Return the metadata with the publication date or time in ISO 8601 if it can be
    parsed.
    """
    words = metadata.get("published")
    return (
        {**metadata, "published": _iso(words, lexicon) or words}
        if words
        else {**metadata}
    )


def no_day(words: str) -> Message:
    """Return the message for a publication date that cannot be parsed."""
    key = "month_first" if _MONTH_FIRST.fullmatch(words) else "no_day"
    return Message(f"delivery.{key}", words=words)


def _iso(words: str, lexicon: Lexicon) -> str:
    """Parse a date or a local time and return it in ISO 8601; "" if it is neither."""
    if words.isascii() and words.isdigit() and len(words) in (10, 13):
        seconds = int(words) / (1 if int(words) < _SECONDS else 1000)
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    try:
        time = datetime.fromisoformat(words)
        known = time if len(words) > 10 else time.date()
        return known.isoformat() if time.year >= EARLIEST else ""
    except ValueError:
        pass
    half = _HALF.search(words)  # of the day, which the standard's times do not have
    try:
        time = parsedate_to_datetime(_HALF.sub("", words))
        if half is not None and 1 <= time.hour <= 12:
            time = time.replace(hour=time.hour % 12 + 12 * (half[1] in "Pp"))
        return time.isoformat() if time.year >= EARLIEST else ""
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    try:
        period = read_date(fold_key(words), DateContext(lexicon, None))
    except CoderError:
        return ""
    return period.first.isoformat() if period and period.first == period.last else ""


def correct_metadata(
    project: Project, metadata: Mapping[str, Mapping[str, str]]
) -> tuple[int, list[str]]:
    """Update articles' metadata; return how many articles changed, and the ids that are
    not articles.

    Values not given stay. Articles whose publication date changes must be read by the
    suggester again.
    """
    changed = 0
    unknown = list[str]()
    for some in batched(metadata, _AT_ONCE):
        with project.store.begin(project.actor) as work:
            known = work.queries.article_hashes(some)
            unknown += [each for each in some if each not in known]
            changed += _correct(
                work, {each: metadata[each] for each in some if each in known}
            )
    return changed, unknown


def _correct(work: Work, metadata: Mapping[str, Mapping[str, str]]) -> int:
    before = work.queries.metadata([*metadata])
    after = {
        article: {**before.get(article, {}), **values}
        for article, values in metadata.items()
    }
    changed = [each for each in after if after[each] != before.get(each, {})]
    work.save_metadata(before, {**before, **after}, "metadata.corrected")
    name = "published"
    work.forget_suggested(
        [e for e in changed if after[e].get(name) != before.get(e, {}).get(name)]
    )
    return len(changed)
