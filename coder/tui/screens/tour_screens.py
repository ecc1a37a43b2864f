"""The tour: the real coding and review screens, with a panel above them that asks for one step at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Key

from coder.codebook.schema import Codebook
from coder.model import Decision
from coder.service.project.ordered_writer import Job, Once, Writer
from coder.text.display import cell_width
from coder.tui import palette
from coder.tui.keys import Action, action_for, of_scope, pressed, shown
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import say
from coder.tui.tour_steps import Tour
from coder.tui.widgets.rows import Bar, Column, wrapped

_LINES = 4  # lines of text: enough for every step at 80 columns


class ReportingWriter(Writer):
    """A writer that also reports the journal's word for each change."""

    def __init__(self, report: Callable[[str], None], *callbacks: Callable[[Any], None]) -> None:
        super().__init__(*callbacks)
        self._report = report

    def add(self, job: Job) -> None:
        super().add(job)
        if isinstance(job, Once):
            self._report(job.what)


class StepPanel(Container):
    """The current step of the tour, in as many lines as it takes."""

    DEFAULT_CSS = "StepPanel { height: auto; } StepPanel .empty { display: none; }"

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.title = Bar(rtl=lang == "ar", style=palette.TITLE)
        self.lines = [Bar(rtl=lang == "ar", style=palette.TEXT) for _ in range(_LINES)]
        super().__init__(self.title, *self.lines)

    def ask(self, tour: Tour, codebook: Codebook, width: int) -> None:
        """Show the current step, and how to skip it."""
        lang, step = self.lang, tour.step
        of = say(lang, "of", n=min(tour.at + 1, len(tour.steps)), m=len(tour.steps))
        aside = say(lang, "tour_keys", **{action.name: shown(action.keys[0]) for action in of_scope("tour")})
        title = Column(f" {say(lang, 'tour', of=of)}", 0, palette.KEY)
        self.title.show(title, Column(f"{aside} ", cell_width(aside) + 1))
        words = say(lang, "tour_done") if step is None else step.words(lang, codebook)
        lines = wrapped(words, width - 2, 1 if lang == "ar" else None)
        for bar, text in zip(self.lines, [*lines, *[""] * _LINES], strict=False):
            bar.set_class(not text, "empty")
            bar.show(Column(f" {text}"))


# Textual takes the styles of the first base class that is a screen, which must be the real screen.
if TYPE_CHECKING:
    _Screen = WorkScreen
else:
    _Screen = object


class TourMixin(_Screen):
    """A mixin that adds the tour to a work screen."""

    SCOPED_CSS = False  # the styles name the real screen, not this subclass

    def __init__(self, tour: Tour, *arguments: Any) -> None:
        self.tour = tour  # before super(): it opens the work with a writer that reports to the tour
        super().__init__(*arguments)
        self.steps = StepPanel(self.lang)
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
        """Handle the tour's own keys in every scope, and leave all others to the screen."""
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

    def _report(self, what: str) -> None:
        """Tell the tour of an action or a change, which may complete its step."""
        self.tour.heard(what)
        self.call_later(self._show_step)

    def _skip(self) -> None:
        self.tour.skip()
        self._show_step()

    def _show_step(self) -> None:
        self.steps.ask(self.tour, self.codebook, self.app.size.width)


class GuidedCoding(TourMixin, CodingScreen):
    """A coder on the tour."""

    def _report(self, what: str) -> None:
        self.call_later(self._report_rejected, what)  # the session has the change only after reporting it
        super()._report(what)

    def _report_rejected(self, what: str) -> None:
        for span in self.session.coding.spans:
            if span.decision is Decision.REJECTED:
                self.tour.heard(f"{what}:{span.quote}")


class GuidedReview(TourMixin, ReviewScreen):
    """A supervisor on the tour."""
