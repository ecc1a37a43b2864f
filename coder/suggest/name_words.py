"""What a single word says about a name: what begins one, what is no part of one, whose nation it tells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import cache, partial
from typing import Literal

from coder.suggest.forms import ARTICLE, nation_forms
from coder.suggest.gazetteer import WORD_SHAPE, world
from coder.suggest.phrase import is_definite
from coder.suggest.word_lists import bare, heads, nouns, readings, verbs, word_set, words
from coder.text.normalize import fold_key

Opener = Literal["given", "foreign", "word", "surname", "compound"]
PERSONAL = ("official", "military", "named_person")  # kinds of title behind which a person's name may stand
_WEAK = re.compile("[^اويه](?:[يو]ا|ا[يو])[^اويه]ه?")  # measures with a weak middle: قيام، قائد

listed = partial(word_set, "person_names")  # the folded words of a table
general_verbs = partial(verbs, "person_names", "verbs")  # every form of the news' verbs but those of saying


@cache
def name_openers() -> Mapping[str, Opener]:
    """What a word that can begin a name is, by its folded text."""
    given = listed("given").union("عبد" + tail for tail in listed("tails") if tail.startswith(ARTICLE))
    tables: dict[Opener, Set[str]] = {"surname": listed("surnames"), "foreign": listed("foreign")}
    tables |= {"word": listed("given_words"), "given": given, "compound": listed("compounds")}
    return {word: kind for kind, table in tables.items() for word in table}


@cache
def title_heads() -> frozenset[str]:
    """Every form of the nouns that stand in front of a person's name."""
    return listed("titles").union(*(nouns("people", "titles", kind) for kind in PERSONAL))


@cache
def place_heads() -> Set[str]:
    """Nouns behind which a person's name is that of a place (شارع، مسجد، مدينة)."""
    return listed("places").union(text for text in heads("places", "naming") if not is_definite(text))


@cache
def common_nouns() -> frozenset[str]:
    """Nouns that are no part of a name: common ones, titles, heads of bodies and places, nations."""
    named = (nouns("places", table) for table in ("naming", "around", "compass"))
    bodies = nouns("organisations", "heads") | nouns("actors", "group_heads") | nouns("persons")
    found = listed("common").union(title_heads(), nation_words(), bodies, *named)
    return found - listed("given") - listed("foreign")


def is_common(text: str) -> bool:
    """Whether a word without the article is a noun or a verb that is no part of a name."""
    return text in common_nouns() or (text in general_verbs() and text not in name_openers())


def looks_like_verb(text: str) -> bool:
    """Whether a word begins or ends like a conjugated verb (يشكل، تشعر، طرحت)."""
    is_short = len(text) < 5
    is_present = (text[0] == "ي" and len(text) > 3) or (text[0] == "ت" and is_short) or text.startswith("تت")
    return is_present or (text[-1] == "ت" and (is_short or text[0] == "ت"))


def looks_foreign(text: str) -> bool:
    """Whether a word of four letters or more has no shape of an Arabic noun or verb."""
    if len(text) < 4 or (len(text) < 6 and text.endswith("ا")) or _WEAK.fullmatch(text):
        return False
    behind = (rest for taken, rest in readings(text) if taken and len(rest) > 2)
    return not any(WORD_SHAPE.fullmatch(way) for way in (text, text.removesuffix("ا"), *behind))


@cache
def nation_adjectives() -> frozenset[str]:
    """The adjectives of nations in every form."""
    return frozenset(form.text for nation in words()["actors"]["nations"] for form in nation_forms(nation))


@cache
def nation_words() -> frozenset[str]:
    """The adjectives of nations, without the article; regular ones are made from the countries' names."""
    countries = (bare(fold_key(p.name.ar)) for p in world().values() if p.kind == "country")
    stems = {c.removesuffix("يا").removesuffix("ا").removesuffix("ه") for c in countries if " " not in c}
    made = {stem + ending for stem in stems if len(stem) > 2 for ending in ("ي", "يه")}
    return frozenset(text for text in nation_adjectives() if not is_definite(text)) | made


def nation_of(word: str) -> str:
    """The adjective of a nation without article, gender and number, in one spelling."""
    return re.sub("ي(?:ين|ون|تين|ه|ا)$", "ي", bare(word)).replace("امريك", "اميرك")
