"""Event corpora in the JSON form of ACE: one object per sentence, with words, entity and event mentions.

Offsets count tokens and are half-open; the text is the words joined by single spaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, beginning, validated
from coder.importers.registry import json_in, whole


class _Mention(BaseModel):
    start: int
    end: int
    text: str = ""
    entity_type: str = Field("", alias="entity-type")
    role: str = ""


class _Event(BaseModel):
    model_config = ConfigDict(extra="allow")
    event_type: str
    trigger: _Mention
    arguments: list[_Mention] = []


class _Sentence(BaseModel):
    words: list[str]
    sentence_id: str = ""
    entities: list[_Mention] = Field([], alias="golden-entity-mentions")
    events: list[_Event] = Field([], alias="golden-event-mentions")


def is_mine(path: Path) -> bool:
    """Whether a file seems to hold such sentences."""
    return '"words"' in beginning(path)


def documents(path: Path) -> Iterator[Document]:
    """Yield each sentence as an article of its own."""
    piece = whole(path)
    sentences = validated(list[_Sentence], json_in(piece), piece.where)
    for number, sentence in enumerate(sentences, start=1):
        yield _document(path, f"{path}: sentence {number}", sentence)


def _document(path: Path, where: str, sentence: _Sentence) -> Document:
    starts = [0, *accumulate(len(word) + 1 for word in sentence.words)]
    marks, links, ids = list[Mark](), list[Link](), dict[tuple[int, int], str]()

    def add(
        id_: str,
        label: str,
        mention: _Mention,
        values: dict[str, Any],
        is_event: bool = False,
    ) -> None:
        if not 0 <= mention.start < mention.end < len(starts):
            place = f"{mention.start}-{mention.end}"
            raise CoderError(
                "delivery.no_token_place", token=mention.text, place=place, where=where
            )
        extent = starts[mention.start], starts[mention.end] - 1
        marks.append(Mark(id_, label, (extent,), attributes=values, is_event=is_event))

    for nth, entity in enumerate(sentence.entities):
        ids.setdefault((entity.start, entity.end), f"T{nth}")
        add(f"T{nth}", entity.entity_type, entity, {})
    for nth, event in enumerate(sentence.events):
        values = {
            key: value
            for key, value in (event.model_extra or {}).items()
            if isinstance(value, str)
        }
        values.pop("id", None)
        add(f"E{nth}", event.event_type, event.trigger, values, is_event=True)
        for argument in event.arguments:
            tokens = argument.start, argument.end
            if tokens not in ids:
                ids[tokens] = f"A{len(marks)}"
                add(ids[tokens], argument.entity_type or argument.role, argument, {})
            links.append(Link(f"E{nth}", argument.role, ids[tokens]))
    record = {"id": sentence.sentence_id, "text": " ".join(sentence.words)}
    return Document(path, where, record, "", marks, links)
