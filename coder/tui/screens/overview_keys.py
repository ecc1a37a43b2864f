"""The keys for all events and all changes: the list and table, the history, and gold;
and for why something is suggested.
"""

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
from coder.tui.sentences import listed, say


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
            "article.explain": self._explain_highlight,
            "form.explain": self._explain_field,
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
            article = fit(self.session.article.headline, 40)
            coder = self.session.coder
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

        project = self.session.project
        coder = self.session.coder
        article = self.session.article.id
        beside = compare_with_gold(project, coder, article)
        if beside is not None:
            page = GoldPage(beside, list_figures(project, coder), self.lang)
            self.screen.app.push_screen(page, lambda _: then())
        return beside is not None

    def _explain_highlight(self) -> None:
        """Open a page that says why the highlight under the cursor is suggested."""
        # Loads word lists that are not needed at start.
        from coder.service.learning.explanations import describe_explanation

        current = self.highlights.current
        if current is None:
            self.say("no_marks")
            return
        explanation = self.session.explain(current.start)
        self.screen.read_page(
            say(self.lang, "explained"),
            describe_explanation(explanation, self.codebook, self.lang, isolated=True),
        )

    def _explain_field(self) -> None:
        """Open a page that says what is proposed for the field under the cursor, and
        why.
        """
        # Loads word lists that are not needed at start.
        from coder.service.learning.explanations import describe_explanation, keep_field

        event = self.event()
        type_field = self.codebook.type_field
        if event is None or type_field is None:
            self.say_no_event()
            return
        words = self.evidence_of(event.answer(type_field.id))
        if not words:
            self.say("explained_no_words", field=type_field.label.of(self.lang))
            return
        field = self.row.field
        explanation = keep_field(self.session.explain(words[0].start), field.id)
        self.screen.read_page(
            listed(say(self.lang, "explained"), field.label.of(self.lang)),
            describe_explanation(explanation, self.codebook, self.lang, isolated=True),
        )
