"""The panel about the field under the record's cursor, where the screen has room for
one.
"""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from coding_by_keys import Open, go_to, go_to_field
from msgspec.structs import replace
from screen_text import ISOLATES

from coder.codebook.schema import Codebook
from coder.service.coding.record_rows import describe_field_help
from coder.service.edits.answer_edits import SetValue
from coder.service.project.opened import Project
from coder.text.display import to_display
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.palette import mark_role
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.tour_screens import GuidedCoding
from coder.tui.tour_steps import Tour
from coder.tui.widgets.record_lines import legend_rows
from coder.tui.widgets.rows import SIDES

KINDS = {mark_role(rank) for rank in range(20)}


async def test_where_the_panel_has_room_it_names_the_kinds_of_words_in_their_colours(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.pause()
        for key, signs in (
            ("", "glyph"),
            ("v", "key"),
        ):  # while a span is drawn, the letters of the kinds
            await pilot.press(*filter(None, [key]))
            await pilot.pause()
            columns = [column for row in screen.panel.list.rows for column in row]
            shown = {
                one.style: (one.text, other.text) for one, other in pairwise(columns)
            }
            for rank, kind in enumerate(screen.codebook.span_kinds):
                sign, label = shown[mark_role(rank)]
                assert (
                    sign.strip() == getattr(kind, signs)
                    and label.strip() == kind.label.ar
                )


async def test_the_panel_lists_the_problems_of_the_shown_event_and_counts_those_of_others(
    opened: Open,
) -> None:
    async with opened(size=(160, 60)) as opening:
        screen, pilot = opening
        await pilot.press("e", "f")  # this has two places, and so an error
        await go_to(screen, pilot, "هجوماً", "trigger")
        await pilot.press("e", "f")

        def lines() -> list[str]:
            texts = (
                "".join(column.text for column in row) for row in screen.panel.list.rows
            )
            return [
                text.translate(dict.fromkeys(range(0x2066, 0x206A))) for text in texts
            ]

        wrong = [
            problem.event_id
            for problem in screen.record.problems
            if not problem.is_open
        ]
        assert wrong == ["e1"]
        found = lines()
        assert not any(
            line.startswith(" ! ") for line in found
        )  # what waits for a value is no problem
        [other] = [line for line in found if line.startswith(" حدث 1 ")]
        assert other.endswith(": 1")
        await pilot.press("tab", "[")
        await pilot.pause()
        [own] = [line for line in lines() if line.startswith(" ! ")]  # as in lists
        assert "حدث 1" not in own and not any(
            line.startswith(" حدث 1 ") for line in lines()
        )


async def test_a_value_of_several_places_reads_from_the_left_in_english(
    demo: Project,
) -> None:
    """As in the record: the first place is left of the second, each behind its name in
    the article.
    """
    async with CoderApp(
        lambda: CodingScreen(demo, "you", demo.article("004"))
    ).run_test(size=(160, 60)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, CodingScreen)
        screen.use_language("en")
        await pilot.press("e", "tab")
        places = [
            {
                "as_written": "سورية",
                "place_id": "sy",
                "country": "SY",
                "precision": "country",
            },
            {
                "as_written": "العراق",
                "place_id": "iq",
                "country": "IQ",
                "precision": "country",
            },
        ]
        screen.session.do(SetValue("e1", screen.codebook.event_field("place"), places))
        screen.refresh_work()
        await go_to_field(screen, pilot, "place")
        await pilot.pause()
        [line] = [
            text
            for row in screen.panel.list.rows
            for c in row
            if "Syria" in (text := c.text)
        ]
        drawn = to_display(line.strip(), 0)
        assert 0 < drawn.index("Syria") < drawn.index("Iraq")
        assert drawn[: drawn.index(" = Syria")] == to_display("سورية", 1)


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_the_line_about_a_field_names_it_once(demo: Project, lang: str) -> None:
    async with CoderApp(
        lambda: CodingScreen(demo, "you", demo.article("004"))
    ).run_test(size=(80, 24)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, CodingScreen)
        screen.use_language(lang)
        await pilot.press("e", "f", "tab")
        for field in ("targets", "target_object"):
            await go_to_field(screen, pilot, field)
            await pilot.pause()
            about = (
                screen.bars["info"].row[0].text
                + screen.bars["message"].otherwise[0].text
            )
            label = screen.record.row.field.label.of(lang)
            assert about.count(label) == 1, about


@pytest.mark.parametrize("size", [(120, 30), (120, 32), (200, 30)])
async def test_the_panel_has_the_rows_that_the_record_leaves_and_says_when_it_cuts(
    demo: Project, size: tuple[int, int]
) -> None:
    async with CoderApp(
        lambda: CodingScreen(demo, "you", demo.article("004"))
    ).run_test(size=size) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, CodingScreen)
        screen.use_language("en")
        for keys in (["tab"], ["tab", "e", "f", "tab"]):
            await pilot.press(*keys)
            await pilot.pause()
            form, panel = screen.form, screen.panel.list
            assert form.size.height <= len(form.rows)
            for _ in form.rows:
                assert len(panel.rows) == panel.size.height
                words = [
                    row[0].text.strip("\u2068\u2069 ") for row in panel.rows if row
                ]
                told = " ".join(words).translate(dict.fromkeys(range(0x2066, 0x206A)))
                row = screen.record.row
                helps = describe_field_help(
                    row.field, row.answer, screen.codebook, "en"
                )
                assert " …" in told or all(
                    " ".join(text.split()) in told for _, text in helps
                ), told
                await pilot.press("down")
                await pilot.pause()


@pytest.mark.parametrize("size", [(120, 30), (120, 40)])
async def test_nothing_of_the_panel_is_below_its_end_where_lines_stand_above(
    demo: Project, size: tuple[int, int]
) -> None:
    article = demo.article("004")
    for screen in (
        CodingScreen(demo, "amal", article),
        GuidedCoding(Tour("coder"), demo, "you", article),
    ):
        async with CoderApp(lambda: screen).run_test(size=size) as pilot:  # noqa: B023
            await pilot.pause()
            assert screen.session.submitted or isinstance(screen, GuidedCoding)
            for key in ("tab", "down", "pagedown"):
                await pilot.press(key)
                await pilot.pause()
                assert len(screen.panel.list.rows) == screen.panel.list.size.height


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_kinds_of_spans_leave_the_last_cell_of_their_lines_free(
    conflict_events: Codebook, lang: str
) -> None:
    none = replace(conflict_events, span_kinds=())
    assert legend_rows(none, lang, 40, drawing=False) == []
    for width in range(8, 120):  # a list has a sign there if it goes on
        for row in legend_rows(conflict_events, lang, width, drawing=False):
            assert sum(column.width for column in row) < width


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_kinds_of_spans_stand_in_columns(
    conflict_events: Codebook, lang: str
) -> None:
    for width in range(30, 120):
        starts = set[int]()
        for row in legend_rows(conflict_events, lang, width, drawing=False):
            ends = [*accumulate(column.width for column in row)]
            starts |= {
                end
                for end, column in zip(ends, row[1:], strict=False)
                if column.style in KINDS
            }
        units = [
            (width - SIDES) // count
            for count in range(1, len(conflict_events.span_kinds) + 1)
        ]
        assert any(all((start - 1) % unit == 0 for start in starts) for unit in units)


def test_a_kind_stands_in_the_first_line_that_has_room(
    conflict_events: Codebook,
) -> None:
    first, *_, last = legend_rows(conflict_events, "en", 47, drawing=False)
    assert [column.text.strip() for column in first if column.text.strip()][1::2] == [
        "trigger",
        "actor",
        "place",
    ]
    assert "claim or quoted stance" in last[2].text


@pytest.mark.parametrize(("size", "explained"), [((120, 40), False), ((160, 50), True)])
async def test_the_signs_of_fields_are_explained_where_problems_leave_room(
    opened: Open, size: tuple[int, int], explained: bool
) -> None:
    async with opened(size=size) as (screen, pilot):
        await pilot.press("e", "f", "tab")
        await pilot.pause()
        rows = screen.panel.list.rows
        lines = [
            "".join(column.text for column in row).translate(ISOLATES) for row in rows
        ]
        assert any("~ مقترح" in line for line in lines) == explained
        assert any(
            "الحادثة الواحدة لها مكان واحد" in line for line in lines
        )  # what is wrong comes first


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_where_the_panel_is_cut_no_heading_stands_without_its_text(
    demo: Project, lang: str
) -> None:
    screen = CodingScreen(demo, "amal", demo.article("003"))
    async with CoderApp(lambda: screen).run_test(size=(120, 34)) as pilot:
        screen.use_language(lang)
        await pilot.press("tab")
        for _ in range(6):
            for _ in screen.form.rows:
                await pilot.pause()
                rows = screen.panel.list.rows
                headings = [
                    n
                    for n, row in enumerate(rows)
                    if row and row[0].style == palette.TITLE
                ]
                assert all(
                    rows[n + 1] and rows[n + 1][0].style == palette.TEXT
                    for n in headings
                )
                await pilot.press("down")
            await pilot.press("]")
