"""The coding screen: the article with its candidates, the event record, and one key per
decision.

Its parts implement the keys: `desk` has the record's cursor; `article_keys`,
`record_keys` etc. the actions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from time import sleep

from textual.app import ComposeResult
from textual.events import Key

from coder.changes.coding_changes import MadeEdit, Place, first_place
from coder.model import Article
from coder.service.coding.session import CodingSession, list_assignments
from coder.service.project.opened import Project
from coder.text.display import cell_width, isolate
from coder.tui import palette
from coder.tui.arabic_keyboard import ArabicKeyboard
from coder.tui.keys import key_of, needing_open
from coder.tui.screen_sizes import ARTICLE_MOST, ARTICLE_PERCENT
from coder.tui.screens.article_keys import ArticleKeys
from coder.tui.screens.drawing_keys import DrawingKeys
from coder.tui.screens.event_keys import EventKeys
from coder.tui.screens.evidence_keys import EvidenceKeys
from coder.tui.screens.field_panel import FieldPanel
from coder.tui.screens.highlights import Highlights, Selection
from coder.tui.screens.info_line import InfoLine
from coder.tui.screens.jump_keys import JumpKeys
from coder.tui.screens.overview_keys import OverviewKeys
from coder.tui.screens.record_form import RecordForm
from coder.tui.screens.record_keys import RecordKeys
from coder.tui.screens.record_pane import TALL, RecordPane
from coder.tui.screens.remark_keys import RemarkKeys
from coder.tui.screens.submit_keys import SubmitKeys
from coder.tui.screens.work_screen import WorkScreen, headline_with
from coder.tui.sentences import listed, say
from coder.tui.widgets.article_lines import Kinds
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.frame import Frame, Panes, Title
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import EDGE, Column, Pressed, gets_keys, title_role

_HEAD = 7  # cells of the header without its words
_DRAWN = (
    0.3  # seconds in which a screen is drawn, which loading word lists would slow down
)


class CodingScreen(WorkScreen):
    """The screen of one coder and one article; `open_article` opens another one."""

    CSS = """
    CodingScreen #banner { display: none; }
    CodingScreen.submitted #banner { display: block; }
    CodingScreen #title, CodingScreen #about_field { display: none; }
    CodingScreen.wide #main { layout: horizontal; }
    CodingScreen.wide #text { dock: right; width: $PERCENT%; max-width: $MOST; height: 100%; }
    CodingScreen.wide #title, CodingScreen.wide.tall #about_field { display: block; }
    """.replace("$PERCENT", str(ARTICLE_PERCENT)).replace("$MOST", str(ARTICLE_MOST))

    HELP_SCOPES = (
        *("article", "jump", "draw", "form", "field", "choose", "write", "missing"),
        *("articles", "remarks", "table", "events", "history", "gold", "any"),
    )
    session: CodingSession

    def __init__(self, project: Project, coder: str, article: Article) -> None:
        super().__init__(project, coder)
        self.form = ChooserList(id="form")
        tabs = Title(id="tabs")
        self.headline = Title(id="title")
        self.panel = FieldPanel()
        self.side = RecordPane(self.form, tabs, self.panel)
        self.highlights = Highlights(self.pane, self.cursor_moved)
        self.record = RecordForm(self.form, tabs)
        cursors = (self, self.highlights, self.record)
        self.deciding = ArticleKeys(*cursors)
        self.filling = RecordKeys(*cursors)
        self.jumping = JumpKeys(*cursors)
        self.overview = OverviewKeys(*cursors)
        self.commenting = RemarkKeys(*cursors, self.open_article)
        self._info = InfoLine(*cursors, self.jumping, self.commenting, self.panel)
        submitting = SubmitKeys(self, self.deciding, self.overview, self.open_article)
        self.drawing = DrawingKeys(*cursors)
        in_article = (self.highlights, self.deciding, self.drawing, self.jumping)
        in_record = (
            self.record,
            self.filling,
            EvidenceKeys(*cursors),
            EventKeys(*cursors),
        )
        for part in (
            *in_article,
            *in_record,
            self.commenting,
            self.overview,
            submitting,
        ):
            self.keys |= part.keys
        undo, redo = (
            partial(self.jumping.undo_or_redo, way) for way in ("undo", "redo")
        )
        for scope in ("article", "form"):
            self.keys |= {f"{scope}.undo": undo, f"{scope}.redo": redo}
        self.keys |= {
            "article.switch": self.open_record,
            "form.switch": self.close_record,
        }
        self._keyboard = ArabicKeyboard(
            self,
            lambda: self.scopes()[0],
            lambda: self.jumping.may_be_text,
            self._handle,
        )
        self._keyboard.letters = lambda: self.highlights.letters
        self.highlights.is_arabic = lambda: bool(self._keyboard.commands_in_arabic)
        self._open_session(article)

    def panes(self) -> ComposeResult:
        yield Bar(id="banner")
        with Panes(id="main"):
            yield Frame(self.headline, pane=self.pane, id="text")
            yield self.side

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.pane)
        self._show_article()

    def open_article(self, article: Article) -> None:
        """Close this article, with everything written, and open another one."""
        self.session.close()
        self._open_session(article)
        self._show_article()

    def _open_session(self, article: Article) -> None:
        self.session = CodingSession(
            self.project, article, self.person, self.new_writer()
        )
        self.use_codebook(self.session.codebook)
        work = list_assignments(self.project, self.person)
        self.assigned = len(work)
        self.places = [
            (n, each.stage)
            for n, each in enumerate(work, 1)
            if each.article == article.id
        ]
        self.highlights.reset(article)
        self.record.reset(self.session)
        self.commenting.reset()

    def reload(self, lost: Sequence[MadeEdit]) -> None:
        event_id = self.record.event_id
        index = self.record.index
        current = self.highlights.current
        self._open_session(self.session.article)
        self.record.event_id = event_id
        self.record.index = index
        self.highlights.current = current
        self._set_kinds()
        self.highlights.select(None)
        self.refresh_work()
        deletions = [edit for edit in lost if edit.what == "event.deleted"]
        if deletions:
            # The same key would otherwise delete the event that is now shown.
            self.show_place(first_place(deletions[-1].changes, self.codebook))

    def _set_kinds(self) -> None:
        """Let triggers stand out everywhere, other candidates in the sentences of the
        shown event alone.
        """
        triggers = {kind for kind in self.glyphs if self.codebook.is_trigger(kind)}
        # without triggers, no kind stands out
        faint = self.glyphs.keys() - (triggers or self.glyphs.keys())
        self.pane.set_kinds(
            Kinds(self.glyphs, faint=faint, is_done=self.session.submitted)
        )

    def _show_article(self) -> None:
        self._set_kinds()
        self.pane.load(self.session.article)
        self.refresh_work()
        if left := self.session.left_to_check():
            first = left[0].message.of(self.lang)
            self.say(
                "look_again",
                codebook=isolate(self.codebook.ref),
                n=len(left),
                first=first,
            )
        if lost := self.session.lost_words():
            first = lost[0].message.of(self.lang)
            self.say("text_corrected", n=len(lost), first=first)
        if self.session.elsewhere:
            self.warn("open_elsewhere", who=self.person)
        elif not left and not lost and not self.commenting.say_answers():
            session = self.session

            def load(report: Callable[[int, int], None]) -> str:
                sleep(_DRAWN)
                report(0, 1)  # ends this if the screen was left
                session.prepare_reading()
                return session.held_back()

            self.in_thread(load, partial(self._say_what_is_held_back, session))
        self.deciding.take_up()

    def _say_what_is_held_back(self, session: CodingSession, subject: str) -> None:
        """Show that no acts of war are proposed if the article is about sport or
        markets, and still open.
        """
        if subject and session is self.session:
            self.say(f"about_{subject}")

    def use_language(self, lang: str) -> None:
        super().use_language(lang)
        self.refresh_work()

    def refresh_work(self) -> None:
        """Show the current coding, and which suggestions the last decision added or
        removed.
        """
        self.record.load()  # first, as the letters on the article depend on it
        self.highlights.load(self.session.candidates, self.session.coding)
        self.show_header()
        gained = self.session.gained
        lost = self.session.lost
        self.session.gained = []
        self.session.lost = []
        if gained:
            self.say_too("also_suggested", text=gained[0].quote, n=len(gained))
        elif lost:
            self.say_too("held_back", text=lost[0].quote)

    def show_header(self) -> None:
        session = self.session
        left = self.highlights.undecided
        progress = "undecided" if left else "all_decided"
        if not session.candidates and session.article.boilerplate:
            progress = "only_boilerplate"
        if session.blind:
            progress = "blind"
        if session.submitted:
            progress = "submitted"
        self.set_class(session.submitted, "submitted")
        if session.submitted:
            self.bars["banner"].show(
                Column(f" {say(self.lang, 'banner')}", 0, palette.BAR)
            )
        minutes = say(
            self.lang, "minutes", n=session.watch.spent // timedelta(minutes=1)
        )
        status = listed(say(self.lang, progress, n=left), minutes)
        words = list[str]()
        for number, stage in self.places:
            which = "article_of" if self.has_class("wide") else "of"
            words.append(say(self.lang, which, n=number, m=self.assigned))
            words.append(say(self.lang, f"stage_{stage}"))
        lit = None if self.has_class("wide") else gets_keys(self.pane)
        if lit is not None:
            day, *others = session.article.imprint or [""]
            room = (
                self.app.size.width
                - _HEAD
                - cell_width(self.person)
                - cell_width(status)
            )
            words = [
                *headline_with(session.article.headline, room, *words, day),
                *others,
            ]
        self.head(
            words,
            status,
            keys=(key_of("form.articles"), key_of("form.submit")),
            lit=lit,
        )

    def size_classes(self, width: int, height: int) -> dict[str, bool]:
        return super().size_classes(width, height) | {"tall": height >= TALL}

    def fit(self, width: int) -> None:
        """Adapt the layout to the terminal's width and height."""
        super().fit(width)
        self.side.fit()
        self.show_header()

    def cursor_moved(self) -> None:
        self.jumping.follow()
        super().cursor_moved()

    def show_mode(self) -> None:
        self.jumping.follow()
        self.deciding.show_sentences()
        self.record.fit()
        self.record.show_tabs()
        article = self.session.article
        title = listed(
            *headline_with(
                article.headline, self.headline.room - EDGE, *article.imprint
            )
        )
        self.headline.show(
            Column(f" {title}", 0, title_role(self.pane), key_of("form.articles"))
        )
        if not self.has_class("wide"):  # the header is the article's title
            self.show_header()
        self.record.show_letters(self.jumping.letters_of_fields(self.scope()))
        self._fit_side()
        self.show_info(self._info.column(self.scope()))
        self.idle = self.jumping.idle | (
            needing_open() if self.session.submitted else self.record.idle
        )
        super().show_mode()

    def _fit_side(self) -> None:
        height = self.side.fit()
        record = self.record
        if record.rows:
            evidence = self.filling.evidence_of(record.row.answer)
            about = record.row, record.event_id, evidence, self.session, record.problems
            self.panel.show(
                *about, height, drawing=self.highlights.selection is not None
            )

    def show_place(self, place: Place) -> None:
        if (
            place.field is not None
            or self.session.coding.event(place.event_id) is not None
        ):
            self.record.go_to_event(
                place.event_id, place.field.id if place.field else None
            )
        if place.span is not None:
            self.highlights.go_to_span(place.span)

    @property
    def chooser(self) -> Chooser:
        return self.form.chooser

    def state(self) -> tuple[object, ...]:
        held = (self.session.coding, self.session.candidates)
        record = self.record
        return (
            *held,
            record.event_id,
            record.index,
            record.awaits_field,
            self.jumping.title,
        )

    def scope(self) -> str:
        if self.record.awaits_field and self.record.has_keys:
            return "field"
        if self.highlights.letters:
            return "jump"
        if self.highlights.selection is not None:
            return "draw"
        return "form" if self.record.has_keys else "article"

    def scopes(self) -> tuple[str, ...]:
        """Return the active scopes; in the record, its other keys work beside letters."""
        scopes = super().scopes()
        return (
            ("jump", "form", "any")
            if scopes[0] == "jump" and self.record.has_keys
            else scopes
        )

    def take_key(self, event: Key) -> None:
        self.filling.end_waiting(event.key, event.character)
        self._keyboard.take(event)

    def _handle(self, event: Key) -> None:
        super().take_key(event)
        self.deciding.notice_word(
            event.character or "", is_value=self._keyboard.begins_text
        )

    def is_text(self, scope: str, character: str) -> bool:
        return self._keyboard.begins_text or super().is_text(scope, character)

    def other_key(self, scope: str, key: str, raw: str) -> bool:
        self._answered = self.question
        self.question = None
        if scope == "field":
            return self.filling.field_letter(key)
        if scope == "jump" and (
            not self.record.has_keys or (key.isascii() and key.isalpha())
        ):
            return self.jumping.letter(key, self._keyboard.letters_in_a_row)
        if scope in ("form", "jump"):
            return self.filling.typed(key, raw)
        return (
            self.drawing.kind_letter(key)
            if scope == "draw"
            else self.deciding.field_letter(key)
        )

    def pasted(self, words: str) -> None:
        if self.scope() != "field":
            self.question = None
            self.filling.pasted(words)

    def open_record(self) -> None:
        """Move the focus to the record."""
        if not self.record.rows:
            self.say("no_fields_here")
            return
        self.set_focus(self.form)

    def close_record(self) -> None:
        """Move the focus to the article, where letters would be commands."""
        self.highlights.letter((), 0)
        self.set_focus(self.pane)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """Go to the clicked field; a click on the current field opens its chooser."""
        if message.source is not self.form:  # the panel's lines are not fields
            return
        before = self.record.index
        self.record.pick(message.index)
        if self.record.index == before and self.record.has_keys:
            self.keys["form.edit"]()
            return
        self.open_record()
        self.record.load()
        self.show_mode()

    def on_chooser_grown(self) -> None:
        """Make room for the choices."""
        self._fit_side()

    def on_record_pane_resized(self) -> None:
        self.show_mode()

    def on_pressed(self, message: Pressed) -> None:
        """A click on an event in the record's title also gives the record the keys."""
        if message.source is self.record.tabs and self.chooser.asked is None:
            self.open_record()

    def on_article_pane_touched(self, message: ArticlePane.Touched) -> None:
        """Go to what was clicked, unless the chooser is open."""
        if self.chooser.asked is not None:
            self.post_message(Pressed(self.pane, ""))
        else:
            self.highlights.touch(message.offset)

    def on_article_pane_dragged(self, message: ArticlePane.Dragged) -> None:
        """Select the words marked with the mouse, unless the chooser is open."""
        if self.chooser.asked is not None:
            return
        reading = self.highlights.reading
        words = reading.trimmed_to_words(message.start, message.end)
        self.highlights.select(Selection(reading, *words) if words else None)
