"""Carries a coding over to a corrected version of its text."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from coder.model import Answer, Article, Coding, Remark, Span, Status
from coder.text.text_change import TextChange


class CarriedCoding(NamedTuple):
    """A coding on the new version of its text, and the spans whose words changed.

    lost: as they were on the old version. They are not in the new coding, and no answer
    has them as evidence.
    """

    coding: Coding
    lost: tuple[Span, ...]


def carry_coding(coding: Coding, change: TextChange, article: Article) -> CarriedCoding:
    """Move each span to the place of its words in the new text.

    A submitted coding is open again if a span that stands was lost; losing a rejected
    one asks nothing of its coder. article: with the new text.
    """
    moved: list[Span] = []
    lost: list[Span] = []
    for span in coding.spans:
        place = change.move(span.start, span.end)
        if place is None:
            lost.append(span)
            continue
        start, end = place
        candidate = _move_candidate(span.candidate, change)
        moved.append(replace(span, start=start, end=end, candidate=candidate))
    lost_ids = {span.id for span in lost}
    standing = {span.id for span in coding.standing}
    status = Status.OPEN if lost_ids & standing else coding.status
    carried = replace(
        coding,
        text_sha256=article.text_sha256,
        status=status,
        spans=tuple(moved),
    ).with_each_answer(lambda answer: _move_evidence(answer, lost_ids, change))
    return CarriedCoding(carried, tuple(lost))


def _move_evidence(answer: Answer, lost: set[str], change: TextChange) -> Answer:
    """Return an answer without lost spans; a proposal's evidence may be candidates."""
    kept = tuple(each for each in answer.evidence if each not in lost)
    if answer.proposed:
        kept = tuple(_move_candidate(each, change) for each in kept)
    return replace(answer, evidence=kept)


def _move_candidate(candidate_id: str, change: TextChange) -> str:
    """Return the id that a candidate has in the new text: it names kind and offsets.

    An id of another form, and that of a candidate whose words changed, stays.
    """
    kind, _, place = candidate_id.rpartition(":")
    start, _, end = place.partition("-")
    if not (kind and start.isdecimal() and end.isdecimal()):
        return candidate_id
    moved = change.move(int(start), int(end))
    return candidate_id if moved is None else f"{kind}:{moved[0]}-{moved[1]}"


def carry_remark(remark: Remark, change: TextChange) -> Remark:
    """Move a remark about words to their place; without them it is about the article."""
    if not remark.end:
        return remark
    start, end = change.move(remark.start, remark.end) or (0, 0)
    return replace(remark, start=start, end=end)
