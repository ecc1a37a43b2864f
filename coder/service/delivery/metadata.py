"""What comes with articles beside their texts: brought into one form, and kept as it is corrected."""

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
from coder.importers.columns import Columns, given_columns
from coder.messages.catalogue import Message
from coder.service.edits.field_values import PUBLISHED
from coder.service.project.opened import Project
from coder.store.work import Work
from coder.text.normalize import fold_key
from coder.values.date_reading import read_date
from coder.values.days import DateContext

_SECONDS = 10**11  # a moment in seconds is below, in milliseconds above
_MONTH_FIRST = re.compile(r"\s*(0?[1-9]|1[0-2])([/.-])(1[3-9]|2\d|3[01])\2(\d{4}|\d{2})\s*")
_AT_ONCE = 500  # articles that are corrected together


class Known:
    """What the files of an import tell of articles; later: of which more came than their first record.

    It is held as JSON: as objects it would need more memory than all else that an import holds.
    """

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        self.later: dict[str, None] = {}

    def add(self, article: str, where: str, held: Mapping[str, str]) -> Iterator[CoderError]:
        """What is told of an article there; gives what of it was told otherwise before."""
        rows = self._rows[article]
        before = [(place, json.loads(told)) for place, told in rows]
        if held in [told for _, told in before]:
            return
        for name, value in held.items():
            first = next((row for row in before if row[1].get(name, value) != value), None)
            if first is not None:
                told = {"name": name, "value": value, "other": first[1][name], "first": first[0]}
                yield CoderError("delivery.told_otherwise", article=article, **told, where=where)
        rows.append((where, to_json(dict(held)).encode()))

    def where(self, article: str) -> str:
        """Where an article is told of first."""
        return self._rows[article][0][0]

    def corrections(self) -> dict[str, dict[str, str]]:
        """Of each article in `later` all that is told."""
        return {
            a: {n: v for _, told in self._rows[a] for n, v in json.loads(told).items()} for a in self.later
        }


def columns_of(codebook: Codebook, told: Iterable[str]) -> Columns:
    """What is taken of a table: known names, the article's fields, and what `NAME=COLUMN` says."""
    return Columns(given_columns(told), frozenset(f.id for f in codebook.article_fields if f.id != PUBLISHED))


def in_one_form(given: Mapping[str, str], lexicon: Lexicon) -> dict[str, str]:
    """The same with the publication day, or moment, in ISO 8601 wherever it can be read."""
    words = given.get("published")
    return {**given, "published": _moment(words, lexicon) or words} if words else {**given}


def no_day(words: str) -> Message:
    """What is said of words that tell no day of publication."""
    key = "month_first" if _MONTH_FIRST.fullmatch(words) else "no_day"
    return Message(f"delivery.{key}", words=words)


def _moment(words: str, lexicon: Lexicon) -> str:
    """A day or a moment, as it was where it was written; "" for what is none."""
    try:
        found = datetime.fromisoformat(words)
        return found.isoformat() if len(words) > 10 else found.date().isoformat()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(words).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    if words.isascii() and words.isdigit() and len(words) in (10, 13):
        seconds = int(words) / (1 if int(words) < _SECONDS else 1000)
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    try:
        period = read_date(fold_key(words), DateContext(lexicon, None))
    except CoderError:
        return ""
    return period.first.isoformat() if period and period.first == period.last else ""


def corrected(project: Project, come: Mapping[str, Mapping[str, str]]) -> tuple[int, list[str]]:
    """Keep what has come about articles that are there: how many it changes, and the ids of no article.

    What is not told anew stays. Where the day of publication changes, the suggester has to read again.
    """
    changed, strangers, ids = 0, list[str](), [*come]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        with project.store.begin(project.actor) as work:
            there = work.queries.article_hashes(some)
            strangers += [each for each in some if each not in there]
            changed += _correct(work, {each: come[each] for each in some if each in there})
    return changed, strangers


def _correct(work: Work, come: Mapping[str, Mapping[str, str]]) -> int:
    before = work.queries.metadata([*come])
    after = {article: {**before.get(article, {}), **come[article]} for article in come}
    moved = [each for each in after if after[each] != before.get(each, {})]
    work.save_metadata(before, {**before, **after}, "metadata.corrected")
    name = "published"
    work.forget_suggested([e for e in moved if after[e].get(name) != before.get(e, {}).get(name)])
    return len(moved)
