"""The native format: each line is a coding or an article's candidates, with or without
the article's text.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, NotRequired, TypeAlias

from msgspec.structs import replace
from pydantic import AfterValidator, ConfigDict, Field, ValidationError, with_config
from pydantic_core import ErrorDetails, PydanticCustomError
from typing_extensions import TypedDict

from coder.errors import CoderError
from coder.importers.annotated import adapter
from coder.importers.columns import Columns
from coder.importers.records import expect_id, first_keys
from coder.importers.registry import Piece, Taken, json_in
from coder.model import (
    Answer,
    Article,
    Blank,
    Candidate,
    Coding,
    Decision,
    Event,
    How,
    Json,
    ProposedAnswer,
    Span,
    Status,
)
from coder.native import FORMAT, SUGGESTER
from coder.size_limits import expect_article


def is_mine(path: Path) -> bool:
    """Return whether JSON Lines may be in this format, not in `jsonl` for data users;
    see `codings_reader`.
    """
    return "record" not in first_keys(path)


def holds_article(piece: Piece) -> bool:
    """Return whether a line may contain an article's text; most lines do not, and need
    not be parsed for it.
    """
    return (
        b'"text"' in piece.data or b"\\u" in piece.data
    )  # the key, possibly written with escapes


def taken(piece: Piece, columns: Columns) -> Taken:
    """The coding or candidates in a line, and the article if its text is there."""
    return taken_from(json_in(piece), piece.where, piece.path.name)


def taken_from(record: Json, where: str, source: str) -> Taken:
    """The coding or candidates in a parsed line, and the article if its text is there."""
    try:
        coding = to_coding(record)
        if coding.is_gold:
            coding = replace(coding, source=source)
        candidates = to_candidates(record) if coding.coder == SUGGESTER else None
    except CoderError as error:
        error.where = f"{where}: {error.where}"
        raise
    head = record["article"]
    if "text" not in head:
        return Taken(where, None, coding, candidates)
    article = Article(id=head["id"], text=str(head["text"]), source=source)
    expect_id(article.id, where)
    expect_article(article.text, article.metadata, where)
    if article.text_sha256 != head["text_sha256"]:
        raise CoderError("native.altered_text", article=article.id, where=where)
    return Taken(where, article, coding, candidates)


def to_candidates(record: Json) -> tuple[Candidate, ...]:
    """Read the candidates from an object that `to_coding` accepts; raises CoderError
    like `to_coding`.
    """
    try:
        candidates = adapter(_Candidates).validate_python(record["spans"])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _coder_error({**first, "loc": ("spans", *first["loc"])}) from None
    return tuple(Candidate(**values) for values in candidates)


def to_coding(record: Json) -> Coding:
    """Read one native JSON object; raises CoderError that names the first invalid place
    in it.
    """
    try:
        read = adapter(_Coding).validate_python(record)
    except ValidationError as error:
        raise _coder_error(error.errors(include_url=False)[0]) from None
    is_proposal = read["coder"] == SUGGESTER
    return Coding(
        article=read["article"]["id"],
        text_sha256=read["article"]["text_sha256"],
        codebook=read["codebook"],
        coder=read["coder"],
        status=read["status"],
        answers=_to_answers(read["answers"], is_proposal=is_proposal),
        spans=tuple(Span(**values) for values in read["spans"]),
        events=tuple(
            Event(event["id"], _to_answers(event["fields"], is_proposal=is_proposal))
            for event in read["events"]
        ),
    )


def _to_answers(answers: _Answers, *, is_proposal: bool) -> dict[str, Answer]:
    """Convert answers; only those of proposals have an origin, in others it is skipped."""
    converted: dict[str, Answer] = {}
    for name, values in answers.items():
        parts: dict[str, Json] = {**values}
        origin = parts.pop("origin", ())
        if is_proposal and origin:
            converted[name] = ProposedAnswer(**parts, origin=origin)
        else:
            converted[name] = Answer(**parts)
    return converted


def _expect_known_format(name: str) -> str:
    if name != FORMAT:
        raise PydanticCustomError(
            "other_format", "another format", {"name": name, "known": FORMAT}
        )
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


_Lax = Field(
    strict=False
)  # allows converting a list to a tuple, and text to an enumeration member
_Name: TypeAlias = Annotated[str, Field(min_length=1)]
_Texts: TypeAlias = Annotated[tuple[str, ...], _Lax]


class _Answer(TypedDict):
    value: NotRequired[Json]
    blank: NotRequired[Annotated[Blank, _Lax]]
    evidence: NotRequired[_Texts]
    comment: NotRequired[str]
    origin: NotRequired[_Texts]
    taken_from: NotRequired[Annotated[_Texts, Field(alias="from")]]
    reason: NotRequired[str]
    by: NotRequired[str]
    how: NotRequired[How]
    applied_by: NotRequired[str]


class _Passage(TypedDict):
    id: _Name
    kind: str
    start: int
    end: int
    quote: str
    value: NotRequired[Json]


class _Span(_Passage):
    decision: NotRequired[Annotated[Decision, _Lax]]
    candidate: NotRequired[str]
    reason: NotRequired[str]


@with_config(
    ConfigDict(strict=True)
)  # applies to nested types as well: no conversion of text to numbers
class _Candidate(_Passage):
    origin: str
    score: Annotated[float, Field(ge=0, le=1)]


_Candidates: TypeAlias = list[_Candidate]


_Answers: TypeAlias = dict[str, Annotated[_Answer, AfterValidator(_value_or_blank)]]


class _Event(TypedDict):
    id: _Name
    fields: _Answers


class _Article(TypedDict):
    id: _Name
    text_sha256: str
    text_version: NotRequired[Annotated[int, Field(ge=1)]]


@with_config(ConfigDict(strict=True))
class _Coding(TypedDict):
    format: Annotated[_Name, AfterValidator(_expect_known_format)]
    article: _Article
    codebook: str
    coder: _Name
    status: Annotated[Status, _Lax]
    answers: _Answers
    spans: Annotated[
        list[Annotated[_Span, AfterValidator(_not_empty)]], AfterValidator(_unique_ids)
    ]
    events: Annotated[list[_Event], AfterValidator(_unique_ids)]


def _coder_error(error: ErrorDetails) -> CoderError:
    """Convert pydantic's error to one with a message for people and the place in the
    JSON object.
    """
    kind = error["type"]
    value = error["input"]
    path = list(error["loc"])
    if kind == "string_type" and isinstance(path[-1], int):
        kind = "not_texts"
        path.pop()
    where = (
        "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[
            1:
        ]
        or "line"
    )
    name = path[-1] if path else ""
    if (kind == "dict_type" and not isinstance(name, str)) or not path:
        return CoderError(
            "native.not_an_object", found=type(value).__name__, where=where
        )
    if kind in ("enum", "literal_error"):
        known = error["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        return CoderError(
            "native.not_allowed", name=name, value=value, known=known, where=where
        )
    kind = "empty" if kind == "string_too_short" else kind
    if kind in ("empty", "missing", "not_texts", "string_unicode"):
        return CoderError(f"native.{kind}", name=name, where=where)
    if kind in ("other_format", "value_or_blank", "offsets", "same_id"):
        return CoderError(f"native.{kind}", where=where, **error["ctx"])
    names = {
        "int_type": "int",
        "list_type": "list",
        "tuple_type": "list",
        "dict_type": "dict",
    }
    return CoderError(
        "native.wrong_type",
        name=name,
        kind=names.get(kind, "str"),
        value=value,
        where=where,
    )
