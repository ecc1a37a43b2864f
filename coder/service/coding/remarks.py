"""Remarks on coders' work on an article: signed and timestamped; an answer has the
place of its remark.

Among the remarks on a field, the comment that the coder wrote in the coding itself
comes first.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.grouping import grouped
from coder.model import COMMENT, FLAG, QUESTION, SKIP, Coding, Remark
from coder.service.edits.answer_edits import Comment
from coder.service.edits.context import refuse_unstorable
from coder.service.project.opened import Project

if TYPE_CHECKING:
    from coder.service.coding.session import CodingSession

Place: TypeAlias = tuple[str, str, str, int, int]
"""Coder, event id, field id, and start and end of a text range, as in `Remark.place`.
"""


class Talk(Struct, frozen=True):
    """All remarks on one place, oldest first; empty for a place where one may be
    started.
    """

    place: Place
    said: tuple[Remark, ...] = ()

    @property
    def coder(self) -> str:
        """The coder whose work it is about."""
        return self.place[0]

    @property
    def event(self) -> str:
        """The id of the event, "" for the article's own record."""
        return self.place[1]

    @property
    def field(self) -> str:
        """The id of the field, "" for the event or the article as a whole."""
        return self.place[2]

    @property
    def stretch(self) -> tuple[int, int]:
        """The range of code points in the article, (0, 0) for none."""
        return self.place[3:]


class Remarks:
    """The remarks on the given codings of an article, and all questions, as one person
    sees them.
    """

    has_all_questions = True
    """Whether the questions on other codings belong to them, too."""

    def __init__(
        self,
        project: Project,
        article: str,
        person: str,
        codings: Callable[[], Sequence[Coding]],
    ) -> None:
        self.project = project
        self.article = article
        self.person = person
        self.codings = codings
        coders = {coding.coder for coding in codings()}
        with project.store.read() as queries:
            said = queries.remarks(article)
        asked = {
            each.place
            for each in said
            if each.kind == QUESTION and self.has_all_questions
        }
        self.all = [
            each for each in said if each.coder in coders or each.place in asked
        ]

    @property
    def stretches(self) -> frozenset[int]:
        """The code points where the text ranges with remarks begin."""
        return frozenset(each.start for each in self.all if each.end)

    @property
    def fields(self) -> frozenset[tuple[str, str]]:
        """The fields with remarks, each with its event before it, or "" for the
        article's own record.
        """
        return frozenset((each.event, each.field) for each in self.all if each.field)

    def at(self, place: Place) -> list[Remark]:
        """Return the remarks on a place, oldest first."""
        return [each for each in self.all if each.place == place and each.text]

    def text_to_edit(self, _place: Place) -> str:
        """Return the text with which writing begins: none, as a supervisor's answers
        are all kept.
        """
        return ""

    def own(self, place: Place) -> str:
        """Return the person's own last remark on a place, as typed; "" once somebody
        has answered it.
        """
        last = self._own_last(place)
        if last is None:
            return ""
        return f"? {last.text}" if last.kind == QUESTION else last.text

    def _own_last(self, place: Place) -> Remark | None:
        remarks = self.at(place)
        return remarks[-1] if remarks and remarks[-1].by == self.person else None

    def say(self, place: Place, text: str) -> None:
        """Write a remark on a place, or with an empty text remove the person's own last
        one.

        A text that begins with a question mark is a question on the codebook. Returns
        once the remark is written. Raises CoderError if it cannot be stored; then
        nothing has changed.
        """
        kind, text = kind_and_text(text)
        before = None
        if self.text_to_edit(place) or not text:
            before = self._own_last(place)
        after = None
        if before is not None and before.kind in (FLAG, SKIP):
            after = replace(before, text=text)
        elif before is not None and text:
            after = replace(before, text=text, kind=kind)
        elif text:
            after = made(self.article, place, self.person, text, kind)
        if before == after:
            return
        written = write(self.project, self.person, before, after)
        self.all = [each for each in self.all if each != before]
        if written is not None:
            self.all.append(written)

    def talks(self, begun: Iterable[Place] = ()) -> list[Talk]:
        """Return all remarks by place; the places in `begun` come first, even if they
        have no remarks.
        """
        comments = [remark for coding in self.codings() for remark in _comments(coding)]
        by_place = grouped(
            (remark.place, remark) for remark in (*comments, *self.all) if remark.text
        )
        return [
            Talk(place, tuple(by_place.get(place, ())))
            for place in dict.fromkeys((*begun, *by_place))
        ]


class OwnRemarks(Remarks):
    """The remarks on a coder's own coding: while it is open, a comment on a field is
    stored in the coding.

    Once there are remarks on the field, comments become remarks too, as questions
    always do: a question can be answered before the coding is submitted.
    """

    has_all_questions = False

    def __init__(self, session: CodingSession) -> None:
        super().__init__(
            session.project, session.article.id, session.coder, lambda: [session.coding]
        )
        self.session = session
        session.remarked = lambda: {each.event for each in self.all}

    def text_to_edit(self, place: Place) -> str:
        """Return the coder's own last comment there, which is replaced as long as
        nobody has answered it.
        """
        return self.own(place)

    def own(self, place: Place) -> str:
        if not self._in_coding(place):
            return super().own(place)
        _, event_id, field_id, *_ = place
        holder = self.session.coding.event(event_id) or self.session.coding
        return holder.answer(field_id).comment

    def say(self, place: Place, text: str) -> None:
        is_question = kind_and_text(text)[0] == QUESTION
        is_in_coding = self._in_coding(place) and bool(
            self.own(place) or not is_question
        )
        if is_question or not is_in_coding:
            super().say(place, text)
        if is_in_coding:  # only now: where the question is refused, the comment stays
            _, event_id, field_id, *_ = place
            codebook = self.session.codebook
            field = (
                codebook.event_field(field_id)
                if event_id
                else codebook.article_field(field_id)
            )
            self.session.do(
                Comment(event_id, field, "" if is_question else text.strip())
            )

    def _in_coding(self, place: Place) -> bool:
        return bool(place[2]) and not self.session.submitted and not self.at(place)


def _comments(coding: Coding) -> Iterator[Remark]:
    """Yield the comments on fields that are stored in a coding itself."""
    for event, fields in coding.records:
        for field, answer in fields.items():
            if text := answer.comment:
                yield Remark(
                    coding.article,
                    coding.coder,
                    "",
                    coding.coder,
                    "",
                    text,
                    COMMENT,
                    event,
                    field,
                )


def kind_and_text(typed: str) -> tuple[str, str]:
    """Return the kind and text of a typed remark: a question if it begins with a
    question mark.
    """
    words = typed.strip()
    return (
        (QUESTION, words[1:].strip()) if words[:1] in ("?", "؟") else (COMMENT, words)
    )


def made(article: str, place: Place, by: str, text: str, kind: str = COMMENT) -> Remark:
    """Return a new remark with a new id; its time is set when it is written."""
    coder, event, field, start, end = place
    return Remark(
        article, coder, uuid.uuid4().hex, by, "", text, kind, event, field, start, end
    )


def write(
    project: Project, person: str, before: Remark | None, after: Remark | None
) -> Remark | None:
    """Add (before is None), change or remove (after is None) a remark; return it with
    its time.
    """
    remark = after or before
    if remark is None:
        return None
    refuse_unstorable(remark.text)
    action = "made" if before is None else "changed" if after is not None else "removed"
    with project.store.begin(person) as work:
        after = after and replace(after, at=work.now())
        work.remark(before, after, f"{remark.kind}.{action}")
    return after
