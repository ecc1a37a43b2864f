"""Generate the written forms of a dictionary word, folded: article, number, case,
person, tense, passive.

Source: Ryding 2005, A Reference Grammar of Modern Standard Arabic, chapters 7 (nouns),
21-32 (verb forms).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import product
from pathlib import Path

from msgspec import Struct

from coder.codebook.yaml_text import load_own_yaml
from coder.text.normalize import fold_key

ARTICLE = "ال"
SHADDA = "\u0651"
TANWIN = "\u064b"


class Front(Enum):
    """The proclitics that a form can take."""

    NOUN = frozenset({"", *"وفبكل", *(c + p for c in "وف" for p in "بكل")})
    LAM = frozenset({"ل", "ول", "فل"})  # the article has lost its alif to ل (للقوات)
    VERB = frozenset(
        {"", *"وفل", "ول", "فل"}
    )  # ل of purpose; the future particle س is part of the form


class Back(Enum):
    """The enclitics that a form can take."""

    NOTHING = "nothing"
    PRONOUN = "a pronoun or nothing"
    ONLY_PRONOUN = "a pronoun"  # the form is not a word by itself (هجمت + ها)


_NONE, _MAY, _MUST = Back
_LISTED = load_own_yaml(Path(__file__).with_name("spellings.yaml"))
_PARTICLES = frozenset(map(fold_key, _LISTED["particles"]))
_SPELLINGS: Sequence[Sequence[str]] = _LISTED["variants"]


class Form(Struct, frozen=True):
    """One written form: folded text and the clitics it can take."""

    text: str
    front: Front = Front.NOUN
    back: Back = Back.NOTHING


def name_forms(phrase: str) -> Iterator[Form]:
    """Yield a name in its press spellings and both cases of sound plurals, phrases also
    without articles.
    """
    for text in _spellings(fold_key(phrase)):
        yield from _with_lam(Form(text))
        words = text.split()
        if all(w.startswith(ARTICLE) for w in words) and len(words) > 1:
            yield Form(" ".join(w.removeprefix(ARTICLE) for w in words))
        for ending, other in (("ون", "ين"), ("ين", "ون")):
            if any(w.endswith(ending) and len(w) > 4 for w in words):
                changed = (
                    w[:-2] + other if w.endswith(ending) and len(w) > 4 else w
                    for w in words
                )
                yield from _with_lam(Form(" ".join(changed)))


def noun_forms(phrase: str) -> Iterator[Form]:
    """Yield all forms of a noun or phrase; words after the first agree with it or are
    in construct state.
    """
    head, *rest = phrase.split()
    if not rest:
        for base in dict.fromkeys(
            (_bare(head), head)
        ):  # in التزام the first letters are not the article
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
        for ending in ("ين", "ان"):  # a final ه is taken for ta marbuta
            yield Form(
                " ".join(
                    w.removesuffix("ه") + "ت" * w.endswith("ه") + ending for w in words
                )
            )
        yield from _with_lam(Form(" ".join([ARTICLE + first, *defined])))


def nisba_forms(noun: str) -> Iterator[Form]:
    """Yield the forms of the relational adjective of a noun (صاروخ: صاروخي، صاروخية)."""
    return _adjective_forms(
        [fold_key(noun).removesuffix("ه")], ("ي", "يه", "يا", "يين")
    )


def nation_forms(nation: str) -> Iterator[Form]:
    """Yield the adjective of a nation in both genders, dual and plural, with and
    without the article.
    """
    return _adjective_forms(
        _spellings(fold_key(nation)), ("", "ه", "ا", "ين", "ون", "تين")
    )


def _adjective_forms(bases: Iterable[str], endings: Iterable[str]) -> Iterator[Form]:
    for base, ending in product(bases, endings):
        yield Form(base + ending)
        yield from _with_lam(Form(ARTICLE + base + ending))


def _spellings(text: str) -> list[str]:  # the text itself first
    texts = [text]
    for group in _SPELLINGS:
        if spelling := next((spelling for spelling in group if spelling in text), None):
            texts += [
                text.replace(spelling, other) for other in group if other != spelling
            ]
    return texts


def _bare(word: str) -> str:
    return (
        word[2:]
        if word.startswith(ARTICLE) and len(word) > 4 and fold_key(word) != "الله"
        else word
    )


def _with_lam(
    form: Form,
) -> Iterator[Form]:  # and, if it is definite, its spelling behind the proclitic ل
    yield form
    if form.text.startswith(ARTICLE):
        yield Form(form.text[1 if form.text[2:3] != "ل" else 2 :], Front.LAM, form.back)


def _accusative(word: str) -> str:
    return (
        word
        if word.endswith(("ه", "ا", "ء", "ات")) or word in _PARTICLES
        else word + "ا"
    )


def _inflected_noun(
    noun: str,
) -> list[Form]:  # singular, dual, sound plural, accusative, with pronoun
    word = fold_key(noun)
    stem = word
    endings = {"": _MAY, "ا": _NONE, "ات": _MAY, "ان": _MAY, "ين": _MAY, "ون": _MAY}
    if noun.endswith("ة"):
        stem = word[:-1]
        endings = {"ه": _NONE, "ت": _MUST}
        endings |= dict.fromkeys(("ات", "تان", "تين", "تا", "تي"), _MAY)
    elif noun.endswith("ى"):
        stem = word[:-1]
        endings = {word[-1]: _NONE, "ا": _MUST}
        endings |= dict.fromkeys(("يات", "يان", "يين"), _MAY)
    elif noun.endswith("اء"):
        stem = word[:-1]
        endings = {word[-1]: _NONE, "ي": _MUST, "و": _MUST, word[-1] + "ات": _MAY}
    elif word.endswith("ون"):
        stem = word[:-2]
        endings = {"ون": _MAY, "ين": _MAY}
    elif word.endswith(("ات", "ين", "ا")):
        endings = {"": _MAY}
    return [Form(stem + ending, back=back) for ending, back in endings.items()]


def verb_forms(verb: str) -> Iterator[Form]:
    """Yield a verb, given as third person masculine singular past, in the persons and
    tenses used in news.

    That is past, present and future, active and passive (spelt alike), third persons
    and first person plural.
    """
    word = fold_key(verb)
    weak = ""
    if verb.endswith("ى"):
        word = word[:-1]
        weak = "ي"
    elif verb.endswith("ا") and not verb.endswith("وا"):
        word = word[:-1]
        weak = "ا"
    elif verb.endswith(("وا", "ي")) or (
        len(word) > 3 and (verb.endswith("ت") or word[0] == "ي")
    ):
        yield Form(word, Front.VERB, _MAY)  # already inflected
        return
    endings = [("ت", _MAY), ("وا", _NONE), ("و", _MUST), ("تا", _NONE)]
    endings += (
        [(weak, _NONE), ("ا", _MUST), ("ي", _NONE)]
        if weak
        else [("", _MAY), ("نا", _MAY)]
    )
    endings += (
        [("ا", _NONE)] if word[0] == "ا" and len(word) > 3 and not weak else []
    )  # not in نقلاً
    yield from (Form(word + ending, Front.VERB, back) for ending, back in endings)
    if not weak and (passive := past_passive(word)):
        yield from (
            Form(passive + ending, Front.VERB, _NONE) for ending in ("", "ت", "وا", "ا")
        )
    for stem, vowel in _present_stems(word, weak, verb):
        endings = [(vowel, _MAY), ("ون", _MAY), ("وا", _NONE), ("و", _MUST)]
        endings += [("ا", _MUST)] if vowel else []
        endings += [("", _NONE)] if vowel and len(stem) > 2 else []
        for future, person in product(("", "س"), "يت"):
            yield from (
                Form(future + person + stem + end, Front.VERB, back)
                for end, back in endings
            )
        yield Form("سن" + stem + vowel, Front.VERB, _MAY)
        if len(stem + vowel) > 2:  # نصف is a half
            yield Form("ن" + stem + vowel, Front.VERB, _MAY)


def past_passive(word: str) -> str:
    """The past passive of a folded verb if it is spelt differently (هاجم: هوجم, اغتال:
    اغتيل), else empty.
    """
    if len(word) == 4 and word[1] == "ا":
        return word[0] + "و" + word[2:]
    is_hollow = len(word) > 3 and word[0] == word[-2] == "ا"
    return word[:-2] + "ي" + word[-1] if is_hollow else ""


def _present_stems(s: str, weak: str, verb: str) -> Iterator[tuple[str, str]]:
    """Yield the present stem without prefixes and its final vowel, from the past stem
    `s`.
    """
    hollow = not weak and len(s) >= 3 and s[-2] == "ا"
    if len(s) + len(weak) >= 4 and s[0] == "ا":
        if hollow and (len(s) == 4 or (s.startswith("است") and len(s) == 6)):
            yield s[1:-2] + "ي" + s[-1], ""
        else:
            yield s[1:], weak
    elif verb[0] == "أ" and verb.endswith(SHADDA) and len(s) == 3:
        yield s[1:], ""  # أقرّ
    elif verb[0] in "أآ":
        yield "و" + s[1:], weak
        yield s, weak
    elif hollow and len(s) == 3:
        yield from ((s[0] + vowel + s[2], "") for vowel in "وي")
    elif s[0] == "و" and SHADDA not in verb and len(s) + len(weak) == 3:
        yield s[1:], weak
    else:
        yield s, "و" if weak == "ا" else weak


def masdar_forms(verb: str) -> Iterator[Form]:
    """Yield the forms of the verbal noun of a derived verb (II-X) if it is regular;
    nothing for form I.
    """
    if masdar := _masdar(verb):
        yield from noun_forms(masdar)


def _masdar(
    verb: str,
) -> str:  # a final ta marbuta is not folded; empty if there is no rule
    w = fold_key(verb)
    weak = verb.endswith("ى")
    hollow = w[-2:-1] == "ا"
    if " " in w or w.endswith("ت") or len(w) < 4:
        is_doubled = SHADDA in verb[:-1] and len(w) == 3 and not weak  # form II: هدّد
        return "ت" + w[:2] + "ي" + w[2] if is_doubled else ""
    if (
        len(w) == 4 and verb.startswith("ا") and verb.endswith(SHADDA)
    ):  # doubled form VIII: احتجّ
        return w + "ا" + w[-1]
    if w[0] == "ا" and (len(w) > 4 or verb[0] == "أ"):
        if weak:
            return w[:-1] + "اء"
        if hollow and (len(w) == 4 or w.startswith("است")):
            return w + "ة"
        return w[:-1] + "ا" + w[-1]
    return "م" + w + "ة" if len(w) == 4 and w[1] == "ا" and not weak else ""
