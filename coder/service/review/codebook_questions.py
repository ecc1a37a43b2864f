"""Questions on the codebook: a list with examples, and answers.

A question is a remark of kind QUESTION on a place in a coding. A supervisor's later
comment on the same place answers it; one answer may be given to several questions at
once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.grouping import grouped
from coder.manual.pages import in_markdown
from coder.messages.catalogue import say
from coder.model import COMMENT, MISSING, QUESTION, Article, Coding, Remark
from coder.service.coding.event_cells import summarize_event
from coder.service.coding.remarks import made
from coder.service.edits.context import refuse_unstorable
from coder.service.project.opened import Project
from coder.service.project.wrong_codings import read_sound
from coder.store.queries import Queries
from coder.values.typed import show

_SHORTEST_ID = 4  # letters of a question's id with which it can be named


class Question(Struct, frozen=True):
    """One person's question, what is coded at its place, and the answer, None while
    there is none.

    about: the id of the field or span kind, "" for neither. event, value: texts of what
    is coded there. quote: the words asked about, or the evidence of what is coded
    there. start, end: where these are in the article, in code points, 0 and 0 without
    any.
    """

    asked: Remark
    about: str
    event: str = ""
    value: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0
    answer: Remark | None = None

    @property
    def id(self) -> str:
        """The short id by which people refer to it."""
        return self.asked.id[:6]

    @property
    def example(self) -> list[str]:
        """The parts of the example: who asks, article, quote, event and value."""
        quote = f"«{' '.join(self.quote.split())}»" if self.quote else ""
        parts = (self.asked.by, self.asked.article, quote, self.event, self.value)
        return [part for part in parts if part]

    def document(self) -> dict[str, Any]:
        """Return the question as a JSON document."""
        asked = self.asked
        answer = None
        if self.answer is not None:
            answer = {
                "text": self.answer.text,
                "by": self.answer.by,
                "at": self.answer.at,
            }
        return {
            "id": self.id,
            "about": self.about,
            "by": asked.by,
            "at": asked.at,
            "article": asked.article,
            "coder": asked.coder,
            "event": asked.event,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "value": self.value,
            "question": asked.text,
            "answer": answer,
        }


def questions(project: Project, person: str = "") -> list[Question]:
    """Return all questions, by subject in codebook order, then oldest first.

    person: if this is a coder, only questions on their own work are returned.
    """
    is_coder = bool(person) and project.expect_member(person).role == "coder"
    answers: dict[tuple[str, object], Remark] = {}
    found = list[Question]()
    with project.store.read() as queries:
        # Whoever is no coder is a supervisor: a packet names no supervisors.
        coders = {each.name for each in queries.people() if each.role == "coder"}
        remarks = queries.remarks(coder=person if is_coder else None)
        # The last comment on a place answers all earlier questions there.
        for remark in reversed(remarks):
            place = (remark.article, remark.place)
            if remark.kind == QUESTION:
                question = _with_example(project, queries, remark)
                if question is not None:
                    found.append(replace(question, answer=answers.get(place)))
            elif remark.kind == COMMENT and remark.by not in coders:
                answers.setdefault(place, remark)
    book = project.codebook
    names = [field.id for field in book.fields]
    names += [kind.id for kind in book.span_kinds]
    order = {name: index for index, name in enumerate(dict.fromkeys(names))}
    found.reverse()
    return sorted(found, key=lambda each: order.get(each.about, len(order)))


def answer_questions(
    project: Project, supervisor: str, names: Sequence[str], text: str
) -> list[Question]:
    """Answer questions given by id, or all open ones given by their field's or kind's
    id; return them.

    The answer is written at every place where the questions were asked, in one
    transaction.
    """
    refuse_unstorable(text)
    project.person(supervisor, "supervisor")
    if not text.strip():
        raise CoderError("review.no_answer")
    known = questions(project)
    chosen = dict[str, Question]()
    for name in names:
        named = _select_named(name, known)
        if not named:
            raise CoderError("review.no_question", name=name)
        for question in named:
            chosen[question.asked.id] = question
    places = [(each.asked.article, each.asked.place) for each in chosen.values()]
    with project.store.begin(supervisor) as work:
        for article, place in dict.fromkeys(places):
            comment = made(article, place, supervisor, text.strip())
            work.remark(None, replace(comment, at=work.now()), f"{COMMENT}.made")
    return list(chosen.values())


def markdown(questions: Sequence[Question], book: Codebook, lang: str) -> str:
    """Return the questions and answers as Markdown, grouped by what they are about."""
    lines = [f"# {say(lang, 'review.questions')}"]
    for about, of_topic in grouped((each.about, each) for each in questions).items():
        lines += ["", f"## {in_markdown(name_of(about, book, lang))}", ""]
        for each in of_topic:
            asked = f"{each.asked.text} ({' · '.join(each.example)})"
            answer = say(lang, "review.open_question")
            if each.answer is not None:
                answer = f"{each.answer.by}: {each.answer.text}"
            lines.append(f"- {in_markdown(' '.join(asked.split()))} `{each.id}`")
            lines.append(f"  - {in_markdown(' '.join(answer.split()))}")
    return "\n".join([*lines, ""])


def name_of(about: str, book: Codebook, lang: str) -> str:
    """Return the displayed name of the subject of a question, given the id of a field
    or kind.
    """
    labels = {kind.id: kind.label for kind in book.span_kinds}
    labels |= {field.id: field.label for field in book.fields}
    if about in labels:
        return f"{labels[about].of(lang)} ({about})"
    return about or say(lang, "review.whole_codebook")


def _select_named(name: str, known: Sequence[Question]) -> list[Question]:
    """Return the open questions about a field or kind, or else those whose id begins
    with the name.
    """
    about = [each for each in known if each.about == name and each.answer is None]
    if about or len(name) < _SHORTEST_ID:
        return about
    return [each for each in known if each.asked.id.startswith(name)]


def _with_example(project: Project, queries: Queries, asked: Remark) -> Question | None:
    """Return a question with what is coded at the place where it was asked; None
    without its article.
    """
    article = queries.article(asked.article)
    if article is None:
        return None
    coding = _sound(project, queries, asked)
    if asked.start < asked.end:
        return _about_words(asked, coding, article)
    if coding is None:
        return Question(asked, asked.field)
    book = project.revision(queries, coding.codebook, coding.id)
    return _about_field(asked, coding, book, project.config.language)


def _about_words(asked: Remark, coding: Coding | None, article: Article) -> Question:
    """Return a question about words: it is about the kind of the span that they are."""
    about = ""
    for span in coding.spans if coding is not None else ():
        if (span.start, span.end) == (asked.start, asked.end):
            about = span.kind
            break
    quote = article.text[asked.start : asked.end]
    return Question(asked, about, quote=quote, start=asked.start, end=asked.end)


def _about_field(asked: Remark, coding: Coding, book: Codebook, lang: str) -> Question:
    """Return a question about a field, an event or the article, with the value and its
    first evidence.
    """
    event = coding.event(asked.event)
    fields = coding.answers if event is None else event.fields
    answer = fields.get(asked.field, MISSING)
    question = Question(asked, asked.field)
    field = book.field(asked.field)
    if field is not None and answer.coded:
        question = replace(question, value=show(field, answer.value, book, lang))
    evidence = list(answer.evidence)
    if event is not None:
        question = replace(question, event=summarize_event(event, book, lang)[0])
        if not evidence:
            for each in event.fields.values():
                evidence += each.evidence
    for name in evidence:
        span = coding.span(name)  # None of what is only proposed
        if span is not None:
            return replace(question, quote=span.quote, start=span.start, end=span.end)
    return question


def _sound(project: Project, queries: Queries, asked: Remark) -> Coding | None:
    """Return the coding that a question is about; None without one, or if it has wrong
    values.
    """
    of_article = queries.coding_heads([asked.article])
    heads = [head for head in of_article if head.coder == asked.coder]
    sound, _ = read_sound(project, queries, heads)
    return next(iter(sound), None)
