"""Why candidates and values of events are proposed: by which lists, rows and patterns.

A pure function of an article, a codebook and the candidates. It reads each act again as
`event_proposals` does, so it tells what is proposed with these candidates now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from coder.codebook.schema import Codebook
from coder.model import IMPORTED, Article, Candidate, Json
from coder.suggest.article_sentences import ArticleSentences
from coder.suggest.event_proposals import EventProposer
from coder.suggest.field_proposals import field_of_slot
from coder.suggest.frame_reading import NearMiss
from coder.suggest.gazetteer import is_world
from coder.suggest.packs_in_use import packs_of

_CARRIED = ("before", "behind")
_LEARNED = ("learned", "promoted")
_LISTS = ("arms", "head", "noun", "number", "source", "title", "verb", "words")


class ExplainedCandidate(Struct, frozen=True):
    """A candidate and what kind of data it came from.

    source: `lexicon`, `gazetteer`, `list` (of words), `learned` (also promoted terms),
    `import`, `plugin`, or `pattern` (of dates, nations and other wordings). aside: the
    row by which it is no part of an event, with its pattern; empty for none.
    """

    kind: str
    start: int
    end: int
    words: str
    value: Json
    origin: str
    source: str
    score: float
    aside: str
    aside_pattern: str


class ExplainedValue(Struct, frozen=True):
    """A value that an act's event would be proposed, with its words and row.

    row: what put it there, its pattern if it is a row of a pack. carried: `before` or
    `behind` if it is carried over from a sentence there.
    """

    field: str
    value: Json
    start: int
    end: int
    words: str
    row: str
    pattern: str
    carried: str


class ExplainedMiss(Struct, frozen=True):
    """Words that a row matched for a slot that another row decided.

    field: the codebook's for the slot, empty for none. contradicts: whether the row
    puts a party elsewhere than a row before it; else it only came too late.
    """

    slot: str
    field: str
    start: int
    end: int
    words: str
    row: str
    pattern: str
    contradicts: bool


class ExplainedTrigger(Struct, frozen=True):
    """A trigger, whether it tells an event, and what is proposed for it.

    mark: the row that says that nothing happened, with its pattern. missing: slots of
    which a word with other senses must fill one, if none is filled.
    """

    kind: str
    start: int
    end: int
    words: str
    type: Json
    origin: str
    score: float
    tells_event: bool
    mark: str
    mark_pattern: str
    missing: tuple[str, ...]
    values: tuple[ExplainedValue, ...]
    nearly: tuple[ExplainedMiss, ...]


class Explanation(Struct, frozen=True):
    """The triggers and other candidates that were asked about, in order."""

    article: str
    triggers: tuple[ExplainedTrigger, ...]
    candidates: tuple[ExplainedCandidate, ...]


def explain(
    article: Article,
    codebook: Codebook,
    candidates: Sequence[Candidate],
    at: int | None = None,
    plugins: Collection[str] = (),
) -> Explanation:
    """Explain an article's triggers, or what is at a code point and the trigger there.

    Without a trigger at the code point the nearest one of its sentence is explained.
    plugins: the names of the suggesters that run beside the rules.
    """
    proposer = EventProposer(candidates, article, codebook)
    triggers = [each for each in candidates if codebook.is_trigger(each.kind)]
    others: list[Candidate] = []
    if at is not None:
        sentences = ArticleSentences(candidates, article)
        triggers = _nearest_trigger(triggers, at, sentences)
        here = [each for each in candidates if each.start <= at < each.end]
        others = [each for each in here if not codebook.is_trigger(each.kind)]
    patterns = _patterns(codebook)
    return Explanation(
        article.id,
        tuple(explain_trigger(each, proposer, codebook, patterns) for each in triggers),
        tuple(_explain_candidate(each, plugins, proposer, patterns) for each in others),
    )


def explain_trigger(
    trigger: Candidate,
    proposer: EventProposer,
    codebook: Codebook,
    patterns: Mapping[str, str],
) -> ExplainedTrigger:
    """Explain one trigger of the proposer's article; patterns: by their rows' ids."""
    refusal = proposer.why_no_event(trigger)
    mark = refusal.mark.row if refusal and refusal.mark else ""
    values = tuple(
        _explain_value(field, candidate, patterns)
        for field, proposed in proposer.propose(trigger).items()
        for candidate in proposed
    )
    return ExplainedTrigger(
        trigger.kind,
        trigger.start,
        trigger.end,
        trigger.quote,
        trigger.value,
        trigger.origin,
        trigger.score,
        refusal is None,
        mark,
        patterns.get(mark, ""),
        refusal.missing if refusal else (),
        values,
        tuple(_explain_misses(proposer.read(trigger).nearly, codebook, patterns)),
    )


def source_of(candidate: Candidate, plugins: Collection[str] = ()) -> str:
    """Return what kind of data a candidate came from, as `ExplainedCandidate` names it."""
    what, _, rest = candidate.origin.partition(":")
    if what in plugins:
        return "plugin"
    if what == IMPORTED:
        return "import"
    if what in _LEARNED:
        return "learned"
    if what == "lexicon":
        return "gazetteer" if is_world(rest) else "lexicon"
    return "list" if what in _LISTS else "pattern"


def _nearest_trigger(
    triggers: Sequence[Candidate], at: int, sentences: ArticleSentences
) -> list[Candidate]:
    """Return the trigger at a code point, else the nearest one of its sentence."""
    number = sentences.at(at)
    here = [each for each in triggers if sentences.at(each.start) == number]
    return sorted(here, key=lambda each: max(each.start - at, at - each.end + 1, 0))[:1]


def _patterns(codebook: Codebook) -> Mapping[str, str]:
    """Return row id → pattern, of all packs of a codebook."""
    pack = codebook.derived(packs_of).pack
    rows = (*pack.rows, *pack.marks, *pack.asides)
    return {row.id: row.pattern for row in rows}


def _explain_candidate(
    candidate: Candidate,
    plugins: Collection[str],
    proposer: EventProposer,
    patterns: Mapping[str, str],
) -> ExplainedCandidate:
    aside = proposer.find_aside(candidate.start, candidate.end)
    return ExplainedCandidate(
        candidate.kind,
        candidate.start,
        candidate.end,
        candidate.quote,
        candidate.value,
        candidate.origin,
        source_of(candidate, plugins),
        candidate.score,
        aside,
        patterns.get(aside, ""),
    )


def _explain_value(
    field: str, candidate: Candidate, patterns: Mapping[str, str]
) -> ExplainedValue:
    way, _, carried_row = candidate.origin.partition(":")
    is_carried = way in _CARRIED
    row = carried_row if is_carried else candidate.origin
    return ExplainedValue(
        field,
        candidate.value,
        candidate.start,
        candidate.end,
        candidate.quote,
        row,
        patterns.get(row, ""),
        way if is_carried else "",
    )


def _explain_misses(
    misses: Iterable[NearMiss], codebook: Codebook, patterns: Mapping[str, str]
) -> Iterable[ExplainedMiss]:
    """Yield each stretch of words once for a slot, with the first row that matched it."""
    seen = set[tuple[str, int, int]]()
    for miss in misses:
        place = (miss.slot, miss.span.start, miss.span.end)
        if place in seen:
            continue
        seen.add(place)
        yield ExplainedMiss(
            miss.slot,
            field_of_slot(miss.slot, codebook),
            miss.span.start,
            miss.span.end,
            miss.span.quote,
            miss.row,
            patterns.get(miss.row, ""),
            miss.contradicts,
        )
