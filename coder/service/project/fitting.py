"""Whether a coding fits its article and the codebook: every problem, and where it stands.

Codings from elsewhere are refused for it before they come in; one in the database that does not fit was
written there by something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from coder.codebook.nearest import nearest
from coder.codebook.schema import Codebook
from coder.codebook.validate import VALUE, Problem, is_stretch, kind_problem
from coder.codebook.validate import value_problems as field_problems
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import Article, Coding
from coder.store.data_problems import damaged


def text_problems(coding: Coding, article: Article, book: Codebook, where: str) -> Iterator[CoderError]:
    """The spans that are not in the text, and the names that are not in the codebook."""
    for s in coding.spans:
        there = article.text[s.start : s.end]
        if not 0 <= s.start < s.end <= len(article.text) or there != s.quote:
            at = f"[{s.start}, {s.end})"
            yield CoderError("delivery.not_in_text", id=s.id, at=at, said=s.quote, there=there, where=where)
    for what in dict.fromkeys(_unknown_names(coding, book)):
        yield CoderError("delivery.does_not_exist", what=what, book=book.ref, where=where)


def value_problems(coding: Coding, book: Codebook, where: str) -> Iterator[CoderError]:
    """The values of answers, asked for or not, and of spans that the codebook does not allow."""
    for place, what in _answer_problems(coding, book):
        yield CoderError("delivery.at", place=place, problem=what, book=book.ref, where=where)
    kinds = {k.id for k in book.span_kinds}
    for span in coding.spans:
        if span.kind in kinds and (wrong := kind_problem(span.kind, span.value, book)):
            yield CoderError("delivery.at_span", id=span.id, problem=wrong, book=book.ref, where=where)


def link_problems(found: Iterable[Problem], book: Codebook, where: str) -> Iterator[CoderError]:
    """The links to records that are not there, out of the problems of a coding whose values all fit."""
    links = {f.id for f in book.event_fields if f.value_is == "record_reference"}
    for problem in found:
        if problem.rule == VALUE and problem.field in links:
            place, said = f"{problem.event_id}/{problem.field}", problem.message
            yield CoderError("delivery.at", place=place, problem=said, book=book.ref, where=where)


def expect_sound(coding: Coding, book: Codebook) -> Coding:
    """The coding as the database has it; raises DamagedError, which names it, where a value does not fit.

    A value of a wrong shape would end whatever counts or shows it.
    """
    for place, what in _answer_problems(coding, book):
        raise damaged(Message("delivery.unsound", coding=coding.id, book=book.ref, place=place, problem=what))
    return coding


def all_of(wrong: Sequence[CoderError]) -> CoderError:
    """Several problems as one error that lists them, one a line."""
    if len(wrong) == 1:
        return wrong[0]
    lines = _Words(
        lambda lang: "\n".join(": ".join(filter(None, (e.where, e.words(lang)[0]))) for e in wrong)
    )
    hint = _Words(lambda lang: wrong[0].words(lang)[1])
    return CoderError("delivery.several", n=len(wrong), lines=lines, first_hint=hint)


class _Words:
    """Words that are made when it is known in which language."""

    def __init__(self, of: Callable[[str], str]) -> None:
        self.of = of


def _answer_problems(coding: Coding, book: Codebook) -> Iterator[tuple[str, Message]]:
    """Where in a coding a value stands that the codebook does not allow, and why it does not."""
    answers = [("", coding.answers, book.article_fields)]
    answers += [(f"{event.id}/", event.fields, book.event_fields) for event in coding.events]
    for start, given, fields in answers:
        for field in fields:
            answer = given.get(field.id)
            if answer is not None and answer.blank is None:
                for wrong in field_problems(field, answer.value, book):
                    yield f"{start}{field.id}", Message("delivery.of_field", field=field.label, what=wrong)


def _unknown_names(coding: Coding, book: Codebook) -> Iterator[Message]:
    kinds = [k.id for k in book.span_kinds]
    yield from (_named("span_kind", s.kind, kinds) for s in coding.spans if s.kind not in kinds)
    asked = [f.id for f in book.article_fields]
    names = [name for name in coding.answers if not is_stretch(name, book)]
    yield from (_named("article_field", name, asked) for name in names if name not in asked)
    answers = list(coding.answers.items())
    asked = [f.id for f in book.event_fields]
    for event in coding.events:
        yield from (_named("event_field", name, asked) for name in event.fields if name not in asked)
        answers += event.fields.items()
    spans = {s.id for s in coding.spans}
    for name, answer in answers:
        if not answer.proposed:  # a proposal names candidates, not spans
            missing = (i for i in answer.evidence if i not in spans)
            yield from (Message("delivery.evidence", id=i, field=name) for i in missing)


def _named(what: str, name: str, known: Sequence[str]) -> Message:
    named = Message(f"delivery.{what}", name=name)
    like = nearest(name, known)
    return Message("delivery.like", what=named, like=like) if like else named
