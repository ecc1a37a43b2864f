"""The gold as a list, and where each of its values comes from: who, when, why, and out of which coding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.adjudicate.resolve import ARTICLE, Row, span_class
from coder.codebook.schema import Field
from coder.codebook.validate import STRETCH
from coder.errors import CoderError
from coder.model import GOLD, POLICIES, Answer, Cluster, Coding
from coder.service.delivery.sign_off import in_sample, signatures
from coder.service.project.adjudicated import found_of, state_from
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.store import journal
from coder.store.journal import Change, Entry
from coder.store.queries import Queries

BY_HAND = "decided"  # what a supervisor decided, beside the names of policies


@dataclass(frozen=True, slots=True)
class GoldLine:
    """One article's gold. values: how many each policy made, and how many were decided by hand.

    to_sign: whether a second supervisor is to sign it; signed: who has, "" for nobody.
    """

    article: str
    status: str
    events: int
    values: Mapping[str, int]
    to_sign: bool
    signed: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one gold value comes from; event: "" for the article.

    at: when it became what it is. versions: of each coder whose answer it is, the entry of the journal at
    which their coding was then; `reason` and `by` stand in the answer. spans: of a stretch of the text how it
    is marked, one of SPANS.
    """

    event: str
    field: str
    answer: Answer
    asks: Field | None
    at: str
    versions: Mapping[str, int]
    spans: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that is none: by whom and when its cluster was rejected, and why."""

    cluster: Cluster
    by: str
    at: str


def gold_lines(project: Project) -> Iterator[GoldLine]:
    """All gold in the order of articles."""
    share = project.config.gold.sign_off
    with project.store.read() as queries:
        queries.expect_all()
        signed = signatures(queries)
        for gold in queries.codings_of([h for h in queries.coding_heads() if h.coder == GOLD]):
            reasons = (answer.reason for _, _, answer in _answers(gold))
            values = Counter(reason if reason in POLICIES else BY_HAND for reason in reasons)
            to_sign, who = in_sample(gold.article, share), signed.get(gold.article, "")
            yield GoldLine(gold.article, gold.status.value, len(gold.events), dict(values), to_sign, who)


def origins(project: Project, article: str) -> tuple[Coding, list[Origin], list[Rejected]]:
    """An article's gold, where its values come from, and what was rejected; CoderError where it has none."""
    article_id = project.article(article).id
    with project.store.read() as queries:
        gold = queries.gold(article_id)
        if gold is None:
            raise CoderError("gold.none", article=article_id)
        book = project.revision(queries, gold.codebook, gold.id)
        fields = {field.id: field for field in (*book.article_fields, *book.event_fields)}
        order = {name: place for place, name in enumerate(fields)}
        subjects = (f"coding:{gold.id}", f"gold:{article_id}")  # as it was imported, and what was decided
        made: dict[tuple[str, ...], Entry] = {}
        for subject in subjects:
            made |= _made([*queries.entries(subject=subject)])
        places: dict[str, Sequence[tuple[int, int]]] = {}
        found, stretches = [], _stretches(project, queries, article_id)
        for event, name, answer in _answers(expect_sound(gold, book), order):
            entry = made[gold.id, event, name]
            versions = {}
            for coder in answer.taken_from:
                if coder not in places:
                    places[coder] = _places(queries, f"coding:{article_id}/{coder}")
                if before := [version for version, at in places[coder] if at < entry.position]:
                    versions[coder] = before[-1]
            asks, how = fields.get(name), ""
            if not event and name in stretches:
                asks, how = stretches[name].field, span_class(stretches[name])
            found.append(Origin(event, name, answer, asks, entry.at, versions, how))
        rejected = [
            Rejected(each, entry.person, entry.at)
            for each in queries.clusters(article_id)
            if each.rejected and (entry := made[article_id, each.id])
        ]
    return gold, found, rejected


def _stretches(project: Project, queries: Queries, article: str) -> dict[str, Row]:
    """The stretches of the text that are decided, by their names; none where codings cannot be compared."""
    found = found_of(queries, [article])[article]
    if found.revisions:
        return {}
    state = state_from(project, queries, found, alone=True)
    rows = state.rows(ARTICLE) if state is not None else ()
    return {row.field.id: row for row in rows if row.field.id.startswith(STRETCH)}


def _answers(gold: Coding, order: Mapping[str, int] | None = None) -> Iterator[tuple[str, str, Answer]]:
    """Event, field and answer, the article's first, stretches as in the text; order: places of fields."""
    places = order or {}

    def place(name: str) -> tuple[int, list[int], str]:
        return places.get(name, len(places)), [*map(int, re.findall(r"\d+", name))], name

    for event, answers in (("", gold.answers), *((event.id, event.fields) for event in gold.events)):
        for name in sorted(answers, key=place):
            yield event, name, answers[name]


def _places(queries: Queries, subject: str) -> list[tuple[int, int]]:
    return [(entry.version, entry.position) for entry in queries.entries(subject=subject)]


def _made(entries: Sequence[Entry]) -> dict[tuple[str, ...], Entry]:
    """By its key, the entry that made each answer what it is, or rejected a cluster or took that back.

    What was undone made nothing.
    """
    made: dict[tuple[str, ...], Entry] = {}
    before: dict[int, dict[tuple[str, ...], Entry | None]] = {}
    for entry in entries:
        turned = entries[entry.undoes - 1] if entry.undoes else entry
        for change in filter(_decides, entry.changes):
            was = made.pop(change.key, None)
            if entry.what == journal.UNDO:
                then = before.get(turned.version, {}).get(change.key)
            else:
                before.setdefault(turned.version, {})[change.key] = was
                then = turned
            if change.after is not None and then is not None:
                made[change.key] = then
    return made


def _decides(change: Change) -> bool:
    before, after = change.before or {}, change.after or {}
    is_of_cluster = change.table == "cluster" and before.get("rejected") != after.get("rejected")
    return change.table == "answer" or is_of_cluster
