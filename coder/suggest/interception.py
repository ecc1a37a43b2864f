"""Arms in flight that are shot down: who does that intercepts, and whoever sent them is the attacker."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from coder.codebook.schema import Codebook
from coder.model import Candidate
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import ACTOR, OBJECT, TRIGGER, WEAPON
from coder.suggest.forms import masdar_forms
from coder.suggest.nations import nations_behind
from coder.suggest.parties import parties
from coder.suggest.word_lists import bare, verb_set, word_set, words
from coder.text.normalize import fold_key

_OWNED = frozenset({"تابعه", "تابع", "تابعين", "تابعتين"})
_POINTS_BACK = ("ه", "ها", "هم", "هما")


def shoots_down(clause: Clause) -> bool:
    """Whether arms in flight are what the act destroys (دمّرت المدمرة ثلاث مسيّرات); a launcher is not."""
    if fold_key(clause.trigger.quote).removeprefix("ال") not in _downing() or clause.front.endswith("ب"):
        return False
    objects = [c for c in clause.of_kind(OBJECT) if clause.trigger.end <= c.start < clause.next]
    arms = next((c for c in _arms(clause) if clause.is_own(c)), None)
    if arms is None or any(c.start <= arms.start < c.end or c.end <= arms.start for c in objects):
        return False
    return bool(clause.words(clause.trigger.end, arms.start)) or not objects  # دمّرت مسيّرة منزلاً


def senders(clause: Clause, codebook: Codebook) -> Sequence[Candidate]:
    """Who sent the arms that are intercepted: who fired them, whose they are, or their nation's army."""
    for arms in _arms(clause):
        launch = next((c for c in clause.of_kind(TRIGGER) if c.start >= arms.end), None)
        if launch and launch.quote.endswith(_POINTS_BACK):
            return parties(Clause(launch, clause.sentence))[0]
        behind = (a for a in clause.of_kind(ACTOR) if a.start >= arms.end)
        owners = [a for a in behind if _is_owner(clause, arms, a)][:1]
        if found := owners or nations_behind(clause, arms, codebook, armed=True):
            return found
    return []


def _arms(clause: Clause) -> list[Candidate]:
    """The arms in flight behind the trigger, those with which it is done left out."""
    flying = word_set("events", "in_flight")
    text = clause.sentence.text
    behind = (c for c in clause.of_kind(WEAPON) if c.start >= clause.trigger.end)
    return [c for c in behind if flying & set(map(str, c.value or ())) and text[c.start - 1] != "ب"]


def _is_owner(clause: Clause, arms: Candidate, actor: Candidate) -> bool:
    """Whether ل behind arms, or behind their adjectives, tells whose they are."""
    *between, last = clause.words(arms.end, actor.start).split() or [""]
    return last == "ل" and len(between) <= 2 and (not between or bare(between[-1]) in _OWNED)


@cache
def _downing() -> frozenset[str]:
    """Every form of the verbs of destroying and of their nouns."""
    verbs: Sequence[str] = words()["events"]["downing"]
    nouns = (form.text for verb in verbs for form in masdar_forms(verb))
    return verb_set(tuple(verbs)).union(nouns)
