"""Checks whether a coding fits its article and the codebook; every problem comes with
its place.

Imported codings with problems are refused. One in the database was put there by some
other program, and is left out: see `wrong_codings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace

from coder.codebook.nearest import nearest
from coder.codebook.schema import Codebook
from coder.codebook.validate import VALUE, Problem, is_stretch, kind_problem
from coder.codebook.validate import value_problems as field_problems
from coder.errors import CoderError, DamagedError
from coder.grouping import grouped
from coder.messages.catalogue import Message, say
from coder.model import Answer, Article, Coding, Passage
from coder.text.offsets import Offsets, unit_that_fits

_SHOWN = 5  # of the problems of one kind that are reported together
_MAX_FITTING = 20_000
"""How many answers that fit are remembered: equal ones from the database are mostly the
same object.
"""


def text_problems(
    coding: Coding, article: Article, book: Codebook, where: str
) -> Iterator[CoderError]:
    """Yield the spans that do not match the text, and the names that are not in the
    codebook.
    """
    text = article.text
    misplaced = [
        span
        for span in coding.spans
        if not 0 <= span.start < span.end <= len(text)
        or text[span.start : span.end] != span.quote
    ]
    offsets = Offsets(text, "code points")
    yield from placing_errors(misplaced, coding.spans, offsets, where)
    for what in dict.fromkeys(_find_unknown_names(coding, book)):
        yield CoderError(
            "delivery.does_not_exist", what=what, book=book.ref, where=where
        )


def placing_errors(
    misplaced: Sequence[Passage],
    every: Sequence[Passage],
    offsets: Offsets,
    where: str,
) -> Iterator[CoderError]:
    """Yield an error for each misplaced span: it is past the end, or its quote is not
    there.

    If every span fits the text in another unit than code points, the errors say so.
    Offsets of spans are in the unit of `offsets`.
    """
    is_code_points = offsets.unit == "code points"
    unit = unit_that_fits(every, offsets.text) if misplaced and is_code_points else None
    for span in misplaced:
        values = {"id": span.id, "at": f"[{span.start}, {span.end})", "where": where}
        if unit is not None and unit != "code points":
            counted = Message(f"delivery.in_{unit}")
            yield CoderError(
                "delivery.other_unit", unit=counted, length=offsets.length, **values
            )
        elif max(span.start, span.end) > offsets.length:
            yield CoderError("delivery.past_the_end", length=offsets.length, **values)
        else:
            start = offsets.at(span.start)
            end = offsets.at(span.end)
            is_inside = start is not None and end is not None
            there = offsets.text[start:end] if is_inside else ""
            yield CoderError(
                "delivery.not_in_text", said=span.quote, there=there, **values
            )


def value_problems(coding: Coding, book: Codebook, where: str) -> Iterator[CoderError]:
    """Yield the values, of answers (whether applicable or not) and of spans, that the
    codebook forbids.
    """
    for event_id, field, what in _answer_problems(coding, book):
        place = _place(event_id, field)
        yield CoderError(
            "delivery.at", place=place, problem=what, book=book.ref, where=where
        )
    kinds = {k.id for k in book.span_kinds}
    for span in coding.spans:
        if span.kind in kinds and (wrong := kind_problem(span.kind, span.value, book)):
            yield CoderError(
                "delivery.at_span",
                id=span.id,
                problem=wrong,
                book=book.ref,
                where=where,
            )


def link_problems(
    problems: Iterable[Problem], book: Codebook, where: str
) -> Iterator[CoderError]:
    """Yield the links to missing records among the problems of a coding whose values
    all fit.
    """
    links = {f.id for f in book.event_fields if f.value_is == "record_reference"}
    for problem in problems:
        if problem.rule == VALUE and problem.field in links:
            place = f"{problem.event_id}/{problem.field}"
            yield CoderError(
                "delivery.at",
                place=place,
                problem=problem.message,
                book=book.ref,
                where=where,
            )


def wrong_values(coding: Coding, book: Codebook) -> Iterator[tuple[str, str, Message]]:
    """Yield event id, field id and reason for all that the codebook does not allow in a
    stored coding.

    The event is "" for the article, the field "" for a span.
    """
    kinds = book.derived(_span_kinds)
    for span in coding.spans:
        if span.kind not in kinds:
            what = Message("delivery.unknown_kind", id=span.id, kind=span.kind)
            yield "", "", what
        elif wrong := kind_problem(span.kind, span.value, book):
            yield "", "", Message("delivery.of_span", id=span.id, problem=wrong)
    for event_id, answers in coding.records:
        known = book.derived(_event_fields if event_id else _article_fields)
        for name in answers:
            is_known = name in known or (coding.is_gold and is_stretch(name, book))
            if not is_known:
                yield event_id, name, Message("codebook.no_such_field", name=name)
    yield from _answer_problems(coding, book)


def expect_sound(coding: Coding, book: Codebook) -> Coding:
    """Return a coding read from the database unchanged; raises DamagedError if a value
    does not fit.
    """
    for wrong in wrong_values(coding, book):
        raise DamagedError(
            "delivery.unsound",
            article=coding.article,
            coder=coding.coder,
            problem=in_place(*wrong),
        )
    return coding


def in_place(event_id: str, field: str, what: Message) -> Message:
    """Return what is wrong, with its place in front if it is in a field."""
    place = _place(event_id, field)
    return Message("delivery.at", place=place, problem=what) if place else what


def expect_none(errors: Iterable[CoderError]) -> None:
    """Raise the error, or one that lists the first different errors of each kind, if
    there are any.
    """
    problems = [*errors]
    if not problems:
        return
    if len(problems) == 1:
        raise problems[0]
    kinds = grouped((problem.key, problem) for problem in problems).values()

    def lines(lang: str) -> str:
        return "\n".join(line for kind in kinds for line in _first_lines(kind, lang))

    def hints(lang: str) -> str:
        return "\n".join(dict.fromkeys(kind[0].words(lang)[1] for kind in kinds))

    # Objects with `of`, like labels: the text is produced once the language is known.
    listed = SimpleNamespace(of=lines)
    hinted = SimpleNamespace(of=hints)
    error = CoderError("delivery.several", n=len(problems), lines=listed, hints=hinted)
    error.parts = problems
    raise error


def _first_lines(problems: Sequence[CoderError], lang: str) -> Iterator[str]:
    different = grouped((problem.message, problem) for problem in problems)
    shown = [alike[0] for alike in different.values()][:_SHOWN]
    for problem in shown:
        yield ": ".join(filter(None, (problem.where, problem.words(lang)[0])))
    if more := len(problems) - len(shown):
        yield say(lang, "delivery.more_of_the_same", n=more)


def _place(event_id: str, field: str) -> str:
    return "/".join(filter(None, (event_id, field)))


def _span_kinds(book: Codebook) -> set[str]:
    return {kind.id for kind in book.span_kinds}


def _article_fields(book: Codebook) -> set[str]:
    return {field.id for field in book.article_fields}


def _event_fields(book: Codebook) -> set[str]:
    return {field.id for field in book.event_fields}


def _answer_problems(
    coding: Coding, book: Codebook
) -> Iterator[tuple[str, str, Message]]:
    """Yield event id, field id and reason of each value that the codebook does not
    allow.
    """
    fitting: dict[tuple[int, int], Answer] = book.kept.setdefault(_answer_problems, {})
    if len(fitting) > _MAX_FITTING:
        fitting.clear()
    answers = [("", coding.answers, book.article_fields)]
    answers += [(event.id, event.fields, book.event_fields) for event in coding.events]
    for event_id, by_field, fields in answers:
        for field in fields:
            answer = by_field.get(field.id)
            if answer is None or answer.blank is not None:
                continue
            key = (id(field), id(answer))
            if key in fitting:
                continue
            problems = list(field_problems(field, answer.value, book))
            if not problems:
                fitting[key] = answer  # stored so that no other object gets its `id`
            for wrong in problems:
                what = Message("delivery.of_field", field=field.label, what=wrong)
                yield event_id, field.id, what


def _find_unknown_names(coding: Coding, book: Codebook) -> Iterator[Message]:
    """Yield what a coding names that is not in the codebook, and the evidence that is
    not in the coding.
    """
    kinds = [kind.id for kind in book.span_kinds]
    for span in coding.spans:
        yield from _find_unknown_name("span_kind", span.kind, kinds)
    article_fields = [field.id for field in book.article_fields]
    for name in coding.answers:
        if not is_stretch(name, book):
            yield from _find_unknown_name("article_field", name, article_fields)
    event_fields = [field.id for field in book.event_fields]
    for event in coding.events:
        for name in event.fields:
            yield from _find_unknown_name("event_field", name, event_fields)
    spans = {span.id for span in coding.spans}
    for _, answers in coding.records:
        for name, answer in answers.items():
            if answer.proposed:
                continue  # its evidence refers to candidates, not spans
            for id_ in answer.evidence:
                if id_ not in spans:
                    yield Message("delivery.evidence", id=id_, field=name)


def _find_unknown_name(what: str, name: str, known: Sequence[str]) -> Iterator[Message]:
    """Yield the name of a kind or field if it is none of those known, with the nearest
    one.
    """
    if name in known:
        return
    named = Message(f"delivery.{what}", name=name)
    like = nearest(name, known)
    yield Message("delivery.like", what=named, like=like) if like else named
