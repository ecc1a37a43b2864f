"""Lessons for the suggester from decisions in codings: a coder's own, and gold.

A coder gets lessons from their own codings only, above all not from gold: these could
reveal the gold of articles that they are about to code. Lessons from gold are for
supervisors, who may promote them. On PostgreSQL a coder's own codings are read through
functions of the owner.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import RowMapping, text

from coder import foreign
from coder.messages.catalogue import Message
from coder.model import GOLD, Decision, Json, Lesson
from coder.store.data_problems import damaged
from coder.store.queries import Queries

_WORDS = (
    "SELECT DISTINCT s.quote FROM coding c JOIN span s ON s.coding = c.id {of_whom}"
)
# A stretch of text counts once. A drawn span has no value of its own, unlike the
# answers that it supports.
_LESSONS = Path(__file__).with_suffix(".sql").read_text("utf-8")
_SQLITE = {
    "items": "value FROM json_each",
    "listed": "json_group_array(json_array(coalesce(e.position, -1), a.field, json(a.value)))",
}
_POSTGRES = {
    "items": "json_array_elements_text",
    "listed": "json_agg(json_build_array(coalesce(e.position, -1), a.field, a.value))",
}
_STANDING = (
    "NOT EXISTS (SELECT 1 FROM withdrawn w WHERE w.article = c.article) AND NOT EXISTS"
    " (SELECT 1 FROM aside x WHERE x.article = c.article AND x.coder = c.coder)"
)
_OF_CODER = f"WHERE c.coder = {{who}} AND c.article <> {{here}} AND {_STANDING}"
_OF_GOLD = f"WHERE c.coder = '{GOLD}' AND c.status = 'submitted' AND {_STANDING}"
_MINE = _OF_CODER.format(who="session_user", here="here")

# The queries inside PostgreSQL's functions `own_words(here)` and `own_lessons(here,
# quotes)`.
OWN_WORDS = _WORDS.format(of_whom=_MINE)
OWN_LESSONS = _LESSONS.format(of_whom=_MINE, quotes="quotes", **_POSTGRES)


class Lessons:
    """Reads lessons through one view's queries; among: the test whether a quote is of
    interest.
    """

    def __init__(self, queries: Queries, among: Callable[[str], bool] = bool) -> None:
        self.queries = queries
        self.among = among

    def own(self, coder: str, but: str = "") -> list[Lesson]:
        """Return the lessons from a coder's own codings, except that of the article
        `but`.
        """
        if self.queries.own_only:
            lessons = "SELECT * FROM own_lessons(:here, CAST(:quotes AS json))"
            return self._read("SELECT * FROM own_words(:here)", lessons, {"here": but})
        return self._select(
            _OF_CODER.format(who=":who", here=":here"), {"who": coder, "here": but}
        )

    def gold(self) -> list[Lesson]:
        """Return the lessons from closed gold, for supervisors."""
        return self._select(_OF_GOLD, {})

    def _select(self, of_whom: str, parameters: dict[str, str]) -> list[Lesson]:
        on_server = self.queries.connection.dialect.name == "postgresql"
        quotes = "CAST(:quotes AS json)" if on_server else ":quotes"
        lessons = _LESSONS.format(
            of_whom=of_whom, quotes=quotes, **(_POSTGRES if on_server else _SQLITE)
        )
        return self._read(_WORDS.format(of_whom=of_whom), lessons, parameters)

    def _read(
        self, words: str, lessons: str, parameters: dict[str, str]
    ) -> list[Lesson]:
        execute = self.queries.connection.execute
        quotes = sorted(
            quote for (quote,) in execute(text(words), parameters) if self.among(quote)
        )
        if not quotes:
            return []
        parameters = {**parameters, "quotes": json.dumps(quotes)}
        return [_lesson(row) for row in execute(text(lessons), parameters).mappings()]


def _lesson(row: RowMapping) -> Lesson:
    given: dict[str, Json] = {}
    for _, field, value in sorted(
        _from_json(row["given"] or "[]"), key=lambda item: item[0]
    ):
        given.setdefault(field, value)
    where = row["article"], row["start"], row["end"]
    kept = row["decision"] != Decision.REJECTED.value
    proposed = bool(row["proposed"])
    value = _from_json(row["value"]) if row["value"] else None
    return Lesson(row["kind"], row["quote"], where, kept, proposed, value, given)


def _from_json(text: str) -> Json:
    try:
        return foreign.from_json(text)
    except ValueError:
        raise damaged(
            Message("store.value_unreadable", value=f"{text[:20]!r}…")
        ) from None
