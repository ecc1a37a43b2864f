"""Lines of cells: nothing lost at any width, and offset and cell find each other."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from arbitrary_text import MIXED
from hypothesis import given
from hypothesis import strategies as st

from coder.text.clusters import SEPARATORS, clusters
from coder.text.display import visual_line
from coder.text.layout import Layout, Line

WIDTHS = st.integers(min_value=1, max_value=30)
BASES = st.sampled_from([None, 0, 1])


def all_lines(layout: Layout) -> list[Line]:
    return [layout.line(i) for i in range(layout.count)]


def logical(layout: Layout) -> list[str]:
    return [layout.text[line.start : line.end] for line in all_lines(layout)]


def pane(layout: Layout) -> list[str]:
    """What stands in the pane, each line padded on the right to the width."""
    return [
        (" " * line.indent + visual_line(line)).ljust(layout.width)
        for line in all_lines(layout)
    ]


def test_lines_break_at_words_and_spaces_hang():
    assert logical(Layout("one two  three", 7)) == ["one two  ", "three"]
    assert logical(Layout("one two  three", 8)) == ["one two  ", "three"]
    assert [line.width for line in all_lines(Layout("one two  three", 8))] == [8, 5]
    assert logical(Layout("one two", 5)) == ["one ", "two"]


def test_a_word_longer_than_the_line_is_broken_between_clusters():
    assert logical(Layout("a مُحَمَّدٌ", 2)) == ["a ", "مُحَ", "مَّدٌ"]
    assert logical(Layout("日本語", 3)) == ["日", "本", "語"]
    assert logical(Layout("日本", 1)) == ["日", "本"]


def test_lam_alef_stays_together():
    assert logical(Layout("سلام", 2)) == ["سلا", "م"]
    assert logical(Layout("سلام", 3)) == ["سلام"]


def test_a_right_to_left_line_stands_at_the_right():
    layout = Layout("نص قصير\nabc", 10)
    assert pane(layout) == ["   ﺮﻴﺼﻗ ﺺﻧ", "abc       "]
    assert [(line.base, line.indent, line.width) for line in all_lines(layout)] == [
        (1, 3, 7),
        (0, 0, 3),
    ]


def test_each_paragraph_has_its_own_direction_unless_one_is_given():
    text = "نص\nabc\n123\n"
    assert [line.base for line in all_lines(Layout(text, 9))] == [1, 0, 1, 1]
    assert [line.base for line in all_lines(Layout(text, 9, default_base=0))] == [
        1,
        0,
        0,
        0,
    ]
    assert [line.base for line in all_lines(Layout(text, 9, base=0))] == [0, 0, 0, 0]


def test_every_kind_of_separator_ends_a_paragraph():
    layout = Layout("a\nb\r\nc\rd\u2029e\u2028f\x85g", 9)
    assert logical(layout) == [
        "a\n",
        "b\r\n",
        "c\r",
        "d\u2029",
        "e\u2028",
        "f\x85",
        "g",
    ]
    assert [layout.paragraph_of(i) for i in range(layout.count)] == list(range(7))


def test_an_empty_text_has_one_empty_line():
    layout = Layout("", 5)
    assert layout.count == 1
    assert layout.line(0) == Line(0, 0, 0, 0, 1, (), 0, 5)
    assert layout.locate(0) == (0, 4)
    assert layout.offset_at(0, 2) == 0


def test_a_tab_reaches_the_next_stop_and_its_level_is_the_paragraphs():
    layout = Layout("ab\tc", 20, tab=4)
    assert visual_line(layout.line(0)) == "ab  c"
    rtl = Layout("اب\tabc", 20, tab=4).line(0)
    assert visual_line(rtl) == "abc  ﺏﺍ"


def test_space_at_the_end_of_a_line_goes_to_the_end_of_the_paragraphs_direction():
    # L1: the space after "abc" has level 1 because a line ends there, though it is
    # followed by Latin.
    layout = Layout("نص abc def", 7)
    assert pane(layout) == [" abc ﺺﻧ", "    def"]
    assert layout.line(0).cells[0].start == 6


def test_brackets_are_mirrored_at_odd_levels_only():
    assert pane(Layout("(نص) (abc)", 10)) == ["(abc) (ﺺﻧ)"]
    line = Layout("(نص) (abc)", 10).line(0)
    assert [(cell.glyph, cell.start) for cell in line.cells if cell.glyph in "()"] == [
        *[("(", 9), (")", 5)],
        *[("(", 3), (")", 0)],
    ]


def test_vowel_signs_can_be_hidden_without_moving_an_offset():
    shown, hidden = Layout("مُحَمَّدٌ", 9).line(0), Layout("مُحَمَّدٌ", 9, tashkeel=False).line(0)
    assert [(c.start, c.end) for c in shown.cells] == [
        (c.start, c.end) for c in hidden.cells
    ]
    assert [cell.glyph for cell in hidden.cells] == ["ﺪ", "ﻤ", "ﺤ", "ﻣ"]


def test_the_cell_of_a_lam_alef_shows_either_letter():
    [cell] = Layout("لا", 5).line(0).cells
    assert (cell.start, cell.end) == (0, 2)
    assert cell.shows(0, 1) and cell.shows(1, 2) and not cell.shows(2, 3)
    assert Layout("لا", 5).locate(0) == Layout("لا", 5).locate(1) == (0, 4)


def test_the_end_of_a_paragraph_is_beside_its_last_cell():
    layout = Layout("نص\nab", 6)
    assert layout.locate(2) == (0, 3)
    assert layout.offset_at(0, 3) == layout.offset_at(0, 0) == 2
    assert layout.locate(5) == (1, 2)
    assert layout.offset_at(1, 2) == layout.offset_at(1, 5) == 5
    assert layout.offset_at(0, 5) == 0


def test_lines_and_columns_outside_are_taken_to_the_nearest():
    layout = Layout("نص\nab", 6)
    assert layout.offset_at(-3, 99) == 0
    assert layout.offset_at(99, -5) == 3
    assert layout.locate(-1) == layout.locate(0)
    assert layout.locate(99) == layout.locate(5)


def test_a_line_that_is_not_there_is_an_error():
    with pytest.raises(IndexError):
        Layout("a", 5).line(1)
    with pytest.raises(ValueError, match="at least 1"):
        Layout("a", 0)


@given(MIXED, WIDTHS, BASES, st.sampled_from([None, True, False]))
def test_lines_partition_the_text_and_cells_their_lines(text, width, base, apart):
    layout = Layout(text, width, base=base, apart=apart)
    assert "".join(logical(layout)) == text
    assert all(a.end == b.start for a, b in pairwise(all_lines(layout)))
    for line in all_lines(layout):
        at = line.start
        for cell in sorted(line.cells):
            assert cell.start == at
            at = cell.end
        left = SEPARATORS.sub("", text[at : line.end])
        assert all(c == "\t" or unicodedata.category(c) in ("Zs", "Cf") for c in left)


@given(MIXED, WIDTHS, BASES)
def test_no_line_is_wider_than_the_pane_unless_one_cell_is(text, width, base):
    for line in all_lines(Layout(text, width, base=base)):
        assert line.width == sum(cell.width for cell in line.cells)
        assert line.width <= width or len(line.cells) == 1
        assert all(cell.width > 0 and cell.glyph for cell in line.cells)


@given(MIXED, WIDTHS, BASES, st.sampled_from([None, True, False]))
def test_every_cluster_is_found_at_its_cell_and_the_cell_at_its_cluster(
    text, width, base, apart
):
    layout = Layout(text, width, base=base, apart=apart)
    for start, end, cells in clusters(text):
        index, column = layout.locate(start)
        line = layout.line(index)
        assert line.start <= start < line.end
        if line.column_of(start) is None:
            assert cells == 0 or any(c.isspace() for c in text[start:end])
            continue
        cell = line.cell_at(column)
        assert cell is not None
        assert cell.start <= start and end <= cell.end
        assert all(
            layout.offset_at(index, column + i) == cell.start
            for i in range(cell.width)
            if column + i < width
        )


@given(MIXED, WIDTHS, st.integers(-2, 60), st.integers(-2, 40))
def test_every_offset_has_a_place_and_every_place_an_offset(
    text, width, offset, column
):
    layout = Layout(text, width)
    line, at = layout.locate(offset)
    assert 0 <= line < layout.count and 0 <= at < width
    assert 0 <= layout.offset_at(offset, column) <= len(text)


@given(MIXED, WIDTHS, st.data())
def test_a_line_is_the_same_whichever_is_asked_for_first(text, width, data):
    whole = all_lines(Layout(text, width))
    index = data.draw(st.integers(0, len(whole) - 1))
    assert Layout(text, width).line(index) == whole[index]


@given(MIXED, WIDTHS, WIDTHS, BASES)
def test_a_text_in_another_width_is_as_if_laid_out_in_that_width(
    text, width, other, base
):
    layout = Layout(text, width, base=base)
    layout.locate(len(text) // 2)  # so that only a part of it is known
    resized, fresh = layout.at_width(other), Layout(text, other, base=base)
    assert resized.count == fresh.count
    assert [resized.line(i) for i in range(resized.count)] == [
        fresh.line(i) for i in range(fresh.count)
    ]


def test_paragraphs_can_stand_apart_by_a_blank_line_where_the_text_has_none() -> None:
    layout = Layout("ab cd\nef\n\ngh", 4, apart=True)
    assert [layout.text[line.start : line.end] for line in all_lines(layout)] == [
        *("ab ", "cd\n", "", "ef\n", "\n", "gh"),
    ]
    assert [line.number for line in all_lines(layout)] == [1, 1, 0, 2, 0, 3]
    assert layout.locate(6) == (3, 0) and layout.offset_at(2, 1) == 5
    assert layout.at_width(4).count == 5


def test_blank_lines_of_the_text_can_be_left_out() -> None:
    layout = Layout("ab cd\n\n \nef\ngh\n", 4, apart=False)
    assert [layout.text[line.start : line.end] for line in all_lines(layout)] == [
        *("ab ", "cd\n\n \n", "ef\n", "gh\n"),
    ]
    assert [line.number for line in all_lines(layout)] == [1, 1, 2, 3]
    assert (
        layout.locate(6) == layout.locate(7) == layout.locate(5)
    )  # the blank lines are behind «cd»
    assert layout.locate(9) == (2, 0) and layout.offset_at(1, 3) == 5


@given(st.text("اب \n", max_size=60), st.integers(1, 12), st.integers(1, 30))
def test_lines_are_counted_up_to_as_many_as_are_asked_for(
    text: str, width: int, most: int
) -> None:
    assert Layout(text, width).count_to(most) == min(most, Layout(text, width).count)


def test_paragraphs_are_counted_without_blank_ones() -> None:
    layout = Layout("عنوان\n\n \nنص طويل يملأ سطرين\nآخر", 10)
    lines = [layout.line(n) for n in range(layout.count)]
    assert [(line.paragraph, line.number) for line in lines] == [
        *((0, 1), (1, 0), (2, 0), (3, 2), (3, 2), (4, 3)),
    ]
