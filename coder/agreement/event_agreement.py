"""Agreement on the events themselves: F1 at several thresholds, and chance F1.

Chance F1 is the F1 between different articles, due only to positions and frequent
values. Every article of one coder is compared with every other article of another
coder. Most pairs of events share no evidence and cannot reach the threshold; only the
rest are scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, groupby, islice, product
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from coder.agreement.align import (
    PAIRING,
    WEIGHTS,
    Cited,
    CodedArticle,
    EventView,
    Pairing,
    Term,
    alignment,
    best_pairs,
    count_shared_characters,
    days_of_events,
    mean_similarity,
    weighted,
)
from coder.agreement.bootstrap import Plan
from coder.agreement.comparison import RANGE, Comparison, Counted
from coder.agreement.distance import Floats, Ints
from coder.agreement.pooled_f1 import PooledF1
from coder.agreement.result import (
    FEW_ARTICLES,
    NO_PAIRS,
    Interval,
    MeanScore,
    Score,
    make_undefined,
    ratio,
)

MOST_CHANCE_ARTICLES = (
    500  # with more articles, chance F1 is computed on a seeded sample
)


class PairCount(NamedTuple):
    """The matches of two coders, and the events of both in the articles that both
    coded.

    of_each: events of each coder. splits: unmatched events of each that lie inside an
    event of the other.
    """

    coders: tuple[str, str]
    matches: int
    events: int
    of_each: tuple[int, int]
    splits: tuple[int, int]

    @property
    def f1(self) -> float | None:
        """2 matches / events, None without events.

        The F1 of a study is the mean over pairs of coders.
        """
        return 2 * self.matches / self.events if self.events else None


class SplitPart(NamedTuple):
    """An unmatched event with at least half its evidence inside an event of the other
    coder.
    """

    article: str
    coder: str
    event: str
    other: str


class EventAgreement(NamedTuple):
    """Inter-coder agreement on the events themselves.

    articles: those coded by two coders or more. chance: F1 between different articles,
    over chance_articles. corrected: (F1 - C) / (1 - C). by_threshold: F1 at each
    alignment threshold, in ascending order.
    """

    articles: int
    events: Mapping[str, int]  # in these articles, by coder
    alone: Mapping[str, int]  # in articles that nobody else coded
    without_evidence: int  # of all these events
    needs_evidence: bool  # whether events without evidence match no other
    pairs: tuple[PairCount, ...]
    f1: Score
    interval: Interval
    chance: Score
    chance_articles: int
    corrected: Score
    by_threshold: Mapping[float, Score]
    splits: tuple[SplitPart, ...]


class EventPool:
    """The event counts of comparisons, collected article by article."""

    def __init__(self) -> None:
        self.coders: set[str] = set()
        self._events: dict[str, int] = {}
        self._alone: dict[str, int] = {}
        self._without_evidence = 0
        self.splits: list[SplitPart] = []
        self._coded: list[Sequence[str]] = []
        self._matches: dict[str, list[Counted]] = {}
        self._of_each: Counter[tuple[str, str]] = Counter()
        """The number of the first coder's events in articles that both coded."""

    def add(self, entry: Comparison) -> None:
        """Add the next article."""
        for threshold, hits in entry.matches.items():
            self._matches.setdefault(threshold, []).extend(
                entry.counted(len(self._coded), hits)
            )
        counts = self._events if len(entry.coders) > 1 else self._alone
        for coder, events in zip(entry.coders, entry.events, strict=True):
            counts[coder] = counts.get(coder, 0) + len(events)
            self._without_evidence += sum(not event.evidence for event in events)
            for other in entry.coders:
                self._of_each[coder, other] += len(events)
        self.coders.update(entry.coders)
        self.splits += [SplitPart(entry.article, *each) for each in entry.splits]
        self._coded.append(entry.coders)

    @property
    def shared(self) -> list[int]:
        """The numbers of the articles coded by two coders or more."""
        return [number for number, coders in enumerate(self._coded) if len(coders) > 1]

    def counts(self, threshold: float) -> PooledF1:
        """Matches and events of every pair of coders, in the articles coded by two or
        more.
        """
        return PooledF1.counted(self._coded, self._matches.get(str(threshold), ()))

    def agreement(
        self, how: Pairing, plan: Plan, crossed: Callable[[Sequence[int]], Score]
    ) -> EventAgreement:
        """Compute all figures.

        crossed: computes chance F1 over the articles with the given numbers.
        """
        by_threshold = {t: self.counts(t) for t in sorted({*RANGE, how.threshold})}
        counts = by_threshold[how.threshold]
        f1, interval = counts.figures(plan)
        sample = _draw(self.shared, MOST_CHANCE_ARTICLES, plan.seed)
        chance = crossed(sample) if len(sample) > 1 else make_undefined(FEW_ARTICLES)
        return EventAgreement(
            articles=len(self.shared),
            events=dict(sorted(self._events.items())),
            alone=dict(sorted(self._alone.items())),
            without_evidence=self._without_evidence,
            needs_evidence=how.needs_evidence,
            pairs=tuple(self._count_pairs(counts)),
            f1=f1,
            interval=interval,
            chance=chance,
            chance_articles=len(sample),
            corrected=corrected(f1, chance),
            by_threshold={t: counted.score() for t, counted in by_threshold.items()},
            splits=tuple(self.splits),
        )

    def _count_pairs(self, counts: PooledF1) -> Iterator[PairCount]:
        """Yield the counts of every two coders, over all articles."""
        parts = Counter((each.coder, each.other) for each in self.splits)
        hits = counts.hits.sum(axis=1)
        marked = counts.marked.sum(axis=1)
        for row, (one, other) in enumerate(counts.pairs):
            yield PairCount(
                (one, other),
                int(hits[row]),
                int(marked[row]),
                (self._of_each[one, other], self._of_each[other, one]),
                (parts[one, other], parts[other, one]),
            )


def _draw(numbers: Sequence[int], most: int, seed: int) -> Sequence[int]:
    """Return the numbers, or if there are too many, some drawn at random."""
    if len(numbers) <= most:
        return numbers
    drawn = np.random.default_rng(seed).choice(len(numbers), most, replace=False)
    return [numbers[i] for i in sorted(drawn)]


def event_counts(articles: Sequence[CodedArticle], how: Pairing = PAIRING) -> PooledF1:
    """Matches and events of every pair of coders, by article."""
    counted = []
    for number, article in enumerate(articles):
        for one, other in combinations(sorted(article), 2):
            matches = alignment(article[one], article[other], how)
            events = len(article[one]) + len(article[other])
            counted.append((number, one, other, len(matches), events))
    return PooledF1.counted([sorted(article) for article in articles], counted)


def corrected(f1: Score, chance: Score) -> Score:
    """(F1 - C) / (1 - C), where C is chance F1."""
    if f1.value is None or chance.value is None:
        return make_undefined(f1.reason or chance.reason, f1.n)
    score = ratio(f1.value - chance.value, 1 - chance.value, f1.n, NO_PAIRS)
    by_chance = chance.pooled if isinstance(chance, MeanScore) else chance.value
    if not isinstance(f1, MeanScore) or score.value is None:
        return score
    over_all = (f1.pooled - by_chance) / (1 - by_chance)
    return replace(f1, value=score.value, pooled=over_all)


# ------------------------------------------------------------ chance F1
_ROWS_AT_ONCE = 256
_COLUMNS_AT_ONCE = 2048  # or one article, if it has more
_MARGIN = (
    1e-9  # far above rounding errors of similarities, far below any real difference
)

Articles: TypeAlias = Sequence[Sequence[EventView]]


def chance_event_f1(articles: Sequence[CodedArticle], how: Pairing = PAIRING) -> Score:
    """Return the F1 of events over all ordered pairs of different articles that both
    coders coded.

    Where pairings with the same greatest total have different numbers of pairs, any of
    them may be counted.
    """
    names = sorted({coder for article in articles for coder in article})
    pairs = []
    hits = []
    marked = []
    for a, b in combinations(names, 2):
        both = [article for article in articles if a in article and b in article]
        if not both:
            continue
        first = [article[a] for article in both]
        second = [article[b] for article in both]
        pairs.append((a, b))
        hits.append([_count_crossed_matches(first, second, how)])
        marked.append([(len(both) - 1) * sum(map(len, first + second))])
    tables = np.array(hits, float), np.array(marked, float)
    return PooledF1(len(names), tuple(pairs), *tables).score()


class _Side(NamedTuple):
    """One coder's events as arrays.

    article: the article number of each event. place, actors: -1 for none.
    """

    article: Ints
    cited: Cited
    size: Ints
    days: Floats
    place: Ints
    actors: (
        Ints  # shape (n, event): the first actor of each event, the second, and so on
    )

    @classmethod
    def of(cls, articles: Articles, numbers: dict[str | None, int]) -> _Side:
        """Read events.

        numbers: of places and actors by name, extended with new names.
        """
        events = list(chain(*articles))

        def number(name: str | None) -> int:
            return numbers.setdefault(name, len(numbers) - 1)

        cited = Cited.of(events)
        most_actors = max((len(event.actors) for event in events), default=0)
        actors = np.full((most_actors, len(events)), -1)
        for n, event in enumerate(events):
            actors[: len(event.actors), n] = [number(actor) for actor in event.actors]
        sizes = np.array([len(each) for each in articles], np.int64)
        article = np.repeat(np.arange(len(articles), dtype=np.int64), sizes)
        places = [number(event.place or None) for event in events]
        return cls(
            article,
            cited,
            cited.sizes,
            days_of_events(events),
            np.array(places, np.int64),
            actors,
        )


def _count_crossed_matches(first: Articles, second: Articles, how: Pairing) -> int:
    """Count the matches of each article of the first coder with every other article of
    the second.
    """
    numbers: dict[str | None, int] = {None: -1}
    one = _Side.of(first, numbers)
    other = _Side.of(second, numbers)
    matches = 0
    for rows, columns, shared in _pairs(one, other, how):
        strong = _strong(one, other, rows, columns, shared, how)
        matches += _matches(*strong, one, other)
    return matches


def _matches(
    rows: Ints, columns: Ints, scores: Floats, one: _Side, other: _Side
) -> int:
    """Count the matches among candidate pairs, given all pairs of whole articles."""
    block = (
        one.article[rows] * (other.article.max(initial=0) + 1) + other.article[columns]
    )
    order = np.lexsort((columns, rows, block))
    rows = rows[order]
    columns = columns[order]
    scores = scores[order]
    block = block[order]
    # Where no event has two partners within a pair of articles, every pair is a match;
    # the rest are assigned.
    by_column = np.lexsort((rows, columns, block))
    block_by_column = block[by_column]
    is_same_row = (np.diff(block) == 0) & (np.diff(rows) == 0)
    is_same_column = (np.diff(block_by_column) == 0) & (
        np.diff(columns[by_column]) == 0
    )
    rivals = np.concatenate(
        [block[1:][is_same_row], block_by_column[1:][is_same_column]]
    )
    is_disputed = np.isin(block, rivals)
    matches = int((~is_disputed).sum())
    disputed = zip(
        block[is_disputed].tolist(),
        rows[is_disputed].tolist(),
        columns[is_disputed].tolist(),
        scores[is_disputed].tolist(),
        strict=True,
    )
    for _, pairs in groupby(disputed, itemgetter(0)):
        matches += _count_assigned([pair[1:] for pair in pairs])
    return matches


def _count_assigned(pairs: Sequence[tuple[int, int, float]]) -> int:
    """Count the matches of two articles.

    pairs: row, column and similarity of their candidate pairs.
    """
    place_of_row = _places(row for row, _, _ in pairs)
    place_of_column = _places(column for _, column, _ in pairs)
    gain = [[0.0] * len(place_of_column) for _ in place_of_row]
    for row, column, similarity in pairs:
        gain[place_of_row[row]][place_of_column[column]] = similarity
    return sum(gain[i][j] > 0 for i, j in best_pairs(gain))


def _places(numbers: Iterable[int]) -> dict[int, int]:
    return {number: place for place, number in enumerate(sorted(set(numbers)))}


def _pairs(one: _Side, other: _Side, how: Pairing) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield the pairs that can reach the threshold, in blocks: both indices, and the
    shared characters.
    """
    rest = sum(
        weight
        for term, weight in WEIGHTS.items()
        if term not in ("evidence", how.exclude)
    )
    dice = 0.0
    if how.exclude != "evidence":
        others_give = (1 - how.threshold) * rest / WEIGHTS["evidence"]
        dice = max(0.0, how.threshold - _MARGIN - others_give)
    # Where one side has no evidence, the other terms can reach the threshold.
    minimum_one = np.where(one.size > 0, dice / 2 * one.size, -np.inf)
    minimum_other = np.where(other.size > 0, dice / 2 * other.size, -np.inf)
    for start, end in _runs(other.article, _COLUMNS_AT_ONCE):
        shared_rows = count_shared_characters(one.cited, other.cited.part(start, end))
        for first, last in _runs(one.article, _ROWS_AT_ONCE):
            columns = []
            shared = []
            for row, characters in enumerate(islice(shared_rows, last - first), first):
                minimum = minimum_one[row] + minimum_other[start:end]
                possible = np.flatnonzero(characters >= minimum)
                columns.append(possible)
                shared.append(characters[possible])
            rows = np.repeat(np.arange(first, last), [len(each) for each in columns])
            yield rows, np.concatenate(columns) + start, np.concatenate(shared)


def _runs(article: Ints, size: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of runs of whole articles, each of at least `size` events but
    for the last.
    """
    start = 0
    for end in (*(np.flatnonzero(np.diff(article)) + 1).tolist(), len(article)):
        if start < end and (end - start >= size or end == len(article)):
            yield start, end
            start = end


def _strong(
    one: _Side, other: _Side, rows: Ints, columns: Ints, shared: Ints, how: Pairing
) -> tuple[Ints, Ints, Floats]:
    """Keep the pairs of different articles that reach the threshold, with their
    similarity.
    """
    differ = one.article[rows] != other.article[columns]
    rows = rows[differ]
    columns = columns[differ]
    shared = shared[differ]
    sizes = one.size[rows], other.size[columns]
    days = np.abs(one.days[rows] - other.days[columns]).mean(axis=1)
    places = one.place[rows], other.place[columns]
    counts = (
        (one.actors >= 0).sum(axis=0)[rows],
        (other.actors >= 0).sum(axis=0)[columns],
    )
    common = np.zeros(len(rows))
    for actor, other_actor in product(one.actors, other.actors):
        common += (actor[rows] == other_actor[columns]) & (actor[rows] >= 0)
    union = np.maximum(counts[0] + counts[1] - common, 1.0)
    terms: list[tuple[Term, Floats, NDArray[np.bool_]]] = [
        (
            "evidence",
            2 * shared / np.maximum(sizes[0] + sizes[1], 1),
            (sizes[0] > 0) & (sizes[1] > 0),
        ),
        ("date", np.maximum(0.0, 1 - days / how.cap_days), ~np.isnan(days)),
        (
            "place",
            (places[0] == places[1]).astype(np.float64),
            (places[0] >= 0) & (places[1] >= 0),
        ),
        ("actors", common / union, (counts[0] > 0) & (counts[1] > 0)),
    ]
    total, weight = weighted(terms, shared.shape, how)
    scores = mean_similarity(total, weight)
    is_strong = (scores >= how.threshold) & (scores > 0)
    return rows[is_strong], columns[is_strong], scores[is_strong]
