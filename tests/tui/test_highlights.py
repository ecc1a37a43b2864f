"""A highlight's cells are exactly those of the letters it covers, in any text and over
any edge.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from coder.model import CONFIRMED, UNDECIDED, Article
from coder.service.coding.article_marks import Mark
from coder.text.display import visual_line
from coder.text.layout import Layout
from coder.tui.palette import DARK
from coder.tui.screen_sizes import GUTTER, MARGIN
from coder.tui.widgets.article_lines import Kinds
from coder.tui.widgets.article_pane import ArticlePane

WIDTH, HEIGHT = 40, 20
letters = "ابتلالأسمن\u064b\u0651 لا\u200c(«%-»)/12٣٤abc\u200f🚀ی‌ک‌ە\n"
texts = st.text(alphabet=letters, min_size=1, max_size=160)


class Host(App[None]):
    """The pane alone."""

    def compose(self) -> ComposeResult:
        yield ArticlePane(Kinds({"actor": "●", "place": "▲"}), id="article")


def marked_cells(pane: ArticlePane) -> set[tuple[int, int]]:
    """(line, column) of all cells that are drawn otherwise than plain text, but for
    margin and gutter.
    """
    found = set()
    for y in range(pane._layout.count):
        column = -MARGIN
        for segment in pane.render_line(y - pane.scroll_offset.y):
            cells = [c for c in segment.text if pane_width(c)]
            style = segment.style
            for cell in cells:
                inside = 0 <= column < WIDTH - GUTTER - MARGIN
                if inside and style is not None and style != DARK.base:
                    found |= {(y, column + i) for i in range(pane_width(cell))}
                column += pane_width(cell)
    return found


def pane_width(character: str) -> int:
    from coder.text.display import cell_width

    return cell_width("x" + character) - 1


def expected_cells(text: str, start: int, end: int) -> set[tuple[int, int]]:
    layout = Layout(
        text, WIDTH - GUTTER - MARGIN, apart=False
    )  # without blank lines, on so narrow a screen
    found = set()
    for y in range(layout.count):
        column = layout.line(y).indent
        shown = layout.line(y).start + len(
            text[layout.line(y).start : layout.line(y).end].rstrip()
        )
        for cell in layout.line(y).cells:
            if cell.start < min(end, shown) and start < min(
                cell.end, shown
            ):  # a blank at the end is not
                found |= {(y, column + i) for i in range(cell.width)}
            column += cell.width
    return found


@settings(max_examples=10, deadline=None)
@given(data=st.data())
async def test_a_highlights_cells_are_those_of_its_letters(data: st.DataObject) -> None:
    app = Host()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        pane = pilot.app.query_one(ArticlePane)
        for _ in range(
            12
        ):  # starting the program takes much longer than drawing a text
            text, state = (
                data.draw(texts),
                data.draw(st.sampled_from((UNDECIDED, CONFIRMED))),
            )
            start = data.draw(st.integers(0, len(text) - 1))
            end = data.draw(st.integers(start + 1, len(text)))
            pane.load(Article("a", text))
            pane.set_marks([Mark("m", "actor", start, end, state)])
            assert marked_cells(pane) == expected_cells(text, start, end)


async def test_the_first_painting_of_a_new_size_has_the_lines_of_that_size() -> None:
    text = "شنت جماعة هجمات على مصالح في العراق وسوريا " * 20
    app = Host()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        pane = pilot.app.query_one(ArticlePane)
        pane.load(Article("a", text))
        await pilot.pause()
        painted: list[tuple[int, str]] = []
        paint = pane.render_lines

        def watched(crop: Region) -> list[Strip]:
            strips = paint(crop)
            painted.append((pane.size.width, strips[0].text))
            return strips

        pane.render_lines = watched  # type: ignore[method-assign]
        await pilot.resize_terminal(60, HEIGHT)
        await pilot.pause()
    line = Layout(text, 60 - GUTTER - MARGIN).line(0)
    assert painted
    assert painted[0] == (
        60,
        " " * (MARGIN + line.indent) + visual_line(line) + "   1 ",
    )


async def test_a_highlight_over_two_lines_stays_whole_when_the_same_highlights_are_shown_again() -> (
    None
):
    text = "كلمة " * 20
    mark = Mark("m", "actor", 20, 60, CONFIRMED)
    app = Host()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        pane = pilot.app.query_one(ArticlePane)
        pane.load(Article("a", text))
        for _ in range(2):
            pane.set_marks([mark])
            lines = {y for y, _ in marked_cells(pane)}
            assert len(lines) > 1 and marked_cells(pane) == expected_cells(text, 20, 60)
