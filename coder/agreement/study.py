"""Agreement over real codings: events, fields, spans and the weakest field, all from one alignment.

Deterministic: the same codings, codebook and plan give the same figures. The reporting policy is that of
Krippendorff (2004): every figure with its n and interval, undefined figures with their reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from coder.agreement import align
from coder.agreement.alpha import category_agreement
from coder.agreement.bootstrap import Plan, Reliability, minimum, status
from coder.agreement.event_agreement import EventAgreement, event_agreement
from coder.agreement.field_agreement import (
    Answered,
    Confusion,
    FieldAgreement,
    Level,
    PairAgreement,
    scale_of,
)
from coder.agreement.result import Score
from coder.agreement.span_agreement import SpanAgreement, span_agreement
from coder.agreement.spans import Fragment, Mark, joined
from coder.codebook.schema import Codebook, Field
from coder.codebook.scope import effective, effective_answers, identity
from coder.errors import CoderError
from coder.model import Answer, Blank, Cluster, Coding, Decision, Event, Json
from coder.values.dates import days_of


class Overall(NamedTuple):
    """The lowest bound among the fields, the field it belongs to, and the fields without a bound."""

    lower: Score
    field: str
    status: Reliability
    undefined: tuple[tuple[str, str], ...]


class CodedView(NamedTuple):
    """One coding as it counts by the codebook's conditions."""

    text_sha256: str
    answers: Mapping[str, Answer]  # by article field
    events: Mapping[str, Event]  # by id
    views: tuple[align.EventView, ...]
    marks: tuple[Mark, ...]  # spans without rejected ones

    @classmethod
    def of(cls, coding: Coding, codebook: Codebook) -> CodedView:
        """The coding as it counts; raises CoderError for a date that is none."""
        events = {event.id: effective(event, coding, codebook) for event in coding.events}
        spans = [span for span in coding.spans if span.decision is not Decision.REJECTED]
        kept = {span.id: (span.start, span.end) for span in spans}
        return cls(
            coding.text_sha256,
            effective_answers(coding, codebook),
            events,
            tuple(_view(event, kept, coding.id, codebook) for event in events.values()),
            tuple(Mark.of([(span.start, span.end)], span.kind) for span in spans),
        )


def term_of(field: Field) -> align.Term | None:
    """The term of event similarity that a field goes into: by its type, if it has a weight in pairing."""
    terms: dict[str, align.Term] = {"date": "date", "place": "place", "actor": "actors"}
    return terms.get(field.type) if field.weight else None


def _view(event: Event, kept: Mapping[str, Fragment], coding: str, codebook: Codebook) -> align.EventView:
    """Evidence of all fields; the first date and place and all actors of the fields that pairing weighs."""
    counted = [a for a in event.fields.values() if a.coded or a.blank is Blank.NOT_STATED]
    cited = {span for answer in counted for span in answer.evidence}
    coded: dict[align.Term, list[Json]] = {"date": [], "place": [], "actors": []}
    for field in codebook.event_fields:
        term, answer = term_of(field), event.answer(field.id)
        if term is not None and answer.coded and answer.value:
            coded[term] += answer.value if isinstance(answer.value, list) else [answer.value]
    try:
        date = days_of(coded["date"][0]) if coded["date"] else None
    except CoderError as error:
        error.where = f"{coding}/{event.id}"
        raise
    return align.EventView(
        event.id,
        joined(kept[span] for span in cited if span in kept),
        date,
        identity(coded["place"][0]) if coded["place"] else None,
        frozenset(identity(actor) for actor in coded["actors"]),
    )


class Study:
    """Codings, all of which count, seen through one codebook; an article of one coder is in no comparison."""

    def __init__(
        self,
        codings: Iterable[Coding],
        codebook: Codebook,
        *,
        lengths: Mapping[str, int] | None = None,
        plan: Plan | None = None,
    ) -> None:
        """lengths: code points of each article's text, which unitizing alpha of spans needs.

        Raises CoderError if a coder has two codings of an article, or codings of one differ in its text.
        """
        self._views: dict[str, dict[str, CodedView]] = {}
        for coding in sorted(codings, key=lambda c: (c.article, c.coder)):
            coded = self._views.setdefault(coding.article, {})
            if coding.coder in coded:
                raise CoderError("agreement.two_codings", coder=coding.coder, where=coding.id)
            if any(view.text_sha256 != coding.text_sha256 for view in coded.values()):
                raise CoderError("agreement.other_text", where=coding.id)
            coded[coding.coder] = CodedView.of(coding, codebook)
        self._lengths = lengths or {}
        self._clusters: dict[align.Term | None, list[list[tuple[align.Member, ...]]]] = {}
        self.codebook = codebook
        self.plan = plan or Plan()
        self.articles = tuple(self._views)
        self.coders = tuple(sorted({coder for coded in self._views.values() for coder in coded}))

    # ------------------------------------------------------------ reports
    @cached_property
    def events(self) -> EventAgreement:
        """How far coders agree on which events the articles hold."""
        return event_agreement(self.articles, self._events, self._pairing, self.plan)

    @cached_property
    def fields(self) -> tuple[FieldAgreement, ...]:
        """Of each field that has a distance, in codebook order; event fields on clusters blind to them."""
        measured = [each for each in self._fields if each[0].id not in self.not_measured]
        return tuple(self._answered(field, level).agreement(self.plan) for field, level in measured)

    @cached_property
    def not_measured(self) -> tuple[str, ...]:
        """Ids of the fields that the codebook compares by no distance."""
        return tuple(field.id for field, _ in self._fields if scale_of(field, self.codebook) is None)

    def spans(self) -> list[SpanAgreement]:
        """How far coders agree on spans: all kinds together, then each that anybody marked."""
        marked = [{coder: view.marks for coder, view in coded.items()} for coded in self._views.values()]
        used = {mark.label for coded in marked for marks in coded.values() for mark in marks}
        known = [kind.id for kind in self.codebook.span_kinds]
        kinds = [kind for kind in known if kind in used] + sorted(used - set(known))
        return span_agreement(
            marked, [self._lengths.get(article) for article in self.articles], kinds, self.plan
        )

    def overall(self) -> Overall:
        """The weakest field by the lower bound of its interval, and the fields that have none."""
        bounds = [(row.interval.lower, row) for row in self.fields if row.interval.lower is not None]
        bound, weakest = min(bounds, key=lambda each: each[0], default=(None, None))
        return Overall(
            minimum(lower for lower, _ in bounds),
            weakest.field if weakest else "",
            status(bound, bound, weakest.articles if weakest else 0),
            tuple((row.field, row.interval.reason) for row in self.fields if row.interval.lower is None),
        )

    def confusion(self, field_id: str) -> Confusion:
        """Which values of an enumeration or a hierarchy were given to the same unit."""
        return self._answered(*self._find(field_id)).confusion(self.codebook)

    def pairs(self, field_id: str) -> list[PairAgreement]:
        """Agreement of every two coders on one field."""
        return self._answered(*self._find(field_id)).by_pair(self.coders)

    def categories(self, field_id: str) -> dict[str, Score]:
        """Specific agreement on each value of an enumeration, in the codebook's order."""
        field, level = self._find(field_id)
        ratings = self._answered(field, level).ratings
        if ratings.distance.name != "nominal":
            raise CoderError("agreement.no_categories", field=field_id)
        return {value.id: category_agreement(ratings, value.id) for value in self.codebook.values_of(field)}

    def clusters(self, article: str) -> list[Cluster]:
        """The events of an article that are the same event, as c1, c2 … by their first evidence.

        The alignment is the one behind all figures. Raises CoderError for an article without a coding.
        """
        if article not in self._views:
            raise CoderError("agreement.nobody_coded", article=article)
        starts = {
            (coder, view.id): view.evidence[0][0] if view.evidence else float("inf")
            for coder, coded in self._views[article].items()
            for view in coded.views
        }
        aligned = self._aligned(None)[self.articles.index(article)]
        found = [tuple(sorted((member.coder, member.event) for member in members)) for members in aligned]
        found.sort(key=lambda members: (min(starts[member] for member in members), members))
        return [Cluster(f"c{n}", article, members) for n, members in enumerate(found, start=1)]

    # ------------------------------------------------------------ what they rest on
    @property
    def _fields(self) -> list[tuple[Field, Level]]:
        fields: list[tuple[Field, Level]] = [(field, "article") for field in self.codebook.article_fields]
        return fields + [(field, "event") for field in self.codebook.event_fields]

    @property
    def _events(self) -> list[align.CodedArticle]:
        return [{coder: view.views for coder, view in coded.items()} for coded in self._views.values()]

    @property
    def _pairing(self) -> align.Pairing:
        defaults = self.codebook.agreement.defaults
        return align.Pairing(defaults.alignment_threshold, None, defaults.event_date_cap_days)

    def _answered(self, field: Field, level: Level) -> Answered:
        """The field's answers as ratings; raises CoderError if the codebook compares it by no distance."""
        scale = scale_of(field, self.codebook)
        if scale is None:
            raise CoderError("agreement.not_measured", field=field.id, where=field.id)
        units: list[tuple[str, Mapping[str, Answer]]] = []
        if level == "article":
            for article, coded in self._views.items():
                units.append((article, {coder: view.answers[field.id] for coder, view in coded.items()}))
        else:
            for (article, coded), found in zip(
                self._views.items(), self._aligned(term_of(field)), strict=True
            ):
                for members in found:
                    answers = {who: coded[who].events[event].answer(field.id) for event, who in members}
                    units.append((article, answers))
        return Answered.of(field, level, scale, units, self.coders)

    def _aligned(self, exclude: align.Term | None) -> list[list[tuple[align.Member, ...]]]:
        """The clusters of each article, aligned once for each term that is left out."""
        if exclude not in self._clusters:
            how = self._pairing._replace(exclude=exclude)
            self._clusters[exclude] = [align.clusters(article, how) for article in self._events]
        return self._clusters[exclude]

    def _find(self, field_id: str) -> tuple[Field, Level]:
        """The field of that id, an article field before an event field; raises CoderError for none."""
        found = next((each for each in self._fields if each[0].id == field_id), None)
        return found or (self.codebook.event_field(field_id), "event")
