"""What coders and supervisors found unclear in the codebook, with examples; answered once for all who asked.

A question is a remark of its kind about a place in a coding. What a supervisor says at that place afterwards
answers it, and so stands where its coder asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from coder.codebook.label import Notes
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.manual.pages import in_markdown
from coder.messages.catalogue import say
from coder.model import COMMENT, MISSING, QUESTION, Article, Coding, Event, Remark
from coder.service.coding.event_cells import summary
from coder.service.coding.remarks import made
from coder.service.edits.edits import refuse_unstorable
from coder.service.project.opened import Project
from coder.values.typed import show


@dataclass(frozen=True, slots=True)
class Question:
    """What one person asks, and its example.

    about: the id of the field or of the span kind, "" for neither. event, value: what is coded there, in
    words; quote: the words of the article. answer: None while there is none.
    """

    asked: Remark
    about: str
    event: str
    value: str
    quote: str
    answer: Remark | None = None

    @property
    def id(self) -> str:
        """What it is called for short."""
        return self.asked.id[:6]

    @property
    def example(self) -> list[str]:
        """Who asks, and where it came up."""
        quote = f"«{' '.join(self.quote.split())}»" if self.quote else ""
        return [each for each in (self.asked.by, self.asked.article, quote, self.event, self.value) if each]

    @property
    def words(self) -> str:
        """The question and its example, in one line."""
        return " ".join(f"{self.asked.text} ({' · '.join(self.example)})".split())

    def document(self) -> dict[str, Any]:
        """The question as JSON."""
        asked, answer = self.asked, self.answer
        return {
            **{"id": self.id, "about": self.about, "by": asked.by, "at": asked.at, "article": asked.article},
            **{"coder": asked.coder, "event": asked.event, "start": asked.start, "end": asked.end},
            **{"quote": self.quote, "value": self.value, "question": asked.text},
            "answer": answer and {"text": answer.text, "by": answer.by, "at": answer.at},
        }


def questions(project: Project, person: str = "") -> list[Question]:
    """All questions, in the order of what they are about in the codebook, then oldest first.

    person: a coder sees none but about their own work.
    """
    is_coder = bool(person) and project.anybody(person).role == "coder"
    with project.store.read() as queries:
        supervisors = {each.name for each in queries.people() if each.role == "supervisor"}
        remarks = queries.remarks(coder=person if is_coder else None)
        answers: dict[tuple[str, object], Remark] = {}
        found = []
        for each in reversed(remarks):  # what was said last at a place answers all that was asked before
            if each.kind == COMMENT and each.by in supervisors:
                answers.setdefault((each.article, each.place), each)
            elif each.kind == QUESTION:
                coding, text = queries.coding(each.article, each.coder), queries.article(each.article)
                book = project.revision(queries, coding.codebook, coding.id) if coding else project.codebook
                given = (each, answers.get((each.article, each.place)), coding)
                if text is not None:
                    found.append(_with_example(*given, text, book, project.config.language))
    order = {name: at for at, name in enumerate(_notes_of(project.codebook))}
    found.reverse()
    return sorted(found, key=lambda each: order.get(each.about, len(order)))


def answer_questions(project: Project, supervisor: str, names: Sequence[str], text: str) -> list[Question]:
    """Answer questions, each by its id or all open ones about a field or kind by its id; returns them.

    The answer is written at every place where it was asked, all at once.
    """
    refuse_unstorable(text)
    project.person(supervisor, "supervisor")
    if not text.strip():
        raise CoderError("review.no_answer")
    known, chosen = questions(project), dict[str, Question]()
    for name in names:
        found = [q for q in known if q.about == name and q.answer is None]
        found = found or [q for q in known if len(name) >= 4 and q.asked.id.startswith(name)]
        if not found:
            raise CoderError("review.no_question", name=name)
        chosen |= {q.asked.id: q for q in found}
    with project.store.begin(supervisor) as work:
        for article, place in dict.fromkeys((q.asked.article, q.asked.place) for q in chosen.values()):
            said = replace(made(article, place, supervisor, text.strip()), at=work.now())
            work.remark(None, said, f"{COMMENT}.made")
    return [*chosen.values()]


def markdown(found: Sequence[Question], book: Codebook, lang: str) -> str:
    """The questions to read and to discuss, by what they are about."""
    lines = [f"# {say(lang, 'review.questions')}"]
    for about in dict.fromkeys(each.about for each in found):
        lines += ["", f"## {in_markdown(name_of(about, book, lang))}", ""]
        for each in (q for q in found if q.about == about):
            told = f"{each.answer.by}: {' '.join(each.answer.text.split())}" if each.answer else ""
            lines += [f"- {in_markdown(each.words)} `{each.id}`"]
            lines += [f"  - {in_markdown(told or say(lang, 'review.open_question'))}"]
    return "\n".join([*lines, ""])


def notes(found: Sequence[Question], book: Codebook) -> str:
    """The answers as notes for the codebook's next revision, in YAML, but for those that it has."""
    known, answers = _notes_of(book), dict[str, dict[str, list[Question]]]()
    for each in found:
        if each.answer is not None:
            answers.setdefault(each.about, {}).setdefault(each.answer.text, []).append(each)
    lines = [f"# {say('en', 'review.notes_for', codebook=book.ref)}"]
    sections = (
        ("article_fields", book.article_fields, "include"),
        ("span_kinds", book.span_kinds, "positive"),
        ("event_fields", book.event_fields, "include"),
    )
    for section, pieces, key in sections:
        heading = [f"{section}:"]
        for piece in pieces:
            noted = {words for note in known[piece.id] for words in (note.ar, note.en)}
            new = {text: of for text, of in answers.pop(piece.id, {}).items() if text not in noted}
            lines += [*heading, f"  - id: {piece.id}", f"    {key}:"] if new else []
            heading = [] if new else heading
            for text, of in new.items():
                lines += [f"      # {each.words}" for each in of]
                lines.append(f"      - {json.dumps(text, ensure_ascii=False)}")
    for text, of in (each for left in answers.values() for each in left.items()):
        lines += [f"# {each.words}" for each in of] + [f"#   {' '.join(text.split())}"]
    return "\n".join([*lines, ""])


def name_of(about: str, book: Codebook, lang: str) -> str:
    """What questions are about, in words."""
    labels = {each.id: each.label for each in book.span_kinds} | {each.id: each.label for each in book.fields}
    if about in labels:
        return f"{labels[about].of(lang)} ({about})"
    return about or say(lang, "review.whole_codebook")


def _notes_of(book: Codebook) -> dict[str, Notes]:
    """What the codebook notes for each field and kind, in its order."""
    fields = {each.id: (*each.include, *each.exclude, *each.examples) for each in book.fields}
    return fields | {each.id: (*each.positive, *each.negative) for each in book.span_kinds}


def _with_example(
    asked: Remark, answer: Remark | None, coding: Coding | None, article: Article, book: Codebook, lang: str
) -> Question:
    """The question with what stands where it was asked."""
    if asked.end:
        spans = coding.spans if coding else ()
        kinds = [span.kind for span in spans if (span.start, span.end) == (asked.start, asked.end)]
        quote = article.text[asked.start : asked.end]
        return Question(asked, kinds[0] if kinds else "", "", "", quote, answer)
    event = coding.event(asked.event) if coding else None
    fields = event.fields if event else coding.answers if coding else {}
    field, said = book.field(asked.field), fields.get(asked.field, MISSING)
    behind = said.evidence or (_words_of(event) if event else ())
    quote = next((span.quote for span in map(coding.span, behind[:1]) if span), "") if coding else ""
    value = show(field, said.value, book, lang) if field is not None and said.coded else ""
    return Question(asked, asked.field, summary(event, book, lang)[0] if event else "", value, quote, answer)


def _words_of(event: Event) -> tuple[str, ...]:
    """The spans behind an event."""
    return tuple(span for answer in event.fields.values() for span in answer.evidence)
