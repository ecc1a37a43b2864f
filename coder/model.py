"""The things people talk about, as frozen values: articles, candidates, spans, events, codings, gold.

Offsets `start`, `end` are code points of `Article.text`, half-open.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from operator import is_
from typing import Any, TypeAlias, TypeVar

_Value = TypeVar("_Value")
Json: TypeAlias = Any
"""A value of a field: whatever JSON holds; its shape follows the field's type in the codebook."""

GOLD = "gold"  # the coder name under which a supervisor's decisions are kept
RULES = "rules"  # the name under which the built-in suggester's candidates are kept
IMPORTED = "import"  # with which the origin of candidates from other tools begins, which no reading removes
ROLES = ("coder", "supervisor")
TRAINING = "training"
COMMENT, FLAG, SKIP, QUESTION = REMARKS = ("comment", "flag", "skip", "question")
"""What a remark is: words; that an article is to be looked at; that the coder puts it off; that the codebook
is unclear."""
STAGES = (TRAINING, "calibration", "production")
AGREED, MAJORITY, TRUSTED, SINGLE = POLICIES = ("agreed", "majority", "trusted", "single")
"""What makes gold without a decision: the reason of each value that it made."""


class Blank(StrEnum):
    """Why a field holds no value: nobody looked, the article is silent, or the question does not arise."""

    MISSING = "missing"
    NOT_STATED = "not_stated"
    NOT_APPLICABLE = "not_applicable"


class Decision(StrEnum):
    """What a coder did with a candidate."""

    CONFIRMED = "confirmed"
    EDITED = "edited"
    REJECTED = "rejected"


class Verdict(StrEnum):
    """What was decided about a term for everybody; taught: by gold, before a packet was made."""

    PROMOTED = "promoted"
    VETOED = "vetoed"
    TAUGHT = "taught"


class Status(StrEnum):
    """How far a coding has come."""

    OPEN = "open"
    SUBMITTED = "submitted"


METADATA = ("title", "outlet", "published", "url", "language", "author")
"""What is known of an article beside its text, by the names that every project has."""
_LINE = re.compile("[^\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")  # by what str.splitlines goes by


@dataclass(frozen=True, slots=True)
class Article:
    """One document; its text is never altered. boilerplate: sorted stretches, as half-open offsets.

    metadata: what came with it, by the names in METADATA and a project's own; `published` begins with an ISO
    day wherever it could be read.
    """

    id: str
    text: str
    source: str = ""
    boilerplate: tuple[tuple[int, int], ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def published(self) -> date | None:
        """The day on which it came out, as it was written where it came out; None where nothing tells."""
        try:
            return date.fromisoformat(self.metadata.get("published", "")[:10])
        except ValueError:
            return None

    @property
    def imprint(self) -> tuple[str, ...]:
        """When it came out, where, and who wrote it, as far as that is known."""
        day = self.published.isoformat() if self.published else self.metadata.get("published", "")
        return tuple(filter(None, (day, *(self.metadata.get(name, "") for name in ("outlet", "author")))))

    @property
    def headline(self) -> str:
        """What people know it by: its title, or the first words that are no boilerplate and more than one."""
        if title := self.metadata.get("title"):
            return title
        for line in _LINE.finditer(self.text):
            inside = any(first <= line.start() < end for first, end in self.boilerplate)
            if not inside and " " in line[0].strip():
                return line[0].strip()
        return self.id

    @property
    def text_sha256(self) -> str:
        """The fingerprint that ties a coding to exactly this text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that the suggester proposes; score: 0 to 1; origin: the rule or lexicon entry behind it."""

    id: str
    kind: str
    start: int
    end: int
    quote: str
    value: Json = None
    origin: str = ""
    score: float = 1.0

    @property
    def stretch(self) -> tuple[str, int, int]:
        """What is marked as what: kind, first code point, and the one behind the last."""
        return self.kind, self.start, self.end


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that a coder confirmed, edited, drew or rejected (then `decision` says so)."""

    id: str
    kind: str
    start: int
    end: int
    quote: str
    value: Json = None
    decision: Decision | None = None
    candidate: str = ""
    reason: str = ""

    @property
    def stretch(self) -> tuple[str, int, int]:
        """What is marked as what: kind, first code point, and the one behind the last."""
        return self.kind, self.start, self.end


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one decision on a stretch teaches.

    where: article and half-open code points, None where one may not know them. kept: it stands, or else was
    rejected. proposed: a rule proposes exactly this stretch by itself. given: field → value that rests on a
    stretch without a value.
    """

    kind: str
    quote: str
    where: tuple[str, int, int] | None
    kept: bool
    proposed: bool
    value: Json = None
    given: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision about a term of a span kind that stands whatever was counted; text as it was written."""

    kind: str
    text: str
    verdict: Verdict
    value: Json = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one field holds: a value or a blank, with the ids of the spans that support it.

    proposed: put there by the tool and not yet confirmed; it counts as missing.
    taken_from, reason, by: for gold, whose value it is, why it was taken and who decided.
    """

    value: Json = None
    blank: Blank | None = None
    evidence: tuple[str, ...] = ()
    comment: str = ""
    proposed: bool = False
    taken_from: tuple[str, ...] = ()
    reason: str = ""
    by: str = ""

    @property
    def coded(self) -> bool:
        """Whether the coder gave a value (a blank or a proposal is not one)."""
        return self.blank is None and not self.proposed

    @property
    def state(self) -> str:
        """`coded`, or the name of the blank; a proposal is still `missing`."""
        if self.proposed:
            return Blank.MISSING.value
        return self.blank.value if self.blank is not None else "coded"


MISSING = Answer(blank=Blank.MISSING)


@dataclass(frozen=True, slots=True)
class Event:
    """One coded event: field id → answer. A field that is not in `fields` is missing."""

    id: str
    fields: Mapping[str, Answer] = field(default_factory=dict)

    def answer(self, name: str) -> Answer:
        """The answer to one field, `MISSING` where there is none."""
        return self.fields.get(name, MISSING)

    def with_answer(self, name: str, answer: Answer | None) -> Event:
        """This event with one field answered anew, or cleared when answer is None."""
        fields = {k: v for k, v in self.fields.items() if k != name}
        if answer is not None:
            fields[name] = answer
        return replace(self, fields=fields)


def when_in_words(at: str) -> str:
    """A moment as clocks here show it, to the minute."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}" if at else ""


def event_number(event_id: str) -> str:
    """An event as people know it: by its number alone, whether it is a coder's, gold's or several aligned."""
    number = event_id[1:]
    return number if event_id[:1] in ("e", "g", "c") and number.isdecimal() else event_id


@dataclass(frozen=True, slots=True)
class Coding:
    """All of one coder's work on one article."""

    article: str
    text_sha256: str
    codebook: str
    coder: str
    status: Status = Status.OPEN
    answers: Mapping[str, Answer] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def id(self) -> str:
        """`article/coder`: one coder has one coding of one article."""
        return f"{self.article}/{self.coder}"

    def answer(self, name: str) -> Answer:
        """The answer to one article field, `MISSING` where there is none."""
        return self.answers.get(name, MISSING)

    def span(self, span_id: str) -> Span | None:
        """The span of that id, if it exists."""
        return next((s for s in self.spans if s.id == span_id), None)

    @property
    def every_answer(self) -> list[Answer]:
        """All answers as they are stored: those about the article, then those of its events."""
        return [*self.answers.values(), *(a for event in self.events for a in event.fields.values())]

    def event(self, event_id: str) -> Event | None:
        """The event of that id, if it exists."""
        return next((e for e in self.events if e.id == event_id), None)

    def with_event(self, event: Event) -> Coding:
        """This coding with the event put in place of the one of its id, or added at the end."""
        if self.event(event.id) is None:
            return replace(self, events=(*self.events, event))
        return replace(self, events=tuple(event if e.id == event.id else e for e in self.events))

    def with_span(self, span: Span) -> Coding:
        """This coding with the span put in place of the one of its id, or added at the end."""
        if self.span(span.id) is None:
            return replace(self, spans=(*self.spans, span))
        return replace(self, spans=tuple(span if s.id == span.id else s for s in self.spans))

    def with_answer(self, name: str, answer: Answer | None) -> Coding:
        """This coding with one article field answered anew, or cleared when answer is None."""
        answers = {k: v for k, v in self.answers.items() if k != name}
        if answer is not None:
            answers[name] = answer
        return replace(self, answers=answers)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Events of different coders that are the same event.

    members: (coder, event id), at most one per coder, sorted. gold: the id of the gold event made of
    it, empty while undecided or rejected. rejected: the reason code with which it was thrown out.
    """

    id: str
    article: str
    members: tuple[tuple[str, str], ...]
    gold: str = ""
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody says about a place in a coder's work on an article; an answer has the same place.

    event, field: their ids, "" for none; start, end: code points of the article, 0 and 0 for none. With none
    of them it is about the article. kind: one of REMARKS; a flag or a skip may have no text. at: when it was
    written, ISO 8601.
    """

    article: str
    coder: str
    id: str
    by: str
    at: str
    text: str
    kind: str = COMMENT
    event: str = ""
    field: str = ""
    start: int = 0
    end: int = 0

    @property
    def place(self) -> tuple[str, str, str, int, int]:
        """What it is about, and with which others it stands: whose coding, and where in it."""
        return self.coder, self.event, self.field, self.start, self.end


def differing(before: Sequence[_Value], after: Sequence[_Value]) -> tuple[list[_Value], list[_Value]]:
    """What only the first and only the second holds, as the very same object: a change leaves all else."""
    if before is after:
        return [], []
    first = _alike(before, after)
    before, after = before[first:], after[first:]
    last = _alike(before[::-1], after[::-1])
    before, after = before[: len(before) - last], after[: len(after) - last]
    both = set(map(id, before)) & set(map(id, after))
    gone, come = ([each for each in part if id(each) not in both] for part in (before, after))
    return gone, come


def _alike(one: Sequence[_Value], other: Sequence[_Value]) -> int:
    """How many of the first values are the very same."""
    same = [*map(is_, one, other)]
    return same.index(False) if False in same else len(same)
