"""The tour: the real coding and review screens, with a panel above them that asks for
one step at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Key

from coder.codebook.schema import Codebook
from coder.model import MISSING, Answer, event_number
from coder.service.project.ordered_writer import Job, Once, Writer
from coder.text.display import cell_width, isolate
from coder.tui import palette
from coder.tui.keys import Action, action_for, key_of, of_scope, pressed, shown
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import event_named, listed, say
from coder.tui.tour_steps import Tour
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.own_lines import OwnLines
from coder.tui.widgets.rows import Column, fitted, wrapped

_LINES = 4  # lines of text: enough for every step at 80 columns


class ReportingWriter(Writer):
    """A writer that also reports the journal's word for each change."""

    def __init__(
        self, report: Callable[[str], None], *callbacks: Callable[[Any], None]
    ) -> None:
        super().__init__(*callbacks)
        self._report = report

    def add(self, job: Job) -> None:
        super().add(job)
        if isinstance(job, Once):
            self._report(job.made.what)


class StepPanel(Container, OwnLines):
    """The current step of the tour, in as many lines as it takes."""

    DEFAULT_CSS = "StepPanel { height: auto; } StepPanel .empty { display: none; }"

    def __init__(self) -> None:
        self.title = Bar(style=palette.TITLE)
        self.lines = [Bar(style=palette.TEXT) for _ in range(_LINES)]
        super().__init__(self.title, *self.lines)

    def ask(self, tour: Tour, codebook: Codebook, lang: str, width: int) -> None:
        """Show the current step, and how to skip it."""
        step = tour.step
        of = say(lang, "of", n=min(tour.at + 1, len(tour.steps)), m=len(tour.steps))
        keys = {action.name: shown(action.keys[0]) for action in of_scope("tour")}
        title = f" {say(lang, 'tour', of=of)}"
        aside = say(lang, "tour_keys" if step else "tour_over", **keys)
        other = isolate(
            say(lang, "tour_language", go=shown(key_of("any.language"))),
            int(lang == "ar"),
        )
        whole = f"{other} · {aside}"
        if cell_width(title) + cell_width(whole) + 2 <= width:
            aside = whole
        self.title.show(Column(title, 0, palette.KEY), fitted(f"{aside} "))
        words = say(lang, "tour_done") if step is None else step.words(lang, codebook)
        lines = wrapped(words, width - 2, 1 if lang == "ar" else None)
        for bar, text in zip(self.lines, [*lines, *[""] * _LINES], strict=False):
            bar.set_class(not text, "empty")
            bar.show(Column(f" {text}"))


# Textual takes the styles of the first base class that is a screen, which must be the
# real screen.
if TYPE_CHECKING:
    _Screen = WorkScreen
else:
    _Screen = object


class TourMixin(_Screen):
    """A mixin that adds the tour to a work screen."""

    SCOPED_CSS = False  # the styles name the real screen, not this subclass

    def __init__(self, tour: Tour, *arguments: Any) -> None:
        # before super(): it opens the work with a writer that reports to the tour
        self.tour = tour
        super().__init__(*arguments)
        self.steps = StepPanel()
        self.keys |= {"tour.skip": self._skip, "tour.leave": lambda: self.app.exit()}

    def compose(self) -> ComposeResult:
        yield self.steps
        yield from super().compose()

    def fit(self, width: int) -> None:
        super().fit(width)
        self._show_step()

    def scopes(self) -> tuple[str, ...]:
        return (*super().scopes(), "tour")

    def new_writer(self) -> Writer:
        return ReportingWriter(self._report, self.write_failed, self.connection_changed)

    def take_key(self, event: Key) -> None:
        """Handle the tour's own keys in every scope, and leave all others to the
        screen.
        """
        action = action_for(pressed(event.key, event.character), ("tour",))
        if action is None:
            super().take_key(event)
        else:
            self.perform(action)
            event.stop().prevent_default()

    def perform(self, action: Action) -> None:
        super().perform(action)
        self._report(action.id)

    def visible_state(self) -> tuple[object, ...]:
        return (*super().visible_state(), self.tour.at)

    def _offers(self, action: Action) -> bool:
        return super()._offers(action) and (
            action.id != "tour.skip" or self.tour.step is not None
        )

    def about(self) -> frozenset[str]:
        """Return what the cursor is on."""
        return frozenset()

    def _report(self, what: str) -> None:
        """Tell the tour of an action or a change, made where the cursor is now."""
        self.call_later(self._hear, what, self.about())

    def _hear(self, what: str, about: frozenset[str]) -> None:
        """Complete the step, or say what it asks for if the same was done to something
        else.
        """
        if asked := self.tour.heard(what, about):
            names = listed(*(self._in_words(each) for each in asked))
            self.warn("tour_elsewhere", asked=names, undo=shown(key_of("form.undo")))
        self._show_step()

    def _in_words(self, asked: str) -> str:
        """Return the name of what a step asks for: a field, a kind of spans, an event
        or words.
        """
        if asked == f"c{event_number(asked)}":
            return event_named(self.lang, asked)
        kinds = {kind.id: kind.label for kind in self.codebook.span_kinds}
        labels = {
            **kinds,
            **{field.id: field.label for field in self.codebook.event_fields},
        }
        return labels[asked].of(self.lang) if asked in labels else f"«{asked}»"

    def _skip(self) -> None:
        self.tour.skip()
        self._show_step()

    def _show_step(self) -> None:
        self.steps.ask(self.tour, self.codebook, self.lang, self.app.size.width)


class GuidedCoding(TourMixin, CodingScreen):
    """A coder on the tour."""

    TOUR = ""
    _answers: Mapping[str, Answer] = {}
    """Those of the shown event as the tour heard last of a change."""

    def about(self) -> frozenset[str]:
        words = self.highlights.selection or self.highlights.current
        return frozenset(
            {
                self.session.article.text[words.start : words.end]
                if words is not None
                else ""
            }
        )

    def _hear(self, what: str, about: frozenset[str]) -> None:
        current = self.highlights.current
        event = self.session.coding.event(self.record.event_id)
        kind = (
            {current.kind} if current is not None else set[str]()
        )  # what was drawn has it only now
        before = self._answers
        self._answers = event.fields if event is not None else {}
        changed = {
            name: answer
            for name, answer in self._answers.items()
            if before.get(name) != answer
        }
        given = {
            name for name, answer in changed.items() if answer.state != MISSING.state
        }
        super()._hear(what, about | kind | given)


class GuidedReview(TourMixin, ReviewScreen):
    """A supervisor on the tour."""

    TOUR = ""

    def about(self) -> frozenset[str]:
        return frozenset({self.grid.cluster_id})
