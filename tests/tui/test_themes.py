"""Every theme can be read: contrasts by the Web Content Accessibility Guidelines 2.1,
section 1.4.3.
"""

from __future__ import annotations

from itertools import combinations, product

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style

from coder.model import CONFIRMED, REJECTED, UNDECIDED
from coder.service.project.config import COLOUR_THEMES, user_view
from coder.service.project.opened import Project
from coder.text.segment import sentences
from coder.tui.app import CoderApp
from coder.tui.palette import Theme, coder_role, mark_role, theme
from coder.tui.screen_sizes import MARGIN
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.widgets.chooser_place import aside_of
from coder.tui.widgets.rows import Column, draw
from tests.support.colour_difference import BLIND, difference, lab
from tests.support.contrast import ENOUGH, contrast
from tests.tui.coding_by_keys import Open

MANY = 1 << 24
LIT = theme("dark", MANY)["focused"]
LETTERS = ("text", "dim", "title", "key", "wrong", "proposed", "edge")


def test_contrast_is_as_the_guidelines_count_it() -> None:
    # Black on white is 21:1, and #767676 the lightest grey with 4.5:1 on white (WCAG
    # 2.1, "Understanding Success Criterion 1.4.3").
    assert contrast(Style(color="#000000", bgcolor="#ffffff")) == pytest.approx(21)
    assert contrast(Style(color="#767676", bgcolor="#ffffff")) == pytest.approx(
        4.54, abs=0.01
    )


@pytest.fixture(params=COLOUR_THEMES)
def colours(request: pytest.FixtureRequest) -> Theme:
    return theme(request.param, MANY)


def test_all_text_stands_out_from_every_ground(colours: Theme) -> None:
    grounds = [
        colours.base,
        *(colours.on_base(r) for r in ("bar", "menu", "cursor", "away")),
    ]
    low = {
        (letters, n): contrast(ground + colours[letters])
        for (n, ground), letters in product(enumerate(grounds), LETTERS)
        if contrast(ground + colours[letters]) < ENOUGH
    }
    assert low == {}
    assert (
        min(
            contrast(colours.on_base(role)) for role in ("focused", "pane", "selection")
        )
        >= ENOUGH
    )


def test_the_page_behind_a_box_is_no_brighter_and_its_text_quieter_but_readable(
    colours: Theme,
) -> None:
    assert ENOUGH <= contrast(colours.behind) < contrast(colours.on_base("dim"))
    assert colours.behind.bgcolor is not None and colours.base.bgcolor is not None
    assert sum(colours.behind.bgcolor.get_truecolor()) <= sum(
        colours.base.bgcolor.get_truecolor()
    )


def test_lines_between_panes_are_seen_and_high_contrast_is_that_of_level_aaa(
    colours: Theme,
) -> None:
    assert contrast(colours.on_base("rule")) >= 3  # section 1.4.11, for what is no text
    if colours.name == "high-contrast":
        grounds = (
            colours.on_base(role) for role in ("bar", "menu", "cursor", "away", "text")
        )
        letters = (*LETTERS, *(mark_role(rank) for rank in range(len(colours.marks))))
        assert (
            min(
                contrast(ground + colours[each])
                for ground in grounds
                for each in letters
            )
            >= 7
        )


def test_errors_are_told_from_other_text_by_their_colour_or_ground(
    colours: Theme,
) -> None:
    wrong, text = colours.on_base("wrong"), colours.on_base("text")
    pairs = ((wrong.color, text.color), (wrong.bgcolor, text.bgcolor))
    assert (
        max(difference(lab(one), lab(other)) for one, other in pairs if one and other)
        >= 20
    )
    enough = 7 if colours.name == "high-contrast" else ENOUGH
    assert contrast(wrong) >= enough


def test_the_ground_of_an_error_is_drawn_below_its_text_only() -> None:
    look = theme("high-contrast", MANY)
    row = Column(" !", 3, "wrong"), Column("", 3, "wrong"), Column("text")
    grounds = [
        part.style.bgcolor
        for part in draw(row, 12, False, look.base, theme=look)
        if part.style
    ]
    assert grounds == [look["wrong"].bgcolor, look.base.bgcolor, look.base.bgcolor]
    assert grounds[0] != grounds[1]


def test_confirmed_words_have_a_ground_of_their_own_weaker_than_that_of_candidates(
    colours: Theme,
) -> None:
    for rank in range(len(colours.marks)):
        confirmed = colours.mark(rank, CONFIRMED, False, False)
        candidate = colours.mark(rank, UNDECIDED, False, False)
        seen, stronger = (
            contrast(Style(color=look.bgcolor, bgcolor=colours.base.bgcolor))
            for look in (confirmed, candidate)
        )
        assert 1.1 <= seen < stronger


def test_highlights_can_be_read_in_every_state(colours: Theme) -> None:
    states = product(
        range(len(colours.marks)), (UNDECIDED, CONFIRMED, REJECTED), (False, True)
    )
    low = [
        each
        for each in states
        if contrast(colours.base + colours.mark(*each, False)) < ENOUGH
    ]
    assert low == []


def test_states_look_different_and_only_nested_spans_are_underlined(
    colours: Theme,
) -> None:
    for rank in range(len(colours.marks)):
        looks = [
            colours.mark(rank, state, False, False)
            for state in (UNDECIDED, CONFIRMED, REJECTED)
        ]
        looks.append(colours.mark(rank, UNDECIDED, True, False))
        assert len(set(looks)) == len(looks)
        assert not any(look.underline for look in looks)
        assert colours.mark(rank, UNDECIDED, False, True).underline


def test_candidates_of_no_concern_are_fainter_than_the_others_and_unlike_decided_ones(
    colours: Theme,
) -> None:
    page = Style(color=colours.base.bgcolor, bgcolor=colours.base.bgcolor)
    for rank in range(len(colours.marks)):
        faint = colours.mark(rank, UNDECIDED, False, False, faint=True)
        full, confirmed = (
            colours.mark(rank, state, False, False) for state in (UNDECIDED, CONFIRMED)
        )
        seen, more = (
            contrast(page + Style(color=look.bgcolor)) for look in (faint, full)
        )
        assert 1.1 <= seen < more and faint != confirmed
        assert contrast(colours.base + faint) >= ENOUGH
        for state, current in (
            (UNDECIDED, True),
            (CONFIRMED, False),
            (REJECTED, False),
        ):
            look = colours.mark(rank, state, current, False)
            assert colours.mark(rank, state, current, False, faint=True) == look


def test_grounds_of_candidates_are_seen_also_of_no_concern_and_decided_ones_recede(
    colours: Theme,
) -> None:
    least = 1.6 if colours.name == "high-contrast" else 1.3

    def seen(look: Style) -> float:
        return contrast(Style(color=look.bgcolor, bgcolor=colours.base.bgcolor))

    full, faint, decided = (
        [
            seen(colours.mark(rank, state, False, False, faint=faint))
            for rank in range(len(colours.marks))
        ]
        for state, faint in ((UNDECIDED, False), (UNDECIDED, True), (CONFIRMED, False))
    )
    assert min(faint) >= least
    assert all(a < b < c for a, b, c in zip(decided, faint, full, strict=True))
    trigger, *others = faint
    assert full[0] > max(
        trigger, *others
    )  # triggers, the codebook's first kind, stand out among all


def grounds(screen: CodingScreen, inside: bool, kind: str) -> set[str | None]:
    """The grounds of undecided words of a kind in the article's first sentence, or
    beyond it.
    """
    end, found = sentences(screen.session.article.text)[0][1], set()
    for mark in screen.highlights.marks:
        line, column = screen.pane.locate(mark.start)
        alone = (mark.kind, mark.state, mark.start < end) == (kind, UNDECIDED, inside)
        if alone and mark is not screen.highlights.current:
            drawn = screen.pane.render_line(line - screen.pane.scroll_offset.y)
            style = next(iter(drawn.crop(MARGIN + column, MARGIN + column + 1))).style
            found.add(style.bgcolor.name if style and style.bgcolor else None)
    return found


def ground(screen: CodingScreen, kind: str, *, faint: bool) -> str:
    theme = screen.app.colours  # type: ignore[attr-defined]  # CoderApp's
    paper = theme.mark(
        [*screen.glyphs].index(kind), UNDECIDED, False, False, faint=faint
    ).bgcolor
    assert paper is not None
    return str(paper.name)


@pytest.mark.usefixtures("in_colour")
async def test_triggers_and_the_shown_event_s_sentences_stand_out_from_other_candidates(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press("end")
        assert grounds(screen, True, "actor") == {ground(screen, "actor", faint=True)}
        assert grounds(screen, False, "trigger") == {
            ground(screen, "trigger", faint=False)
        }
        await pilot.press("home", "e", "end")
        assert grounds(screen, True, "actor") == {ground(screen, "actor", faint=False)}
        assert ground(screen, "actor", faint=True) in grounds(screen, False, "actor")


@pytest.mark.usefixtures("in_colour")
async def test_in_a_submitted_article_no_candidate_stands_out(demo: Project) -> None:
    screen = CodingScreen(demo, "amal", demo.article("004"))
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        await pilot.press("tab")
        lit = screen.pane.lit
        styles = {}
        for mark in screen.highlights.marks_in([(0, len(screen.session.article.text))]):
            line, column = screen.pane.locate(mark.start)
            drawn = screen.pane.render_line(line - screen.pane.scroll_offset.y)
            style = next(iter(drawn.crop(MARGIN + column, MARGIN + column + 1))).style
            is_lit = any(start <= mark.start < end for start, end in lit)
            paper = style.bgcolor.name if style and style.bgcolor else None
            styles.setdefault((mark.state, is_lit), set()).add(paper)
        page = screen.app.colours.base.bgcolor.name  # type: ignore[attr-defined]  # CoderApp's
        assert styles[UNDECIDED, False] <= {None, page}
        assert {
            paper
            for (_, is_lit), papers in styles.items()
            if is_lit
            for paper in papers
        } - {None, page}
        strong = {ground(screen, kind, faint=False) for kind in screen.glyphs}
        assert styles[UNDECIDED, True] and not styles[UNDECIDED, True] & strong


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # Sharma, Wu and Dalal (2005), table 1: pairs 1, 7, 9, 15, 17, 20, 25 and 33
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ],
)
def test_difference_is_as_published(
    one: tuple[float, float, float], other: tuple[float, float, float], expected: float
) -> None:
    assert difference(one, other) == pytest.approx(expected, abs=1e-4)


def test_the_grounds_of_any_two_kinds_are_told_apart_and_stay_faint(
    colours: Theme,
) -> None:
    grounds = [
        colours.mark(rank, UNDECIDED, False, False).bgcolor
        for rank in range(len(colours.marks))
    ]
    assert len(grounds) == 9
    blind = 7 if colours.name == "colour-blind" else 4
    for vision, least in (("", 9), *((each, blind) for each in BLIND)):
        seen = [lab(ground, vision) for ground in grounds if ground is not None]
        near = {
            (a, b): difference(seen[a], seen[b]) for a, b in combinations(range(9), 2)
        }
        assert {pair: how for pair, how in near.items() if how < least} == {}, vision
    page = colours.base.bgcolor
    assert page is not None
    assert (
        max(
            difference(lab(page), lab(ground))
            for ground in grounds
            if ground is not None
        )
        < 35
    )


def ground_of(colours: Theme, rank: int, *, of_coder: bool) -> Color:
    ground = colours.mark(rank, UNDECIDED, False, False, of_coder=of_coder).bgcolor
    assert ground is not None
    return ground


def test_the_grounds_of_coders_are_told_from_each_other_and_from_those_of_kinds(
    colours: Theme,
) -> None:
    coders, kinds = (
        [ground_of(colours, rank, of_coder=of) for rank in range(9)]
        for of in (True, False)
    )
    assert len({*coders}) == 9
    blind = 7 if colours.name == "colour-blind" else 4
    for vision, least in (("", 9), *((each, blind) for each in BLIND)):
        seen = [lab(ground, vision) for ground in coders]
        assert min(difference(a, b) for a, b in combinations(seen, 2)) >= least, vision
    assert min(difference(lab(a), lab(b)) for a, b in product(coders, kinds)) >= 9
    page = colours.base.bgcolor
    assert (
        page is not None
        and max(difference(lab(page), lab(ground)) for ground in coders) < 45
    )


def test_words_of_coders_can_be_read_in_every_state_and_states_differ(
    colours: Theme,
) -> None:
    enough = 7 if colours.name == "high-contrast" else ENOUGH
    for rank in range(9):
        looks = [
            colours.mark(rank, *state, False, of_coder=True)
            for state in product((UNDECIDED, CONFIRMED), (False, True))
        ]
        assert len({*looks}) == 4
        assert min(contrast(colours.base + look) for look in looks) >= ENOUGH
        assert contrast(colours.on_base(coder_role(rank))) >= enough


def in_256(style: Style) -> Style:
    """A style as a terminal of 256 colours shows it: each colour the nearest of these."""
    near = (
        Color.from_triplet(colour.downgrade(ColorSystem.EIGHT_BIT).get_truecolor())
        for colour in (style.color, style.bgcolor)
        if colour is not None
    )
    return Style.from_color(*near)


@pytest.mark.parametrize("name", COLOUR_THEMES)
def test_with_256_colours_all_can_be_read_and_kinds_and_grounds_differ(
    name: str,
) -> None:
    few = theme(name, 256)
    grounds = [few.base, *(few.on_base(role) for role in ("bar", "cursor", "away"))]
    read = [
        in_256(ground + few[letters]) for ground, letters in product(grounds, LETTERS)
    ]
    read += [in_256(few.on_base(role)) for role in ("focused", "pane", "selection")]
    for rank, state, current in product(
        range(len(few.marks)), (UNDECIDED, CONFIRMED, REJECTED), (False, True)
    ):
        read.append(in_256(few.base + few.mark(rank, state, current, False)))
    assert min(map(contrast, read)) >= ENOUGH
    states = product(range(9), (UNDECIDED, CONFIRMED))
    looks = [few.mark(rank, state, False, False) for rank, state in states]
    assert len({in_256(look).color for look in [few.base, *looks]}) == 1 + 9 + 9
    assert len({in_256(ground).bgcolor for ground in grounds}) == len(grounds)


@pytest.mark.parametrize("name", COLOUR_THEMES)
@pytest.mark.parametrize("colours_of_terminal", [16, 256])
def test_with_few_colours_words_of_coders_have_grounds_and_candidates_letters(
    name: str, colours_of_terminal: int
) -> None:
    few = theme(name, colours_of_terminal)
    looks = [
        few.base + few.mark(rank, UNDECIDED, False, False, of_coder=True)
        for rank in range(9)
    ]
    kinds = {few.base + few.mark(rank, UNDECIDED, False, False) for rank in range(9)}
    assert kinds.isdisjoint(looks) and few.base.bgcolor not in {
        look.bgcolor for look in looks
    }
    current = few.base + few.mark(0, UNDECIDED, True, False, of_coder=True)
    quiet = few.base + few.mark(0, CONFIRMED, False, False, of_coder=True)
    assert len({looks[0], current, quiet, few.on_base("text")}) == 4
    if colours_of_terminal == 256:
        assert (
            min(contrast(in_256(look)) for look in (*looks, current, quiet)) >= ENOUGH
        )
        assert len({in_256(look).bgcolor for look in looks}) == 9


@pytest.mark.parametrize("name", COLOUR_THEMES)
def test_sixteen_colours_are_named_ones_and_states_differ(name: str) -> None:
    few = theme(name, 16)
    named = [style.color for style in few.styles.values() if style.color is not None]
    assert all(colour.number is not None and colour.number < 16 for colour in named)
    looks = [
        few.mark(0, state, False, False) for state in (UNDECIDED, CONFIRMED, REJECTED)
    ]
    assert (
        len({*looks, few["text"]}) == 4
    )  # a confirmed span is told from plain text, too
    assert (
        few["scroll"].bgcolor is None
    )  # a scroll bar of such a ground would be brighter than the text
    states = [
        few.mark(0, UNDECIDED, False, False),
        few.mark(0, CONFIRMED, False, False),
    ]
    assert (
        len(
            {
                *states,
                few.mark(0, REJECTED, False, False),
                few.mark(0, UNDECIDED, True, False),
            }
        )
        == 4
    )


def test_where_one_types_in_a_menu_is_told_from_it_and_less_than_the_cursor_s_row(
    colours: Theme,
) -> None:
    papers = [
        colours.on_base("menu"),
        colours["field"],
        colours["cursor"],
        colours["bar"],
    ]
    menu, field, cursor, bar = (lab(style.bgcolor) for style in papers if style.bgcolor)
    assert 0 < difference(menu, field) < difference(menu, cursor) and menu != bar


@pytest.mark.parametrize("name", ["dark", "light"])
def test_with_sixteen_colours_no_letters_are_grey_and_the_cursor_is_seen_in_a_menu(
    name: str,
) -> None:
    few = theme(name, 16)
    looks = [few.on_base(role) for role in few.styles] + [
        look for each in few.marks for look in each
    ]
    black = Color.parse("black")
    assert not [
        look for look in looks if look.bold and look.color == black
    ]  # which xterm shows as grey
    assert few.on_base("menu").bgcolor != few["cursor"].bgcolor != few.base.bgcolor


@pytest.mark.parametrize("colours", [0, 16])
def test_with_few_colours_the_bright_ground_is_the_cursor_s_alone_in_the_pane_with_the_keys(
    colours: int,
) -> None:
    few = theme("dark", colours)
    for rank, state in product(range(len(few.marks)), (UNDECIDED, CONFIRMED)):
        here, away = (
            few.base + few.mark(rank, state, True, False, away=away)
            for away in (False, True)
        )
        assert here.reverse or here.bgcolor != few.base.bgcolor
        assert (
            not away.reverse
            and away.bgcolor == few.base.bgcolor
            and away.underline
            and away.bold
        )


def test_without_colour_candidates_are_no_dimmer_than_plain_text() -> None:
    none = theme("dark", 0)
    assert all(
        style.color is None and style.bgcolor is None for style in none.styles.values()
    )
    assert {role for role, style in none.styles.items() if style.dim} == {
        "bar"
    }  # beside the work
    assert not any(style.dim for marks in none.marks for style in marks)
    assert none.mark(0, UNDECIDED, False, False).bold


def test_without_colour_only_what_is_under_a_cursor_is_inverse() -> None:
    none = theme("dark", 0)
    inverse = {
        "cursor",
        "selection",
        "caret",
        "letter",
        "letter opens",
    }  # letters stand over a text
    assert {role for role, style in none.styles.items() if style.reverse} == inverse
    assert none["focused"] != none["pane"] and none["key"] != none["bar"]


def test_without_colour_header_and_footer_are_fainter_than_the_work_and_their_keys_are_not() -> (
    None
):
    none = theme("dark", 0)
    bar = none.on_base("bar")
    assert bar.dim and not any(
        none.on_base(role).dim for role in ("text", "dim", "value")
    )
    assert all(
        (bar + none[role]).bold and not (bar + none[role]).dim
        for role in ("press", "focused")
    )


@pytest.mark.usefixtures("in_colour")
async def test_only_the_words_of_the_header_are_lit(opened: Open) -> None:
    async with opened(size=(80, 24)) as (screen, _):
        lit = [
            s
            for s in screen.bars["header"].render_line(0)
            if s.style and s.style.color == LIT.color
        ]
        assert (
            len(lit) == 1
            and lit[0].text == lit[0].text.strip()
            and len(lit[0].text) > 20
        )


@pytest.mark.usefixtures("in_colour")
async def test_a_theme_is_chosen_by_key_and_kept_for_the_person(opened: Open) -> None:
    async with opened() as (_, pilot):
        await pilot.press("f6", "3")
        assert pilot.app.colours is theme("light", MANY)
        assert user_view().theme == "light"
        await pilot.press("f6", "1")
        assert pilot.app.colours is theme(
            "dark", MANY
        )  # where the terminal does not tell
        assert theme("dark", MANY).base.bgcolor == Color.parse("#15181e")


@pytest.mark.usefixtures("in_colour")
async def test_the_theme_under_the_cursor_is_seen_and_left_again(opened: Open) -> None:
    async with opened() as (_, pilot):
        await pilot.press("f6", "down", "down")
        assert pilot.app.colours is theme("light", MANY)
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.colours is theme("dark", MANY) and user_view().theme == "auto"
        await pilot.press("f6", "down", "down", "enter")
        await pilot.pause()
        assert (
            pilot.app.colours is theme("light", MANY) and user_view().theme == "light"
        )


@pytest.mark.usefixtures("in_colour")
@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_beside_every_theme_of_others_stands_whether_it_is_dark_on_the_smallest_screen(
    opened: Open, lang: str
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        screen.use_language(lang)
        await pilot.press("f6")
        chooser = screen.chooser
        others = [
            choice for choice in chooser.choices if choice.id in COLOUR_THEMES[4:]
        ]
        told = [
            (each.label, aside_of(each, min(chooser.widths), is_kept=False))
            for each in others
        ]
        assert len({*told}) == len(told) == 14
        assert {aside for _, aside in told} == (
            {"dark", "light"} if lang == "en" else {"داكنة", "فاتحة"}
        )
        for name, theme_id in (
            ("mocha", "catppuccin-mocha"),
            ("latte", "catppuccin-latte"),
        ):
            await pilot.press("ctrl+u", *name)
            assert [choice.id for choice in chooser.choices] == [theme_id]
