"""What is said about coders' work on an article: signed, with its time, and answered in the same place.

A field's comment in a coding, which its coder wrote, stands first among what is said about the field.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from coder.model import COMMENT, FLAG, QUESTION, SKIP, Coding, Remark
from coder.service.edits.answer_edits import Comment
from coder.service.edits.edits import refuse_unstorable
from coder.service.project.opened import Project

if TYPE_CHECKING:
    from coder.service.coding.session import CodingSession

Place: TypeAlias = tuple[str, str, str, int, int]
"""Whose coding, and in it an event, a field and a stretch, as `Remark.place`."""


@dataclass(frozen=True, slots=True)
class Talk:
    """All that is said about one place, oldest first; nothing yet where somebody may begin."""

    place: Place
    said: tuple[Remark, ...] = ()

    @property
    def coder(self) -> str:
        """Whose work it is about."""
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
        """Code points of the article, 0 and 0 for none."""
        return self.place[3:]


class Remarks:
    """What one person sees of what is said about an article's codings, of these and no others."""

    def __init__(
        self, project: Project, article: str, person: str, codings: Callable[[], Sequence[Coding]]
    ) -> None:
        self.project, self.article, self.person, self.codings = project, article, person, codings
        coders = {coding.coder for coding in codings()}
        with project.store.read() as queries:
            self.all = [each for each in queries.remarks(article) if each.coder in coders]

    @property
    def stretches(self) -> frozenset[int]:
        """Where the stretches begin about which something is said."""
        return frozenset(each.start for each in self.all if each.end)

    def at(self, place: Place) -> list[Remark]:
        """What is said about a place, oldest first."""
        return [each for each in self.all if each.place == place and each.text]

    def own(self, place: Place) -> str:
        """One's own last word about a place, as it is typed; it may be changed until somebody answers."""
        last = self._own_last(place)
        if last is None:
            return ""
        return f"? {last.text}" if last.kind == QUESTION else last.text

    def _own_last(self, place: Place) -> Remark | None:
        said = self.at(place)
        return said[-1] if said and said[-1].by == self.person else None

    def say(self, place: Place, text: str) -> None:
        """Say something about a place, in place of one's own last word; an empty text takes that away.

        Words behind a question mark are a question on the codebook. Returns when it is written. Raises
        CoderError where it cannot be kept; then nothing has changed.
        """
        before, (kind, text) = self._own_last(place), kind_and_words(text)
        after = None
        if before is not None and before.kind in (FLAG, SKIP):
            after = replace(before, text=text)
        elif text:
            new = made(self.article, place, self.person, text, kind)
            after = replace(before, text=text, kind=kind) if before is not None else new
        if before == after:
            return
        written = write(self.project, self.person, before, after)
        self.all = [each for each in self.all if each != before] + ([written] if written else [])

    def talks(self, begun: Iterable[Place] = ()) -> list[Talk]:
        """Everything that is said, by place; first the places in `begun`, whether or not it is anything."""
        found: dict[Place, list[Remark]] = {place: [] for place in begun}
        for coding in self.codings():
            of = [("", coding.answers), *((event.id, event.fields) for event in coding.events)]
            for event, fields in of:
                for field, answer in fields.items():
                    if answer.comment:
                        told = Remark(
                            coding.article, coding.coder, "", coding.coder, "", answer.comment,
                            event=event, field=field,
                        )  # fmt: skip
                        found.setdefault(told.place, []).append(told)
        for each in self.all:
            if each.text:
                found.setdefault(each.place, []).append(each)
        return [Talk(place, tuple(said)) for place, said in found.items()]


class OwnRemarks(Remarks):
    """A coder's own: until somebody answers, a field's comment is part of a coding that is open.

    A question is not: it need not wait for the coding.
    """

    def __init__(self, session: CodingSession) -> None:
        super().__init__(session.project, session.article.id, session.coder, lambda: [session.coding])
        self.session = session
        session.remarked = lambda: {each.event for each in self.all}

    def own(self, place: Place) -> str:
        if not self._in_coding(place):
            return super().own(place)
        _, event_id, field_id, *_ = place
        holder = self.session.coding.event(event_id) or self.session.coding
        return holder.answer(field_id).comment

    def say(self, place: Place, text: str) -> None:
        asks = kind_and_words(text)[0] == QUESTION
        if self._in_coding(place) and (self.own(place) or not asks):
            _, event_id, field_id, *_ = place
            codebook = self.session.codebook
            field = codebook.event_field(field_id) if event_id else codebook.article_field(field_id)
            self.session.do(Comment(event_id, field, "" if asks else text.strip()))
            if not asks:
                return
        super().say(place, text)

    def _in_coding(self, place: Place) -> bool:
        return bool(place[2]) and not self.session.submitted and not self.at(place)


def kind_and_words(typed: str) -> tuple[str, str]:
    """What somebody types as a comment: a question on the codebook where a question mark is first."""
    words = typed.strip()
    return (QUESTION, words[1:].strip()) if words[:1] in ("?", "؟") else (COMMENT, words)


def made(article: str, place: Place, by: str, text: str, kind: str = COMMENT) -> Remark:
    """A new remark; its time is when it is written."""
    coder, event, field, start, end = place
    return Remark(article, coder, uuid.uuid4().hex, by, "", text, kind, event, field, start, end)


def write(project: Project, person: str, before: Remark | None, after: Remark | None) -> Remark | None:
    """A remark as it was and as it is now, None for none, into the database; gives it with its time."""
    about = after or before
    if about is None:
        return None
    refuse_unstorable(about.text)
    done = "made" if before is None else "changed" if after is not None else "removed"
    with project.store.begin(person) as work:
        after = after and replace(after, at=work.now())
        work.remark(before, after, f"{about.kind}.{done}")
    return after
