"""A team's database on PostgreSQL: two coders at work on one article, and a
supervisor's gold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

import psycopg
from msgspec.structs import replace

from coder.model import Answer, Article, Cluster, Coding, Event, Span
from coder.store.unit_of_work import Store, utc_now
from coder.store.work import Clock
from tests.support.postgres import OWNER, Server

ARTICLE = Article("a1", "غارات على الموقع", "a1.txt")
SECOND = Article("a2", "قصف على المدينة", "a2.txt")
SPAN = Span("s1", "trigger", 0, 5, "غارات", value="air_strike")


def coded(coder: str, article: Article = ARTICLE) -> Coding:
    """A small open coding with a row in each table."""
    event = Event("e1", {"event_type": Answer(value="air_strike", evidence=("s1",))})
    answers = {"genre": Answer(value=f"of {coder}")}
    return Coding(
        article.id,
        article.text_sha256,
        "c@1",
        coder,
        answers=answers,
        spans=(SPAN,),
        events=(event,),
    )


@dataclass
class Team:
    """The server, the database, the owner's store, and a store as anybody else."""

    server: Server
    name: str
    store: Store
    as_: Callable[[str], Store]
    connected: WeakSet[psycopg.Connection[Any]] = field(default_factory=WeakSet)

    def sql(self, person: str) -> psycopg.Connection[Any]:
        """A connection that speaks SQL as a person."""
        connection = self.server.connect(self.name, person)
        self.connected.add(connection)
        return connection


@contextmanager
def at_work(postgres: Server, clock: Clock = utc_now) -> Iterator[Team]:
    """The database after some work."""
    opened: list[Store] = []
    with postgres.database() as name:

        def as_(person: str) -> Store:
            opened.append(Store.open(postgres.url(name), clock, person=person))
            return opened[-1]

        store = Store.create(postgres.url(name, OWNER), clock)
        opened.append(store)
        with store.begin("setup") as work:
            work.add_articles([ARTICLE, SECOND])
            work.add_codebook("c@1", "0" * 64, "{}")
            for person, role in (
                ("amal", "coder"),
                ("basim", "coder"),
                ("salma", "supervisor"),
            ):
                work.add_person(person, role)
                work.add_login(person, role, "")
            work.assign(
                [("a1", "amal", "production", 0), ("a1", "basim", "production", 0)]
            )
        for person in ("amal", "basim"):
            with as_(person).begin(person) as work:
                work.save_coding(None, coded(person), "value.set")
        gold = replace(
            coded("gold"), answers={"genre": Answer(value="gold", by="salma")}
        )
        clusters = [Cluster("c1", "a1", (("amal", "e1"), ("basim", "e1")), gold="e1")]
        with as_("salma").begin("salma") as work:
            work.save_gold((None, []), (gold, clusters), "gold.taken", "a1")
        yield Team(postgres, name, store, as_)
        for each in opened:
            each.close()
