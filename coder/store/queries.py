"""Read-only queries for screens, reports and checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from operator import itemgetter
from typing import Any, NamedTuple, Self

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    exists,
    func,
    select,
    true,
    union,
)

from coder.errors import CoderError
from coder.grouping import batched, grouped
from coder.messages.catalogue import Message
from coder.model import (
    GOLD,
    STAGES,
    Article,
    Candidate,
    Cluster,
    Coding,
    OneCodersWork,
    Remark,
    Ruling,
    Status,
)
from coder.store import convert
from coder.store.compiled_tables import METADATA
from coder.store.convert import Key, Row, Values
from coder.store.data_problems import damaged
from coder.store.journal_queries import JournalQueries
from coder.store.packed_rows import packed, unconverted
from coder.store.tables import CODING_TABLES, STATE

_T = METADATA.tables
_ANSWER = _T["answer"]
_ARTICLE = _T["article"]
_ASSIGNMENT = _T["assignment"]
_BLIND = _T["blind"]
_CANDIDATE = _T["candidate"]
_CLUSTER = _T["cluster"]
_CODING = _T["coding"]
_LEXICON = _T["lexicon"]
_META = _T["meta"]
_PERSON = _T["person"]
_RETIRED = _T["retired"]
_SPAN = _T["span"]
_SUGGESTED = _T["suggested"]
_METADATA = _T["metadata"]
_REMARK = _T["remark"]
_ASIDE = _T["aside"]
_DRAFT = _T["draft"]
_WITHDRAWN = _T["withdrawn"]
_BATCH = 100  # codings that are read together
_KEYS = 500  # rows that are selected by key in one query
_BEGINNING = 600  # code points of a text


class Person(Struct, frozen=True):
    """A current or former (`retired`) member of the team; role is `coder` or `supervisor`."""

    name: str
    role: str
    retired: bool = False


class Assigned(NamedTuple):
    """One assignment with the status of its coding, which is `open` if there is no coding yet.

    stage: "" for one that the program does not know, which `coder verify` names.
    """

    article: str
    coder: str
    stage: str
    position: int
    status: str


class CodingHead(Struct, OneCodersWork, frozen=True, gc=False):
    """A coding without its contents; kept small, as hundreds of thousands may be in memory."""

    article: str
    coder: str
    codebook: str
    status: str


_PARTS = [_T[name] for name in CODING_TABLES]


def _columns(names: Iterable[str], table: FromClause) -> Select[Any]:
    return select(*(table.c[name] for name in names))


class Queries(JournalQueries):
    """Queries over one connection, which is one consistent view.

    Lists over many articles omit withdrawn ones, except in the view `with_withdrawn`; queries for particular
    articles include them. Lists of codings, assignments and remarks also omit the codings that were set
    aside, except in that view. Queries that coders' screens use read people's work only through `_assigned`,
    `_set_aside`, `_remarks`, `_heads`, `_part`, `_entries_of` and `_times`, which `OwnQueries` overrides.
    """

    own_only = False  # whether only one coder's own part of the database is visible

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._withdrawn_too = False

    def with_withdrawn(self) -> Self:
        """Return the same view with withdrawn articles and codings set aside in every list."""
        view = copy(self)
        view._withdrawn_too = True
        return view

    def withdrawn(self) -> dict[str, str]:
        """Return article id → reason for the withdrawn articles."""
        return {row["article"]: row["reason"] for row in self._each(select(_WITHDRAWN))}

    def set_aside(self) -> dict[tuple[str, str], str]:
        """Return (article, coder) → reason for the codings that were set aside."""
        rows = self._each(select(self._set_aside()))
        return {(row["article"], row["coder"]): row["reason"] for row in rows}

    def article(self, article_id: str) -> Article | None:
        """Return one article with its text."""
        return self.articles_of([article_id]).get(article_id)

    def articles_of(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles with these ids, as far as they exist."""
        ids = [*ids]
        rows = self._stored(_ARTICLE, _ARTICLE.c.id.in_(ids))
        return {
            each.id: each for each in convert.stored_articles(rows, self.metadata(ids))
        }

    def metadata(
        self, ids: Sequence[str] | Select[Any] | None = None
    ) -> dict[str, dict[str, str]]:
        """Return article id → metadata for all or these articles, without articles that have none."""
        query = select(_METADATA)
        if ids is not None:
            query = query.where(_METADATA.c.article.in_(ids))
        return {
            row["article"]: row["fields"] for row in self._each(query) if row["fields"]
        }

    def matching(self, start: str, limit: int) -> list[str]:
        """Return the first article ids, in order, that begin with `start`."""
        ids = _ARTICLE.c.id
        end = start + "\U0010ffff"  # no id continues with the last code point
        return self._column(
            select(ids).where(ids >= start, ids < end).order_by(ids).limit(limit)
        )

    def article_ids(self) -> list[str]:
        """Return the ids of the articles in order."""
        return self._column(
            self._restricted(select(_ARTICLE.c.id), _ARTICLE.c.id).order_by(
                _ARTICLE.c.id
            )
        )

    def article_hashes(self, ids: Sequence[str] | None = None) -> dict[str, str]:
        """Return article id → text_sha256 for all articles, or those that exist among `ids`."""
        query = select(_ARTICLE.c.id, _ARTICLE.c.text_sha256)
        if ids is not None:
            query = query.where(_ARTICLE.c.id.in_(ids))
        return {row["id"]: row["text_sha256"] for row in self._each(query)}

    def article_marks(self) -> dict[str, tuple[str, Any]]:
        """Return article id → text_sha256 and boilerplate for all articles."""
        query = select(_ARTICLE.c.id, _ARTICLE.c.text_sha256, _ARTICLE.c.boilerplate)
        return {
            row["id"]: (row["text_sha256"], repr(row["boilerplate"]))
            for row in self._each(query)
        }

    def beginnings(
        self, coder: str | None = None, *, coded: bool = False
    ) -> list[Article]:
        """Return, with truncated texts, articles assigned to or coded by a coder or anybody, or all coded."""
        tables = [self._heads(None), *([] if coded else [self._assigned()])]
        chosen = [
            select(t.c.article).where(true() if coder is None else t.c.coder == coder)
            for t in tables
        ]
        ids = select(union(*chosen).subquery().c.article)
        start = func.substr(_ARTICLE.c.text, 1, _BEGINNING).label("text")
        columns = (start if each is _ARTICLE.c.text else each for each in _ARTICLE.c)
        articles = select(*columns).where(_ARTICLE.c.id.in_(ids)).subquery()
        return convert.stored_articles(self._stored(articles), self.metadata(ids))

    def suggested(self) -> dict[str, str]:
        """Return article id → suggester, for articles that were processed by one."""
        return {
            row["article"]: row["suggester"] for row in self._each(select(_SUGGESTED))
        }

    def candidates(self, article_id: str) -> list[Candidate]:
        """Return the candidates of one article in reading order."""
        query = select(_CANDIDATE).where(_CANDIDATE.c.article == article_id)
        return [
            convert.item(Candidate, row)
            for row in self._each(query.order_by(_CANDIDATE.c.position))
        ]

    def rulings(self) -> list[Ruling]:
        """Return the decisions about terms, ordered by kind and folded text."""
        query = select(_LEXICON).order_by(_LEXICON.c.kind, _LEXICON.c.folded)
        return [convert.to_ruling(row) for row in self._each(query)]

    def blind(self) -> set[tuple[str, str]]:
        """Return (article, coder) of the assignments in the blind sample that this login may see."""
        assigned = self._assigned()
        query = select(assigned.c.article, assigned.c.coder).where(assigned.c.blind)
        return {
            (r["article"], r["coder"])
            for r in self._each(self._restricted_to_work(query, assigned))
        }

    def codebook(self, ref: str) -> str | None:
        """Return one revision as JSON, None if it does not exist."""
        row = self.row("codebook", (ref,))
        return str(row["body"]) if row else None

    def fact(self, key: str) -> str:
        """Return the value of a key in the database's `meta` table, "" if there is none."""
        return self._value(select(_META.c.value).where(_META.c.key == key)) or ""

    def login(self) -> str:
        """Return the login on the database, "" if it has no logins."""
        if self.connection.dialect.name != "postgresql":
            return ""
        return str(self.connection.exec_driver_sql("SELECT CURRENT_USER").scalar_one())

    def owner(self) -> str:
        """Return the login that owns the database's tables, "" if it has no logins."""
        if self.connection.dialect.name != "postgresql":
            return ""
        query = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'journal'::regclass"
        return str(self.connection.exec_driver_sql(query).scalar_one())

    def expect_all(self) -> None:
        """Raise CoderError if this login can read only a part of the database."""
        if self.own_only:
            raise CoderError("store.own_only", login=self.login())

    def people(self) -> list[Person]:
        """Return the current and former members of the team, ordered by name."""
        retired = _PERSON.c.name.in_(select(_RETIRED.c.person)).label("retired")
        query = select(_PERSON.c.name, _PERSON.c.role, retired).order_by(_PERSON.c.name)
        return [
            Person(row["name"], row["role"], bool(row["retired"]))
            for row in self._each(query)
        ]

    def assignments(
        self, coder: str | None = None, articles: Sequence[str] | None = None
    ) -> list[Assigned]:
        """Return assignments in working order, optionally those of one coder or of some articles only."""
        rows = self._assigned()
        query = _columns(Assigned._fields, rows).order_by(
            rows.c.coder, rows.c.position, rows.c.article
        )
        if coder is not None:
            query = query.where(rows.c.coder == coder)
        query = self._restricted_to_work(query, rows, articles)
        found = map(Assigned._make, self._raw(query))
        return [
            each if each.stage in STAGES else each._replace(stage="") for each in found
        ]

    def stages(
        self, articles: Sequence[str] | None = None
    ) -> dict[tuple[str, str], str]:
        """Return (article, coder) → stage of the assignments, all or those of some articles only."""
        rows = self._assigned()
        query = select(rows.c.article, rows.c.coder, rows.c.stage)
        query = self._restricted_to_work(query, rows, articles).order_by(rows.c.coder)
        return {
            (article, coder): stage if stage in STAGES else ""
            for article, coder, stage in self._raw(query)
        }

    def assigned_articles(self) -> int:
        """Return the number of articles that are assigned to anybody."""
        rows = self._assigned()
        query = select(func.count(rows.c.article.distinct()))
        return int(self._value(self._restricted_to_work(query, rows)))

    def last_place(self, coder: str) -> int:
        """Return the position of a coder's last assignment, -1 without any."""
        rows = self._assigned()
        position = self._value(
            select(func.max(rows.c.position)).where(rows.c.coder == coder)
        )
        return -1 if position is None else int(position)

    def coding_heads(self, articles: Sequence[str] | None = None) -> list[CodingHead]:
        """Return the heads of all codings or those of some articles, including gold."""
        heads = self._heads(articles[0] if articles and len(articles) == 1 else None)
        query = _columns(CodingHead.__struct_fields__, heads).order_by(
            heads.c.article, heads.c.coder
        )
        query = self._restricted_to_work(query, heads, articles)
        shared = dict[
            str, str
        ]().setdefault  # stores equal strings only once, to save memory
        return [
            CodingHead(
                article,
                shared(coder, coder),
                shared(codebook, codebook),
                shared(status, status),
            )
            for article, coder, codebook, status in self._raw(query)
        ]

    def codebook_of(self, coding: Coding) -> str | None:
        """Return the revision of the stored coding of the same article and coder, None if there is none."""
        table, *where = self._part(_CODING, coding.article, coding.coder)
        ref: str | None = self._value(select(table.c.codebook).where(*where))
        return ref

    def coding_counts(self) -> Counter[tuple[bool, str]]:
        """Return the number of codings by (whether it is gold, status)."""
        heads = self._heads(None)
        query = self._restricted_to_work(select(heads.c.coder, heads.c.status), heads)
        return Counter(
            (coder == GOLD, status) for coder, status in self.connection.execute(query)
        )

    def coding(self, article_id: str, coder: str) -> Coding | None:
        """Return one coder's coding of one article."""
        parts = {
            each.name: self._part_rows(each, *self._part(each, article_id, coder))
            for each in _PARTS
        }
        return convert.stored_codings(parts).get(f"{article_id}/{coder}")

    def codings(
        self, *, submitted: bool = True, article_id: str | None = None
    ) -> list[Coding]:
        """Return the coders' codings (without gold), by default only submitted ones."""
        heads = self.coding_heads(None if article_id is None else [article_id])
        wanted = [
            h for h in heads if not h.is_gold and (h.is_submitted or not submitted)
        ]
        return list(self.codings_of(wanted))

    def codings_of(self, heads: Sequence[CodingHead]) -> Iterator[Coding]:
        """Iterate over the codings of these heads, in their order; only a batch of them is in memory."""
        for batch in batched(heads, _BATCH):
            ids = [head.id for head in batch]
            parts = {}
            for table in _PARTS:
                column = table.c[CODING_TABLES[table.name]]
                parts[table.name] = rows = self._part_rows(
                    table, table, column.in_(ids)
                )
                if unexpected := {row[0] for row in rows} - {
                    *ids
                }:  # the table contradicts its index
                    what = {
                        "table": table.name,
                        "row": unexpected.pop(),
                        "what": column.name,
                    }
                    raise damaged(Message("store.row_unreadable", **what))
            yield from filter(None, map(convert.stored_codings(parts).get, ids))

    def gold(self, article_id: str) -> Coding | None:
        """Return the gold coding of one article."""
        return self.coding(article_id, GOLD)

    def golds(self) -> list[Coding]:
        """Return all closed gold."""
        heads = [h for h in self.coding_heads() if h.is_gold and h.is_submitted]
        return list(self.codings_of(heads))

    def text_lengths(self, ids: Sequence[str]) -> dict[str, int]:
        """Return article id → length of its text in code points."""
        query = select(_ARTICLE.c.id, func.length(_ARTICLE.c.text)).where(
            _ARTICLE.c.id.in_(ids)
        )
        return dict(map(tuple, self.connection.execute(query)))

    def clusters(self, article_id: str) -> list[Cluster]:
        """Return the stored clusters of one article in their order."""
        return self.clusters_of([article_id]).get(article_id, [])

    def clusters_of(self, articles: Sequence[str]) -> dict[str, list[Cluster]]:
        """Return article id → its stored clusters in their order, without articles that have none."""
        query = (
            select(_CLUSTER)
            .where(_CLUSTER.c.article.in_(articles))
            .order_by(_CLUSTER.c.position)
        )
        return grouped(
            (row["article"], convert.item(Cluster, row)) for row in self._each(query)
        )

    def remarks(
        self, article_id: str | None = None, coder: str | None = None
    ) -> list[Remark]:
        """Return the remarks about all work, or about that of one coder or on one article, oldest first."""
        rows = self._remarks()
        query = select(rows).order_by(rows.c.at, rows.c.id)
        query = query if coder is None else query.where(rows.c.coder == coder)
        query = self._restricted_to_work(
            query, rows, None if article_id is None else [article_id]
        )
        return [convert.item(Remark, row) for row in self._each(query)]

    def drafts(self, person: str) -> dict[str, str]:
        """Return place → text of a person's unfinished comments; on PostgreSQL of the login's own."""
        if self.connection.dialect.name == "postgresql":
            own = func.own_draft().table_valued("by", "place", "text")
            rows = self._each(select(own))
        else:
            rows = self._each(select(_DRAFT).where(_DRAFT.c.by == person))
        return {row["place"]: row["text"] for row in rows}

    def remark_counts(self) -> dict[tuple[str, str], int]:
        """Return (kind, article) → the number of remarks."""
        rows = self._remarks()
        place = rows.c.kind, rows.c.article
        query = select(*place, func.count().label("n")).group_by(*place)
        return {
            (r["kind"], r["article"]): r["n"]
            for r in self._each(self._restricted_to_work(query, rows))
        }

    def row(self, table: str, key: Key) -> Row | None:
        """Return one state row by its key."""
        state = STATE[table]
        where = [
            state.table.c[name] == value
            for name, value in zip(state.key, key, strict=True)
        ]
        return next(self._each(select(state.table).where(*where)), None)

    def rows_at(self, table: str, keys: Sequence[Key]) -> dict[Key, Row]:
        """Return state rows by key: those with these keys, and possibly others."""
        state, columns, _ = STATE[table]
        key_of = itemgetter(*columns)
        rows = dict[Key, Row]()
        for batch in batched(keys, _KEYS):
            parts = zip(columns, zip(*batch, strict=True), strict=True)
            where = [state.c[column].in_(sorted({*values})) for column, values in parts]
            for row in self._each(select(state).where(*where)):
                key = key_of(row)
                rows[key if len(columns) > 1 else (key,)] = row
        return rows

    def rows(
        self, table: str, column: str = "", names: Iterable[str] = ()
    ) -> Iterator[Row]:
        """Iterate over the rows of a state table, all or those with one of `names` in `column`."""
        state = STATE[table].table
        query = select(state)
        return self._each(query.where(state.c[column].in_(names)) if column else query)

    def distinct(self, table: str, column: str) -> list[str]:
        """Return the distinct values in a column of a state table."""
        return self._column(select(STATE[table].table.c[column]).distinct())

    def _stored(
        self, table: FromClause, *where: ColumnElement[bool]
    ) -> Sequence[Values]:
        """Fetch rows with JSON and booleans unconverted, for speed."""
        return self._raw(select(*map(unconverted, table.columns)).where(*where))

    def _part_rows(
        self, table: Table, source: FromClause, *where: ColumnElement[bool]
    ) -> Sequence[Values]:
        """Fetch the rows of one of `_PARTS` from a source, as `convert.stored_codings` takes them."""
        if table in (_SPAN, _ANSWER):
            return self._raw(
                packed(table, source, self.connection.dialect.name).where(*where)
            )
        return self._stored(source, *where)

    def _assigned(self) -> FromClause:
        """The assignments with the status of their coding and whether they are in the blind sample."""
        joined: FromClause = _ASSIGNMENT
        for other in (_CODING, _BLIND):
            matches = (other.c.article == _ASSIGNMENT.c.article) & (
                other.c.coder == _ASSIGNMENT.c.coder
            )
            joined = joined.outerjoin(other, matches)
        status = func.coalesce(_CODING.c.status, Status.OPEN.value).label("status")
        blind = _BLIND.c.coder.is_not(None).label("blind")
        return select(*_ASSIGNMENT.c, status, blind).select_from(joined).subquery()

    def _set_aside(self) -> FromClause:
        """The rows of `aside`."""
        return _ASIDE

    def _remarks(self) -> FromClause:
        """The rows of `remark`."""
        return select(_REMARK).subquery()

    def _heads(self, article_id: str | None) -> FromClause:
        """The rows of `coding`, all or only those of one article."""
        query = select(_CODING)
        return (
            query
            if article_id is None
            else query.where(_CODING.c.article == article_id)
        ).subquery()

    def _part(self, table: Table, article_id: str, coder: str) -> Sequence[Any]:
        """Return the given table, or what replaces it, and the condition on the rows of one coding."""
        return table, table.c[CODING_TABLES[table.name]] == f"{article_id}/{coder}"

    def _restricted(
        self, query: Select[Any], article: Any, ids: Sequence[str] | None = None
    ) -> Select[Any]:
        """Restrict a query to articles that are not withdrawn, or to `ids`; article: the column of ids."""
        if ids is not None:
            return query.where(article.in_(ids))
        return (
            query
            if self._withdrawn_too
            else query.where(article.not_in(select(_WITHDRAWN.c.article)))
        )

    def _restricted_to_work(
        self, query: Select[Any], work: FromClause, ids: Sequence[str] | None = None
    ) -> Select[Any]:
        """Restrict a query like `_restricted`, and to work that was not set aside.

        work: what is selected from, with the columns `article` and `coder`.
        """
        query = self._restricted(query, work.c.article, ids)
        if self._withdrawn_too:
            return query
        aside = self._set_aside().alias("set_aside")
        same = aside.c.article == work.c.article, aside.c.coder == work.c.coder
        return query.where(~exists().where(*same))
