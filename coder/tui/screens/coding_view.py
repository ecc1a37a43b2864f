"""The coding screen without its keys: what it holds, and how it is shown."""

from __future__ import annotations

from time import monotonic

from textual.app import ComposeResult
from textual.containers import Container

from coder.codebook.schema import Field
from coder.model import Answer, Article, Candidate, Span
from coder.service.coding.article_marks import UNDECIDED, Mark, commented, marks
from coder.service.coding.edits import Place
from coder.service.coding.ordered_writer import Way
from coder.service.coding.record_rows import FormRow, rows
from coder.service.coding.session import CodingSession, assigned
from coder.service.project.opened import Project
from coder.text.display import isolate
from coder.text.reading import Reading
from coder.tui import palette
from coder.tui.footer import footer_columns
from coder.tui.pane_size import ARTICLE_PERCENT, SIDE, WIDE
from coder.tui.screens.about_line import about_field, about_mark
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.selection import Selection
from coder.tui.sentences import change_name, listed, say
from coder.tui.tasks import find_task
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.chooser import AskingList, Chooser
from coder.tui.widgets.record_lines import record_row, tabs
from coder.tui.widgets.rows import Column
from coder.values.typed import show


class CodingView(WorkScreen):
    """One coder, one article; `open_article` brings the next one. What keys do is in `CodingScreen`."""

    CSS = """
    CodingScreen #main { height: 1fr; }
    CodingScreen #article { height: 1fr; }
    CodingScreen #side { height: $SIDE; }
    CodingScreen.record #side { height: 14; }
    CodingScreen #form { height: 1fr; }
    CodingScreen.wide #main { layout: horizontal; }
    CodingScreen.wide #article { dock: right; width: $PERCENT%; height: 100%; }
    CodingScreen.wide #side { width: 1fr; height: 100%; }
    """.replace("$SIDE", str(SIDE)).replace("$PERCENT", str(ARTICLE_PERCENT))

    session: CodingSession

    def __init__(self, project: Project, coder: str, article: Article) -> None:
        super().__init__(project)
        self.coder = coder
        self.started = monotonic()
        self._take_up(article)

    # ---------------------------------------------------------------- composing
    def compose(self) -> ComposeResult:
        """Everything there will ever be on the screen."""
        yield Bar(rtl=self.rtl, id="header")
        with Container(id="main"):
            yield ArticlePane(self.glyphs, brackets=palette.without_colour(), id="article")
            with Container(id="side"):
                yield Bar(rtl=self.rtl, style=palette.TITLE, id="tabs")
                yield AskingList(rtl=self.rtl, id="form")
        yield Bar(rtl=self.rtl, style=palette.TEXT, id="info")
        yield Bar(rtl=self.rtl, style=palette.TEXT, id="message")
        yield Bar(rtl=self.rtl, id="footer")

    def on_mount(self) -> None:
        """Find the parts once, then show the article."""
        self.pane = self.query_one(ArticlePane)
        self.form = self.query_one(AskingList)
        super().on_mount()
        self.pane.focus()
        self._show_article()
        self.set_interval(30, self.show_header)

    def on_screen_resume(self) -> None:
        """A screen that is pushed after the terminal told its size gets no resize of its own."""
        self.fit(self.app.size.width)

    def fit(self, width: int) -> None:
        """Side by side from WIDE columns on."""
        self.set_class(width >= WIDE, "wide")
        if self.bars:
            self.call_after_refresh(self.show_mode)

    def open_article(self, article: Article) -> None:
        """Leave this article, with everything written, for another."""
        self.session.close()
        self._take_up(article)
        self._show_article()

    def on_descendant_focus(self) -> None:
        """Other keys work now."""
        if self.bars:
            self.show_mode()

    def on_unmount(self) -> None:
        """Write what is left."""
        self.session.close()

    def _take_up(self, article: Article) -> None:
        self.session = CodingSession(self.project, article, self.coder, self.failed, self.line)
        self.use(self.session.codebook)
        self.reading = Reading(article.text)
        self.work = assigned(self.project, self.coder)
        events = self.session.coding.events
        self.event_id = events[-1].id if events else ""
        self.marks: list[Mark] = []
        self._marked: tuple[object, object] = (None, None)
        """The candidates and spans that the highlights were made of: a value alone changes none."""
        self.current: Mark | None = None
        self.selection: Selection | None = None
        self.resizing = False
        self.field_index = 0

    def reload(self) -> None:
        """The coding as it is in the database now, at the same place."""
        event_id, field_index, current = self.event_id, self.field_index, self.current
        self._take_up(self.session.article)
        self.event_id, self.field_index, self.current = event_id, field_index, current
        self.pane.set_kinds(self.glyphs)
        self.show_selection(None)
        self.refresh_work()

    # ---------------------------------------------------------------- showing
    def _show_article(self) -> None:
        self.pane.set_kinds(self.glyphs)
        self.pane.load(self.session.article)
        self.refresh_work()
        if left := self.session.to_look_at():
            book, first = self.codebook.ref, left[0].message.of(self.lang)
            self.say("look_again", codebook=isolate(book), n=len(left), first=first)
        if self.session.elsewhere:
            self.warn("open_elsewhere", who=self.coder)
        elif not left:
            self.call_after_refresh(self._say_what_is_held_back)
        # Take up where the last decision was made.
        decided = [i for i, m in enumerate(self.marks) if m.state != UNDECIDED]
        self.go_to(decided[-1] + 1 if decided else 0)

    def _say_what_is_held_back(self) -> None:
        """That acts of war in an article about sport or markets are not proposed."""
        if subject := self.session.held_back():
            self.say(f"about_{subject}")

    def refresh_work(self) -> None:
        """Show the coding as it is now."""
        coding, before = self.session.coding, self._marked
        self._marked = self.session.candidates, coding.spans
        if self._marked != before:
            self.marks = marks(self.session.candidates, coding)
            self.pane.set_marks(self.marks)
        self.pane.set_commented(commented(coding))
        if self.current is not None:
            self.set_current(self._same(self.current))
        self.show_header()
        self.refresh_form()
        self._say_what_was_learned()

    def _say_what_was_learned(self) -> None:
        """That the last decision brings or takes candidates."""
        gained, lost = self.session.gained, self.session.lost
        self.session.gained, self.session.lost = [], []
        if gained:
            self.say("also_suggested", text=gained[0].quote, n=len(gained))
        elif lost:
            self.say("held_back", text=lost[0].quote)

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
        self.field_index = max(0, min(self.field_index, len(self.form_rows) - 1))
        self.form.load([record_row(row, self.lang) for row in self.form_rows], self.field_index)
        self.bars["tabs"].show(*tabs(coding, self.event_id, self.problems, self.codebook, self.lang))

    def show_header(self) -> None:
        """Who codes which article, and how far it is."""
        left = sum(m.state == UNDECIDED for m in self.marks)
        progress = say(self.lang, "undecided", n=left) if left else say(self.lang, "all_decided")
        if not self.session.candidates and self.session.article.boilerplate:
            progress = say(self.lang, "only_furniture")
        if self.session.blind:
            progress = say(self.lang, "blind")
        if self.session.submitted:
            progress = say(self.lang, "submitted")
        words = [self.session.article.id]
        for number, each in enumerate(self.work, start=1):
            if each.article == self.session.article.id:
                words += [say(self.lang, "of", n=number, m=len(self.work))]
                words.append(say(self.lang, f"stage_{each.stage}"))
        unwritten = self.not_written(self.session.writer)
        minutes = f"{int(monotonic() - self.started) // 60}′"
        self.bars["header"].show(
            Column(f" {self.coder} ", len(self.coder) + 2, palette.KEY),
            Column(listed(*words), 0, palette.BAR),
            Column(
                listed(unwritten or progress, minutes) + " ", 26, palette.WRONG if unwritten else palette.BAR
            ),
        )

    @property
    def chooser(self) -> Chooser:
        """Over the record."""
        return self.form.chooser

    def scopes(self) -> tuple[str, ...]:
        """Where the keys work now, the nearest first."""
        if self.chooser.asked is not None:
            return ("choose",)
        if self.selection is not None:
            return ("draw", "any")
        return ("form", "any") if self.form.has_focus else ("article", "any")

    def show_mode(self) -> None:
        """The line about the current highlight, and the keys that work now."""
        self.bars["info"].show(self._info())
        self.bars["footer"].show(*footer_columns(self.scopes(), self.lang, self.size.width))

    def _info(self) -> Column:
        if self.selection is not None:
            kinds = " ".join(f"{k.key}={k.label.of(self.lang)}" for k in self.codebook.span_kinds)
            return Column(say(self.lang, "drawing", kinds=kinds), 0, palette.KEY)
        if self.form.has_focus and self.form_rows:
            return about_field(self.row, self.evidence_of(self.row.answer), self.lang)
        if self.current is None:
            return Column(say(self.lang, "no_marks"), 0, palette.DIM)
        return about_mark(self.current, self.target(), self.session.coding, self.codebook, self.lang)

    # ---------------------------------------------------------------- the place in the article
    def set_current(self, mark: Mark | None) -> None:
        """Put the cursor on a highlight."""
        self.current = mark
        self.pane.set_current(mark)
        self.show_mode()

    def go_to(self, index: int) -> None:
        """Put the cursor on a highlight by its number, as near as there is one."""
        if self.marks:
            self.set_current(self.marks[max(0, min(len(self.marks) - 1, index))])
        else:
            self.show_mode()

    def show_selection(self, selection: Selection | None, *, resizing: bool = False) -> None:
        """A stretch is being drawn; None ends it. resizing: it began as the highlight under the cursor."""
        self.selection = selection
        self.resizing = resizing
        self.pane.set_selection((selection.start, selection.end) if selection else None)
        self.show_mode()

    def open_find(self) -> None:
        """Words in any spelling, from here on; what is chosen is selected, ready to become a span."""
        here = self.selection or self.current

        def select(start: int, end: int) -> None:
            self.go_to(next((i for i, m in enumerate(self.marks) if m.end > start), len(self.marks) - 1))
            self.show_selection(Selection(self.reading, start, end))

        self.open_task(find_task(self.reading, self.lang, select, here.end if here else 0))

    @property
    def row(self) -> FormRow:
        """The record's row under the cursor."""
        return self.form_rows[self.field_index]

    def target(self) -> Candidate | Span | None:
        """The candidate or span under the cursor."""
        if self.current is None:
            return None
        return self.span_or_candidate(self.current.id)

    def span_or_candidate(self, span_id: str) -> Candidate | Span | None:
        """What evidence names: a span of the coding, or for a proposal a candidate."""
        return self.session.coding.span(span_id) or self.session.by_id.get(span_id)

    def evidence_of(self, answer: Answer) -> list[Candidate | Span]:
        """The spans that support an answer, in the order in which they were given."""
        found = map(self.span_or_candidate, answer.evidence)
        return [span for span in found if span is not None]

    def answer(self, field: Field) -> Answer:
        """What the current event holds in a field."""
        event = self.session.coding.event(self.event_id)
        return event.answer(field.id) if event is not None else self.session.coding.answer(field.id)

    def shown_value(self, field: Field, answer: Answer) -> str:
        """A value in the words of the screen's language."""
        return show(field, answer.value, self.codebook, self.lang)

    def turn(self, way: Way) -> None:
        """Undo or redo."""
        turned = self.session.turn(way)
        if turned is None:
            self.say(f"nothing_to_{way}")
            return
        done = "undone" if way == "undo" else "redone"
        self.say(done, what=change_name(self.lang, turned.what, turned.place.words))
        self.refresh_work()
        self._show_place(turned.place)

    def _show_place(self, place: Place) -> None:
        """The cursors go to where a change was made: the record's to its field, the article's to its span."""
        if place.field is not None or self.session.coding.event(place.event_id) is not None:
            self.go_to_event(place.event_id)
        names = [row.field.id for row in self.form_rows]
        if place.field is not None and place.field.id in names:
            self.field_index = names.index(place.field.id)
            self.refresh_form()
        if place.span is not None:
            start = place.span.start
            here = (place.span.kind, start, place.span.end)
            exact = [i for i, m in enumerate(self.marks) if (m.kind, m.start, m.end) == here]
            near = (i for i, m in enumerate(self.marks) if m.end > start)
            self.go_to(next(iter(exact or near), len(self.marks) - 1))

    def switch_event(self, step: int) -> None:
        """To the next event, the article's own fields among them."""
        ids = ["", *(event.id for event in self.session.coding.events)]
        at = ids.index(self.event_id) if self.event_id in ids else 0
        self.go_to_event(ids[(at + step) % len(ids)])

    def go_to_event(self, event_id: str) -> None:
        """The record of an event, or with "" that of the article."""
        self.event_id = event_id
        self.field_index = 0
        self.refresh_form()
