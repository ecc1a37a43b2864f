"""The agreement tab of the review: fields, values taken for one another, coder by coder, and over time.

It shows the tables of `coder agree`, made from the kept comparisons in a thread; keys only move in them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from textual.app import ComposeResult
from textual.containers import Container
from textual.worker import WorkerCancelled, get_current_worker

from coder.agreement.field_agreement import ranks_of
from coder.agreement.reliability_data import Unit
from coder.agreement.result import Score
from coder.agreement.study import Study
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Json
from coder.report.contents import Report, worst_first
from coder.report.figure_tables import Cell, Named, Table, coded_value, field_of, reason_words, words_of
from coder.service.figures.agreement_report import agreement_report
from coder.service.project.opened import Project
from coder.text.display import fit, isolate
from coder.tui import palette
from coder.tui.keys import both_ways
from coder.tui.screens.event_table import Grid
from coder.tui.screens.list_screen import ListScreen
from coder.tui.screens.screen_pages import paragraph_rows
from coder.tui.sentences import complaint, listed, say
from coder.tui.widgets.figure_lines import block, changes_told, drawn, ltr, scale, shade, steps, times
from coder.tui.widgets.rows import Bar, Column, Line, Row, RowList

VIEWS = ("fields", "values", "coders", "time")
_PAGE = 15
_NAME, _CELL, _N, _FIGURE, _INTERVAL, _STATUS = 20, 7, 7, 8, 16, 18
"""Cells for a name, for a number of a matrix, and for the columns of a list."""


@dataclass
class Shown:
    """What the tab shows, kept while an article is looked at: figures, the view, and the cursors in it."""

    study: Study | None = None
    report: Report | None = None
    view: str = VIEWS[0]
    at: dict[str, int] = field(default_factory=dict)
    """By view, and `across` for the column of values: where the cursor is."""
    cases: Sequence[Unit] = ()
    """Those of a field that are listed, empty where the list is not open."""


class AgreementScreen(ListScreen[tuple[str, Unit]]):
    """Answers with a field and a unit of it on which coders differ, which the grid is to show."""

    SCOPES = ("agreement",)
    CSS = "AgreementScreen #page, AgreementScreen Container { height: 1fr; }"

    def __init__(self, project: Project, shown: Shown, lang: str) -> None:
        super().__init__(lang)
        self.project, self.shown = project, shown
        self.list = self.grid = Grid(rtl=self.rtl, id="page")
        self.bars["head"] = Bar(rtl=self.rtl, style=palette.TITLE, id="head")
        self.bars["info"] = Line(rtl=self.rtl, id="info")
        on, back = ("left", "right") if self.rtl else ("right", "left")
        self.keys = {
            **both_ways("agreement.down", "agreement.up", self._down),
            **both_ways("agreement.page_down", "agreement.page_up", lambda step: self._down(_PAGE * step)),
            **both_ways("agreement.last", "agreement.first", lambda way: self._down(way * 10**6)),
            **both_ways(f"agreement.{on}", f"agreement.{back}", self._across),
            **both_ways("agreement.turn", "agreement.turn_back", self._turn),
            "agreement.go": self._go,
            "agreement.back": self._back,
        }

    def compose(self) -> ComposeResult:
        yield self.bars["title"]
        yield self.bars["head"]
        with Container():
            yield self.grid
        for name in ("info", "message", "footer"):
            yield self.bars[name]

    def on_mount(self) -> None:
        super().on_mount()
        self.run_worker(self._work_out, thread=True, exclusive=True)

    # ---------------------------------------------------------------- figures
    def _work_out(self) -> None:
        worker = get_current_worker()

        def told(done: int, of: int) -> None:
            if worker.is_cancelled:
                raise WorkerCancelled
            self.app.call_from_thread(self._say_progress, done, of)

        try:
            study, report = agreement_report(self.project, progress=told)
        except WorkerCancelled:
            return
        except CoderError as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._complain, error)
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._take, study, report)

    def _complain(self, error: CoderError) -> None:
        self.bars["message"].show(Column(complaint(self.lang, error), 0, palette.WRONG))

    def _say_progress(self, done: int, of: int) -> None:
        self.say("agreement_compared", done=done, of=of)

    def _take(self, study: Study, report: Report) -> None:
        self.shown.study, self.shown.report = study, report
        self.bars["message"].show()
        self.draw(self.size.width)

    @property
    def book(self) -> Codebook:
        """The codebook of the figures."""
        assert self.shown.study is not None
        return self.shown.study.codebook

    def _table(self, name: str) -> Table | None:
        return (
            next((t for t in self.shown.report.tables if t.name == name), None) if self.shown.report else None
        )

    @property
    def field(self) -> str:
        """The field under the cursor of the list of fields."""
        rows = worst_first(self.shown.study.fields) if self.shown.study else []
        return rows[min(self.shown.at.get("fields", 0), len(rows) - 1)].field if rows else ""

    # ---------------------------------------------------------------- drawing
    def draw(self, width: int) -> None:
        shown, self.grid.whole_rows = self.shown, True
        if shown.study is None:
            self.show_title(say(self.lang, "agreement"))
            if not self.bars["message"].row:
                self.say("agreement_working")
            return
        views = {view: say(self.lang, f"agreement_{view}") for view in VIEWS}
        marked = [f"[{name}]" if view == shown.view else name for view, name in views.items()]
        about = say(self.lang, "agreement_articles", n=shown.study.events.articles)
        self.show_title(f"{say(self.lang, 'agreement')}  {listed(*marked)}  {about}")
        self.bars["info"].show()
        self.bars["head"].show()
        if shown.cases:
            self._draw_cases(width)
        else:
            {"fields": self._draw_fields, "values": self._draw_values,
             "coders": self._draw_coders, "time": self._draw_time}[shown.view](width)  # fmt: skip

    def _load(self, rows: Sequence[Row], view: str, cursors: int | None = None) -> int:
        """Show rows with the cursor of that view, which stays among the first `cursors` of them."""
        last = (len(rows) if cursors is None else cursors) - 1
        at = self.shown.at[view] = max(0, min(self.shown.at.get(view, 0), last))
        self.grid.load(rows, at)
        return at

    def _draw_fields(self, width: int) -> None:
        assert self.shown.study is not None and self.shown.report is not None
        found = worst_first(self.shown.study.fields)
        wide = width - _NAME - 2 * _FIGURE - _N - _INTERVAL - _STATUS - 12
        bar = min(40, wide) if wide >= 20 else 0
        name = width - _N - _FIGURE - _INTERVAL - _STATUS - (bar + 2 if bar else 0)
        keys = ("field", "n", "alpha", "interval", "status")
        head = [say(self.lang, f"agreement_{key}") for key in keys]
        sizes = (name, _N, _FIGURE, _INTERVAL, _STATUS)
        line = [Column(f" {words}", cells, palette.TITLE) for words, cells in zip(head, sizes, strict=True)]
        if bar:
            line.append(Column(ltr(scale(bar)), bar + 2, palette.DIM))
        self.bars["head"].show(*line)
        rows: list[Row] = []
        statuses = {row[0].id: row for row in self._rows("fields") if isinstance(row[0], Named)}
        columns = [c.name for c in table.columns] if (table := self._table("fields")) else []
        for each in found:
            label = field_of(self.book, each.field).label.of(self.lang)
            judged = words_of(statuses[each.field][columns.index("judged")], self.lang)
            line = [
                Column(f" {fit(label, name - 2)}", name),
                Column(f" {each.pairable}", _N, palette.DIM),
                Column(f" {words_of(each.alpha, self.lang)}", _FIGURE, shade(each.alpha)),
                Column(f" {ltr(words_of(each.interval, self.lang))}", _INTERVAL),
                Column(f" {fit(judged, _STATUS - 2)}", _STATUS),
            ]
            if bar:
                line.append(Column(ltr(drawn(each.alpha, each.interval, bar)), bar + 2, palette.KEY))
            rows.append(tuple(line))
        notes = [("", words.of(self.lang)) for words in self.shown.report.remarks]
        at = self._load([*rows, (Column(""),), *paragraph_rows(notes, self.rtl, width)], "fields", len(rows))
        if found:
            each = found[at]
            strict = next((s.alpha for s in self.shown.study.strict if s.field == each.field), None)
            told = [f"{say(self.lang, 'agreement_percent')} {words_of(each.percent, self.lang)}"]
            if strict is not None and strict.value is not None:
                told.append(f"{say(self.lang, 'agreement_strict')} {words_of(strict, self.lang)}")
            if each.below.value is not None:
                told.append(ltr(f"p(<.667) {words_of(each.below, self.lang)}"))
            told.append(words_of(statuses[each.field][columns.index("judged")], self.lang))
            if each.interval.lower is not None and each.interval.reason:
                told.append(reason_words(each.interval.reason).of(self.lang))
            self.bars["info"].show(Column(f" {listed(*told)}", 0, palette.TITLE))

    def _rows(self, name: str) -> Sequence[Sequence[Cell]]:
        table = self._table(name)
        return table.rows if table is not None else ()

    def _draw_values(self, width: int) -> None:
        table = self._table(f"coincidences_{self.field}")
        label = field_of(self.book, self.field).label.of(self.lang) if self.field else ""
        if table is None:
            self._load(
                [(Column(f" {say(self.lang, 'agreement_no_values', field=label)}", 0, palette.DIM),)], "row"
            )
            return
        self.grid.whole_rows = False
        names = [words_of(row[0], self.lang) for row in table.rows]
        room = max(1, (width - _NAME - 5) // _CELL)
        across = self.shown.at["across"] = max(0, min(self.shown.at.get("across", 0), len(names) - 1))
        first = max(0, min(self.shown.at.get("first", 0), len(names) - room))
        first = self.shown.at["first"] = max(across - room + 1, min(first, across))
        seen = range(first, min(len(names), first + room))
        more = ("‹" if first else "") + ("›" if seen.stop < len(names) else "")
        head = [Column(f" {fit(label, _NAME - 4)} {more}", _NAME + 5, palette.KEY)]
        self.bars["head"].show(*head, *(Column(f" {j + 1}", _CELL, palette.TITLE) for j in seen))
        at = max(0, min(self.shown.at.get("row", 0), len(names) - 1))
        rows: list[Row] = []
        for i, row in enumerate(table.rows):
            line = [Column(f" {i + 1}", 5, palette.DIM), Column(f"{fit(names[i], _NAME - 1)}", _NAME)]
            for j in seen:
                met = times(row, i, j)
                style = palette.DIM if not met else palette.TEXT if i == j else palette.WRONG
                here = palette.CURSOR if (i, j) == (at, across) else style
                line.append(Column(f" {met:g}" if met else " ·", _CELL, here))
            rows.append(tuple(line))
        self._load(rows, "row")
        met = times(table.rows[at], at, across)
        key = "agreement_same" if at == across else "agreement_met"
        told = say(self.lang, key, one=names[at], other=names[across], times=f"{met:g}")
        self.bars["info"].show(Column(f" {told}", 0, palette.TITLE))

    def _draw_coders(self, width: int) -> None:
        """The heat map of one figure; across goes to the next figure."""
        groups: dict[str, list[Sequence[Cell]]] = {}
        words: dict[str, str] = {}
        for row in self._rows("coders"):
            if isinstance(row[0], Named):
                groups.setdefault(row[0].id, []).append(row)
                words[row[0].id] = words_of(row[0], self.lang)
        if not groups:
            self._load([(Column(f" {say(self.lang, 'agreement_no_pairs')}", 0, palette.DIM),)], "coder")
            return
        names = [*groups]
        what = self.shown.at["what"] = max(0, min(self.shown.at.get("what", 0), len(names) - 1))
        pairs = {frozenset((str(row[1]), str(row[2]))): row for row in groups[names[what]]}
        coders = sorted({coder for pair in pairs for coder in pair})
        cell = max(9, min(16, (width - _NAME) // max(1, len(coders))))
        more = f"{words[names[what]]} {say(self.lang, 'of', n=what + 1, m=len(names))}"
        self.bars["head"].show(
            Column(f" {fit(more, _NAME - 2)}", _NAME, palette.KEY),
            *(Column(f" {isolate(fit(c, cell - 2))}", cell, palette.TITLE) for c in coders),
        )
        rows: list[Row] = []
        for one in coders:
            line = [Column(f" {isolate(fit(one, _NAME - 2))}", _NAME)]
            for other in coders:
                pair = pairs.get(frozenset((one, other)))
                score = pair[5] if pair is not None else None
                text = words_of(score, self.lang) if pair is not None else "·"
                look = shade(score) if isinstance(score, Score) else palette.DIM
                line.append(Column(f" {ltr(block(score) + text)}", cell, look))
            rows.append(tuple(line))
        at = self._load(rows, "coder")
        told = [
            f"{isolate(coders[at])} {isolate(str(row[1] if str(row[2]) == coders[at] else row[2]))} "
            f"{words_of(row[5], self.lang)} (n {row[3]})"
            for pair, row in pairs.items() if coders[at] in pair
        ]  # fmt: skip
        self.bars["info"].show(Column(f" {listed(*told)}", 0, palette.TITLE))

    def _draw_time(self, width: int) -> None:
        """The figures step by step, each a line on the scale from 0 to 1, and what changed."""
        table, changes = self._table("drift"), self._table("changes")
        size = min(60, width - 12 - _N - _FIGURE - _INTERVAL - 2)
        told = [] if table is not None else [("", say(self.lang, "agreement_no_time"))]
        told += changes_told(changes, self.lang) if changes is not None else []
        keys = ("from", "articles_column", "alpha", "interval")
        sizes = (12, _N, _FIGURE, _INTERVAL)
        head = [say(self.lang, f"agreement_{key}") for key in keys]
        line = [Column(f" {words}", cells, palette.TITLE) for words, cells in zip(head, sizes, strict=True)]
        self.bars["head"].show(*line, Column(ltr(scale(size)), 0, palette.DIM))
        rows = steps(table, sizes, size, self.lang) if table is not None else []
        self._load([*rows, *paragraph_rows(told, self.rtl, width)], "step")

    def _draw_cases(self, width: int) -> None:
        rows: list[Row] = []
        for unit in self.shown.cases:
            said = [f"{who}: {self._value(json.loads(value))}" for who, value in unit.values.items()]
            rows.append(
                (
                    Column(f" {isolate(fit(unit.article, 22))}", 24, palette.KEY),
                    Column(listed(*said)),
                )
            )
        label = field_of(self.book, self.field).label.of(self.lang)
        told = say(self.lang, "agreement_cases", field=label, n=len(rows))
        self.bars["head"].show(Column(f" {told}", 0, palette.TITLE))
        self._load(rows, "case")

    def _value(self, value: Json) -> str:
        """A value as the distance reads it, in words."""
        if isinstance(value, dict) and "blank" in value:
            return self.book.blank(value["blank"]).label.of(self.lang)
        about = field_of(self.book, self.field)
        if isinstance(value, int | float) and about.distance.kind == "ordinal":
            by_rank = {rank: name for name, rank in ranks_of(about, self.book).items()}
            value = by_rank.get(value, value)
        if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            names = [coded_value(about, each, self.book).words.of(self.lang) for each in value]
            return words_of(tuple(names), self.lang) if about.is_list else names[-1]
        if isinstance(value, str):
            return coded_value(about, value, self.book).words.of(self.lang)
        return json.dumps(value, ensure_ascii=False)

    # ---------------------------------------------------------------- keys
    def _down(self, step: int) -> None:
        view = "case" if self.shown.cases else {"values": "row", "coders": "coder", "time": "step"}.get(
            self.shown.view, self.shown.view
        )  # fmt: skip
        self.shown.at[view] = max(0, self.shown.at.get(view, 0) + step)
        if self.shown.view == "fields" and not self.shown.cases:
            self.shown.at["row"] = self.shown.at["across"] = 0
        self.draw(self.size.width)

    def _across(self, step: int) -> None:
        key = {"values": "across", "coders": "what"}.get(self.shown.view)
        if key is not None and not self.shown.cases:
            self.shown.at[key] = max(0, self.shown.at.get(key, 0) + step)
            self.draw(self.size.width)

    def _turn(self, step: int) -> None:
        self.shown.cases = ()
        self.shown.view = VIEWS[(VIEWS.index(self.shown.view) + step) % len(VIEWS)]
        self.bars["message"].show()
        self.draw(self.size.width)

    def _go(self) -> None:
        """From a field to its values, from two values to the cases, from a case to its article."""
        shown = self.shown
        if shown.study is None or not self.field:
            return
        if shown.cases:
            self.answer((self.field, shown.cases[shown.at["case"]]))
            return
        matrix = self._table(f"coincidences_{self.field}")
        if shown.view == "fields" and matrix is not None:
            self._turn(1)
        elif shown.view in ("fields", "values"):
            names = [row[0].id for row in matrix.rows if isinstance(row[0], Named)] if matrix else []
            two = (names[shown.at["row"]], names[shown.at["across"]]) if names else None
            self.say("agreement_looking")
            self.run_worker(partial(self._find, self.field, two), thread=True, exclusive=True)

    def _find(self, name: str, two: tuple[str, str] | None) -> None:
        """The cases of two values, or all on which coders differ; the comparisons are read again."""
        assert self.shown.study is not None
        found, worker = self.shown.study.cases(name, two), get_current_worker()
        if not worker.is_cancelled:
            self.app.call_from_thread(self._list_cases, found)

    def _list_cases(self, found: Sequence[Unit]) -> None:
        self.bars["message"].show()
        self.shown.cases, self.shown.at["case"] = found, 0
        if not found:
            self.say("agreement_no_cases")
        self.draw(self.size.width)

    def _back(self) -> None:
        """Out of the cases, to the fields, then to the queue."""
        if self.shown.cases or self.shown.view != VIEWS[0]:
            self.shown.view = self.shown.view if self.shown.cases else VIEWS[0]
            self.shown.cases = ()
            self.draw(self.size.width)
        else:
            self.answer(None)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """A click goes to a row; on the row of the cursor it opens it."""
        was = self.grid.cursor
        self._down(message.index - was)
        if message.index == was:
            self._go()
