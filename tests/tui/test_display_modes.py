"""Whole screens in lrm mode and without vowel signs: the same cells, nothing left to
reorder.
"""

from __future__ import annotations

from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from coder.service.project.opened import Project
from coder.text.display import Display, cell_width
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.terminal import Terminal
from coder.tui.widgets.rows import Column, draw

LRM = "\u200e"


@given(
    st.text("ابلا جد\u064babc12٣ (،)", max_size=20), st.integers(10, 60), st.booleans()
)
def test_marks_take_no_cells(text: str, width: int, rtl: bool) -> None:
    strip = draw((Column("1", 3), Column(text)), width, rtl, Style(), Display("lrm"))
    assert strip.cell_length == width
    assert sum(cell_width(segment.text) for segment in strip) == width


async def drawn(demo: Project, terminal: Terminal, tashkeel: bool) -> list[str]:
    """All lines of the coding screen, opened on the first article with a field being
    typed in.
    """
    screen = CodingScreen(demo, "you", demo.article("004"))
    app = CoderApp(lambda: screen, terminal=terminal, tashkeel=tashkeel)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("tab", *"غارة ٣")
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]


async def test_a_whole_screen_in_lrm_mode_is_the_plain_one_and_stays_as_it_is(
    demo: Project,
) -> None:
    plain = await drawn(demo, Terminal("xterm"), False)
    marked = await drawn(demo, Terminal("VS Code", "lrm"), False)
    assert [line.replace(LRM, "") for line in marked] == plain
    for line in marked:
        # What a terminal makes of the line that reorders it as a left-to-right
        # paragraph (UAX #9).
        assert get_display(line, base_dir="L").replace(LRM, "") == line.replace(LRM, "")
    assert any(get_display(line, base_dir="L") != line for line in plain)


async def test_vowel_signs_are_drawn_or_not_as_one_wishes(demo: Project) -> None:
    assert any("\u064f" in line for line in await drawn(demo, Terminal("xterm"), True))
    assert not any(
        "\u064f" in line for line in await drawn(demo, Terminal("xterm"), False)
    )
