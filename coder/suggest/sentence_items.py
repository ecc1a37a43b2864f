"""The items of a sentence: its words, signs, proclitics and candidate spans, labelled
for patterns.

A span is one item. Letters in front of it in the same word (بالجيش, والقوات) are items
of their own. Of overlapping spans the act comes first, then the longer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.pack_schema import Words
from coder.codebook.pattern_language import ACT, PARTY, STOP
from coder.codebook.schema import Codebook
from coder.model import Candidate, Json
from coder.suggest.forms import (
    ARTICLE,
    masdar_forms,
    noun_forms,
    past_passive,
    verb_forms,
)
from coder.suggest.name_spans import GUESS, nation_adjectives, nation_of
from coder.suggest.nations import class_of, nations
from coder.suggest.pattern import JOINED, Item
from coder.suggest.word_lists import heads
from coder.text.normalize import fold, fold_key

NATION = "NATION"
OWNER = "OWNER"
OBJECT = "OBJECT"
PLACE = "PLACE"
NUMBER = "NUMBER"
_WORD = re.compile(r"\d+(?:[.,٬٫]\d+)*|[^\W\d_]+|[^\w\s]|_|\n")
_DAMMA = "\u064f"
_FUTURE = "س"
_PRONOUN = re.compile(r"(?<=...)(?:ها|هم|هما|هن|ه)$")
_HOLDING = frozenset({"NUMBER", "SOURCE"})
_WITH_NATION = frozenset({"ACTOR", "PLACE", "DATE", "SOURCE"})  # whose nation it is
_JOINABLE = frozenset({"ACTOR", "PLACE", "OBJECT", "WEAPON", "NATION"})
_COMMAS = frozenset("،,")
_NO_SPANS: Mapping[str, Candidate] = MappingProxyType({})
_STOPS = frozenset(".؟?!\n")


class WordLabels:
    """The lists that each written form is in, for words and for phrases."""

    def __init__(self, lists: Mapping[str, Words]) -> None:
        self._labels: dict[str, set[str]] = {}
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for name, listed in lists.items():
            for form in written_forms(listed):
                self._labels.setdefault(form, set()).add(name)
                first, *rest = form.split()
                if rest:
                    self._phrases.setdefault(first, []).append((first, *rest))
        for phrases in self._phrases.values():
            phrases.sort(key=len, reverse=True)

    def of(self, text: str) -> Set[str]:
        """Return the lists of a folded word or phrase, also behind و or ف."""
        found: Set[str] = self._labels.get(text, frozenset())
        if text[:1] in "وف" and len(text) > 2:
            return found | self._labels.get(text[1:], frozenset())
        return found

    def phrase_at(self, texts: Sequence[str], at: int) -> int:
        """Return how many words from an index on are a listed phrase, 1 for none."""
        first = texts[at]
        for phrase in self._phrases.get(first, ()):
            if tuple(texts[at : at + len(phrase)]) == phrase:
                return len(phrase)
        if first[:1] in "وف":
            for phrase in self._phrases.get(first[1:], ()):
                if (first[1:], *texts[at + 1 : at + len(phrase)]) == phrase:
                    return len(phrase)
        return 1


def written_forms(listed: Words) -> Iterator[str]:
    """Yield every folded form of a list's words."""
    for word in listed.words:
        yield fold_key(word) or word  # a sign has no folded form
    for noun in listed.nouns:
        for form in noun_forms(noun):
            yield form.text
        if not noun.endswith(("ة", "ا", "ي", "ون", "ين")) and " " not in noun:
            yield fold_key(noun) + "ي"
    for verb in listed.verbs:
        for form in verb_forms(verb):
            yield form.text
    for verb in listed.verbs_with_object:
        for form in verb_forms(verb):
            for pronoun in ("ه", "ها", "هم", "هما"):
                yield form.text + pronoun
    for verb in listed.masdars:
        for form in masdar_forms(verb):
            yield form.text


class ItemMaker(Struct, frozen=True):
    """Makes the items of sentences, for one codebook and its packs.

    frames: type of event → labels of its frame and trigger list. verbs: all forms of the
    verbs that tell acts. parties: word for people without a name → class.
    """

    codebook: Codebook
    words: WordLabels
    frames: Mapping[str, Set[str]]
    verbs: Set[str]
    parties: Mapping[str, str]

    def make(
        self, text: str, start: int, end: int, spans: Sequence[Candidate]
    ) -> list[Item]:
        """Make the items of the code points [start, end) of a text, with its spans."""
        chosen = _choose_spans(spans)
        items: list[Item] = []
        at = start
        for outer, inside in chosen:
            items += self._plain_items(text, at, outer.start, before_span=True)
            items.append(self._span_item(outer, inside))
            at = outer.end
        items += self._plain_items(text, at, end, before_span=False)
        return _mark_joined(_merge_members(items))

    def _plain_items(
        self, text: str, start: int, end: int, *, before_span: bool
    ) -> Iterator[Item]:
        folded = fold(text[start:end])
        found = list(_WORD.finditer(folded.text))
        texts = [match[0] for match in found]
        at = 0
        while at < len(found):
            if self._has_preposition(texts, at):
                begin = start + folded.span(found[at].start(), found[at].end())[0]
                letter = texts[at][0]
                labels = self.words.of(letter)
                yield Item(letter, begin, begin + 1, labels, _NO_SPANS)
                texts[at] = texts[at][1:]
            size = self.words.phrase_at(texts, at)
            first = found[at]
            last = found[at + size - 1]
            begin, stop = folded.span(first.start(), last.end())
            phrase = " ".join(texts[at : at + size])
            touches = before_span and at + size == len(found) and stop == end - start
            if touches and phrase.isalpha() and len(phrase) <= 2:
                for offset, letter in enumerate(phrase):
                    place = start + begin + offset
                    labels = self.words.of(letter)
                    yield Item(letter, place, place + 1, labels, _NO_SPANS)
            else:
                yield self._word_item(phrase, start + begin, start + stop, text)
            at += size

    def _has_preposition(self, texts: Sequence[str], at: int) -> bool:
        """Return whether a word is listed only without the preposition in front of it."""
        text = texts[at]
        if text[0] not in "لب" or len(text) < 4 or self.words.of(text):
            return False
        rest = [text[1:], *texts[at + 1 : at + 3]]
        return bool(self.words.of(rest[0])) or self.words.phrase_at(rest, 0) > 1

    def _word_item(self, phrase: str, start: int, end: int, text: str) -> Item:
        labels = set(self.words.of(phrase))
        if phrase in _STOPS:
            labels.add(STOP)
        elif phrase[0].isalpha():
            labels.add("word")
        labels |= _shape_labels(phrase)
        if _PRONOUN.search(text[start:end]):
            labels.add("with-pronoun")
        spans = self._nations_in(text[start:end], start)
        party = self._party_in(text[start:end], start)
        if party is not None:
            spans = {**spans, PARTY: party}
            labels.update(self._party_labels(party))
        return Item(phrase, start, end, labels | set(spans), spans)

    def _party_in(self, quote: str, start: int) -> Candidate | None:
        """Return the first word of a quote for people or a body without a name."""
        for word in _WORD.finditer(quote):
            for skipped in (0, 1):
                folded = fold_key(word[0])
                if folded[:skipped] not in ("", "و", "ف"):
                    continue
                kind = self.parties.get(folded[skipped:])
                if kind is not None:
                    begin = start + word.start() + skipped
                    end = start + word.end()
                    words = quote[word.start() + skipped : word.end()]
                    value: Json = [{"name": words, "class": kind}]
                    place = f"actor:{begin}-{end}"
                    origin = f"people:{kind}"
                    return Candidate(
                        place, "actor", begin, end, words, value, origin, GUESS
                    )
        return None

    def _nations_in(self, quote: str, start: int) -> Mapping[str, Candidate]:
        """Return the first nation whose adjective is among the words of a quote."""
        for word in _WORD.finditer(quote):
            skipped = 0
            folded = fold_key(word[0])
            if folded not in nation_adjectives() and folded[:1] == "و":
                folded = folded[1:]
                skipped = 1
            if folded in nation_adjectives():
                begin = start + word.start() + skipped
                end = start + word.end()
                words = word[0][skipped:]
                known = self.codebook.derived(nations).governments
                body = known.get(nation_of(folded))
                value = [body or {"name": words, "class": "rulers"}]
                place = f"actor:{begin}-{end}"
                span = Candidate(
                    place, "actor", begin, end, words, value, "nation", GUESS
                )
                return {NATION: span}
        return _NO_SPANS

    def _span_item(self, outer: Candidate, inside: Mapping[str, Candidate]) -> Item:
        words = fold_key(outer.quote).split()
        text = " ".join(words)
        labels = set(inside)
        for kind, span in inside.items():
            labels.update(_value_labels(kind.lower(), span))
        labels |= self.words.of(text)
        if words:
            labels |= self.words.of(words[0])
        if _WITH_NATION.isdisjoint(inside):
            nations_here = self._nations_in(outer.quote, outer.start)
            inside = {**inside, **nations_here}
            labels |= set(nations_here)
        if PARTY not in inside and ACT not in inside:
            party = self._party_in(outer.quote, outer.start)
            if party is not None:
                kind = PARTY if NUMBER in inside else OWNER
                inside = {kind: party, **inside}
                labels.add(kind)
        if PLACE in inside and words:
            thing = heads("objects").get(words[0])
            if thing:
                site = replace(outer, kind="object", value=[thing])
                inside = {**inside, OBJECT: site}
                labels.add(OBJECT)
        if ACT in inside:
            labels.update(self._act_labels(inside[ACT], words))
        if PARTY in inside:
            labels.update(self._party_labels(inside[PARTY]))
        return Item(text, outer.start, outer.end, labels, inside)

    def _act_labels(self, act: Candidate, words: Sequence[str]) -> Iterator[str]:
        part, _, listed = act.origin.partition(":")
        if " " in listed and words and words[0] not in _forms_of_verb(listed):
            part = "noun"  # of a set phrase the act is its noun: أصدر أوامر
        yield "verb" if part == "verb" else "noun"
        if part != "verb" and words and words[0] in self.verbs:
            yield "verb-like"
        yield from self.frames.get(str(act.value), ())
        yield from _shape_labels(words[0] if words else "")
        if _PRONOUN.search(act.quote.split()[0]):
            yield "with-pronoun"
            yield from self.words.of(_PRONOUN.sub("", words[0]))
        if part == "verb":
            if words[0][0] == _FUTURE and fold_key(listed)[:1] != _FUTURE:
                yield "future"
            passive = past_passive(fold_key(listed))
            is_spelt_so = bool(passive) and not listed.endswith("ى")
            if (is_spelt_so and words[0].startswith(passive)) or _DAMMA in act.quote[
                :4
            ]:
                yield "passive"

    def _party_labels(self, party: Candidate) -> Iterator[str]:
        words = fold_key(party.quote).split()
        head = words[0] if words else ""
        yield from self.words.of(head)
        yield from _shape_labels(head)
        for item in party.value if isinstance(party.value, list) else ():
            yield f"class-{class_of(item, self.codebook)}"


def _merge_members(items: Sequence[Item]) -> list[Item]:
    """Join some men and the group that they are from to one item: مسلحون من الحركة."""
    merged: list[Item] = []
    at = 0
    while at < len(items):
        three = items[at : at + 3]
        is_some = (
            len(three) == 3 and PARTY in three[0].spans and PARTY in three[2].spans
        )
        if is_some and "members" in three[0].labels and three[1].text in ("من", "في"):
            group = three[2]
            case = three[0].labels & {"accusative", "nominative"}
            labels = group.labels - {"accusative", "nominative"} | case
            merged.append(group._replace(start=three[0].start, labels=labels))
            at += 3
        else:
            merged.append(items[at])
            at += 1
    return merged


def _mark_joined(items: list[Item]) -> list[Item]:
    """Label the spans that «و» or a comma joins to one of their kind, and these words."""
    first = 0
    while first < len(items):
        second = first + 1
        while second < len(items) and _joins(items[second]):
            second += 1
        between = items[first + 1 : second]
        kinds = set(items[first].spans) & _JOINABLE
        is_joined = second < len(items) and any(i.text[0] in "و،," for i in between)
        if is_joined and "compass" in items[second].labels:
            is_joined = False  # مدينة نوى، جنوبي سوريا is one place
        if is_joined and kinds & set(items[second].spans):
            behind = items[second + 1].labels if second + 1 < len(items) else ()
            if not {ACT, "verb"} <= set(behind):
                for index in range(first + 1, second + 1):
                    item = items[index]
                    items[index] = item._replace(labels={*item.labels, JOINED})
        first = second
    return items


def _joins(item: Item) -> bool:
    """Return whether an item can stand between two that are joined."""
    is_theirs = not {"some-of", "with-pronoun"}.isdisjoint(item.labels)
    is_joining = item.text in _COMMAS or "joining" in item.labels
    return is_joining or (item.text[:1] == "و" and is_theirs)


def _value_labels(kind: str, span: Candidate) -> Iterator[str]:
    """Yield what the origin and value of a span tell: date-since, source-media."""
    yield f"{kind}-{span.origin.partition(':')[0]}"
    first = span.value
    if isinstance(first, list):
        first = first[0] if first else None
    if isinstance(first, str):
        yield f"{kind}-{first}"
    elif isinstance(first, dict):
        for part in ("kind", "precision"):
            if first.get(part):
                yield f"{kind}-{first[part]}"


@lru_cache(1 << 10)
def _forms_of_verb(phrase: str) -> Set[str]:
    return {form.text for form in verb_forms(phrase.split()[0])}


@lru_cache(1 << 16)
def _shape_labels(word: str) -> Set[str]:
    """Return what the letters of a folded word tell of its form."""
    labels = set[str]()
    bare = word.removeprefix(ARTICLE)
    if len(word) > 3 and word.startswith((ARTICLE, "لل")):
        labels.add("definite")
    if bare.endswith(("ين", "يين")) and len(bare) > 4:
        labels.add("accusative")
    if bare.endswith("ون") and len(bare) > 4:
        labels.add("nominative")
    if word.endswith("ت"):
        labels.add("feminine")
    if word.startswith("ي"):
        labels.add("masculine")
    if bare.endswith(("ه", "ات")):
        labels.add("ends-feminine")
    return frozenset(labels)


def _choose_spans(
    spans: Iterable[Candidate],
) -> Sequence[tuple[Candidate, Mapping[str, Candidate]]]:
    """Return spans that do not overlap, in order, each with the spans in its place.

    An act keeps the number that counts it (عشر هجمات), though it begins before the act.
    """
    ordered = sorted(
        spans, key=lambda c: (c.kind.upper() != ACT, c.start - c.end, c.start)
    )
    chosen: list[tuple[Candidate, dict[str, Candidate]]] = []
    for span in ordered:
        kind = span.kind.upper()
        touched = [
            (outer, inside)
            for outer, inside in chosen
            if outer.start < span.end and span.start < outer.end
        ]
        if not touched:
            chosen.append((span, {kind: span}))
            continue
        if len(touched) > 1:
            continue
        outer, inside = touched[0]
        if ACT in inside:
            is_around = span.start <= outer.start and outer.end <= span.end
            if kind == NUMBER and is_around:
                inside.setdefault(kind, span)
            continue
        is_same = (outer.start, outer.end) == (span.start, span.end)
        is_inside = outer.start <= span.start and span.end <= outer.end
        is_held = is_inside and kind in (PARTY, OBJECT)
        if kind == PARTY and not is_same and _HOLDING.isdisjoint(inside):
            kind = OWNER
        if is_same or is_held:
            inside.setdefault(kind, span)
    return sorted(chosen, key=lambda pair: pair[0].start)
