"""What is adjudicated together: an article's submitted codings, how their events are clustered, its gold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from coder.adjudicate.resolve import Adjudication, up_to_date
from coder.errors import CoderError
from coder.model import GOLD, SINGLE, TRAINING, Cluster, Coding, Status
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.store.merge import original
from coder.store.queries import CodingHead, Queries


def expect_state(project: Project, queries: Queries, article: str) -> Adjudication:
    """The adjudication of an article; raises CoderError, which says why, where there is none."""
    if revisions := revisions_of(heads_of(queries, article)):
        raise CoderError("review.several_revisions", article=article, revisions=revisions)
    if (state := state_of(project, queries, article)) is None:
        raise CoderError("review.fewer_than_two", article=article)
    return state


def state_of(project: Project, queries: Queries, article: str, *, alone: bool = False) -> Adjudication | None:
    """The adjudication as stored, or a fresh one; None with fewer than two submitted, trainees' aside.

    One is enough where gold was made of it, or where it is to be made: `alone`.
    """
    heads = heads_of(queries, article)
    codings = list(queries.codings_of([head for head in heads if head.coder != GOLD]))
    found, gold = queries.article(article), queries.gold(article)
    if not codings or found is None or (len(codings) < 2 and not alone and not _is_of_one(gold)):
        return None
    book = project.revision(queries, codings[0].codebook, codings[0].id)
    codings = [expect_sound(coding, book) for coding in codings]

    def align() -> list[Cluster]:
        from coder.agreement.comparison import aligned  # numpy: not needed for what is kept

        return aligned(codings, book)

    clusters = up_to_date(queries.clusters(article), codings, align)
    state = Adjudication.begin(book, codings, clusters, found, spans=project.config.gold.spans)
    return state if gold is None else replace(state, gold=expect_sound(gold, book))


def _is_of_one(gold: Coding | None) -> bool:
    """Whether a single coding became gold."""
    answers = [*gold.answers.values(), *(a for e in gold.events for a in e.fields.values())] if gold else []
    return any(answer.reason == SINGLE for answer in answers)


def heads_of(queries: Queries, article: str) -> list[CodingHead]:
    """The codings that are adjudicated together, and the gold."""
    return not_trainees(queries, queries.coding_heads(article), article)


def not_trainees(
    queries: Queries, heads: Iterable[CodingHead], article: str | None = None
) -> list[CodingHead]:
    """The submitted codings by others than trainees, and the gold."""
    assigned = queries.assignments(article_id=article)
    trainees = {(each.article, each.coder) for each in assigned if each.stage == TRAINING}
    return [
        head
        for head in heads
        if (head.coder == GOLD or head.status == Status.SUBMITTED.value)
        and (head.article, original(head.coder)) not in trainees
    ]


def revisions_of(heads: Sequence[CodingHead]) -> str:
    """The codebooks of what is adjudicated together, "" if it is the same one or there is one coder."""
    refs = sorted({head.codebook for head in heads})
    coders = {head.coder for head in heads} - {GOLD}
    return ", ".join(refs) if len(coders) > 1 and len(refs) > 1 else ""
