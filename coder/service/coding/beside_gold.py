"""Comparison of a trainee's submitted coding with gold, field by field, and how often
the two agree.

Only the answers of closed gold are shown; whose values gold took is visible to
supervisors only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from coder.adjudicate.notes import HOW_KEPT
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.codebook.schema import Field
from coder.messages.catalogue import say
from coder.model import GOLD, MISSING, TRAINING, Answer, Coding, event_number, moment
from coder.service.coding.event_cells import describe_blank, summarize_event
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.service.project.wrong_codings import WrongCoding, read_sound
from coder.store.queries import Queries
from coder.values.typed import show

if TYPE_CHECKING:
    from coder.agreement.result import Interval, Score


_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # stands for a time that is none


class Line(NamedTuple):
    """The coder's and gold's answers to one field; None for a side that does not have
    the event.
    """

    cluster_id: str
    field: Field
    own: Answer | None
    gold: Answer | None
    same: bool

    @property
    def counted(self) -> bool:
        """Return whether the field counts towards agreement; free text is shown but not
        counted.
        """
        return self.field.distance.kind != "none"


class BesideGold(Struct, frozen=True):
    """One article's comparison; its events are aligned as for agreement and review."""

    state: Adjudication

    @property
    def lines(self) -> list[Line]:
        """Every field that coder or gold has answered: the article's fields first, then
        event by event.

        Notes only if gold has one to show.
        """
        [coder] = [name for name in self.state.coders if name != GOLD]
        return [
            Line(
                id_,
                row.field,
                row.answers.get(coder),
                row.answers.get(GOLD),
                row.state == "agreed",
            )
            for id_ in self.state.standing
            for row in self.state.rows(id_)
            if row.state != "silent" and (GOLD in row.coded or not row.field.is_note)
        ]

    @property
    def same(self) -> int:
        """The number of counted fields answered as in gold."""
        return sum(line.same for line in self.lines if line.counted)

    @property
    def of(self) -> int:
        """The number of counted fields."""
        return sum(line.counted for line in self.lines)

    @property
    def codings(self) -> tuple[Coding, Coding]:
        """The coder's coding and gold."""
        first, second = self.state.codings
        return (second, first) if first.coder == GOLD else (first, second)

    def event_in_words(self, cluster_id: str, lang: str) -> str:
        """Return the event's number and summary, from gold's event if there is one; ""
        for the article.

        The coder's own number follows where it is another.
        """
        if cluster_id == ARTICLE:
            return ""
        cluster = self.state.cluster(cluster_id)
        event_of = dict(cluster.members)  # coder → event id
        own_coding, gold_coding = self.codings
        own = own_coding.event(event_of.get(own_coding.coder, ""))
        gold = gold_coding.event(event_of.get(GOLD, ""))
        event = gold or own
        number = event_number(cluster.id)
        words = [number]
        if event is not None:
            words += summarize_event(event, self.state.codebook, lang)
        if own is not None and event_number(own.id) != number:
            # The links to the coder's event have its own number.
            own_number = event_number(own.id)
            words.append(say(lang, "coding.your_number", number=own_number))
        return " · ".join(words)

    def in_words(self, field: Field, answer: Answer | None, lang: str) -> str:
        """Return an answer's value or blank as text, "" for no answer."""
        if answer is None:
            return ""
        if not answer.coded:
            return describe_blank(answer, self.state.codebook, lang)
        return show(field, answer.value, self.state.codebook, lang)

    def quotes(self, coding: Coding, answer: Answer | None) -> list[str]:
        """Return the quotes of the spans that support an answer."""
        if answer is None:
            return []
        spans = filter(None, map(coding.span, answer.evidence))
        return [span.quote for span in spans]


class Figure(NamedTuple):
    """The number of an article's fields answered as in gold, out of `of`; at: the time
    of submission.
    """

    article: str
    at: datetime
    same: int
    of: int

    @property
    def week(self) -> str:
        """The ISO 8601 week of the submission, as in 2026-W07."""
        return f"{self.at:%G-W%V}"


def compare_with_gold(project: Project, coder: str, article: str) -> BesideGold | None:
    """Return the comparison, or None unless a training article is submitted and its
    gold is closed.
    """
    with project.store.read() as queries:
        return _compare(project, queries, coder, article)


def _compare(
    project: Project, queries: Queries, coder: str, article: str
) -> BesideGold | None:
    stages = {each.stage for each in queries.assignments(coder, [article])}
    if TRAINING not in stages:
        return None
    own = queries.coding(article, coder)
    if own is None or not own.is_submitted:
        return None
    gold = queries.gold(article)
    text = queries.article(article)
    if gold is None or not gold.is_submitted or text is None:
        return None
    if gold.codebook != own.codebook:
        return None  # fields of different codebook revisions cannot be compared
    # Loads numpy, which the screen does not need at start.
    from coder.agreement.comparison import aligned

    codebook = project.revision(queries, own.codebook, own.id)
    gold = gold.with_each_answer(_hide_signed_notes)
    codings = [expect_sound(each, codebook) for each in (own, gold)]
    return BesideGold(
        Adjudication.begin(codebook, codings, aligned(codings, codebook), text)
    )


def _hide_signed_notes(answer: Answer) -> Answer:
    """Return a gold answer without notes that gold keeps, as they are signed with their
    coders' names.
    """
    return MISSING if answer.how == HOW_KEPT else answer


def list_figures(
    project: Project,
    coder: str,
    warn: Callable[[WrongCoding], None] = lambda _: None,
) -> list[Figure]:
    """Return the figures of a coder's training articles by time of submission; raises
    for unknown coders.

    warn: called with each coding, or gold, that is left out, as it has wrong values.
    """
    project.expect_member(coder)
    result = []
    with project.store.read() as queries:
        articles = [
            a.article for a in queries.assignments(coder) if a.stage == TRAINING
        ]
        heads = [h for h in queries.coding_heads(articles) if h.coder in (coder, GOLD)]
        _, wrong = read_sound(project, queries, heads)
        for each in wrong:
            warn(each)
        left_out = {each.article for each in wrong}
        for article in articles:
            if article in left_out:
                continue
            comparison = _compare(project, queries, coder, article)
            if comparison is None:
                continue
            entries = list(queries.entries(subject=f"coding:{article}/{coder}"))
            times = [each.at for each in entries if each.what == "coding.submitted"]
            submitted = times[-1] if times else entries[-1].at
            at = moment(submitted) or _NO_TIME
            result.append(Figure(article, at, comparison.same, comparison.of))
    return sorted(result, key=lambda each: each.at)


def compute_share(figures: Sequence[Figure]) -> tuple[Score, Interval]:
    """Return the share of fields answered as in gold, with its interval from resampling
    articles.
    """
    # Loads numpy, which the screen does not need at start.
    from coder.agreement.bootstrap import share_of

    return share_of([(each.same, each.of) for each in figures])
