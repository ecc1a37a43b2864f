"""One line for the eye: hard texts worked out by the rules of UAX #9 by hand, widths,
and cutting.
"""

from __future__ import annotations

import re
import unicodedata

import pytest
from arbitrary_text import MIXED
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from coder.text.clusters import SEPARATORS
from coder.text.display import (
    Display,
    cell_width,
    fit,
    fit_apart,
    isolate,
    isolate_sentence,
    isolate_value,
    isolate_within,
    to_display,
    visual_line,
    with_ellipsis_at_end,
)
from coder.text.layout import Layout


def plain(display: str) -> str:
    """Presentation forms back to letters; there is no lam-alef in the texts this is
    used on.
    """
    return unicodedata.normalize("NFKC", display)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Brackets take the direction of the paragraph if anything in them has it (N0
        # b), mirrored (L4).
        ('قال "NATO (ناتو)" أمس', 'سمأ "(وتان) NATO" لاق'),
        # Latin alone in brackets with Arabic before: the brackets stay right-to-left
        # (N0 c 2).
        ("حلف (NATO) رد", "در (NATO) فلح"),
        # Digits after Arabic letters are AN (W2), separators between two AN are AN
        # (W4).
        ("يوم 17/10/2023 و٢٠٢٣/١٠/١٧", "٢٠٢٣/١٠/١٧و 17/10/2023 موي"),
        # ES between two AN is not a number separator (W4), so the range turns round.
        ("بين 2014-2017 فقط", "طقف 2017-2014 نيب"),
        # A terminator or sign next to AN stays neutral (W5, W6): percent to the left,
        # minus to the right.
        ("نسبة 5% و-7", "7-و %5 ةبسن"),
        ("نسبة ٥٪", "٪٥ ةبسن"),
        # After Latin a number is L (W7), so a web address is one run.
        ("زر https://a.org/b?c=1 فورا", "اروف https://a.org/b?c=1 رز"),
        ("خبر 😀 عاجل", "لجاع 😀 ربخ"),
        # Persian: the non-joiner goes, the forms around it stay; Persian digits are EN,
        # after AL they are AN.
        ("می\u200cرود ۱۲ بار", "راب ۱۲ دوریم"),
        # A left-to-right paragraph with Arabic in it.
        ("NATO قال نعم OK", "NATO معن لاق OK"),
        # An isolate keeps what is in it from what is around it.
        ("رقم \u206617-b\u2069 تم", "مت 17-b مقر"),
        ("\u202bab نص\u202c", "صن ab"),
    ],
)
def test_hard_texts(text, expected):
    assert plain(to_display(text)) == expected


def test_hard_paragraphs_at_a_narrow_width():
    text = 'قال "NATO (ناتو)" يوم 17/10/2023:\nsee «نعم» 5%\n\nگوڵ ٣-٥'
    layout = Layout(text, 12)
    shown = [
        plain(" " * line.indent + visual_line(line))
        for line in map(layout.line, range(layout.count))
    ]
    assert shown == [
        '   NATO" لاق',
        ' موي "(وتان)',
        " :17/10/2023",
        # The 5 is AN after Arabic (W2), so it and the quotation mark before it go
        # right-to-left (N1).
        "see «5 «معن%",
        " " * 12,
        " " * 5 + "٥" + "-" + "٣" + " ل\u065aوگ",
    ]


def test_shaped_forms_and_marks_of_a_vocalised_word():
    assert to_display("سَلامٌ") == "ﻡ\u064cﻼ" + "ﺳ\u064e"
    assert to_display("سَلامٌ", display=Display(tashkeel=False)) == "ﻡﻼﺳ"


def test_line_breaks_and_tabs_become_spaces():
    assert to_display("a\r\nb\tc") == "a b c"


def test_the_base_direction_can_be_given():
    assert plain(to_display("UN: نعم", 1)) == "معن :UN"
    assert plain(to_display("UN: نعم", 0)) == plain(to_display("UN: نعم")) == "UN: معن"
    assert to_display("(UN)!", 1) == "!(UN)"


def test_ascii_is_returned_as_it_is():
    assert to_display("agreement 0.81 (n = 12)") == "agreement 0.81 (n = 12)"


def test_lrm_mode_marks_every_right_to_left_cell():
    line = Layout("نص a", 10).line(0)
    assert visual_line(line, "lrm") == "a \u200eﺺ\u200eﻧ\u200e"
    assert visual_line(line, "lrm").replace("\u200e", "") == visual_line(line, "plain")


def test_lrm_mode_marks_arabic_digits_too():
    # AN before AL would change places with it in a left-to-right line (UAX #9: I1, L2).
    assert to_display("ب٥", display=Display("lrm")) == "٥\u200eﺏ\u200e"


# Every class of character that occurs in news; what is drawn for it must stay where it
# was put.
SIGNS = st.text("ابلج َ٣٥۳12 .,:;-+/%٪()[]«»،؟\"'!#ab\u200c\t", max_size=20)


@given(SIGNS, st.sampled_from([None, 0, 1]))
def test_a_terminal_that_reorders_finds_nothing_to_reorder_in_lrm_mode(text, base):
    # An unvocalised text, as implementations of UAX #9 put marks on either side of
    # their letter.
    sent = to_display(text, base, Display("lrm", tashkeel=False))
    assert get_display(sent, base_dir="L").replace("\u200e", "") == sent.replace(
        "\u200e", ""
    )


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("سَلامٌ", 3),
        ("abc", 3),
        ("日本", 4),
        ("می\u200cرود", 5),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", 5),
        ("\u200f", 0),
        ("a\nb", 3),
    ],
)
def test_cell_width(text, cells):
    assert cell_width(text) == cells


def test_fit_cuts_the_end_of_the_logical_text():
    assert fit("الأمم المتحدة", 20) == "الأمم المتحدة"
    assert fit("الأمم المتحدة", 6) == "الأمم…"
    assert fit("مُحَمَّد", 3) == "مُحَ…"
    assert fit("日本語", 4) == "日…"
    assert fit("abc", 1) == "…"
    assert fit("abc", 0) == ""


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("بغداد، 2 تشرين الثاني 2023", 25, "بغداد، 2 تشرين الثاني…"),
        (
            "غزة · 07/10/2023..26/10/2023",
            25,
            "غزة · 07–26/10/2023",
        ),  # a range keeps both its ends
        ("غزة · 07/10/2023..02/11/2023", 15, "غزة…"),
        ("2023-10-07..2023-10-31", 21, "2023-10-07/31"),  # as ISO 8601 shortens it
        ("2023-10-07..2023-11-02+", 17, "2023-10-07/11-02+"),
        ("2023-10-07..2023-10-31", 12, "10-07/31"),
        ("07/10/2023..31/10/2023", 12, "07–31/10"),
        ("2023-10-07..2023-11-02", 9, "10-07/…"),  # it does not look like one day
        ("قتلى: 1,200 على الأقل", 10, "قتلى:…"),
        ("قتلى: ١٬٢٠٠ على الأقل", 12, "قتلى: ١٬٢٠٠…"),
        ("2023-10-26", 5, "2023…"),  # nothing else is there
        ("004_6bcea9cb8461aa4b", 12, "004_6bcea9c…"),  # no number
    ],
)
def test_no_part_of_a_number_stands_where_its_end_is_cut_off(
    text: str, width: int, shown: str
) -> None:
    assert fit(text, width) == shown


def test_a_range_of_dates_keeps_its_direction_where_its_words_are_cut_off() -> None:
    # Right to left, as its last word says: the first day is on the right.
    line = f"حدث · {isolate('1/12..29/12 (نسبي)')}"
    assert to_display(line, 1) == to_display(
        "(نسبي)", 1
    ) + " 29/12..1/12 · " + to_display("حدث", 1)
    assert to_display(fit(line, 18), 1) == "29/12..1/12 · ".join(
        ("…", to_display("حدث", 1))
    )
    assert (
        to_display(fit(line, 15), 1) == f"…{to_display('حدث', 1)}"
    )  # not the first day alone


@given(MIXED, st.integers(0, 20))
def test_what_fits_is_a_beginning_and_no_wider_than_asked(text, width):
    shown = fit(text, width)
    assert cell_width(shown) <= max(width, 0) or shown == text
    # An isolate that takes its direction from its words keeps it by name.
    begun = zip(text, shown.removesuffix("…"), strict=False)
    assert shown == text or all(
        a == b or (a == "\u2068" and b in "\u2066\u2067") for a, b in begun
    )


@given(MIXED, st.sampled_from([None, 0, 1]))
def test_a_display_line_shows_what_a_line_of_the_layout_shows(text, base):
    line = SEPARATORS.sub(" ", text).replace("\t", " ")
    layout = Layout(line, 1000, base=base, default_base=0)
    assert layout.count == 1
    assert to_display(line, base) == visual_line(layout.line(0))
    assert cell_width(line) == layout.line(0).width


@pytest.mark.parametrize(
    ("texts", "width", "expected"),
    [
        (
            ["2023-10-25..2023-10-31", "2023-10-25..2023-11-02"],
            16,
            ["2023-10-25/31", "2023-10-25/11-02"],
        ),
        (["2023-10-25", "2023-10-31"], 10, ["2023-10-25", "2023-10-31"]),  # both fit
        (["reported", "established by two sources"], 12, ["reported", "established…"]),
        (["the same long words", "the same long words"], 9, ["the same…", "the same…"]),
        (
            ["United States; Israel", "United States"],
            12,
            ["Uni…es; Isr…", "Uni…d States"],
        ),
        (
            ["Attack · 2023-10-31", "Attack · 2023-11-07"],
            17,
            ["Atta… 2023-10-31", "Atta… 2023-11-07"],
        ),
        # where there is room, from the dot before what differs
        (
            ["Attack · 2023-10-31", "Attack · 2023-11-07"],
            18,
            ["Atta… · 2023-10-31", "Atta… · 2023-11-07"],
        ),
        (
            ["Threat · 2023 (in context) · Iran", "Threat · 2023 (in context) · Iraq"],
            20,
            ["Threa… · Iran", "Threa… · Iraq"],
        ),
        # In الأبدال lam and alef take one cell, so that one more letter of what goes
        # before fits.
        (
            ["حركة حزب الله النجباء", "حركة حزب الله الأبدال"],
            12,
            ["حرك… النجباء", "حرك…ه الأبدال"],
        ),
    ],
)
def test_cut_texts_show_where_they_differ(
    texts: list[str], width: int, expected: list[str]
) -> None:
    assert fit_apart(texts, width) == expected


@given(
    st.text("اب٠1 ", max_size=40),
    *[st.text("اب٠1 ", max_size=40)] * 2,
    st.integers(12, 30),
)
def test_two_texts_that_differ_are_not_cut_alike(
    start: str, one: str, other: str, width: int
) -> None:
    texts = [start + one, start + other]
    cut = fit_apart(texts, width)
    assert all(cell_width(each) <= width for each in cut)
    if texts[0].split() != texts[1].split():
        assert cut[0] != cut[1]


@pytest.mark.parametrize(
    "shown",
    [
        "61+",
        "~61",
        "~3-9",
        "3-9",
        "12/10/2023..31/10/2023",
        "31/10/2023+",
        "12–31/10/2023",
        "01/10–30/11/2023",
    ],
)
def test_a_count_or_a_range_stands_in_a_sentence_as_it_does_in_a_list(
    shown: str,
) -> None:
    alone, right = to_display(shown, 1), isolate_within(shown, rtl=True)
    assert to_display(f"القتلى: {right}.", 1) == f".{alone} :{to_display('القتلى', 1)}"
    assert to_display(isolate_within(shown, rtl=False), 0) == shown


@pytest.mark.parametrize(
    "value",
    [
        "سورية = Syria: country; العراق = Iraq: region",
        "كتائب النور [armed group]",
        "قناة النور: media",
    ],
)
def test_a_value_with_english_names_reads_from_the_left(value: str) -> None:
    """By its first strong letter it would be laid out from the right (UAX #9, P2), its
    parts reversed.
    """
    drawn = to_display(f"Place · {isolate_within(value, rtl=False)}", 0)
    names = [part for part in re.split("[^A-Za-z ]+", value) if part.strip()]
    assert [drawn.index(name) for name in names] == sorted(
        drawn.index(name) for name in names
    )
    first = to_display(value.split(" = ")[0].split(" [")[0].split(":")[0], 0)
    assert drawn.startswith(f"Place · {first}")


@pytest.mark.parametrize(
    "items",
    [
        ["سورية", "العراق"],
        ["سورية", "Jordan", "العراق"],
        ["عين الأسد [town]", "العراق"],
    ],
)
def test_items_are_listed_from_the_left_in_a_line_from_the_left(
    items: list[str],
) -> None:
    """A separator between two words from the right would have their direction (UAX #9,
    N1).
    """
    value = "; ".join(items)
    base = [0 if "[" in item else None for item in items]
    drawn = "; ".join(
        to_display(item, direction) for item, direction in zip(items, base, strict=True)
    )
    for isolated in (isolate_within(value, rtl=False), isolate_value(value, 0)):
        assert to_display(f"Place · {isolated} · 1", 0) == f"Place · {drawn} · 1"
    assert isolate_value(value, 1) == isolate(value, 1)


@pytest.mark.parametrize(
    ("sentence", "opening"),
    [
        ("ضربة with no word for air: attack_unspecified", "\u2066"),
        ("strikes said to be by drone: drone_attack", "\u2066"),
        ("drone في النص طائرة مسيّرة", "\u2067"),
    ],
)
def test_a_sentence_of_both_scripts_has_the_direction_of_most_of_its_letters(
    sentence: str, opening: str
) -> None:
    assert isolate_sentence(sentence) == f"{opening}{sentence}\u2069"


@pytest.mark.parametrize(
    ("cut", "base", "drawn"),
    [
        (
            "a · ب…",
            0,
            "a · …ﺏ",
        ),  # the dots on the left of the Arabic letter, where it ends
        ("ب…", 0, "…ﺏ"),
        ("\u2066ب…", 0, "…ﺏ"),  # in an isolate that reads from the left (UAX #9, 2.4.2)
        ("ب · a…", 1, "a… · ﺏ"),
        ("a…", 1, "a…"),
        ("ب…", 1, "…ﺏ"),
        ("a…", 0, "a…"),
        ("…", 0, "…"),
        ("a", 1, "a"),
    ],
)
def test_an_ellipsis_stands_where_the_last_word_ends(
    cut: str, base: int, drawn: str
) -> None:
    assert to_display(with_ellipsis_at_end(cut, base), base) == drawn
