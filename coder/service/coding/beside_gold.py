"""In training, once a coding is submitted: gold beside it, field by field, and how often the two agree.

Only closed gold is shown, and of it what it says: whose values it took stays with supervisors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from coder.adjudicate.resolve import ARTICLE, Adjudication, Row
from coder.codebook.schema import Field
from coder.model import GOLD, MISSING, TRAINING, Answer, Coding, Status, event_number
from coder.service.coding.event_cells import summary
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.store.queries import Queries
from coder.values.typed import show

if TYPE_CHECKING:
    from coder.agreement.result import Interval, Score


class Line(NamedTuple):
    """What coder and gold say about one field; None from whoever does not have the event."""

    cluster_id: str
    field: Field
    own: Answer | None
    gold: Answer | None
    same: bool

    @property
    def counted(self) -> bool:
        """Whether agreement counts it: what is written freely is shown alone."""
        return self.field.distance.kind != "none"


@dataclass(frozen=True, slots=True)
class BesideGold:
    """One article's comparison; its events are aligned as everywhere."""

    state: Adjudication

    @property
    def lines(self) -> list[Line]:
        """Every field that either has answered, the article's own first, then event by event."""
        return [self._line(at, row) for at in self.state.standing for row in self.state.rows(at)
                if row.state != "silent"]  # fmt: skip

    @property
    def same(self) -> int:
        """How many fields that count are answered as in gold."""
        return sum(line.same for line in self.lines if line.counted)

    @property
    def of(self) -> int:
        """How many fields count."""
        return sum(line.counted for line in self.lines)

    def _line(self, at: str, row: Row) -> Line:
        [coder] = [name for name in self.state.coders if name != GOLD]
        own, gold = row.answers.get(coder), row.answers.get(GOLD)
        return Line(at, row.field, own, gold, row.state == "agreed")

    @property
    def codings(self) -> tuple[Coding, Coding]:
        """The coder's coding and gold."""
        first, second = self.state.codings
        return (second, first) if first.coder == GOLD else (first, second)

    def event_in_words(self, cluster_id: str, lang: str) -> str:
        """The number by which links name the event, and what tells it from others, by gold if gold has it."""
        if cluster_id == ARTICLE:
            return ""
        cluster = self.state.cluster(cluster_id)
        members = dict(cluster.members)
        own, gold = (coding.event(members.get(coding.coder, "")) for coding in self.codings)
        event = gold or own
        told = summary(event, self.state.codebook, lang) if event is not None else ()
        return " · ".join((event_number(cluster.id), *told))

    def in_words(self, field: Field, answer: Answer | None, lang: str) -> str:
        """What an answer says; "" for none."""
        if answer is None:
            return ""
        if not answer.coded:
            return self.state.codebook.blank(answer.state).label.of(lang)
        return show(field, answer.value, self.state.codebook, lang)

    def quotes(self, coding: Coding, answer: Answer | None) -> list[str]:
        """The words that support an answer."""
        return [span.quote for span in map(coding.span, (answer or MISSING).evidence) if span is not None]


class Figure(NamedTuple):
    """How many fields of an article a coder answered as gold does, of how many; at: when it was submitted."""

    article: str
    at: datetime
    same: int
    of: int

    @property
    def week(self) -> str:
        """The week of the submission, as ISO 8601 writes it."""
        return f"{self.at:%G-W%V}"


def beside_gold(project: Project, coder: str, article: str) -> BesideGold | None:
    """None but for an article of the coder's training that is submitted and whose gold is closed."""
    with project.store.read() as queries:
        return _beside(project, queries, coder, article)


def _beside(project: Project, queries: Queries, coder: str, article: str) -> BesideGold | None:
    stages = {each.stage for each in queries.assignments(coder, [article])}
    own = queries.coding(article, coder) if TRAINING in stages else None
    gold = queries.gold(article) if own is not None and own.status is Status.SUBMITTED else None
    text = queries.article(article)
    if own is None or gold is None or gold.status is not Status.SUBMITTED or text is None:
        return None
    if gold.codebook != own.codebook:
        return None  # fields of two revisions are not the same questions
    from coder.agreement.comparison import aligned  # numpy: not needed to open the screen

    book = project.revision(queries, own.codebook, own.id)
    codings = [expect_sound(each, book) for each in (own, gold)]
    return BesideGold(Adjudication.begin(book, codings, aligned(codings, book), text))


def figures(project: Project, coder: str) -> list[Figure]:
    """The coder's articles of training in the order in which they were submitted; raises for a stranger."""
    project.anybody(coder)
    return sorted(_figures(project, coder), key=lambda each: each.at)


def _figures(project: Project, coder: str) -> Iterator[Figure]:
    with project.store.read() as queries:
        for article in [a.article for a in queries.assignments(coder) if a.stage == TRAINING]:
            if (found := _beside(project, queries, coder, article)) is not None:
                entries = [*queries.entries(subject=f"coding:{article}/{coder}")]
                done = [e.at for e in entries if e.what == "coding.submitted"] or [entries[-1].at]
                yield Figure(article, datetime.fromisoformat(done[-1]), found.same, found.of)


def share(found: Sequence[Figure]) -> tuple[Score, Interval]:
    """Of all fields those answered as gold does, with the interval from resampling articles."""
    from coder.agreement.bootstrap import share_of  # numpy: not needed to open the screen

    return share_of([(each.same, each.of) for each in found])
