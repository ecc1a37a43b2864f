"""The domain model as frozen values: articles, candidates, spans, events, codings,
gold.

Offsets `start`, `end` are code points of `Article.text`, half-open.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias, TypeVar, get_args

from msgspec import Struct, field
from msgspec.structs import replace

_Item = TypeVar("_Item", bound="Event | Span")
Json: TypeAlias = Any
"""A value of a field: any JSON value; its shape follows from the field's type in the
codebook.
"""

GOLD = "gold"  # the coder name under which a supervisor's decisions are stored
RULES = "rules"  # the name under which the built-in suggester's candidates are stored
# prefix of the origin of candidates from other tools, which rerunning suggesters keeps
IMPORTED = "import"
ROLES = ("coder", "supervisor")
TRAINING = "training"
COMMENT = "comment"
FLAG = "flag"
SKIP = "skip"
QUESTION = "question"
REMARKS = (COMMENT, FLAG, SKIP, QUESTION)
"""The kinds of remarks: a comment; a request to look at the article; the coder
postpones the article; a question about something unclear in the codebook.
"""
STAGES = (TRAINING, "calibration", "production")
SUPERVISOR = "supervisor"  # in `taken_from` if the value is the supervisor's own
AGREED = "agreed"
MAJORITY = "majority"
TRUSTED = "trusted"
SINGLE = "single"
POLICIES = (AGREED, MAJORITY, TRUSTED, SINGLE)
"""The policies that make gold without a decision; each is the reason of the values that
it made.
"""
NOTES = "notes"
"""The policy that is always applied when gold is closed: notes are kept as the coders
wrote them.
"""
How: TypeAlias = Literal[
    "decided",
    "agreed",
    "policy:agreed",
    "policy:majority",
    "policy:trusted",
    "policy:single",
    "policy:notes",
    "imported",
]
"""How a gold value came about: decided one by one, accepted as agreed, made by a
policy, or imported.
"""
HOW = get_args(How)
DECIDED = "decided"
TAKEN_OVER = "imported"
POLICY = "policy:"
ASSUMED = ":assumed"
"""Ends a reason that the supervisor was not asked for: it was the one given most for
that kind of decision. No codebook allows a colon in the id of a reason.
"""


class Blank(StrEnum):
    """Why a field has no value: not coded yet, not stated in the article, or not
    applicable.
    """

    MISSING = "missing"
    NOT_STATED = "not_stated"
    NOT_APPLICABLE = "not_applicable"


class Decision(StrEnum):
    """A coder's decision about a candidate."""

    CONFIRMED = "confirmed"
    EDITED = "edited"
    REJECTED = "rejected"


# The states of a highlight in an article.
UNDECIDED = "candidate"
CONFIRMED = "confirmed"
DRAWN = "drawn"
REJECTED = "rejected"


class Verdict(StrEnum):
    """A decision about a term for all coders; taught: by gold, only in packets of
    earlier versions.
    """

    PROMOTED = "promoted"
    VETOED = "vetoed"
    TAUGHT = "taught"


class Status(StrEnum):
    """The state of a coding: still being worked on, or submitted."""

    OPEN = "open"
    SUBMITTED = "submitted"


EARLIEST = 1700
"""The first year of publication that is one of the Gregorian calendar; Hijri years are
before it.
"""
FIRST_YEAR = 1970
END_OF_YEARS = 3000
"""The years of the journal's timestamps, and the first after them."""
METADATA = ("title", "outlet", "published", "url", "language", "author")
"""The names of article metadata that every project has."""
_HEADLINE = 300  # the most code points of a headline
_LINE = re.compile(
    "[^\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+"
)  # the same line boundaries as str.splitlines


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Article(Struct, frozen=True):
    """One document with one version of its text, which is never altered.

    version: from 1; a correction adds one. boilerplate: sorted half-open offsets.
    metadata: by the names in METADATA and a project's own; `published` begins with an
    ISO day if it could be parsed.
    """

    id: str
    text: str
    source: str = ""
    boilerplate: tuple[tuple[int, int], ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    version: int = 1

    @property
    def published(self) -> date | None:
        """The day of publication, in the time zone of the source; None if unknown."""
        try:
            day = date.fromisoformat(self.metadata.get("published", "")[:10])
        except ValueError:
            return None
        return day if day.year >= EARLIEST else None

    @property
    def imprint(self) -> tuple[str, ...]:
        """The day of publication, outlet and author, as far as known."""
        day = self.metadata.get("published", "")
        if self.published:
            day = self.published.isoformat()
        outlet = self.metadata.get("outlet", "")
        author = self.metadata.get("author", "")
        return tuple(part for part in (day, outlet, author) if part)

    @property
    def headline(self) -> str:
        """The title, or else the first line of more than one word outside boilerplate,
        or else the id.

        A very long one is cut behind a word, as there may be thousands of articles in a
        list.
        """
        whole = self.metadata.get("title") or self._first_line
        if len(whole) <= _HEADLINE:
            return whole
        begun = whole[:_HEADLINE]
        return f"{begun.rpartition(' ')[0] or begun}…"

    @property
    def _first_line(self) -> str:
        for line in _LINE.finditer(self.text):
            is_boilerplate = any(
                first <= line.start() < end for first, end in self.boilerplate
            )
            if not is_boilerplate and " " in line[0].strip():
                return line[0].strip()
        return self.id

    @property
    def text_sha256(self) -> str:
        """The hash that ties a coding to exactly this text."""
        return text_hash(self.text)


class Correction(Struct, frozen=True):
    """A later version of an article's text, from 2; reason: why it was corrected."""

    article: str
    version: int
    text: str
    boilerplate: tuple[tuple[int, int], ...] = ()
    reason: str = ""

    @property
    def text_sha256(self) -> str:
        """The hash that ties a coding to exactly this text."""
        return text_hash(self.text)


class Passage(Struct, frozen=True):
    """A stretch of an article's text: its kind, half-open offsets and words, and the
    value that it states.
    """

    id: str
    kind: str
    start: int
    end: int
    quote: str
    value: Json = None

    @property
    def stretch(self) -> tuple[str, int, int]:
        """The kind and the half-open offsets."""
        return self.kind, self.start, self.end


class Candidate(Passage, frozen=True):
    """A span proposed by a suggester; score: 0 to 1; origin: the rule or lexicon entry
    that proposed it.
    """

    origin: str = ""
    score: float = 1.0


class Span(Passage, frozen=True):
    """A stretch of text that a coder drew (decision None), or a candidate that they
    decided about.
    """

    decision: Decision | None = None
    candidate: str = ""
    reason: str = ""


class Lesson(Struct, frozen=True):
    """A decision about a stretch of text, for the suggester to learn from.

    where: article id and half-open offsets, None if the reader may not know them. kept:
    accepted rather than rejected. proposed: a rule proposes exactly this stretch by
    itself. given: field → value, for a stretch without a value of its own that is
    evidence for these.
    """

    kind: str
    quote: str
    where: tuple[str, int, int] | None
    kept: bool
    proposed: bool
    value: Json = None
    given: Mapping[str, Json] = field(default_factory=dict)


class Ruling(Struct, frozen=True):
    """A decision about a term of a span kind, which overrides the counts; text: as it
    was written.
    """

    kind: str
    text: str
    verdict: Verdict
    value: Json = None


class Answer(Struct, frozen=True):
    """A field's value or blank, with the ids of the spans that support it as evidence.

    proposed: filled in by the program and not yet confirmed; it counts as missing. For
    gold only: taken_from: the coders who have this value. reason: why it was taken.
    how: one of HOW, "" in gold stored before this was recorded. by: the person who
    decided. applied_by: who ran the policy or import.
    """

    value: Json = None
    blank: Blank | None = None
    evidence: tuple[str, ...] = ()
    comment: str = ""
    proposed: bool = False
    taken_from: tuple[str, ...] = ()
    reason: str = ""
    by: str = ""
    how: str = ""
    applied_by: str = ""

    @property
    def coded(self) -> bool:
        """True if there is a value, and not just a proposal."""
        return self.blank is None and not self.proposed

    @property
    def state(self) -> str:
        """`coded`, or the name of the blank; `missing` for a proposal."""
        if self.proposed:
            return Blank.MISSING.value
        return self.blank.value if self.blank is not None else "coded"

    def effective(self, unanswered: Answer) -> Answer:
        """Return the answer that counts: this one, or `unanswered` instead of a
        proposal or a hidden field's value.

        unanswered: missing, or not applicable if the field is hidden. A comment stays,
        as it was written about the question, not about the value.
        """
        counts = unanswered.blank is Blank.MISSING and not self.proposed
        if counts and self.blank is not Blank.NOT_APPLICABLE:
            return self
        return replace(unanswered, comment=self.comment) if self.comment else unanswered


class ProposedAnswer(Answer, frozen=True):
    """An answer of an exported proposal; origin: what put its words there, in the order
    of these, such as the ids of rows of packs.
    """

    origin: tuple[str, ...] = ()


MISSING = Answer(blank=Blank.MISSING)


def with_how(gold: Answer, importer: str = "") -> Answer:
    """Return a gold answer with `how`; one stored without it tells it by its reason.

    Such an answer does not tell agreement that a policy took from agreement that a
    supervisor accepted. importer: who imported the gold, for a value that states
    nothing about its origin.
    """
    if gold.how:
        return gold
    if gold.reason == AGREED:
        return replace(gold, how=AGREED)
    if gold.reason in (*POLICIES, NOTES):
        return replace(gold, how=f"{POLICY}{gold.reason}", by="", applied_by=gold.by)
    if gold.by or gold.reason or gold.taken_from:
        return replace(gold, how=DECIDED)
    return replace(gold, how=TAKEN_OVER, applied_by=importer)


class Event(Struct, frozen=True):
    """One coded event; fields: field id → answer. A field without an entry is missing."""

    id: str
    fields: Mapping[str, Answer] = field(default_factory=dict)

    def answer(self, name: str) -> Answer:
        """Return the answer to one field, or `MISSING`."""
        return self.fields.get(name, MISSING)

    def with_answer(self, name: str, answer: Answer | None) -> Event:
        """Return this event with one field's answer replaced, or removed if `answer` is
        None.
        """
        return replace(self, fields=_with_answer(self.fields, name, answer))


def moment(at: str) -> datetime | None:
    """Parse a timestamp in the journal's format, ISO 8601 with a UTC offset; None if it
    is not one.

    Nor is one outside the years of the journal, which cannot be converted to every time
    zone.
    """
    try:
        parsed = datetime.fromisoformat(at)
    except ValueError:
        return None
    is_sane = FIRST_YEAR <= parsed.year < END_OF_YEARS
    return parsed if parsed.tzinfo is not None and is_sane else None


def format_local_time(at: str) -> str:
    """Format an ISO 8601 timestamp in local time, to the minute; "?" if it is none."""
    if not at:
        return ""
    time = moment(at)
    return f"{time.astimezone():%Y-%m-%d %H:%M}" if time is not None else "?"


def event_number(event_id: str) -> str:
    """Return the number in the id of a coder's event, a gold event or a cluster; any
    other id as it is.
    """
    number = event_id[1:]
    return (
        number if event_id[:1] in ("e", "g", "c") and number.isdecimal() else event_id
    )


class OneCodersWork:
    """The identity of a coding, and its status."""

    __slots__ = ()
    article: str
    coder: str
    status: str

    @property
    def id(self) -> str:
        """`article/coder`: a coder has one coding per article."""
        return f"{self.article}/{self.coder}"

    @property
    def is_gold(self) -> bool:
        """True for an article's gold, False for a coder's work."""
        return self.coder == GOLD

    @property
    def is_submitted(self) -> bool:
        """True once the coder has submitted it; for gold, once it is closed."""
        return self.status == Status.SUBMITTED


class Coding(Struct, OneCodersWork, frozen=True):
    """All of one coder's work on one article; source: the file that gold was imported
    from, "" for none.
    """

    article: str
    text_sha256: str
    codebook: str
    coder: str
    status: Status = Status.OPEN
    answers: Mapping[str, Answer] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    events: tuple[Event, ...] = ()
    source: str = ""

    def answer(self, name: str) -> Answer:
        """Return the answer to one article field, or `MISSING`."""
        return self.answers.get(name, MISSING)

    def span(self, span_id: str) -> Span | None:
        """Return the span with that id, if it exists."""
        return next((s for s in self.spans if s.id == span_id), None)

    def spans_of(self, answer: Answer) -> list[Span]:
        """Return the spans that an answer cites as evidence."""
        spans = {span.id: span for span in self.spans}
        return [spans[i] for i in answer.evidence if i in spans]

    @property
    def standing(self) -> list[Span]:
        """The spans that were not rejected."""
        return [span for span in self.spans if span.decision is not Decision.REJECTED]

    @property
    def records(self) -> list[tuple[str, Mapping[str, Answer]]]:
        """The answers by field: of the article with "" as its id, then of each event
        with the event's id.
        """
        return [
            ("", self.answers),
            *((event.id, event.fields) for event in self.events),
        ]

    @property
    def every_answer(self) -> list[Answer]:
        """All stored answers: those of the article, then those of its events."""
        return [answer for _, answers in self.records for answer in answers.values()]

    def event(self, event_id: str) -> Event | None:
        """Return the event with that id, if it exists."""
        return next((e for e in self.events if e.id == event_id), None)

    def with_event(self, event: Event) -> Coding:
        """Return this coding with the event replacing the one with its id, or appended."""
        return replace(self, events=_with_item(self.events, event))

    def with_span(self, span: Span) -> Coding:
        """Return this coding with the span replacing the one with its id, or appended."""
        return replace(self, spans=_with_item(self.spans, span))

    def with_answer(self, name: str, answer: Answer | None) -> Coding:
        """Return this coding with one article field's answer replaced, or removed if
        `answer` is None.
        """
        return replace(self, answers=_with_answer(self.answers, name, answer))

    def with_each_answer(self, change: Callable[[Answer], Answer]) -> Coding:
        """Return this coding with every answer, of the article and of its events,
        changed in the same way.
        """
        of_article, *of_events = (
            {name: change(answer) for name, answer in answers.items()}
            for _, answers in self.records
        )
        events = (
            replace(e, fields=fields)
            for e, fields in zip(self.events, of_events, strict=True)
        )
        return replace(self, answers=of_article, events=tuple(events))


def _with_answer(
    answers: Mapping[str, Answer], name: str, answer: Answer | None
) -> dict[str, Answer]:
    others = {k: v for k, v in answers.items() if k != name}
    return others if answer is None else others | {name: answer}


def _with_item(items: tuple[_Item, ...], new: _Item) -> tuple[_Item, ...]:
    if all(item.id != new.id for item in items):
        return (*items, new)
    return tuple(new if item.id == new.id else item for item in items)


class Cluster(Struct, frozen=True):
    """Events of different coders that were aligned as the same event.

    members: (coder, event id), at most one per coder, sorted. gold: the id of the gold
    event made from it, empty while undecided or rejected. rejected: the reason code of
    its rejection.
    """

    id: str
    article: str
    members: tuple[tuple[str, str], ...]
    gold: str = ""
    rejected: str = ""


class Remark(Struct, frozen=True):
    """A remark about a place in a coder's work on an article; a reply has the same
    place.

    event, field: their ids, "" for none; start, end: offsets in the article, 0 and 0
    for none. Without any of these the remark is about the whole article. kind: one of
    REMARKS; a flag or a skip may have no text. at: ISO 8601.
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
        """The coder and the place in their coding; remarks with the same place form a
        thread.
        """
        return self.coder, self.event, self.field, self.start, self.end


def items_of(value: Json) -> list[Json]:
    """Return the items of a list, or a single value as the only item."""
    return value if isinstance(value, list) else [value]
