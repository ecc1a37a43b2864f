"""Acts that nobody says happened: supposed (لو، إذا), asked about (هل) or nearly done (كاد).

From such a word to the end of its clause a verb, or a noun without the article, tells no event. What is taken
as given there (بعد الهجوم) and what stands in front (هدد بالرد إذا …) is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coder.model import Candidate
from coder.suggest.article_words import Page, folded_range
from coder.suggest.openings import Tables
from coder.suggest.phrase import is_definite, precedes
from coder.suggest.word_lists import readings, verb_set, word_set, words

SUPPOSING, PHRASE, NEARLY, VERGE, IF = "supposing", "supposing phrase", "nearly", "verge", "if"
_STOPS = frozenset("،,؛;")
_UPON = "علي"
"""Between nearly and the noun of the act: أوشك على اقتحام."""
_OWNED = ("ها", "هم", "هما", "نا")
_FEMININE_PAST = ("ت", "وا")
"""How a verb ends that no noun looks like, behind إن."""


def openings() -> Tables:
    """The words behind which an act is unreal."""
    return {
        SUPPOSING: word_set("unreal", "supposing"),
        PHRASE: {phrase.split()[0] for phrase in word_set("unreal", "phrases")},
        NEARLY: verb_set(tuple(words()["unreal"]["nearly"])),
        VERGE: word_set("unreal", "verge"),
        IF: word_set("unreal", "if_before_verb"),
    }


def happened(page: Page, triggers: Sequence[Candidate]) -> list[Candidate]:
    """The triggers without those that are only supposed, asked about or nearly done."""
    acts = {page.words_in(*folded_range(page, t))[0]: t for t in triggers}
    unreal = {i for first in _supposed(page, acts) for i in _clause(page, first)}
    dropped = {at for at in acts if at in unreal and _is_told(page, at, acts[at])}
    dropped.update(_nearly(page, acts))
    return [t for at, t in acts.items() if at not in dropped]


def _supposed(page: Page, acts: dict[int, Candidate]) -> Iterator[int]:
    """The words behind which a clause is supposed or asked about."""
    for index, ((skipped, _), *_) in page.opened(SUPPOSING):
        is_concession = skipped and precedes(page, index) is not None  # نفى الهجوم ولو أنه …
        if not is_concession or page.words[index].text[0] == "ف":
            yield index + 1
    for index, ((_, first), *_) in page.opened(PHRASE):
        if f"{first} {_text(page, index + 1)}" in word_set("unreal", "phrases"):
            yield index + 2
    for index, _ in page.opened(IF):
        act = acts.get(index + 1)
        if act and act.origin.startswith("verb:") and act.quote.endswith(_FEMININE_PAST):
            yield index + 1


def _clause(page: Page, first: int) -> range:
    """The words up to the end of the sentence, or to a comma behind which و opens what is told again."""
    texts = page.words.texts
    stop = page.words.in_sentence(page.words[min(first, len(texts) - 1)].sentence).stop
    joined = (i for i in range(first, stop - 1) if texts[i] in _STOPS and texts[i + 1][0] == "و")
    return range(first, next(joined, stop))


def _is_told(page: Page, at: int, act: Candidate) -> bool:
    """Whether an act is what the clause supposes, and not what it takes as given."""
    if act.origin.startswith("verb:"):
        return True
    text, before = page.words[at].text, precedes(page, at)
    is_given = before is not None and any(
        rest in word_set("unreal", "given") for _, rest in readings(before.text)
    )
    is_known = any(is_definite(rest) for _, rest in readings(text)) or text.endswith(_OWNED)
    return not (is_given or is_known)


def _nearly(page: Page, acts: dict[int, Candidate]) -> Iterator[int]:
    """The acts that were but nearly done: the next verb of the clause, or the noun behind على."""
    for index, _ in page.opened(NEARLY):
        yield from _next(page, index + 1, acts)
    for index, _ in page.opened(VERGE):
        yield from (at for at in (index + 1,) if at in acts)


def _next(page: Page, first: int, acts: dict[int, Candidate]) -> Iterator[int]:
    for at in _clause(page, first):
        if page.words[at].text in _STOPS:
            return
        if at in acts and (acts[at].origin.startswith("verb:") or _text(page, at - 1) == _UPON):
            yield at
            return


def _text(page: Page, index: int) -> str:
    return page.words.texts[index] if index < len(page.words) else ""
