"""Nationality adjectives: the governments and armies to which they refer (غارة
إسرائيلية).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Codebook
from coder.model import Json
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import ACTOR
from coder.suggest.gazetteer import is_world, place_of
from coder.suggest.name_spans import GUESS, Name, covered, nation_adjectives, nation_of
from coder.suggest.phrase import follows, is_definite, is_nisba
from coder.suggest.word_lists import bare, word_set
from coder.text.normalize import fold_key

# the origin of parties proposed because of an adjective; they are not mentions of
# actors
NATION = "nation"
_WORD = re.compile(r"\w[\w\u064b-\u0652]*|[^\w\s]")


class Nations(NamedTuple):
    """Nationality adjective → the lexicon entries of the nation's government and army.

    of_states: country → its army's entry.
    """

    governments: Mapping[str, str]
    armies: Mapping[str, str]
    of_states: Mapping[str, str]


def nations(codebook: Codebook) -> Nations:
    """The nations of a codebook; armies are recognised by their listed names (الجيش
    التركي).
    """
    armies: dict[str, str] = {}
    for actor in codebook.lexicon.actors:
        for form in map(
            fold_key, actor.forms if actor.actor_class == "state_military" else ()
        ):
            head, _, nation = form.partition(" ")
            if head in ("الجيش", "القوات") and nation in nation_adjectives():
                armies.setdefault(nation_of(nation), actor.id)
    entries = [(id_, codebook.lexicon.actor(id_)) for id_ in armies.values()]
    of_states = {
        entry.country: id_ for id_, entry in entries if entry and entry.country
    }
    return Nations(governments(codebook.lexicon), armies, of_states)


def forces_of_state(name: Name, quote: str, codebook: Codebook) -> Name:
    """Give the forces of a state their army's entry or else its class: قوات الولايات
    المتحدة.
    """
    head, *rest = fold_key(quote).split()
    if not rest or not name.ids or head not in word_set("groups", "of_states"):
        return name
    lexicon, id_ = codebook.lexicon, name.ids[0]
    entry = lexicon.actor(id_)
    is_state = (
        entry.actor_class == "government" and not entry.parent
        if entry
        else is_world(id_)
    )
    if not is_state or (entry and fold_key(quote) in map(fold_key, entry.forms)):
        return name
    state = entry or place_of(id_, lexicon)
    army = (
        codebook.derived(nations).of_states.get(state.country or "") if state else None
    )
    origin = f"lexicon:{army}" if army else f"head:{head}"
    return replace(
        name, ids=(army,) if army else (), group="state_military", origin=origin
    )


def governments(lexicon: Lexicon) -> Mapping[str, str]:
    """Nationality adjective → the only government with it in a listed name (الإدارة
    الأميركية).
    """
    by_nation: dict[str, set[str]] = {}
    for actor in lexicon.actors:
        if actor.actor_class == "government" and not actor.parent:
            for word in (
                w for form in actor.forms for w in fold_key(form).split() if is_nisba(w)
            ):
                by_nation.setdefault(nation_of(word), set()).add(actor.id)
    return {nation: ids.pop() for nation, ids in by_nation.items() if len(ids) == 1}


def government_of(title: str, codebook: Codebook) -> str | None:
    """The government of the nation in a title (وزير الدفاع الأميركي), or None."""
    nationalities = (
        nation_of(w) for w in fold_key(title).split() if w in nation_adjectives()
    )
    known = codebook.derived(nations).governments
    return next((known[nation] for nation in nationalities if nation in known), None)


def class_of(item: Json, codebook: Codebook) -> Json:
    """The class of an actor's value, by the lexicon's entry or as it says itself; empty
    if neither does.
    """
    entry = codebook.lexicon.actor(item) if isinstance(item, str) else None
    return (
        entry.actor_class
        if entry
        else item.get("class")
        if isinstance(item, dict)
        else ""
    )


def army_of(body: Json, codebook: Codebook) -> Json:
    """The army of a government, by its country or the nation in its name, else the body
    itself.
    """
    if class_of(body, codebook) != "government":
        return body
    known, name = (
        codebook.derived(nations),
        body["name"] if isinstance(body, dict) else "",
    )
    named = (
        known.armies.get(nation_of(w))
        for w in fold_key(name).split()
        if w in nation_adjectives()
    )
    return known.of_states.get(country_of(body, codebook)) or next(
        filter(None, named), body
    )


def country_of(item: Json, codebook: Codebook) -> str:
    """The country of an actor of the lexicon, or an empty string."""
    entry = codebook.lexicon.actor(item) if isinstance(item, str) else None
    return (entry.country or "") if entry else ""


def of_nation(name: Name, quote: str, known: Nations) -> Name:
    """Give a name of weapons or authorities the entry of their nation (طائرات تركية،
    السلطات العراقية).
    """
    head, *rest = fold_key(quote).split()
    adjectives = [w for w in rest if w in nation_adjectives()]
    if not adjectives:
        return name
    nation = nation_of(adjectives[0])
    other_words = {bare(w).removeprefix("لل") for w in rest if w not in adjectives}
    forces = word_set("groups", "forces") | word_set("groups", "men")
    is_force = bare(head) in forces and name.group != "state_security"
    if name.origin.startswith("arms:") or (
        is_force and other_words <= word_set("groups", "regular")
    ):
        body = known.armies.get(nation)
    else:
        is_nations_own = (
            bare(head) in word_set("groups", "of_nations") and rest[0] == adjectives[0]
        )
        is_authority = is_nations_own or bare(head) in word_set("groups", "authorities")
        body = known.governments.get(nation) if is_authority else None
    return replace(name, ids=(body,)) if body else name


def with_joined_nations(
    page: Page, actors: Sequence[Name], known: Nations
) -> list[Name]:
    """Add the bodies of nations that share a noun with another's: القوات الأميركية
    والبريطانية.
    """
    taken, found = covered(actors), list[Name]()
    for name in (n for n in actors if n.group != "person" and n.last > n.first):
        head, at = fold_key(name.quote(page).split()[0]), name.last
        first = page.words[at].text
        single = (
            re.sub("ت(?:ان|ين)$", "ه", head)
            if first.endswith("ه")
            else re.sub("(?:ان|ين)$", "", head)
        )
        listed = word_set("groups", "forces") | word_set("groups", "authorities")
        if single != head and single.removeprefix("ل") in listed:
            single = single.removeprefix("ل")  # للجيشين
        if bare(single) not in listed:
            single = head
        elif single != head and first in nation_adjectives() and not name.ids:
            found.append(of_nation(name, f"{single} {first}", known))  # الجيشان السوري
        origin = name.origin if name.origin.startswith("arms:") else "joined nation"
        while (
            first in nation_adjectives() and is_definite(first) and at + 1 not in taken
        ):
            first, at = follows(page, at).removeprefix("و"), at + 1
            is_joined = (
                first in nation_adjectives()
                and is_definite(first)
                and page.words[at].text != first
            )
            if is_joined and follows(page, at) not in word_set("groups", "made"):
                second = Name(ACTOR, at, at, 1, origin, group=name.group, score=GUESS)
                found.append(of_nation(second, f"{single} {first}", known))
    instead = {n.first: n for n in found}
    return [*(instead.pop(n.first, n) for n in actors), *instead.values()]
