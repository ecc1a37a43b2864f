"""The list of gold, and the origin of each of its values: who, when, why, and from
which coding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct

from coder.adjudicate.resolve import ARTICLE, Row, classify_stretch
from coder.codebook.schema import Field
from coder.codebook.validate import STRETCH
from coder.errors import CoderError
from coder.model import Answer, Cluster, Coding, Event
from coder.service.project.adjudicated import load_adjudicated, state_from
from coder.service.project.deciding_entries import deciding_entries
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.service.project.sign_off import signatures, to_sign
from coder.service.project.told_gold import rejection, tell_golds
from coder.service.project.wrong_codings import read_sound
from coder.store.journal import Entry
from coder.store.queries import Queries


class GoldLine(Struct, frozen=True):
    """One article's gold. values: the number of values by how they came about, one of
    HOW.

    to_sign: whether a second supervisor must sign it; signed: who has, "" for nobody.
    imported_from: the file that it was imported from, `unknown` if that was not
    recorded, "" if it was made here.
    """

    article: str
    status: str
    events: int
    values: Mapping[str, int]
    to_sign: bool
    signed: str
    imported_from: str = ""


class Origin(Struct, frozen=True):
    """The origin of one gold value; event: "" for the article. The answer itself holds
    why, how and by whom.

    at: when it got its present value. versions: for each coder whose answer was taken,
    the journal version of their coding at that time. spans: for a range of the text,
    how coders marked it, one of SPANS.
    """

    event: str
    field: str
    answer: Answer
    asks: Field | None
    at: str
    versions: Mapping[str, int]
    spans: str = ""


class Rejected(Struct, frozen=True):
    """A rejected event: its cluster, and when it was rejected.

    answer: why, how and by whom, as of a gold value. event: as the first of its coders
    has it now; None if nobody has it.
    """

    cluster: Cluster
    answer: Answer
    at: str
    event: Event | None


def gold_lines(project: Project) -> Iterator[GoldLine]:
    """Yield a line for each article with gold, in article order."""
    share = project.config.gold.sign_off
    with project.store.read() as queries:
        queries.expect_all()
        signed = signatures(queries)
        heads = [head for head in queries.coding_heads() if head.is_gold]
        required = {*to_sign(queries, heads, share)}
        for gold in tell_golds(queries, heads):
            values = Counter(answer.how for answer in gold.every_answer)
            yield GoldLine(
                gold.article,
                gold.status.value,
                len(gold.events),
                dict(values),
                gold.article in required,
                signed.get(gold.article, ""),
                gold.source,
            )


def origins(
    project: Project, article: str
) -> tuple[Coding, list[Origin], list[Rejected]]:
    """Return an article's gold, its values' origins and its rejected events; CoderError
    if there is none.
    """
    article_id = project.article(article).id
    with project.store.read() as queries:
        heads = [h for h in queries.coding_heads([article_id]) if h.is_gold]
        gold = next(tell_golds(queries, heads), None)
        if gold is None:
            raise CoderError("gold.none", article=article_id)
        deciding: dict[tuple[str, ...], Entry] = {}
        # An import of the gold is an entry of its coding; decisions are entries of the
        # gold.
        for subject in (f"coding:{gold.id}", f"gold:{article_id}"):
            deciding |= deciding_entries(queries.entries(subject=subject))
        found = _origins_of_values(project, queries, gold, deciding)
        rejected = _find_rejected_events(project, queries, article_id, deciding)
    return gold, found, rejected


def _origins_of_values(
    project: Project,
    queries: Queries,
    gold: Coding,
    deciding: Mapping[tuple[str, ...], Entry],
) -> list[Origin]:
    """Return the origin of each value of the gold; deciding: its place → the entry that
    decided it.
    """
    codebook = project.revision(queries, gold.codebook, gold.id)
    fields = {field.id: field for field in codebook.fields}
    order = {name: index for index, name in enumerate(fields)}
    stretches = _stretches(project, queries, gold.article)
    positions: dict[str, list[tuple[int, int]]] = {}
    found = []
    for event, name, answer in _answers(expect_sound(gold, codebook), order):
        entry = deciding[gold.id, event, name]
        versions = {}
        for coder in answer.taken_from:
            if coder not in positions:
                entries = queries.entries(subject=f"coding:{gold.article}/{coder}")
                positions[coder] = [(each.version, each.position) for each in entries]
            for version, position in positions[coder]:
                if position < entry.position:
                    versions[coder] = version
        field = fields.get(name)
        marked_as = ""
        if not event and name in stretches:
            field = stretches[name].field
            marked_as = classify_stretch(stretches[name])
        found.append(Origin(event, name, answer, field, entry.at, versions, marked_as))
    return found


def _find_rejected_events(
    project: Project,
    queries: Queries,
    article: str,
    deciding: Mapping[tuple[str, ...], Entry],
) -> list[Rejected]:
    """Return an article's rejected events; deciding: (article, cluster) → the entry
    that rejected it.
    """
    heads = [h for h in queries.coding_heads([article]) if not h.is_gold]
    sound, _ = read_sound(project, queries, heads)
    codings = {coding.coder: coding for coding in sound}
    rejected = []
    for cluster in queries.clusters(article):
        if not cluster.rejected:
            continue
        entry = deciding[article, cluster.id]
        coded = None
        for coder, event_id in cluster.members:
            if coder in codings and coded is None:
                coded = codings[coder].event(event_id)
        answer = rejection(cluster, entry.person)
        rejected.append(Rejected(cluster, answer, entry.at, coded))
    return rejected


def _stretches(project: Project, queries: Queries, article: str) -> dict[str, Row]:
    """Return the rows of decided text ranges by field id; empty if codings cannot be
    compared.
    """
    found = load_adjudicated(project, queries, [article])[article]
    if found.revisions or found.waiting:
        return {}
    state = state_from(project, queries, found, alone=True)
    rows = state.rows(ARTICLE) if state is not None else ()
    return {row.field.id: row for row in rows if row.field.id.startswith(STRETCH)}


def _answers(
    gold: Coding, order: Mapping[str, int]
) -> Iterator[tuple[str, str, Answer]]:
    """Yield (event id, field id, answer), the article first; order: field id → index in
    the codebook.

    Fields that are ranges of the text come last, in text order.
    """

    def position(name: str) -> tuple[int, list[int], str]:
        return order.get(name, len(order)), [*map(int, re.findall(r"\d+", name))], name

    for event, answers in gold.records:
        for name in sorted(answers, key=position):
            yield event, name, answers[name]
