"""Counts as typed, by the table of Arabic numbers in the coding guide and by
arithmetic.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.values.numbers import as_range, parse_range, read_number, show_range

# typed, least, most (None: no upper end), approximate
THE_GUIDES_TABLE = [
    ("أكثر من 60", 61, None, False),
    ("تجاوز 60", 61, None, False),
    ("فاق ١٥", 16, None, False),
    ("ما لا يقل عن 20", 20, None, False),
    ("20 على الأقل", 20, None, False),
    ("نحو 40", 40, 40, True),
    ("حوالي 40", 40, 40, True),
    ("قرابة 40", 40, 40, True),
    ("بين 3 و9", 3, 9, False),
    ("ما بين ثلاثة و تسعة", 3, 9, False),
    ("قاعدتين", 2, 2, False),
    ("بضعة", 3, 9, False),
    ("بضع غارات", 3, 9, False),
    ("عدة", 3, None, False),
    ("عدة هجمات", 3, None, False),
    ("عدد من المواقع", 2, None, False),
    ("بعض", 2, None, False),
    ("عشرات", 20, None, False),
    ("مئات القتلى", 200, None, False),
    ("آلاف", 2000, None, False),
]
SIGNS = [
    ("60", 60, 60, False),
    ("٦٠", 60, 60, False),
    ("۶۰", 60, 60, False),
    ("0", 0, 0, False),
    ("صفر", 0, 0, False),
    ("61+", 61, None, False),
    ("3-9", 3, 9, False),
    ("3 – 9", 3, 9, False),
    ("3..9", 3, 9, False),
    ("من 3 إلى 9", 3, 9, False),
    ("~20", 20, 20, True),
    ("~3-9", 3, 9, True),
    ("~20+", 20, None, True),
    (">60", 61, None, False),
    (">= 60", 60, None, False),
    ("<10", 0, 9, False),
    ("<=10", 0, 10, False),
    ("1,500", 1500, 1500, False),
    ("٢٬٥٠٠", 2500, 2500, False),
    ("1.234.567", 1234567, 1234567, False),
    ("أقل من 10", 0, 9, False),
    ("لا يزيد عن 10", 0, 10, False),
    ("ستون ونيف", 61, 69, False),
    ("more than 60", 61, None, False),
    ("at least 5", 5, None, False),
    ("fewer than 5", 0, 4, False),
    ("about 40", 40, 40, True),
    ("between 3 and 9", 3, 9, False),
    ("3 أو 4", 3, 4, False),
    ("من ثلاثة حتى تسعة", 3, 9, False),
    ("نحو 20-30", 20, 30, True),
    ("بين 3 و5 آلاف", 3000, 5000, False),
    ("بين مئة وعشرين ومئتين", 120, 200, False),
    ("500 إلى ألف", 500, 1000, False),
    ("1.5 إلى 2 مليون", 1_500_000, 2_000_000, False),
]
WITH_THEIR_NOUN = [
    ("52 عنصراً", 52, 52, False),
    ("ثلاث نقاط", 3, 3, False),
    ("عشر هجمات", 10, 10, False),
    ("أكثر من 60 هجومًا", 61, None, False),
    ("نحو أربعين قتيلاً", 40, 40, True),
    ("هجومين", 2, 2, False),
    ("غارتان", 2, 2, False),
    ("شهيدان", 2, 2, False),
]
NUMBER_WORDS = [
    ("واحد", 1),
    ("ثلاثة", 3),
    ("ثمانية", 8),
    ("عشر", 10),
    ("أحد عشر", 11),
    ("اثنتا عشرة", 12),
    ("تسعة عشر", 19),
    ("عشرون", 20),
    ("واحد وعشرون", 21),
    ("خمسة وعشرون", 25),
    ("ستين", 60),
    ("تسعة وتسعون", 99),
    ("مئة", 100),
    ("مائة", 100),
    ("مئة وواحد", 101),
    ("مئة وخمسة وعشرون", 125),
    ("مئتان", 200),
    ("مئتين وعشرة", 210),
    ("ثلاثمئة", 300),
    ("ثلاث مئة", 300),
    ("ثمانمئة", 800),
    ("تسعمائة وتسعة وتسعون", 999),
    ("ألف", 1000),
    ("ألف وثلاثمئة", 1300),
    ("ألفان", 2000),
    ("ثلاثة آلاف", 3000),
    ("أحد عشر ألفاً", 11000),
    ("مئة وخمسون ألفا", 150000),
    ("مليون", 1000000),
    ("مليونان وثلاثمئة ألف وأربعة", 2300004),
    ("1.5 مليون", 1_500_000),
    ("٢٫٥ مليون", 2_500_000),
    ("2,5 مليون", 2_500_000),
    ("1.2 ألف", 1200),
    ("نصف مليون", 500_000),
    ("ربع مليون", 250_000),
    ("مليون ونصف", 1_500_000),
    ("ثلاثة ملايين ونصف المليون", 3_500_000),
    ("40 ألفاً و500", 40_500),
    ("مئة و12", 112),
    ("مليون و200 ألف", 1_200_000),
]
NO_NUMBERS = [
    "",
    "   ",
    "abc",
    "-5",
    "3-",
    "+",
    "~",
    "خمسة ستة",
    "عشرون خمسة عشر",
    "ألف ألف",
    "أول",
    "60 بيتزا",
    "5%",
    "1.5",
    "1.2.3 مليون",
    "1.0005 ألف",
    "40 ألفاً و5000",
    "مئة و120",
    "20 وخمسة",
    "9" * 5000,
    ">= " + "9" * 5000,
    "9" * 5000 + " ألف",
    "9" * 14 + " ألف",
    "ألف " * 2000,
    "3-" * 5000 + "3",
    "مقاتلين",  # fighters, or two fighters
]


@pytest.mark.parametrize(
    ("typed", "least", "most", "approx"), THE_GUIDES_TABLE + SIGNS + WITH_THEIR_NOUN
)
def test_a_typed_count(
    codebook: Codebook, typed: str, least: int, most: int | None, approx: bool
) -> None:
    expected = {"min": least, "max": most} | ({"approx": True} if approx else {})
    assert parse_range(typed, codebook.lexicon) == expected


@pytest.mark.parametrize(("words", "number"), NUMBER_WORDS)
def test_number_words(codebook: Codebook, words: str, number: int) -> None:
    assert read_number(words, codebook.lexicon.numbers) == number


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_what_is_no_count_is_refused_with_a_hint(
    codebook: Codebook, typed: str
) -> None:
    with pytest.raises(CoderError) as error:
        parse_range(typed, codebook.lexicon)
    assert "61+" in error.value.hint


def test_a_salvo_is_no_number(codebook: Codebook) -> None:
    with pytest.raises(CoderError, match="does not give a number") as error:
        parse_range("دفعة كبيرة", codebook.lexicon)
    assert "not stated" in error.value.hint


def test_a_range_the_wrong_way_round_is_refused(codebook: Codebook) -> None:
    with pytest.raises(CoderError, match="the first number is greater than the second"):
        parse_range("9-3", codebook.lexicon)


@given(
    least=st.integers(0, 10**9),
    more=st.none() | st.integers(0, 10**6),
    approx=st.booleans(),
)
def test_a_shown_count_reads_the_same(
    codebook: Codebook, least: int, more: int | None, approx: bool
) -> None:
    value = as_range(least, None if more is None else least + more, approx)
    assert parse_range(show_range(value), codebook.lexicon) == value


@given(st.text(alphabet="0123456789٠١٢-+~<>=.,٬ وخمسةعشرألفمئةنحوبين", max_size=20))
def test_any_typing_is_a_count_or_refused(codebook: Codebook, typed: str) -> None:
    try:
        value = parse_range(typed, codebook.lexicon)
    except CoderError:
        return
    assert isinstance(value["min"], int) and value["min"] >= 0
    assert value["max"] is None or value["max"] >= value["min"]
