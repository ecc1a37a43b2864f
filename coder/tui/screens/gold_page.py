"""Gold beside one's own coding in training, field by field, with the codebook's help on
differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from coder.service.coding.beside_gold import BesideGold, Figure, Line
from coder.service.coding.record_rows import describe_field_help
from coder.text.display import isolate
from coder.tui import palette
from coder.tui.keys import step_keys
from coder.tui.screens.asking_page import BlocksPage
from coder.tui.screens.text_page import text_page
from coder.tui.sentences import listed, say
from coder.tui.widgets.rows import Column, Row, wrapped

_NAME = 12  # cells for the names "own value" and "gold value"


class GoldPage(BlocksPage[None]):
    """A read-only page. figures: the agreement on the coder's training articles so far,
    oldest first.
    """

    SCOPE = "gold"

    def __init__(
        self, beside: BesideGold, figures: Sequence[Figure], lang: str
    ) -> None:
        super().__init__(lang)
        self.beside = beside
        self.figures = figures
        self.lines = beside.lines
        self.at = next((i for i, line in enumerate(self.lines) if not line.same), 0)
        self.keys = {
            **step_keys("gold.down", "gold.up", self.step),
            **step_keys(
                "gold.page_down", "gold.page_up", lambda step: self.step(10 * step)
            ),
            "gold.next": self._next,
            "gold.go": self.go,
            "gold.back": partial(self.answer, None),
        }

    def show(self) -> None:
        """Show the article's fields, then each event's, then the coder's agreement over
        time.
        """
        lang = self.lang
        beside = self.beside
        count = say(lang, "as_in_gold", n=beside.same, m=beside.of)
        self.show_title(listed(say(lang, "gold_title"), count, beside.state.article.id))
        blocks = []
        cluster = ""
        for line in self.lines:
            block: list[Row] = []
            if line.cluster_id != cluster:
                cluster = line.cluster_id
                block.append((Column(f" {self._event(line)}", 0, palette.TITLE),))
            blocks.append(
                block + (self._same(line) if line.same else self._differing(line))
            )
        self.load(
            [
                *blocks,
                [
                    (Column(f" {say(lang, 'so_far')}", 0, palette.TITLE),),
                    *self._so_far(),
                ],
            ]
        )

    def _event(self, line: Line) -> str:
        missing = (
            "only_in_gold"
            if line.own is None
            else "not_in_gold"
            if line.gold is None
            else ""
        )
        words = self.beside.event_in_words(line.cluster_id, self.lang)
        return listed(say(self.lang, missing) if missing else "", words)

    def _same(self, line: Line) -> list[Row]:
        value = self.beside.in_words(line.field, line.gold, self.lang)
        text = listed(line.field.label.of(self.lang), value)
        return [(Column(" =", 3, palette.DIM), Column(text, 0, palette.DIM))]

    def _differing(self, line: Line) -> list[Row]:
        lang = self.lang
        field = line.field
        rows: list[Row] = [
            (
                Column(" ≠", 3, palette.WRONG),
                Column(field.label.of(lang), 0, palette.KEY),
            )
        ]
        for name, answer in (("own_value", line.own), ("gold_value", line.gold)):
            if answer is not None:
                value = self.beside.in_words(field, answer, lang)
                rows += self._wrapped(say(lang, name), value, palette.TEXT)
        if field.help is not None and line.own is not None and line.gold is not None:
            rows += self._wrapped("", field.help.of(lang), palette.DIM)
        return rows

    def _wrapped(self, name: str, text: str, style: palette.Role) -> list[Row]:
        lines = wrapped(text, self.row_width - _NAME - 4, 1 if self.rtl else None)
        return [
            (
                Column("", 3),
                Column(name if i == 0 else "", _NAME, palette.DIM),
                Column(each, 0, style),
            )
            for i, each in enumerate(lines)
        ]

    def _so_far(self) -> list[Row]:
        """Return the rows of the agreement by week, each week's total before its
        articles.
        """
        rows: list[Row] = []
        for week in dict.fromkeys(figure.week for figure in self.figures):
            articles = [figure for figure in self.figures if figure.week == week]
            total = Figure(
                week,
                articles[0].at,
                sum(a.same for a in articles),
                sum(a.of for a in articles),
            )
            rows += [
                self._figure(total, palette.KEY),
                *(self._figure(a, palette.TEXT) for a in articles),
            ]
        return rows

    def _figure(self, figure: Figure, style: palette.Role) -> Row:
        count = say(self.lang, "as_in_gold", n=figure.same, m=figure.of)
        text = listed(count, isolate(figure.article))
        share = f"{figure.same / figure.of:.2f}" if figure.of else "—"
        return (Column("", 3), Column(share, 7, style), Column(text, 0, style))

    def _next(self) -> None:
        """Go to the next field that differs; after the last, to the first."""
        differing = [i for i, line in enumerate(self.lines) if not line.same]
        if differing:
            self.at = next((i for i in differing if i > self.at), differing[0])
            self.show()
        else:
            self.say("nothing_differs")

    def go(self) -> None:
        """Open a page with both answers, their evidence, and the codebook's help in
        full.
        """
        if self.at >= len(self.lines):
            return
        line = self.lines[self.at]
        book = self.beside.state.codebook
        lang = self.lang
        paragraphs = []
        for name, answer, coding in zip(
            ("own_value", "gold_value"),
            (line.own, line.gold),
            self.beside.codings,
            strict=True,
        ):
            quotes = [
                f"«{' '.join(quote.split())}»"
                for quote in self.beside.quotes(coding, answer)
            ]
            value = self.beside.in_words(line.field, answer, lang)
            paragraphs.append((say(lang, name), listed(value, *quotes)))
        paragraphs += describe_field_help(line.field, line.gold or line.own, book, lang)
        self.app.push_screen(text_page(line.field.label.of(lang), paragraphs, lang))
