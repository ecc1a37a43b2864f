"""The keys for all events and all changes: the list and table, the history, and gold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.changes.coding_changes import Place
from coder.errors import CoderError
from coder.service.coding.history import Step, describe_step, history
from coder.text.display import fit
from coder.tui.keys import Keys
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.event_table import EventTableScreen
from coder.tui.screens.history_screen import HistoryScreen


class OverviewKeys(CodingPart):
    """Keys that work in the article and in the record alike."""

    @property
    def keys(self) -> Keys:
        return {
            "article.events": self._open_table,
            "form.events": self._open_table,
            "article.history": self._open_history,
            "form.history": self._open_history,
            "article.gold": self._open_gold,
            "form.gold": self._open_gold,
        }

    def _open_table(self) -> None:
        if not self.session.coding.events:
            self.say("no_event" if self.codebook.event_fields else "no_events_here")
            return
        record = self.record

        def chosen(place: Place | None) -> None:
            self.screen.refresh_work()
            if place is not None:
                self.screen.show_place(place)
                self.show_event()
                self.screen.keys["article.switch"]()

        field = record.row.field.id if record.rows else ""
        table = EventTableScreen(
            lambda: self.session, record.event_id, field, self.lang
        )
        self.screen.app.push_screen(table, chosen)

    def _open_history(self) -> None:
        def chosen(step: Step | None) -> None:
            if step is not None and step.goal is not None:
                self.screen.attempt(partial(self._go_to_step, step, step.goal))

        self.screen.app.push_screen(
            HistoryScreen(history(self.session), self.codebook, self.lang), chosen
        )

    def _go_to_step(self, step: Step, goal: int) -> None:
        count = self.session.go_to(goal)
        self.screen.refresh_work()
        what = describe_step(step, self.codebook, self.lang)
        self.say(
            "went_forth" if step.state == "undone" else "went_back", n=count, what=what
        )

    def _open_gold(self) -> None:
        if not self.show_gold():
            article, coder = fit(self.session.article.headline, 40), self.session.coder
            raise CoderError("coding.no_gold_beside", article=article, coder=coder)

    def show_gold(self, then: Callable[[], None] = lambda: None) -> bool:
        """Show gold beside a submitted training coding; return whether there is any.
        then: run on closing.
        """
        from coder.service.coding.beside_gold import (
            compare_with_gold,
            list_figures,
        )  # not needed at startup
        from coder.tui.screens.gold_page import GoldPage

        project, coder, article = (
            self.session.project,
            self.session.coder,
            self.session.article.id,
        )
        beside = compare_with_gold(project, coder, article)
        if beside is not None:
            page = GoldPage(beside, list_figures(project, coder), self.lang)
            self.screen.app.push_screen(page, lambda _: then())
        return beside is not None
