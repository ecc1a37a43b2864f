"""Whether a coding fits its article and the codebook, with every misfit and where it stands.

Codings from elsewhere are refused for it before they come in; one in the database that does not fit was
written there by something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from coder.codebook.conform import kind_problem, value_problems
from coder.codebook.nearest import nearest
from coder.codebook.schema import Codebook
from coder.codebook.stretch import is_stretch
from coder.codebook.validate import VALUE, Problem
from coder.errors import CoderError
from coder.model import Article, Coding
from coder.store.data_problems import damaged


def misfits(coding: Coding, article: Article, book: Codebook, where: str) -> Iterator[CoderError]:
    """The spans that are not in the text, and the names that are not in the codebook."""
    for span in coding.spans:
        there = article.text[span.start : span.end]
        if not 0 <= span.start < span.end <= len(article.text) or there != span.quote:
            yield CoderError(
                f"Span {span.id!r} [{span.start}, {span.end}) says {span.quote!r}, the text has {there!r}.",
                hint="Offsets are code points of the unaltered text, the end not included.",
                where=where,
            )
    if unknown := list(dict.fromkeys(_unknown_names(coding, book))):
        what = f"The coding uses what does not exist: {', '.join(unknown)}."
        yield CoderError(what, hint=_look_up(book), where=where)


def wrong_values(coding: Coding, book: Codebook, where: str) -> Iterator[CoderError]:
    """The values of answers, asked for or not, and of spans that the codebook does not allow."""
    for place, what in _wrong_answers(coding, book):
        yield CoderError(f"{place}: {what}", hint=_look_up(book), where=where)
    kinds = {k.id for k in book.span_kinds}
    for span in coding.spans:
        if span.kind in kinds and (wrong := kind_problem(span.kind, span.value, book)):
            yield CoderError(f"Span {span.id!r}: {wrong.en}.", hint=_look_up(book), where=where)


def wrong_links(found: Iterable[Problem], book: Codebook, where: str) -> Iterator[CoderError]:
    """The links to records that are not there, out of the problems of a coding whose values all fit."""
    links = {f.id for f in book.event_fields if f.value_is == "record_reference"}
    for problem in found:
        if problem.rule == VALUE and problem.field in links:
            place = f"{problem.event_id}/{problem.field}"
            yield CoderError(f"{place}: {problem.message.en}", hint=_look_up(book), where=where)


def expect_sound(coding: Coding, book: Codebook) -> Coding:
    """The coding as the database has it; raises DamagedError, which names it, where a value does not fit.

    A value of a wrong shape would end whatever counts or shows it.
    """
    for place, what in _wrong_answers(coding, book):
        raise damaged(f"The coding {coding.id} holds what {book.ref} does not allow, at {place}: {what}")
    return coding


def _wrong_answers(coding: Coding, book: Codebook) -> Iterator[tuple[str, str]]:
    """Where in a coding a value stands that the codebook does not allow, and why it does not."""
    answers = [("", coding.answers, book.article_fields)]
    answers += [(f"{event.id}/", event.fields, book.event_fields) for event in coding.events]
    for start, given, fields in answers:
        for field in fields:
            answer = given.get(field.id)
            if answer is not None and answer.blank is None:
                for wrong in value_problems(field, answer.value, book):
                    yield f"{start}{field.id}", f"{field.label.en}: {wrong.en}."


def all_of(wrong: Sequence[CoderError]) -> CoderError:
    """Several complaints as one that lists them, one a line."""
    if len(wrong) == 1:
        return wrong[0]
    lines = "\n".join(map(str, wrong))
    return CoderError(f"{len(wrong)} things do not fit; nothing was taken in:\n{lines}", hint=wrong[0].hint)


def _look_up(book: Codebook) -> str:
    return f"See the codebook {book.ref}: `coder codebook show`."


def _unknown_names(coding: Coding, book: Codebook) -> Iterator[str]:
    kinds = [k.id for k in book.span_kinds]
    yield from (_named("span kind", s.kind, kinds) for s in coding.spans if s.kind not in kinds)
    asked = [f.id for f in book.article_fields]
    names = [name for name in coding.answers if not is_stretch(name, book)]
    yield from (_named("article field", name, asked) for name in names if name not in asked)
    answers = list(coding.answers.items())
    asked = [f.id for f in book.event_fields]
    for event in coding.events:
        yield from (_named("event field", name, asked) for name in event.fields if name not in asked)
        answers += event.fields.items()
    spans = {s.id for s in coding.spans}
    for name, answer in answers:
        if not answer.proposed:  # a proposal names candidates, not spans
            yield from (f"evidence {i!r} of {name}" for i in answer.evidence if i not in spans)


def _named(what: str, name: str, known: Sequence[str]) -> str:
    like = nearest(name, known)
    return f"{what} {name!r}" + (f" (like {like!r}?)" if like else "")
