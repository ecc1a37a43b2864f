"""Nations by their adjectives: whose government an adjective tells, and whose act (غارة إسرائيلية)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from coder.codebook.lexicon import Lexicon
from coder.model import Candidate
from coder.suggest.actors import nation_adjectives
from coder.suggest.lexicon import ACTOR
from coder.suggest.names import GUESS, Name
from coder.suggest.page import Page, folded_range
from coder.suggest.phrase import follows, is_nisba
from coder.suggest.words import bare, word_set
from coder.text.normalize import fold_key

NATION = "nation"
"""The origin of an actor that is but the adjective of an act."""


def acting_nations(
    page: Page, triggers: Iterable[Candidate], taken: Set[int], known: Mapping[str, str]
) -> Iterator[Name]:
    """The nations whose adjective stands behind the noun of a violent act: they did it.

    taken: indices of words inside other actors. known: nation → its government's id.
    """
    for trigger in triggers:
        if not trigger.origin.startswith("noun:") or trigger.value not in word_set("events", "violent"):
            continue
        last = page.words_in(*folded_range(page, trigger))[-1]
        word = follows(page, last)
        while word is not None and is_nisba(word.text) and word.text not in nation_adjectives():
            last += 1  # another adjective between the two (غارة جوية إسرائيلية)
            word = follows(page, last)
        if word is not None and word.text in nation_adjectives() and last + 1 not in taken:
            government = known.get(nation_of(word.text))
            ids = (government,) if government else ()
            yield Name(ACTOR, last + 1, last + 1, 0, NATION, ids, "government", GUESS)


def governments(lexicon: Lexicon) -> Mapping[str, str]:
    """Nation, as an adjective → the one government whose listed names have it (الإدارة الأميركية)."""
    found: dict[str, set[str]] = {}
    for actor in lexicon.actors:
        if actor.actor_class == "government" and not actor.parent:
            for word in {w for form in actor.forms for w in fold_key(form).split() if is_nisba(w)}:
                found.setdefault(nation_of(word), set()).add(actor.id)
    return {nation: ids.pop() for nation, ids in found.items() if len(ids) == 1}


def nation_of(word: str) -> str:
    """The adjective of a nation without article, gender and number, in one spelling."""
    stem = bare(word)
    for ending in ("يين", "يون", "يتين", "يه", "يا"):
        if stem.endswith(ending):
            stem = stem.removesuffix(ending) + "ي"
            break
    return stem.replace("امريك", "اميرك")
