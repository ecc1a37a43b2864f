"""Editing what is typed as in an editor: by words and lines, with a selection, the
clipboard, undo, mouse.
"""

from __future__ import annotations

import pytest
from clicking import in_language
from coding_by_keys import Open, in_record
from hypothesis import given
from hypothesis import strategies as st
from textual.events import MouseMove, Paste
from textual.pilot import Pilot

from coder.service.project.opened import Project
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.type_to_find import found_by
from coder.tui.widgets.line_edit import LineEdit


def pressed(text: str, *keys: str, lines: bool = False) -> LineEdit:
    """A text with the caret at its end, after some keys."""
    edit = LineEdit(text, len(text), lines=lines)
    for key in keys:
        assert edit.press(key), key
    return edit


def test_the_caret_moves_by_words_whose_marks_do_not_part_them() -> None:
    text = "قُتِلَ 12، مدنيّاً"
    back, onward = "ctrl+right", "ctrl+left"  # in a line from right to left
    starts = [pressed(text, *[back] * n).caret for n in range(1, 5)]
    assert starts == [text.index("مدني"), text.index("12"), 0, 0]
    ends = [pressed(text, "home", *[onward] * n).caret for n in range(1, 5)]
    assert ends == [text.index(" 12"), text.index("،"), len(text), len(text)]


def test_words_are_deleted_before_and_after_the_caret() -> None:
    assert pressed("two words", "ctrl+w").text == "two "
    assert pressed("two words", "ctrl+backspace", "ctrl+backspace").text == ""
    assert pressed("two words", "home", "ctrl+delete").text == " words"
    assert pressed("two words", "ctrl+shift+left").selected == (4, 9)
    assert (
        pressed("two words", "ctrl+shift+left", "ctrl+w").text == "two "
    )  # the selection alone


def test_home_and_end_are_those_of_the_line_and_with_ctrl_those_of_the_text() -> None:
    text = "سطر أول\nsecond line\nآخر"
    edit = pressed(text, "ctrl+home", "end", lines=True)
    assert edit.caret == text.index("\n")
    edit.caret = text.index("line")
    assert edit.press("home") and edit.caret == text.index("second")
    assert edit.press("shift+end") and text[slice(*edit.selected)] == "second line"
    assert edit.press("ctrl+end") and (edit.caret, edit.anchor) == (len(text), None)
    assert edit.press("ctrl+shift+home") and edit.selected == (0, len(text))


def test_an_arrow_goes_where_it_points_in_each_line() -> None:
    text = "سطر\nline"
    assert (
        pressed(text, "left", lines=True).caret == len(text) - 1
    )  # back, in the Latin line
    assert (
        pressed(text, "ctrl+home", "left", lines=True).caret == 1
    )  # on, in the Arabic one


def test_what_is_typed_is_taken_back_word_by_word_and_typed_again() -> None:
    edit = LineEdit()
    for letter in "غارة على":
        edit.insert(letter)
    edit.press("ctrl+w")
    seen = []
    for key in ("ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z", "ctrl+y", "ctrl+y"):
        edit.press(key)
        seen.append(edit.text)
    assert seen == ["غارة على", "غارة ", "", "", "", "غارة ", "غارة على"]
    edit.insert("x")
    edit.press(
        "ctrl+y"
    )  # nothing: what was taken back is gone once something else is typed
    assert edit.text == "غارة علىx"


KEYS = (
    *(
        "left",
        "right",
        "home",
        "end",
        "ctrl+left",
        "ctrl+right",
        "shift+left",
        "ctrl+shift+right",
        "ctrl+a",
    ),
    *("backspace", "delete", "ctrl+w", "ctrl+delete", "ctrl+u", "ctrl+k"),
)
typing = st.lists(
    st.sampled_from(KEYS) | st.text("ابلَ a1\n،", min_size=1, max_size=3), max_size=30
)


@given(st.text("ابلَ a1\n،", max_size=20), typing)
def test_undoing_everything_restores_the_text_and_redoing_it_all_what_was_made_of_it(
    text: str, steps: list[str]
) -> None:
    edit = pressed(text, lines=True)
    for step in steps:
        if step in KEYS:
            edit.press(step)
        else:
            edit.insert(step)
        assert (
            0 <= edit.caret <= len(edit.text)
            and 0 <= edit.selected[0] <= edit.selected[1]
        )
    made = edit.text
    for key, expected in (("ctrl+z", text), ("ctrl+y", made)):
        for _ in steps:
            edit.press(key)
        assert edit.text == expected


async def test_lines_are_selected_cut_copied_and_pasted_in_the_box_for_a_comment(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press(";", *"one", "ctrl+j", *"two", "shift+up")
        edit = screen.chooser.edit
        assert edit.text[slice(*edit.selected)] == "\ntwo"
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard == "\ntwo" and screen.chooser.asked is not None
        await pilot.press("ctrl+x")
        assert (edit.text, pilot.app.clipboard) == ("one", "\ntwo")
        await pilot.press("ctrl+v")
        assert edit.text == "one\ntwo"
        await pilot.press("ctrl+z", "ctrl+z")
        assert edit.text == "one\ntwo"
        await pilot.press("ctrl+c")  # nothing is selected
        assert screen.chooser.asked is None


async def test_taking_back_what_was_typed_shows_the_choices_that_fit_again(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("e", "tab", "g")
        before = [choice.id for choice in screen.chooser.choices]
        await pilot.press(*"zz")
        assert [choice.id for choice in screen.chooser.choices] != before
        await pilot.press("ctrl+z")
        assert [choice.id for choice in screen.chooser.choices] == before


async def drawn_over(pilot: Pilot[None], screen: CodingScreen, words: str) -> str:
    """What is selected when the mouse is drawn over the cells of some typed words, from
    start to end.
    """
    chooser, start = screen.chooser, screen.chooser.edit.text.index(words)
    layout, form = chooser.layout(), chooser.host
    line, first = layout.locate(start)
    _, last = layout.locate(start + len(words))
    top = chooser.lines[0] + 1
    await pilot.mouse_down(form, offset=(first + 2, top + line))
    assert (chooser.edit.caret, chooser.edit.anchor) == (start, None)
    await pilot._post_mouse_events(
        [MouseMove], form, offset=(last + 2, top + line), button=1
    )
    await pilot.mouse_up(form, offset=(last + 2, top + line))
    return chooser.edit.text[slice(*chooser.edit.selected)]


async def test_the_mouse_puts_the_caret_into_the_text_and_selects(
    demo: Project,
) -> None:
    for lang in ("en", "ar"):
        project = in_language(demo, lang)
        app = CoderApp(
            lambda project=project: CodingScreen(project, "you", project.article("004"))
        )
        async with app.run_test(size=(120, 40)) as pilot:
            screen = app.screen
            assert isinstance(screen, CodingScreen)
            await pilot.press(";", *"غارة على", "ctrl+j", *"an air strike")
            assert await drawn_over(pilot, screen, "air") == "air"
            assert await drawn_over(pilot, screen, "غارة") == "غارة"
            await pilot.press("x")
            assert screen.chooser.edit.text == "x على\nan air strike"
            row = screen.chooser.lines[0] + 2
            await pilot.click(screen.form, offset=(7, row), times=2)
            edit = screen.chooser.edit
            assert edit.text[slice(*edit.selected)] == "air"
            assert (
                screen.pane.has_focus
            )  # the box is about the article, though it stands over the record
            await pilot.press("escape", "escape")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_long_note_is_shown_in_lines_and_kept_if_its_box_is_left(
    opened: Open, size: tuple[int, int]
) -> None:
    note = "some long note that is written here to see all its words on several lines and not the last one"
    async with in_record(opened, field="notes", size=size) as (screen, pilot):
        await pilot.press("enter", *note.replace(" ", "@").replace("@", " "))
        await pilot.pause()
        first, count = screen.chooser.lines
        shown = " ".join(
            screen.form.render_line(first + y).text.strip("│┃ ")
            for y in range(1, count)
        )
        assert all(word in shown for word in note.split())
        await pilot.press("escape", "enter")  # a press too many loses nothing
        await pilot.pause()
        assert screen.chooser.edit.text == note
        await pilot.press("enter", "x", "ctrl+s")
        assert (
            screen.record.session.coding.events[-1].answer("notes").value
            == f"{note}\nx"
        )


async def test_what_is_typed_or_pasted_at_a_note_goes_into_a_line_behind_it(
    opened: Open,
) -> None:
    async with in_record(opened, field="notes", size=(80, 24)) as (screen, pilot):
        await pilot.press("a", "ctrl+s")
        screen.record.go_to_field("notes")
        await pilot.press("b", "ctrl+s")
        screen.record.go_to_field("notes")
        screen.post_message(Paste("c\nd"))
        await pilot.pause()
        await pilot.press("ctrl+s")
        screen.record.go_to_field("notes")
        note = screen.record.session.coding.events[-1].answer("notes")
        assert note.value == "a\nb\nc\nd"
        assert "a b c d" in screen.record.row.text  # in one line where values are told
        await pilot.press("enter", "ctrl+a", "delete", "ctrl+s")
        assert not screen.record.session.coding.events[-1].answer("notes").coded


async def test_what_opens_a_box_again_goes_behind_what_was_left_in_it(
    opened: Open,
) -> None:
    async with in_record(opened, field="notes", size=(80, 24)) as (screen, pilot):
        await pilot.press(*"abc", "escape", "d")
        assert screen.chooser.edit.text == "abcd"
        await pilot.press("escape")
        screen.post_message(Paste("pasted"))
        await pilot.pause()
        assert screen.chooser.edit.text == "abcdpasted"
        await pilot.press("escape", "enter")
        assert screen.chooser.edit.text == "abcdpasted"


async def test_what_is_pasted_at_a_field_takes_no_words_by_their_letters(
    opened: Open,
) -> None:
    async with in_record(opened, field="date") as (screen, pilot):
        await pilot.press("\\")
        assert screen.highlights.letters
        screen.post_message(Paste("as"))
        await pilot.pause()
        assert screen.chooser.edit.text == "as"


@pytest.mark.parametrize(
    ("typed", "is_behind"),
    [("15/11", True), ("15/11..16/11", False), ("mil", True), ("قاعدة", False)],
)
async def test_the_caret_stands_where_the_next_letter_goes_also_in_an_arabic_field(
    opened: Open, typed: str, is_behind: bool
) -> None:
    async with in_record(
        opened, field="date" if typed[0] == "1" else "target_object"
    ) as (screen, pilot):
        await pilot.press("enter", *typed)
        await pilot.pause()
        line = screen.form.render_line(screen.chooser.lines[0] + 1)
        at, caret = 0, -1
        for segment in line:
            if segment.style is not None and segment.style.reverse:
                caret = at
            at += segment.cell_length
        text = "".join(segment.text for segment in line)
        last = max(i for i, sign in enumerate(text) if sign not in "│┃ ")
        first = min(i for i, sign in enumerate(text) if sign not in "│┃ ")
        assert caret == (last + 1 if is_behind else first - 1)


def test_what_is_typed_rightwards_into_an_arabic_search_has_its_caret_at_the_right() -> (
    None
):
    for typed, is_behind in (("zz", True), ("هج", False)):
        row = found_by(typed, 60, "articles", "ar")
        styles = [column.style for column in row]  # from the right
        caret, text = (
            styles.index(palette.CARET),
            [column.text.strip() for column in row].index(typed),
        )
        assert (caret < text) is is_behind


async def test_all_lines_of_a_comment_have_one_ground(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press(";", *"ab", "enter", *"cd")
        await pilot.pause()
        first, count = screen.chooser.lines
        lines = [
            screen.form.render_line(y) for y in range(first + 1, first + count - 1)
        ]
        inside = [
            segment.style
            for line in lines
            for segment in line.crop(1, line.cell_length - 1)
        ]
        assert (
            len({style.bgcolor for style in inside if style and not style.reverse}) == 1
        )
