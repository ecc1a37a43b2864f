"""What the coding and the review screen share: bars of text, messages, and failures to write."""

from __future__ import annotations

from textual.screen import Screen

from coder.errors import CoderError
from coder.service.project import Project
from coder.tui import palette
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.rows import Column
from coder.tui.words import listed, say


class WorkScreen(Screen[None]):
    """A screen at which somebody works on a project; it has bars with the ids `message` and others."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.project = project
        self.codebook = project.codebook
        self.lang = project.config.language
        self.rtl = self.lang == "ar"
        self.glyphs = {kind.id: kind.glyph for kind in self.codebook.span_kinds}
        self.bars: dict[str | None, Bar] = {}

    def on_mount(self) -> None:
        """Find the bars once."""
        self.bars = {bar.id: bar for bar in self.query(Bar)}

    def say(self, key: str, **values: object) -> None:
        """A short message in the line above the footer."""
        self.bars["message"].show(Column(say(self.lang, key, **values), 0, palette.GOOD))

    def complain(self, error: CoderError) -> None:
        """What went wrong and what to do."""
        self.bars["message"].show(Column(listed(error.message, error.hint), 0, palette.WRONG))

    def failed(self, error: Exception) -> None:
        """Something could not be written; the writer's thread calls this."""
        self.app.call_from_thread(self._show_failure, error)

    def _show_failure(self, error: Exception) -> None:
        text = say(self.lang, "not_saved", what=f"{error} {getattr(error, 'hint', '')}")
        self.bars["message"].show(Column(text, 0, palette.WRONG))
        self.app.bell()
