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
    # the article has lost its alif to ل (للقوات)
    LAM = frozenset({"ل", "ول", "فل"})
    # ل of purpose; the future particle س is part of the form
    VERB = frozenset({"", *"وفل", "ول", "فل"})


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
            changed = [_with_other_ending(word, ending, other) for word in words]
            if changed != words:
                yield from _with_lam(Form(" ".join(changed)))


def _with_other_ending(word: str, ending: str, other: str) -> str:
    """Return a sound plural in the other case (المقاتلون: المقاتلين)."""
    is_plural = word.endswith(ending) and len(word) > 4
    return word[:-2] + other if is_plural else word


def noun_forms(phrase: str) -> Iterator[Form]:
    """Yield all forms of a noun or phrase; words after the first agree with it or are
    in construct state.
    """
    head, *rest = phrase.split()
    if not rest:
        # in التزام the first letters are not the article
        for base in dict.fromkeys((_bare(head), head)):
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
        for ending in ("ين", "ان"):
            yield Form(" ".join(_as_stem(word) + ending for word in words))
        yield from _with_lam(Form(" ".join([ARTICLE + first, *defined])))


def _as_stem(word: str) -> str:
    """Return a noun as it is before an ending; a final ه is taken for ta marbuta."""
    return word[:-1] + "ت" if word.endswith("ه") else word


def nisba_forms(noun: str) -> Iterator[Form]:
    """Yield the forms of the relational adjective of a noun (صاروخ: صاروخي، صاروخية)."""
    stem = fold_key(noun).removesuffix("ه")
    return _adjective_forms([stem], ("ي", "يه", "يا", "يين"))


def nation_forms(nation: str) -> Iterator[Form]:
    """Yield the adjective of a nation in both genders, dual and plural, with and
    without the article.
    """
    spellings = _spellings(fold_key(nation))
    return _adjective_forms(spellings, ("", "ه", "ا", "ين", "ون", "تين"))


def _adjective_forms(bases: Iterable[str], endings: Iterable[str]) -> Iterator[Form]:
    """Yield each base with each ending, with and without the article."""
    for base, ending in product(bases, endings):
        yield Form(base + ending)
        yield from _with_lam(Form(ARTICLE + base + ending))


def _spellings(text: str) -> list[str]:
    """Return a text in the spellings of the press, the text itself first."""
    texts = [text]
    for group in _SPELLINGS:
        used = next((spelling for spelling in group if spelling in text), None)
        if used is not None:
            texts += [text.replace(used, other) for other in group if other != used]
    return texts


def _bare(word: str) -> str:
    """Return a noun without its article; «الله» has none."""
    has_article = word.startswith(ARTICLE) and len(word) > 4
    return word[2:] if has_article and fold_key(word) != "الله" else word


def _with_lam(form: Form) -> Iterator[Form]:
    """Yield a form and, if it is definite, its spelling behind the proclitic ل."""
    yield form
    if not form.text.startswith(ARTICLE):
        return
    begins_with_lam = form.text[2:3] == "ل"  # ل + اللاذقية: للاذقية
    text = form.text[2:] if begins_with_lam else form.text[1:]
    yield Form(text, Front.LAM, form.back)


def _accusative(word: str) -> str:
    """Return a noun in the accusative, if that is spelt differently (هجوم: هجوما)."""
    is_unchanged = word.endswith(("ه", "ا", "ء", "ات")) or word in _PARTICLES
    return word if is_unchanged else word + "ا"


def _inflected_noun(noun: str) -> list[Form]:
    """Return a noun in the singular, dual, sound plural and accusative, and which of
    these take a pronoun.
    """
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
    """Yield a verb in the persons and tenses used in news.

    These are past, present and future, active and passive, third persons and first
    person plural. verb: the third person masculine singular past; one that is inflected
    otherwise is yielded as it is.
    """
    word = fold_key(verb)
    weak = ""  # its weak last letter: ي of أخلى, ا of دعا
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
    if weak:
        endings += [(weak, _NONE), ("ا", _MUST), ("ي", _NONE)]
    else:
        endings += [("", _MAY), ("نا", _MAY)]
    if word[0] == "ا" and len(word) > 3 and not weak:
        endings.append(("ا", _NONE))  # not in نقلاً
    for ending, back in endings:
        yield Form(word + ending, Front.VERB, back)
    passive = past_passive(word) if not weak else ""
    if passive:
        for ending in ("", "ت", "وا", "ا"):
            yield Form(passive + ending, Front.VERB, _NONE)
    for stem, vowel in _present_stems(word, weak, verb):
        endings = [(vowel, _MAY), ("ون", _MAY), ("وا", _NONE), ("و", _MUST)]
        if vowel:
            endings.append(("ا", _MUST))
        if vowel and len(stem) > 2:
            endings.append(("", _NONE))
        for future, person in product(("", "س"), "يت"):
            for ending, back in endings:
                yield Form(future + person + stem + ending, Front.VERB, back)
        yield Form("سن" + stem + vowel, Front.VERB, _MAY)
        if len(stem + vowel) > 2:  # نصف is a half
            yield Form("ن" + stem + vowel, Front.VERB, _MAY)


def past_passive(word: str) -> str:
    """Return the past passive of a folded verb if it is spelt differently (هاجم: هوجم,
    اغتال: اغتيل), else an empty string.
    """
    if len(word) == 4 and word[1] == "ا":
        return word[0] + "و" + word[2:]
    is_hollow = len(word) > 3 and word[0] == word[-2] == "ا"
    return word[:-2] + "ي" + word[-1] if is_hollow else ""


def _present_stems(past: str, weak: str, verb: str) -> Iterator[tuple[str, str]]:
    """Yield the present stem without prefixes and its final vowel.

    past: the folded past stem, without a weak ending. weak: that ending, if any.
    """
    is_hollow = not weak and len(past) >= 3 and past[-2] == "ا"
    if len(past) + len(weak) >= 4 and past[0] == "ا":
        is_form_ten = past.startswith("است") and len(past) == 6
        if is_hollow and (len(past) == 4 or is_form_ten):
            yield past[1:-2] + "ي" + past[-1], ""  # أغار: يغير, استعاد: يستعيد
        else:
            yield past[1:], weak  # أسقط: يسقط, استولى: يستولي
    elif verb[0] == "أ" and verb.endswith(SHADDA) and len(past) == 3:
        yield past[1:], ""  # أقرّ: يقر
    elif verb[0] in "أآ":
        yield "و" + past[1:], weak
        yield past, weak
    elif is_hollow and len(past) == 3:
        for vowel in "وي":
            yield past[0] + vowel + past[2], ""  # زار: يزور, سار: يسير
    elif past[0] == "و" and SHADDA not in verb and len(past) + len(weak) == 3:
        yield past[1:], weak  # وقع: يقع
    elif weak == "ا":
        yield past, "و"  # دعا: يدعو
    else:
        yield past, weak


def masdar_forms(verb: str) -> Iterator[Form]:
    """Yield the forms of the verbal noun of a derived verb, if it has a regular one.

    Those are the forms II to IV, VII, VIII and X. Form I has no rule; in V and VI the
    verbal noun is spelt like the verb (تبادل) and is not told from it.
    """
    masdar = _masdar(verb)
    if masdar:
        yield from noun_forms(masdar)


def _masdar(verb: str) -> str:
    """Return the verbal noun of a derived verb, an empty string without a rule.

    It is folded except for its ending (ة، اء), on which its inflection depends.
    """
    word = fold_key(verb)
    is_weak = verb.endswith("ى")
    is_hollow = word[-2:-1] == "ا"
    if len(word) == 3:
        is_form_two = SHADDA in verb[:-1] and not is_weak
        # II: هدّد -> تهديد
        return "ت" + word[:2] + "ي" + word[2] if is_form_two else ""
    if " " in word or word.endswith("ت") or len(word) < 3:
        return ""
    if len(word) == 4 and verb.startswith("ا") and verb.endswith(SHADDA):
        # VII and VIII, doubled: انضمّ -> انضمام, احتجّ -> احتجاج
        return word + "ا" + word[-1]
    if word[0] == "ا" and (len(word) > 4 or verb[0] == "أ"):
        if is_weak:
            # IV, VII, VIII and X, weak: أخلى -> إخلاء, استثنى -> استثناء
            return word[:-1] + "اء"
        is_form_ten = word.startswith("است") and len(word) == 6
        if is_hollow and (len(word) == 4 or is_form_ten):
            # IV and X, hollow: أغار -> إغارة, استعاد -> استعادة
            return word + "ة"
        if is_hollow:
            # VII and VIII, hollow: انهار -> انهيار, اغتال -> اغتيال
            return word[:-2] + "يا" + word[-1]
        # IV, VII, VIII and X: أسقط -> إسقاط, اقتحم -> اقتحام, استهدف -> استهداف
        return word[:-1] + "ا" + word[-1]
    if len(word) == 4 and word[1] == "ا" and not is_weak:
        # III: هاجم -> مهاجمة
        return "م" + word + "ة"
    return ""
