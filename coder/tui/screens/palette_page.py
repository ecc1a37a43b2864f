"""The palette: all actions that work now, searchable by their words in every language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.events import Click, Key, Paste
from textual.strip import Strip

from coder.text.display import cell_width, fit, isolate
from coder.tui import palette
from coder.tui.action_search import Marks, search
from coder.tui.keys import Action, action_for, shown
from coder.tui.screens.boxed_page import LIST, LineOverWork, OverWork, cells_beside
from coder.tui.screens.help_page import HelpPage
from coder.tui.screens.screen_pages import footer_columns
from coder.tui.sentences import say
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.chooser_task import Task
from coder.tui.widgets.rows import Column, wrapped
from coder.values.typed import Choice

_LINES, _BESIDE = (
    2,
    11,
)  # lines for a whole sentence; cells beside one and its key in the list
_TALL = 30  # lines of a terminal that show some of the work above and below the list
_CLAUSE_ENDS = re.compile(r" \(|[,;:،؛] (?![^(]*\))")  # none in brackets
_NAME = 20  # the most cells for the short name of an action in front of its sentence


class _ListOverWork(ChooserList):
    """A list of which the chooser takes what it needs, over the work."""

    def __init__(self, work: Callable[[int], Strip]) -> None:
        super().__init__(id="page")
        self.work = work

    def render_line(self, y: int) -> Strip:
        if y < self.chooser.lines[1]:
            return super().render_line(y)
        return self.work(self.region.y + y).crop(self.region.x, self.region.right)


class PalettePage(OverWork[str]):
    """A chooser over the work, which stays in sight; its answer is the id of the
    action, None to go back.
    """

    def __init__(self, actions: Sequence[Action], lang: str) -> None:
        super().__init__()
        self.actions = actions
        self.lang = lang
        names = max((cell_width(action.label(lang)) for action in actions), default=0)
        self._names = min(_NAME, names) + 2
        self.list = _ListOverWork(self.work)
        self.chooser = self.list.chooser
        self.footer = Bar(id="footer")
        self._box_lines = range(0)
        self.whole = [LineOverWork(self.work, id=f"whole{n}") for n in range(_LINES)]
        for line in self.whole:
            line.style = palette.MENU

    def compose(self) -> ComposeResult:
        yield self.list
        yield from self.whole
        yield self.footer

    def on_mount(self) -> None:
        self.set_focus(self.list)
        self.chooser.open(
            Task(
                *(say(self.lang, "palette"), self._matching, self._answer),
                digits=False,
                look=self._show_whole,
                keeps_asides=True,
            )
        )

    def fit(self, width: int) -> None:
        super().fit(width)
        beside = cells_beside(width, LIST)
        height = self.app.size.height
        above, under = (2, height // 4) if height > _TALL else (0, 0)
        self.list.styles.margin = (above, beside, under, beside)
        self.call_after_refresh(self._show_beside)
        for widget in (self.list, *self.whole):
            widget.refresh()
        self.footer.show(
            *footer_columns(("choose",), self.lang, width, self.chooser.idle)
        )
        if self.chooser.choices:
            self._show_whole(self.chooser.choices[self.chooser.cursor].id)

    @property
    def box_lines(self) -> range:
        first, count = self.chooser.lines
        return range(self.list.region.y + first, self.list.region.y + first + count)

    def _show_beside(self) -> None:
        """Draw the work beside the list anew once that has other lines."""
        if self.box_lines != self._box_lines:
            self._box_lines = self.box_lines
            self.refresh()

    def _show_whole(self, chosen: str) -> None:
        """Show the whole sentence of an action for which its line in the list has no
        room.
        """
        action = next(each for each in self.actions if each.id == chosen)
        width = self.app.size.width
        words = action.help(self.lang)
        is_cut = cell_width(_in_list(words)) > self._room(action)
        lines = (
            wrapped(words, width - 2, 1 if self.lang == "ar" else 0) if is_cut else [""]
        )
        lines[_LINES - 1 :] = [
            " ".join(lines[_LINES - 1 :])
        ]  # the last line cuts what does not fit
        # work would read as the end of a sentence above it, and look torn between a
        # full list and the footer
        is_bare = is_cut or self.chooser.lines[1] == self.list.size.height <= _TALL
        texts = [text or " " * is_bare for text in lines]
        for bar, text in zip(self.whole, texts, strict=True):
            bar.show(Column(text))

    def take_key(self, event: Key) -> None:
        action = None if event.is_printable else action_for(event.key, ("any",))
        if action is not None and action.name == "help":
            self.app.push_screen(HelpPage(("choose", "edit"), None, self.lang))
        elif self.chooser.asked is not None and not self.chooser.on_key(event):
            self.app.bell()
        elif (
            self.chooser.asked is None
        ):  # at once, so that the next key reaches the screen below
            self._answer(None)

    def on_click(self, event: Click) -> None:
        """Close the page by a click outside it."""
        is_inside = event.widget is self.list and event.y < self.chooser.lines[1]
        if not is_inside and event.widget is not self.footer:
            self.chooser.close()
            self._answer(None)

    def on_paste(self, event: Paste) -> None:
        if self.chooser.asked is not None:  # else it is being left
            self.chooser.insert(event.text)

    def _answer(self, answer: str | None) -> None:
        if self.is_active:
            self.dismiss(answer)

    def _matching(self, query: str) -> list[Choice]:
        found = search(self.actions, query, self.lang)
        self.call_next(self._show_beside)
        for bar in self.whole if not found else ():
            bar.show()
        return [self._choice(action, marks) for action, marks in found]

    def _choice(self, action: Action, marks: Marks) -> Choice:
        """Return an action's name, its sentence, in which the letters that fit stand
        out, and its key.
        """
        name = fit(action.label(self.lang), self._names - 2)
        before = name + " " * (self._names - cell_width(name))
        places = ((first + len(before), last + len(before)) for first, last in marks)
        words = _in_list(action.help(self.lang))
        key = isolate(shown(action.keys[0]))
        if cell_width(words) > (
            room := self._room(action)
        ):  # the whole sentence stands below the list
            words = words.split(". ")[0]
            begun = [
                *(words[: end.start()] for end in _CLAUSE_ENDS.finditer(words)),
                words,
            ]
            words = next(
                (each for each in reversed(begun) if cell_width(each) <= room), words
            )
        return Choice(
            action.id, f"{before}{words}", aside=key, marks=((0, len(name)), *places)
        )

    def _room(self, action: Action) -> int:
        """Return the cells for an action's sentence, between its name and its key."""
        width = self.app.size.width
        beside = 2 * (cells_beside(width, LIST) + self.chooser.blank) + _BESIDE
        return width - beside - self._names - cell_width(shown(action.keys[0]))


def _in_list(sentence: str) -> str:
    """Return a sentence without its full stop, as lines of the list that are cut at a
    clause have none.
    """
    return sentence.removesuffix(".")
