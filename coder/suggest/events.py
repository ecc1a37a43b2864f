"""Proposes an event around a trigger: which candidates near it could fill which fields, by rules of syntax.

Arabic news puts the verb first, then who did it, then whom it fell on; a verbal noun takes its doer or its
object in construct and the other behind a preposition; a passive names its doer only behind من قبل and the
like.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from coder.codebook.schema import Codebook
from coder.codebook.validate import applies
from coder.model import Answer, Article, Candidate, Coding, Event
from coder.suggest.dates import DATE
from coder.suggest.forms import noun_forms, verb_forms
from coder.suggest.lexicon import ACTOR, OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.numbers import FIELDS, NUMBER
from coder.suggest.people import SOURCE
from coder.suggest.words import verb_set, word_set, words
from coder.text.normalize import fold_key
from coder.text.segment import sentences

Proposal = dict[str, list[Candidate]]
"""Event field id → candidates proposed for it, in text order."""

_DAMMA = "\u064f"
_FIELD_OF = {PLACE: "place", WEAPON: "weapons", OBJECT: "target_object", SOURCE: "source"}
_BARE = frozenset({"", "،", "قد", "لن", "، قد"})
"""What may stand between a subject and the verb behind it."""
_OPENERS = frozenset(map(fold_key, ["أن", "إن", "فإن", "بأن", "لكن", "لأن", "كان", "كانت"]))
_SUBJECT_REACH, _REACH = 4, 60
"""Words from a verb to its subject; letters from a verb to an object behind the next trigger."""
_LATER = frozenset({"killed", "injured"})
"""Counts that the sentence behind the trigger's may still tell."""


@dataclass(frozen=True)
class _Clause:
    """A trigger in its sentence, with what stands in it; offsets are code points of the article."""

    text: str
    trigger: Candidate
    start: int
    end: int
    here: Sequence[Candidate]

    @property
    def next(self) -> int:
        """Where the next trigger of the sentence begins; the sentence's end if there is none."""
        later = (c.start for c in self.here if c.kind == TRIGGER and c.start >= self.trigger.end)
        return next(later, self.end)

    def before(self, candidate: Candidate, size: int = 6) -> str:
        """The last words in front of a candidate, folded, in its sentence; attached particles left off."""
        front = self.text[self.start : candidate.start]
        attached = len(front) - len(front.rstrip("وفبكل")) if front[-1:].isalpha() else 0
        whole = front[: len(front) - attached] if attached <= 2 else front
        return " ".join(fold_key(whole).split()[-size:])

    def words(self, first: int, second: int) -> str:
        """The words between two offsets, folded."""
        return fold_key(self.text[first:second])


def propose_event(
    trigger: Candidate | tuple[int, int],
    candidates: Iterable[Candidate],
    article: Article,
    codebook: Codebook,
) -> Proposal:
    """The candidates that a trigger's sentence, and for casualties the next one, propose for each field.

    trigger: a candidate, or the code points [start, end) of a trigger that a coder drew. Fields that the
    event type rules out are left empty.
    """
    known = sorted(candidates, key=lambda c: (c.start, c.end))
    if not isinstance(trigger, Candidate):
        trigger = _drawn(trigger, known, article)
    spans = sentences(article.text)
    at = max(0, bisect_right([start for start, _ in spans], trigger.start) - 1)
    clause = _clause(article.text, trigger, spans[at], known)
    following = spans[at + 1] if at + 1 < len(spans) else (0, 0)
    later = [c for c in known if following[0] <= c.start < following[1]]
    found: Proposal = {"event_type": [trigger]} if trigger.value else {}
    found |= _things(clause)
    found |= _counts(clause.here, later)
    initiators, targets = _parties(clause)
    found |= {"initiators": initiators, "targets": targets}
    if trigger.value and not _has_targets(trigger, article, codebook):
        found["initiators"] = _companions(clause)
    if nearest := _nearest(clause, DATE):
        found["date"] = [nearest]
    return _asked(found, trigger, article, codebook)


def _drawn(span: tuple[int, int], known: Sequence[Candidate], article: Article) -> Candidate:
    """The trigger candidate that a drawn span overlaps, or one without a type."""
    start, end = span
    overlapping = (c for c in known if c.kind == TRIGGER and c.start < end and start < c.end)
    blank = Candidate("", TRIGGER, start, end, article.text[start:end])
    return next(overlapping, blank)


def _clause(text: str, trigger: Candidate, span: tuple[int, int], known: Sequence[Candidate]) -> _Clause:
    here = [c for c in known if span[0] <= c.start < span[1]]
    return _Clause(text, trigger, *span, here)


def _has_targets(trigger: Candidate, article: Article, codebook: Codebook) -> bool:
    """Whether the event type asks for targets; where it does not, all parties are initiators (meetings)."""
    return "targets" in _asked({"targets": [trigger]}, trigger, article, codebook)


def _asked(found: Proposal, trigger: Candidate, article: Article, codebook: Codebook) -> Proposal:
    """The proposal without fields that the codebook lacks or that the event type rules out."""
    coding = Coding(article.id, article.text_sha256, codebook.ref, "suggester")
    event = Event("proposed", {"event_type": Answer(value=trigger.value)} if trigger.value else {})
    counts = set(FIELDS.values())
    return {
        f.id: found[f.id]
        for f in codebook.event_fields
        if found.get(f.id) and (f.id in counts or not trigger.value or applies(f, event, coding, codebook))
    }


# ---------------------------------------------------------------- things and counts
def _things(clause: _Clause) -> Proposal:
    """Places, weapons, objects and sources of the sentence; objects from the trigger on if there are any."""
    found: Proposal = {}
    for kind, name in _FIELD_OF.items():
        of_kind = [c for c in clause.here if c.kind == kind]
        behind = [c for c in of_kind if c.start >= clause.trigger.end]
        found[name] = behind if kind == OBJECT and behind else of_kind
    for name in ("place", "target_object"):
        found[name] = [c for c in found[name] if _is_own(clause, c)] or found[name]
    return found


def _is_own(clause: _Clause, candidate: Candidate) -> bool:
    """Whether no other trigger stands between the trigger and the candidate."""
    low, high = sorted((clause.trigger.start, candidate.start))
    others = (c for c in clause.here if c.kind == TRIGGER and c.start != clause.trigger.start)
    return not any(low < c.start < high for c in others)


def _counts(here: Iterable[Candidate], later: Iterable[Candidate]) -> Proposal:
    """The counts by what they count; casualties also from the next sentence if this one has none."""
    found: Proposal = {}
    for candidates, allowed in ((here, set(FIELDS.values())), (later, _LATER)):
        told = set(found)
        for candidate in candidates:
            name = FIELDS.get(candidate.origin.removeprefix("number:"), "")
            if candidate.kind == NUMBER and name in allowed and name not in told and candidate.value:
                found.setdefault(name, []).append(candidate)
    return found


def _nearest(clause: _Clause, kind: str) -> Candidate | None:
    """The candidate of a kind that stands nearest to the trigger in its sentence."""
    of_kind = [c for c in clause.here if c.kind == kind]
    return min(of_kind, key=lambda c: abs(c.start - clause.trigger.start), default=None)


# ---------------------------------------------------------------- who did it to whom
def _parties(clause: _Clause) -> tuple[list[Candidate], list[Candidate]]:
    """Initiators and targets."""
    actors = _outermost(c for c in clause.here if c.kind == ACTOR)
    hit = [a for a in actors if _is_casualty(clause, a)]
    free = [a for a in actors if a not in hit]
    if clause.trigger.origin.startswith("verb:"):
        doers, targets = _around_verb(clause, free)
    else:
        doers, targets = _around_noun(clause, free)
    targets = [a for a in targets if a not in doers]
    return _with_joined(clause, free, doers), [*_with_joined(clause, free, targets), *hit]


def _around_verb(
    clause: _Clause, actors: Sequence[Candidate]
) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """The parties of a verb: its subject before or behind it, then whom it falls on."""
    agents = [
        a for a in actors if _marked(clause, a, "agent") and clause.trigger.end <= a.start < clause.next
    ]
    behind = [a for a in actors if a.start >= clause.trigger.end and a not in agents]
    in_front = [a for a in actors if a.end <= clause.trigger.start]
    patients = [a for a in behind if _marked(clause, a, "patient") and a.start < clause.next]
    subject = [a for a in in_front if clause.words(a.end, clause.trigger.start) in _BARE][-1:]
    subject = subject or [a for a in behind if _is_subject(clause, a)][:1]
    if _is_passive(clause):
        return agents, subject or [a for a in behind if a.start < clause.next][:1]
    subject = _with_joined(
        clause, actors, agents or subject or [a for a in in_front if _leads(clause, a)][-1:]
    )
    others = [
        a for a in behind if a not in subject and a.start < max(clause.next, clause.trigger.end + _REACH)
    ]
    return subject, patients or others[:1]


def _around_noun(
    clause: _Clause, actors: Sequence[Candidate]
) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """The parties of a verbal noun: by construct, by the subject of its light verb, by prepositions."""
    behind = [a for a in actors if a.start >= clause.trigger.end]
    in_front = [a for a in actors if a.end <= clause.trigger.start]
    agents = [a for a in behind if _marked(clause, a, "agent") or _is_origin(clause, a)]
    patients = [a for a in behind if _marked(clause, a, "patient") and a not in agents]
    patients = [a for a in patients if a.start < clause.next] or patients[:1]
    construct = [a for a in behind if not clause.words(clause.trigger.end, a.start)]
    verb, at = _light_verb(clause)
    subject = [a for a in in_front if a.start >= at and _distance(clause, at, a) <= _SUBJECT_REACH][:1]
    if verb in _forms("suffering"):
        return agents or construct, subject or [a for a in in_front if a.end <= at][-1:] or patients
    if not verb or not subject:
        shares = verb or _is_owned(clause) or clause.text[: clause.trigger.start].endswith("ب")
        subject = [a for a in in_front if _leads(clause, a)][-1:] if shares else []
    if construct and _head(clause) in _forms("transitive"):
        return agents or subject, construct
    doers = _with_joined(clause, actors, agents or subject or construct)
    return doers, patients or [a for a in behind if a not in doers and a.start < clause.next][:1]


def _companions(clause: _Clause) -> list[Candidate]:
    """Those a meeting brings together: its subject and whom مع, بين or ضم names, with all that و joins."""
    actors = _outermost(c for c in clause.here if c.kind == ACTOR)
    doers, _ = _parties(clause)
    behind = [a for a in actors if a.start >= clause.trigger.end and _marked(clause, a, "companion")]
    return _with_joined(clause, actors, [a for a in actors if a in doers or a in behind])


def _outermost(actors: Iterable[Candidate]) -> list[Candidate]:
    """The actors that stand in no wider one."""
    kept: list[Candidate] = []
    for actor in sorted(actors, key=lambda a: (a.start, -a.end)):
        if not kept or actor.start >= kept[-1].end:
            kept.append(actor)
    return kept


def _with_joined(
    clause: _Clause, actors: Sequence[Candidate], chosen: Sequence[Candidate]
) -> list[Candidate]:
    """The chosen actors with those that و joins to them."""
    found = list(chosen)
    for actor in actors:
        if (
            found
            and actor not in found
            and clause.words(found[-1].end, actor.start) in ("و", "، و", "وعن", "ومن")
        ):
            found.append(actor)
    return found


# ---------------------------------------------------------------- how an actor stands
def _is_casualty(clause: _Clause, actor: Candidate) -> bool:
    """Whether the actor is what a number of dead or hurt counts (ثلاثة مدنيين)."""
    counts = (c for c in clause.here if c.kind == NUMBER and c.origin.removeprefix("number:") in _LATER)
    return any(c.start <= actor.start < c.end for c in counts)


def _marked(clause: _Clause, actor: Candidate, role: str) -> bool:
    """Whether words of the role stand in front of the actor, or before the site or number it is in."""
    said = word_set("roles", role)
    holders = (c for c in clause.here if c.kind in (OBJECT, NUMBER) and c.start < actor.start <= c.end + 2)
    fronts = [clause.before(actor), *(clause.before(c) for c in holders if role == "patient")]
    for front in fronts:
        words_before = _WITHOUT.sub("", front).split()
        tails = [" ".join(words_before[-size:]) for size in (1, 2)]
        if any(t in said or t.removeprefix("و") in said for t in tails):
            return True
    return False


_WITHOUT = re.compile(r"(?:(?:^| )(?:عدد من|بعض|كل من|احد|اعضاء))+$")
"""Words between a preposition and the group it governs (ضد عدد من أعضاء كتائب)."""


def _is_origin(clause: _Clause, actor: Candidate) -> bool:
    """Whether a noun says where it comes from: هجوم من القوات, هجوم من طائرات تابعة للقوات."""
    between = clause.words(clause.trigger.end, actor.start).split()
    armed = any(c.kind == WEAPON and clause.trigger.end <= c.start < actor.start for c in clause.here)
    return between == ["من"] or (armed and bool(between) and "تابعه" in between[-2:])


def _is_oblique(clause: _Clause, actor: Candidate) -> bool:
    """Whether a preposition, attached or not, stands in front of the actor."""
    front = clause.text[max(clause.start, actor.start - 1) : actor.start]
    return (front.isalpha() and front not in "وف") or clause.before(actor, 1) in word_set("roles", "oblique")


def _is_subject(clause: _Clause, actor: Candidate) -> bool:
    """Whether the actor stands as subject behind the verb: near it, in its clause, under no preposition."""
    between = clause.words(clause.trigger.end, actor.start)
    plural = fold_key(clause.trigger.quote).endswith("وا")
    near = len(between.split()) <= _SUBJECT_REACH and not set(between) & set("،؛,:-")
    return near and not plural and actor.start < clause.next and not _is_oblique(clause, actor)


def _leads(clause: _Clause, actor: Candidate) -> bool:
    """Whether the actor is the subject of an earlier verb of the sentence, which a later verb may share."""
    front = clause.before(actor, 1)
    verbs = [c for c in clause.here if c.kind == TRIGGER and c.origin.startswith("verb:")]
    after_verb = any(c.end <= actor.start and not clause.words(c.end, actor.start) for c in verbs)
    source = any(c.kind == SOURCE and c.start == actor.start for c in clause.here)
    opens = not front or front.removeprefix("و").removeprefix("ف") in _OPENERS
    return (after_verb or source or opens) and not _is_oblique(clause, actor)


def _distance(clause: _Clause, offset: int, actor: Candidate) -> int:
    """Words between an offset and an actor."""
    return len(clause.words(offset, actor.start).split())


# ---------------------------------------------------------------- the shape of the trigger
def _head(clause: _Clause) -> str:
    return fold_key(clause.trigger.quote).split()[0].removeprefix("ال")


def _is_owned(clause: _Clause) -> bool:
    """Whether the noun has a pronoun that points back at its doer (هجماتها)."""
    return fold_key(clause.trigger.quote).endswith(("ها", "هم"))


def _is_passive(clause: _Clause) -> bool:
    """Whether the verb is passive, by its vowels, or one whose subject is the one it falls on."""
    quote = clause.trigger.quote
    return _DAMMA in quote[:4] or fold_key(quote).split()[0] in _forms("suffering")


def _light_verb(clause: _Clause) -> tuple[str, int]:
    """The last verb in front of a noun trigger that leaves the meaning to it, and where it ends."""
    light = verb_set(tuple(words()["light_verbs"])) | _forms("suffering")
    for match in reversed(list(re.finditer(r"\S+", clause.text[clause.start : clause.trigger.start]))):
        word = fold_key(match.group())
        for form in (word, word[1:]):
            if form in light:
                return form, clause.start + match.end()
    return "", clause.start


@cache
def _forms(role: str) -> frozenset[str]:
    """Every form of the words of a role: verbs for `suffering`, nouns for the others."""
    listed: Sequence[str] = words()["roles"][role]
    if role == "suffering":
        return frozenset(form.text for word in listed for form in verb_forms(word))
    return frozenset(form.text for word in listed for form in noun_forms(word))
