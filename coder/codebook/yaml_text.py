"""YAML as plain data with the line and column of every value and key.

Source: YAML 1.1 as composed by PyYAML; aliases are rejected because of the "billion
laughs" expansion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml
from msgspec import Struct
from yaml.constructor import SafeConstructor

from coder.codebook.nearest import unknown
from coder.codebook.search import Identified
from coder.errors import CoderError
from coder.foreign import MAX_DEPTH, expect_file
from coder.messages.catalogue import Message

MAX_BYTES = 4_000_000
YamlPath: TypeAlias = tuple[str | int, ...]
Mark: TypeAlias = tuple[int, int]
_TEXT = "tag:yaml.org,2002:str"
_AS_TEXT = (_TEXT, "tag:yaml.org,2002:timestamp")  # an unquoted day is text
_PLAIN = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "null"))
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Item = TypeVar("Item", bound=Identified)


class FileProblem(Struct, frozen=True):
    """A problem in a file, at a line and column counted from 1."""

    file: str
    line: int
    column: int
    path: str
    what: Message

    def of(self, lang: str) -> str:
        """Its place and message, on one line."""
        path = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {path}{self.what.of(lang)}"


@dataclass
class YamlText:
    """The data of one YAML file, the position of each part, and its problems as YAML."""

    file: str
    data: Any = None
    values: dict[YamlPath, Mark] = field(default_factory=dict)
    keys: dict[YamlPath, Mark] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)

    def problem(
        self, path: YamlPath, what: str | Message, at_key: bool = False, **values: Any
    ) -> FileProblem:
        """A problem with the value (or key) at a path, or with the nearest part around
        it.

        what: a message, or the key of one in the catalogue file `codebook`, with its
        values.
        """
        mark = self.keys.get(path) if at_key else None
        while path not in self.values and path and mark is None:
            path = path[:-1]
        message = (
            Message(f"codebook.{what}", **values) if isinstance(what, str) else what
        )
        line, column = mark or self.values.get(path, (1, 1))
        return FileProblem(self.file, line, column, show_path(path, self.data), message)

    def unknown(
        self,
        path: YamlPath,
        noun: str,
        name: str,
        known: Collection[str],
        at_key: bool = False,
        of: str = "",
    ) -> Iterator[FileProblem]:
        """Yield a problem if the name, the value (or key) at a path, is not among the
        known ones.
        """
        if name not in known:
            yield self.problem(path, unknown(noun, name, known, of=of), at_key)

    def ids(self, list_name: str) -> list[str]:
        """The ids of the items of a top-level list, "" for items without one."""
        return [
            item_id for _, item_id in placed_ids(self.data.get(list_name), (list_name,))
        ]

    def event_types(self) -> list[tuple[YamlPath, str]]:
        """The path and id of every node of the tree of event types, top down."""
        return list(
            placed_ids(self.data.get("event_types"), ("event_types",), "children")
        )

    def repeats(self, ids: Iterable[tuple[YamlPath, str]]) -> Iterator[FileProblem]:
        """Yield a problem for each id that occurred before; ids: with the paths of
        their items.
        """
        first: dict[str, YamlPath] = {}
        for path, item_id in ids:
            if item_id and first.setdefault(item_id, path) != path:
                line = self.values[first[item_id]][0]
                yield self.problem((*path, "id"), "id_taken", id=item_id, line=line)

    def placed(
        self, list_name: str, items: Iterable[Item]
    ) -> Iterator[tuple[YamlPath, Item]]:
        """Yield the items of a list with their paths in the file, which may hold
        further items.
        """
        ids = self.ids(list_name)
        position = -1
        for item in items:
            position = ids.index(item.id, position + 1)
            yield (list_name, position), item


def placed_ids(
    items: Any, path: YamlPath, below: str = ""
) -> Iterator[tuple[YamlPath, str]]:
    """Yield the path and id ("" for none) of each item of a list, recursively through
    its list `below`.
    """
    for i, item in enumerate(items if isinstance(items, list) else ()):
        item_id = item.get("id") if isinstance(item, dict) else None
        yield (*path, i), item_id if isinstance(item_id, str) else ""
        if below and isinstance(item, dict):
            yield from placed_ids(item.get(below), (*path, i, below), below)


def load_own_yaml(path: Path) -> Any:
    """The data of one of the program's own YAML files."""
    return yaml.load(path.read_text("utf-8"), Loader)


def read_yaml(path: Path) -> YamlText:
    """Read one YAML file; raises CoderError if it is not valid YAML."""
    expect_file(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CoderError(
            "codebook.unreadable", path=path, why=error.strerror
        ) from error
    if len(raw) > MAX_BYTES:
        raise CoderError(
            "codebook.too_large", path=path, size=f"{len(raw):,}", most=f"{MAX_BYTES:,}"
        )
    try:
        return parse_yaml(raw.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise CoderError("codebook.not_utf8", path=path, start=error.start) from error


def parse_yaml(text: str, file: str) -> YamlText:
    """Parse a YAML text with the position of each part; `file` is the name shown in
    problems.
    """
    result = YamlText(file)
    depth = 0
    try:
        for event in yaml.parse(
            text, Loader
        ):  # before composing, which recurses once per level
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise CoderError(
                    "codebook.too_deep", file=file, line=line, most=MAX_DEPTH
                )
        root = yaml.compose(text, Loader)
        result.data = None if root is None else _Builder(result).build(root, ())
        return result
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark and "nesting depth" in str(
            error.problem
        ):  # libyaml's own limit, as it reads ahead
            raise CoderError(
                "codebook.too_deep", file=file, line=mark.line + 1, most=MAX_DEPTH
            ) from error
        where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        why = ", ".join(part for part in (error.context, error.problem) if part)
        raise CoderError("codebook.no_yaml", at=where, why=why) from error
    except yaml.YAMLError as error:
        raise CoderError("codebook.no_yaml_text", file=file, why=error) from error


def show_path(path: YamlPath, data: Any) -> str:
    """A path for people, with list items by id if they have one (`rules[R04].require`)."""
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


@dataclass
class _Builder:
    """Converts composed nodes to data. A node that occurs twice is an alias."""

    result: YamlText
    scalars: SafeConstructor = field(default_factory=SafeConstructor)
    visited: set[int] = field(default_factory=set)

    def build(self, node: yaml.Node, path: YamlPath) -> Any:
        if id(node) in self.visited:
            self.result.problems.append(self.result.problem(path, "alias", at_key=True))
            return None
        self.visited.add(id(node))
        self.result.values[path] = _mark(node)
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        if node.tag in _AS_TEXT:
            return node.value
        if node.tag not in _PLAIN:
            self._problem(node, path, "tag")
            return None
        try:
            value = self.scalars.construct_object(node)
            if isinstance(value, int) and abs(value) >= 2**63:
                raise ValueError
            return value
        except (ValueError, KeyError):
            kind = node.tag.rpartition(":")[2]
            self._problem(
                node, path, "no_scalar", value=f"{node.value!r:.60}", kind=kind
            )
            return None

    def _pairs(
        self, node: yaml.MappingNode, path: YamlPath
    ) -> Iterator[tuple[str, Any]]:
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != _TEXT:
                self._problem(key_node, path, "key_no_text", found=repr(key))
            elif key in first:
                self._problem(key_node, (*path, key), "key_repeated", line=first[key])
            else:
                first[key], _ = self.result.keys[(*path, key)] = _mark(key_node)
                yield key, self.build(value_node, (*path, key))

    def _problem(
        self, node: yaml.Node, path: YamlPath, key: str, **values: object
    ) -> None:
        shown = ".".join(
            str(step + 1) if isinstance(step, int) else step for step in path
        )
        what = Message(f"codebook.{key}", **values)
        self.result.problems.append(
            FileProblem(self.result.file, *_mark(node), shown, what)
        )


def _mark(node: yaml.Node) -> Mark:
    return node.start_mark.line + 1, node.start_mark.column + 1
