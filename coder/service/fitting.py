"""Whether a coding from elsewhere fits its article and the codebook, with every misfit by file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from coder.codebook.nearest import nearest
from coder.codebook.schema import Codebook
from coder.codebook.stretch import is_stretch
from coder.codebook.validate import VALUE, Problem
from coder.errors import CoderError
from coder.model import Article, Coding


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


def wrong_values(found: Iterable[Problem], book: Codebook, where: str) -> Iterator[CoderError]:
    """The values that the codebook does not allow, out of the problems of a coding."""
    known = {f.id for f in (*book.article_fields, *book.event_fields)}
    for problem in found:
        if problem.rule == VALUE and problem.field in known:
            place = "/".join(part for part in (problem.event_id, problem.field) if part)
            yield CoderError(f"{place}: {problem.message.en}", hint=_look_up(book), where=where)


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
