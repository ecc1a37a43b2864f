"""The catalogues hold every sentence in both languages, with the same gaps, and none
that nothing says.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from gettext import GNUTranslations
from io import BytesIO
from string import Formatter

import pytest

from coder.messages.catalogue import Message, say
from coder.text.display import cell_width
from tests.support.make_messages import (
    FOLDER,
    LANGUAGES,
    compiled,
    key_of,
    read,
    texts_of,
)

FILES = sorted(path.stem for path in (FOLDER / "en").glob("*.po"))
FORMS = {"ar": 6, "en": 2}


def sentences(lang: str) -> dict[str, tuple[str, ...]]:
    """All sentences of a language, with their plural forms."""
    found = [m for name in FILES for m in read(FOLDER / lang / f"{name}.po") if m.id]
    return {key_of(m.id): texts_of(m.string) for m in found}


def gaps(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_key_is_there_in_both_languages() -> None:
    assert sorted(p.stem for p in (FOLDER / "ar").glob("*.po")) == FILES
    assert sentences("ar").keys() == sentences("en").keys()


def test_both_languages_have_the_same_gaps() -> None:
    arabic, english = sentences("ar"), sentences("en")
    for key in english:
        assert set.union(*map(gaps, arabic[key])) == set.union(
            *map(gaps, english[key])
        ), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_are_complete(lang: str) -> None:
    for key, forms in sentences(lang).items():
        assert len(forms) in (1, FORMS[lang]) and all(forms), key
        if len(forms) > 1:
            assert "n" in set.union(*map(gaps, forms)), key


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_no_message_stands_twice(name: str, lang: str) -> None:
    """The reader of a catalogue takes the last of two without a word; two branches
    joined may make such.
    """
    text = (FOLDER / lang / f"{name}.po").read_text("utf-8")
    keys = Counter(re.findall(r'(?m)^msgid +"(.*)"$', text))
    assert (
        keys.total() == len(read(FOLDER / lang / f"{name}.po")) + 1
    )  # the head has no key
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_compiled_catalogue_is_the_one_that_translators_see(lang: str) -> None:
    kept, made = (
        GNUTranslations(BytesIO(data))
        for data in ((FOLDER / f"{lang}.mo").read_bytes(), compiled(lang))
    )
    for key, forms in sentences(lang).items():
        for n in (0, 1, 2, 3, 11, 100) if len(forms) > 1 else ():
            assert kept.ngettext(key, key, n) == made.ngettext(key, key, n), (
                "run `make messages`"
            )
        assert kept.gettext(key) == made.gettext(key), "run `make messages`"


def test_no_sentence_is_unused() -> None:
    """A key is used where the program names it, whole or without its file, or names how
    it begins.
    """
    whole: set[str] = set()
    begun: set[str] = set()
    for path in FOLDER.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(
                node.values[0], ast.Constant
            ):
                begun.add(str(node.values[0].value))
    # A prefix has a word to it: `state_{…}`, `edits.{…}`.
    begun = {
        start for start in begun if re.fullmatch(r"[a-z]+([._][a-z_.]*)?[._]", start)
    }
    unused = []
    for key in sentences("en"):
        name = key.removesuffix(".hint").removesuffix(".help")
        spoken = {key, name, name.partition(".")[2]}
        if not (
            spoken & whole
            or any(each.startswith(start) for each in spoken for start in begun)
        ):
            unused.append(key)
    assert not unused


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "لا مقالات"),
        (1, "مقال واحد"),
        (2, "مقالان"),
        (3, "3 مقالات"),
        (10, "10 مقالات"),
        (11, "11 مقالاً"),
        (99, "99 مقالاً"),
        (100, "100 مقال"),
        (103, "103 مقالات"),
    ],
)
def test_arabic_counts_in_six_forms(number: int, words: str) -> None:
    # Ryding, A Reference Grammar of Modern Standard Arabic (2005), chapter 15: the noun
    # after a numeral.
    assert say("ar", "counts.articles", n=number) == words


def test_english_counts_in_two_forms() -> None:
    assert [say("en", "counts.articles", n=n) for n in (0, 1, 2)] == [
        "0 articles",
        "1 article",
        "2 articles",
    ]


def test_a_message_waits_for_its_reader() -> None:
    message = Message("counts.articles", n=1)
    assert (message.of("ar"), message.of("en")) == ("مقال واحد", "1 article")
    assert message == Message("counts.articles", n=1) != Message("counts.articles", n=2)


def test_an_unknown_key_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        say("en", "counts.nothing_of_the_kind", n=1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_screen_answers_fits_with_its_hint_into_two_lines_of_a_small_terminal(
    lang: str,
) -> None:
    elsewhere = {
        "screens.triggers_left",
        "screens.tour_done",
    }  # on pages, in as many lines as they need
    elsewhere |= {"coding.rescued", "coding.gold_rescued"}  # after the screens are left
    cells = {"field": 24, "article": 16, "revisions": 16}
    long = dict[str, int]()
    for key, forms in (told := sentences(lang)).items():
        if key.partition(".")[0] in (
            "screens",
            "coding",
            "review",
        ) and not key.endswith(".hint"):
            [hint, *_] = told.get(f"{key}.hint", ("",))
            texts = (f"{text} {hint}" for text in forms)
            values = {
                name: "x" * cells.get(name, 8) for name in {*gaps(f"{forms} {hint}")}
            }
            long[key] = max(cell_width(text.format(**values)) for text in texts)
    assert {key for key, width in long.items() if width > 2 * 78} <= elsewhere
