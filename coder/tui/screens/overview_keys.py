"""The keys for all events and all changes: the list and table, the history, gold, and a split."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.errors import CoderError
from coder.model import event_number
from coder.service.coding.event_cells import brief
from coder.service.coding.history import Step, history, in_words
from coder.service.edits.answer_edits import SCOPE
from coder.service.edits.edits import Place
from coder.service.edits.event_edits import SplitEvent, part_links, splittable
from coder.tui.keys import Keys
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.event_table import EventTableScreen
from coder.tui.screens.history_screen import HistoryScreen
from coder.tui.sentences import say
from coder.tui.tasks import choice_task
from coder.values.typed import Choice, show


class OverviewKeys(CodingPart):
    """Keys that work in the article and in the record alike; a split applies to the record's event."""

    @property
    def keys(self) -> Keys:
        return {
            "article.events": self._open_table,
            "form.events": self._open_table,
            "article.history": self._open_history,
            "form.history": self._open_history,
            "article.gold": self._open_gold,
            "form.gold": self._open_gold,
            "form.split_event": self._split,
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
                self.screen.keys["article.switch"]()

        field = record.row.field.id if record.rows else ""
        table = EventTableScreen(lambda: self.session, record.event_id, field, self.lang)
        self.screen.app.push_screen(table, chosen)

    def _open_history(self) -> None:
        def chosen(step: Step | None) -> None:
            if step is not None and step.goal is not None:
                self.screen.attempt(partial(self._go_to_step, step, step.goal))

        self.screen.app.push_screen(HistoryScreen(history(self.session), self.codebook, self.lang), chosen)

    def _go_to_step(self, step: Step, goal: int) -> None:
        count = self.session.go_to(goal)
        self.screen.refresh_work()
        what = in_words(step, self.codebook, self.lang)
        self.say("went_forth" if step.state == "undone" else "went_back", n=count, what=what)

    def _open_gold(self) -> None:
        if not self.show_gold():
            article, coder = self.session.article.id, self.session.coder
            raise CoderError("coding.no_gold_beside", article=article, coder=coder)

    def show_gold(self, then: Callable[[], None] = lambda: None) -> bool:
        """Show gold beside a submitted training coding; return whether there is any. then: run on closing."""
        from coder.service.coding.beside_gold import beside_gold, figures  # not needed at startup
        from coder.tui.screens.gold_page import GoldPage

        project, coder, article = self.session.project, self.session.coder, self.session.article.id
        beside = beside_gold(project, coder, article)
        if beside is not None:
            page = GoldPage(beside, figures(project, coder), self.lang)
            self.screen.app.push_screen(page, lambda _: then())
        return beside is not None

    def _split(self) -> None:
        """Split the event by the items of a list, offering that of the field under the cursor first."""
        event, lang, codebook = self.event(), self.lang, self.codebook
        if event is None:
            self.say("not_an_event")
            return
        here = self.record.row.field
        fields = sorted(splittable(event, codebook), key=lambda field: field != here)
        if not fields:
            raise CoderError("coding.nothing_to_split", field=here.label)
        scope = next((f for f in codebook.event_fields if f.id == SCOPE), None)
        tally = scope is not None and event.answer(SCOPE).value != scope.default
        ways = ["parts", "apart"] if tally else ["apart", "parts"]
        if part_links(codebook) is None:
            ways.remove("parts")
        choices = []
        for field in fields:
            items = brief(field, event.answer(field.id).value, codebook, lang)
            words = {"field": field.label.of(lang), "items": items, "event": event_number(event.id)}
            choices += [Choice(f"{way}:{field.id}", say(lang, f"split_{way}", **words)) for way in ways]

        def accept(choice_id: str) -> None:
            way, _, name = choice_id.partition(":")
            split = SplitEvent(event.id, codebook.event_field(name), way == "parts")
            before = self.do(split)
            count = len(self.session.coding.events) - len(before.events)
            dropped = split.dropped(before, codebook)
            self.say("was_split", event=event_number(event.id), n=count)
            if dropped:
                rows = [(d.field.label.of(lang), show(d.field, d.value, codebook, lang)) for d in dropped]
                self.screen.read_page(say(lang, "split_dropped", n=len(rows)), rows)

        title = say(lang, "split_how", event=event_number(event.id))
        self.screen.open_task(choice_task(title, choices, accept))
