"""The history of a coding as a list, from which the coder can go back to any point, and
the time spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from coder.codebook.schema import Codebook
from coder.service.coding.history import State, Step, describe_step, spent_by_field
from coder.text.display import cell_width
from coder.tui import palette
from coder.tui.keys import key_of, list_keys, shown
from coder.tui.screens.asking_page import AskingPage
from coder.tui.sentences import say
from coder.tui.widgets.rows import Column, Row
from coder.values.days import show_day

SIGNS: dict[State, str] = {"stands": "", "now": "●", "undone": "○", "gone": "✗"}
_STYLES: dict[State, palette.Role] = {
    "now": palette.TITLE,
    "undone": palette.PROPOSED,
    "gone": palette.DIM,
}


class HistoryScreen(AskingPage[Step]):
    """A list of the changes, newest first; the answer is the step to go back to."""

    SCOPE = "history"
    BELOW = ("info", "message", "footer")

    def __init__(self, steps: Sequence[Step], codebook: Codebook, lang: str) -> None:
        super().__init__(lang)
        self.steps = steps[::-1]
        self.codebook = codebook
        self.at = next(
            (i for i, step in enumerate(self.steps) if step.state == "now"), 0
        )
        self.as_time = False
        self.time_at = 0
        self.rows = self._rows()
        self.times = self._times()
        self._set_idle()
        self.keys = {
            **list_keys("history", self._move, self.list.page),
            "history.go": self._go,
            "history.time": self._turn_view,
            "history.back": partial(self.answer, None),
        }

    def show(self) -> None:
        spent = sum((step.spent for step in self.steps), timedelta())
        key = "time_title" if self.as_time else "history_title"
        has_changes = len(self.steps) > 1  # besides what stood there at first
        changes = sum(bool(step.what) for step in self.steps) if has_changes else 0
        title = say(self.lang, key, n=changes, time=self._minutes(spent))
        is_step = has_changes and not self.as_time
        self.show_title(title, self.at, len(self.steps) if is_step else 0)
        whole = (
            describe_step(self.steps[self.at], self.codebook, self.lang)
            if is_step
            else ""
        )
        self.show_info(Column(whole, 0, palette.TEXT))
        word, key = (
            ("no_time", "history.time")
            if self.as_time
            else ("no_changes", "history.back")
        )
        self.list.show_otherwise(
            Column(say(self.lang, word, go=shown(key_of(key))), key=key_of(key))
        )
        if self.as_time:
            self.list.load(self.times, self.time_at)
        else:
            self.list.load(self.rows if has_changes else (), self.at)

    def _rows(self) -> list[Row]:
        rows = list[Row]()
        day = ""
        took_minutes = any(step.spent >= timedelta(minutes=1) for step in self.steps)
        for step in self.steps:
            at = step.at.astimezone() if step.at is not None else None
            today = show_day(at.date()).of(self.lang) if at is not None else ""
            style = _STYLES.get(step.state, palette.TEXT)
            spent = (
                self._minutes(step.spent) if step.spent >= timedelta(minutes=1) else ""
            )
            rows.append(
                (
                    Column(f" {SIGNS[step.state]}", 3, palette.KEY),
                    Column(today if today != day else "", 11, palette.DIM),
                    Column(f"{at:%H:%M}" if at is not None else "", 6, palette.DIM),
                    Column(describe_step(step, self.codebook, self.lang), 0, style),
                    *([Column(spent, 5, palette.DIM)] if took_minutes else []),
                )
            )
            day = today
        return rows

    def _times(self) -> list[Row]:
        times = spent_by_field(self.steps, self.codebook, self.lang)
        minutes = [f" {self._minutes(time)}" for _, _, time, _ in times]
        width = max(map(cell_width, minutes), default=0) + 2
        return [
            (
                Column(text, width, palette.KEY),
                Column(label),
                Column(f" {say(self.lang, 'changes', n=count)}", 14, palette.DIM),
            )
            for text, (_, label, _, count) in zip(minutes, times, strict=True)
        ]

    def picked(self, index: int, column: int) -> None:
        if not self.as_time and index < len(self.steps):
            self.at = index
            self._go()

    def _move(self, step: int) -> None:
        if self.as_time:
            self.time_at = max(0, min(len(self.times) - 1, self.time_at + step))
        else:
            self.at = max(0, min(len(self.steps) - 1, self.at + step))
        self.show()

    def _turn_view(self) -> None:
        self.as_time = not self.as_time
        self._set_idle()
        self._move(0)
        self.show_mode()
        if self.as_time:
            self.say("time_counted")

    def _set_idle(self) -> None:  # after submission no step leads back
        leads_back = any(
            step.goal is not None and step.state != "now" for step in self.steps
        )
        self.idle = (
            frozenset()
            if leads_back and not self.as_time
            else frozenset({"history.go"})
        )

    def _go(self) -> None:
        if self.as_time:
            self._turn_view()
            return
        step = self.steps[self.at]
        if step.goal is None:
            stays = "beyond_undo" if step.version else "remark_stays"
            self.say("gone_for_good" if step.state == "gone" else stays)
        else:
            self.answer(step)

    def _minutes(self, time: timedelta) -> str:
        """Format a time in minutes, with one decimal below ten."""
        minutes = time.total_seconds() / 60
        is_whole = not minutes or minutes >= 10
        return say(
            self.lang, "minutes", n=f"{minutes:.0f}" if is_whole else f"{minutes:.1f}"
        )
