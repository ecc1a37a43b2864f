"""Arabic that is stored backwards is recognised; nothing else is taken for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.text.backwards import is_backwards
from coder.text.clusters import places
from coder.text.joining import cells_of, shape
from coder.text.segment import sentences, words

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
LONG = 30  # words of a sentence that is recognised in any case


def backwards(text: str) -> str:
    """Return a text with the letters of each line in reverse order."""
    return "\n".join(line[::-1] for line in text.split("\n"))


def in_presentation_forms(text: str) -> str:
    """Return a text in logical order, its letters as the forms in which they are drawn."""
    lines = text.split("\n")
    return "\n".join("".join(shape(line, places(cells_of(line)))) for line in lines)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_real_articles_are_told_from_their_reverse(seed: Path) -> None:
    text = seed.read_text("utf-8")
    assert not is_backwards(text)
    assert is_backwards(backwards(text))
    drawn = in_presentation_forms(text)
    assert drawn != text and not is_backwards(drawn)
    assert is_backwards(backwards(drawn))
    for start, end in sentences(text):
        sentence = text[start:end]
        assert not is_backwards(sentence)
        if len(words(sentence)) >= LONG:
            assert is_backwards(backwards(sentence))


@pytest.mark.parametrize(
    "text",
    [
        ".صاخشأ 4 لتقو 4202 راذآ 3 موي بلح ةنيدم يف ريبك قيرح علدنا",
        "ةنيدملا يف تاوقلا",
        "ﺔﻨﻳﺪﻤﻟﺍ ﻲﻓ ﺕﺍﻮﻘﻟﺍ",
        "ةٌنيدم ىلإ تَلصو",
    ],
)
def test_short_texts_stored_backwards_are_recognised(text: str) -> None:
    assert is_backwards(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Aleppo 2024",
        "حلب",
        "فضلا قليلا أولا مثلا",
        "بالا حالا کالا طلا",  # Persian
        "کرنے والا آنے والا جانے والا",  # Urdu
        "ﺍﻟﻤﺪﻳﻨﺔ ﻓﻲ ﺣﻠﺐ",
        "قال إن الحروف ة ى لا تأتي أولا",
    ],
)
def test_nothing_else_is_taken_for_it(text: str) -> None:
    assert not is_backwards(text)
