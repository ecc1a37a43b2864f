"""The dataset that writers export, and helpers that several of them share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeVar

from msgspec import Struct, field

from coder.codebook.effective import effective_answers
from coder.codebook.schema import Codebook
from coder.foreign import to_json
from coder.model import Answer, Blank, Coding, Json, Span, items_of
from coder.native import from_span
from coder.values.typed import same_thing

_Result = TypeVar("_Result")
_CACHE_SIZE = 1000  # answers
SEPARATOR = " | "  # between the items of a list, and between an answer's quotes


class Dataset(Struct, frozen=True):
    """The dataset to export, without its articles and codings, which are streamed.

    what: one of `registry.WHAT`. codebook: the revision in force; revisions: earlier
    ones that codings were made with, by their references. text: whether the articles'
    texts are exported too.
    """

    what: str
    codebook: Codebook
    revisions: Mapping[str, Codebook] = field(default_factory=dict)
    text: bool = True

    def book(self, coding: Coding) -> Codebook:
        """Return the revision that a coding was made with."""
        return self.revisions.get(coding.codebook, self.codebook)

    @property
    def books(self) -> list[Codebook]:
        """The revision in force, then the earlier ones, the latest first."""
        return [self.codebook, *reversed(list(self.revisions.values()))]


class AlignedEvent(NamedTuple):
    """An event of a coder, and the cluster of the same events that it was aligned to.

    gold: the id of the gold event made from the cluster, "" if none was. rejected: why
    the cluster was rejected as no event, "" if it was not; how, by, applied_by: as of a
    gold value.
    """

    coder: str
    event: str
    cluster: str
    gold: str
    rejected: str
    how: str
    by: str
    applied_by: str


class AlignedGold(Coding, frozen=True):
    """An article's gold together with the events of coders that it was made from, and
    those it rejects.
    """

    aligned: tuple[AlignedEvent, ...] = ()


def by_answer(function: Callable[[Answer], _Result]) -> Callable[[Answer], _Result]:
    """Cache a function of an answer: equal answers from the database are mostly the
    same object.
    """
    results: dict[int, tuple[Answer, _Result]] = {}
    """By the answer's `id`; the answer is stored too, so that no other object can get
    the same `id`.
    """

    def cached(answer: Answer) -> _Result:
        try:
            return results[id(answer)][1]
        except KeyError:
            if len(results) > _CACHE_SIZE:
                results.clear()
            result = function(answer)
            results[id(answer)] = answer, result
            return result

    return cached


def article_answers(coding: Coding, codebook: Codebook) -> dict[str, Answer]:
    """The effective answers about the article; fields that nobody looked at are left
    out.
    """
    effective = effective_answers(coding, codebook)
    return {name: effective[name] for name in coding.answers if name in effective}


def is_empty(answer: Answer) -> bool:
    """Return whether an answer says nothing: it is missing, and has no comment."""
    return answer.state == Blank.MISSING.value and not answer.comment


def file_name(article: str, coder: str) -> str:
    """A unique file name for a coding; it has no path separators and a hash if it had
    to be changed.

    It has one too where a dot in a name could be the one between them: `a.b` and `c`,
    `a` and `b.c`.
    """
    whole = f"{article}.{coder}"
    with_letters_only = re.sub(r"[^\w.-]|^[.-]", "_", whole)
    # At most 80 characters and 200 bytes; a character that is cut is left out.
    safe = with_letters_only[:80].encode()[:200].decode(errors="ignore")
    if safe == whole and whole.count(".") == 1:
        return safe
    # no coder's name has a slash
    digest = sha256(f"{article}/{coder}".encode()).hexdigest()
    return f"{safe}.{digest[:8]}"


def put_files(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """Write files, each given by its name and its text, into a folder."""
    for name, text in files:
        (folder / name).write_bytes(text.encode("utf-8"))


def json_or_none(value: Json) -> str | None:
    """A value as JSON, None for no value."""
    return None if value is None else to_json(value)


def field_ids(codebook: Codebook) -> list[str]:
    """The ids of all fields, those of the article first, in the codebook's order."""
    return [field.id for field in codebook.fields]


def find_quoted(
    spans: Mapping[str, Span], evidence: Sequence[str], value: Json = None
) -> list[Span]:
    """The spans with these evidence ids, by the items of a list that they name, then in
    text order.

    value: what they are evidence of; what names none of its items comes last.
    """
    cited = [spans[each] for each in evidence if each in spans]
    if len(cited) < 2:
        return cited
    items = value if isinstance(value, list) else []

    def find_item(span: Span) -> int:
        """Return the index of the first item that a span names, behind all of them if
        it names none.
        """
        for index, item in enumerate(items):
            if _names(span, item):
                return index
        return len(items)

    return sorted(cited, key=lambda span: (find_item(span), *_text_order(span)))


def _names(span: Span, item: Json) -> bool:
    """Return whether a span's value or words are an item of a list."""
    who = _without_role(item)
    if isinstance(who, dict) and span.quote == who.get("name", who.get("as_written")):
        return True
    for value in items_of(span.value):
        own = _without_role(value)
        if own is not None and same_thing(own, who):
            return True
    return False


def _without_role(item: Json) -> Json:
    """Return who a source is; another item as it is."""
    return item.get("who", item) if isinstance(item, dict) else item


def _text_order(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.kind


def span_json(span: Span, *, quote: bool = True) -> str:
    """A span as in the native format, with or without its quote."""
    record = from_span(span)
    if not quote:
        del record["quote"]
    return to_json(record)


def span_records(coding: Coding, codebook: Codebook) -> Iterator[dict[str, Json]]:
    """The spans that are exported as rows of their own, in text order, if the codebook
    has no events.

    These are all that were not rejected. Each has its value and, in gold, the coders it
    was taken from, why, how and by whom.
    """
    if codebook.event_fields:
        return
    for span in sorted(coding.standing, key=_text_order):
        place = {"start": span.start, "end": span.end, "quote": span.quote}
        record: dict[str, Json] = {"span": span.id, "kind": span.kind, **place}
        if span.value is not None:
            record["value"] = span.value
        gold = _gold_answer(coding, span)
        if gold is not None:
            record |= {
                "how": gold.how,
                "reason": gold.reason,
                "by": gold.by,
                "applied_by": gold.applied_by,
                "from": list(gold.taken_from),
            }
        yield record


def _gold_answer(coding: Coding, span: Span) -> Answer | None:
    """Return the answer of a gold coding that a span was taken into it with."""
    for answer in coding.answers.values():
        if answer.taken_from and span.id in answer.evidence:
            return answer
    return None
