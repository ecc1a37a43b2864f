"""The suggester's words and a codebook's ids stand in data, not in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from coder.codebook.load import read_codebook

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "coder" / "suggest").glob("*.py"))
WORD = re.compile("[ء-ي]{3,}")
ENDINGS = re.compile("(?:[اتيونه]|ين){2,5}")
"""Of duals and plurals, which are grammar and no words."""
OWN = {"person", "unknown", "foreign", "who"}
"""Words of the program that some codebook has for an id too."""


def literals(module: Path) -> Iterator[ast.Constant]:
    """Yield a module's strings that are no docstrings."""
    tree = ast.parse(module.read_text("utf-8"))
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documentation:
            yield node


def test_no_module_of_the_suggester_has_an_id_of_a_codebook() -> None:
    ids: set[str] = set()
    own = set(OWN)
    for name in ("conflict_events", "protest_events", "named_entities"):
        codebook = read_codebook(ROOT / "schemas" / f"{name}.yaml")
        ids.update(kind.id for kind in codebook.leaf_types())
        ids.update(each.id for each in codebook.actor_classes)
        ids.update(each.id for each in codebook.lexicon.weapons)
        ids.update(each.id for each in codebook.lexicon.actors)
        own.update(place.kind for place in codebook.lexicon.places)
        objects = [f for f in codebook.event_fields if f.id == "target_object"]
        kinds = [part for f in codebook.event_fields for part in f.parts]
        ids.update(
            value.id
            for each in (*objects, *kinds)
            for value in each.values
            if each.id in ("target_object", "kind")
        )
    assert len(ids) > 150
    found = [
        f"{module.name}:{each.lineno}: {each.value}"
        for module in MODULES
        for each in literals(module)
        if each.value in ids - own
    ]
    assert found == []


def test_no_module_of_the_suggester_has_a_list_of_words() -> None:
    found = []
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Tuple | ast.List | ast.Set):
                parts = node.elts
            elif isinstance(node, ast.Dict):
                parts = [*filter(None, node.keys), *node.values]
            else:
                continue
            words = [
                each.value
                for each in parts
                if isinstance(each, ast.Constant)
                and isinstance(each.value, str)
                and WORD.search(each.value)
                and not ENDINGS.fullmatch(each.value)
            ]
            if len(words) > 1:
                found.append(f"{module.name}:{node.lineno}: {words}")
    assert found == []


def test_no_pattern_of_the_suggester_holds_a_list_of_words() -> None:
    found = [
        f"{module.name}:{each.lineno}: {each.value}"
        for module in MODULES
        for each in literals(module)
        if "|" in each.value and len(WORD.findall(each.value)) > 2
    ]
    assert found == []
