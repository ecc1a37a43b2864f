"""What a correction of the text took from a coding, for its coder to look at."""

from __future__ import annotations

from coder.codebook.validate import Problem
from coder.messages.catalogue import Message
from coder.model import Article, Coding
from coder.revisions.recode import LOOK_AGAIN
from coder.store.queries import Queries


class LostWords(Problem, frozen=True):
    """Words that were evidence; evidence: what was left of the field's."""

    evidence: tuple[str, ...] = ()

    def is_unchanged(self, coding: Coding) -> bool:
        """Return whether nothing was done about it: the field's evidence is still what
        was left.
        """
        if self.field is None:
            return True  # a span that was evidence of nothing
        record = coding if self.event_id is None else coding.event(self.event_id)
        return record is not None and (
            record.answer(self.field).evidence == self.evidence
        )


def find_lost_words(
    queries: Queries, coding: Coding, article: Article
) -> tuple[LostWords, ...]:
    """Return the words that a coding lost since it was last submitted, for each field
    of which they were evidence.
    """
    if article.version == 1 or coding.is_submitted:
        return ()
    found = []
    for span, answers in queries.lost_spans(f"coding:{coding.id}"):
        what = Message("coding.lost_words", words=span.quote)
        for event, field, left in answers or [("", "", ())]:
            problem = LostWords(
                LOOK_AGAIN, "warning", event or None, field or None, what, evidence=left
            )
            found.append(problem)
    return tuple(found)
