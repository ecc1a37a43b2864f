"""Where the letters of words stand: on what is blank, so that the words can still be
read.
"""

from __future__ import annotations

import re

import pytest
from coding_by_keys import Open, letter_of
from screen_text import info

from coder.model import Article
from coder.service.project.opened import Project
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.screen_sizes import MARGIN
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.sentences import say


def drawn_line(screen: CodingScreen, offset: int) -> str:
    """The article's line with a code point, as it is drawn."""
    y = screen.pane.locate(offset)[0] - screen.pane.scroll_offset.y
    return "".join(segment.text for segment in screen.pane.render_line(y))


async def test_letters_cover_no_digit_of_a_number(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        text = screen.session.article.text
        numbers = [
            m
            for m in screen.highlights.marks
            if text[m.start].isdecimal() and text[m.start - 1] == " "
        ]
        assert numbers
        for mark in numbers:
            screen.pane.show_span(mark.start, mark.end)
            screen.pane.set_letters({mark.start: ("x", "f")})
            await pilot.pause()
            drawn = drawn_line(screen, mark.start)
            assert "x/f" in drawn and text[mark.start : mark.end].split()[0] in drawn


async def test_a_number_and_its_noun_keep_their_digits_when_both_have_letters(
    demo: Project,
) -> None:
    text = "نفذت الفصائل 7 ضربات ثم 20 ضربة في دير الزور"
    with demo.store.begin("setup") as work:
        work.add_articles([Article("number", text)])
    screen = CodingScreen(demo, "you", demo.article("number"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        words = {"7": "h", "ضربات": "m", "20": "k", "ضربة": "y"}
        at = {text.index(f"{word} "): (letter,) for word, letter in words.items()}
        screen.pane.set_letters(at)
        drawn = drawn_line(screen, 0)
        assert [drawn.count(sign) for sign in ("h", "m", "k", "y", "7", "20")] == [
            1
        ] * 6
        assert drawn.index("7") + 1 == drawn.index(
            "h"
        )  # at the number's right, where reading starts
        assert drawn.index("20") + 2 == drawn.index("k")


async def test_the_letter_of_a_word_behind_what_is_attached_to_it_covers_neither(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        text = screen.session.article.text
        attached = [
            m.start
            for m in screen.highlights.marks
            if re.search(r"\s\w{1,3}$", text[: m.start])
        ]
        assert len(attached) > 10
        for offset in attached:
            screen.pane.set_letters({})
            screen.pane.show_span(offset, offset + 1)
            await pilot.pause()
            plain = drawn_line(screen, offset)
            screen.pane.set_letters({offset: ("x",)})
            changed = {
                (old, new)
                for old, new in zip(plain, drawn_line(screen, offset), strict=True)
                if old != new
            }
            assert changed == {(" ", "x")}, text[offset - 5 : offset + 5]


async def test_where_the_word_has_a_letter_too_that_of_its_part_stands_on_the_part(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        offset = screen.session.article.text.index("والمتحالفة")
        screen.pane.show_span(offset, offset + 1)
        await pilot.pause()
        screen.pane.set_letters({offset: ("x",), offset + 1: ("f",)})
        drawn = drawn_line(screen, offset)
        assert 0 < drawn.index("x") - drawn.index("f") <= 2  # read from the right


@pytest.mark.parametrize("names", [("x",), ("x", "f")])
async def test_letters_behind_a_number_cover_none_of_its_digits(
    demo: Project, names: tuple[str, ...]
) -> None:
    text = "قتل 10آلاف شخص في حلب"
    with demo.store.begin("setup") as work:
        work.add_articles([Article("number", text)])
    screen = CodingScreen(demo, "you", demo.article("number"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen.pane.set_letters({text.index("آ"): names})
        assert "10" in drawn_line(screen, 0) and "/".join(names) in drawn_line(
            screen, 0
        )


async def test_letters_that_open_an_event_look_otherwise_than_those_that_give_a_field_its_words(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):

        def looks() -> dict[str, set[palette.Role]]:
            found = dict[str, set[palette.Role]]()
            for mark in screen.highlights.letters.values():
                found.setdefault(mark.kind, set()).add(
                    screen.pane.letter_roles[mark.start]
                )
            return found

        await pilot.press("ctrl+n")
        assert looks() == {"trigger": {palette.LETTER_OPENS}}
        await pilot.press(*letter_of(screen, "استُهدفت", "trigger"))
        assert palette.LETTER_OPENS not in set.union(*looks().values())
        for theme in (
            palette.theme(name, 1 << 24) for name in ("dark", "light", "high-contrast")
        ):
            assert theme[palette.LETTER_OPENS].bgcolor != theme[palette.LETTER].bgcolor


@pytest.mark.usefixtures("in_colour")
async def test_letters_asked_for_once_dim_all_but_their_words_and_those_that_stay_dim_nothing(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):

        def dimmed() -> tuple[set[bool], set[bool]]:
            """Whether their first letters are dim: of words with letters, and of the
            others in view.
            """
            lettered = [*screen.highlights.letters.values()]
            found = set[bool](), set[bool]()
            dim = screen.app.colours[palette.DIM]  # type: ignore[attr-defined]  # CoderApp's
            for mark in screen.highlights.in_view(
                lambda mark: mark != screen.highlights.current
            ):
                beside = [
                    each
                    for each in lettered
                    if each.start < mark.end and each.end > mark.start
                ]
                line, column = screen.pane.locate(mark.start)
                drawn = screen.pane.render_line(line - screen.pane.scroll_offset.y)
                style = next(
                    iter(drawn.crop(MARGIN + column, MARGIN + column + 1))
                ).style
                if mark in lettered or not beside:
                    is_dim = style is not None and style.color == dim.color
                    found[mark not in lettered].add(is_dim)
            return found

        await pilot.press("\\")
        assert len(screen.highlights.letters) == 36 and dimmed() == ({False}, {True})
        await pilot.press("escape")
        assert dimmed() == (set(), {False})
        await pilot.press("e", "tab", "\\")
        assert screen.highlights.letters and dimmed() == ({False}, {False})


async def test_letters_on_the_last_cells_of_words_are_explained_where_there_are_any(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        explained = say("ar", "letters_at_ends")
        await pilot.press("\\")
        assert screen.pane.letter_ends and explained in info(screen)
        await pilot.press("escape", "ctrl+n")
        assert (
            screen.highlights.letters and not screen.pane.letter_ends
        )  # no trigger begins another
        assert explained not in info(screen)
