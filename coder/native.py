"""The native format `coder/1`: one coding as one JSON object, keys and lists in canonical order.

Writing and reading round-trip exactly, except that proposals are not written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated, NotRequired, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails, PydanticCustomError
from typing_extensions import TypedDict

from coder.errors import CoderError
from coder.foreign import to_json
from coder.model import Answer, Article, Blank, Candidate, Coding, Decision, Event, Json, Span, Status

FORMAT = "coder/1"
CANDIDATES = "candidates"  # the name under which other tools' annotations are imported as candidates
SUGGESTER = "suggester"


def to_line(record: Mapping[str, Json]) -> str:
    """Format a record as a line of JSON Lines, without the newline."""
    return to_json(record)


def from_coding(coding: Coding, order: Sequence[str] = (), text: str | None = None) -> dict[str, Json]:
    """Convert a coding to the native JSON object.

    order: field ids in the codebook's order; other fields follow alphabetically.
    text: the article's text, if it is to be included.
    """
    article = {"id": coding.article, "text_sha256": coding.text_sha256}
    return {
        "format": FORMAT,
        "article": article if text is None else article | {"text": text},
        "codebook": coding.codebook,
        "coder": coding.coder,
        "status": coding.status.value,
        "answers": _from_answers(coding.answers, order),
        "spans": from_spans(coding.spans),
        "events": [{"id": e.id, "fields": _from_answers(e.fields, order)} for e in coding.events],
    }


def from_candidates(
    article: Article, candidates: Iterable[Candidate], codebook: str, text: bool = False
) -> dict[str, Json]:
    """Convert an article's candidates to the same shape as a coding, each a span with origin and score."""
    coding = Coding(article.id, article.text_sha256, codebook, SUGGESTER)
    spans = [_stretch(c) | {"origin": c.origin, "score": c.score} for c in candidates]
    return from_coding(coding, text=article.text if text else None) | {"spans": spans}


def _from_answers(answers: Mapping[str, Answer], order: Sequence[str]) -> dict[str, Json]:
    rank = {name: i for i, name in enumerate(order)}
    names = sorted(answers, key=lambda name: (rank.get(name, len(rank)), name))
    return {name: _from_answer(answers[name]) for name in names if not answers[name].proposed}


def stated(answers: Mapping[str, Answer]) -> dict[str, Json]:
    """Return field → value, or the blank for an answer that is not stated; other answers are left out."""
    return {
        name: answer.value if answer.coded else {"blank": answer.state}
        for name, answer in answers.items()
        if answer.state in ("coded", Blank.NOT_STATED)
    }


def _from_answer(answer: Answer) -> dict[str, Json]:
    out: dict[str, Json] = {"value": answer.value} if answer.blank is None else {"blank": answer.blank.value}
    optional: dict[str, Json] = {"evidence": list(answer.evidence), "comment": answer.comment}
    optional |= {"from": list(answer.taken_from), "reason": answer.reason, "by": answer.by}
    return out | {name: value for name, value in optional.items() if value}


def from_spans(spans: Iterable[Span]) -> list[dict[str, Json]]:
    """Convert spans to native JSON objects."""
    return [_from_span(span) for span in spans]


def _from_span(span: Span) -> dict[str, Json]:
    decision = span.decision.value if span.decision is not None else ""
    optional = {"decision": decision, "candidate": span.candidate, "reason": span.reason}
    return _stretch(span) | {name: value for name, value in optional.items() if value}


def _stretch(span: Span | Candidate) -> dict[str, Json]:
    out = {"id": span.id, "kind": span.kind, "start": span.start, "end": span.end, "quote": span.quote}
    if span.value is not None:
        out["value"] = span.value
    return out


# ------------------------------------------------------------ reading
def to_candidates(record: Json) -> tuple[Candidate, ...]:
    """Read the candidates from an object that `to_coding` accepts; raises CoderError like `to_coding`."""
    try:
        candidates = _candidates_adapter().validate_python(record["spans"])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _coder_error({**first, "loc": ("spans", *first["loc"])}) from None
    return tuple(Candidate(**values) for values in candidates)


def to_coding(record: Json) -> Coding:
    """Read one native JSON object; raises CoderError that names the first invalid place in it."""
    try:
        read = _coding_adapter().validate_python(record)
    except ValidationError as error:
        raise _coder_error(error.errors(include_url=False)[0]) from None
    return Coding(
        article=read["article"]["id"],
        text_sha256=read["article"]["text_sha256"],
        codebook=read["codebook"],
        coder=read["coder"],
        status=read["status"],
        answers=_to_answers(read["answers"]),
        spans=tuple(Span(**values) for values in read["spans"]),
        events=tuple(Event(event["id"], _to_answers(event["fields"])) for event in read["events"]),
    )


def _to_answers(answers: _Answers) -> dict[str, Answer]:
    return {name: Answer(**values) for name, values in answers.items()}


def _known_format(name: str) -> str:
    if name != FORMAT:
        raise PydanticCustomError("other_format", "another format", {"name": name, "known": FORMAT})
    return name


def _value_or_blank(answer: _Answer) -> _Answer:
    if ("value" in answer) == ("blank" in answer):
        example = {"example": '{"value": …}', "other": '{"blank": "not_stated"}'}
        raise PydanticCustomError("value_or_blank", "both or neither", example)
    return answer


def _not_empty(span: _Span) -> _Span:
    if not 0 <= span["start"] < span["end"]:
        values = {"id": span["id"], "start": span["start"], "end": span["end"]}
        raise PydanticCustomError("offsets", "invalid offsets", values)
    return span


def _unique_ids(items: list[Json]) -> list[Json]:
    for name, count in Counter(item["id"] for item in items).items():
        if count > 1:
            raise PydanticCustomError("same_id", "the same id", {"id": name})
    return items


_Lax = Field(strict=False)  # allows converting a list to a tuple, and text to an enumeration member
_Name: TypeAlias = Annotated[str, Field(min_length=1)]
_Texts: TypeAlias = Annotated[tuple[str, ...], _Lax]


class _Answer(TypedDict):
    value: NotRequired[Json]
    blank: NotRequired[Annotated[Blank, _Lax]]
    evidence: NotRequired[_Texts]
    comment: NotRequired[str]
    taken_from: NotRequired[Annotated[_Texts, Field(alias="from")]]
    reason: NotRequired[str]
    by: NotRequired[str]


class _Span(TypedDict):
    id: _Name
    kind: str
    start: int
    end: int
    quote: str
    value: NotRequired[Json]
    decision: NotRequired[Annotated[Decision, _Lax]]
    candidate: NotRequired[str]
    reason: NotRequired[str]


class _Candidate(TypedDict):
    id: str
    kind: str
    start: int
    end: int
    quote: str
    value: NotRequired[Json]
    origin: str
    score: Annotated[float, Field(ge=0, le=1)]


_Answers: TypeAlias = dict[str, Annotated[_Answer, AfterValidator(_value_or_blank)]]


class _Event(TypedDict):
    id: _Name
    fields: _Answers


class _Article(TypedDict):
    id: _Name
    text_sha256: str


@with_config(ConfigDict(strict=True))  # applies to nested types as well: no conversion of text to numbers
class _Coding(TypedDict):
    format: Annotated[_Name, AfterValidator(_known_format)]
    article: _Article
    codebook: str
    coder: _Name
    status: Annotated[Status, _Lax]
    answers: _Answers
    spans: Annotated[list[Annotated[_Span, AfterValidator(_not_empty)]], AfterValidator(_unique_ids)]
    events: Annotated[list[_Event], AfterValidator(_unique_ids)]


@cache
def _coding_adapter() -> TypeAdapter[_Coding]:
    return TypeAdapter(_Coding)


@cache
def _candidates_adapter() -> TypeAdapter[list[_Candidate]]:
    return TypeAdapter(list[_Candidate], config=ConfigDict(strict=True))


def _coder_error(error: ErrorDetails) -> CoderError:
    """Convert pydantic's error to one with a message for people and the place in the JSON object."""
    kind, value, path = error["type"], error["input"], list(error["loc"])
    if kind == "string_type" and isinstance(path[-1], int):
        kind = "not_texts"
        path.pop()
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:] or "line"
    name = path[-1] if path else ""
    if (kind == "dict_type" and not isinstance(name, str)) or not path:
        return CoderError("native.not_an_object", found=type(value).__name__, where=where)
    if kind == "enum":
        known = error["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        return CoderError("native.not_allowed", name=name, value=value, known=known, where=where)
    kind = "empty" if kind == "string_too_short" else kind
    if kind in ("empty", "missing", "not_texts", "string_unicode"):
        return CoderError(f"native.{kind}", name=name, where=where)
    if kind in ("other_format", "value_or_blank", "offsets", "same_id"):
        return CoderError(f"native.{kind}", where=where, **error["ctx"])
    names = {"int_type": "int", "list_type": "list", "tuple_type": "list", "dict_type": "dict"}
    return CoderError("native.wrong_type", name=name, kind=names.get(kind, "str"), value=value, where=where)
