"""The names and words of a codebook, for the suggester and the value pickers; they
never decide a code.

Source: the conventions at the top of schemas/conflict_events_lexicon.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from coder.codebook.label import Id, Label, Model, Text
from coder.codebook.search import Index
from coder.text.boilerplate import BoilerplateWords
from coder.text.normalize import fold_key

Forms = tuple[Text, ...]


class Seen(Model):  # forms that occur as whole words in the sample articles
    forms: Forms
    seeds: tuple[str, ...]


class Actor(Model):  # who acts or is acted on; `parent` is for grouping only
    id: Id
    name: Label
    actor_class: str = msgspec.field(name="class")
    country: str = ""
    parent: str = ""
    aliases: Forms = ()
    ambiguous: Forms = ()
    seen: Seen | None = None

    @property
    def forms(self) -> Forms:
        """All Arabic forms that match the actor, its name first."""
        return (self.name.ar, *self.aliases)


class Place(
    Model
):  # lat and lon in degrees, WGS84, approximate, for display and distance only
    id: Id
    name: Label
    kind: str
    country: str = ""
    admin1: str = ""
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    aliases: Forms = ()
    ambiguous: Forms = ()
    seen: Seen | None = None

    @property
    def forms(self) -> Forms:
        """All Arabic forms that match the place, its name first."""
        return (self.name.ar, *self.aliases)


class Weapon(Model):
    id: Id
    name: Label
    group: str
    forms: Forms = ()
    ambiguous: Forms = ()
    seen: Seen | None = None


class Trigger(Model):  # words that indicate one event type; verbs in dictionary form
    verbs: Forms = ()
    nouns: Forms = ()
    ambiguous: Forms = ()
    seen: Forms = ()


class Count(
    Trigger
):  # the persons a field counts: participants, or with verbs or nouns those affected
    persons: Forms = ()


class GregorianMonth(Model):  # with the spellings of its three naming systems
    num: Annotated[int, Meta(ge=1, le=12)]
    en: Text
    levant: Forms
    egypt_gulf: Forms
    maghreb: Forms

    @property
    def forms(self) -> Forms:
        """All Arabic spellings, each once."""
        return tuple(dict.fromkeys((*self.levant, *self.egypt_gulf, *self.maghreb)))


class HijriMonth(Model):
    num: Annotated[int, Meta(ge=1, le=12)]
    en: Text
    ar: Forms


class DoubleForms(Model):
    patterns: Forms
    rule: Text
    warning: Text


class Months(Model):
    gregorian: tuple[GregorianMonth, ...] = ()
    hijri: tuple[HijriMonth, ...] = ()
    double_forms: DoubleForms | None = None


class Weekday(Model):
    iso: Annotated[int, Meta(ge=1, le=7)]  # 1 is Monday
    en: Text
    ar: Forms


class RelativeDate(
    Model, kw_only=True
):  # as a distance in days from an anchor, or by a named rule
    ar: Forms
    en: Text
    anchor: Text
    first: int | None = msgspec.field(name="from", default=None)
    last: int | None = msgspec.field(name="to", default=None)
    rule: str = ""
    precision: Text


class AnchorEvent(Model):
    id: Id
    ar: Forms
    date: Text  # an ISO day


class Digits(Model):
    arabic_indic: Text
    extended: Text
    western: Text
    thousands: Forms
    decimal: Forms


class NumberWord(Model):
    num: int
    ar: Forms
    dual: Forms = ()
    plural: Forms = ()


class Dual(Model):
    suffixes: Forms
    rule: Text


class Vague(
    Model
):  # a quantity word with its range; both ends None if none can be coded
    ar: Forms
    en: Text
    min: int | None
    max: int | None
    note: str = ""


class Modifier(
    Model
):  # a word before a number; ends are 0, `N`, `N+1`, `N-1`, `N+9`, `A` or `B`
    ar: Forms
    en: Text
    min: int | Text | None
    max: int | Text | None
    approx: bool = False


class Counters(Model):  # counted nouns, by what is counted
    incidents: Forms = ()
    strikes: Forms = ()
    sites: Forms = ()
    persons: Forms = ()
    killed_words: Forms = ()
    injured_words: Forms = ()
    ambiguous_casualty_words: Forms = ()
    ambiguous_note: str = ""


class Numbers(Model):
    digits: Digits | None = None
    units: tuple[NumberWord, ...] = ()
    tens: tuple[NumberWord, ...] = ()
    scales: tuple[NumberWord, ...] = ()
    fractions: tuple[NumberWord, ...] = ()  # num: the denominator
    ordinals: Forms = ()
    order_note: str = ""
    dual: Dual | None = None
    vague: tuple[Vague, ...] = ()
    modifiers: tuple[Modifier, ...] = ()
    counters: Counters = Counters()


class Strength(Model):  # how far the writer endorses what is reported
    neutral: Forms = ()
    committed: Forms = ()
    distancing: Forms = ()


class Reporting(Model):
    verbs: Forms = ()
    source_nouns: Forms = ()
    attribution_phrases: Forms = ()
    strength: Strength = Strength()
    negation_and_modality: Forms = ()


class Boilerplate(
    Model
):  # whole lines, regular expressions, and lines that are not in the samples
    exact: Forms = ()
    patterns: Forms = ()
    not_in_seeds: Forms = ()


class Clitics(Model):  # prefixes that may be attached to a form
    conjunctions: Forms = ()
    prepositions: Forms = ()
    article: str = ""
    merged: Forms = ()
    note: str = ""


class LetterMap(Model):
    source: Forms = msgspec.field(name="from")
    target: str = msgspec.field(name="to")


class Normalise(Model):  # the folding in words; implemented in `text.normalize`
    strip: Forms = ()
    map: tuple[LetterMap, ...] = ()
    quotes: str = ""
    note: str = ""


class For(Model):
    id: Id
    version: Text


class Lexicon(Model, dict=True):
    """All names and words of one codebook; empty if it has none."""

    id: Id = "none"
    version: Text = "0"
    codebook: For | None = None
    normalise: Normalise = Normalise()
    clitics: Clitics = Clitics()
    actors: tuple[Actor, ...] = ()
    places: tuple[Place, ...] = ()
    weapons: tuple[Weapon, ...] = ()
    triggers: dict[str, Trigger] = msgspec.field(default_factory=dict)
    values: dict[str, dict[str, Trigger]] = msgspec.field(
        default_factory=dict
    )  # by event field and value
    counts: dict[str, Count] = msgspec.field(default_factory=dict)  # by event field
    months: Months = Months()
    weekdays: tuple[Weekday, ...] = ()
    relative_dates: tuple[RelativeDate, ...] = ()
    anchor_events: tuple[AnchorEvent, ...] = ()
    numbers: Numbers = Numbers()
    reporting: Reporting = Reporting()
    boilerplate: Boilerplate = Boilerplate()

    @cached_property
    def boilerplate_words(self) -> BoilerplateWords:
        """The marks of boilerplate: listed lines and patterns, names of months and
        days.
        """
        months = (form for month in self.months.gregorian for form in month.forms)
        days = (form for day in self.weekdays for form in day.ar)
        listed = self.boilerplate
        return BoilerplateWords(
            (*listed.exact, *listed.not_in_seeds), listed.patterns, (*months, *days)
        )

    @cached_property
    def actor_index(self) -> Index[Actor]:
        """The actors by Arabic and English names, aliases and ids."""
        return Index(self.actors, lambda actor: actor)

    @cached_property
    def place_index(self) -> Index[Place]:
        """The places by Arabic and English names, aliases and ids."""
        return Index(self.places, lambda place: place)

    def named_actor(self, words: str) -> str | None:
        """The id of the only actor with this name, or of the government in غارة
        «أميركية»; None if none.
        """
        if (actor := self.actor_index.only(words)) is not None:
            return actor.id
        return (
            self._nations.get(_nation(words))
            if fold_key(words).endswith(("ي", "يه"))
            else None
        )

    @cached_property
    def _nations(self) -> Mapping[str, str]:
        """Nation → its government, known by the first of the government's names that is
        one word (أميركا).
        """
        heads = (
            a for a in self.actors if a.actor_class == "government" and not a.parent
        )
        named = (
            (next((form for form in a.forms if " " not in form), ""), a.id)
            for a in heads
        )
        return {_nation(name): actor_id for name, actor_id in named if name}

    def actor(self, actor_id: str) -> Actor | None:
        """The actor with that id, None if there is none."""
        return self._actors.get(actor_id)

    def place(self, place_id: str) -> Place | None:
        """The place with that id, None if there is none."""
        return self._places.get(place_id)

    @cached_property
    def _actors(self) -> dict[str, Actor]:
        return {a.id: a for a in self.actors}

    @cached_property
    def _places(self) -> dict[str, Place]:
        return {p.id: p for p in self.places}


def _nation(word: str) -> str:
    """Return the letters that a country's name and its adjectives share (تركيا، التركي،
    تركية: ترك), folded.
    """
    stem = fold_key(word)
    stem = stem.removeprefix("ال") if len(stem) > 4 else stem
    return re.sub("(?:يه|يا|ي|ا|ه)$", "", stem).replace("امريك", "اميرك")


HEAD = frozenset(
    {"id", "version", "codebook"}
)  # about the file itself; those of the first file are used


def whole(pieces: Iterable[Lexicon]) -> Lexicon:
    """Merge the lexicons of several files, each with different parts."""
    parts: dict[str, Any] = {}
    for piece in pieces:
        parts = piece.said() | parts
    return Lexicon(**parts)
