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
from coder.codebook.nearest import did_you_mean, nearest
from coder.codebook.yaml_text import Complaint, YamlPath, YamlText

M = TypeVar("M", bound=Model)

STAND_INS: dict[str, Any] = {
    "id": "unnamed",
    "version": "0.0.0",
    "title": {"ar": "-", "en": "-"},
    "languages": {"text": [], "labels": []},
    "blanks": [],
    "span_kinds": [],
}
"""What takes the place of a broken key that a codebook must have, so that the rest can still be checked."""

_EXPECTED = {
    "string_type": "expected text",
    "tuple_type": "expected a list",
    "list_type": "expected a list",
    "dict_type": "expected a mapping (key: value)",
    "model_type": "expected a mapping (key: value)",
    "model_attributes_type": "expected a mapping (key: value)",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "string_too_short": "expected some text, found none",
    "too_short": "expected at least one",
}


def shape(model: type[M], source: YamlText, given: Mapping[str, Any]) -> tuple[M | None, list[Complaint]]:
    """The data as a model, and every complaint about it.

    given: values that take the place of keys in the file. Pieces with complaints are left out of the
    model, so that the others can be checked further; None when not even that is possible.
    """
    complaints = list(source.complaints)
    if not isinstance(source.data, dict):
        return None, [*complaints, source.complain((), "expected a mapping (key: value) at the top")]
    data = {**source.data, **given}
    try:
        return model.model_validate(data), complaints
    except ValidationError as error:
        errors = error.errors(include_url=False)
    complaints += _complaints(model, source, errors)
    data = {**_mended(source, errors), **given}
    try:
        return model.model_validate(data), complaints
    except ValidationError as error:
        broken = {e["loc"][:2] for e in error.errors(include_url=False)}
    try:
        return model.model_validate(_without(data, broken, model)), complaints
    except ValidationError:
        return None, complaints


def _mended(source: YamlText, errors: Iterable[ErrorDetails]) -> dict[str, Any]:
    """The data with the slips put right whose meaning is plain, so that what is around them is checked too.

    Unknown keys go, a misspelt value becomes the one it is nearest to, a missing translation a dash.
    """
    data: dict[str, Any] = deepcopy(source.data)
    for error in errors:
        path = _path_in_file(source, error)
        around: Any = data
        for step in path[:-1]:
            around = around[step]
        if error["type"] == "extra_forbidden":
            del around[path[-1]]
        elif error["type"] == "literal_error":
            around[path[-1]] = nearest(str(error["input"]), _allowed(error)) or error["input"]
        elif error["type"] == "missing" and path[-1] in ("ar", "en"):
            around[path[-1]] = "-"
    return data


def _complaints(model: type[Model], source: YamlText, errors: Iterable[ErrorDetails]) -> list[Complaint]:
    """One complaint for each place in the file, in plain words."""
    found: dict[YamlPath, Complaint] = {}
    for error in errors:
        if error["type"] == "too_short" and error["input"]:
            continue  # its items were complained about
        path = _path_in_file(source, error)
        what = _words(error, _known_keys(model, error["loc"][:-1]))
        found.setdefault(path, source.complain(path, what, at_key=error["type"] == "extra_forbidden"))
    return list(found.values())


def _path_in_file(source: YamlText, error: ErrorDetails) -> YamlPath:
    """pydantic's location without the names of union members; a missing key stays as the last step."""
    path: YamlPath = ()
    for step in error["loc"]:
        if (*path, step) in source.values or (*path, step) in source.keys:
            path = (*path, step)
    return (*path, error["loc"][-1]) if error["type"] == "missing" else path


def _words(error: ErrorDetails, known: list[str]) -> str:
    kind, found = error["type"], error.get("input")
    last = error["loc"][-1] if error["loc"] else ""
    if kind == "missing":
        return {"ar": "the Arabic words (ar) are missing", "en": "the English words (en) are missing"}.get(
            str(last), f"“{last}” is missing"
        )
    if kind == "extra_forbidden":
        return _unknown("key", str(last), known)
    if kind == "literal_error":
        return _unknown("value", str(found), _allowed(error))
    if kind.startswith("union_tag"):
        return f"not a condition; expected a mapping with one of the keys {', '.join(FORM_KEYS)}"
    if kind == "string_pattern_mismatch":
        return f"{found!r} has the wrong form; expected {error['ctx']['pattern']}"
    if kind in _EXPECTED:
        return f"{_EXPECTED[kind]}{_found_instead(found)}"
    return error["msg"][0].lower() + error["msg"][1:]


def _unknown(what: str, name: str, known: list[str]) -> str:
    """`unknown key “x”; expected …; did you mean “y”?`"""
    guess = did_you_mean(name, known)
    return f"unknown {what} “{name}”; expected {', '.join(known)}" + (
        f"; {guess[0].lower()}{guess[1:]}" if guess else ""
    )


def _allowed(error: ErrorDetails) -> list[str]:
    """The values that a literal_error expected."""
    return [word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]


def _found_instead(found: Any) -> str:
    """What stands there, where that tells the writer something."""
    if isinstance(found, bool | int | float):
        return f", found {found}; put it in quotes if it is meant as text"
    if isinstance(found, str):
        return f", found “{found}”"
    if isinstance(found, dict):
        return ", found a mapping"
    return ", found a list" if isinstance(found, list) else ""


def _without(data: dict[str, Any], broken: set[YamlPath], model: type[Model]) -> dict[str, Any]:
    """The data without its broken list items; a broken key falls back to its default or a stand-in."""
    whole_keys = {loc[0] for loc in broken if len(loc) < 2 or not isinstance(loc[1], int)}
    rest: dict[str, Any] = {}
    for key, value in data.items():
        if key in whole_keys:
            continue
        dropped = {loc[1] for loc in broken if loc[0] == key and len(loc) == 2}
        rest[key] = [v for i, v in enumerate(value) if i not in dropped] if dropped else value
    required = {f.alias or name for name, f in model.model_fields.items() if f.is_required()}
    return {**{k: v for k, v in STAND_INS.items() if k in required}, **rest}


# ---------------------------------------------------------------- which keys a model knows
def _known_keys(model: type[Model], loc: YamlPath) -> list[str]:
    """The keys allowed at a location, for the nearest-name hint."""
    here: list[Any] = [model]
    for step in loc:
        here = [deeper for kind in here for deeper in _step(kind, step)]
    return [key for kind in here if isinstance(kind, type) for key in _keys_of(kind)]


def _keys_of(kind: type) -> list[str]:
    return [f.alias or name for name, f in kind.model_fields.items()] if issubclass(kind, Model) else []


def _step(kind: Any, step: str | int) -> Iterator[Any]:
    """The kinds one step below a kind: a model's key, a list's item, a mapping's value, a union's member."""
    if isinstance(kind, type) and issubclass(kind, Model):
        if kind.__name__ == step:
            yield kind
        for name, field in kind.model_fields.items():
            if step == (field.alias or name):
                yield from _members(field.annotation)
        return
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple and isinstance(step, int):
        yield from _members(arguments[0] if len(arguments) == 2 else arguments[step])
    elif origin is dict:
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
