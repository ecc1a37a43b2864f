"""Read-only lists for screens, reports and checks, of everything or of a coder's own part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, Self

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    cast,
    func,
    select,
    type_coerce,
)

from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import GOLD, Article, Candidate, Cluster, Coding, Remark, Ruling, Status
from coder.store import convert, journal
from coder.store.convert import Key, Row, Values
from coder.store.data_problems import damaged
from coder.store.journal_queries import JournalQueries
from coder.store.tables import METADATA, STATE

_T = METADATA.tables
_ANSWER, _ARTICLE, _ASSIGNMENT, _BLIND = _T["answer"], _T["article"], _T["assignment"], _T["blind"]
_CANDIDATE, _CLUSTER, _CODING = _T["candidate"], _T["cluster"], _T["coding"]
_EVENT, _JOURNAL, _LEXICON, _META = _T["event"], _T["journal"], _T["lexicon"], _T["meta"]
_PERSON, _RETIRED, _SPAN, _SUGGESTED = _T["person"], _T["retired"], _T["span"], _T["suggested"]
_METADATA, _REMARK, _WITHDRAWN = _T["metadata"], _T["remark"], _T["withdrawn"]
_AT_ONCE = 100  # codings that are read together
_KEYS = 500  # rows that are asked for together
_BEGINNING = 600  # code points of a text


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the team, or a former one; role is `coder` or `supervisor`."""

    name: str
    role: str
    retired: bool = False


class Assigned(NamedTuple):
    """One assignment with the state of its coding (`open` also where nothing was written yet)."""

    article: str
    coder: str
    stage: str
    position: int
    status: str


class CodingHead(NamedTuple):
    """A coding without its contents: small, for there may be hundreds of thousands in memory."""

    article: str
    coder: str
    codebook: str
    status: str

    @property
    def id(self) -> str:
        """The coding's."""
        return f"{self.article}/{self.coder}"


def _columns(names: Iterable[str], found: FromClause) -> Select[Any]:
    return select(*(found.c[name] for name in names))


class Queries(JournalQueries):
    """Reads over one connection, that is one consistent view.

    Lists over many articles leave out those that were withdrawn, unless `with_withdrawn` is asked; what is
    asked for by its article's name is there in any case. What holds people's work is read through `_assigned`
    to `_times` alone by what a coder's screens ask: `OwnQueries` says where a coder's login finds it.
    """

    own_only = False  # whether these see one coder's own part of the database only

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._withdrawn_too = False

    def with_withdrawn(self) -> Self:
        """The same view with withdrawn articles, and the work on them, in every list."""
        view = copy(self)
        view._withdrawn_too = True
        return view

    def withdrawn(self) -> dict[str, str]:
        """Article id → why it was withdrawn, of those that were."""
        return {row["article"]: row["reason"] for row in self._all(select(_WITHDRAWN))}

    def article(self, article_id: str) -> Article | None:
        """One article with its text."""
        return self.articles_of([article_id]).get(article_id)

    def articles_of(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles that there are of these ids."""
        wanted = [*ids]
        found = self._stored(_ARTICLE, _ARTICLE.c.id.in_(wanted))
        return {each.id: each for each in convert.stored_articles(found, self.metadata(wanted))}

    def metadata(self, ids: Sequence[str] | Select[Any] | None = None) -> dict[str, dict[str, str]]:
        """Article id → what is known of it beside its text, of all or of these, where anything is."""
        query = select(_METADATA)
        if ids is not None:
            query = query.where(_METADATA.c.article.in_(ids))
        return {row["article"]: row["fields"] for row in self._all(query) if row["fields"]}

    def matching(self, start: str, limit: int) -> list[str]:
        """The ids of the first articles, in order, whose id begins so."""
        ids = _ARTICLE.c.id
        last = start + "\U0010ffff"  # no text goes on with the last code point
        return self._column(select(ids).where(ids >= start, ids < last).order_by(ids).limit(limit))

    def article_ids(self) -> list[str]:
        """The ids of the articles in order."""
        return self._column(self._standing(select(_ARTICLE.c.id), _ARTICLE.c.id).order_by(_ARTICLE.c.id))

    def article_hashes(self, ids: Sequence[str] | None = None) -> dict[str, str]:
        """Article id → text_sha256, of all articles or of those there are among `ids`."""
        query = select(_ARTICLE.c.id, _ARTICLE.c.text_sha256)
        if ids is not None:
            query = query.where(_ARTICLE.c.id.in_(ids))
        return {row["id"]: row["text_sha256"] for row in self._all(query)}

    def article_marks(self) -> dict[str, tuple[str, Any]]:
        """Article id → text_sha256 and boilerplate, of all articles."""
        query = select(_ARTICLE.c.id, _ARTICLE.c.text_sha256, _ARTICLE.c.boilerplate)
        return {row["id"]: (row["text_sha256"], repr(row["boilerplate"])) for row in self._each(query)}

    def beginnings(self, coder: str | None = None, *, coded: bool = False) -> list[Article]:
        """The articles that anybody or a coder has, or all coded, with the first of their texts alone."""
        seen = self._assigned()
        mine = select(seen.c.article)
        mine = mine if coder is None else mine.where(seen.c.coder == coder)
        mine = select(_CODING.c.article) if coded else mine
        start = func.substr(_ARTICLE.c.text, 1, _BEGINNING).label("text")
        columns = (start if each is _ARTICLE.c.text else each for each in _ARTICLE.c)
        found = select(*columns).where(_ARTICLE.c.id.in_(mine)).subquery()
        return convert.stored_articles(self._stored(found), self.metadata(mine))

    def unsuggested(self) -> list[str]:
        """The articles that the suggester has not read yet."""
        read = self.suggested()
        return [article_id for article_id in self.article_ids() if article_id not in read]

    def suggested(self) -> dict[str, str]:
        """Article id → who has proposed candidates for it, of the articles that were read."""
        return {row["article"]: row["suggester"] for row in self._all(select(_SUGGESTED))}

    def candidates(self, article_id: str) -> list[Candidate]:
        """The candidates of one article in reading order."""
        query = select(_CANDIDATE).where(_CANDIDATE.c.article == article_id)
        return [convert.item(Candidate, row) for row in self._all(query.order_by(_CANDIDATE.c.position))]

    def rulings(self) -> list[Ruling]:
        """What was decided about terms, in the order of kinds and folded texts."""
        query = select(_LEXICON).order_by(_LEXICON.c.kind, _LEXICON.c.folded)
        return [convert.to_ruling(row) for row in self._all(query)]

    def blind(self) -> set[tuple[str, str]]:
        """(article, coder) of the blind sample, as far as one may see it."""
        seen = self._assigned()
        query = self._standing(select(seen.c.article, seen.c.coder).where(seen.c.blind), seen.c.article)
        return {(row["article"], row["coder"]) for row in self._all(query)}

    def codebook_refs(self) -> list[str]:
        """The codebook's revisions up to the one in force; those whose upgrade was undone are left out."""
        refs: list[str] = []
        for entry in self.entries(subject="codebooks"):
            refs = refs[:-1] if entry.what == journal.RESTORED else [*refs, entry.changes[-1].key[0]]
        return refs

    def every_codebook(self) -> list[str]:
        """All revisions that are kept, oldest first."""
        return list(dict.fromkeys(e.changes[-1].key[0] for e in self.entries(subject="codebooks")))

    def codebook(self, ref: str) -> str | None:
        """One revision as JSON, None if there is none of that name."""
        row = self.row("codebook", (ref,))
        return str(row["body"]) if row else None

    def fact(self, key: str) -> str:
        """What the database says of itself under a key, "" if nothing."""
        return self._value(select(_META.c.value).where(_META.c.key == key)) or ""

    def login(self) -> str:
        """Who is logged in to the database, "" where it has no logins."""
        if self.connection.dialect.name != "postgresql":
            return ""
        return str(self.connection.exec_driver_sql("SELECT CURRENT_USER").scalar_one())

    def expect_all(self) -> None:
        """Raises CoderError where the database shows this login only a part of itself."""
        if self.own_only:
            raise CoderError("store.own_only", login=self.login())

    def people(self) -> list[Person]:
        """The team in the order of names, with those who have left it."""
        retired = _PERSON.c.name.in_(select(_RETIRED.c.person)).label("retired")
        query = select(_PERSON.c.name, _PERSON.c.role, retired).order_by(_PERSON.c.name)
        return [Person(row["name"], row["role"], bool(row["retired"])) for row in self._all(query)]

    def assignments(self, coder: str | None = None, articles: Sequence[str] | None = None) -> list[Assigned]:
        """Assignments, all or those of one coder or of some articles, in working order."""
        seen = self._assigned()
        query = _columns(Assigned._fields, seen).order_by(seen.c.coder, seen.c.position, seen.c.article)
        if coder is not None:
            query = query.where(seen.c.coder == coder)
        query = self._standing(query, seen.c.article, articles)
        return [*map(Assigned._make, self._raw(query))]

    def assigned_articles(self) -> int:
        """How many articles anybody has."""
        seen = self._assigned()
        return int(self._value(self._standing(select(func.count(seen.c.article.distinct())), seen.c.article)))

    def last_place(self, coder: str) -> int:
        """The position of a coder's last assignment, -1 without any."""
        seen = self._assigned()
        found = self._value(select(func.max(seen.c.position)).where(seen.c.coder == coder))
        return -1 if found is None else int(found)

    def coding_heads(self, articles: Sequence[str] | None = None) -> list[CodingHead]:
        """The heads of all codings or of those of some articles, gold among them."""
        heads = self._heads(articles[0] if articles and len(articles) == 1 else None)
        query = _columns(CodingHead._fields, heads).order_by(heads.c.article, heads.c.coder)
        query = self._standing(query, heads.c.article, articles)
        kept = dict[str, str]().setdefault  # these words are the same in most, and held once
        return [
            CodingHead(article, kept(coder, coder), kept(codebook, codebook), kept(status, status))
            for article, coder, codebook, status in self._raw(query)
        ]

    def coding_counts(self) -> Counter[tuple[bool, str]]:
        """How many codings there are, by whether they are gold and by their status."""
        heads = self._heads(None)
        query = self._standing(select(heads.c.coder, heads.c.status), heads.c.article)
        return Counter((coder == GOLD, status) for coder, status in self.connection.execute(query))

    def coding(self, article_id: str, coder: str) -> Coding | None:
        """One coder's coding of one article."""
        tables = (_CODING, _SPAN, _EVENT, _ANSWER)
        parts = {table.name: self._stored(*self._part(table, article_id, coder)) for table in tables}
        return convert.stored_codings(parts).get(f"{article_id}/{coder}")

    def codings(self, *, submitted: bool = True, article_id: str | None = None) -> list[Coding]:
        """The coders' codings (never gold), only the submitted ones unless told otherwise."""
        found = self.coding_heads(None if article_id is None else [article_id])
        heads = [h for h in found if h.coder != GOLD]
        if submitted:
            heads = [h for h in heads if h.status == Status.SUBMITTED.value]
        return list(self.codings_of(heads))

    def codings_of(self, heads: Sequence[CodingHead]) -> Iterator[Coding]:
        """The codings of these heads, in their order; a hundred at a time are in memory."""
        for start in range(0, len(heads), _AT_ONCE):
            ids = [head.id for head in heads[start : start + _AT_ONCE]]
            parts = {}
            for table in (_CODING, _SPAN, _EVENT, _ANSWER):
                column = table.c.id if table is _CODING else table.c.coding
                parts[table.name] = found = self._stored(table, column.in_(ids))
                coding_of = itemgetter(list(table.c).index(column))
                if strangers := {*map(coding_of, found)} - {*ids}:  # the index says otherwise
                    what = {"table": table.name, "row": strangers.pop(), "what": column.name}
                    raise damaged(Message("store.row_unreadable", **what))
            yield from filter(None, map(convert.stored_codings(parts).get, ids))

    def gold(self, article_id: str) -> Coding | None:
        """The gold coding of one article."""
        return self.coding(article_id, GOLD)

    def golds(self) -> list[Coding]:
        """All closed gold."""
        heads = [h for h in self.coding_heads() if h.coder == GOLD and h.status == Status.SUBMITTED.value]
        return list(self.codings_of(heads))

    def text_lengths(self, ids: Sequence[str]) -> dict[str, int]:
        """Article id → code points of its text."""
        query = select(_ARTICLE.c.id, func.length(_ARTICLE.c.text)).where(_ARTICLE.c.id.in_(ids))
        return dict(map(tuple, self.connection.execute(query)))

    def clusters(self, article_id: str) -> list[Cluster]:
        """The stored clusters of one article in their order."""
        return self.clusters_of([article_id]).get(article_id, [])

    def clusters_of(self, articles: Sequence[str]) -> dict[str, list[Cluster]]:
        """Article id → its stored clusters in their order, of those of these articles that have any."""
        query = select(_CLUSTER).where(_CLUSTER.c.article.in_(articles)).order_by(_CLUSTER.c.position)
        found: dict[str, list[Cluster]] = {}
        for row in self._each(query):
            found.setdefault(row["article"], []).append(convert.item(Cluster, row))
        return found

    def remarks(self, article_id: str | None = None, coder: str | None = None) -> list[Remark]:
        """What was said about everybody's work or one coder's, on one article or all, oldest first."""
        told = self._remarks()
        query = select(told).order_by(told.c.at, told.c.id)
        query = query if coder is None else query.where(told.c.coder == coder)
        query = self._standing(query, told.c.article, None if article_id is None else [article_id])
        return [convert.item(Remark, row) for row in self._all(query)]

    def row(self, table: str, key: Key) -> Row | None:
        """One state row by its key."""
        state = STATE[table]
        where = [state.table.c[name] == value for name, value in zip(state.key, key, strict=True)]
        return next(iter(self._all(select(state.table).where(*where))), None)

    def rows_at(self, table: str, keys: Sequence[Key]) -> dict[Key, Row]:
        """State rows by their keys, and perhaps some between them."""
        rows, columns, _ = STATE[table]
        key_of, found = itemgetter(*columns), dict[Key, Row]()
        for start in range(0, len(keys), _KEYS):
            parts = zip(columns, zip(*keys[start : start + _KEYS], strict=True), strict=True)
            where = [rows.c[column].in_(sorted({*words})) for column, words in parts]
            for row in self._each(select(rows).where(*where)):
                key = key_of(row)
                found[key if len(columns) > 1 else (key,)] = row
        return found

    def rows(self, table: str, column: str = "", names: Iterable[str] = ()) -> Iterator[Row]:
        """The rows of a state table, all or those that have one of some names in a column."""
        found = STATE[table].table
        query = select(found)
        return self._each(query.where(found.c[column].in_(names)) if column else query)

    def distinct(self, table: str, column: str) -> list[str]:
        """What stands in a column of a state table."""
        return self._column(select(STATE[table].table.c[column]).distinct())

    def _stored(self, found: FromClause, *where: ColumnElement[bool]) -> Sequence[Values]:
        """Rows as `convert.stored_codings` takes them; reading one column would double what all cost."""
        columns = (
            cast(each, Text) if isinstance(each.type, JSON)
            else type_coerce(each, Integer) if isinstance(each.type, Boolean)
            else each
            for each in found.columns
        )  # fmt: skip
        return self._raw(select(*columns).where(*where))

    def _assigned(self) -> FromClause:
        """Assignments with the state of their coding and whether they are the blind sample's."""
        joined: FromClause = _ASSIGNMENT
        for other in (_CODING, _BLIND):
            mine = (other.c.article == _ASSIGNMENT.c.article) & (other.c.coder == _ASSIGNMENT.c.coder)
            joined = joined.outerjoin(other, mine)
        status = func.coalesce(_CODING.c.status, Status.OPEN.value).label("status")
        blind = _BLIND.c.coder.is_not(None).label("blind")
        return select(*_ASSIGNMENT.c, status, blind).select_from(joined).subquery()

    def _remarks(self) -> FromClause:
        """The rows of `remark`."""
        return select(_REMARK).subquery()

    def _heads(self, article_id: str | None) -> FromClause:
        """The rows of `coding`, all or those of one article."""
        query = select(_CODING)
        return (query if article_id is None else query.where(_CODING.c.article == article_id)).subquery()

    def _part(self, table: Table, article_id: str, coder: str) -> Sequence[Any]:
        """Where the rows of one coding stand in a table that it is made of, and which they are there."""
        return table, (table.c.id if table is _CODING else table.c.coding) == f"{article_id}/{coder}"

    def _standing(self, query: Select[Any], article: Any, these: Sequence[str] | None = None) -> Select[Any]:
        """The query without what belongs to withdrawn articles, which `article` names, or of these alone."""
        if these is not None:
            return query.where(article.in_(these))
        return query if self._withdrawn_too else query.where(article.not_in(select(_WITHDRAWN.c.article)))
