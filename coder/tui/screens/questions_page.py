"""Questions on the codebook from all articles, grouped by topic, to be answered once."""

from __future__ import annotations

from functools import partial

from coder.service.project.opened import Project
from coder.service.review.codebook_questions import (
    Question,
    answer_questions,
    name_of,
    questions,
)
from coder.tui import palette
from coder.tui.keys import step_keys
from coder.tui.screens.asking_page import BlocksPage
from coder.tui.screens.comments_page import INDENT, remark_rows
from coder.tui.sentences import listed, say
from coder.tui.widgets.rows import Column, Row


class QuestionsPage(BlocksPage[str]):
    """A page whose answer is the article to go to; the line of a topic stands for all
    its open questions.
    """

    SCOPE = "questions"

    def __init__(self, project: Project, supervisor: str, lang: str) -> None:
        super().__init__(lang)
        self.project = project
        self.supervisor = supervisor
        self._read()
        self.keys = {
            **step_keys("questions.down", "questions.up", self.step),
            "questions.write": self._write,
            "questions.go": self.go,
            "questions.back": partial(self.answer, None),
        }

    def _read(self) -> None:
        self.questions = questions(self.project)
        self.lines: list[str | Question] = []
        """The lines for the cursor: each topic, followed by its questions."""
        for question in self.questions:
            self.lines += (
                [question]
                if question.about in self.lines
                else [question.about, question]
            )

    def show(self) -> None:
        """Show each topic with its questions, and each question with its example and
        answer.
        """
        lang = self.lang
        width = self.row_width
        book = self.project.codebook
        count = say(lang, "questions_open", n=len(self._open()))
        self.show_title(listed(say(lang, "questions_title"), count))
        blocks: list[list[Row]] = []
        for line in self.lines:
            if isinstance(line, str):
                name = listed(
                    name_of(line, book, lang),
                    say(lang, "questions_open", n=len(self._open(line))),
                )
                blocks.append([(Column(f" {name}", 0, palette.TITLE),)])
                continue
            blocks.append(
                [
                    (
                        Column("", INDENT // 2),
                        Column(listed(*line.example[1:]), 0, palette.DIM),
                    )
                ]
            )
            for remark in filter(None, (line.asked, line.answer)):
                blocks[-1] += remark_rows(remark, width, lang)
        self.list.can_focus = bool(self.lines)  # else there is no cursor
        self.idle = frozenset(() if self.lines else ("questions.write", "questions.go"))
        self.list.show_otherwise(Column(say(lang, "no_questions")))
        self.load(blocks)

    def _open(self, about: str | None = None) -> list[Question]:
        return [
            each
            for each in self.questions
            if each.answer is None and about in (None, each.about)
        ]

    def go(self) -> None:
        if self.lines and isinstance(line := self.lines[self.at], Question):
            self.answer(line.asked.article)

    def _write(self) -> None:
        """Answer the question under the cursor, or on a topic's line all its open
        questions.
        """
        if not self.lines:
            return
        line = self.lines[self.at]
        batch = self._open(line) if isinstance(line, str) else [line]
        if batch:
            self._ask(batch)
        else:
            self.say("nothing_open")

    def _ask(self, batch: list[Question]) -> None:
        topic = name_of(batch[0].about, self.project.codebook, self.lang)
        title = listed(say(self.lang, "answer_to", n=len(batch)), topic)
        about = tuple(each.asked.id for each in batch)

        def write(text: str) -> None:
            answer_questions(self.project, self.supervisor, about, text)

        def written() -> None:
            self._read()
            self.show()
            self.say("answered", n=len(batch))

        self.open_comment(about, title, "", write, written)
