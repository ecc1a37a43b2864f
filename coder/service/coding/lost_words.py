"""What a correction of the text took from a coding, for its coder to look at."""

from __future__ import annotations

from coder.codebook.validate import Problem
from coder.messages.catalogue import Message
from coder.model import Article, Coding
from coder.revisions.recode import LOOK_AGAIN
from coder.store.queries import Queries


def find_lost_words(
    queries: Queries, coding: Coding, article: Article
) -> tuple[Problem, ...]:
    """Return a problem for each field that lost words as evidence since the coding was
    last submitted, and for each span that was evidence of none.
    """
    if article.version == 1 or coding.is_submitted:
        return ()
    found = []
    for span, fields in queries.lost_spans(f"coding:{coding.id}"):
        what = Message("coding.lost_words", words=span.quote)
        for event, field in fields or [("", "")]:
            problem = Problem(LOOK_AGAIN, "warning", event or None, field or None, what)
            found.append(problem)
    return tuple(found)


def is_unanswered(problem: Problem, coding: Coding) -> bool:
    """Return whether a field that lost its words has no evidence yet; always for a
    span that was evidence of none.
    """
    if problem.field is None:
        return True
    record = coding if problem.event_id is None else coding.event(problem.event_id)
    if record is None:  # the event was deleted
        return False
    return not record.answer(problem.field).evidence
