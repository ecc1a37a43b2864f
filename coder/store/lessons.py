"""What decisions teach, read off the codings: a coder's own, and gold for everybody.

Gold of an article that is assigned to a coder teaches that coder nothing, submitted or not: a coding's status
is the coder's to change. On PostgreSQL a coder may not read gold: functions of the owner's give them its
lessons.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from sqlalchemy import Connection, RowMapping, text

from coder.model import GOLD, Decision, Json, Lesson
from coder.store.damage import from_json

GOLD_LESSONS, GOLD_VALUES = "gold_lessons", "gold_values"
"""The functions' names in PostgreSQL."""

_SPANS = """
SELECT c.article, s.id, s.kind, s.start, s."end", s.quote, s.decision, CAST(s.value AS TEXT) AS value,
    EXISTS (SELECT 1 FROM candidate k WHERE k.article = c.article
            AND k.id = s.kind || ':' || s.start || '-' || s."end") AS proposed
FROM coding c JOIN span s ON s.coding = c.id
"""
# A drawn span has no value of its own: the answers that rest on it have one.
_VALUES = """
SELECT c.article, s.id, a.field, CAST(a.value AS TEXT) AS value
FROM coding c JOIN span s ON s.coding = c.id JOIN answer a ON a.coding = c.id
LEFT JOIN event e ON e.coding = a.coding AND e.id = a.event
"""
_RESTING = """
AND s.value IS NULL AND s.quote IN (SELECT {items}({quotes})) AND a.blank IS NULL AND NOT a.proposed
AND s.id IN (SELECT {items}(a.evidence)) ORDER BY coalesce(e.position, -1)
"""
_ITEMS = {"sqlite": "value FROM json_each", "postgresql": "json_array_elements_text"}
_OWN = "WHERE c.coder = :who AND c.article <> :here"
_GOLD = f"""
WHERE c.coder = '{GOLD}' AND c.status = 'submitted' AND c.article <> {{here}}
    AND c.article NOT IN (SELECT m.article FROM coding m WHERE m.coder = {{who}})
    AND c.article NOT IN (SELECT t.article FROM assignment t WHERE t.coder = {{who}})
"""
_GOLD_OF = f"""{_GOLD.format(who="who", here="here")}
    AND (who = session_user
         OR NOT EXISTS (SELECT FROM person p WHERE p.name = session_user AND p.role = 'coder'))
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name} RETURNS TABLE ({columns})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$ {query} $$
"""
_FUNCTIONS = (
    (
        f"{GOLD_LESSONS}(who text, here text)",
        'article text, id text, kind text, start int, "end" int, quote text, decision text, value text,'
        " proposed boolean",
        _SPANS + _GOLD_OF,
    ),
    (
        f"{GOLD_VALUES}(who text, here text, quotes json)",
        "article text, id text, field text, value text",
        _VALUES + _GOLD_OF + _RESTING.format(items=_ITEMS["postgresql"], quotes="quotes"),
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
        self._items = _ITEMS[connection.dialect.name]

    def own(self, coder: str, but: str = "") -> list[Lesson]:
        """What a coder's own codings teach, those of the article `but` left out."""
        values = _VALUES + _OWN + _RESTING.format(items=self._items, quotes=":quotes")
        return self._read(_SPANS + _OWN, values, coder, but)

    def gold(self, coder: str = "", but: str = "") -> list[Lesson]:
        """What closed gold of articles that are not the coder's own teaches; "": all of it."""
        if self.connection.dialect.name == "postgresql":
            spans = f"SELECT * FROM {GOLD_LESSONS}(:who, :here)"
            values = f"SELECT * FROM {GOLD_VALUES}(:who, :here, CAST(:quotes AS json))"
        else:
            where = _GOLD.format(who=":who", here=":here")
            spans = _SPANS + where
            values = _VALUES + where + _RESTING.format(items=self._items, quotes=":quotes")
        return self._read(spans, values, coder, but)

    def _read(self, spans: str, values: str, coder: str, but: str) -> list[Lesson]:
        whose = {"who": coder, "here": but}
        rows = [
            row for row in self.connection.execute(text(spans), whose).mappings() if self.among(row["quote"])
        ]
        drawn = sorted({row["quote"] for row in rows if row["value"] is None and not row["proposed"]})
        resting: dict[tuple[str, str], dict[str, Json]] = {}
        if drawn:
            given = self.connection.execute(text(values), {**whose, "quotes": json.dumps(drawn)})
            for article, span, field, value in given:
                resting.setdefault((article, span), {}).setdefault(field, from_json(value))
        return [_lesson(row, resting.get((row["article"], row["id"]), {})) for row in rows]


def _lesson(row: RowMapping, given: Mapping[str, Json]) -> Lesson:
    return Lesson(
        kind=row["kind"],
        quote=row["quote"],
        where=(row["article"], row["start"], row["end"]),
        kept=row["decision"] != Decision.REJECTED.value,
        proposed=bool(row["proposed"]),
        value=from_json(row["value"]) if row["value"] else None,
        given=given,
    )
