"""Spells out the written forms of a dictionary word: article, plural, dual, case, person, tense, passive.

Everything returned is folded (`coder.text.normalize`), so vowels and hamza seats do not matter.
Source: Ryding 2005, A Reference Grammar of Modern Standard Arabic, chapters 7 (nouns), 21-32 (verb forms).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import NamedTuple

from coder.text.normalize import fold_key

ARTICLE = "ال"
SHADDA = "\u0651"


class Front(Enum):
    """The proclitics that a form may have."""

    NOUN = "noun"
    """و ف, then ب ك ل"""
    LAM = "lam"
    """ل must stand in front: the article has lost its alif to it (للقوات)"""
    VERB = "verb"
    """و ف, then ل of purpose or س of the future"""


class Back(Enum):
    """The enclitics that a form may have."""

    NOTHING = "nothing"
    PRONOUN = "pronoun"
    """a pronoun or nothing"""
    ONLY_PRONOUN = "only pronoun"
    """a pronoun must follow: the letters before it are not a word by themselves (هجمت + ها)"""


@dataclass(frozen=True, slots=True)
class Form:
    """One written form: folded text and the clitics it may have."""

    text: str
    front: Front = Front.NOUN
    back: Back = Back.NOTHING


def name_forms(phrase: str) -> Iterator[Form]:
    """A name as listed, in its press spellings and its other case, a phrase also without articles."""
    for text in _spellings(fold_key(phrase)):
        yield from _with_lam(Form(text))
        words = text.split()
        if all(w.startswith(ARTICLE) for w in words) and len(words) > 1:
            yield Form(" ".join(w.removeprefix(ARTICLE) for w in words))
        for ending, other in (("ون", "ين"), ("ين", "ون")):
            if any(w.endswith(ending) and len(w) > 4 for w in words):
                changed = (w[:-2] + other if w.endswith(ending) and len(w) > 4 else w for w in words)
                yield from _with_lam(Form(" ".join(changed)))


def noun_forms(phrase: str) -> Iterator[Form]:
    """A noun or a noun phrase in every number, case and definiteness that spelling shows.

    Only the first word takes number; in a phrase the following words agree in definiteness or stand
    in construct with the first.
    """
    head, *rest = phrase.split()
    if not rest:
        for base in dict.fromkeys((_bare(head), head)):  # التزام does not begin with the article
            for form in _inflected_noun(base):
                yield form
                yield from _with_lam(Form(ARTICLE + form.text, back=form.back))
        return
    for text in _spellings(fold_key(" ".join(map(_bare, [head, *rest])))):
        first, *others = words = text.split()
        defined = [w if w in _PARTICLES else ARTICLE + w for w in others]
        yield Form(text)
        yield Form(" ".join([first, *others[:-1], defined[-1]]))
        yield Form(" ".join([first, *map(_accusative, others)]))
        yield Form(" ".join(map(_accusative, words)))
        for ending in ("ين", "ان"):  # what ends in ه is taken to end in ta marbuta
            yield Form(" ".join(w.removesuffix("ه") + "ت" * w.endswith("ه") + ending for w in words))
        yield from _with_lam(Form(" ".join([ARTICLE + first, *defined])))


def verb_forms(verb: str) -> Iterator[Form]:
    """A verb, given in the third person masculine singular past, in the persons and tenses news uses.

    Past and present, active and passive (they are spelt alike), third person in all numbers, first
    person plural, with the future س. An entry already inflected (ـت، ـوا, a present) stays as it is.
    """
    stem = _past_stem(verb)
    if stem is None:
        yield Form(fold_key(verb), Front.VERB, Back.PRONOUN)
        return
    yield from (Form(t, Front.VERB, b) for t, b in _past(stem))
    for present in _present_stems(stem, verb):
        yield from (Form(t, Front.VERB, b) for t, b in _present(present))


def masdar_forms(verb: str) -> Iterator[Form]:
    """The verbal noun of a verb of a derived measure, where its pattern is regular; nothing for measure I."""
    if masdar := _masdar(verb):
        yield from noun_forms(masdar)


def nisba_forms(noun: str) -> Iterator[Form]:
    """The relational adjective of a noun (صاروخ: صاروخي، صاروخية)."""
    base = fold_key(noun).removesuffix("ه")
    for ending in ("ي", "يه", "يا", "يين"):
        yield Form(base + ending)
        yield from _with_lam(Form(ARTICLE + base + ending))


def nation_forms(nation: str) -> Iterator[Form]:
    """The adjective of a nation in both genders and the plural, with and without the article."""
    for text in _spellings(fold_key(nation)):
        for ending in ("", "ه", "ا", "ين", "ون", "تين"):
            yield Form(text + ending)
            yield from _with_lam(Form(ARTICLE + text + ending))


# ---------------------------------------------------------------- nouns
_PARTICLES = frozenset(map(fold_key, ["من", "في", "على", "عن", "إلى", "مع", "بدون", "دون", "غير"]))
_SPELLINGS = (
    ("امريك", "اميرك"),
    ("كوردستان", "كردستان"),
    ("ديمقراط", "ديموقراط"),
    ("ميليشي", "مليشي", "ميلشي"),
    ("بيشمرك", "بشمرك"),
    ("سوريا", "سوريه"),
    ("اسراييل", "اسرايل"),
)


def _spellings(text: str) -> list[str]:
    """The folded text in each spelling that the press gives certain names, itself first."""
    found = [text]
    for group in _SPELLINGS:
        for spelling in group:
            if spelling in text:
                found += [text.replace(spelling, other) for other in group if other != spelling]
                break
    return found


def _bare(word: str) -> str:
    """The word without its article; الله and short words keep theirs."""
    return word[2:] if word.startswith(ARTICLE) and len(word) > 4 and fold_key(word) != "الله" else word


def _with_lam(form: Form) -> Iterator[Form]:
    """The form and, if it has the article, how it is written behind ل."""
    yield form
    if form.text.startswith(ARTICLE):
        yield Form(form.text[1 if form.text[2:3] != "ل" else 2 :], Front.LAM, form.back)


def _accusative(word: str) -> str:
    """The word with the alif of an indefinite accusative where spelling shows one."""
    return word if word.endswith(("ه", "ا", "ء", "ات")) or word in _PARTICLES else word + "ا"


def _inflected_noun(raw: str) -> Iterator[Form]:
    """One indefinite noun in singular, dual, sound plural, accusative and before a pronoun."""
    word = fold_key(raw)
    may, must = Back.PRONOUN, Back.ONLY_PRONOUN
    if raw.endswith("ة"):
        stem = word[:-1]
        yield Form(word)
        yield Form(stem + "ت", back=must)
        for ending in ("ات", "تان", "تين", "تا", "تي"):
            yield Form(stem + ending, back=may)
    elif raw.endswith("ى"):
        yield Form(word)
        yield Form(word[:-1] + "ا", back=must)
    elif raw.endswith("اء"):
        yield Form(word)
        yield from (Form(word[:-1] + seat, back=must) for seat in "يو")
        yield Form(word + "ات", back=may)
    elif word.endswith(("ات", "ون", "ين", "ا")):
        yield Form(word, back=may)
        if word.endswith("ون"):
            yield Form(word[:-2] + "ين", back=may)
    else:
        yield Form(word, back=may)
        yield Form(word + "ا")
        for ending in ("ات", "ان", "ين", "ون"):
            yield Form(word + ending, back=may)


# ---------------------------------------------------------------- verbs
class _Stem(NamedTuple):
    """A folded past stem; weak says which vowel it ends in (`ي` for ى, `ا`), empty if none."""

    text: str
    weak: str = ""


def _past_stem(verb: str) -> _Stem | None:
    """The past stem of a dictionary form; None for a form inflected for feminine, plural or present."""
    word = fold_key(verb)
    if verb.endswith("ى"):
        return _Stem(word[:-1], "ي")
    if verb.endswith("ا") and not verb.endswith("وا"):
        return _Stem(word[:-1], "ا")
    inflected = verb.endswith(("وا", "ي")) or (verb.endswith("ت") and len(word) > 3)
    return None if inflected or (word[0] == "ي" and len(word) > 3) else _Stem(word)


def _past(stem: _Stem) -> Iterator[tuple[str, Back]]:
    s, may, must = stem.text, Back.PRONOUN, Back.ONLY_PRONOUN
    yield s + "ت", may
    yield s + "وا", Back.NOTHING
    yield s + "و", must
    yield s + "تا", Back.NOTHING
    if stem.weak:
        yield s + stem.weak, Back.NOTHING
        yield s + "ا", must
        yield s + "ي", Back.NOTHING
    else:
        yield s, may
        yield s + "نا", may


def _present_stems(stem: _Stem, verb: str) -> Iterator[_Stem]:
    """The stem behind the prefixes of the present, by the shape of the past."""
    s, weak = stem.text, stem.weak
    hollow = not weak and len(s) >= 3 and s[-2] == "ا"
    if len(s) + len(weak) >= 4 and s[0] == "ا":
        if hollow and (len(s) == 4 or (s.startswith("است") and len(s) == 6)):
            yield _Stem(s[1:-2] + "ي" + s[-1])
        else:
            yield _Stem(s[1:], weak)
    elif verb[0] in "أآ":
        yield _Stem("و" + s[1:], weak)
        yield _Stem(s, weak)
    elif hollow and len(s) == 3:
        yield from (_Stem(s[0] + vowel + s[2]) for vowel in "وي")
    elif s[0] == "و" and SHADDA not in verb and len(s) + len(weak) == 3:
        yield _Stem(s[1:], weak)
    else:
        yield _Stem(s, "و" if weak == "ا" else weak)


def _present(stem: _Stem) -> Iterator[tuple[str, Back]]:
    may, must = Back.PRONOUN, Back.ONLY_PRONOUN
    for future, person in product(("", "س"), "يت"):
        s = future + person + stem.text
        yield s + stem.weak, may
        yield s + "ون", may
        yield s + "وا", Back.NOTHING
        yield s + "و", must
        if stem.weak:
            yield s + "ا", must
            if len(stem.text) > 2:
                yield s, Back.NOTHING
    yield "سن" + stem.text + stem.weak, may


def _masdar(verb: str) -> str:
    """The verbal noun by measure, with ة where it ends in ta marbuta; empty where there is no rule."""
    w = fold_key(verb)
    weak, hollow = verb.endswith("ى"), w[-2:-1] == "ا"
    if " " in w or w.endswith("ت") or len(w) < 4:
        is_doubled = SHADDA in verb[:-1] and len(w) == 3 and not weak  # measure II: هدّد
        return "ت" + w[:2] + "ي" + w[2] if is_doubled else ""
    if len(w) == 4 and verb.startswith("ا") and verb.endswith(SHADDA):  # doubled measure VIII: احتجّ
        return w + "ا" + w[-1]
    if w[0] == "ا" and (len(w) > 4 or verb[0] == "أ"):
        if weak:
            return w[:-1] + "اء"
        if hollow and (len(w) == 4 or w.startswith("است")):
            return w + "ة"
        return w[:-1] + "ا" + w[-1]
    return "م" + w + "ة" if len(w) == 4 and w[1] == "ا" and not weak else ""
