"""Colours and styles by role; states that differ in colour also differ in attributes
such as bold.
"""

from __future__ import annotations

import os
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from rich.color import Color, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.style import Style

from coder.model import REJECTED, UNDECIDED

Role: TypeAlias = str
"""The function of a piece of text; the chosen theme gives each role its style."""
TEXT = "text"
DIM = "dim"
TITLE = "title"
KEY = "key"
WRONG = "wrong"
PROPOSED = "proposed"
VALUE = "value"  # what a field of a record holds
PRESS = "press"  # a key, beside what it does
BAR, MENU = "bar", "menu"  # header and footer; a menu over a list
FOCUSED, PANE = "focused", "pane"  # titles of the focused pane and of the others
RULE, EDGE = (
    "rule",
    "edge",
)  # lines around panes; the edge and the signs of what gets the keys
SCROLL = "scroll"  # where what is seen is in a list or text
CHOSEN, CHOSEN_AWAY = (
    "chosen",
    "chosen away",
)  # the name of what is shown; in a pane without the focus
CURSOR, AWAY = (
    "cursor",
    "away",
)  # the cursor's row in a list with the focus, and in one without
HOVER = "hover"  # the row of a menu that is under the mouse
SELECTION = "selection"
CARET = "caret"
LETTER = "letter"  # what is typed to take the words that it stands on
LETTER_BESIDE = (
    "letter beside"  # the same, where it would run together with its neighbour
)
LETTER_OPENS = "letter opens"  # the same, where it opens an event
LETTER_ASIDE = (
    "letter aside"  # the same, where it is not what the field under the cursor asks for
)
FIELD, FIELD_HINT = (
    "field",
    "field hint",
)  # where what is looked for is typed, and what may be
TRACK = "track"  # where a scroll bar can be
FEW, _SOME = 16, 256  # the colours of a terminal that has not all
_RANKS = (
    12  # how many ranks of highlights have a role (see `mark_role` and `coder_role`)
)
# how much of the lines' or the cursor's colour have a scroll bar and the row under the
# mouse
_QUIETER = 0.6
_TRACK = 0.2  # how much of the lines' colour has what a scroll bar can be moved in
_RAISED = 0.6  # how much of the bars' colour the ground of a menu has in dark themes
_SUNK, _SUNK_LIGHT = (
    0.22,
    0.15,
)  # how much of the lines' colour the ground of a field has in which one types
# how much of its kind's colour has the ground of the highlight under a cursor without
# keys
_AWAY_TINT = 0.42
_AWAY_CODER = 0.6  # the same of its coder's
# how much of its ground's colour a candidate at least has that is of no concern now
_FAINTER = 0.45
_SHADED = (0.6, 0.28)
_SHADED_LIGHT = (0.12, 0.0)
"""How much black the page behind a box has, and its text of that page's colour; if it
is dark or light.
"""


Looks: TypeAlias = tuple[Style, Style, Style, Style, Style, Style]
"""Of highlights: undecided, decided, each of them under the cursor, undecided but of no
concern now, and under the cursor of a pane that does not get the keys.
"""


class Theme(Struct, frozen=True, eq=False, dict=True):
    """The styles of all roles and highlights.

    marks, coders: by rank of the span's kind, or in review of whose words they are.
    """

    name: str
    base: Style
    styles: Mapping[Role, Style]
    marks: tuple[Looks, ...]
    coders: tuple[Looks, ...]

    def __getitem__(self, role: Role) -> Style:
        return self.styles[role]

    def on_base(self, role: Role) -> Style:
        """Return a role's style on the theme's background."""
        return self.base + self.styles[role]

    @cached_property
    def raised(self) -> Theme:
        """The theme of a box over the work, which has the ground of menus."""
        return replace(self, base=self.on_base(MENU))

    @cached_property
    def behind(self) -> Style:
        """The style of the work behind a box: darker than the box, but still readable."""
        style = self.on_base(DIM)
        text, page = (color and color.triplet for color in (style.color, style.bgcolor))
        if text is None or page is None:
            return style + Style(dim=True)  # few colours, or none
        shaded, sunk = _SHADED if sum(page) < sum(text) else _SHADED_LIGHT
        shade = blend_rgb(page, ColorTriplet(0, 0, 0), shaded)
        return Style.from_color(
            Color.from_triplet(blend_rgb(text, shade, sunk)), Color.from_triplet(shade)
        )

    def other(self, role: Role) -> Style:
        """Return the second look of letters, for those that would run together with
        their neighbours.
        """
        return (
            self.styles[LETTER_BESIDE] if role == LETTER else self.styles[role] + _LINE
        )

    def mark(
        self,
        rank: int,
        state: str,
        current: bool,
        nested: bool,
        *,
        of_coder: bool = False,
        faint: bool = False,
        away: bool = False,
    ) -> Style:
        """Return the style of a highlighted cell.

        rank: the position of the span's kind in the codebook, or of its coder
        (`of_coder`). nested: inside another span; only these and highlights under the
        cursor are underlined, as the line runs through the dots of Arabic letters.
        faint: of no concern now, unless it is decided or under the cursor. away: the
        pane of the cursor does not get the keys.
        """
        looks = self.coders if of_coder else self.marks
        look = (state != UNDECIDED) + 2 * current
        if away and current:
            look = _OF_AWAY
        style = looks[rank % len(looks)][look or (_FAINT if faint else 0)]
        if state == REJECTED:
            style = style + _STRUCK if current else self.styles["rejected"]
        return style + _LINE if nested else style


_FAINT, _OF_AWAY = 4, 5  # the indexes among `Looks`
_LINE = Style(underline=True)
_STRUCK = Style(strike=True)


def without_colour() -> bool:
    """Return whether the user wants no colour (NO_COLOR) or the terminal has none."""
    colourless = ("dumb", "vt100", "vt220", "xterm-mono")
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM", "") in colourless


@cache
def theme(name: str, colours: int) -> Theme:
    """Return the named theme for a terminal with that many colours; 0 gives brackets
    and attributes only.
    """
    if not colours:
        return _COLOURLESS
    tables = _tables()
    like = dark_or_light(name)
    if colours <= FEW:
        return _theme(name, tables[f"{like}-16"])
    changed = (
        tables[f"{like}-256"] | tables.get(f"{name}-256", {})
        if colours <= _SOME
        else {}
    )
    return _theme(name, tables[like] | tables[name] | changed)


def dark_or_light(name: str) -> str:
    """Return which of the themes `dark` and `light` the named one is like."""
    like: str = _tables()[name]["like"]
    return like


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "themes.toml").read_text("utf-8"))


def _theme(name: str, table: Mapping[str, Any]) -> Theme:
    ground = table["ground"]
    text = table["text"]
    bar = table["bar"]
    tint = table["tint"]
    on_bright = table["on_bright"]
    bold = table.get("bold", True)
    has_greys = table["away"] != ground
    scroll = _mixed(ground, table["rule"], _QUIETER) if has_greys else None
    raised = _mixed(bar, table["cursor"], _QUIETER) if tint else ground
    is_dark = has_greys and table["like"] == "dark"
    menu = _mixed(ground, bar, _RAISED) if is_dark else ground
    sunk = (
        _mixed(menu, table["rule"], _SUNK if is_dark else _SUNK_LIGHT)
        if tint
        else ground
    )
    inks = {role: Style(color=table[role]) for role in (TEXT, DIM, RULE)}
    styles = {
        **inks,
        TITLE: Style(color=table["title"], bold=bold),
        VALUE: Style(color=table["title"]),
        KEY: Style(color=table["title"], bold=bold),
        WRONG: Style(
            color=table["wrong"], bgcolor=table.get("wrong_ground"), bold=bold
        ),
        PROPOSED: Style(color=text, italic=True),
        BAR: Style(color=text, bgcolor=bar),
        MENU: Style(color=text, bgcolor=menu),
        EDGE: Style(color=table["accent"]),
        SCROLL: Style(
            color=scroll or table["rule"], bgcolor=scroll
        ),  # as some fonts' blocks leave seams
        **dict.fromkeys((FOCUSED, PRESS), Style(color=table["accent"], bold=bold)),
        PANE: Style(color=table["dim"]),
        CHOSEN: Style(color=table["title"], bgcolor=table["cursor"], bold=bold),
        CHOSEN_AWAY: Style(
            color=table["title"],
            bgcolor=table["away" if has_greys else "cursor"],
            bold=bold,
        ),
        CURSOR: Style(bgcolor=table["cursor"]),
        AWAY: Style(bgcolor=table["away"]),
        HOVER: Style(bgcolor=raised),
        SELECTION: Style(color=table["title"], bgcolor=table["selection"], bold=bold),
        CARET: Style(reverse=True),
        LETTER_BESIDE: Style(
            color=table["title"], bgcolor=table["cursor"], bold=bold, underline=True
        ),
        FIELD: Style(bgcolor=sunk) if tint else _LINE,
        FIELD_HINT: Style(color=table["dim"], bgcolor=sunk) if tint else _LINE,
        LETTER: Style(color=on_bright, bgcolor=table["accent"], bold=bold),
        LETTER_OPENS: Style(color=ground, bgcolor=table["title"], bold=bold),
        LETTER_ASIDE: Style(color=table["accent"], bgcolor=raised, bold=bold),
        TRACK: Style(bgcolor=_mixed(ground, table["rule"], _TRACK))
        if tint
        else Style(),
        "rejected": Style(color=table["dim"], strike=True),
    }
    marks = []
    coders = []
    for rank, kind in enumerate(table["kinds"]):
        current = Style(color=on_bright, bgcolor=kind, bold=bold)
        undecided = Style(color=kind, bold=True)
        decided = Style(color=kind)
        faint, away = undecided, undecided + _LINE  # one bright ground: the cursor's
        if "decided" in table and not tint:
            faint = decided
            decided = Style(color=table["decided"][rank])
        if tint:
            undecided, decided = _tinted(table, kind, tint)
            away = Style(
                color=table["title"],
                bgcolor=_mixed(ground, kind, _AWAY_TINT),
                bold=bold,
            )
            faint = Style(
                color=text,
                bgcolor=_set_off(ground, kind, tint * _FAINTER, table["faint"]),
            )
        marks.append((undecided, decided, current, current + _LINE, faint, away))
    for coder in table["coders"]:
        current = Style(color=on_bright, bgcolor=coder if tint else text, bold=bold)
        bright = Style(color=on_bright, bgcolor=coder)
        quiet = Style(color=coder)
        away = current
        if tint:
            bright, quiet = _tinted(table, coder, table["coders_tint"])
            away = Style(
                color=table["title"],
                bgcolor=_mixed(ground, coder, _AWAY_CODER),
                bold=bold,
            )
        coders.append((bright, quiet, current, current + _LINE, bright, away))
    styles |= _of_ranks(mark_role, marks) | _of_ranks(coder_role, coders)
    return Theme(
        name, Style(color=text, bgcolor=ground), styles, tuple(marks), tuple(coders)
    )


def _tinted(table: Mapping[str, Any], colour: str, tint: float) -> tuple[Style, Style]:
    """Return the styles of letters on a ground that takes some of a colour, and on one
    that takes less.
    """
    ground = table["ground"]
    text = table["text"]
    ink = _mixed(text, colour, table["ink"])
    faint = _mixed(ground, colour, tint / 3)
    return Style(color=text, bgcolor=_mixed(ground, colour, tint)), Style(
        color=ink, bgcolor=faint
    )


def mark_role(rank: int) -> Role:
    """Return the role with the style of the highlights of a rank."""
    return f"mark{rank % _RANKS}"


def coder_role(rank: int) -> Role:
    """Return the role with the style of the words of the coder of a rank."""
    return f"coder{rank % _RANKS}"


def _of_ranks(role: Callable[[int], Role], looks: Sequence[Looks]) -> dict[Role, Style]:
    return {role(rank): looks[rank % len(looks)][0] for rank in range(_RANKS)}


def _mixed(ground: str, colour: str, share: float) -> str:
    return blend_rgb(
        Color.parse(ground).get_truecolor(), Color.parse(colour).get_truecolor(), share
    ).hex


def _set_off(ground: str, colour: str, share: float, least: float) -> str:
    """Mix a share of a colour into a ground, or more where it would have less contrast
    with the ground.
    """
    shares = [n / 100 for n in range(round(100 * share), 101)]
    page = _luminance(ground)

    def contrast(share: float) -> float:
        mixed = _luminance(_mixed(ground, colour, share))
        return (max(page, mixed) + 0.05) / (min(page, mixed) + 0.05)

    return _mixed(ground, colour, shares[bisect_left(shares, least, key=contrast)])


def _luminance(colour: str) -> float:
    """The relative luminance of a colour (Web Content Accessibility Guidelines 2.1)."""
    parts = (part / 255 for part in Color.parse(colour).get_truecolor())
    red, green, blue = (
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_PLAIN = Style()
_DIMMED = Style(dim=True)
_REVERSE = Style(reverse=True)
_ITALIC = Style(italic=True)
_BOLD = Style(bold=True, dim=False)  # keys stand out in a faint bar
_CURRENT = _BOLD + _REVERSE
_COLOURLESS_MARKS: tuple[Looks, ...] = (
    (_BOLD, _PLAIN, _CURRENT, _REVERSE, _PLAIN, _BOLD + _LINE),
)
_COLOURLESS = Theme(
    "",
    Style(),
    {
        TEXT: _PLAIN,
        DIM: _PLAIN,
        RULE: _PLAIN,
        SCROLL: _PLAIN,
        EDGE: _BOLD,
        TITLE: _BOLD,
        KEY: _BOLD,
        VALUE: _BOLD,
        PRESS: _BOLD,
        WRONG: _BOLD,
        PROPOSED: _ITALIC,
        BAR: _DIMMED,
        MENU: _PLAIN,
        FOCUSED: _BOLD,
        PANE: _PLAIN,
        CHOSEN: _BOLD + _LINE,
        CHOSEN_AWAY: _BOLD + _LINE,
        CURSOR: _REVERSE,
        AWAY: _PLAIN,
        HOVER: _PLAIN,
        SELECTION: _CURRENT,
        CARET: _REVERSE,
        LETTER: _REVERSE,
        LETTER_BESIDE: _BOLD + _LINE,
        LETTER_OPENS: _REVERSE + _LINE,
        LETTER_ASIDE: _BOLD,
        TRACK: _PLAIN,
        FIELD: _LINE,
        FIELD_HINT: _LINE + _ITALIC,
        "rejected": Style(strike=True),
        **_of_ranks(mark_role, _COLOURLESS_MARKS),
        **_of_ranks(coder_role, _COLOURLESS_MARKS),
    },
    _COLOURLESS_MARKS,
    _COLOURLESS_MARKS,
)
DARK = theme("dark", 1 << 24)
