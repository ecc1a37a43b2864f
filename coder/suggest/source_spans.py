"""Sources and persons: who is credited with what is said, and titles in front of names.

A source stands behind a phrase of attribution (وفقاً لـ، بحسب), as the subject of a verb of saying, or is a
medium or unnamed sources wherever they are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from coder.codebook.lexicon import Lexicon
from coder.model import Json
from coder.suggest.actor_spans import nation_adjectives
from coder.suggest.article_words import Page, Word
from coder.suggest.compiled_lexicon import ACTOR
from coder.suggest.forms import masdar_forms, noun_forms
from coder.suggest.gazetteer import WORD_SHAPE, is_world
from coder.suggest.name_spans import GUESS, LIKELY, SURE, Name, is_within, over
from coder.suggest.nations import governments, nation_of
from coder.suggest.openings import Tables
from coder.suggest.person_words import is_common, name_openers
from coder.suggest.phrase import follows, is_definite, is_nisba, is_stop, precedes
from coder.suggest.word_lists import bare, heads, light_verbs, readings, verb_set, word_set, words
from coder.text.normalize import fold_key

SOURCE = "source"
TITLE, REPORT = "title", "report"
_TITLES = ("people", "titles")
_LONGEST_TITLE, _LONGEST_NAME, _LONGEST_BODY = 9, 4, 2
_BODIES = frozenset({"unnamed", "media", "statement", "monitor"})
"""Kinds of title behind which no person's name follows."""
_PERSONS = frozenset({"person", "official", "military", "named_person"})
_SOURCE_CLASSES = frozenset({"media", "ngo_monitor", "unnamed"})
_KINDS = {
    "armed_group": "party_statement",
    "ngo_monitor": "monitor",
    "monitor": "monitor",
    "media": "media",
    "person": "named_person",
    "named_person": "named_person",
    "unnamed": "unnamed",
}
"""Actor class or kind of title → kind of source; every other is official."""
_CLASSES = {
    "official": "person",
    "military": "person",
    "named_person": "person",
    "monitor": "ngo_monitor",
    "unnamed": "unknown",
    "statement": "unknown",
    "": "unknown",
}
"""Kind of title → actor class of a source that no lexicon knows."""
_ATTRIBUTION = (
    ("وفقا", "ل"), ("وفق", ""), ("بحسب", ""), ("حسب", ""), ("نقلا", "عن"), ("طبقا", "ل"), ("استنادا", "الي"),
)  # fmt: skip

_PHRASES = frozenset(phrase for phrase, _ in _ATTRIBUTION)
_PARTICLES = frozenset(particle for _, particle in _ATTRIBUTION if len(particle) > 1)


@dataclass(frozen=True, slots=True)
class Speech:
    """Every form of the verbs that report, of all verbs of saying, of the nouns of reporting (إعلان).

    told: those of saying and of reporting together. ends: the words at which a name ends. happenings: nouns
    of acts and of what befalls people. governments: a nation's adjective → its government's id.
    """

    reports: frozenset[str]
    says: frozenset[str]
    nouns: frozenset[str]
    told: frozenset[str]
    ends: frozenset[str]
    happenings: frozenset[str]
    governments: Mapping[str, str]


def speech(lexicon: Lexicon) -> Speech:
    """The words of saying of a lexicon, with the general ones."""
    verbs = lexicon.reporting.verbs
    reports = verb_set(verbs)
    weekdays = {w for day in lexicon.weekdays for form in day.ar for w in fold_key(form).split()}
    says = reports | verb_set(tuple(words()["people"]["speech_verbs"]))
    acts = frozenset(form.text for verb in verbs for form in masdar_forms(verb))
    ends = says | weekdays | light_verbs()
    counters = lexicon.numbers.counters
    listed = (
        *counters.killed_words,
        *counters.injured_words,
        *chain(*(t.nouns for t in lexicon.triggers.values())),
    )
    happenings = {form.text for noun in listed if " " not in noun for form in noun_forms(noun)}
    return Speech(reports, says, acts, says | acts, ends, frozenset(happenings), governments(lexicon))


def openings(said: Speech) -> Tables:
    """Titles, and verbs behind which a speaker is named."""
    return {TITLE: heads(*_TITLES), REPORT: said.reports}


def titled(page: Page, known: Sequence[Name], places: Sequence[Name], said: Speech) -> list[Name]:
    """Persons and bodies that open with a title, with the name before or behind it (اللواء حسام لوقا).

    A title beside a known actor takes its entry. The group is the kind of the title.
    """
    starts = {n.first: n for n in known}
    placed = frozenset(n.first for n in places)
    persons = {n.last: n for n in known if n.group == "person"}
    inside = {i for n in known for i in range(n.first + _heads_person(n, starts), n.last + 1)}
    found: list[Name] = []
    for index, ((skipped, head), *_) in page.opened(TITLE):
        is_peer = head.startswith("نظير")
        if index in inside or (found and index <= found[-1].last):
            continue
        if is_stop(page.words[index].text) and not is_peer:
            continue
        name = _Title(page, starts, placed, said, heads(*_TITLES)[head]).read(index, skipped)
        person = persons.get(index - 1)
        if name is not None and person and not skipped and is_definite(head):
            name = replace(name, first=person.first, skipped=person.skipped, ids=person.ids)
        if name is not None:
            found.append(name)
    return found


def _heads_person(name: Name, starts: Mapping[int, Name]) -> bool:
    """Whether a name is a role with its holder right behind it (وزير الخارجية الإيراني حسين …)."""
    behind = starts.get(name.last + 1)
    return behind is not None and behind.group == "person" and not behind.skipped


def sources(page: Page, known: Sequence[Name], titles: Sequence[Name], said: Speech) -> Iterator[Name]:
    """The names, titled persons and unknown speakers of a page that the article credits."""
    phrases = over(titles)
    outer = [n for n in known if not is_within(n, phrases)]
    taken: set[int] = set()
    for name in (*titles, *outer):
        credit = _attribution(page, name) or _saying(page, name, said)
        is_titled_medium = name.group == "media" and name.origin.startswith("title:") and not name.ids
        medium = name.group in _SOURCE_CLASSES and name.last > name.first and not is_titled_medium
        if credit or medium:
            score = SURE if credit else GUESS
            yield replace(name, kind=SOURCE, score=score, origin=f"source:{credit or name.group}")
            taken |= set(range(name.first, name.last + 1))
    taken |= over(bare_speakers := list(_bare_speakers(page, taken, said))).keys()
    yield from bare_speakers
    yield from _unknown_speakers(page, taken | {i for n in known for i in range(n.first, n.last + 1)}, said)


def _bare_speakers(page: Page, taken: set[int], said: Speech) -> Iterator[Name]:
    """Bodies and media named before that are credited by their noun alone (بحسب الوكالة، أضاف المرصد)."""
    for index, ((skipped, head), *_) in page.opened(TITLE):
        group = heads(*_TITLES)[head]
        if group in ("media", "monitor") and is_definite(head) and index not in taken:
            name = Name(ACTOR, index, index, skipped, "", (), group)
            if credit := _attribution(page, name) or _saying(page, name, said):
                yield replace(name, kind=SOURCE, score=GUESS, origin=f"source:{credit}")


def source_value(name: Name, quote: str, known: Sequence[Name], said: Speech, lexicon: Lexicon) -> Json:
    """The value of a source field: a list of one who and kind.

    A speaker is coded as the body he speaks for: that of his entry, the one named in his title, or the
    government of the nation in it (coding guide, section 4). Unnamed sources are nobody.
    """
    if name.group == "unnamed":
        return [{"who": None, "kind": "unnamed"}]
    entry = lexicon.actor(name.ids[0]) if name.ids and not is_world(name.ids[0]) else None
    body = entry
    if entry is not None and entry.actor_class == "person":
        body = lexicon.actor(entry.parent) or entry
    if entry is None and name.group in ("official", "military", "statement"):
        inner = (n for n in known if n.ids and n.group != "person" and name.contains(n))
        ids = [n.ids[0] for n in inner if not is_world(n.ids[0])]
        nations = (w for w in map(fold_key, quote.split()) if is_nisba(w))
        ids += [nation for w in nations if (nation := said.governments.get(nation_of(w)))]
        body = lexicon.actor(ids[0]) if ids else None
    who: Json = body.id if body else {"name": quote, "class": _CLASSES.get(name.group, name.group)}
    return [{"who": who, "kind": _KINDS.get(body.actor_class if body else name.group, "official")}]


# ---------------------------------------------------------------- title and name
@dataclass(frozen=True, slots=True)
class _Title:
    """Reads the phrase that a title opens.

    starts: first word of each known actor → that name. placed: first words of places.
    """

    page: Page
    starts: Mapping[int, Name]
    placed: frozenset[int]
    said: Speech
    kind: str

    def read(self, first: int, skipped: int) -> Name | None:
        """The title with its adjectives, complements and name; None for a bare title."""
        last, in_name = first, 0
        ids: tuple[str, ...] = ()
        what = follows(self.page, first)
        if self.kind == "unnamed" and what and what.text in word_set("people", "no_speakers"):
            return None
        is_whole = is_definite(self.page.words[first].text[skipped:])
        while last - first < _LONGEST_TITLE and (word := follows(self.page, last)):
            at = last + 1
            if is_whole and at in self.placed and word.text in heads("places", "naming"):
                break  # زار الوزير مدينة حلب
            if at in self.starts and in_name and self.starts[at].group != "person":
                break
            if at in self.starts and self._joins(self.starts[at]):
                last, ids = self.starts[at].last, self._holder(self.starts[at])
                if ids:
                    break
            elif (in_name and word.text in self.said.happenings) or self._is_told(word.text, in_name):
                break
            elif word.text in ("صادر", "صادره"):
                last = at
            elif (behind := self._complement(at)) is not None:
                last = behind
            elif self._ends(at, word.text):
                break
            elif is_definite(word.text) or is_nisba(word.text) or is_nisba(word.text[1:]):
                is_surname = in_name and not is_definite(word.text)
                if is_surname and word.text in nation_adjectives():
                    break
                last, in_name = at, in_name + is_surname
            elif self.kind == "unnamed" and word.text.endswith("ه"):
                last = at
            elif in_name == (
                _LONGEST_BODY if self.kind == "media" else 0 if self.kind in _BODIES else _LONGEST_NAME
            ):
                break
            else:
                last, in_name = at, in_name + 1
        if not ids and not in_name and self.kind != "unnamed":
            last, ids = self._apposition(last)
        if last == first and self.kind != "unnamed":
            return None
        origin = f"title:{self.page.words[first].text[skipped:]}"
        return Name(ACTOR, first, last, skipped, origin, ids, self.kind, LIKELY)

    def _joins(self, name: Name) -> bool:
        """Whether a known name behind goes on with the phrase: in construct, or behind the ل of مصادر لـ."""
        front = self.page.words[name.first].text[: name.skipped]
        return not front or (front == "ل" and self.kind == "unnamed")

    def _holder(self, name: Name) -> tuple[str, ...]:
        """The entry of the person or the medium that the title is of, none for any other name."""
        return name.ids if name.group == "person" or name.group == self.kind == "media" else ()

    def _is_told(self, text: str, in_name: int) -> bool:
        """Whether a word with a particle says to which medium, or, behind a whole name, with or for what."""
        if text[0] == "ل" and heads(*_TITLES).get(text[1:]) == "media":
            return True  # مسؤول أميركي لشبكة …
        if in_name < 2 or text[0] not in "بل" or text in name_openers():
            return False
        rest = text[1:]
        return is_common(rest) or WORD_SHAPE.fullmatch(rest) is not None  # دونالد ترامب بفرض رسوم

    def _ends(self, at: int, text: str) -> bool:
        """Whether the phrase cannot go on with this word: a particle, a verb, a day, a number."""
        if is_stop(text) or text in self.said.ends or text[0].isdigit():
            return True
        if bare(text) in word_set("actors", "allegiance"):
            return True
        if any(taken and (is_stop(rest) or rest in self.said.happenings) for taken, rest in readings(text)):
            return True
        raw = self.page.raw(at)
        # a bare alif opens verbs of the derived measures (اتخذ), names and nouns carry a hamza or the article
        return raw[0] == "ا" and not text.startswith("ال") and len(text) > 3

    def _complement(self, at: int) -> int | None:
        """The last word of a complement (باسم، في، لـ) whose first word is at `at`; None if it is no part."""
        text = self.page.words[at].text
        if text.startswith("لل") and len(text) > 4 and self.kind != "media":
            return at
        if text not in word_set("people", "title_prepositions"):
            return None
        behind = at + 1
        word = follows(self.page, at)
        if word is not None and word.text in ("احد", "احدي"):
            behind += 1
        if behind in self.starts:
            last = self.starts[behind].last
            while (adjective := follows(self.page, last)) and self._identifies(adjective):
                last += 1
            return last
        inside = text in ("باسم", "عن", "في") and behind not in self.placed
        return behind if word and inside and is_definite(word.text) else None

    def _identifies(self, adjective: Word) -> bool:
        text = adjective.text
        return (
            is_definite(text)
            and text not in self.said.ends
            and bare(text) not in word_set("actors", "allegiance")
        )

    def _apposition(self, last: int) -> tuple[int, tuple[str, ...]]:
        """The name set off by a comma behind a title (الباحث …، وائل علوان), which belongs to the span."""
        page, at = self.page, last + 2
        if at >= len(page.words) or page.words[last + 1].text not in ("،", ","):
            return last, ()
        if at in self.starts:
            ids = self._holder(self.starts[at])
            return (self.starts[at].last, ids) if ids else (last, ())
        stop = at
        while (
            stop < len(page.words)
            and not page.words[stop].is_sign
            and not self._ends(stop, page.words[stop].text)
        ):
            stop += 1
            if page.is_parted(stop - 1):
                break
        return (stop - 1, ()) if 2 <= stop - at <= _LONGEST_NAME else (last, ())


# ---------------------------------------------------------------- who speaks
def _attribution(page: Page, name: Name) -> str:
    """The phrase of attribution in front of a name, empty if there is none."""
    before = precedes(page, name.first)
    if before is None:
        return ""
    front = page.words[name.first].text[: name.skipped]
    said = {word for _, word in readings(before.text)}
    if before.text not in _PARTICLES and not said & _PHRASES:
        return ""
    for phrase, particle in _ATTRIBUTION:
        attached = front.endswith(particle) if len(particle) == 1 else not particle
        if attached and phrase in said:
            return phrase
        earlier = precedes(page, name.first - 1)
        if len(particle) > 1 and before.text == particle and earlier and earlier.text.endswith(phrase):
            return phrase
    ahead = page.words.texts[max(0, name.first - 6) : name.first - 1]
    if before.text == "عن" and not _CONVEYS.isdisjoint(ahead):
        return "نقل عن"
    return ""


_OF_WHAT = frozenset({"به", "بها", "عنه", "عنها", "فيه", "اليه"})
_CONVEYS = frozenset({"نقل", "نقلت", "نقلوا", "ونقل", "ونقلت", "تنقل", "ينقل"})
"""Verbs behind which عن names who said it (نقلت وكالة رويترز عن مسؤولين)."""


def _saying(page: Page, name: Name, said: Speech) -> str:
    """The verb of saying beside a name, empty if there is none; armed groups only report."""
    if page.words[name.first].text[: name.skipped] not in ("", "و", "ف"):
        return ""
    if name.group == "unknown":
        return ""
    is_group = name.group in ("armed_group", "")
    verbs = said.reports if is_group else said.told
    before = precedes(page, name.first)
    if before is not None and before.text in _OF_WHAT:
        before = precedes(page, name.first - 1)  # وفق ما أفاد به مصدر
    if before is not None and (verb := next((w for _, w in readings(before.text) if w in verbs), "")):
        is_carried = verb in _CONVEYS and "عن" not in page.words.texts[name.last + 1 : name.last + 7]
        return "" if is_carried else verb  # نقلت الفصائل أسلحة
    behind = page.words.texts[name.last + 1 : name.last + 2]
    is_set_off = name.group in _PERSONS and behind in (["،"], [","])
    after = follows(page, name.last + is_set_off)
    if after is None or after.text not in verbs or after.text in said.nouns:
        return ""
    return "" if page.is_parted(name.last) and not is_set_off else after.text


def _unknown_speakers(page: Page, taken: set[int], said: Speech) -> Iterator[Name]:
    """Two to four words that no list knows between a reporting verb and a particle (قال مايكل نايتس إن)."""
    for index, _ in page.opened(REPORT):
        stop = index + 1
        while follows(page, stop - 1) and stop not in taken and _could_be_name(page, stop, said):
            stop += 1
        ended = stop >= len(page.words) or page.words[stop].is_sign or is_stop(page.words[stop].text)
        defined = sum(map(is_definite, page.words.texts[index + 1 : stop]))
        if ended and defined < 2 and 2 <= stop - index - 1 <= _LONGEST_NAME:
            yield Name(SOURCE, index + 1, stop - 1, 0, "source:unknown name", (), "person", GUESS)


def _could_be_name(page: Page, index: int, said: Speech) -> bool:
    text = page.words[index].text
    if is_stop(text) or text in said.ends or text[0].isdigit() or text in heads(*_TITLES):
        return False
    if text in said.happenings:
        return False  # أكدت سقوط عدد من القتلى
    first = precedes(page, index - 1) is None or any(
        w in said.reports for _, w in readings(page.words[index - 1].text)
    )
    owned = text.endswith(("ها", "هم"))
    return not (owned or (first and (is_definite(text) or is_nisba(text)))) and text[0] not in "بلوف"
