"""Label Studio's JSON: of each task its annotations and predictions, regions, relations and choices.

Offsets are told by the words of the regions, as versions count differently. A cancelled annotation is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from coder.importers.annotated import Document, Link, Mark, beginning, shaped
from coder.importers.registry import json_in, whole
from coder.model import Json

_REGIONS = ("labels", "hypertextlabels")


def is_mine(path: Path) -> bool:
    """Whether a file holds tasks."""
    return path.suffix.lower() == ".json" and '"data"' in beginning(path)


def documents(path: Path) -> Iterator[Document]:
    """Each annotation and each prediction of each task."""
    piece = whole(path)
    found = json_in(piece)
    tasks = shaped(_form(), found if isinstance(found, list) else [found], piece.where)
    for number, task in enumerate(tasks, start=1):
        where, data = f"{path}: task {number}", task["data"]
        names, record = data.get("coders"), data
        if isinstance(names, list) and "article" in data:  # written here
            record = {"id": data["article"], "text": data.get("text")}
        else:
            names = []
        for nth, each in enumerate(task.get("annotations", [])):
            if not each.get("was_cancelled"):
                whose = names[nth] if nth < len(names) else each.get("completed_by", "")
                yield _document(path, where, record, _name(whose), each["result"])
        for guess in task.get("predictions", []):
            if isinstance(guess, dict):
                model = _name(guess.get("model_version", ""))
                yield _document(path, where, record, model, guess["result"], by_machine=True)


def _document(
    path: Path,
    where: str,
    record: Mapping[str, Json],
    annotator: str,
    results: list[_Result],
    by_machine: bool = False,
) -> Document:
    marks, links = list[Mark](), list[Link]()
    choices, of_regions = defaultdict[str, list[Json]](list), defaultdict[str, dict[str, Json]](dict)
    for number, result in enumerate(results, start=1):
        value, name, id_ = result.get("value", {}), result.get("type", ""), result.get("id") or str(number)
        if name == "relation":
            ends = result.get("from_id", ""), result.get("to_id", "")
            links += [Link(ends[0], role, ends[1]) for role in result.get("labels") or [""]]
        elif name in _REGIONS:
            of = shaped(_place(), value.get("globalOffsets", value), where)
            quote = str(value.get("text") or "")
            labels = shaped(_labels(), value.get(name, []), where)
            for nth, label in enumerate(labels):
                marks.append(Mark(f"{id_}.{nth}" if nth else id_, label, ((of["start"], of["end"]),), quote))
        elif name in value:
            said, question = value[name], result.get("from_name", name)
            if "start" in value:
                of_regions[id_][question] = said[0] if isinstance(said, list) and len(said) == 1 else said
            else:
                choices[question] += said if isinstance(said, list) else [said]
    marks = [replace(mark, attributes=of_regions.get(mark.id, {})) for mark in marks]
    return Document(path, where, record, annotator, marks, links, choices, unit=None, by_machine=by_machine)


def _name(whose: Json) -> str:
    return str(whose.get("email") or whose.get("id", "")) if isinstance(whose, dict) else str(whose or "")


class _Place(TypedDict):
    start: int
    end: int


class _Result(TypedDict):
    id: NotRequired[str]
    type: NotRequired[str]
    value: NotRequired[dict[str, Any]]
    from_name: NotRequired[str]
    from_id: NotRequired[str]
    to_id: NotRequired[str]
    labels: NotRequired[list[str] | None]


class _Annotation(TypedDict):
    result: list[_Result]
    completed_by: NotRequired[Any]
    was_cancelled: NotRequired[bool]
    model_version: NotRequired[str | None]


class _Task(TypedDict):
    data: dict[str, Any]
    annotations: NotRequired[list[_Annotation]]
    predictions: NotRequired[list[_Annotation | int]]


@cache
def _form() -> TypeAdapter[list[_Task]]:
    return TypeAdapter(list[_Task])


@cache
def _place() -> TypeAdapter[_Place]:
    return TypeAdapter(_Place)


@cache
def _labels() -> TypeAdapter[list[str]]:
    return TypeAdapter(list[str])
