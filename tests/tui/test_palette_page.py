"""The page on which any action that works now is found by its words."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, in_record, stored
from msgspec.structs import replace
from review_by_keys import opened as reviewing
from screen_text import frames_alone, screen_lines, under_a_box
from textual.events import Key, Paste, Resize
from textual.strip import Strip

from coder.messages.catalogue import say
from coder.model import Decision
from coder.service.project.opened import Project
from coder.text.display import cell_width
from coder.tui import palette
from coder.tui.action_search import search
from coder.tui.app import CoderApp
from coder.tui.keys import of_scope
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.palette_page import PalettePage
from coder.tui.widgets.chooser_drawing import drawn
from coder.values.typed import Choice
from tests.support.at_rest import until


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_page_of_actions_is_named_as_its_key_in_the_footer(lang: str) -> None:
    assert say(lang, "screens.palette").casefold() == say(lang, "keys.any.palette")


async def test_the_palette_finds_an_action_by_its_words(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        await pilot.press(*"تاكيد")  # the label has a hamza: تأكيد
        assert "article.confirm" in [c.id for c in palette.chooser.choices]
        await pilot.press(*["backspace"] * 5, *"Confirm the", "enter")
        await pilot.pause()
        coding = stored(screen)
        assert coding is not None and coding.spans[0].decision is Decision.CONFIRMED


async def test_what_is_pasted_while_the_palette_is_left_is_dropped(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        palette.on_key(Key("escape", None))
        palette.on_paste(
            Paste("two\nlines")
        )  # in the same instant, before the page is gone
        await pilot.pause()
        assert pilot.app.screen is screen and stored(screen) is None


async def test_long_sentences_end_with_a_whole_clause_and_are_whole_below_the_list(
    opened: Open,
) -> None:
    async with opened(size=(80, 24)) as (_, pilot):
        await pilot.press("f12", "ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        sentence = (
            "Go to the next candidate or span (Left, because Arabic reads leftwards)."
        )
        # blank, as a line of the work would read as the sentence's end
        assert [bar.row[0].text for bar in palette.whole] == [sentence, " "]
        await pilot.press(*"draw")
        drawing = next(
            choice for choice in palette.chooser.choices if choice.id == "article.draw"
        )
        assert (
            drawing.label.split()[-1] == "word"
        )  # of "Draw a span word by word, or change the …"
        whole = " ".join(bar.row[0].text for bar in palette.whole)
        assert whole.startswith(
            "Draw a span word by word, or change"
        ) and whole.endswith("ends it.")


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("width", [80, 160])
async def test_no_line_of_the_palette_ends_with_a_full_stop(
    opened: Open, lang: str, width: int
) -> None:
    async with opened(size=(width, 50)) as (screen, pilot):
        screen.use_language(lang)
        await pilot.press("ctrl+p")
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        labels = {choice.id: choice.label for choice in page.chooser.choices}
        assert labels and not any(label.endswith(".") for label in labels.values())
        assert (
            labels["article.jump"].split()[1:] != labels["article.gather"].split()[1:]
        )


async def test_the_palette_finds_an_action_by_its_english_name_in_arabic_too(
    opened: Open,
) -> None:
    async with opened() as (_, pilot):
        await pilot.press("ctrl+p", *"theme")
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        assert "any.theme" in [choice.id for choice in palette.chooser.choices]


async def test_a_key_typed_while_the_palette_closes_reaches_the_screen(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p")
        assert isinstance(pilot.app.screen, PalettePage)
        for key in ("escape", "v"):  # of one read
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(lambda: screen.highlights.selection is not None)
        assert pilot.app.screen is screen


async def test_a_sentence_that_the_list_cuts_is_shown_in_full_below_it(
    opened: Open,
) -> None:
    async with opened(size=(60, 24)) as (_, pilot):
        await pilot.press("ctrl+p", *"gather")
        await pilot.pause()
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        whole = next(
            action for action in palette.actions if action.name == "gather"
        ).help("ar")
        assert (
            cell_width(whole) > 60
            and " ".join(bar.row[0].text for bar in palette.whole) == whole
        )
        await pilot.press("ctrl+u", *"help")
        assert not any(bar.row[0].text for bar in palette.whole)
        await pilot.press("ctrl+u", *"gather", "q", "q", "q")
        assert not any(bar.row for bar in palette.whole)  # nothing is found


def found(typed: str, *scopes: str, lang: str = "en") -> list[str]:
    return [action.name for action, _ in search(of_scope(*scopes, "any"), typed, lang)]


def marked(typed: str, name: str, lang: str) -> list[str]:
    """The marked parts of an action's sentence."""
    hits = {
        action.name: (action, marks)
        for action, marks in search(of_scope("form", "any"), typed, lang)
    }
    action, marks = hits[name]
    return [action.help(lang)[start:end] for start, end in marks]


def test_what_begins_so_comes_before_what_only_speaks_of_it() -> None:
    assert found("undo", "form") == ["undo", "delete_event", "redo"]
    assert found("udno", "form")[0] == found("تراجع", "form", lang="ar")[0] == "undo"
    assert found("events", "form")[0] == "events"  # the whole name
    assert found("event", "article")[0] == "open_event"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("submt", "submit"),
        ("sumbit", "submit"),
        ("udno", "undo"),
        ("histroy", "history"),
        ("dlete evnt", "delete_event"),
        ("colr", "theme"),
        ("لون", "theme"),
        ("تراجغ", "undo"),
        ("open list", "articles"),
    ],
)
def test_slips_of_the_finger_are_forgiven(typed: str, name: str) -> None:
    assert found(typed, "form")[0] == name


def test_what_is_like_nothing_finds_nothing() -> None:
    assert found("qqq", "form") == found("xyz abc", "form") == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("quit", "quit"),
        ("exit", "quit"),
        ("close", "quit"),
        ("خروج", "quit"),
        ("اغلاق", "quit"),
        ("theme", "theme"),
        ("color", "theme"),
        ("لغة", "language"),
        ("translate", "language"),
        ("search", "find"),
        ("مساعدة", "help"),
        ("finish", "submit"),
        ("إلغاء", "undo"),
    ],
)
def test_everyday_words_find_an_action(typed: str, name: str) -> None:
    assert found(typed, "article")[0] == name


def test_the_letters_that_fit_are_marked_and_in_arabic_whole_words() -> None:
    assert marked("redo", "redo", "en") == ["Redo"]
    assert marked("submt", "submit", "en") == ["subm", "t"]
    assert marked("delete ev", "delete_event", "en") == ["Delete", "ev"]
    assert marked("تراج", "redo", "ar") == ["تراجعت"]
    assert marked("لون", "theme", "ar") == ["ألوان", "الألوان"]
    assert marked("", "redo", "en") == marked("exit", "quit", "en") == []


async def test_names_and_marked_letters_are_bold_and_stand_where_they_stood(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    async with opened(size=(80, 24)) as (_, pilot):
        await pilot.press("ctrl+p", *"تراجع")
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        strip = page.list.render_line(2)
        bold = [
            segment.text for segment in strip if segment.style and segment.style.bold
        ]
        # From the left: the word in the sentence, the action's name, the sign of the
        # cursor.
        assert [text for text in bold if len(text) > 3] == ["ﻊﺟﺍﺮﺗ", "ﻊﺟﺍﺮﺗ", "   ‹ "]
        assert palette.DARK[palette.KEY].bold and palette.theme("", 0)[palette.KEY].bold
        page.chooser.choices = search_without_marks(page)
        assert page.list.render_line(2).text == strip.text


def search_without_marks(page: PalettePage) -> list[Choice]:
    return [replace(choice, marks=()) for choice in page.chooser.choices]


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (160, 50)])
async def test_the_palette_is_as_tall_as_its_hits_over_the_work(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (_, pilot):
        await pilot.pause()
        before, strips = (
            screen_lines(pilot.app),
            pilot.app.screen._compositor.render_strips(),
        )
        await pilot.press("ctrl+p", *"quit")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        blank = (
            3 if size[1] > 30 else 0
        )  # above and below what is typed, and below the list
        lines = 3 + blank + len(page.chooser.choices)
        assert page.chooser.lines == (0, lines) and lines < 10
        first, end = page.list.region.y, page.list.region.y + lines
        assert first == (
            2 if size[1] > 30 else 0
        )  # on a tall screen the work is seen above it, too
        below = [under_a_box(line).rstrip() for line in before]
        work_end = (
            -1 if size[0] > 40 else -3
        )  # there the sentence is cut, and stands whole on two lines
        assert [line.rstrip() for line in screen_lines(pilot.app)][
            end:work_end
        ] == below[end:work_end]
        assert screen_lines(pilot.app)[:first] == [
            under_a_box(line) for line in before[:first]
        ]
        left, right = page.list.region.x, page.list.region.right
        width = {120: 104, 160: 132}.get(
            size[0], size[0]
        )  # as that of boxes with lists
        assert page.list.region.width == width and left == (size[0] - width) // 2
        for line, work in zip(
            page._compositor.render_strips()[first:end], strips[first:], strict=False
        ):
            for start, stop in ((0, left), (right, size[0])):
                assert line.crop(start, stop).text == frames_alone(
                    under_a_box(work.crop(start, stop).text)
                )
        await pilot.press(*["backspace"] * 4)
        await pilot.pause()
        assert page.chooser.lines == (0, page.list.size.height)


async def test_the_work_under_the_palette_is_painted_with_its_words_once_the_list_has_its_place(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    render_line, painted = PalettePage.render_line, dict[int, str]()

    def drawing(page: PalettePage, y: int) -> Strip:
        strip = render_line(page, y)
        painted[y] = strip.text
        return strip

    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.pause()
        below = [
            under_a_box(strip.text) for strip in screen._compositor.render_strips()
        ]
        monkeypatch.setattr(PalettePage, "render_line", drawing)
        await pilot.press("ctrl+p")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        for y in range(page.box_lines.stop, 36):
            assert painted[y].rstrip() == below[y].rstrip()
        await pilot.press(*"quit")
        await pilot.pause()
        for y in range(page.box_lines.stop, page.list.region.bottom):
            assert (
                painted[y].rstrip() == below[y].rstrip()
            )  # what is left of it beside the list, too


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_sentence_that_is_cut_in_the_list_is_whole_below_it(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        screen.use_language("en")
        await pilot.press("tab", "ctrl+p")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        chooser, cut = page.chooser, 0
        for index in range(len(chooser.choices)):
            chooser.point(index)
            is_cut = "…" in drawn(chooser, chooser.head + index - chooser.top).text
            assert page.whole[0].row[0].text.strip() or not is_cut, chooser.choices[
                index
            ].label
            cut += is_cut
        assert (cut > 0) is (size == (80, 24))


async def test_quitting_while_the_palette_opens_ends_the_program(opened: Open) -> None:
    async with opened() as (screen, pilot):
        screen.on_key(Key("ctrl+p", None))
        pilot.app.exit()
    assert pilot.app.return_code == 0


async def test_a_click_outside_the_palette_closes_it_and_one_on_a_row_runs_it(
    opened: Open,
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        await pilot.press("ctrl+p", *"تأكيد")
        await pilot.click(offset=(40, 15))
        await pilot.pause()
        assert pilot.app.screen is screen and stored(screen) is None
        await pilot.press("ctrl+p", *"confirm the", "down")
        await pilot.click(offset=(40, 2))
        await pilot.pause()
        coding = stored(screen)
        assert pilot.app.screen is screen
        assert coding is not None and coding.spans[0].decision is Decision.CONFIRMED


async def test_a_click_beside_the_palette_closes_it(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press("ctrl+p")
        await pilot.click(offset=(5, 2))
        await pilot.pause()
        assert pilot.app.screen is screen and stored(screen) is None


async def test_the_palette_begins_with_the_footer_s_actions_and_ends_with_those_of_any_place(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        await pilot.press("ctrl+p")
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        ids = [choice.id for choice in page.chooser.choices]
        offered = [
            action for action in of_scope("form") if action.id not in screen.idle
        ]
        named = [action.id for action in offered if action.footer]
        assert ids[: len(named)] == named and ids[len(named)].startswith("form.")
        assert ids[-4:] == ["any.help", "any.theme", "any.language", "any.quit"]


@pytest.mark.parametrize("keys", [[], ["tab"]])
async def test_in_a_submitted_coding_the_palette_offers_nothing_that_is_refused(
    demo: Project, keys: list[str]
) -> None:
    screen = CodingScreen(demo, "amal", demo.article("004"))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys, "ctrl+p")
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        offered = [action for action in page.actions if action.scope != "any"]
        await pilot.press("escape")
        assert len(offered) > 15
        for action in offered:
            screen.clear_message()
            screen.perform(action)
            said = " ".join(column.text for column in screen.bars["message"].row)
            assert say(screen.lang, "coding.closed").rstrip(".") not in said, action.id
            await pilot.pause()
            while pilot.app.screen is not screen or screen.chooser.asked is not None:
                await pilot.press("escape")


async def test_in_a_review_the_palette_leaves_out_what_the_footer_does(
    demo: Project,
) -> None:
    async with reviewing(demo) as (screen, pilot):
        assert screen.idle
        await pilot.press("ctrl+p")
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        assert screen.idle.isdisjoint(action.id for action in page.actions)


async def test_the_palette_quits(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p", *"exit")
        pilot.app.post_message(
            Key("enter", None)
        )  # of a closing program no screen comes to rest
        await until(lambda: pilot.app.return_code == 0)
        assert stored(screen) is None


async def test_a_new_size_while_the_palette_is_left_does_no_harm(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p")
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        await pilot.press("escape")
        page.on_resize(Resize(pilot.app.size, pilot.app.size))
        assert pilot.app.screen is screen


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_a_sentence_too_long_for_the_lines_below_ends_with_an_ellipsis(
    opened: Open, lang: str
) -> None:
    async with opened(size=(40, 12)) as (screen, pilot):
        screen.use_language(lang)
        await pilot.press("tab", "ctrl+p")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        longest = max(page.actions, key=lambda action: cell_width(action.help(lang)))
        assert cell_width(longest.help(lang)) > 2 * 38
        page._show_whole(longest.id)
        first, last = (bar.render_line(0).text.strip() for bar in page.whole)
        assert first and "…" not in first
        assert last.startswith("…") if lang == "ar" else last.endswith("…")


async def test_an_error_too_long_for_a_small_terminal_ends_with_an_ellipsis(
    opened: Open,
) -> None:
    async with in_record(opened, field="date", size=(40, 12)) as (screen, pilot):
        screen.use_language("en")
        await pilot.press("enter", *"abc")
        await pilot.pause()
        assert (
            screen.chooser.wrong
            and "…" in screen_lines(pilot.app)[screen.form.region.y + 2]
        )
