"""The packs shipped with the program, and those that a codebook names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from coder.codebook.authoring import checked
from coder.codebook.nearest import did_you_mean
from coder.codebook.pack_schema import Pack
from coder.codebook.schema import Codebook
from coder.codebook.shipped import packs
from coder.codebook.yaml_text import FileProblem, YamlText, load_own_yaml, read_yaml

FOLDER = "packs"
"""The folder beside a codebook in which its own packs are looked for first."""


@cache
def shipped_packs() -> Mapping[str, Pack]:
    """Return the packs shipped with the program, by id."""
    read = (checked(Pack, load_own_yaml(file)) for file in packs().values())
    return {pack.id: pack for pack in read}


def with_pack(codebook: Codebook, pack: Pack) -> Codebook:
    """Return a codebook with a pack in the place of the one of its id, or last."""
    packs_in_use = codebook.packs or tuple(shipped_packs().values())
    if pack.id in [each.id for each in packs_in_use]:
        chosen = [pack if each.id == pack.id else each for each in packs_in_use]
    else:
        chosen = [*packs_in_use, pack]
    return replace(codebook, packs=tuple(chosen))


def packs_beside(
    path: Path, source: YamlText
) -> tuple[list[YamlText], list[FileProblem]]:
    """Return the pack files that a codebook names, and the names without a file."""
    named = source.data.get("packs") if isinstance(source.data, dict) else None
    files: list[YamlText] = []
    problems: list[FileProblem] = []
    if named is None:
        return files, problems
    if not isinstance(named, list):
        return files, [source.problem(("packs",), "no_list_of_packs")]
    for index, name in enumerate(named):
        at = ("packs", index)
        if not isinstance(name, str) or Path(name).name != name:
            problems.append(source.problem(at, "pack_elsewhere"))
            continue
        file = _find_pack(path, name)
        if file is not None:
            files.append(read_yaml(file))
        else:
            guess = did_you_mean(name, packs())
            key = "no_pack_but" if guess else "no_pack"
            problems.append(source.problem(at, key, name=name, guess=guess))
    return files, problems


def _find_pack(path: Path, name: str) -> Path | None:
    file = f"{name}.yaml"
    for beside in (path.parent / FOLDER / file, path.parent / file):
        if beside.is_file() and beside != path:
            return beside
    return packs().get(name)
