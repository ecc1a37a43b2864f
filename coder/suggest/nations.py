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

NATION = "nation"
"""The origin of parties proposed because of an adjective, which are no mentions of
actors.
"""


class Nations(NamedTuple):
    """The nations of a codebook, by their adjective in the masculine singular.

    governments, armies: adjective → the lexicon's entry. of_states: country → its
    army's entry.
    """

    governments: Mapping[str, str]
    armies: Mapping[str, str]
    of_states: Mapping[str, str]


def nations(codebook: Codebook) -> Nations:
    """Return the nations of a codebook; armies are recognised by their listed names
    (الجيش التركي).
    """
    armies: dict[str, str] = {}
    for actor in codebook.lexicon.actors:
        if actor.actor_class != "army":
            continue
        for form in map(fold_key, actor.forms):
            head, _, nation = form.partition(" ")
            is_army = head in word_set("groups", "armies")
            if is_army and nation in nation_adjectives():
                armies.setdefault(nation_of(nation), actor.id)
    of_states: dict[str, str] = {}
    for army in armies.values():
        entry = codebook.lexicon.actor(army)
        if entry and entry.country:
            of_states[entry.country] = army
    return Nations(governments(codebook.lexicon), armies, of_states)


def read_forces_of_state(name: Name, quote: str, codebook: Codebook) -> Name:
    """Give the forces of a state their army's entry or else its class: قوات الولايات
    المتحدة.
    """
    head, *rest = fold_key(quote).split()
    if not rest or not name.ids or head not in word_set("groups", "of_states"):
        return name
    entry = codebook.lexicon.actor(name.ids[0])
    if entry is not None:
        is_state = entry.actor_class == "rulers" and not entry.parent
        if not is_state or fold_key(quote) in map(fold_key, entry.forms):
            return name
        country = entry.country or ""
    elif is_world(name.ids[0]):
        place = place_of(name.ids[0], codebook.lexicon)
        country = place.country if place else ""
    else:
        return name
    army = codebook.derived(nations).of_states.get(country)
    if army is None:
        return replace(name, ids=(), group="army", origin=f"head:{head}")
    return replace(name, ids=(army,), group="army", origin=f"lexicon:{army}")


def governments(lexicon: Lexicon) -> Mapping[str, str]:
    """Return the governments of a lexicon by the relational adjectives in their names:
    الإدارة الأميركية by أميركي.

    Governments are rulers without a parent, so no ministries. Any relational adjective
    counts, not only those of nations; one that several governments have is left out.
    """
    by_nation: dict[str, set[str]] = {}
    for actor in lexicon.actors:
        if actor.actor_class != "rulers" or actor.parent:
            continue
        for word in " ".join(map(fold_key, actor.forms)).split():
            if is_nisba(word):
                by_nation.setdefault(nation_of(word), set()).add(actor.id)
    return {nation: ids.pop() for nation, ids in by_nation.items() if len(ids) == 1}


def government_of(title: str, codebook: Codebook) -> str | None:
    """Return the government of the nation in a title (وزير الدفاع الأميركي), or None."""
    known = codebook.derived(nations).governments
    for word in fold_key(title).split():
        if word in nation_adjectives() and nation_of(word) in known:
            return known[nation_of(word)]
    return None


def class_of(item: Json, codebook: Codebook) -> Json:
    """Return the class of an actor's value.

    A value with a name says its class itself, or None; an id has the class of its entry
    in the lexicon, an empty string without an entry.
    """
    if isinstance(item, dict):
        return item.get("class")
    entry = codebook.lexicon.actor(item) if isinstance(item, str) else None
    return entry.actor_class if entry else ""


def army_of(body: Json, codebook: Codebook) -> Json:
    """Return the army of a government, by its country or the nation in its name, else
    the body itself.
    """
    if class_of(body, codebook) != "rulers":
        return body
    known = codebook.derived(nations)
    army = known.of_states.get(country_of(body, codebook))
    if army is not None:
        return army
    for word in fold_key(body["name"]).split() if isinstance(body, dict) else ():
        if word in nation_adjectives() and nation_of(word) in known.armies:
            return known.armies[nation_of(word)]
    return body


def country_of(item: Json, codebook: Codebook) -> str:
    """Return the country of an actor of the lexicon, or an empty string."""
    entry = codebook.lexicon.actor(item) if isinstance(item, str) else None
    return (entry.country or "") if entry else ""


def read_nation(name: Name, quote: str, known: Nations) -> Name:
    """Give a name of weapons or authorities the entry of their nation (طائرات تركية،
    السلطات العراقية).
    """
    head, *rest = fold_key(quote).split()
    adjectives = [word for word in rest if word in nation_adjectives()]
    if not adjectives:
        return name
    nation = nation_of(adjectives[0])
    others = {bare(w).removeprefix("لل") for w in rest if w not in adjectives}
    forces = word_set("groups", "forces") | word_set("groups", "men")
    is_force = bare(head) in forces and name.group != "police"
    is_regular = is_force and others <= word_set("groups", "regular")
    is_own = bare(head) in word_set("groups", "of_nations") and rest[0] == adjectives[0]
    body = None
    if name.origin.startswith("arms:") or is_regular:
        body = known.armies.get(nation)
    elif is_own or bare(head) in word_set("groups", "authorities"):
        body = known.governments.get(nation)
    return replace(name, ids=(body,)) if body else name


def _singular(head: str, nation: str) -> str:
    """Return the singular of a noun for a body that is in the dual (الجيشان: الجيش),
    else the noun.

    The gender of its nation's adjective tells which ending the singular has.
    """
    if nation.endswith("ه"):
        single = re.sub("ت(?:ان|ين)$", "ه", head)  # القوتين الروسية: القوة
    else:
        single = re.sub("(?:ان|ين)$", "", head)  # الجيشان السوري: الجيش
    if single == head:
        return head
    listed = word_set("groups", "forces") | word_set("groups", "authorities")
    # للجيشين is ل and لجيشين, as the article has lost its alif: the singular is جيش
    for spelling in (single.removeprefix("ل"), single):
        if bare(spelling) in listed:
            return spelling
    return head


def _is_defined_nation(text: str) -> bool:
    return text in nation_adjectives() and is_definite(text)


def add_joined_nations(
    page: Page, actors: Sequence[Name], known: Nations
) -> list[Name]:
    """Add the bodies of nations that share a noun with another's: القوات الأميركية
    والبريطانية.
    """
    taken = covered(actors)
    found: list[Name] = []
    for name in actors:
        if name.group == "person" or name.last == name.first:
            continue
        head = fold_key(name.quote(page).split()[0])
        at = name.last
        nation = page.words[at].text
        single = _singular(head, nation)
        if single != head and nation in nation_adjectives() and not name.ids:
            # الجيشان السوري
            found.append(read_nation(name, f"{single} {nation}", known))
        origin = name.origin if name.origin.startswith("arms:") else "joined nation"
        while _is_defined_nation(nation) and at + 1 not in taken:
            written = follows(page, at)
            nation = written.removeprefix("و")
            at += 1
            is_joined = _is_defined_nation(nation) and written != nation
            if is_joined and follows(page, at) not in word_set("groups", "made"):
                second = Name(ACTOR, at, at, 1, origin, group=name.group, score=GUESS)
                found.append(read_nation(second, f"{single} {nation}", known))
    instead = {n.first: n for n in found}
    return [*(instead.pop(n.first, n) for n in actors), *instead.values()]
