"""A project with one article and one coder's work on it, for tests of what happens to
whole databases.
"""

from __future__ import annotations

import io

from msgspec.structs import replace
from sqlalchemy import MetaData, insert, text

from coder.model import Answer, Article, Blank, Candidate, Coding, Event, Span
from coder.store import schema_upgrade
from coder.store.dump import Dump
from coder.store.engine import connect
from coder.store.replay import problems
from coder.store.unit_of_work import Store

ARTICLE = Article("a1", "غارات على الموقع", "a1.txt", ((0, 2),))
CANDIDATE = Candidate("k1", "trigger", 0, 5, "غارات", {"x": [1, None]}, "lexicon", 0.1)
EMPTY = Coding("a1", ARTICLE.text_sha256, "c@1", "amal")
SPAN = Span("s1", "trigger", 0, 5, "غارات", value="air_strike", candidate="k1")
CODED = replace(
    EMPTY,
    spans=(SPAN,),
    answers={"genre": Answer(value="news", comment="')); DROP TABLE span; --\n\u202e")},
    events=(
        Event("e1", {"event_type": Answer(value="air_strike", evidence=("s1",))}),
        Event(
            "e2",
            {
                "date": Answer(blank=Blank.NOT_STATED),
                "killed": Answer(value={"min": 3, "max": 2**40}),
            },
        ),
    ),
)


def fill(store: Store) -> Store:
    """Put the project into a new database, with three changes to the coding, one of
    them taken back.
    """
    with store.begin("setup") as work:
        work.add_codebook("c@1", "0" * 64, '{"id": "c"}')
        work.add_articles([ARTICLE])
        work.replace_candidates("a1", [CANDIDATE], "rules")
        work.add_person("amal", "coder")
        work.assign([("a1", "amal", "training", 0)])
    with store.begin("amal") as work:
        work.save_coding(None, EMPTY, "coding.begun")
        work.save_coding(EMPTY, CODED, "value.set")
        work.save_coding(CODED, replace(CODED, events=()), "event.deleted")
        work.undo("coding:a1/amal")
    return store


def is_whole(store: Store) -> bool:
    """Whether a database holds exactly the project and nothing is wrong with it."""
    with store.read() as queries:
        return (
            queries.coding("a1", "amal") == CODED
            and queries.article("a1") == ARTICLE
            and queries.candidates("a1") == [CANDIDATE]
            and [*queries.suggested()] == queries.article_ids()
            and [a.article for a in queries.assignments("amal")] == ["a1"]
            and len(queries.history("coding:a1/amal")) == 4
            and not list(problems(queries))
        )


def first_schema(url: str, data: bytes) -> None:
    """A database as the first version made it, without a version table, holding the
    rows of a dump.
    """
    engine = connect(url)
    with schema_upgrade.migrating(engine) as connection:
        schema_upgrade.migrate(connection, "0001")
        tables = MetaData()
        tables.reflect(connection)
        for name, rows in Dump(io.BytesIO(data), "sample").batches():
            if rows and name != "meta":
                connection.execute(insert(tables.tables[name]), rows)
        connection.execute(
            insert(tables.tables["meta"]), {"key": "schema", "value": "1"}
        )
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()
