"""Label Studio's JSON: the annotations and predictions of tasks, with regions,
relations and choices.

The unit of offsets is inferred from the regions' words, as it differs between versions.
Cancelled annotations are refused. JSON-MIN has one annotation per record and no
relations; its results come after the task's id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NotRequired

from typing_extensions import TypedDict

from coder.importers.annotated import (
    Document,
    Link,
    Mark,
    beginning,
    validate,
    with_attributes,
)
from coder.importers.columns import NO_COLUMNS
from coder.importers.registry import json_in, whole
from coder.messages.catalogue import Message
from coder.model import Json, items_of

_REGIONS = ("labels", "hypertextlabels")
_MIN = (
    "id",
    "coders",
    "annotator",
    "annotation_id",
    "created_at",
    "updated_at",
    "lead_time",
    "agreement",
)


def is_mine(path: Path) -> bool:
    """Return whether a file seems to hold tasks."""
    return any(name in beginning(path) for name in ('"data"', '"annotation_id"'))


def documents(path: Path) -> Iterator[Document]:
    """Each annotation and prediction of each task; a task without any becomes a refused
    document.
    """
    piece = whole(path)
    content = json_in(piece)
    full = [_full(each) for each in items_of(content)]
    tasks = validate(list[_Task], full, piece.where)
    for number, task in enumerate(tasks, start=1):
        where = f"{path}: task {number}"
        data = task["data"]
        record = data
        coders: list[Json] = []
        if isinstance(data.get("coders"), list) and "article" in data:
            # exported by this program
            record = {"id": data["article"], "text": data.get("text")}
            coders = data["coders"]
        annotations = task.get("annotations", [])
        for nth, each in enumerate(annotations):
            coder = coders[nth] if nth < len(coders) else each.get("completed_by", "")
            annotator = _name(coder)
            if each.get("was_cancelled"):
                why = Message("delivery.cancelled")
                yield Document(path, where, record, annotator, refused=why)
            else:
                yield _document(path, where, record, annotator, each["result"])
        # Predictions that are numbers only refer to the server's database.
        predictions = []
        for prediction in task.get("predictions", []):
            if not isinstance(prediction, int):
                predictions.append(prediction)
        for prediction in predictions:
            model = _name(prediction.get("model_version", ""))
            results = prediction["result"]
            yield _document(path, where, record, model, results, by_machine=True)
        if not annotations and not predictions:
            yield Document(path, where, record, refused=Message("delivery.unannotated"))


def _full(record: Json) -> Json:
    """Convert a record of JSON-MIN into a full task; other records are returned
    unchanged.
    """
    if not isinstance(record, dict):
        return record
    if "annotation_id" not in record or "data" in record:
        return record
    names = [*record]
    known = {*names}
    if "id" in record:
        before_id = names[: names.index("id")]
        known = {*before_id, *NO_COLUMNS.named(names)}
    data = dict[str, Json]()
    results = list[Json]()
    for name, value in record.items():
        if name in _MIN:
            continue
        items = items_of(value)
        if name in known and not any(isinstance(item, dict) for item in items):
            data[name] = value
        else:
            results += [_result(name, item) for item in items]
    annotation = {"result": results, "completed_by": record.get("annotator")}
    return {"data": data, "annotations": [annotation]}


def _result(name: str, item: Json) -> Json:
    value = item if isinstance(item, dict) else {"choices": [item]}
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
    marks = list[Mark]()
    links = list[Link]()
    choices = defaultdict[str, list[Json]](list)
    attributes = defaultdict[str, dict[str, Json]](dict)
    for number, result in enumerate(results, start=1):
        value = result.get("value", {})
        name = result.get("type", "")
        id_ = result.get("id") or str(number)
        if name == "relation":
            source = result.get("from_id", "")
            target = result.get("to_id", "")
            for role in result.get("labels") or [""]:
                links.append(Link(source, role, target))
        elif name in _REGIONS:
            place = validate(_Place, value.get("globalOffsets", value), where)
            quote = str(value.get("text") or "")
            labels = validate(list[str], value.get(name, []), where)
            extents = ((place["start"], place["end"]),)
            for nth, label in enumerate(labels):
                mark_id = f"{id_}.{nth}" if nth else id_
                marks.append(Mark(mark_id, label, extents, quote))
        elif name in value:
            answer = value[name]
            question = result.get("from_name", name)
            if "start" in value:
                is_single = isinstance(answer, list) and len(answer) == 1
                attributes[id_][question] = answer[0] if is_single else answer
            else:
                choices[question] += items_of(answer)
    marks, left = with_attributes(marks, attributes)
    return Document(
        path,
        where,
        record,
        annotator,
        marks,
        links,
        choices,
        None,
        left=left,
        by_machine=by_machine,
    )


def _name(user: Json) -> str:
    if isinstance(user, dict):
        return str(user.get("email") or user.get("id", ""))
    return str(user or "")


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
