"""The keys for comments and for the list of articles on the coding screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.model import Article
from coder.service.coding.assigned_articles import ArticleList
from coder.service.coding.remarks import OwnRemarks, Place, Talk, kind_and_text
from coder.text.display import isolate
from coder.tui.keys import Keys, key_of, shown
from coder.tui.screens.article_list import ArticleListScreen
from coder.tui.screens.comments_page import CommentsPage, place_in_words
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.record_form import RecordForm
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import listed, say
from coder.tui.widgets.rows import Column


class RemarkKeys(CodingPart):
    """Comments on the highlight or field under the cursor, and the page of all
    comments.
    """

    remarks: OwnRemarks

    def __init__(
        self,
        screen: WorkScreen,
        highlights: Highlights,
        record: RecordForm,
        open_article: Callable[[Article], None],
    ) -> None:
        super().__init__(screen, highlights, record)
        self._open_article = open_article
        self.keys: Keys = {
            "article.comment": lambda: self._comment(self.highlight()),
            "form.comment": lambda: self._comment(self.field()),
        }
        for scope in ("article", "form"):
            self.keys |= {
                f"{scope}.remarks": self._open_page,
                f"{scope}.articles": self._open_list,
            }

    def reset(self) -> None:
        """Load the comments on the opened coding."""
        self.remarks = OwnRemarks(self.session)
        self._mark()

    def _mark(self) -> None:
        """Mark the words and the fields on which there are comments, when they are
        shown next.
        """
        self.highlights.remarked = self.remarks.stretches
        self.record.remarked = self.remarks.fields

    def say_answers(self) -> bool:
        """Show the last comment by others on this coding; return whether there is one."""
        answers = [
            remark for remark in self.remarks.all if remark.by != self.session.coder
        ]
        if answers:
            last = max(answers, key=lambda remark: remark.at)
            self.say(
                "answers_here",
                n=len(answers),
                who=last.by,
                text=" ".join(last.text.split()),
            )
        return bool(answers)

    def with_last(self, column: Column, place: Place) -> Column:
        """Return a line about a place, with the last comment on the place before it."""
        remarks = self.remarks.at(place)
        if not remarks:
            return column
        by = isolate(remarks[-1].by)
        text = isolate(" ".join(remarks[-1].text.split()))
        return Column(f"✎ {by}: {text} · {column.text}", 0, column.style)

    def highlight(self) -> Place:
        """Return the place of the highlight under the cursor, or of found words, or
        else the article.
        """
        mark = self.highlights.current
        words = (
            (mark.start, mark.end)
            if mark is not None
            else self.highlights.found or (0, 0)
        )
        return (self.session.coder, "", "", *words)

    def field(self) -> Place:
        """Return the place of the field under the record's cursor."""
        return (
            self.session.coder,
            self.record.event_id,
            self.record.row.field.id,
            0,
            0,
        )

    def _comment(self, place: Place) -> None:
        codings = self.remarks.codings()
        what = place_in_words(
            place, codings, self.codebook, self.session.article, self.lang
        )
        title = listed(
            say(self.lang, "comment"), *reversed(what)
        )  # the field before its event's type
        was = self.remarks.own(place)
        write = partial(self.remarks.say, place)
        then = partial(self._said, place, was)
        about = (self.session.article.id, *place)
        hint = say(self.lang, "or_question")
        self.screen.open_comment(about, title, was, write, then, hint)

    def _said(self, place: Place, was: str) -> None:
        self._mark()
        self.screen.refresh_work()
        kind, left = kind_and_text(self.remarks.own(place))
        names = {
            "page": "article.remarks",
            "take_away": "remarks.take_away",
            "write": "article.comment",
        }
        keys = {name: shown(key_of(action)) for name, action in names.items()}
        self.say(
            f"{kind}_kept" if left else "comment_removed" if was else "comment_gone",
            **keys,
        )

    def _open_page(self) -> None:
        """Open the page of all comments: first what is under the cursor, then what it
        is part of.
        """
        session = self.session
        event_id = self.record.event_id
        begun = [self.field()] if self.record.rows else []
        if event_id:
            begun.append((session.coder, event_id, "", 0, 0))
        begun.append((session.coder, "", "", 0, 0))
        begun.insert(len(begun) if self.record.has_keys else 0, self.highlight())

        def closed(talk: Talk | None) -> None:
            self._mark()
            self.screen.refresh_work()
            if talk is not None:
                self._go(talk)

        page = CommentsPage(
            self.remarks,
            self.codebook,
            session.article,
            begun,
            self.screen.drafts,
            self.lang,
        )
        self.screen.app.push_screen(page, closed)

    def _go(self, talk: Talk) -> None:
        """Go to the talk's event or field in the record, or to its words in the
        article.
        """
        if talk.event or talk.field:
            self.record.go_to_event(talk.event, talk.field or None)
            self.show_event()
            self.screen.keys["article.switch"]()
            return
        self.screen.keys["form.switch"]()
        if talk.stretch[1]:
            matching = (
                m for m in self.highlights.marks if (m.start, m.end) == talk.stretch
            )
            if (mark := next(matching, None)) is not None:
                self.highlights.set_current(mark)
            else:
                self.highlights.go_to_offset(talk.stretch[0])

    def _open_list(self) -> None:
        """List the coder's articles and open the chosen one."""
        session = self.session
        articles = ArticleList(session.project, session.coder)

        def chosen(article: str | None) -> None:
            is_here = (
                article == session.article.id and not session.submitted
            )  # else perhaps reopened meanwhile
            if article is not None and not is_here:
                project = session.project
                coder = session.coder
                self.screen.attempt(
                    lambda: self._open_article(
                        project.available_article(article, coder)
                    )
                )

        self.screen.app.push_screen(
            ArticleListScreen(articles, session.article.id, self.lang), chosen
        )
