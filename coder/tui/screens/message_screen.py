"""The lines above the footer: a message, and above it what the cursor is on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace
from textual.screen import ScreenResultType

from coder.changes.coding_changes import MadeEdit
from coder.changes.wording import describe_edit
from coder.codebook.schema import Codebook
from coder.errors import ClosedError, CoderError
from coder.service.project.ordered_writer import Way
from coder.text.display import cell_width, fit, fit_words, isolate
from coder.tui import palette
from coder.tui.screens.screen_pages import BaseScreen
from coder.tui.sentences import complaint, listed, say
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.rows import Column, wrapped

_QUOTE = re.compile("«[^«»]{1,30}»")  # so short that a line holds it beside others
_TITLE, _LESS = 60, 4  # cells to which a title may be cut, and by how many at once
_BLANK = re.compile(
    r"(?<!\d) | (?!\d)"
)  # a no-break space would reorder two numbers (UAX #9, W4)


class MessageScreen(BaseScreen[ScreenResultType]):
    """A screen that shows messages in a line above the footer."""

    bars: dict[str | None, Bar]
    """The bars by id; the one for messages is `message`."""
    _last_info = Column("")
    """The text above the messages, in full."""
    _remark = ""
    """What is shown there instead, while a chooser has no room for it."""

    @property
    def info_bars(self) -> Sequence[Bar]:
        """The lines above the messages."""
        return (self.bars["info"],)

    @property
    def info_room(self) -> int:
        """The cells of these lines."""
        return len(self.info_bars) * (self.app.size.width - 2)

    def show_info(self, info: Column) -> None:
        """Show a text above the messages.

        Its last line takes theirs while there is none; a message that is too long for
        it takes a line above.
        """
        self._last_info = info
        info = Column(self._remark, 0, palette.TEXT) if self._remark else info
        bars = self.info_bars
        message = self.bars["message"]
        said = self._lines(message.row[0].text, 2) if message.row else [""]
        if len(said) > 1:
            *bars, above = bars
            above.show(replace(message.row[0], text=said[0]))
            message.show_end(replace(message.row[0], text=said[1]))
        shown = self._lines(info.text, len(bars) + (not message.row)) if bars else []
        for n, bar in enumerate(bars):
            bar.show(replace(info, text="".join(shown[n : n + 1])))
        message.show_otherwise(replace(info, text="".join(shown[len(bars) :])))

    def show_remark(self, remark: str) -> None:
        """Show a chooser's remark in place of the text above the messages; "" shows
        that again.
        """
        self._remark = remark
        self.show_info(self._last_info)

    def show_article(self, title: str, *words: str, first: str = "") -> None:
        """Show what is `first` to be known of an article, its title, and words about
        it, above the messages.

        If that does not fit, the last of the words, its name, is left out, and then the
        end of a long title.
        """
        width = self.app.size.width - 2
        most = len(self.info_bars) + 1
        cells = range(
            max(_TITLE, min(cell_width(title), most * width)), _TITLE - 1, -_LESS
        )
        text = listed(first, title, *words)
        for shorter in (
            listed(first, fit_words(title, room), *words[:-1]) for room in cells
        ):
            if (
                cell_width(text) <= most * width
                and cell_width(self._lines(text, most)[-1]) <= width
            ):
                break
            text = shorter
        self.show_info(Column(text, 0, palette.TEXT))

    def _lines(self, text: str, most: int) -> list[str]:
        """Return a text in at most so many lines, cut if they do not hold it."""
        width = self.app.size.width - 2
        if cell_width(text) <= width:
            return [text]
        text = _QUOTE.sub(
            lambda quote: _BLANK.sub("\u00a0", quote[0]), text
        )  # stays on one line
        lines = wrapped(fit(text, most * width), width, int(self.lang == "ar"))
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return [
            line.removeprefix("· ").removesuffix(" ·") for line in lines
        ]  # no dot stands at a break

    def clear_message(self) -> None:
        """Remove the message, and show again what it covers if it is long."""
        is_long = bool(self.bars["message"].end)
        self.bars["message"].show()
        if is_long:
            self.show_info(self._last_info)

    def say(self, key: str, **values: object) -> None:
        """Show a message in the line above the footer."""
        self.show_message(say(self.lang, key, **values), palette.TEXT)

    def say_too(self, key: str, **values: object) -> None:
        """Add to the message in the line above the footer."""
        row = self.bars["message"].row
        added = say(self.lang, key, **values)
        sentences = (
            *(column.text for column in row),
            added,
        )  # whose first words may be a key or name
        text = " · ".join(
            isolate(sentence, int(self.lang == "ar")) for sentence in sentences
        )
        self.show_message(text, row[0].style if row else palette.TEXT)

    def warn(self, key: str, **values: object) -> None:
        """Show a warning in the line above the footer."""
        self.show_message(say(self.lang, key, **values), palette.WRONG)

    def complain(self, error: CoderError) -> None:
        """Show an error and what to do about it; that work is closed is none."""
        role = palette.TEXT if isinstance(error, ClosedError) else palette.WRONG
        self.show_message(complaint(self.lang, error), role)

    def say_turned(self, way: Way, edit: MadeEdit | None, codebook: Codebook) -> None:
        """Show which edit was undone or redone, or that there is none."""
        if edit is None:
            self.say(f"nothing_to_{way}")
        else:
            what = describe_edit(edit, codebook, self.lang)
            self.say("undone" if way == "undo" else "redone", what=what)

    def show_message(self, text: str, style: palette.Role) -> None:
        """Show a text in the line above the footer, or in two."""
        self.bars["message"].show(Column(text, 0, style))
        if "info" in self.bars:
            self.show_info(self._last_info)
