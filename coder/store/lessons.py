"""What decisions teach, read off the codings: a coder's own, and gold for everybody.

Gold of an article that is assigned to a coder teaches that coder nothing, submitted or not: a coding's status
is the coder's to change. On PostgreSQL a coder may not read gold: functions of the owner's give them its
words with kinds, decisions and values, and not where they stand. A coder may leave out one of their own
articles only, so that no two answers differ by one article's gold.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import Connection, RowMapping, text

from coder.model import GOLD, Decision, Json, Lesson
from coder.store.damage import from_json

GOLD_WORDS, GOLD_LESSONS = "gold_words", "gold_lessons"
"""The functions' names in PostgreSQL."""

_WORDS = "SELECT DISTINCT s.quote FROM coding c JOIN span s ON s.coding = c.id "
# A stretch counts once. A drawn span has no value of its own: the answers that rest on it have one.
_LESSONS = """
SELECT {where_it_stands} f.kind, f.quote, f.decision, f.value, f.proposed,
    CASE WHEN f.value IS NULL AND NOT f.proposed THEN (
        SELECT CAST({listed} AS TEXT)
        FROM answer a LEFT JOIN event e ON e.coding = a.coding AND e.id = a.event
        WHERE a.coding = f.coding AND a.blank IS NULL AND NOT a.proposed
            AND f.id IN (SELECT {items}(a.evidence))
    ) END AS given
FROM (
    SELECT c.article, s.coding, s.id, s.kind, s.start, s."end", s.quote, s.decision,
        CAST(s.value AS TEXT) AS value,
        EXISTS (SELECT 1 FROM candidate k WHERE k.article = c.article
                AND k.id = s.kind || ':' || s.start || '-' || s."end") AS proposed,
        row_number() OVER (PARTITION BY c.article, s.kind, s.start, s."end" ORDER BY s.position) AS nth
    FROM coding c JOIN span s ON s.coding = c.id {of_whom} AND s.quote IN (SELECT {items}({quotes}))
) f WHERE f.nth = 1 ORDER BY f.kind, f.quote
"""
_PLACE = 'f.article, f.start, f."end",'
_SQLITE = {
    "items": "value FROM json_each",
    "listed": "json_group_array(json_array(coalesce(e.position, -1), a.field, json(a.value)))",
}
_POSTGRES = {
    "items": "json_array_elements_text",
    "listed": "json_agg(json_build_array(coalesce(e.position, -1), a.field, a.value))",
}
_OWN = "WHERE c.coder = :who AND c.article <> :here"
_GOLD = f"""
WHERE c.coder = '{GOLD}' AND c.status = 'submitted' AND c.article <> {{here}}
    AND c.article NOT IN (SELECT m.article FROM coding m WHERE m.coder = {{who}})
    AND c.article NOT IN (SELECT t.article FROM assignment t WHERE t.coder = {{who}})
"""
_GOLD_OF = f"""{_GOLD.format(who="who", here="here")}
    AND (NOT EXISTS (SELECT FROM person p WHERE p.name = session_user AND p.role = 'coder')
         OR (who = session_user
             AND (here = '' OR here IN (SELECT m.article FROM coding m WHERE m.coder = who)
                  OR here IN (SELECT t.article FROM assignment t WHERE t.coder = who))))
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name} RETURNS TABLE ({columns})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$ {query} $$
"""
_FUNCTIONS = (
    (f"{GOLD_WORDS}(who text, here text)", "quote text", _WORDS + _GOLD_OF),
    (
        f"{GOLD_LESSONS}(who text, here text, quotes json)",
        "kind text, quote text, decision text, value text, proposed boolean, given text",
        _LESSONS.format(where_it_stands="", of_whom=_GOLD_OF, quotes="quotes", **_POSTGRES),
    ),
)


def make_functions(connection: Connection, schema: str) -> None:
    """The functions in PostgreSQL; nobody may call them until they are granted. schema: quoted."""
    for name, columns, query in _FUNCTIONS:
        connection.exec_driver_sql(_FUNCTION.format(name=name, columns=columns, query=query, schema=schema))
        connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION {name.partition('(')[0]} FROM PUBLIC")


class Lessons:
    """Reads lessons over one connection; among: whether a quote is of any interest."""

    def __init__(self, connection: Connection, among: Callable[[str], bool] = bool) -> None:
        self.connection = connection
        self.among = among
        self._has_functions = connection.dialect.name == "postgresql"

    def own(self, coder: str, but: str = "") -> list[Lesson]:
        """What a coder's own codings teach, those of the article `but` left out."""
        return self._read(_WORDS + _OWN, self._lessons(_OWN), coder, but)

    def gold(self, coder: str = "", but: str = "") -> list[Lesson]:
        """What closed gold of articles that are not the coder's own teaches; "": all of it."""
        if self._has_functions:
            words = f"SELECT * FROM {GOLD_WORDS}(:who, :here)"
            return self._read(
                words, f"SELECT * FROM {GOLD_LESSONS}(:who, :here, CAST(:quotes AS json))", coder, but
            )
        of_whom = _GOLD.format(who=":who", here=":here")
        return self._read(_WORDS + of_whom, self._lessons(of_whom), coder, but)

    def _lessons(self, of_whom: str) -> str:
        dialect = _POSTGRES if self._has_functions else _SQLITE
        quotes = "CAST(:quotes AS json)" if self._has_functions else ":quotes"
        return _LESSONS.format(where_it_stands=_PLACE, of_whom=of_whom, quotes=quotes, **dialect)

    def _read(self, words: str, lessons: str, coder: str, but: str) -> list[Lesson]:
        whose = {"who": coder, "here": but}
        found = [quote for (quote,) in self.connection.execute(text(words), whose) if self.among(quote)]
        if not found:
            return []
        rows = self.connection.execute(text(lessons), {**whose, "quotes": json.dumps(sorted(found))})
        return [_lesson(row) for row in rows.mappings()]


def _lesson(row: RowMapping) -> Lesson:
    given: dict[str, Json] = {}
    if row["given"]:
        for _, field, value in sorted(from_json(row["given"]), key=lambda item: item[0]):
            given.setdefault(field, value)
    return Lesson(
        kind=row["kind"],
        quote=row["quote"],
        where=(row["article"], row["start"], row["end"]) if "article" in row else None,
        kept=row["decision"] != Decision.REJECTED.value,
        proposed=bool(row["proposed"]),
        value=from_json(row["value"]) if row["value"] else None,
        given=given,
    )
