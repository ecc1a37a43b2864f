"""Questions on the codebook from all articles, by what they are about, to be answered once."""

from __future__ import annotations

from functools import partial

from coder.errors import CoderError
from coder.service.project.opened import Project
from coder.service.review.codebook_questions import Question, answer_questions, name_of, questions
from coder.tui import palette
from coder.tui.keys import both_ways
from coder.tui.screens.asking_page import BlocksPage
from coder.tui.screens.comments_page import INDENT, remark_rows
from coder.tui.sentences import listed, say
from coder.tui.tasks import comment_task
from coder.tui.widgets.rows import Column, Row


class QuestionsPage(BlocksPage[str]):
    """Answers with the article to go to. A field's line stands for all of its questions that are open."""

    SCOPE = "questions"

    def __init__(self, project: Project, supervisor: str, lang: str) -> None:
        super().__init__(lang)
        self.project, self.supervisor = project, supervisor
        self._read()
        self.keys = {
            **both_ways("questions.down", "questions.up", self.step),
            "questions.write": self._write,
            "questions.go": self.go,
            "questions.back": partial(self.answer, None),
        }

    def _read(self) -> None:
        self.questions = questions(self.project)
        self.lines: list[str | Question] = []
        """What the cursor can be on: what questions are about, and each question."""
        for each in self.questions:
            self.lines += [each] if each.about in self.lines else [each.about, each]

    def show(self) -> None:
        """What is asked about with its questions, each with its example and its answer."""
        lang, width, book = self.lang, self.app.size.width, self.project.codebook
        count = say(lang, "questions_open", n=len(self._open()))
        self.show_title(listed(say(lang, "questions_title"), count))
        blocks: list[list[Row]] = []
        for line in self.lines:
            if isinstance(line, str):
                name = listed(name_of(line, book, lang), say(lang, "questions_open", n=len(self._open(line))))
                blocks.append([(Column(f" {name}", 0, palette.TITLE),)])
                continue
            blocks.append([(Column("", INDENT // 2), Column(listed(*line.example[1:]), 0, palette.DIM))])
            for said in filter(None, (line.asked, line.answer)):
                blocks[-1] += remark_rows(said, width, lang)
        if not self.lines:
            self.say("no_questions")
        self.load(blocks)

    def _open(self, about: str | None = None) -> list[Question]:
        return [each for each in self.questions if each.answer is None and about in (None, each.about)]

    def go(self) -> None:
        if self.lines and isinstance(line := self.lines[self.at], Question):
            self.answer(line.asked.article)

    def _write(self) -> None:
        """An answer: on a field's line to all that is open about it, else to the question."""
        if not self.lines:
            return
        line = self.lines[self.at]
        asked = self._open(line) if isinstance(line, str) else [line]
        if asked:
            self._ask(asked, "")
        else:
            self.say("nothing_open")

    def _ask(self, asked: list[Question], text: str) -> None:
        about = name_of(asked[0].about, self.project.codebook, self.lang)
        title = listed(say(self.lang, "answer_to", n=len(asked)), about)

        def write(text: str) -> None:
            try:
                answer_questions(self.project, self.supervisor, [each.asked.id for each in asked], text)
            except CoderError:
                self._ask(asked, text)  # what was typed is not lost
                raise
            self._read()
            self.show()
            self.say("answered", n=len(asked))

        self.open_task(comment_task(title, text, write))
