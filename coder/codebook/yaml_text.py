"""YAML as plain data that remembers the line and column of every value and key.

Aliases, repeated keys, tags and oversized files are complaints, not surprises. Source: YAML 1.1 as
PyYAML composes it; the "billion laughs" expansion is why aliases are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from coder.errors import CoderError
from coder.foreign import MAX_DEPTH, expect_file

MAX_BYTES = 4_000_000

YamlPath: TypeAlias = tuple[str | int, ...]
Mark: TypeAlias = tuple[int, int]
_AS_TEXT = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp")
_PLAIN = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "null"))
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, order=True)
class Complaint:
    """One thing wrong in a file, at a line and column that count from 1."""

    file: str
    line: int
    column: int
    path: str
    what: str

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {path}{self.what}"


@dataclass
class YamlText:
    """The data of one YAML file, where each part of it stands, and what was wrong with it as YAML."""

    file: str
    data: Any = None
    values: dict[YamlPath, Mark] = field(default_factory=dict)
    keys: dict[YamlPath, Mark] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, path: YamlPath, what: str, *, at_key: bool = False) -> Complaint:
        """A complaint about the value (or the key) at a path, or about the nearest part around it."""
        mark = self.keys.get(path) if at_key else None
        while path not in self.values and path and mark is None:
            path = path[:-1]
        line, column = mark or self.values.get(path, (1, 1))
        return Complaint(self.file, line, column, show_path(path, self.data), what)


def read_yaml(path: Path) -> YamlText:
    """Read one YAML file; raises CoderError when it cannot be read as YAML at all."""
    expect_file(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CoderError(f"{path} cannot be read: {error.strerror}.", hint="Check the path.") from error
    if len(raw) > MAX_BYTES:
        raise CoderError(
            f"{path} has {len(raw):,} bytes.", hint=f"A codebook file has at most {MAX_BYTES:,} bytes."
        )
    try:
        return parse_yaml(raw.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise CoderError(
            f"{path} is not UTF-8 at byte {error.start}.", hint="Save the file as UTF-8."
        ) from error


def parse_yaml(text: str, file: str) -> YamlText:
    """The data of a YAML text with the place of each part; `file` is the name used in complaints."""
    _refuse_deep_nesting(text, file)
    loader = Loader(text)
    try:
        root = loader.get_single_node()
        found = YamlText(file)
        if root is not None:
            found.data = _Builder(loader, found).build(root, ())
        return found
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, file) from error
    except yaml.YAMLError as error:
        raise CoderError(f"{file} is not YAML: {error}", hint="Correct the file.") from error
    finally:
        loader.dispose()


def show_path(path: YamlPath, data: Any) -> str:
    """A path for people: list items go by their id where they have one (`rules[R04].require`)."""
    shown = ""
    for step in path:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
            name = data.get("id") if isinstance(data, dict) else None
            shown += f"[{name if isinstance(name, str) else step + 1}]"
        else:
            data = data.get(step) if isinstance(data, dict) else None
            shown += f".{step}" if shown else step
    return shown


class _Builder:
    """Turns composed nodes into data. A node met twice is an alias, for nothing else repeats one."""

    def __init__(self, loader: Any, found: YamlText) -> None:
        self.loader = loader
        self.found = found
        self.met: set[int] = set()

    def build(self, node: yaml.Node, path: YamlPath) -> Any:
        if id(node) in self.met:
            self.found.complaints.append(
                self.found.complain(path, "aliases (*name) are not allowed; write the value out", at_key=True)
            )
            return None
        self.met.add(id(node))
        self.found.values[path] = _mark(node)
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _scalar(self, node: yaml.Node, path: YamlPath) -> Any:
        """Text, a number, true or false, or nothing; a day without quotes is text."""
        if node.tag in _AS_TEXT:
            return node.value
        if node.tag not in _PLAIN:
            self._complain(node, path, "tags (!name) are not allowed")
            return None
        try:
            value = self.loader.construct_object(node)
            if isinstance(value, int) and abs(value) >= 2**63:
                raise ValueError
            return value
        except (ValueError, KeyError):
            self._complain(node, path, f"{node.value!r:.60} is not a {node.tag.rpartition(':')[2]}")
            return None

    def _pairs(self, node: yaml.MappingNode, path: YamlPath) -> Iterator[tuple[str, Any]]:
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != "tag:yaml.org,2002:str":
                self._complain(key_node, path, f"a key must be text; put {key!r} in quotes")
                continue
            if key in first:
                self._complain(key_node, (*path, key), f"key repeated; it is already in line {first[key]}")
                continue
            first[key] = key_node.start_mark.line + 1
            self.found.keys[(*path, key)] = _mark(key_node)
            yield key, self.build(value_node, (*path, key))

    def _complain(self, node: yaml.Node, path: YamlPath, what: str) -> None:
        shown = ".".join(str(step + 1) if isinstance(step, int) else step for step in path)
        self.found.complaints.append(Complaint(self.found.file, *_mark(node), shown, what))


def _mark(node: yaml.Node) -> Mark:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _refuse_deep_nesting(text: str, file: str) -> None:
    """Stop before composing, which recurses once per level of nesting."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise CoderError(
                    f"{file}:{line}: nested more than {MAX_DEPTH} levels deep.",
                    hint="Bring the parts nearer to the top.",
                )
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, file) from error
    except yaml.YAMLError as error:
        raise CoderError(f"{file} is not YAML: {error}", hint="Correct the file.") from error


def _syntax_error(error: yaml.MarkedYAMLError, file: str) -> CoderError:
    mark = error.problem_mark or error.context_mark
    where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
    why = ", ".join(part for part in (error.context, error.problem) if part)
    return CoderError(
        f"{where}: this is not YAML: {why}.",
        hint="Look at the line for a missing quote, colon or bracket, or a wrong indent.",
    )
