"""Whom the words for an actor stand for: the body that a person acts for, the group
that a noun points at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import chain, islice

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import Candidate, Json
from coder.suggest.article_sentences import ArticleSentences
from coder.suggest.compiled_lexicon import ACTOR
from coder.suggest.nations import army_of, class_of, government_of
from coder.suggest.source_spans import SOURCE
from coder.suggest.word_lists import PRONOUN, bare, heads, word_set
from coder.text.normalize import fold_key

# classes of actors that have armed forces
_ARMED = frozenset({"fighters", "army", "police", "rulers", "alliance"})


class Referents:
    """Resolves the actors of one article to those they stand for."""

    def __init__(self, text: ArticleSentences, codebook: Codebook) -> None:
        self._text = text
        self._codebook = codebook

    def named(self, actors: Iterable[Candidate], *, as_body: bool) -> list[Candidate]:
        """The actors with their values as parties, without duplicates; as_body: by whom
        each acts for.
        """
        by_value: dict[str, list[Candidate]] = {}
        for actor in actors:
            value = actor.value or self._pointed_at(actor) or _as_named(actor)
            if value and as_body:
                value = [self._body(actor, item) for item in value]
            if value and str(value) not in by_value:
                words = self._group_inside(actor, value) if as_body else actor
                body = (
                    self._body_before(actor, value)
                    if actor.value not in (None, value)
                    else []
                )
                by_value[str(value)] = [
                    replace(c, value=value, origin=actor.origin) for c in (words, *body)
                ]
        return list(chain.from_iterable(by_value.values()))

    def _group_inside(self, actor: Candidate, value: Json) -> Candidate:
        """The shortest words that name whom a speaker speaks for (المتحدث باسم جماعة
        الحوثي).
        """
        inner = self._text.between(actor.start + 1, actor.end)
        groups = (
            c
            for c in inner
            if c.kind == ACTOR and c.end <= actor.end and c.value == value
        )
        return next(groups, actor)

    def _class_of(self, item: Json) -> Json:
        """The class of an actor's value."""
        return class_of(item, self._codebook)

    def _body_before(self, actor: Candidate, value: Json) -> list[Candidate]:
        """The last words that name the body of somebody whose own words do not: توعد
        يحيى سريع.
        """
        inner = self._text.between(actor.start, actor.end)
        if government_of(actor.quote, self._codebook) or any(
            c.kind == ACTOR and c.value == value for c in inner
        ):
            return []
        before = reversed(
            self._text.candidates[: bisect_left(self._text.starts, actor.start)]
        )
        return list(
            islice((c for c in before if c.kind == ACTOR and c.value == value), 1)
        )

    def _body(self, actor: Candidate, item: Json) -> Json:
        """Return whom a person acts for: by the lexicon entry, or by the group or the
        nation in the title.
        """
        if isinstance(item, str):
            entry = self._codebook.lexicon.actor(item)
            return (
                entry.parent
                if entry and entry.actor_class == "person" and entry.parent
                else item
            )
        if not isinstance(item, dict) or item.get("class") != "person":
            return item
        inner = self._text.between(actor.start + 1, actor.end)
        groups = (
            c.value[0]
            for c in inner
            if c.kind == ACTOR and c.value and c.end <= actor.end
        )
        named = next(
            (
                group
                for group in groups
                if self._class_of(group) not in ("person", "unknown", "")
            ),
            None,
        )
        return named or government_of(actor.quote, self._codebook) or item

    def _pointed_at(self, actor: Candidate) -> Json:
        """The value of the previous group of the same class; without one, the noun for
        an army, else None.
        """
        groups: Mapping[str, str] = heads("actors", "group_heads")
        is_cut = actor.quote.startswith("ل") and self._text.text.startswith(
            "ل", actor.start - 1
        )
        if (
            is_cut and fold_key(actor.quote).split()[0] not in groups
        ):  # of للجيش the words are لجيش
            actor = replace(actor, quote=f"ا{actor.quote}")
        if actor.quote.endswith(("ه", "ها", "هم")) and (
            speaker := self._speaker(actor)
        ):
            return speaker
        words = [w.removeprefix("ال") for w in fold_key(actor.quote).split()]
        kind = next((groups[word] for word in reversed(words) if word in groups), None)
        if kind and "ال" not in actor.quote[:2] and fold_key(actor.quote) in groups:
            return [
                {"name": actor.quote, "class": kind}
            ]  # متمردون: nobody named before
        fits = (
            _ARMED if kind is None else {kind}
        )  # a noun with a pronoun (قواته) fits any armed side
        at = bisect_left(self._text.starts, actor.start)
        is_headline = actor.start < self._text.extents[0][1]
        # a headline (the first sentence) refers to what is named after it
        others = chain(
            reversed(self._text.candidates[:at]),
            self._text.candidates[at:] if is_headline else (),
        )
        apart = (c for c in others if c.end <= actor.start or c.start >= actor.end)
        named = (
            c
            for c in apart
            if c.kind == ACTOR and c.value and self._class_of(c.value[0]) in fits
        )
        first = next(named, None)
        if words[-1] in word_set(
            "actors", "single_heads"
        ):  # الجماعة is none of الفصائل
            first = next(
                (c for c in (first, *named) if c and not _are_groups(c)), first
            )
        if first:
            return first.value
        return [{"name": actor.quote, "class": kind}] if kind == "army" else None

    def _speaker(self, actor: Candidate) -> Json:
        sentence = self._text.sentence(self._text.at(actor.start))
        front = fold_key(self._text.text[sentence.start : actor.start]).split()[-1:]
        if word_set("roles", "that").isdisjoint(front):
            # only in reported speech does the pronoun refer to the speaker: قال الناطق
            # إن قواته
            return None
        sources = (c for c in sentence.candidates if c.kind == SOURCE)
        spoken = (c for c in sources if c.end <= actor.start)
        bodies = [item.get("who") for c in spoken for item in c.value or ()]
        armed = [body for body in bodies if self._class_of(body) in _ARMED][-1:]
        if PRONOUN.sub("", fold_key(actor.quote)) in word_set("groups", "forces"):
            armed = [
                army_of(body, self._codebook) for body in armed
            ]  # قالت روسيا إن قواتها
        return armed or None


def _as_named(actor: Candidate) -> Json:
    """Return the value of a group known only by its noun: الخلايا الإرهابية."""
    words = [word.removeprefix("ال") for word in fold_key(actor.quote).split()]
    known: Mapping[str, str] = heads("actors", "group_heads")
    kind = next((known[word] for word in words if word in known), None)
    return [{"name": actor.quote, "class": kind}] if kind else None


def _are_groups(actor: Candidate) -> bool:  # الفصائل العراقية
    return bare(fold_key(actor.quote).split()[0]) in word_set("actors", "plural_heads")
