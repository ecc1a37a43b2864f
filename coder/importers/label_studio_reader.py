"""Label Studio's JSON: of each task its annotations and predictions, regions, relations and choices.

Offsets are told by the words of the regions, as versions count differently. A cancelled annotation is none.
JSON-MIN has an annotation a record and no relations: its results stand behind the task's number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NotRequired

from typing_extensions import TypedDict

from coder.importers.annotated import Document, Link, Mark, beginning, shaped
from coder.importers.columns import NO_COLUMNS
from coder.importers.registry import json_in, whole
from coder.messages.catalogue import Message
from coder.model import Json

_REGIONS = ("labels", "hypertextlabels")
_MIN = ("id", "coders", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement")


def is_mine(path: Path) -> bool:
    """Whether a file holds tasks."""
    return any(name in beginning(path) for name in ('"data"', '"annotation_id"'))


def documents(path: Path) -> Iterator[Document]:
    """Each annotation and each prediction of each task; of those without any, that they have none."""
    piece = whole(path)
    found = json_in(piece)
    every = [_full(each) for each in (found if isinstance(found, list) else [found])]
    tasks = shaped(list[_Task], every, piece.where)
    for number, task in enumerate(tasks, start=1):
        where, data = f"{path}: task {number}", task["data"]
        names, record = data.get("coders"), data
        if isinstance(names, list) and "article" in data:  # written here
            record = {"id": data["article"], "text": data.get("text")}
        else:
            names = []
        for nth, each in enumerate(task.get("annotations", [])):
            whose = _name(names[nth] if nth < len(names) else each.get("completed_by", ""))
            if each.get("was_cancelled"):
                yield Document(path, where, record, whose, refused=Message("delivery.cancelled"))
            else:
                yield _document(path, where, record, whose, each["result"])
        guesses = [
            each for each in task.get("predictions", []) if not isinstance(each, int)
        ]  # else in no file
        for guess in guesses:
            model = _name(guess.get("model_version", ""))
            yield _document(path, where, record, model, guess["result"], by_machine=True)
        if not (task.get("annotations") or guesses):
            yield Document(path, where, record, refused=Message("delivery.unannotated"))


def _full(record: Json) -> Json:
    """A record of JSON-MIN as the task that it was made of, any other as it is."""
    if not isinstance(record, dict) or "annotation_id" not in record or "data" in record:
        return record
    names = [*record]
    known = {*names[: names.index("id")], *NO_COLUMNS.named(names)} if "id" in record else {*names}
    data, results = dict[str, Json](), list[Json]()
    for name, said in record.items():
        several = said if isinstance(said, list) else [said]
        if name in _MIN:
            continue
        if name in known and not any(isinstance(each, dict) for each in several):
            data[name] = said
        else:
            results += [_result(name, each) for each in several]
    annotation = {"result": results, "completed_by": record.get("annotator")}
    return {"data": data, "annotations": [annotation]}


def _result(name: str, said: Json) -> Json:
    value = said if isinstance(said, dict) else {"choices": [said]}
    kind = next((each for each in (*_REGIONS, "choices") if each in value), "")
    return {"type": kind, "value": value, "from_name": name}


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
            of = shaped(_Place, value.get("globalOffsets", value), where)
            quote = str(value.get("text") or "")
            labels = shaped(list[str], value.get(name, []), where)
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
