"""Sources and persons: who is credited with what is said, and titles in front of names.

A source stands behind a phrase of attribution (وفقاً لـ، بحسب), as the subject of a reporting verb, or is a
medium or unnamed sources wherever they are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coder.codebook.lexicon import Lexicon
from coder.model import Json
from coder.suggest.lexicon import ACTOR
from coder.suggest.names import GUESS, LIKELY, SURE, Name
from coder.suggest.page import Page
from coder.suggest.phrase import follows, is_definite, is_nisba, is_stop, precedes
from coder.suggest.words import bare, heads, readings, verb_set, word_set
from coder.text.normalize import fold_key

SOURCE = "source"
_TITLES = ("people", "titles")
_LONGEST_TITLE, _LONGEST_NAME, _LONGEST_APPOSITION = 9, 4, 4
_SOURCE_CLASSES = ("media", "ngo_monitor")
_KINDS = {
    "government": "official",
    "state_military": "official",
    "state_security": "official",
    "coalition": "official",
    "igo": "official",
    "political": "official",
    "armed_group": "party_statement",
    "ngo_monitor": "monitor",
    "media": "media",
    "person": "named_person",
    "official": "official",
    "military": "official",
    "monitor": "monitor",
    "named_person": "named_person",
    "unnamed": "unnamed",
    "statement": "official",
}
"""Actor class or kind of title → kind of source."""
_ATTRIBUTION = (
    ("وفقا", "ل"), ("وفق", ""), ("بحسب", ""), ("حسب", ""), ("نقلا", "عن"), ("طبقا", "ل"), ("استنادا", "الي"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speech:
    """The reporting words of a lexicon."""

    verbs: frozenset[str]
    weekdays: frozenset[str]


def speech(lexicon: Lexicon) -> Speech:
    """The reporting words of a lexicon, in every form."""
    weekdays = {w for day in lexicon.weekdays for form in day.ar for w in fold_key(form).split()}
    return Speech(verb_set(lexicon.reporting.verbs), frozenset(weekdays))


def titled(page: Page, known: Sequence[Name], said: Speech) -> list[Name]:
    """Persons and bodies that open with a title, with the name behind it (اللواء حسام لوقا).

    A title in front of a known name takes its entry. The group is the kind of the title.
    """
    starts = {n.first: n for n in known}
    found: list[Name] = []
    for index, word in enumerate(page.words):
        if word.is_sign or (found and index <= found[-1].last):
            continue
        for skipped, head in readings(word.text):
            kind = heads(*_TITLES).get(head)
            if kind and not is_stop(word.text):
                name = _title_phrase(page, index, skipped, kind, starts, said)
                if name is not None:
                    found.append(name)
                break
    return found


def sources(page: Page, known: Sequence[Name], titles: Sequence[Name], said: Speech) -> Iterator[Name]:
    """The names and titled persons of a page that the article credits, as sources."""
    for name in (*titles, *known):
        if name.kind == ACTOR and any(t.contains(name) for t in titles):
            continue
        attributed = _is_attributed(page, name) or _speaks(page, name, said)
        if attributed:
            yield replace(name, kind=SOURCE, score=SURE, origin=f"source:{attributed}")
        elif name.group in (*_SOURCE_CLASSES, "unnamed") and name.ids + (name.group,):
            named = name.group == "unnamed" and name.last == name.first
            if not named:
                yield replace(name, kind=SOURCE, score=GUESS, origin=f"source:{name.group}")


def source_value(name: Name, quote: str) -> Json:
    """The value of a source field: a list of one who and kind."""
    who: Json = name.ids[0] if name.ids else {"name": quote, "class": "person"}
    return [{"who": who, "kind": _KINDS.get(name.group, "named_person")}]


# ---------------------------------------------------------------- title and name
def _title_phrase(
    page: Page, first: int, skipped: int, kind: str, starts: Mapping[int, Name], said: Speech
) -> Name | None:
    """The phrase that a title opens: its adjectives and complements, then the name; None for a bare title."""
    last, ids, group, names_left = first, (), kind, _LONGEST_NAME
    while last - first < _LONGEST_TITLE and (word := follows(page, last)):
        at = last + 1
        if at in starts:
            name = starts[at]
            last = name.last
            if name.group == "person":
                ids = name.ids
                break
            continue
        if word.text in word_set("people", "title_prepositions") or _opens_complement(word.text, starts.get(at)):
            behind = _complement(page, at, starts)
            if behind is None:
                break
            last = behind
            continue
        if is_stop(word.text) or word.text in said.verbs or word.text in said.weekdays:
            break
        if not _is_titular(word.text):
            if names_left == 0:
                break
            names_left -= 1
        last = at
    last, ids = _apposition(page, last, ids, starts, said)
    if last == first and kind not in ("unnamed",):
        return None
    return Name(ACTOR, first, last, skipped, f"title:{page.words[first].text[skipped:]}", ids, group, LIKELY)


def _opens_complement(text: str, name: Name | None) -> bool:
    return name is None and text.startswith("لل") and len(text) > 4


def _complement(page: Page, at: int, starts: Mapping[int, Name]) -> int | None:
    """The last word of a title's complement that begins at a preposition; None if it is not part of the title."""
    text = page.words[at].text
    if text.startswith("لل"):
        return at
    behind = at + 1
    word = follows(page, at)
    if word is not None and word.text in ("احد", "احدي"):
        behind += 1
    if behind in starts:
        last = starts[behind].last
        while (adjective := follows(page, last)) and is_definite(adjective.text) and _is_titular(adjective.text):
            last += 1
        return last
    following = page.words[behind].text if behind < len(page.words) else ""
    return behind if text in ("باسم", "عن") and is_definite(following) else None


def _is_titular(text: str) -> bool:
    """Whether a word inside a title is its adjective or body and not part of the name."""
    return is_definite(text) or is_nisba(text) or text.startswith("و")


def _apposition(
    page: Page, last: int, ids: tuple[str, ...], starts: Mapping[int, Name], said: Speech
) -> tuple[int, tuple[str, ...]]:
    """The name set off by a comma behind a title (الباحث …، وائل علوان), which belongs to the span."""
    comma = last + 1
    if ids or comma + 2 >= len(page.words) or page.words[comma].text not in ("،", ","):
        return last, ids
    at = comma + 1
    if at in starts and starts[at].group == "person":
        return starts[at].last, starts[at].ids
    stop = at
    while stop < len(page.words) and not page.words[stop].is_sign and _could_be_name(page.words[stop].text, said):
        stop += 1
    closed = stop < len(page.words) and (page.words[stop].is_sign or page.words[stop].text in said.verbs | {"من", "ان"})
    return (stop - 1, ids) if 2 <= stop - at <= _LONGEST_APPOSITION and closed else (last, ids)


def _could_be_name(text: str, said: Speech) -> bool:
    return not (is_stop(text) or text in said.verbs or text in said.weekdays or text[0].isdigit())


# ---------------------------------------------------------------- who speaks
def _is_attributed(page: Page, name: Name) -> str:
    """The phrase of attribution in front of a name, empty if there is none."""
    front = page.words[name.first].text[: name.skipped]
    before = precedes(page, name.first)
    if before is None:
        return ""
    for phrase, particle in _ATTRIBUTION:
        words = [w for _, w in readings(before.text)]
        if phrase in words and (front.endswith(particle) if len(particle) == 1 else not particle):
            return phrase
        earlier = precedes(page, name.first - 1)
        if len(particle) > 1 and before.text == particle and earlier and earlier.text.endswith(phrase):
            return phrase
    return ""


def _speaks(page: Page, name: Name, said: Speech) -> str:
    """The reporting verb beside a name, empty if there is none."""
    if name.skipped and page.words[name.first].text[: name.skipped] not in ("و", "ف"):
        return ""
    before, after = precedes(page, name.first), follows(page, name.last)
    for word in (before, after):
        if word is not None and any(w in said.verbs for _, w in readings(word.text)):
            return bare(word.text)
    return ""
