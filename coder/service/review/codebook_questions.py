"""Questions on the codebook, with examples; one answer may serve several questions.

A question is a remark of kind QUESTION on a place in a coding. A supervisor's later comment on the same place
answers it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.declarations import SpanKind
from coder.codebook.label import Notes, in_language
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.manual.pages import in_markdown
from coder.messages.catalogue import LANGUAGES, say
from coder.model import COMMENT, MISSING, QUESTION, Article, Coding, Remark
from coder.service.coding.event_cells import summary
from coder.service.coding.remarks import made
from coder.service.edits.context import refuse_unstorable
from coder.service.project.opened import Project
from coder.service.project.wrong_codings import read_sound
from coder.store.queries import Queries
from coder.values.typed import show


class Question(Struct, frozen=True):
    """One person's question and its example.

    about: the id of the field or span kind, "" for neither. event, value: texts of what is coded there;
    quote: the words asked about, or the evidence of what is coded there; start, end: where these are in the
    article, 0 and 0 without any. answer: None while there is none.
    """

    asked: Remark
    about: str
    event: str
    value: str
    quote: str
    start: int
    end: int
    answer: Remark | None = None

    @property
    def id(self) -> str:
        """The short id by which people refer to it."""
        return self.asked.id[:6]

    @property
    def is_about_words(self) -> bool:
        """Whether it is about words, and so about their span kind, not about a field."""
        return self.asked.start < self.asked.end

    @property
    def example(self) -> list[str]:
        """The parts of the example: who asks, article, quote, event and value."""
        quote = f"«{' '.join(self.quote.split())}»" if self.quote else ""
        return [
            each
            for each in (
                self.asked.by,
                self.asked.article,
                quote,
                self.event,
                self.value,
            )
            if each
        ]

    @property
    def words(self) -> str:
        """The question and its example in one line."""
        return " ".join(f"{self.asked.text} ({' · '.join(self.example)})".split())

    def document(self) -> dict[str, Any]:
        """Return the question as a JSON document."""
        asked = self.asked
        answer = self.answer
        return {
            **{
                "id": self.id,
                "about": self.about,
                "by": asked.by,
                "at": asked.at,
                "article": asked.article,
            },
            **{
                "coder": asked.coder,
                "event": asked.event,
                "start": self.start,
                "end": self.end,
            },
            **{"quote": self.quote, "value": self.value, "question": asked.text},
            "answer": answer
            and {"text": answer.text, "by": answer.by, "at": answer.at},
        }


def questions(project: Project, person: str = "") -> list[Question]:
    """Return all questions, in codebook order of what they are about, then oldest first.

    person: if this is a coder, only questions on their own work are returned.
    """
    is_coder = bool(person) and project.anybody(person).role == "coder"
    with project.store.read() as queries:
        coders = {
            each.name for each in queries.people() if each.role == "coder"
        }  # a packet has no others
        remarks = queries.remarks(coder=person if is_coder else None)
        answers: dict[tuple[str, object], Remark] = {}
        result = []
        for each in reversed(
            remarks
        ):  # the last comment on a place answers all earlier questions there
            if each.kind == COMMENT and each.by not in coders:
                answers.setdefault((each.article, each.place), each)
            elif each.kind == QUESTION:
                coding = _sound(project, queries, each)
                text = queries.article(each.article)
                book = (
                    project.revision(queries, coding.codebook, coding.id)
                    if coding
                    else project.codebook
                )
                answer = answers.get((each.article, each.place))
                if text is not None:
                    result.append(
                        _with_example(
                            each, answer, coding, text, book, project.config.language
                        )
                    )
    book = project.codebook
    names = [
        *(field.id for field in book.fields),
        *(kind.id for kind in book.span_kinds),
    ]
    order = {name: index for index, name in enumerate(dict.fromkeys(names))}
    result.reverse()
    return sorted(result, key=lambda each: order.get(each.about, len(order)))


def _sound(project: Project, queries: Queries, asked: Remark) -> Coding | None:
    """Return the coding that a question is about; None without one, or if it has wrong values."""
    of_article = queries.coding_heads([asked.article])
    heads = [head for head in of_article if head.coder == asked.coder]
    sound, _ = read_sound(project, queries, heads)
    return next(iter(sound), None)


def answer_questions(
    project: Project, supervisor: str, names: Sequence[str], text: str
) -> list[Question]:
    """Answer questions given by id, or all open ones given by their field's or kind's id; return them.

    The answer is written at every place where the questions were asked, in one transaction.
    """
    refuse_unstorable(text)
    project.person(supervisor, "supervisor")
    if not text.strip():
        raise CoderError("review.no_answer")
    known = questions(project)
    chosen = dict[str, Question]()
    for name in names:
        named = [q for q in known if q.about == name and q.answer is None]
        named = named or [
            q for q in known if len(name) >= 4 and q.asked.id.startswith(name)
        ]
        if not named:
            raise CoderError("review.no_question", name=name)
        chosen |= {q.asked.id: q for q in named}
    with project.store.begin(supervisor) as work:
        for article, place in dict.fromkeys(
            (q.asked.article, q.asked.place) for q in chosen.values()
        ):
            comment = replace(
                made(article, place, supervisor, text.strip()), at=work.now()
            )
            work.remark(None, comment, f"{COMMENT}.made")
    return [*chosen.values()]


def markdown(questions: Sequence[Question], book: Codebook, lang: str) -> str:
    """Return the questions and answers as Markdown, grouped by what they are about."""
    lines = [f"# {say(lang, 'review.questions')}"]
    for about in dict.fromkeys(each.about for each in questions):
        lines += ["", f"## {in_markdown(name_of(about, book, lang))}", ""]
        for each in (q for q in questions if q.about == about):
            answer = (
                f"{each.answer.by}: {' '.join(each.answer.text.split())}"
                if each.answer
                else ""
            )
            lines += [f"- {in_markdown(each.words)} `{each.id}`"]
            lines += [f"  - {in_markdown(answer or say(lang, 'review.open_question'))}"]
    return "\n".join([*lines, ""])


def notes(questions: Sequence[Question], book: Codebook) -> str:
    """Return the answers that the codebook lacks as YAML notes for its next revision."""
    answers = dict[
        tuple[str, bool], dict[str, list[Question]]
    ]()  # a field may be named like a kind
    for each in questions:
        if each.answer is not None:
            about = each.about, each.is_about_words
            answers.setdefault(about, {}).setdefault(each.answer.text, []).append(each)
    lines = [f"# {say('en', 'review.notes_for', codebook=book.ref)}"]
    sections: Sequence[tuple[str, Sequence[Field | SpanKind], str]] = (
        ("article_fields", book.article_fields, "include"),
        ("span_kinds", book.span_kinds, "positive"),
        ("event_fields", book.event_fields, "include"),
    )
    for section, pieces, key in sections:
        heading = [f"{section}:"]
        for piece in pieces:
            noted = {
                in_language(note, lang)
                for note in _notes_of(piece)
                for lang in LANGUAGES
            }
            said = answers.pop((piece.id, isinstance(piece, SpanKind)), {})
            new = {text: asked for text, asked in said.items() if text not in noted}
            lines += [*heading, f"  - id: {piece.id}", f"    {key}:"] if new else []
            heading = [] if new else heading
            for text, asked in new.items():
                lines += [f"      # {each.words}" for each in asked]
                lines.append(f"      - {json.dumps(text, ensure_ascii=False)}")
    for text, asked in (each for rest in answers.values() for each in rest.items()):
        lines += [f"# {each.words}" for each in asked] + [
            f"#   {' '.join(text.split())}"
        ]
    return "\n".join([*lines, ""])


def name_of(about: str, book: Codebook, lang: str) -> str:
    """Return the displayed name of what a question is about, given the id of a field or kind."""
    labels = {each.id: each.label for each in book.span_kinds} | {
        each.id: each.label for each in book.fields
    }
    if about in labels:
        return f"{labels[about].of(lang)} ({about})"
    return about or say(lang, "review.whole_codebook")


def _notes_of(piece: Field | SpanKind) -> Notes:
    """Return the codebook's notes on a field or kind."""
    if isinstance(piece, SpanKind):
        return (*piece.positive, *piece.negative)
    return (*piece.include, *piece.exclude, *piece.examples)


def _with_example(
    asked: Remark,
    answer: Remark | None,
    coding: Coding | None,
    article: Article,
    book: Codebook,
    lang: str,
) -> Question:
    """Return the question with what is coded at the place where it was asked."""
    if asked.start < asked.end:
        spans = coding.spans if coding else ()
        kinds = [
            span.kind
            for span in spans
            if (span.start, span.end) == (asked.start, asked.end)
        ]
        quote = article.text[asked.start : asked.end]
        return Question(
            asked,
            kinds[0] if kinds else "",
            "",
            "",
            quote,
            asked.start,
            asked.end,
            answer,
        )
    event = coding.event(asked.event) if coding else None
    fields = event.fields if event else coding.answers if coding else {}
    field, coded = book.field(asked.field), fields.get(asked.field, MISSING)
    evidence = coded.evidence or [
        i for a in (event.fields.values() if event else ()) for i in a.evidence
    ]
    words = (
        [coding.span(i) for i in evidence] if coding else []
    )  # what is only proposed has none
    span = next(filter(None, words), None)
    place = (span.quote, span.start, span.end) if span is not None else ("", 0, 0)
    value = (
        show(field, coded.value, book, lang)
        if field is not None and coded.coded
        else ""
    )
    return Question(
        asked,
        asked.field,
        summary(event, book, lang)[0] if event else "",
        value,
        *place,
        answer,
    )
