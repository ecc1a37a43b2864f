"""Search for actions by what people would call them, in every language, with slips of
the finger allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from coder.messages import catalogue
from coder.messages.catalogue import LANGUAGES
from coder.text.normalize import fold, fold_key
from coder.tui.keys import Action, shown

Item = TypeVar("Item")
Marks = tuple[tuple[int, int], ...]

# the least share of letters in the same order by which two words are taken for one
_ALIKE = 0.66
_LEAST = 3  # letters by which words are alike
_ARTICLE = "(?:[وفبك]?ال|لل)?"  # what may stand in front of a noun
_WORD = re.compile(r"[\w\u064b-\u065f\u0670]+")  # with its vowel signs


class Texts(Struct, frozen=True):
    """The folded texts by which what a key does is found; also: other words for its
    names.
    """

    sentences: tuple[str, ...]
    names: tuple[str, ...]
    also: str
    keys: str

    @classmethod
    def of(
        cls,
        names: Iterable[str],
        keys: Iterable[str],
        sentences: Iterable[str] = (),
        also: str = "",
    ) -> Texts:
        """Fold the texts; keys: as in `keys.toml`."""
        told = " ".join(map(shown, keys))
        return cls(
            tuple(map(fold_key, sentences)),
            tuple(map(fold_key, names)),
            fold_key(also),
            fold_key(told),
        )


def search(
    actions: Iterable[Action], typed: str, lang: str
) -> list[tuple[Action, Marks]]:
    """The actions that fit, the best first, each with the code points of its sentence
    that do.
    """
    wanted = fold_key(typed)
    return [
        (action, _marks(action.help(lang), wanted) if wanted else ())
        for action in found(actions, texts_of, typed)
    ]


def found(
    items: Iterable[Item], texts: Callable[[Item], Texts], typed: str
) -> list[Item]:
    """The items that fit, the best first.

    Order: by the start of the sentence, of a word of the name, of another word for it,
    of a word of the sentence, of a key, inside words, by each word alone; only if there
    are none, by words that are alike.
    """
    wanted = fold_key(typed)
    told = [(item, texts(item)) for item in items]
    if not wanted:
        return [item for item, _ in told]
    ranked = [(_rank(each, wanted), item) for item, each in told]
    if all(rank is None for rank, _ in ranked):
        ranked = [(_likeness(each, wanted), item) for item, each in told]
    fitting = [(rank, item) for rank, item in ranked if rank is not None]
    fitting.sort(key=lambda each: each[0])  # of the same rank in their own order
    return [item for _, item in fitting]


@lru_cache(1 << 10)
def texts_of(action: Action) -> Texts:
    """The texts by which an action is found."""
    names = (action.name.replace("_", " "), *map(action.label, LANGUAGES))
    key = f"keys.also.{action.name}"
    also = (
        [catalogue.say(lang, key) for lang in LANGUAGES] if catalogue.has(key) else []
    )
    return Texts.of(names, action.keys, map(action.help, LANGUAGES), " ".join(also))


def _rank(texts: Texts, wanted: str) -> float | None:
    begins = _begins(wanted)
    if any(sentence.startswith(wanted) for sentence in texts.sentences):
        return 0
    if any(map(begins.search, texts.names)):
        return 1 if wanted in texts.names else 1.5
    if begins.search(texts.also):
        return 2
    if any(map(begins.search, texts.sentences)):
        return 3
    if begins.search(texts.keys):
        return 3.5
    if any(wanted in text for text in (*texts.names, *texts.sentences)):
        return 4
    told = "\n".join((*texts.names, texts.also, *texts.sentences))
    return 5 if all(_begins(word).search(told) for word in wanted.split()) else None


def _likeness(texts: Texts, wanted: str) -> float | None:
    """The rank of an action by the least alike of the words that are wanted, those of
    its names first.
    """
    named, told = (
        _WORD.findall(" ".join(each))
        for each in ((*texts.names, texts.also), texts.sentences)
    )
    shares = []
    for part in wanted.split():
        share = max(_share(part, word) for word in named)
        shares.append(
            share + 1
            if share
            else max((_share(part, word) for word in told), default=0)
        )
    return -min(shares) if all(shares) else None


def _share(typed: str, word: str) -> float:
    return (
        2 * sum(size for _, _, size in _alike(typed, word)) / (len(typed) + len(word))
    )


@lru_cache(64)
def _begins(part: str) -> re.Pattern[str]:
    """Where a word begins so."""
    return re.compile(rf"(?<!\w){_ARTICLE}{re.escape(part)}")


@lru_cache(1 << 14)
def _alike(typed: str, word: str) -> Sequence[tuple[int, int, int]]:
    """Return which letters two words have in common, none if they are not alike.

    They are if all that is typed is in the word in this order, or nearly all.
    """
    if len(typed) < _LEAST or typed[0] not in word[:2] or len(word) < len(typed) - 1:
        return ()
    blocks = SequenceMatcher(None, typed, word, autojunk=False).get_matching_blocks()
    rest = iter(word)
    is_short = all(letter in rest for letter in typed)
    same = sum(block.size for block in blocks)
    return blocks if is_short or 2 * same >= _ALIKE * (len(typed) + len(word)) else ()


def _marks(sentence: str, wanted: str) -> Marks:
    """The code points of a sentence that fit; Arabic words as a whole, so that their
    letters join.
    """
    folded = fold(sentence)
    marks = set[tuple[int, int]]()
    parts = [wanted] if wanted in folded.text else wanted.split()
    for start, end in (place for part in parts for place in _places(folded.text, part)):
        first, last = folded.span(start, end)
        for word in _WORD.finditer(sentence):
            if first < word.end() and word.start() < last:
                is_joined = not word.group()[0].isascii()
                marks.add(
                    word.span()
                    if is_joined
                    else (max(first, word.start()), min(last, word.end()))
                )
    return tuple(sorted(marks))


def _places(text: str, part: str) -> Iterator[tuple[int, int]]:
    """Where a text has what is wanted: the start of a word, else inside one, else words
    like it.
    """
    if found := _begins(part).search(text) or re.search(re.escape(part), text):
        yield found.span()
    else:
        for word in _WORD.finditer(text):
            for _, at, size in _alike(part, word.group()):
                yield word.start() + at, word.start() + at + size
