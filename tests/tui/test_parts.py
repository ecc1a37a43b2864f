"""Parts of the screens without a screen: actions, keys, selection, the line being
typed, rows.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter

import pytest
from bidi.algorithm import get_display
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from coder.adjudicate.resolve import Adjudication
from coder.agreement.result import Interval, Score
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.codebook.shipped import codebooks
from coder.model import GOLD, Coding
from coder.service.coding.assigned_articles import ArticleList
from coder.service.coding.beside_gold import BesideGold
from coder.service.project.opened import Project
from coder.storage_limits import unstorable
from coder.text.display import cell_width, to_display
from coder.text.segment import Reading
from coder.tui import palette
from coder.tui.keys import (
    action_for,
    arabic_of,
    by_scope,
    capital_of,
    of_scope,
    pressed,
)
from coder.tui.screens.agreement_screen import AgreementScreen, Shown
from coder.tui.screens.article_list import ArticleListScreen
from coder.tui.screens.comments_page import CommentsPage
from coder.tui.screens.event_table import EventTableScreen
from coder.tui.screens.gold_page import GoldPage
from coder.tui.screens.help_page import HelpPage, help_rows
from coder.tui.screens.highlights import Selection
from coder.tui.screens.history_screen import HistoryScreen
from coder.tui.screens.missing_screen import MissingScreen
from coder.tui.screens.questions_page import QuestionsPage
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.screen_pages import footer_columns
from coder.tui.screens.self_test import DoctorScreen
from coder.tui.screens.text_page import PageScreen, paragraph_rows
from coder.tui.screens.tour_screens import GuidedCoding
from coder.tui.sentences import in_line, listed, say
from coder.tui.tour_steps import Tour
from coder.tui.widgets.figure_lines import on_scale, scale_head
from coder.tui.widgets.line_edit import LineEdit
from coder.tui.widgets.rows import Column, draw, number
from tests.conftest import ROOT


def test_every_action_has_its_method(demo: Project) -> None:
    coding = GuidedCoding(Tour("coder"), demo, "you", demo.article("004"))
    article = coding.session.article
    both = [
        Coding(article.id, article.text_sha256, demo.codebook.ref, name)
        for name in ("you", GOLD)
    ]
    beside = BesideGold(Adjudication.begin(demo.codebook, both, [], article))
    pages = (
        MissingScreen([], "en"),
        EventTableScreen(lambda: coding.session, "", "", "en"),
        HistoryScreen([], demo.codebook, "en"),
        ArticleListScreen(ArticleList(demo, "you"), "", "en"),
        CommentsPage(coding.commenting.remarks, coding.codebook, article, [], {}, "en"),
        PageScreen("", lambda width: [], "en"),
        HelpPage((), None, "en"),
        QuestionsPage(demo, "salma", "en"),
        GoldPage(beside, [], "en"),
        AgreementScreen(demo, Shown(), "en"),
        DoctorScreen("en", tashkeel=True),
    )
    tables = {**coding.keys, **ReviewScreen(demo, "salma").keys}
    for page in pages:
        tables |= page.keys
    coding.session.close()
    kept_by_screens = ("any", "choose", "write", "edit")
    in_tables = {
        action.id
        for action in of_scope(*by_scope())
        if action.scope not in kept_by_screens
    }
    in_tables -= {
        "doctor.take"
    }  # a digit, as those that take a coder's value in a review
    assert tables.keys() == in_tables
    assert all(map(callable, tables.values()))


def test_the_footer_and_what_needs_an_open_coding_are_actions_of_their_scope() -> None:
    table = tomllib.loads((ROOT / "coder" / "tui" / "keys.toml").read_text("utf-8"))
    for scope, actions in table.items():
        footer, needing = (
            actions.get(name, "").split() for name in ("footer", "needs_open")
        )
        assert footer == [action.name for action in of_scope(scope) if action.footer]
        assert sorted(needing) == sorted(
            action.name for action in of_scope(scope) if action.needs_open
        )


def test_no_key_is_used_twice_in_a_scope() -> None:
    for scope in by_scope():
        keys = Counter(key for action in of_scope(scope, "any") for key in action.keys)
        assert not [key for key, count in keys.items() if count > 1], scope


@pytest.mark.parametrize("name", codebooks())
def test_letters_of_the_codebook_do_not_hide_commands(name: str) -> None:
    book = read_codebook(codebooks()[name])
    for field in book.event_fields:
        assert field.key is None or action_for(field.key, ("article",)) is None, (
            field.id
        )
    for kind in book.span_kinds:
        assert action_for(kind.key, ("draw",)) is None, kind.id


@pytest.mark.parametrize(
    ("key", "character", "expected"),
    [
        ("a", "a", "a"),
        ("arabic_letter_sheen", "ش", "a"),
        ("arabic_letter_hah", "ح", "p"),
        ("arabic_indic_digit_three", "٣", "3"),
        ("extended_arabic_indic_digit_three", "۳", "3"),
        ("space", " ", "space"),
        ("left", None, "left"),
        ("ctrl+s", "\x13", "ctrl+s"),
        ("question_mark", "?", "?"),
        ("arabic_question_mark", "؟", "?"),
        ("arabic_semicolon", "؛", ";"),
        ("arabic_comma", "،", ","),
        ("ﻻ", "ﻻ", "b"),
    ],
)
def test_a_physical_key_is_the_same_under_both_layouts(
    key: str, character: str | None, expected: str
) -> None:
    # Arabic (101): ش on a, ح on p.
    assert pressed(key, character) == expected


def test_shift_under_an_arabic_layout_is_the_capital_of_the_same_key() -> None:
    # Arabic (101): Shift gives a kasra on a, ﻷ on g, a bracket on d, which is a key of
    # both layouts.
    assert [
        capital_of(sign, is_arabic=True) for sign in ("\u0650", "ﻷ", "أ", "]", "ش")
    ] == [*"AGHD", ""]
    assert [
        capital_of(sign, is_arabic=False) for sign in ("\u0650", "ﻷ", "أ", "]", "a")
    ] == [*"AGH", "", ""]


def test_span_kinds_arabic_letters_are_those_of_the_layout(
    conflict_events: Codebook,
) -> None:
    for kind in conflict_events.span_kinds:
        assert arabic_of(kind.key) == kind.key_ar


def test_the_footer_fits_the_screen() -> None:
    for width in (20, 40, 80, 160):
        for scope in by_scope():
            assert (
                sum(c.width for c in footer_columns((scope, "any"), "ar", width))
                <= width
            )


def test_a_narrow_footer_keeps_help_and_the_way_out_and_a_wide_one_names_the_palette() -> (
    None
):
    scopes = ("table", "events", "any")
    for lang in ("ar", "en"):
        narrow, wide = (
            [column.key for column in footer_columns(scopes, lang, width)][::2]
            for width in (60, 160)
        )
        assert {"?", "escape"} < {*narrow}
        assert wide == ["space", "d", "f", "c", "enter", "tab", "escape", "?", "ctrl+p"]
        assert [key for key in wide if key in narrow] == narrow, "in the same order"


def test_help_names_every_action_and_letter(conflict_events: Codebook) -> None:
    rows = help_rows(
        ("article", "form", "any"), ("article", "any"), conflict_events, "en", 200
    )
    words = " ".join(column.text for row in rows for column in row)
    for action in of_scope("article", "form", "any"):
        assert action.help("en") in words
    assert "Weapons" in words and "target object" in words


def test_numbers_of_a_list_end_below_each_other_in_both_languages() -> None:
    for rtl in (False, True):
        drawn = [
            draw((number(n, 7, rtl, "text"),), 7, rtl, Style()).text.rstrip()
            for n in ("n", "7", "14", "120")
        ]
        assert len({len(line) for line in drawn}) == 1


@pytest.mark.parametrize("rtl", [False, True])
def test_the_scale_is_named_where_its_ticks_are_and_runs_from_the_left(
    rtl: bool,
) -> None:
    plain = dict.fromkeys(range(0x2066, 0x206A))
    interval = Interval(None, None, "none", 0.95, 0, 0, 0, reason="too few")
    for cells in (20, 40, 60):
        before, *columns, after = on_scale(Score(0.0, 1), interval, cells, rtl)
        assert [column.style for column in columns[:: -1 if rtl else 1]] == [
            palette.KEY,
            palette.DIM,
        ]
        assert before == after == Column("", 1)
        ticks = "".join(
            column.text.translate(plain) for column in columns[:: -1 if rtl else 1]
        )
        assert ticks[0] == "●"
        head = scale_head(cells)
        first, second = (at for at, sign in enumerate(ticks) if sign == "┆")
        assert head[: first + 1].endswith(".667")
        assert head[second:].startswith(".8")
        assert head[0] + head[-1] == "01"
        assert len(head) == cells


def test_words_put_into_a_phrase_keep_their_direction() -> None:
    assert (
        say("ar", "took", field="المكان", who="amal")
        == "\u2068المكان\u2069 ← \u2068amal\u2069"
    )


def test_prose_with_a_semicolon_stays_in_its_order_on_an_english_line(
    conflict_events: Codebook,
) -> None:
    notes, place = (conflict_events.event_field(name) for name in ("notes", "place"))
    prose, items = "قصف الموقع; ثم انسحبت القوة", "سورية; العراق"
    assert to_display(in_line(notes, prose, "en"), 0) == to_display(prose, 1)
    assert (
        to_display(in_line(place, items, "en"), 0)
        == f"{to_display('سورية', 1)}; {to_display('العراق', 1)}"
    )


TEXT = "شنت واشنطن غارات، وبالصواريخ ضربت دير الزور"


@pytest.mark.parametrize(
    ("lang", "words", "shown"),
    [
        ("ar", ["17/10/2023..31/12/2023"], "31/12/2023..17/10/2023"),
        ("en", ["2023-10-17..2023-12-31"], "2023-10-17..2023-12-31"),
        (
            "ar",
            ["اب", "17/10/2023..31/12/2023", "NATO"],
            "NATO · 31/12/2023..17/10/2023 · با",
        ),
        ("en", ["اب", "NATO", "3-9"], "با · NATO · 3-9"),
        ("ar", ["2023-10-17", "3-9", "+0.2"], "+0.2 · 3-9 · 2023-10-17"),
    ],
)
def test_ranges_and_lists_read_as_the_language_does_wherever_they_stand(
    lang: str, words: list[str], shown: str
) -> None:
    rtl = lang == "ar"
    alone, within = listed(*words), say(lang, "copied", text=listed(*words))
    for text in (alone, listed(alone, "x"), within):
        drawn = unicodedata.normalize("NFKC", to_display(text, int(rtl)))
        assert shown in drawn, (text, drawn)


def selected(selection: Selection) -> str:
    return TEXT[selection.start : selection.end]


def test_selection_moves_by_word_and_past_particles() -> None:
    reading = Reading(TEXT)
    here = Selection.at_word(reading, 5)
    assert selected(here) == "واشنطن"
    assert selected(here.moved(1)) == "غارات"  # the comma is no part of the word
    assert selected(here.moved(-1)) == "شنت"
    assert selected(here.moved(-1).moved(-1)) == "شنت"
    assert selected(here.with_end(1, "word")) == "واشنطن غارات"
    assert selected(here.with_end(1, "word").with_end(-1, "word")) == "واشنطن"
    assert selected(here.with_end(-1, "word")) == "واشنطن"  # never empty
    rockets = here.moved(2)
    assert selected(rockets) == "وبالصواريخ"
    past_and = rockets.with_start(1, "start")
    assert selected(past_and) == "بالصواريخ"
    assert selected(past_and.with_start(1, "start")) == "الصواريخ"
    assert selected(past_and.with_start(-1, "start")) == "وبالصواريخ"
    assert selected(here.with_end(-1, "letter")) == "واشنط"


@given(
    st.text(alphabet="اب جد\u064babc 12.،\n", max_size=60),
    st.integers(0, 60),
    st.lists(st.integers(0, 7)),
)
def test_a_selection_is_never_empty_and_never_leaves_the_text(
    text: str, offset: int, moves: list[int]
) -> None:
    reading = Reading(text)
    if not reading.words:
        return
    here = Selection.at_word(reading, offset)
    for move in moves:
        step = 1 if move % 2 else -1
        unit = ("word", "clitic", "letter", "start")[move // 2]
        if move < 2:
            here = here.moved(step)
        elif move < 5:
            here = here.with_end(step, unit)  # type: ignore[arg-type]
        else:
            here = here.with_start(step, unit)  # type: ignore[arg-type]
        assert 0 <= here.start < here.end <= len(text)


def test_typing_moves_by_cluster_and_left_is_forward_in_arabic() -> None:
    line = LineEdit()
    line.insert("غارَة")
    assert line.rtl and line.caret == 5
    line.press("right")  # back, over the last letter
    assert line.caret == 4
    line.press("right")  # back over ر with its fatha
    assert line.caret == 2
    line.press("left")
    assert line.caret == 4
    line.delete(forward=False)
    assert (line.text, line.caret) == ("غاة", 2)
    line.delete(forward=True)
    assert line.text == "غا"
    line.press("home")
    line.insert("60 ")
    assert line.text == "60 غا"


def test_selecting_with_shift_and_typing_over_it() -> None:
    line = LineEdit()
    line.insert("غارات على دير الزور")
    for _ in range(5):
        line.press("shift+right")  # back, in a line that reads from the right
    assert line.text[slice(*line.selected)] == "الزور"
    line.insert("حافر")
    assert line.text == "غارات على دير حافر"
    line.press("home")
    line.press("shift+end")
    line.delete(forward=False)
    assert (line.text, line.anchor) == ("", None)


def test_clearing_before_and_after_the_caret() -> None:
    line = LineEdit("abc def", 3)
    line.press("ctrl+k")
    assert (line.text, line.caret) == ("abc", 3)
    line.press("ctrl+u")
    assert (line.text, line.caret) == ("", 0)
    line.insert("سطر")
    line.press("ctrl+a")
    line.insert("x")
    assert line.text == "x"
    assert not line.press("up")


@pytest.mark.parametrize(
    ("pasted", "kept", "whole"),
    [
        ("سطر\nآخر\tثالث", "سطر آخر ثالث", True),
        ("a\x00b\x1b[0m\x07", "ab[0m", False),  # control characters
        ("حلب\ud83d", "حلب", False),  # half of a character outside the basic plane
        ("می\u200cشود", "می\u200cشود", True),  # the joiners belong to the spelling
        ("ﻻﻵﻷﻹ", "لالآلألإ", True),  # one key of an Arabic keyboard each
    ],
)
def test_what_cannot_be_stored_never_gets_into_a_line(
    pasted: str, kept: str, whole: bool
) -> None:
    line = LineEdit()
    assert line.insert(pasted) is whole
    assert line.text == kept


@given(st.text(st.characters()))
def test_any_text_that_is_pasted_can_be_stored(text: str) -> None:
    line = LineEdit()
    line.insert(text)
    assert unstorable(line.text) is None and "\n" not in line.text


words = st.text(alphabet="ابلا جد\u064babc12 (،)", max_size=20)


@given(
    st.lists(st.tuples(words, st.integers(1, 12)), max_size=4),
    words,
    st.integers(60, 90),
    st.booleans(),
)
def test_a_drawn_row_is_exactly_as_wide_as_the_screen(
    fixed: list[tuple[str, int]], rest: str, width: int, rtl: bool
) -> None:
    row = (*(Column(text, cells) for text, cells in fixed), Column(rest, 0))
    strip = draw(row, width, rtl, Style())
    assert strip.cell_length == width
    assert sum(cell_width(segment.text) for segment in strip) == width


@pytest.mark.parametrize("rtl", [False, True])
def test_where_a_line_is_too_narrow_the_last_columns_go_and_no_number_is_cut(
    rtl: bool,
) -> None:
    row = (
        Column(" ✓", 3),
        Column("title"),
        Column(" 71", 6),
        Column(" 12", 6),
        Column("open", 12),
    )
    drawn = [draw(row, width, rtl, Style()).text.split() for width in (40, 20, 14, 8)]
    drawn = [words[::-1] if rtl else words for words in drawn]
    whole = ["✓", "title", "71", "12", "open"]
    assert drawn == [whole, [whole[0], *whole[2:]], ["✓", "71", "12"], ["✓", "71"]]
    (strip,) = [draw((Column("1 2 3 4 5 6 7 8", 20), Column("x")), 8, rtl, Style())]
    assert strip.text == ("…4 3 2 1" if rtl else "1 2 3 4…")


@pytest.mark.parametrize(
    "text", ["إسرائيل: unknown", "= إسرائيل", "إسرائيل · place · 12", "«إسرائيل» (IL)"]
)
def test_a_line_of_the_english_screen_reads_from_the_left(text: str) -> None:
    (segment,) = draw((Column(text),), 40, rtl=False, base=Style())
    drawn = unicodedata.normalize("NFKC", segment.text.rstrip())
    assert drawn == get_display(text, base_dir="L")


def test_arabic_sentences_keep_their_end_on_the_left_in_the_english_screen() -> None:
    sentence = "قصفت إسرائيل المدينة."
    ((column,),) = paragraph_rows([("", sentence)], rtl=False, width=60)
    (segment,) = draw((column,), 60, rtl=False, base=Style())
    assert unicodedata.normalize("NFKC", segment.text.strip()) == get_display(
        sentence, base_dir="R"
    )


def test_a_sign_stands_in_front_of_its_paragraph_and_a_heading_above_it() -> None:
    rows = paragraph_rows(
        [("!", "Place: not coded yet."), ("Field", "Where it happened.")], False, 40
    )
    lines = [
        "".join(column.text for column in row).strip(" \u2068\u2069") for row in rows
    ]
    assert lines == ["! Place: not coded yet.", "Field", "Where it happened."]
