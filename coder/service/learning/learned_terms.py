"""Terms learned from codings, suggested to coders at work and ruled on by supervisors.

A coder is shown what their own codings and supervisors' rulings teach, never anything
from another coder or from gold. Learned terms are not stored, so undoing a decision
also undoes what it taught. Terms that gold marks twice are shown to supervisors, who
may promote them. Only rulings are stored, in the journal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from coder.codebook.nearest import did_you_mean
from coder.codebook.schema import Codebook
from coder.codebook.validate import kind_problem
from coder.errors import CoderError
from coder.foreign import from_json
from coder.grouping import differing
from coder.model import (
    GOLD,
    Article,
    Candidate,
    Coding,
    Decision,
    Json,
    Lesson,
    Ruling,
    Span,
    Verdict,
)
from coder.service.edits.field_values import make_item, read_publication_day
from coder.service.project.opened import Project
from coder.store.lessons import Lessons
from coder.store.queries import Queries
from coder.suggest import learned as terms
from coder.suggest.learned import Entry, State, entries, tally
from coder.text.normalize import fold, fold_key

SUBJECT = "lexicon"  # the journal's subject of rulings
EVERYBODY = "everybody"


def publication(coding: Coding) -> tuple[date, date] | None:
    """Return the first and last day of publication as coded, or None."""
    coded = read_publication_day(coding)
    if coded is None:
        return None
    first, last = coded
    return date.fromisoformat(first), date.fromisoformat(last)


class Learner:
    """Determines which candidates one coder is shown in one article while they code it."""

    def __init__(
        self,
        project: Project,
        article: Article,
        coder: str,
        queries: Queries,
        codebook: Codebook,
    ) -> None:
        self.article = article
        self.codebook = codebook
        self.thresholds = project.thresholds
        self.blind = (article.id, coder) in queries.with_withdrawn().blind()
        # Candidates may stem from an older revision.
        kinds = {kind.id for kind in codebook.span_kinds}
        candidates = [c for c in queries.candidates(article.id) if c.kind in kinds]
        self._left_out: list[Candidate] | None = None
        self._folded = fold(article.text)
        text = " ".join(self._folded.text.split())
        self._rulings = queries.rulings()
        lessons = Lessons(queries, among=lambda quote: terms.folded(quote) in text)
        self._elsewhere = tally(lessons.own(coder, article.id), self.codebook)
        self._propose([] if self.blind else candidates)

    def _propose(self, candidates: list[Candidate]) -> None:
        """Set the suggester's candidates and reset everything derived from them."""
        self._proposed = candidates
        self._ids = {c.id for c in candidates}
        # What is shown, and what it was computed from.
        self._shown = candidates
        self._shown_for: Any = None
        # The candidates with their dates resolved, and by which days of publication.
        self._redated = candidates
        self._redated_for: tuple[date, date] | None = None
        # The occurrences of learned terms, of which terms, and the ids of those that
        # spans of the coding block.
        self._matches: list[Candidate] = []
        self._matched: Any = None
        self._barred: Set[str] = frozenset()
        self._last: Coding | None = None  # the coding that was learned from last
        self._entries: dict[terms.Key, Entry] = {}  # learned terms, by key

    def shown(self, coding: Coding) -> list[Candidate]:
        """Return the candidates to show for this state of the coding; none in the blind
        sample.
        """
        if self.blind:
            return self._proposed
        before = self._last
        self._last = coding
        changed: list[Span] = []
        if before is not None:
            changed = [*chain(*differing(before.spans, coding.spans))]
        self._learn(before, coding, changed)
        known = {
            key: (entry.state, entry.value, entry.text)
            for key, entry in self._entries.items()
        }
        live = {key: term for key, term in known.items() if term[0] in terms.SHOWN}
        self._match(live, coding, changed)
        made_from = (known, self._barred, publication(coding))
        if made_from != self._shown_for:
            free = [c for c in self._matches if c.id not in self._barred]
            offered = self.offered(coding)
            self._shown = terms.joined(offered, free, self._entries, self.thresholds)
            self._shown_for = made_from
        return self._shown

    def _match(self, live: Any, coding: Coding, changed: Sequence[Span]) -> None:
        """Find the occurrences of the learned terms to suggest, if these changed, and
        which occurrences are blocked.

        live: these terms. changed: the spans that changed, near which alone others can
        be blocked than before.
        """
        if live != self._matched:
            self._matches = terms.met(self.article, self._folded, self._entries)
            self._matched = live
            near = self._matches
        else:
            near = []
            for match in self._matches:
                if any(terms.overlap(match, span) for span in changed):
                    near.append(match)
        if near:
            blocked_ids = terms.blocked_ids(near, self.article, coding.spans)
            self._barred = (self._barred - {c.id for c in near}) | blocked_ids

    def _learn(
        self, before: Coding | None, coding: Coding, changed: Sequence[Span]
    ) -> None:
        """Update the terms that a change affects, and only those: an article may have
        thousands.
        """
        rulings = self._rulings
        elsewhere = self._elsewhere
        merged: dict[terms.Key, Entry] = {}
        if before is not None:
            keys = _find_affected_terms(before, coding, changed)
            coding = _keep_spans_of(coding, keys)
            rulings = [r for r in rulings if (r.kind, terms.folded(r.text)) in keys]
            elsewhere = {key: elsewhere[key] for key in keys if key in elsewhere}
            for key, entry in self._entries.items():
                if key not in keys:
                    merged[key] = entry
        here = tally(lessons_from(coding, self._ids), self.codebook)
        known = entries((elsewhere, here), rulings, self.codebook)
        for key, entry in known.items():
            if entry.state is not State.NOTED:
                merged[key] = entry
        self._entries = dict(sorted(merged.items(), key=itemgetter(0)))

    def toggle_boilerplate(self, coding: Coding) -> int:
        """Toggle candidates in boilerplate; return how many were added (negative:
        removed).
        """
        if self.blind:
            return 0
        if self._left_out is None:
            # Its word lists are slow to load.
            from coder.suggest.registry import in_boilerplate

            days = publication(coding)
            candidates = in_boilerplate(self.article, self.codebook, days)
            self._left_out = [c for c in candidates if c.id not in self._ids]
        more = self._left_out
        if self._ids.isdisjoint(c.id for c in more):
            self._propose([*self._proposed, *more])
            return len(more)
        self._propose([c for c in self._proposed if c not in more])
        return -len(more)

    def offered(self, coding: Coding) -> list[Candidate]:
        """Return the suggester's candidates, with dates resolved against the coded
        publication date.
        """
        days = publication(coding)
        if days != self._redated_for:
            self._redated = self._proposed
            if days is not None:
                # Compiles patterns slowly.
                from coder.suggest.date_spans import with_resolved_dates

                self._redated = with_resolved_dates(
                    self._proposed, self.article, self.codebook, days
                )
            self._redated_for = days
        return self._redated


def _find_affected_terms(
    before: Coding, after: Coding, changed: Sequence[Span]
) -> set[terms.Key]:
    """Return the terms of the spans that changed, or that give other values to fields
    than before.
    """
    old = values_by_span(before)
    new = values_by_span(after)
    revalued = {i for i in old.keys() | new.keys() if old.get(i) != new.get(i)}
    affected = [*changed, *(span for span in after.spans if span.id in revalued)]
    return {(span.kind, terms.folded(span.quote)) for span in affected}


def _keep_spans_of(coding: Coding, keys: Set[terms.Key]) -> Coding:
    """Return the coding with only the spans of these terms."""
    kinds = {kind for kind, _ in keys}
    spans = []
    for span in coding.spans:
        # Folding takes time, so spans of other kinds are passed over before.
        if span.kind in kinds and (span.kind, terms.folded(span.quote)) in keys:
            spans.append(span)
    return replace(coding, spans=tuple(spans))


_CANDIDATE_ID = re.compile(r"(\w+):(\d+)-(\d+)")  # kind, start and end


def find_cited_candidates(
    coding: Coding, article: Article, codebook: Codebook
) -> dict[str, Candidate]:
    """Return the candidates cited by proposals, rebuilt from their ids as they may no
    longer be suggested.

    Of words cited alone the value is that of the answer, if words of their kind can
    have it.
    """
    candidates: dict[str, Candidate] = {}
    proposed = [
        answer
        for event in coding.events
        for answer in event.fields.values()
        if answer.proposed
    ]
    for answer in proposed:
        for candidate_id in answer.evidence:
            found = _CANDIDATE_ID.fullmatch(candidate_id)
            if found is None:
                continue
            kind = found[1]
            start = int(found[2])
            end = int(found[3])
            is_alone = len(answer.evidence) == 1
            value = None
            if is_alone and kind_problem(kind, answer.value, codebook) is None:
                value = answer.value
            earlier = candidates.get(candidate_id)
            if earlier is None or (earlier.value is None and value is not None):
                quote = article.text[start:end]
                candidates[candidate_id] = Candidate(
                    candidate_id, kind, start, end, quote, value
                )
    return candidates


def candidates_for_all(project: Project, article: Article) -> list[Candidate]:
    """Return the candidates that everybody is shown, according to supervisors' rulings
    and thresholds.
    """
    with project.store.read() as queries:
        proposed = queries.candidates(article.id)
        rulings = queries.rulings()
    return apply_rulings(
        article, proposed, rulings, project.codebook, project.thresholds
    )


def apply_rulings(
    article: Article,
    proposed: list[Candidate],
    rulings: Sequence[Ruling],
    codebook: Codebook,
    thresholds: Mapping[str, float] = MappingProxyType({}),
) -> list[Candidate]:
    """Return an article's stored candidates without vetoed terms and with promoted ones.

    thresholds: kind → minimum score.
    """
    if not rulings and not thresholds:
        return proposed
    known = entries((), rulings, codebook)
    return terms.candidates(article, fold(article.text), proposed, known, thresholds)


def values_by_span(coding: Coding) -> dict[str, dict[str, Json]]:
    """Return span id → field → the first value that has the span as evidence."""
    values: dict[str, dict[str, Json]] = {}
    for _, answers in coding.records:
        for name, answer in answers.items():
            if answer.coded:
                for span_id in answer.evidence:
                    values.setdefault(span_id, {}).setdefault(name, answer.value)
    return values


def lessons_from(coding: Coding, proposed: Set[str]) -> Iterator[Lesson]:
    """Yield an open coding's lessons, as `store.lessons` does for stored ones;
    proposed: the rules' ids.
    """
    values = values_by_span(coding)
    for span in coding.spans:
        yield Lesson(
            span.kind,
            span.quote,
            (coding.article, span.start, span.end),
            kept=span.decision is not Decision.REJECTED,
            proposed=f"{span.kind}:{span.start}-{span.end}" in proposed,
            value=span.value,
            given=values.get(span.id, {}),
        )


def learned(project: Project) -> list[tuple[str, Entry]]:
    """Return the learned terms with whom they are for: everybody, `GOLD` (what gold
    would teach), a coder.
    """
    book = project.codebook
    with project.store.read() as queries:
        rulings = queries.rulings()
        lessons = Lessons(queries)
        gold = [] if queries.own_only else lessons.gold()
        people = {person.name for person in queries.people()}
        coders = sorted(people & {head.coder for head in queries.coding_heads()})
        taught = {GOLD: gold, **{name: lessons.own(name) for name in coders}}
    common = entries((), rulings, book)
    rows = [
        (EVERYBODY, entry)
        for entry in common.values()
        if entry.state is not State.NOTED
    ]
    for name, by_whom in taught.items():
        for key, entry in entries((tally(by_whom, book),), rulings, book).items():
            known = common[key].state if key in common else State.NOTED
            if entry.state not in (State.NOTED, known):
                rows.append((name, entry))
    return rows


def promote_gold(project: Project, supervisor: str) -> list[Ruling]:
    """Promote every term that closed gold suggests and that has no ruling yet; return
    the rulings.
    """
    suggested = [
        e for who, e in learned(project) if who == GOLD and e.state is State.SUGGESTED
    ]
    return [
        rule(project, supervisor, Verdict.PROMOTED, entry.kind, entry.text)
        for entry in suggested
    ]


def rule(
    project: Project,
    supervisor: str,
    verdict: Verdict,
    kind: str,
    text: str,
    value: str = "",
) -> Ruling:
    """Promote a term for everybody or veto it; value: an id or JSON, by default the
    learned value, if any.
    """
    project.person(supervisor, "supervisor")
    book = project.codebook
    book.span_kind(kind)
    here = (kind, fold_key(text))
    if not here[1]:
        raise CoderError("learning.no_letters", text=text)
    if verdict is Verdict.PROMOTED and not terms.is_learnable(kind, book):
        raise CoderError("learning.not_promoted", kind=kind)
    if value:
        known = _parse_value(value, kind, book)
    else:
        same = (e for _, e in learned(project) if (e.kind, fold_key(e.text)) == here)
        known = next((entry.value for entry in same if entry.value is not None), None)
    after = Ruling(
        kind, text.strip(), verdict, known if verdict is Verdict.PROMOTED else None
    )
    with project.store.begin(supervisor) as work:
        work.rule([_ruling(work.queries, kind, text)], [after], f"term.{verdict.value}")
    return after


def forget(project: Project, supervisor: str, kind: str, text: str) -> None:
    """Remove the ruling on a term, so that only the counts decide about it."""
    project.person(supervisor, "supervisor")
    with project.store.begin(supervisor) as work:
        before = _ruling(work.queries, kind, text)
        if before is None:
            raise CoderError("learning.undecided", text=text, kind=kind)
        work.rule([before], [], "term.forgotten")


def undo(project: Project, supervisor: str) -> tuple[str, list[str]] | None:
    """Undo the last ruling; return its name in the journal and its terms, or None if
    there is none.
    """
    project.person(supervisor, "supervisor")
    with project.store.begin(supervisor) as work:
        before = work.queries.rulings()
        if (what := work.undo(SUBJECT)) is None:
            return None
        after = work.queries.rulings()
        gone = [each for each in before if each not in after]
        back = [each for each in after if each not in before]
        return what, [each.text for each in gone or back]


def _ruling(queries: Queries, kind: str, text: str) -> Ruling | None:
    here = (kind, fold_key(text))
    return next(
        (r for r in queries.rulings() if (r.kind, fold_key(r.text)) == here), None
    )


def _parse_value(typed: str, kind: str, codebook: Codebook) -> Json:
    """Parse a value typed as JSON or as an id known to a field of the kind; raises
    CoderError otherwise.
    """
    try:
        value = from_json(typed)
    except ValueError:
        value = typed
    if not isinstance(value, dict | list):
        value = _find_listed_value(typed, kind, codebook)
    if problem := terms.value_problem(kind, value, codebook):
        raise CoderError(
            "learning.not_taken", value=typed[:80], kind=kind, problem=problem
        )
    return terms.bare(value)


def _find_listed_value(value_id: str, kind: str, codebook: Codebook) -> Json:
    """Return what an id stands for in the first field of the kind that knows it."""
    listed = {
        "actor": {actor.id for actor in codebook.lexicon.actors},
        "place": {place.id for place in codebook.lexicon.places},
    }
    known = set[str]()
    for field in codebook.fields_for_kind(kind):
        ids = listed.get(field.type)
        if not ids:
            ids = {value.id for value in codebook.values_of(field)}
        if value_id in ids:
            item = make_item(field, value_id, codebook)
            return [item] if field.is_list else item
        known |= ids
    if near := did_you_mean(value_id, known):
        raise CoderError("learning.near_id", value=value_id[:80], kind=kind, near=near)
    raise CoderError("learning.no_id", value=value_id[:80], kind=kind)
