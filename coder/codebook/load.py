"""Read a codebook file, its lexicons and packs, and report all their problems at once.

Each problem has the file, line and column, what was expected in plain words, and the
nearest known name. Source: the error types of pydantic 2,
https://docs.pydantic.dev/latest/errors/validation_errors/.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from msgspec.structs import fields, replace
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from coder.codebook.authoring import checked
from coder.codebook.checks import codebook_problems, lexicon_problems, old_name_problems
from coder.codebook.expressions import FORM_KEYS, Condition
from coder.codebook.label import Model, join_texts
from coder.codebook.lexicon_schema import HEAD, Lexicon, whole
from coder.codebook.nearest import did_you_mean, nearest
from coder.codebook.pack_checks import pack_problems
from coder.codebook.pack_files import FOLDER, packs_beside, with_pack
from coder.codebook.pack_schema import Pack
from coder.codebook.schema import Codebook
from coder.codebook.shipped import lexicons
from coder.codebook.yaml_text import FileProblem, YamlPath, YamlText, read_yaml
from coder.errors import CoderError
from coder.messages.catalogue import Message, has

M = TypeVar("M", bound=Model)

STAND_INS: dict[
    str, Any
] = {  # for broken required keys, so that the rest can be checked
    "id": "unnamed",
    "version": "0.0.0",
    "title": {"ar": "-", "en": "-"},
    "languages": {"text": [], "labels": []},
    "blanks": [],
    "span_kinds": [],
}


def read_codebook(path: Path | str) -> Codebook:
    """Read a codebook from a YAML file, with the lexicons and packs that it names.

    Lexicons are in the same folder or shipped with the program. Packs can also be in a
    folder `packs` beside the codebook.

    Raises CoderError that lists all problems, one per line, as `file:line:col: path:
    what`.
    """
    return read_with_files(path)[0]


def read_with_files(path: Path | str) -> tuple[Codebook, dict[str, Path]]:
    """Read a codebook; return it and the files that it was read from, its own first,
    by the names under which a copy of the codebook finds them.
    """
    path = Path(path)
    source = read_yaml(path)
    files, problems = _lexicons_beside(path, source)
    pieces: list[tuple[YamlText, Lexicon]] = []
    first: dict[str, str] = {}  # part of a lexicon → the file that has it
    for beside in files:
        lexicon, wrong = shape(Lexicon, beside, {})
        problems += wrong
        if lexicon is not None:
            problems += _parts_said_twice(beside, first)
        pieces.append((beside, lexicon or Lexicon()))
    lexicon_is_whole = not problems
    packs, wrong = _read_packs(path, source)
    packs_are_whole = not wrong
    problems += wrong
    given = {
        "lexicon": whole(piece for _, piece in pieces),
        "packs": tuple(pack for _, pack in packs),
    }
    codebook, wrong = shape(Codebook, source, given)
    problems += wrong
    if codebook is None:
        raise _unusable(path, problems)
    problems += codebook_problems(codebook, source, lexicon_is_whole=lexicon_is_whole)
    for beside, piece in pieces:
        problems += lexicon_problems(
            piece, beside, codebook, codebook_is_whole=not wrong
        )
    for beside, pack in packs:
        problems += pack_problems(pack, beside, codebook, is_whole=packs_are_whole)
    if problems:
        raise _unusable(path, problems)
    read = {path.name: path}
    read |= {Path(beside.file).name: Path(beside.file) for beside in files}
    for beside, _ in packs:
        read[f"{FOLDER}/{Path(beside.file).name}"] = Path(beside.file)
    return codebook, read


def _read_packs(
    path: Path, source: YamlText
) -> tuple[list[tuple[YamlText, Pack]], list[FileProblem]]:
    """Return the packs that a codebook names, with their files, and what is wrong in
    their shape.
    """
    files, problems = packs_beside(path, source)
    packs: list[tuple[YamlText, Pack]] = []
    for beside in files:
        pack, wrong = shape(Pack, beside, {})
        problems += wrong
        if pack is not None:
            packs.append((beside, pack))
    return packs, problems


def read_pack(path: Path, codebook: Codebook) -> tuple[Pack, YamlText]:
    """Read a pack from a YAML file, as one that a codebook names.

    Raises CoderError that lists all problems.
    """
    source = read_yaml(path)
    pack, problems = shape(Pack, source, {})
    if pack is not None:
        using = with_pack(codebook, pack)
        problems += pack_problems(pack, source, using, is_whole=not problems)
    if pack is None or problems:
        raise _unusable(path, problems)
    return pack, source


def _parts_said_twice(source: YamlText, first: dict[str, str]) -> Iterator[FileProblem]:
    """Yield the parts of a lexicon's file that an earlier file has, and note its own in
    `first`.
    """
    parts = set(Lexicon.__struct_fields__) - HEAD
    for key in sorted(parts & source.data.keys()):
        earlier = first.setdefault(key, source.file)
        if earlier != source.file:
            name = Path(earlier).name
            yield source.problem((key,), "part_said_twice", at_key=True, file=name)


def read_successor(path: Path | str, line: Sequence[Codebook]) -> Codebook:
    """Read a codebook whose `recode` must fit the previous revision, if there is one.

    line: the previous revisions, oldest first; it may include the codebook itself.
    """
    path = Path(path)
    new = read_codebook(path)
    before = [old for old in line if old.ref != new.ref]
    if before:
        problems = list(old_name_problems(before[-1], new, read_yaml(path)))
        if problems:
            raise _unusable(path, problems)
    return new


def _lexicons_beside(
    path: Path, source: YamlText
) -> tuple[list[YamlText], list[FileProblem]]:
    """Return the lexicon files that a codebook names, and the names without a file."""
    named = source.data.get("lexicon") if isinstance(source.data, dict) else None
    placed: list[tuple[YamlPath, Any]] = []
    if isinstance(named, list):
        placed += [(("lexicon", i), name) for i, name in enumerate(named)]
    elif named is not None:
        placed.append((("lexicon",), named))
    files: list[YamlText] = []
    problems: list[FileProblem] = []
    shipped = lexicons()
    for at, name in placed:
        if not isinstance(name, str) or Path(name).name != name:
            problems.append(source.problem(at, "lexicon_elsewhere"))
        elif (path.parent / name).is_file():
            files.append(read_yaml(path.parent / name))
        elif name in shipped:
            files.append(read_yaml(shipped[name]))
        else:
            guess = did_you_mean(name, shipped)
            key = "no_lexicon_but" if guess else "no_lexicon"
            problems.append(source.problem(at, key, name=name, guess=guess))
    return files, problems


def _unusable(path: Path, problems: Iterable[FileProblem]) -> CoderError:
    listed = sorted(set(problems), key=lambda p: (p.file, p.line, p.column, p.of("en")))
    return CoderError(
        "codebook.unusable",
        name=path.name,
        problems=join_texts(listed, "\n", "\n"),
        n=len(listed),
    )


def shape(
    model: type[M], source: YamlText, given: Mapping[str, Any]
) -> tuple[M | None, list[FileProblem]]:
    """Parse the data as a struct, dropping parts with problems; return it, or None, and
    the problems.

    given: values that replace keys of the file.
    """
    problems = list(source.problems)
    if not isinstance(source.data, dict):
        return None, [*problems, source.problem((), "no_mapping_at_top")]
    data = {key: value for key, value in source.data.items() if key not in given}
    for attempt in ("original", "repaired", "without broken parts"):
        try:
            return replace(checked(model, data), **given), problems
        except ValidationError as error:
            errors = error.errors(include_url=False)
        if attempt == "original":
            problems += _problems(model, source, errors)
            data = _repair(data, source, errors)
        elif attempt == "repaired":
            data = _without(data, {error["loc"][:2] for error in errors}, model)
    return None, problems


def _repair(
    written: Mapping[str, Any], source: YamlText, errors: Iterable[ErrorDetails]
) -> dict[str, Any]:
    """Return the data with simple mistakes repaired, so that the parts around them are
    checked too.
    """
    data = deepcopy(dict(written))
    for error in errors:
        *parents, last = _path_in_file(source, error) or ("",)
        container: Any = data
        for step in parents:
            container = container[step]
        if error["type"] == "extra_forbidden":
            del container[last]
        elif error["type"] == "literal_error":  # misspelt
            meant = nearest(str(error["input"]), _find_allowed(error))
            container[last] = meant or error["input"]
        elif error["type"] == "missing" and last in ("ar", "en"):
            container[last] = "-"
    return data


def _without(
    data: dict[str, Any], broken: set[YamlPath], model: type[Model]
) -> dict[str, Any]:
    """Return the data without its broken keys and items, and with stand-ins for what is
    required.

    broken: paths of a key, or of a key and an item's index or a key below it.
    """
    broken_keys = set()
    broken_items: dict[Any, set[Any]] = {}
    for path in broken:
        if len(path) == 2 and isinstance(path[1], int):
            broken_items.setdefault(path[0], set()).add(path[1])
        else:
            broken_keys.add(path[0])
    required = {field.encode_name for field in fields(model) if field.required}
    rest = {key: value for key, value in STAND_INS.items() if key in required}
    for key, value in data.items():
        if key in broken_keys:
            continue
        dropped = broken_items.get(key)
        if dropped:
            value = [item for i, item in enumerate(value) if i not in dropped]
        rest[key] = value
    return rest


def _problems(
    model: type[Model], source: YamlText, errors: Iterable[ErrorDetails]
) -> list[FileProblem]:
    problems: dict[YamlPath, FileProblem] = {}
    for error in errors:
        if error["type"] == "too_short" and error["input"]:
            continue  # its items have a problem
        path = _path_in_file(source, error)
        what = _message(error, _find_known_keys(model, error["loc"][:-1]))
        is_key = error["type"] == "extra_forbidden"
        problems.setdefault(path, source.problem(path, what, at_key=is_key))
    return list(problems.values())


def _path_in_file(source: YamlText, error: ErrorDetails) -> YamlPath:
    """pydantic's location without names of union members; a missing key remains as the
    last step.
    """
    path: YamlPath = ()
    for step in error["loc"]:
        if (*path, step) in source.values or (*path, step) in source.keys:
            path = (*path, step)
    return (*path, error["loc"][-1]) if error["type"] == "missing" else path


def _message(error: ErrorDetails, known_keys: list[str]) -> Message | str:
    """Return what pydantic's error says, in words of the catalogue."""
    kind = error["type"]
    found = error.get("input")
    last = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "missing" and last in ("ar", "en"):
        return f"missing_{last}"
    if kind == "missing":
        return Message("codebook.missing", name=last)
    if kind == "extra_forbidden":
        return _not_among("key", last, known_keys)
    if kind == "literal_error":
        return _not_among("value", str(found), _find_allowed(error))
    if kind.startswith("union_tag"):
        return Message("codebook.no_condition", keys=", ".join(FORM_KEYS))
    if kind == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        return Message("codebook.wrong_form", found=repr(found), pattern=pattern)
    if has(f"codebook.expected_{kind}"):
        what = Message(f"codebook.expected_{kind}")
        return Message("codebook.expected", what=what, found=_instead(found))
    words = error["msg"]
    return Message("codebook.as_pydantic_says", what=words[0].lower() + words[1:])


def _not_among(noun: str, name: str, known: list[str]) -> Message:
    """Return that a key or value is none of the known ones."""
    guess = nearest(name, known)
    key = "codebook.unknown_among_like" if guess else "codebook.unknown"
    what = Message(f"codebook.noun_{noun}")
    return Message(key, what=what, name=name, known=", ".join(known), guess=guess)


def _instead(found: object) -> Message | str:
    """Return what there is in place of what was expected, "" for nothing."""
    forms: dict[type, str] = {dict: "mapping", list: "list", str: "text"}
    form = forms.get(type(found), "")
    if isinstance(found, int | float):
        form = "plain"
    return Message(f"codebook.found_{form}", found=found) if form else ""


def _find_allowed(error: ErrorDetails) -> list[str]:
    """Return the words that pydantic expected."""
    expected = error["ctx"]["expected"].replace(" or ", ", ")
    return [word.strip("'") for word in expected.split(", ")]


def _find_known_keys(model: type[Model], loc: YamlPath) -> list[str]:
    """Return the keys that are allowed at a location."""
    kinds: list[Any] = [model]
    for step in loc:
        kinds = list(chain.from_iterable(_step(kind, step) for kind in kinds))
    keys: list[str] = []
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Model):
            keys += kind.__struct_encode_fields__
    return keys


def _step(kind: Any, step: str | int) -> Iterator[Any]:
    """The types one step below a type: of a struct's key, an item, a mapping's value, a
    union's member.
    """
    arguments = get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Model):
        if kind.__name__ == step:
            yield kind
        for field in fields(kind):
            if step == field.encode_name:
                yield from _members(field.type)
    elif get_origin(kind) is tuple and isinstance(step, int):
        yield from _members(arguments[0] if len(arguments) == 2 else arguments[step])
    elif get_origin(kind) is dict:
        yield from _members(arguments[1])


def _members(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from _members(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    elif annotation is Condition:
        yield from Condition.__subclasses__()
    else:
        yield annotation
