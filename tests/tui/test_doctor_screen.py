"""The test card: what stands under each cell, and which ways there are on which
terminal.
"""

from __future__ import annotations

from screen_text import ISOLATES, screen_lines

from coder.service.project.config import user_file, user_view
from coder.text.display import Display, cell_width, to_display
from coder.tui.app import CoderApp
from coder.tui.screens.self_test import SENTENCE, DoctorScreen, Way, pattern, ways
from coder.tui.screens.text_page import PageScreen
from coder.tui.terminal import Terminal

VTE = Terminal("VTE", off="\x1b[8l", on="\x1b[8h", by_row=True)
BARE = to_display(SENTENCE, 1, Display(tashkeel=False))


def test_the_pattern_numbers_the_words_from_the_right() -> None:
    # NATO and 24 stand from left to right among words from right to left; the lam-alef
    # of الآن is one cell.
    assert pattern("حلف (NATO) الآن 24") == "44 333 (2222) 111"
    assert len(BARE) == len(pattern(SENTENCE))
    for letter, sign in zip(BARE, pattern(SENTENCE), strict=True):
        assert (sign in "1234567") == (letter not in " ()")


def test_the_ways_of_a_terminal() -> None:
    plain, lrm = Way("plain", "plain"), Way("lrm", "lrm")
    assert ways(VTE) == (Way("auto", "plain", is_switched=True), plain, lrm)
    assert ways(Terminal("xterm")) == (Way("auto", "plain"), lrm)
    assert ways(Terminal("foot", advice="marks")) == (Way("auto", "plain"), lrm)
    assert ways(Terminal("VS Code", "lrm")) == (plain, Way("auto", "lrm"))
    # Where automatic is a guess, what the user sees is kept by its name.
    assert ways(Terminal("kitty", advice="kitty")) == (plain, lrm)


async def test_the_card_fits_the_smallest_screen_in_both_languages() -> None:
    for lang, words in (("ar", "فحص الطرفية"), ("en", "terminal self-test")):
        screen = DoctorScreen(lang, tashkeel=False)
        app = CoderApp(lambda screen=screen: screen, terminal=VTE)  # type: ignore[misc]
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            lines = screen_lines(app)
            assert to_display(words) in lines[0]
            assert sum(BARE in line for line in lines) == 1
            under = next(i for i, line in enumerate(lines) if BARE in line) + 1
            assert lines[under].endswith(f"{pattern(SENTENCE)} ")
            await pilot.press("tab")
            await pilot.pause()
            assert sum(pattern(SENTENCE) in line for line in screen_lines(app)) == 2
            await pilot.press("t")
            await pilot.pause()
            assert sum("\u0650" in line for line in screen_lines(app)[3:]) == 2
            await pilot.press("9", "z", "question_mark")
            await pilot.pause()
            assert screen.reads_right is None


async def test_a_way_that_is_not_on_the_screen_is_not_saved() -> None:
    screen = DoctorScreen("en", tashkeel=True)
    app = CoderApp(lambda: screen, terminal=VTE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        assert screen.reads_right is None and not user_file().exists()
        await pilot.press("tab", "2")
        assert screen.reads_right and user_view().mode == "plain"


async def test_the_palette_and_the_colours_work_on_the_card() -> None:
    screen = DoctorScreen("en", tashkeel=True)
    app = CoderApp(lambda: screen, terminal=VTE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "ctrl+p", *"vowel", "enter")
        assert not screen.tashkeel and screen.reads_right is None
        await pilot.press("f6", "3")
        assert (user_view().theme, app.colours.name) == ("light", "light")
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, PageScreen)
        await pilot.press("f6", "escape", "q")
        assert app.return_code == 0


async def test_no_sentence_of_the_card_is_cut_on_the_smallest_screen() -> None:
    for lang in ("ar", "en"):
        screen = DoctorScreen(lang, tashkeel=True)
        app = CoderApp(lambda screen=screen: screen, terminal=VTE)  # type: ignore[misc]
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            for name in ("ask", "words", "other"):
                words = "".join(column.text for column in screen.bars[name].row)
                assert 0 < cell_width(words) < 80, words


async def test_the_card_s_title_names_a_terminal_only_if_there_is_one() -> None:
    for terminal, name in (({}, ""), ({"terminal": VTE}, " · VTE")):
        app = CoderApp(lambda: DoctorScreen("ar", tashkeel=True), **terminal)  # type: ignore[arg-type]
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert isinstance(app.screen, DoctorScreen)
            title = app.screen.title_bar.row[0].text.translate(ISOLATES)
            assert title == f" coder doctor · فحص الطرفية{name}"
