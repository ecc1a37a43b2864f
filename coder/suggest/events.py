"""Propose an event for a trigger: which nearby candidates could fill which fields, by
rules of syntax.

Arabic news puts the verb first, then the agent, then the patient. A verbal noun takes
its agent or its patient in construct state and the other behind a preposition. A
passive verb names its agent only behind من قبل and similar phrases. Candidates that
belong to another trigger of the sentence are left to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import value_problems
from coder.model import Article, Candidate, Json, Passage
from coder.suggest import counted_acts, credit, event_fields, meetings, where_and_when
from coder.suggest.answered import answered
from coder.suggest.article_sentences import ArticleSentences
from coder.suggest.article_words import first_item
from coder.suggest.asked_fields import field_of, for_codebook
from coder.suggest.casualty_sides import sides
from coder.suggest.certainty import certainty
from coder.suggest.claims import how_known
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import ACTOR, TRIGGER
from coder.suggest.denial_words import with_status
from coder.suggest.doers_of_nouns import added_to
from coder.suggest.event_fields import Proposal
from coder.suggest.lexicon_values import lexicon_fields
from coder.suggest.nations import acting_nations, struck_nations
from coder.suggest.objects_behind import drops_subject, threatens_nobody_named
from coder.suggest.parties import companions, parties
from coder.suggest.possible_parties import differs_in_gender
from coder.suggest.referents import Referents
from coder.suggest.retold import told_before
from coder.suggest.sentence_before import day_before, place_before
from coder.suggest.source_spans import SOURCE
from coder.suggest.struck import killed_by, struck, with_leaders
from coder.suggest.told_later import day_told_later
from coder.suggest.word_lists import word_set
from coder.text.normalize import fold_key
from coder.values.named import source_kind

_IN_UNIFORM = frozenset({"state_military", "state_security"})
_CLAIMED = 3  # sentences behind an act in which somebody claims it
_ANSWERED = 6  # sentences in front of a rejection in which what it rejects was told
_TAKEN_UP = 3  # sentences in front of an act in which it was told
_FAR_BACK = 4  # sentences in which whoever goes on to speak was named
_SPEAKERS = frozenset(
    {"official", "party_statement", "monitor"}
)  # kinds of sources that are parties
OWN_REPORTING = "unattributed"
"""The origin of a source value without any words: the article credits nobody."""
Given: TypeAlias = Mapping[str, Sequence[tuple[Json, Passage | None]]]
"""Field id → the type or actors that stand in it, each with his words."""


class EventProposer:
    """Proposes events for the triggers of one article, from its candidates."""

    def __init__(
        self, candidates: Iterable[Candidate], article: Article, codebook: Codebook
    ) -> None:
        self._article, self._codebook = article, codebook
        self._text = ArticleSentences(candidates, article)
        self._who = Referents(self._text, codebook)
        self._alone: dict[tuple[int, int], tuple[list[Candidate], list[Candidate]]] = {}
        self._types = {kind.id for kind in codebook.leaf_types()}

    def propose(
        self,
        trigger: Candidate | tuple[int, int],
        given: Given = MappingProxyType({}),
    ) -> Proposal:
        """Propose candidates for each field from the trigger's sentence and, for
        casualties, the next one.

        trigger: a candidate, or the code points [start, end) of a trigger that a coder
        drew. Fields that the event type rules out are left empty. A stretch without
        letters gets no proposals. given: the type and actors that stand in fields, by
        their ids, with their words; others are proposed by these.
        """
        if not isinstance(trigger, Candidate):
            start, end = trigger
            known = (
                c
                for c in self._text.candidates
                if c.kind == TRIGGER and c.start < end and start < c.end
            )
            drawn = Candidate(
                f"{TRIGGER}:{start}-{end}",
                TRIGGER,
                start,
                end,
                self._article.text[start:end],
            )
            trigger = next(known, drawn)
        if not fold_key(trigger.quote):
            return {}
        for kind, _ in given.get(field_of("event_type", self._codebook), ()):
            trigger = replace(trigger, value=kind)
        at = self._text.at(trigger.start)
        fixed = self._known(trigger, given)
        clause, later = (
            Clause(trigger, self._text.part(trigger)),
            self._text.sentence(at + 1),
        )
        proposal: Proposal = {"event_type": []}
        if trigger.value:
            kind = event_fields.refined_type(clause)
            proposal["event_type"] = [
                replace(trigger, value=kind) if kind in self._types else trigger
            ]
        proposal["weapons"] = event_fields.weapons(clause)
        proposal["source"] = self._sources(clause, at) or self._own_reporting(clause)
        proposal |= fixed
        proposal["target_object"] = event_fields.objects(clause)
        proposal |= counted_acts.counts(
            clause, later.here if clause.next == self._text.extents[at][1] else ()
        )
        proposal["report_scope"] = event_fields.scope(clause, proposal)
        proposal["event_status"] = with_status(clause, self._codebook)
        proposal["about_type"] = event_fields.about(clause, self._codebook)
        if self._codebook.lexicon.values or self._codebook.lexicon.counts:
            proposal |= lexicon_fields(
                clause, () if later.of_kind(TRIGGER) else later.here, self._codebook
            )
        initiators, targets = self._parties(clause, proposal)
        proposal["place"] = where_and_when.places(clause, initiators)
        if not proposal["report_scope"]:
            proposal["place"] = where_and_when.nearest_places(clause, proposal["place"])
        proposal = counted_acts.of_first_part(clause, proposal)
        proposal["initiators"] = self._who.named(
            initiators, as_body=True
        ) or self._speakers(clause, proposal)
        proposal |= fixed
        proposal["event_type"] = event_fields.of_crowds(
            proposal["event_type"], proposal["initiators"]
        )
        if "source" not in fixed and credit.is_own_act(
            clause, proposal["initiators"], proposal["source"]
        ):
            proposal["source"] = self._own_reporting(clause)
        behind = map(self._text.sentence, range(at + 1, at + 1 + _CLAIMED))
        body_of = partial(self._who.named, as_body=True)
        hit = fixed.get("targets", targets)
        proposal |= (
            how_known(clause, behind, proposal, hit, body_of, self._codebook) | fixed
        )
        is_personal = trigger.value in word_set("events", "personal") or targets == (
            killed_by(clause) or None
        )
        doers = [doer.value for doer in proposal["initiators"]]
        named = self._who.named(targets, as_body=not is_personal)
        not_doers = [target for target in named if target.value not in doers]
        proposal["targets"] = fixed.get("targets", not_doers)
        forces = [
            c
            for c in proposal["targets"]
            if self._who.class_of(c.value[0]) in _IN_UNIFORM
        ]
        proposal["target_object"] = proposal["target_object"] or struck(clause, forces)
        proposal["target_object"] = with_leaders(
            clause, proposal["target_object"], proposal["targets"]
        )
        if trigger.value in word_set("events", "displacing"):
            people = [
                c
                for c in proposal["targets"]
                if self._who.class_of(c.value[0]) == "civilians"
            ]
            proposal["target_object"] = [
                replace(c, value=["civilians"]) for c in people
            ]
        if trigger.value not in word_set("events", "mutual"):
            hurt = [*proposal.get("killed", ()), *proposal.get("injured", ())]
            proposal["casualty_side"] = sides(sorted(hurt, key=lambda c: c.start))
        before, lexicon = self._text.told_before(at), self._codebook.lexicon
        proposal["date"] = where_and_when.dates(clause) or day_before(
            clause, before, lexicon, targets
        )
        proposal["date"] = (
            day_told_later(clause, later, proposal["date"], lexicon) or proposal["date"]
        )
        if not proposal["place"]:
            proposal["place"] = place_before(
                clause, before, lexicon, initiators, targets
            )
        proposal["place"] = meetings.place_again(self._text, clause, proposal["place"])
        if trigger.value in word_set("events", "said"):
            place, day = meetings.told_at(
                self._text, clause, proposal["initiators"], self._who.named
            )
            proposal["place"], proposal["date"] = (
                proposal["place"] or place,
                proposal["date"] or day,
            )
        proposal["certainty"] = certainty(clause, later, proposal, lexicon)
        return for_codebook(proposal, self._codebook)

    def _known(self, trigger: Candidate, given: Given) -> Proposal:
        """The roles of those who are given, each by his words: else those in the
        sentence, or the trigger.
        """
        roles = {
            "initiators": ACTOR,
            "targets": ACTOR,
            "claimant": ACTOR,
            "source": SOURCE,
        }
        known: Proposal = {
            role: [] for role in roles if field_of(role, self._codebook) in given
        }
        for role, named in known.items():
            alike = [c for c in self._text.candidates if c.kind == roles[role]]
            for item, said in given[field_of(role, self._codebook)]:
                at = said or trigger
                words = Candidate("", roles[role], at.start, at.end, at.quote)
                if isinstance(item, dict) and item.get("kind") == "own_reporting":
                    words = replace(
                        words, end=words.start, quote="", origin=OWN_REPORTING
                    )
                if said is not None:
                    near = [
                        c for c in alike if (c.start, c.end) == (said.start, said.end)
                    ]
                else:
                    here = self._text.at(trigger.start)
                    near = [
                        c
                        for c in alike
                        if isinstance(c.value, list) and item in c.value
                    ]
                    near = [c for c in near if self._text.at(c.start) == here]
                words = min(
                    near, key=lambda c: abs(c.start - trigger.start), default=words
                )
                named.append(replace(words, value=[item]))
        return known

    def _sources(self, clause: Clause, at: int) -> list[Candidate]:
        """The sources credited with an act, or those of the sentences before if one of
        them goes on.
        """
        lexicon = self._codebook.lexicon
        for earlier in range(at, max(-1, at - _FAR_BACK), -1):
            sentence = self._text.sentence(earlier)
            found = credit.sources(sentence)
            if earlier == at:
                found = [
                    c
                    for c in found
                    if not credit.says_something_else(clause, c, lexicon)
                ]
                found = found or self._speaking_on(clause)
            if found or not credit.goes_on(sentence, lexicon):
                return (
                    credit.of_title(self._text.sentence(at), found)
                    if earlier < at
                    else found
                )
        return []

    def _speaking_on(self, clause: Clause) -> list[Candidate]:
        """Who goes on to say that the act happened after what he did himself, as a
        source.
        """
        found = list[Candidate]()
        for speaker in self._who.named(
            credit.resumed(clause, self._codebook.lexicon), as_body=True
        )[:1]:
            who = speaker.value[0]
            said = [{"who": who, "kind": source_kind(self._who.class_of(who))}]
            found.append(replace(speaker, kind=SOURCE, value=said))
        return found

    def _own_reporting(self, clause: Clause) -> list[Candidate]:
        """A source candidate without words or id, for what the article reports without
        crediting anybody.
        """
        start = clause.trigger.start
        own = Candidate(
            "",
            SOURCE,
            start,
            start,
            "",
            [{"who": None, "kind": "own_reporting"}],
            OWN_REPORTING,
        )
        field = next((f for f in self._codebook.event_fields if f.id == "source"), None)
        return (
            [own]
            if field and not any(value_problems(field, own.value, self._codebook))
            else []
        )

    # ------------------------------------------------------------ who
    def _parties(
        self, clause: Clause, found: Proposal
    ) -> tuple[list[Candidate], list[Candidate]]:
        trigger, (initiators, targets) = clause.trigger, parties(clause)
        if trigger.value:
            # if the type has no targets (meetings) or both sides act, all parties are
            # initiators
            fields = for_codebook(
                {**found, "targets": found["event_type"]}, self._codebook
            )
            if trigger.value in word_set("events", "mutual") or "targets" not in fields:
                initiators, targets = companions(clause), []
        if not initiators and drops_subject(clause):
            initiators = self._subject_before(clause)
            targets = [a for a in targets if a not in initiators]
        nations = acting_nations(clause, self._codebook)
        if nations and not any(a.start > trigger.start for a in initiators):
            is_attack = trigger.value in word_set("events", "violent")
            initiators = (
                list(map(self._who.army_before, nations)) if is_attack else nations
            )
        if trigger.value and found["event_type"][0].value in word_set(
            "events", "guarding"
        ):
            targets = list(event_fields.senders(clause, self._codebook)) or targets
        elif not targets and trigger.value in word_set("events", "violent"):
            things = found.get("target_object", ())
            targets = killed_by(clause) or struck_nations(
                clause, things, self._codebook
            )
        elif not targets and trigger.value in word_set("events", "blaming"):
            targets = [
                a for a in self._parties_of_next(clause)[0] if a not in initiators
            ]
        elif not targets and trigger.value in word_set("events", "ordering"):
            targets = [a for a in self._told_to_act(clause) if a not in initiators]
        elif not targets and trigger.value in word_set("events", "aimed"):
            targets = [
                a for a in self._parties_of_next(clause)[1] if a not in initiators
            ]
        elif not targets and trigger.value in word_set("events", "denials"):
            at = self._text.at(clause.sentence.start)
            earlier = map(
                self._text.sentence, range(at - 1, max(-1, at - 1 - _ANSWERED), -1)
            )
            values = [a.value for a in self._who.named(initiators, as_body=False)]
            found_before = answered(clause, earlier, self._parties_alone, values)
            targets = [a for a in found_before if a.value not in values]
        if not initiators and (first := added_to(clause)):
            initiators, hit = self._parties_alone(first)
            targets = targets or hit
        is_told_on = not targets and threatens_nobody_named(clause)
        if is_told_on or clause.after(trigger) in word_set("roles", "them"):
            targets = [
                a
                for a in self._spoken_to_before(clause, told=is_told_on)
                if a not in initiators
            ]
        if not (initiators and targets):
            doers, hit = self._parties_before(clause)
            named = [a.value for a in initiators]
            if not named or all(
                a.value in named or self._who.is_nobody(a) for a in doers
            ):
                initiators, targets = initiators or doers, targets or hit
        return initiators, targets

    def _parties_alone(self, clause: Clause) -> tuple[list[Candidate], list[Candidate]]:
        """Who does an act and on whom it falls, remembered; the acts shortly before it
        are asked first.
        """
        near = self._text.extents[
            max(0, self._text.at(clause.trigger.start) - 4 * _TAKEN_UP)
        ][0]
        for act in self._text.between(near, clause.trigger.start + 1):
            if (
                act.kind == TRIGGER
                and act.value
                and (act.start, act.end) not in self._alone
            ):
                self._alone[act.start, act.end] = [], []  # while it is being asked
                asked = Clause(act, self._text.sentence(self._text.at(act.start)))
                self._alone[act.start, act.end] = self._parties(
                    asked, {"event_type": [act]}
                )
        return self._alone[clause.trigger.start, clause.trigger.end]

    def _spoken_to_before(self, clause: Clause, *, told: bool) -> list[Candidate]:
        """On whom the acts before this one in its sentence fall (متهمة إياه); told:
        only statements.

        اتهمت كييف موسكو وتوعدت بالرد; طالب الجيش المسلحين بالخروج مهددا باستخدام القوة
        """
        acts = [
            c
            for c in clause.of_kind(TRIGGER)
            if c.value and c.end <= clause.trigger.start
        ]
        if told:
            acts = [c for c in acts if c.value in word_set("events", "said")]
        clauses = (Clause(act, clause.sentence) for act in reversed(acts))
        return next(
            filter(None, (self._parties_alone(told)[1] for told in clauses)), []
        )

    def _subject_before(
        self, clause: Clause
    ) -> list[Candidate]:  # دخل الجيش المدينة. وأحرق منازل
        """Who did the first act of the sentence before for which the verb agrees with
        them in gender.
        """
        before = self._text.sentence(self._text.at(clause.sentence.start) - 1)
        verbs = (c for c in before.of_kind(TRIGGER) if c.origin.startswith("verb:"))
        verb = fold_key(clause.trigger.quote)
        doers = (parties(Clause(act, before))[0] for act in verbs)
        agreeing = (
            [a for a in group if not differs_in_gender(verb, before, a)]
            for group in doers
        )
        return next(filter(None, agreeing), [])

    def _parties_before(
        self, clause: Clause
    ) -> tuple[list[Candidate], list[Candidate]]:
        """Who did the act told before that the clause takes up, and on whom it fell:
        وأسفر القصف عن …
        """
        at = self._text.at(clause.sentence.start)
        earlier = map(
            self._text.sentence, range(at - 1, max(-1, at - 1 - _TAKEN_UP), -1)
        )
        told = [
            self._parties_alone(act)
            for act in told_before(clause, earlier, self._codebook.lexicon)
        ]
        doers = {str([a.value for a in initiators]) for initiators, _ in told}
        return told[0] if len(doers) == 1 else ([], [])

    def _parties_of_next(
        self, clause: Clause
    ) -> tuple[list[Candidate], list[Candidate]]:
        """Who does the act that the clause names next, and on whom it falls.

        Whose act is condemned (أدانت قطر استهداف الجيش قافلة), and who is threatened
        (هدد بمهاجمة القوات).
        """
        acts = (c for c in clause.of_kind(TRIGGER) if c.start >= clause.next)
        act = next((c for c in acts if not _is_where_said(clause, c)), None)
        if (
            act is None
            or not act.origin.startswith("noun:")
            or not clause.is_in_clause(act)
        ):
            return [], []
        told, is_joined = (
            Clause(act, clause.sentence),
            clause.words(clause.trigger.end, act.start) == "و",
        )
        is_statement = act.value in word_set("events", "blaming") | word_set(
            "events", "aimed"
        )
        found = ([], []) if is_statement else self._parties(told, {"event_type": [act]})
        if is_joined and not any(found):
            return self._parties_of_next(told)  # التهديدات والهجمات باستهداف القواعد
        return found

    def _told_to_act(self, clause: Clause) -> list[Candidate]:
        """Who would do what is demanded: طالب بانسحاب القوات الروسية, دعا إلى وقف
        الغارات الإسرائيلية.
        """
        orders = (
            c.start
            for c in clause.of_kind(TRIGGER)
            if c.value in word_set("events", "ordering")
        )
        if clause.next in orders:
            return []
        start, named = (
            clause.trigger.end,
            (*clause.of_kind(ACTOR), *clause.of_kind(SOURCE)),
        )
        ends = (a.end for a in named if start <= a.start < a.end <= clause.next)
        link = clause.words(max(ends, default=start), clause.next).split()
        return (
            self._parties_of_next(clause)[0]
            if {*link} <= word_set("roles", "demanded")
            else []
        )

    def _speakers(
        self, clause: Clause, found: Proposal
    ) -> list[Candidate]:  # قال مسؤولون إن …، وحملوا إيران
        """Who is credited in front of a statement that has no subject but goes on with
        what they said.
        """
        trigger = clause.trigger
        if trigger.value not in word_set(
            "events", "said"
        ) or not trigger.origin.startswith("verb:"):
            return []
        is_theirs = clause.before(trigger, 1) in word_set("roles", "pronoun_subjects")
        if not (is_theirs or clause.front.endswith("و")):
            return []  # قالت الحركة إن الوزير هدد
        spoken = (
            c
            for c in found["source"]
            if clause.sentence.start <= c.start and c.end <= trigger.start
        )
        speakers = (
            c
            for c in spoken
            if first_item(c).get("kind") in _SPEAKERS and first_item(c).get("who")
        )
        parties = (
            replace(c, kind=ACTOR, value=[first_item(c)["who"]]) for c in speakers
        )
        return self._who.named(
            (self._who.group_inside(c, c.value) for c in parties), as_body=False
        )


def _is_where_said(
    clause: Clause, act: Candidate
) -> bool:  # تبنت الجماعة في بيان هجمات
    is_inside = clause.before(act, 1) in word_set("roles", "published_in")
    return (
        is_inside
        and act.value in word_set("events", "said")
        and act.origin.startswith("noun:")
    )
