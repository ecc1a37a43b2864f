"""Fits YAML data to a model and says in plain words, with line and column, where it does not fit.

Source: the error types of pydantic 2, https://docs.pydantic.dev/latest/errors/validation_errors/.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from coder.codebook.expressions import FORM_KEYS
from coder.codebook.label import Model
from coder.codebook.nearest import nearest
from coder.codebook.yaml_text import FileProblem, YamlPath, YamlText
from coder.messages.catalogue import Message, has

M = TypeVar("M", bound=Model)

STAND_INS: dict[str, Any] = {
    "id": "unnamed", "version": "0.0.0", "title": {"ar": "-", "en": "-"},
    "languages": {"text": [], "labels": []}, "blanks": [], "span_kinds": [],
}  # fmt: skip
"""What takes the place of a broken key that a codebook must have, so that the rest can still be checked."""


def shape(model: type[M], source: YamlText, given: Mapping[str, Any]) -> tuple[M | None, list[FileProblem]]:
    """The data as a model, and every problem of it.

    given: values that take the place of keys in the file. Pieces with problems are left out of the
    model, so that the others can be checked further; None when not even that is possible.
    """
    problems = list(source.problems)
    if not isinstance(source.data, dict):
        return None, [*problems, source.problem((), "no_mapping_at_top")]
    try:
        return model.model_validate({**source.data, **given}), problems
    except ValidationError as error:
        errors = error.errors(include_url=False)
    problems += _problems(model, source, errors)
    data = {**_mended(source, errors), **given}
    try:
        return model.model_validate(data), problems
    except ValidationError as error:
        broken = {e["loc"][:2] for e in error.errors(include_url=False)}
    try:
        return model.model_validate(_without(data, broken, model)), problems
    except ValidationError:
        return None, problems


def _mended(source: YamlText, errors: Iterable[ErrorDetails]) -> dict[str, Any]:
    """The data with the slips put right whose meaning is plain, so that what is around them is checked too.

    Unknown keys go, a misspelt value becomes the one it is nearest to, a missing translation a dash.
    """
    data: dict[str, Any] = deepcopy(source.data)
    for error in errors:
        *above, last = _path_in_file(source, error) or ("",)
        around: Any = data
        for step in above:
            around = around[step]
        if error["type"] == "extra_forbidden":
            del around[last]
        elif error["type"] == "literal_error":
            around[last] = nearest(str(error["input"]), _allowed(error)) or error["input"]
        elif error["type"] == "missing" and last in ("ar", "en"):
            around[last] = "-"
    return data


def _without(data: dict[str, Any], broken: set[YamlPath], model: type[Model]) -> dict[str, Any]:
    """The data without its broken list items; a broken key falls back to its default or a stand-in."""
    whole_keys = {loc[0] for loc in broken if len(loc) < 2 or not isinstance(loc[1], int)}
    rest: dict[str, Any] = {}
    for key, value in data.items():
        dropped = {loc[1] for loc in broken if loc[0] == key and len(loc) == 2}
        if key not in whole_keys:
            rest[key] = [v for i, v in enumerate(value) if i not in dropped] if dropped else value
    required = {f.alias or name for name, f in model.model_fields.items() if f.is_required()}
    return {**{k: v for k, v in STAND_INS.items() if k in required}, **rest}


# ---------------------------------------------------------------- in plain words
def _problems(model: type[Model], source: YamlText, errors: Iterable[ErrorDetails]) -> list[FileProblem]:
    """One problem for each place in the file."""
    found: dict[YamlPath, FileProblem] = {}
    for error in errors:
        if error["type"] == "too_short" and error["input"]:
            continue  # there is a problem of its items
        path = _path_in_file(source, error)
        what = _words(error, _known_keys(model, error["loc"][:-1]))
        found.setdefault(path, source.problem(path, what, at_key=error["type"] == "extra_forbidden"))
    return list(found.values())


def _path_in_file(source: YamlText, error: ErrorDetails) -> YamlPath:
    """pydantic's location without the names of union members; a missing key stays as the last step."""
    path: YamlPath = ()
    for step in error["loc"]:
        if (*path, step) in source.values or (*path, step) in source.keys:
            path = (*path, step)
    return (*path, error["loc"][-1]) if error["type"] == "missing" else path


def _words(error: ErrorDetails, known: list[str]) -> Message | str:
    kind, found = error["type"], error.get("input")
    last = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "missing":
        return f"missing_{last}" if last in ("ar", "en") else Message("codebook.missing", name=last)
    if kind == "extra_forbidden":
        return _unknown("key", last, known)
    if kind == "literal_error":
        return _unknown("value", str(found), _allowed(error))
    if kind.startswith("union_tag"):
        return Message("codebook.no_condition", keys=", ".join(FORM_KEYS))
    if kind == "string_pattern_mismatch":
        return Message("codebook.wrong_form", found=repr(found), pattern=error["ctx"]["pattern"])
    if has(f"codebook.expected_{kind}"):
        instead: Message | str = ""
        if isinstance(found, dict | list):
            instead = Message("codebook.found_mapping" if isinstance(found, dict) else "codebook.found_list")
        elif isinstance(found, str | bool | int | float):
            form = "found_text" if isinstance(found, str) else "found_plain"
            instead = Message(f"codebook.{form}", found=found)
        return Message("codebook.expected", what=Message(f"codebook.expected_{kind}"), found=instead)
    return Message("codebook.as_pydantic_says", what=error["msg"][0].lower() + error["msg"][1:])


def _unknown(noun: str, name: str, known: list[str]) -> Message:
    """`unknown key “x”; expected …; did you mean “y”?`"""
    guess = nearest(name, known)
    key = "codebook.unknown_among_like" if guess else "codebook.unknown"
    return Message(key, what=Message(f"codebook.noun_{noun}"), name=name, known=", ".join(known), guess=guess)


def _allowed(error: ErrorDetails) -> list[str]:
    return [word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]


# ---------------------------------------------------------------- which keys a model knows
def _known_keys(model: type[Model], loc: YamlPath) -> list[str]:
    here: list[Any] = [model]
    for step in loc:
        here = [deeper for kind in here for deeper in _step(kind, step)]
    models = [kind for kind in here if isinstance(kind, type) and issubclass(kind, Model)]
    return [field.alias or name for kind in models for name, field in kind.model_fields.items()]


def _step(kind: Any, step: str | int) -> Iterator[Any]:
    """The kinds one step below a kind: a model's key, a list's item, a mapping's value, a union's member."""
    arguments = get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Model):
        if kind.__name__ == step:
            yield kind
        for name, field in kind.model_fields.items():
            if step == (field.alias or name):
                yield from _members(field.annotation)
    elif get_origin(kind) is tuple and isinstance(step, int):
        yield from _members(arguments[0] if len(arguments) == 2 else arguments[step])
    elif get_origin(kind) is dict:
        yield from _members(arguments[1])


def _members(annotation: Any) -> Iterator[Any]:
    """The members of a union, without the metadata around them."""
    if get_origin(annotation) is Annotated:
        yield from _members(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation
