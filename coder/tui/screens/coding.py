"""The coding screen: the article with its candidates, the event record, one key per decision.

What the keys of a scope do is in `article_keys`, `draw_keys` and `form_keys`, one class each.
"""

from __future__ import annotations

from time import monotonic

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Key, Resize
from textual.screen import Screen

from coder.codebook.schema import Field
from coder.codebook.values import show
from coder.errors import CoderError
from coder.model import Answer, Article, Candidate, Span
from coder.service.coding import CodingSession, assigned
from coder.service.commands import published
from coder.service.filling import value_for
from coder.service.form import FormRow, rows
from coder.service.marks import UNDECIDED, Mark, marks
from coder.service.project import Project
from coder.text.display import isolate
from coder.text.reading import Reading
from coder.tui import palette
from coder.tui.footer import footer_columns
from coder.tui.keys import action_for, pressed
from coder.tui.screens.article_keys import ArticleKeys
from coder.tui.screens.draw_keys import DrawKeys
from coder.tui.screens.form_keys import FormKeys
from coder.tui.widgets.article import ArticlePane
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.form import record_row, tabs
from coder.tui.widgets.rows import Column, RowList
from coder.tui.words import listed, say

WIDE = 120
"""Columns from which article and record stand side by side."""


class CodingScreen(Screen[None]):
    """One coder, one article; `open_article` brings the next one."""

    CSS = """
    CodingScreen #main { height: 1fr; }
    CodingScreen #side { height: 10; }
    CodingScreen.record #side { height: 14; }
    CodingScreen.choosing #side { height: 14; }
    CodingScreen #form { height: 1fr; }
    CodingScreen #chooser { height: 1fr; }
    CodingScreen.choosing #form { display: none; }
    CodingScreen.wide #main { layout: horizontal; }
    CodingScreen.wide #article { dock: right; width: 60%; height: 100%; }
    CodingScreen.wide #side { width: 1fr; height: 100%; }
    CodingScreen.wide #form { display: block; }
    CodingScreen.wide #chooser { height: 16; }
    """

    def __init__(self, project: Project, coder: str, article: Article) -> None:
        super().__init__()
        self.project = project
        self.coder = coder
        self.lang = project.config.language
        self.rtl = self.lang == "ar"
        self.started = monotonic()
        self.codebook = project.codebook
        self.glyphs = {kind.id: kind.glyph for kind in self.codebook.span_kinds}
        self.draw = DrawKeys(self)
        self.record = FormKeys(self)
        self.handlers: dict[str, ArticleKeys | DrawKeys | FormKeys] = {
            "article": ArticleKeys(self),
            "draw": self.draw,
            "form": self.record,
        }
        self._take_up(article)

    # ---------------------------------------------------------------- composing
    def compose(self) -> ComposeResult:
        """Everything there will ever be on the screen."""
        yield Bar(rtl=self.rtl, id="header")
        with Container(id="main"):
            yield ArticlePane(self.glyphs, brackets=palette.without_colour(), id="article")
            with Container(id="side"):
                yield Bar(rtl=self.rtl, style=palette.TITLE, id="tabs")
                yield RowList(rtl=self.rtl, id="form")
                yield Chooser(rtl=self.rtl, id="chooser")
        yield Bar(rtl=self.rtl, style=palette.TEXT, id="info")
        yield Bar(rtl=self.rtl, style=palette.TEXT, id="message")
        yield Bar(rtl=self.rtl, id="footer")

    def on_mount(self) -> None:
        """Find the parts once, then show the article."""
        self.pane = self.query_one(ArticlePane)
        self.form = self.query_one("#form", RowList)
        self.chooser = self.query_one(Chooser)
        self.bars = {bar.id: bar for bar in self.query(Bar)}
        self.pane.focus()
        self._show_article()
        self.set_interval(30, self._show_header)

    def on_resize(self, event: Resize) -> None:
        """Side by side from WIDE columns on."""
        self.set_class(event.size.width >= WIDE, "wide")
        if self.is_mounted:
            self.call_after_refresh(self.show_info)

    def open_article(self, article: Article) -> None:
        """Leave this article, with everything written, for another."""
        self.session.close()
        self._take_up(article)
        self._show_article()

    def on_descendant_focus(self) -> None:
        """Other keys work now."""
        if self.is_mounted and hasattr(self, "bars"):
            self.show_info()

    def on_unmount(self) -> None:
        """Write what is left."""
        self.session.close()

    def _take_up(self, article: Article) -> None:
        self.session = CodingSession(self.project, article, self.coder, self._failed)
        self.reading = Reading(article.text)
        self.work = assigned(self.project, self.coder)
        events = self.session.coding.events
        self.event_id = events[-1].id if events else ""
        self.marks: list[Mark] = []
        self.current: Mark | None = None
        self.record.field_index = 0

    # ---------------------------------------------------------------- showing
    def _show_article(self) -> None:
        self.pane.load(self.session.article)
        self.refresh_work()
        # Take up where the last decision was made.
        decided = [i for i, m in enumerate(self.marks) if m.state != UNDECIDED]
        self.go_to(decided[-1] + 1 if decided else 0)

    def refresh_work(self) -> None:
        """Show the coding as it is now."""
        self.marks = marks(self.session.candidates, self.session.coding)
        self.pane.set_marks(self.marks)
        if self.current is not None:
            self.set_current(self._same(self.current))
        self._show_header()
        self.refresh_form()

    def _same(self, mark: Mark) -> Mark | None:
        """The highlight that was `mark` before the last change."""
        stretch = (mark.kind, mark.start, mark.end)
        exact = [m for m in self.marks if (m.kind, m.start, m.end) == stretch]
        return next(iter(exact or [m for m in self.marks if m.id == mark.id]), None)

    def refresh_form(self) -> None:
        """Show the record of the current event as it is now."""
        coding = self.session.coding
        if self.event_id and coding.event(self.event_id) is None:
            self.event_id = coding.events[-1].id if coding.events else ""
        self.problems = self.session.problems()
        self.form_rows: list[FormRow] = rows(coding, self.event_id, self.codebook, self.problems, self.lang)
        self.record.field_index = max(0, min(self.record.field_index, len(self.form_rows) - 1))
        self.form.load([record_row(row, self.lang) for row in self.form_rows], self.record.field_index)
        self.bars["tabs"].show(*tabs(coding, self.event_id, self.problems, self.codebook, self.lang))

    def _show_header(self) -> None:
        left = sum(m.state == UNDECIDED for m in self.marks)
        progress = say(self.lang, "undecided", n=left) if left else say(self.lang, "all_decided")
        if self.session.submitted:
            progress = say(self.lang, "submitted")
        words = [self.session.article.id]
        for number, each in enumerate(self.work, start=1):
            if each.article == self.session.article.id:
                words += [say(self.lang, "of", n=number, m=len(self.work)), each.stage]
        minutes = f"{int(monotonic() - self.started) // 60}′"
        self.bars["header"].show(
            Column(f" {self.coder} ", len(self.coder) + 2, palette.KEY),
            Column(listed(*words), 0, palette.BAR),
            Column(listed(progress, minutes) + " ", 26, palette.BAR),
        )

    def show_info(self) -> None:
        """The line about the current highlight, and the keys that work now."""
        self.bars["info"].show(self._info())
        self.bars["footer"].show(*footer_columns(self.scopes(), self.lang, self.size.width))

    def _info(self) -> Column:
        if self.draw.selection is not None:
            kinds = " ".join(f"{k.key}={k.label.of(self.lang)}" for k in self.codebook.span_kinds)
            return Column(say(self.lang, "drawing", kinds=kinds), 0, palette.KEY)
        if self.form.has_focus and self.form_rows:
            return self._field_info(self.record.row)
        mark = self.current
        if mark is None:
            return Column(say(self.lang, "no_marks"), 0, palette.DIM)
        kind = self.codebook.span_kind(mark.kind)
        words = [f"{kind.glyph} {kind.label.of(self.lang)}", say(self.lang, mark.state)]
        words.append(self._value_in_words(mark))
        fields = [
            f"{isolate(event.id)} {self.codebook.event_field(name).label.of(self.lang)}"
            for event in self.session.coding.events
            for name, answer in event.fields.items()
            if mark.id in answer.evidence
        ]
        words.append(say(self.lang, "in_fields", fields=", ".join(fields)) if fields else mark.origin)
        return Column(listed(*words), 0, palette.TITLE)

    def _field_info(self, row: FormRow) -> Column:
        """The whole of what the field holds, and what is wrong with it."""
        words = [row.field.label.of(self.lang), row.text]
        if row.answer.comment:
            words.append(f"✎ {row.answer.comment}")
        if row.problem is not None:
            words.append(row.problem.message.of(self.lang))
        for span_id in row.answer.evidence:
            found = self.session.coding.span(span_id) or self.session.by_id.get(span_id)
            words.append(f"«{found.quote}»" if found is not None else "")
        return Column(listed(*words), 0, palette.WRONG if row.state == "wrong" else palette.TITLE)

    def _value_in_words(self, mark: Mark) -> str:
        """What the span would give the first field that takes its kind."""
        target = self.target()
        if target is None:
            return ""
        for field in self.codebook.fields_for_kind(mark.kind):
            value = value_for(field, target, self.codebook, published(self.session.coding))
            if value is not None:
                return show(field, value, self.codebook, self.lang)
        return ""

    def say(self, key: str, **values: object) -> None:
        """A short message in the line above the footer."""
        self.bars["message"].show(Column(say(self.lang, key, **values), 0, palette.GOOD))

    def complain(self, error: CoderError) -> None:
        """What went wrong and what to do."""
        self.bars["message"].show(Column(listed(error.message, error.hint), 0, palette.WRONG))

    def _failed(self, error: Exception) -> None:
        self.app.call_from_thread(self._show_failure, error)  # the writer's thread calls this

    def _show_failure(self, error: Exception) -> None:
        text = say(self.lang, "not_saved", what=f"{error} {getattr(error, 'hint', '')}")
        self.bars["message"].show(Column(text, 0, palette.WRONG))
        self.app.bell()

    # ---------------------------------------------------------------- keys
    def scopes(self) -> tuple[str, ...]:
        """Where the keys work now, the nearest first."""
        if self.chooser.asked is not None:
            return ("choose",)
        if self.draw.selection is not None:
            return ("draw", "any")
        return ("form", "any") if self.form.has_focus else ("article", "any")

    def on_key(self, event: Key) -> None:
        """One key, one action; letters of fields and kinds come from the codebook."""
        raw = event.character or ""
        scope = self.scopes()[0]
        # In the record an Arabic letter is typed text, not the Latin key under it.
        typing = scope == "form" and "\u0621" <= raw <= "\u064a"
        key = raw if typing else pressed(event.key, event.character)
        action = action_for(key, self.scopes())
        if action is not None and action.scope == "any":
            return
        try:
            if action is not None:
                getattr(self.handlers[scope], action.name)()
                used = True
            else:
                used = scope in self.handlers and self.handlers[scope].other_key(key, raw)
        except CoderError as error:
            self.complain(error)
            used = True
        if used:
            event.stop()
            event.prevent_default()
            if action is None or action.name != "submit":
                self.record.asked_to_submit = False
            self.show_info()

    def on_chooser_closed(self) -> None:
        """Back to where one was."""
        self.set_class(False, "choosing")
        (self.form if self.has_class("record") else self.pane).focus()
        self.show_info()

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """A click on a field goes there."""
        self.record.field_index = message.index
        self.set_class(True, "record")
        self.form.focus()
        self.refresh_form()

    def on_article_pane_touched(self, message: ArticlePane.Touched) -> None:
        """A click goes to the innermost highlight there."""
        hit = [m for m in self.marks if m.start <= message.offset < m.end]
        if hit:
            self.set_current(min(hit, key=lambda m: m.end - m.start))

    def on_article_pane_dragged(self, message: ArticlePane.Dragged) -> None:
        """A stretch marked with the mouse is being drawn."""
        self.draw.begin(message.start, message.end)

    # ---------------------------------------------------------------- the place in the article
    def set_current(self, mark: Mark | None) -> None:
        """Put the cursor on a highlight."""
        self.current = mark
        self.pane.set_current(mark)
        self.show_info()

    def go_to(self, index: int) -> None:
        """Put the cursor on a highlight by its number, as near as there is one."""
        if self.marks:
            self.set_current(self.marks[max(0, min(len(self.marks) - 1, index))])
        else:
            self.show_info()

    def target(self) -> Candidate | Span | None:
        """The candidate or span under the cursor."""
        if self.current is None:
            return None
        return self.session.coding.span(self.current.id) or self.session.by_id.get(self.current.id)

    def shown_value(self, field: Field, answer: Answer) -> str:
        """A value in the words of the screen's language."""
        return show(field, answer.value, self.codebook, self.lang)

    def turn(self, way: str) -> None:
        """Undo or redo."""
        what = self.session.undo() if way == "undo" else self.session.redo()
        if what is None:
            self.say(f"nothing_to_{way}")
        else:
            self.say("undone" if way == "undo" else "redone", what=what)
        self.refresh_work()

    def switch_event(self, step: int) -> None:
        """To the next event, the article's own fields among them."""
        ids = ["", *(event.id for event in self.session.coding.events)]
        at = ids.index(self.event_id) if self.event_id in ids else 0
        self.event_id = ids[(at + step) % len(ids)]
        self.record.field_index = 0
        self.refresh_form()
