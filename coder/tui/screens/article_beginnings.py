"""How an article begins, to be read below a list in which it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain, islice

from coder.text.display import fit
from coder.tui.screens.article_list import title_in
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.widgets.rows import Column, Row, headed, wrapped

_LEAST = 6
_CHARACTERS = 6_000
"""The fewest lines of one, with its headline, and how much of the text is read for
them.
"""


class Beginnings:
    """The first paragraphs of articles, without boilerplate; read in a thread, as no
    key waits for them.
    """

    def __init__(self, screen: WorkScreen, was_read: Callable[[], None]) -> None:
        self._screen = screen
        self._was_read = was_read
        self._known: dict[str, tuple[str, str]] = {}
        """Headline and text by the article's id."""

    def rows(self, article: str, width: int, room: int) -> list[Row]:
        """Return an article's headline and beginning in `room` lines; none before they
        are read.
        """
        if room < _LEAST:
            return []
        if article not in self._known:
            keep = partial(self._keep, article)
            self._screen.in_thread(
                lambda _: self._read(article), keep, group="beginning"
            )
            return []
        headline, text = self._known[article]
        paragraphs = (
            line for line in text.splitlines() if line.strip() not in ("", headline)
        )
        lines = (
            line
            for paragraph in paragraphs
            for line in wrapped(paragraph, width - 2, 1)
        )
        shown = [*islice(lines, room - 2)]
        if next(lines, ""):
            shown[-1] = fit(f"{shown[-1]} …", width - 2)
        titles = (title_in(line, width - 2, self._screen.lang) for line in shown)
        return [
            (),
            headed(headline, width),
            *((Column(f" {title}"),) for title in titles),
        ]

    def _read(self, article: str) -> tuple[str, str]:
        found = self._screen.project.article(article)
        edges = [0, *chain(*found.boilerplate), len(found.text)]
        told = "\n".join(
            found.text[start:end]
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        )
        return found.headline, told[:_CHARACTERS]

    def _keep(self, article: str, read: tuple[str, str]) -> None:
        self._known[article] = read
        self._was_read()
