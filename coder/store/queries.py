"""Read-only queries for screens, reports and checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from copy import copy
from operator import itemgetter
from typing import Any, Literal, NamedTuple, Self

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    Text,
    cast,
    exists,
    func,
    select,
    union,
)
from sqlalchemy.exc import DBAPIError

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
    Correction,
    OneCodersWork,
    Remark,
    Ruling,
    Span,
    Status,
)
from coder.store import convert, journal
from coder.store.convert import Key, Row, Values
from coder.store.data_problems import damaged
from coder.store.journal import Entry, Made
from coder.store.tables import (
    ARTICLE,
    ARTICLE_METADATA,
    ASIDE,
    ASSIGNMENT,
    BLIND,
    CANDIDATE,
    CLUSTER,
    CODING,
    CODING_TABLES,
    CORRECTION,
    DRAFT,
    JOURNAL,
    LEXICON,
    META,
    PERSON,
    REMARK,
    RETIRED,
    STATE,
    SUGGESTED,
    WITHDRAWN,
)

# the last entries are read to undo and redo; more of them as long as these do not
# suffice
_TAIL = 64
_PART = 512  # as many as are then read at a time to undo
_BATCH = 100  # codings that are read together
_KEYS = 500  # rows that are selected by key in one query
_BEGINNING = 600  # code points of a text


class Person(Struct, frozen=True):
    """A current or former (`retired`) member of the team; role is `coder` or
    `supervisor`.
    """

    name: str
    role: str
    retired: bool = False


class Assigned(NamedTuple):
    """One assignment with the status of its coding, which is `open` if there is no
    coding yet.

    stage: "" for one that the program does not know, which `coder verify` names.
    """

    article: str
    coder: str
    stage: str
    position: int
    status: str


class LostSpan(NamedTuple):
    """A span whose words a correction changed, as it was on the old text.

    answers: of each answer that had it as evidence the event ("" for the article), the
    field, and the evidence that was left.
    """

    span: Span
    answers: Sequence[tuple[str, str, tuple[str, ...]]]


class CodingHead(Struct, OneCodersWork, frozen=True, gc=False):
    """A coding without its contents; kept small, as hundreds of thousands may be in
    memory.
    """

    article: str
    coder: str
    codebook: str
    status: str


_PARTS = [STATE[name].table for name in CODING_TABLES]


def _columns(names: Iterable[str], table: FromClause) -> Select[Any]:
    return select(*(table.c[name] for name in names))


def _fetch_as_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Have JSON fetched as text; a column of another type stays as it is."""
    return cast(column, Text) if isinstance(column.type, JSON) else column


class Queries:
    """Queries over one connection, which is one consistent view.

    Lists over many articles omit withdrawn ones, except in the view `with_withdrawn`;
    queries for particular articles include them. Lists of codings, assignments and
    remarks also omit the codings that were set aside, except in that view. Queries that
    coders' screens use read people's work only through `_assigned`,
    `_set_aside`, `_remarks`, `_heads`, `_part`, `_entries_of` and `_times`, which `OwnQueries` overrides.
    """

    own_only = False  # whether only one coder's own part of the database is visible
    until: int | None = None  # the last position of the journal to read; None: all

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._withdrawn_too = False

    def with_withdrawn(self) -> Self:
        """Return the same view with withdrawn articles and codings set aside in every
        list.
        """
        view = copy(self)
        view._withdrawn_too = True
        return view

    def withdrawn(self) -> dict[str, str]:
        """Return article id → reason for the withdrawn articles."""
        return {row["article"]: row["reason"] for row in self._each(select(WITHDRAWN))}

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
        rows = self._stored(ARTICLE, ARTICLE.c.id.in_(ids))
        articles = convert.to_articles(rows, self.metadata(ids))
        corrections = self.corrections(ids)
        return {each.id: _correct(each, corrections.get(each.id)) for each in articles}

    def corrections(self, ids: Sequence[str] | None = None) -> dict[str, Correction]:
        """Return article id → the newest correction of its text, for all or these
        articles, without those that have none.
        """
        query = select(CORRECTION)
        if ids is not None:
            query = query.where(CORRECTION.c.article.in_(ids))
        return newest_corrections(self._each(query))

    def every_text(self, article_id: str) -> dict[str, Article]:
        """Return text_sha256 → the article with that text, for each text that it ever
        had, also if the correction was undone.
        """
        rows = self._stored(ARTICLE, ARTICLE.c.id == article_id)
        articles = convert.to_articles(rows, self.metadata([article_id]))
        texts = {article.text_sha256: article for article in articles}
        for entry in self.entries(subject=f"text:{article_id}"):
            for change in entry.changes:
                for article in articles if change.after else ():
                    correction = convert.item(Correction, change.after or {})
                    corrected = _correct(article, correction)
                    texts[corrected.text_sha256] = corrected
        return texts

    def metadata(
        self, ids: Sequence[str] | Select[Any] | None = None
    ) -> dict[str, dict[str, str]]:
        """Return article id → metadata for all or these articles, without articles that
        have none.
        """
        query = select(ARTICLE_METADATA)
        if ids is not None:
            query = query.where(ARTICLE_METADATA.c.article.in_(ids))
        return {
            row["article"]: row["fields"] for row in self._each(query) if row["fields"]
        }

    def matching(self, start: str, limit: int) -> list[str]:
        """Return the first article ids, in order, that begin with `start`."""
        ids = ARTICLE.c.id
        end = start + "\U0010ffff"  # no id continues with the last code point
        return self._column(
            select(ids).where(ids >= start, ids < end).order_by(ids).limit(limit)
        )

    def article_ids(self) -> list[str]:
        """Return the ids of the articles in order."""
        return self._column(
            self._restricted(select(ARTICLE.c.id), ARTICLE.c.id).order_by(ARTICLE.c.id)
        )

    def article_hashes(self, ids: Sequence[str] | None = None) -> dict[str, str]:
        """Return article id → text_sha256 for all articles, or those that exist among
        `ids`.
        """
        query = select(ARTICLE.c.id, ARTICLE.c.text_sha256)
        if ids is not None:
            query = query.where(ARTICLE.c.id.in_(ids))
        hashes = {row["id"]: row["text_sha256"] for row in self._each(query)}
        for article, correction in self.corrections(ids).items():
            hashes[article] = correction.text_sha256
        return hashes

    def article_marks(self) -> dict[str, tuple[str, Any]]:
        """Return article id → text_sha256 and boilerplate for all articles."""
        query = select(ARTICLE.c.id, ARTICLE.c.text_sha256, ARTICLE.c.boilerplate)
        marks = {
            row["id"]: (row["text_sha256"], repr(row["boilerplate"]))
            for row in self._each(query)
        }
        for article, correction in self.corrections().items():
            boilerplate = [[*stretch] for stretch in correction.boilerplate]
            marks[article] = correction.text_sha256, repr(boilerplate)
        return marks

    def beginnings(
        self, coder: str | None = None, *, coded: bool = False
    ) -> list[Article]:
        """Return, with truncated texts, articles assigned to or coded by a coder or
        anybody, or all coded.
        """
        tables = [self._heads(None)]
        if not coded:
            tables.append(self._assigned())
        chosen = []
        for table in tables:
            query = select(table.c.article)
            chosen.append(
                query if coder is None else query.where(table.c.coder == coder)
            )
        ids = select(union(*chosen).subquery().c.article)
        start = func.substr(ARTICLE.c.text, 1, _BEGINNING).label("text")
        columns = (start if each is ARTICLE.c.text else each for each in ARTICLE.c)
        articles = select(*columns).where(ARTICLE.c.id.in_(ids)).subquery()
        stored = convert.to_articles(self._stored(articles), self.metadata(ids))
        corrections = self.corrections()
        return [_correct(each, corrections.get(each.id), _BEGINNING) for each in stored]

    def suggested(self) -> dict[str, str]:
        """Return article id → suggester, for articles that were processed by one."""
        return {
            row["article"]: row["suggester"] for row in self._each(select(SUGGESTED))
        }

    def suggester_of(self, article_id: str) -> str | None:
        """Return the suggester that processed an article, None if none did."""
        query = select(SUGGESTED).where(SUGGESTED.c.article == article_id)
        return next((row["suggester"] for row in self._each(query)), None)

    def candidates(self, article_id: str) -> list[Candidate]:
        """Return the candidates of one article in reading order."""
        query = select(CANDIDATE).where(CANDIDATE.c.article == article_id)
        return [
            convert.item(Candidate, row)
            for row in self._each(query.order_by(CANDIDATE.c.position))
        ]

    def rulings(self) -> list[Ruling]:
        """Return the decisions about terms, ordered by kind and folded text."""
        query = select(LEXICON).order_by(LEXICON.c.kind, LEXICON.c.folded)
        return [convert.to_ruling(row) for row in self._each(query)]

    def blind(self) -> set[tuple[str, str]]:
        """Return (article, coder) of the assignments in the blind sample that this
        login may see.
        """
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
        """Return the value of a key in the database's `meta` table, "" if there is
        none.
        """
        return self._value(select(META.c.value).where(META.c.key == key)) or ""

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
        retired = PERSON.c.name.in_(select(RETIRED.c.person)).label("retired")
        query = select(PERSON.c.name, PERSON.c.role, retired).order_by(PERSON.c.name)
        return [
            Person(row["name"], row["role"], bool(row["retired"]))
            for row in self._each(query)
        ]

    def assignments(
        self, coder: str | None = None, articles: Sequence[str] | None = None
    ) -> list[Assigned]:
        """Return assignments in working order, optionally those of one coder or of some
        articles only.
        """
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
        """Return (article, coder) → stage of the assignments, all or those of some
        articles only.
        """
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
        # Equal strings are stored only once, to save memory.
        shared = dict[str, str]().setdefault
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
        """Return the revision of the stored coding of the same article and coder, None
        if there is none.
        """
        table, *where = self._part(CODING, coding.article, coding.coder)
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
            each.name: self._stored(*self._part(each, article_id, coder))
            for each in _PARTS
        }
        return convert.to_codings(parts).get(f"{article_id}/{coder}")

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
        """Iterate over the codings of these heads, in their order; only a batch of them
        is in memory.
        """
        for batch in batched(heads, _BATCH):
            ids = [head.id for head in batch]
            parts = {}
            for table in _PARTS:
                column = table.c[CODING_TABLES[table.name]]
                rows = self._stored(table, column.in_(ids))
                parts[table.name] = rows
                unexpected = {row[0] for row in rows}.difference(ids)
                if unexpected:  # the table contradicts its index
                    what = {
                        "table": table.name,
                        "row": unexpected.pop(),
                        "what": column.name,
                    }
                    raise damaged(Message("store.row_unreadable", **what))
            yield from filter(None, map(convert.to_codings(parts).get, ids))

    def gold(self, article_id: str) -> Coding | None:
        """Return the gold coding of one article."""
        return self.coding(article_id, GOLD)

    def text_lengths(self, ids: Sequence[str]) -> dict[str, int]:
        """Return article id → length of its text in code points."""
        query = select(ARTICLE.c.id, func.length(ARTICLE.c.text)).where(
            ARTICLE.c.id.in_(ids)
        )
        lengths: dict[str, int] = dict(map(tuple, self.connection.execute(query)))
        for article, correction in self.corrections(ids).items():
            lengths[article] = len(correction.text)
        return lengths

    def clusters(self, article_id: str) -> list[Cluster]:
        """Return the stored clusters of one article in their order."""
        return self.clusters_of([article_id]).get(article_id, [])

    def clusters_of(self, articles: Sequence[str]) -> dict[str, list[Cluster]]:
        """Return article id → its stored clusters in their order, without articles that
        have none.
        """
        query = (
            select(CLUSTER)
            .where(CLUSTER.c.article.in_(articles))
            .order_by(CLUSTER.c.position)
        )
        return grouped(
            (row["article"], convert.item(Cluster, row)) for row in self._each(query)
        )

    def remarks(
        self, article_id: str | None = None, coder: str | None = None
    ) -> list[Remark]:
        """Return the remarks about all work, or about that of one coder or on one
        article, oldest first.
        """
        rows = self._remarks()
        query = select(rows).order_by(rows.c.at, rows.c.id)
        query = query if coder is None else query.where(rows.c.coder == coder)
        query = self._restricted_to_work(
            query, rows, None if article_id is None else [article_id]
        )
        return [convert.item(Remark, row) for row in self._each(query)]

    def drafts(self, person: str) -> dict[str, str]:
        """Return place → text of a person's unfinished comments; on PostgreSQL of the
        login's own.
        """
        if self.connection.dialect.name == "postgresql":
            own = func.own_draft().table_valued("by", "place", "text")
            rows = self._each(select(own))
        else:
            rows = self._each(select(DRAFT).where(DRAFT.c.by == person))
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
        """Iterate over the rows of a state table, all or those with one of `names` in
        `column`.
        """
        state = STATE[table].table
        query = select(state)
        return self._each(query.where(state.c[column].in_(names)) if column else query)

    def distinct(self, table: str, column: str) -> list[str]:
        """Return the distinct values in a column of a state table."""
        return self._column(select(STATE[table].table.c[column]).distinct())

    # ------------------------------------------------------------ the journal
    def versions(self) -> dict[str, str]:
        """Return subject → number and time of its last entry, for codings and gold;
        changes with their rows.

        The digest would do too, but it is stored after the changes, which SQLite would
        have to read through.
        """
        found = self._last_entries("coding:", "version", "at")
        found += self._last_entries("gold:", "version", "at")
        return {subject: f"{version} {at}" for subject, version, at in found}

    def versions_after(
        self, earlier: Mapping[str, str], position: int
    ) -> dict[str, str]:
        """Return `versions`, given those when the journal's last position was
        `position`.

        Only later entries are read, except on a server, where one can appear after
        others that follow it.
        """
        if self.connection.dialect.name != "sqlite":
            return self.versions()
        columns = JOURNAL.c
        later = select(columns.subject, columns.version, columns.at).where(
            columns.position > position
        )
        new = self._raw(self._up_to(later, columns).order_by(columns.position))
        changed = [each for each in new if each[0].startswith(("coding:", "gold:"))]
        return {
            **earlier,
            **{subject: f"{version} {at}" for subject, version, at in changed},
        }

    def history(
        self, subject: str, since: int = 1, until: int | None = None
    ) -> journal.History:
        """Return a subject's entries in order, from version `since` on, up to version
        `until` if given.
        """
        query = self._journal(subject, "version", "what", "undoes")
        version = query.selected_columns.version
        query = (
            query.where(version >= since)
            if until is None
            else query.where(version.between(since, until))
        )
        return self._raw(query.order_by(version))

    def undo_stacks(
        self, subject: str, way: Literal["undo", "redo"] | int
    ) -> tuple[list[int], list[int]]:
        """Return the undo and redo stacks, as `journal.stacks`; for a single step only
        the ends it needs.

        The last entries suffice if they contain all entries that they undo or redo, and
        one that stands.
        """
        if (
            way == "undo"
            and (done := journal.undoable(self._latest_first(subject))) is not None
        ):
            return done, []
        since = (
            self.last_version(subject)[0] + 1 - _TAIL if way in ("undo", "redo") else 1
        )
        while since > 1:
            tail = self.history(subject, since)
            done, undone = journal.stacks(tail)
            suffices = (
                undone
                or way == "undo"
                or tail[-1][1] not in (journal.UNDO, journal.REDO)
            )
            if (
                done
                and suffices
                and all(target is None or target >= since for _, _, target in tail)
            ):
                return done, undone
            since -= len(tail)
        return journal.stacks(self.history(subject))

    def _latest_first(self, subject: str) -> Iterator[tuple[int, str, int | None]]:
        """Iterate over a subject's entries backwards, read in parts: the last ones
        mostly suffice.
        """
        end = self.last_version(subject)[0]
        size = _TAIL
        while end > 0:
            yield from reversed(self.history(subject, end - size + 1, end))
            end = end - size
            size = _PART

    def entry(self, subject: str, version: int) -> Entry:
        """Return one journal entry."""
        query = self._journal(subject)
        [row] = self._each(query.where(query.selected_columns.version == version))
        return journal.parse_stored_entry(row)

    def before_recodings(self, subject: str, coding: Coding) -> list[Coding]:
        """Return the coding before each recoding since it was last submitted or
        reopened, oldest first.

        coding: its current state; subject: its name in the journal, for gold together
        with its clusters.
        """
        history = self.history(subject)
        recoded = journal.standing(history, journal.RECODED)
        codings: list[Coding] = []
        if not recoded:
            return []
        rows = convert.coding_rows(coding)
        for version in range(len(history), min(recoded) - 1, -1):
            for change in self.entry(subject, version).taken_back:
                if change.table != "cluster":
                    change.apply(rows)
            if version in recoded:
                before = convert.to_coding((key[0], row) for key, row in rows.items())
                if before is not None:
                    codings.append(before)
        return codings[::-1]

    def lost_spans(self, subject: str) -> list[LostSpan]:
        """Return the spans that a coding lost to corrections of its text since it was
        last submitted or reopened.

        subject: the coding's name in the journal.
        """
        carried = journal.standing(self.history(subject), journal.CARRIED)
        lost: list[LostSpan] = []
        for version in sorted(carried):
            changes = self.entry(subject, version).changes
            spans = [each for each in changes if each.table == "span"]
            answers = [each for each in changes if each.table == "answer"]
            for change in spans:
                if change.before is None or change.after is not None:
                    continue
                span = convert.item(Span, change.before)
                had_it = []
                for answer in answers:
                    before = (answer.before or {}).get("evidence") or ()
                    after = (answer.after or {}).get("evidence") or ()
                    if span.id in before:
                        had_it.append((answer.key[1], answer.key[2], tuple(after)))
                lost.append(LostSpan(span, had_it))
        return lost

    def waiting_for_correction(
        self, articles: Sequence[str] | None = None
    ) -> dict[str, list[str]]:
        """Return article id → the coders whose submitted coding lost words to a
        correction of the text, and who have not submitted it again.
        """
        waiting: dict[str, list[str]] = {}
        corrected = [*self.corrections(articles)]
        for head in self.coding_heads(corrected) if corrected else ():
            is_open = not head.is_gold and not head.is_submitted
            if is_open and self._was_reopened(f"coding:{head.id}"):
                waiting.setdefault(head.article, []).append(head.coder)
        return waiting

    def _was_reopened(self, subject: str) -> bool:
        """Return whether a correction has reopened a coding that was submitted."""
        for version in journal.standing(self.history(subject), journal.CARRIED):
            for change in self.entry(subject, version).changes:
                before = change.before or {}
                after = change.after or {}
                was_submitted = before.get("status") == Status.SUBMITTED
                if was_submitted and after.get("status") == Status.OPEN:
                    return True
        return False

    def has_entry(self, subject: str, version: int, digest: str) -> bool:
        """Return whether the subject has an entry of that version with that digest."""
        query = self._journal(subject, "digest", "version")
        return bool(
            self._value(query.where(query.selected_columns.version == version))
            == digest
        )

    def subjects(self) -> list[str]:
        """Return the names of all subjects in the journal."""
        return self._column(select(JOURNAL.c.subject).distinct())

    def entries(self, since: int = 0, subject: str | None = None) -> Iterator[Entry]:
        """Iterate over the entries after position `since`, oldest first."""
        query = select(JOURNAL) if subject is None else self._journal(subject)
        columns = query.selected_columns
        query = query.where(columns.position > since).order_by(columns.position)
        return map(journal.parse_stored_entry, self._each(self._up_to(query, columns)))

    def last_position(self) -> int:
        """Return the position of the journal's last entry, 0 for none."""
        return int(self._value(select(func.max(JOURNAL.c.position))) or 0)

    def changed_since(
        self, start: str, position: int, subjects: Sequence[str] | None = None
    ) -> list[str]:
        """Return what follows the prefix `start` in the names of subjects that changed
        after a position.

        subjects: the ones to consider, None for all.
        """
        columns = JOURNAL.c
        query = select(columns.subject).distinct().where(columns.position > position)
        query = query.where(columns.subject.startswith(start))
        query = (
            query if subjects is None else query.where(columns.subject.in_(subjects))
        )
        return [
            subject.removeprefix(start)
            for subject in self._column(query.order_by(columns.subject))
        ]

    def last_actions(self, start: str) -> dict[str, tuple[str, str]]:
        """Return the last change, and who made it, of each subject whose name begins
        with `start`.
        """
        return {
            subject: (what, who)
            for subject, what, who in self._last_entries(start, "what", "person")
        }

    def actions_since(self, position: int) -> Counter[str]:
        """Return the names of the entries after a position, counted."""
        query = select(JOURNAL.c.what).where(JOURNAL.c.position > position)
        return Counter(self.connection.execute(query).scalars())

    def entries_of_action(
        self, what: str, since: int, until: int | None = None
    ) -> list[tuple[str, int]]:
        """Return (subject, version) of an action's entries after position `since` up to
        `until`, in order.
        """
        columns = JOURNAL.c
        query = select(columns.subject, columns.version).where(
            columns.position > since, columns.what == what
        )
        query = query if until is None else query.where(columns.position <= until)
        return self._raw(query.order_by(columns.position))

    def entry_rows(self, subjects: Iterable[str]) -> Iterator[Row]:
        """Iterate over the raw journal rows of some subjects, oldest first, even if
        they are damaged.
        """
        query = select(JOURNAL).where(JOURNAL.c.subject.in_(subjects))
        return self._each(self._up_to(query, JOURNAL.c).order_by(JOURNAL.c.position))

    def coding_times(self, codings: Sequence[str]) -> Iterator[Made]:
        """Iterate over the times of all changes to codings, oldest first."""
        return (Made(*row) for row in self.connection.execute(self._times(codings)))

    def last_times(self, start: str, what: str) -> dict[str, str]:
        """Return the time of the last change of one name to each subject whose name
        begins with `start`.
        """
        return dict(self._last_entries(start, "at", what=what))

    def submission_times(self) -> dict[str, str]:
        """Return coding id → time of its last change but recodings and what undoes
        them.

        Of a submitted coding that is when it was submitted or imported, whatever
        upgrades came after it.
        """
        later = (*journal.RECODED, journal.UNDO, journal.REDO)
        entries = self._last_entries("coding:", "at", without=later)
        return {subject.removeprefix("coding:"): at for subject, at in entries}

    def import_times(self) -> dict[str, str]:
        """Return article id → time of its import."""
        times = {}
        for entry in self.entries(subject="articles"):
            for change in entry.changes:
                times[change.key[0]] = entry.at
        return times

    def importers(self, codings: Sequence[str]) -> dict[str, str]:
        """Return coding id → who imported it, of those of these codings that were
        imported.
        """
        columns = JOURNAL.c
        found = dict[str, str]()
        for batch in batched(codings, _PART):
            query = select(columns.subject, columns.person).where(
                columns.subject.in_([f"coding:{each}" for each in batch]),
                columns.what == journal.IMPORTED,
            )
            for subject, person in self._raw(self._up_to(query, columns)):
                found[subject.removeprefix("coding:")] = person
        return found

    def codebook_refs(self) -> list[str]:
        """Return the codebook's revisions up to the one in force, without those whose
        upgrade was undone.
        """
        refs: list[str] = []
        for entry in self.entries(subject="codebooks"):
            if entry.what == journal.RESTORED:
                refs = refs[:-1]
            else:
                refs.append(entry.changes[-1].key[0])
        return refs

    def every_codebook(self) -> list[str]:
        """Return all stored revisions, oldest first."""
        return list(
            dict.fromkeys(
                e.changes[-1].key[0] for e in self.entries(subject="codebooks")
            )
        )

    def last_version(self, subject: str) -> tuple[int, str]:
        """Return version and digest of a subject's last entry, (0, "") if it has none."""
        query = self._journal(subject, "version", "digest")
        last = query.order_by(query.selected_columns.version.desc()).limit(1)
        row = self.connection.execute(last).first()
        return (row.version, row.digest) if row else (0, "")

    def last_versions(self, subjects: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Return subject → version and digest of its last entry, without subjects that
        have none.
        """
        if len(subjects) == 1:
            last = self.last_version(subjects[0])
            return {subjects[0]: last} if last[0] else {}
        columns = JOURNAL.c
        query = select(columns.subject, columns.version, columns.digest).where(
            columns.subject.in_(subjects)
        )
        ordered = self.connection.execute(query.order_by(columns.version))
        return {subject: (version, digest) for subject, version, digest in ordered}

    def has_acted(self, name: str) -> bool:
        """Return whether the journal has an entry of that person."""
        query = select(JOURNAL.c.position).where(JOURNAL.c.person == name).limit(1)
        return self._value(query) is not None

    def _last_entries(
        self, start: str, *names: str, what: str = "", without: Collection[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the subject and some columns of the last entry, or the last `what`, of
        each subject.

        start: how the subjects' names begin. without: actions that do not count. There
        are hundreds of entries for each subject: the index is searched from one subject
        to the next, and backwards from each one's last entry, never read whole.
        """
        columns = JOURNAL.c
        end = start[:-1] + chr(ord(start[-1]) + 1)
        is_first = (columns.subject >= start) & (columns.subject < end)
        first = select(func.min(columns.subject).label("subject")).where(is_first)
        subjects = first.cte("subjects", recursive=True)
        is_next = (columns.subject > subjects.c.subject) & (columns.subject < end)
        following = select(func.min(columns.subject)).where(is_next).scalar_subquery()
        subjects = subjects.union_all(
            select(following).where(subjects.c.subject.is_not(None))
        )
        entries = JOURNAL.alias()
        of_subject = select(entries.c.version).where(
            entries.c.subject == subjects.c.subject
        )
        of_subject = of_subject.where(entries.c.what == what) if what else of_subject
        of_subject = (
            of_subject.where(entries.c.what.not_in(without)) if without else of_subject
        )
        of_subject = self._up_to(of_subject, entries.c)
        last = of_subject.order_by(entries.c.version.desc()).limit(1).scalar_subquery()
        query = select(columns.subject, *(columns[name] for name in names))
        return self._raw(
            query.join(
                subjects,
                (columns.subject == subjects.c.subject) & (columns.version == last),
            )
        )

    def _up_to(self, query: Select[Any], columns: Any) -> Select[Any]:
        return (
            query if self.until is None else query.where(columns.position <= self.until)
        )

    def _journal(self, subject: str, *names: str) -> Select[Any]:
        """Select some or all columns of the journal's entries about one subject."""
        entries, *condition = self._entries_of(subject)
        return select(*(entries.c[name] for name in names or entries.c.keys())).where(
            *condition
        )

    # ------------------------------------------------------------ what `OwnQueries` and `Past` override
    def _assigned(self) -> FromClause:
        """The assignments with the status of their coding and whether they are in the
        blind sample.
        """
        joined: FromClause = ASSIGNMENT
        for other in (CODING, BLIND):
            matches = (other.c.article == ASSIGNMENT.c.article) & (
                other.c.coder == ASSIGNMENT.c.coder
            )
            joined = joined.outerjoin(other, matches)
        status = func.coalesce(CODING.c.status, Status.OPEN.value).label("status")
        blind = BLIND.c.coder.is_not(None).label("blind")
        return select(*ASSIGNMENT.c, status, blind).select_from(joined).subquery()

    def _set_aside(self) -> FromClause:
        """The rows of `aside`."""
        return ASIDE

    def _remarks(self) -> FromClause:
        """The rows of `remark`."""
        return select(REMARK).subquery()

    def _heads(self, article_id: str | None) -> FromClause:
        """The rows of `coding`, all or only those of one article."""
        query = select(CODING)
        return (
            query if article_id is None else query.where(CODING.c.article == article_id)
        ).subquery()

    def _part(self, table: Table, article_id: str, coder: str) -> Sequence[Any]:
        """Return the given table, or what replaces it, and the condition on the rows of
        one coding.
        """
        return table, table.c[CODING_TABLES[table.name]] == f"{article_id}/{coder}"

    def _restricted(
        self, query: Select[Any], article: Any, ids: Sequence[str] | None = None
    ) -> Select[Any]:
        """Restrict a query to articles that are not withdrawn, or to `ids`; article:
        the column of ids.
        """
        if ids is not None:
            return query.where(article.in_(ids))
        return (
            query
            if self._withdrawn_too
            else query.where(article.not_in(select(WITHDRAWN.c.article)))
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

    def _entries_of(self, subject: str) -> Sequence[Any]:
        """Return the table with a subject's entries and the condition on its rows,
        faster than a subquery.
        """
        return JOURNAL, JOURNAL.c.subject == subject

    def _times(self, codings: Sequence[str]) -> Select[Any]:
        """Select the fields of `Made` for every change to the codings with these ids,
        in order.
        """
        columns = (JOURNAL.c[name] for name in Made._fields)
        subjects = [f"coding:{each}" for each in codings]
        return (
            select(*columns)
            .where(JOURNAL.c.subject.in_(subjects))
            .order_by(JOURNAL.c.position)
        )

    # ------------------------------------------------------------ rows
    def _stored(
        self, table: FromClause, *where: ColumnElement[bool]
    ) -> Sequence[Values]:
        """Fetch rows as the driver gives them, for speed, with JSON as text."""
        columns = [_fetch_as_text(column) for column in table.columns]
        return self._raw(select(*columns).where(*where))

    def _each(self, query: Any) -> Iterator[Row]:
        result = self.connection.execute(query)
        names = tuple(result.keys())
        return (dict(zip(names, row, strict=True)) for row in result)

    def _raw(self, query: Any) -> list[tuple[Any, ...]]:
        """Fetch the driver's own rows: converting them to SQLAlchemy's would take twice
        as long.
        """
        driver_error = self.connection.dialect.loaded_dbapi.Error
        with closing(self.connection.execute(query)) as result:
            cursor: Any = result.cursor
            try:
                rows: list[tuple[Any, ...]] = cursor.fetchall()
            except (
                driver_error
            ) as error:  # wrapped as SQLAlchemy, which is bypassed here, would do
                raise DBAPIError.instance(None, None, error, driver_error) from error
        return rows

    def _column(self, query: Any) -> list[Any]:
        return list(self.connection.execute(query).scalars())

    def _value(self, query: Any) -> Any:
        """Return the first column of the first row, None if there is no row."""
        return self.connection.execute(query).scalar()


def newest_corrections(rows: Iterable[Row]) -> dict[str, Correction]:
    """Return article id → the correction with the highest version among some rows."""
    newest: dict[str, Correction] = {}
    for row in rows:
        correction = convert.item(Correction, row)
        known = newest.get(correction.article)
        if known is None or known.version < correction.version:
            newest[correction.article] = correction
    return newest


def _correct(
    article: Article, correction: Correction | None, length: int | None = None
) -> Article:
    """Return an article with the text of its newest correction, if it has one.

    length: of the beginning of the text, in code points, if only that is wanted.
    """
    if correction is None:
        return article
    return replace(
        article,
        text=correction.text[:length],
        boilerplate=correction.boilerplate,
        version=correction.version,
    )
