"""Find the packs that a command names, and run their examples as tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from coder.codebook import shipped
from coder.codebook.load import read_codebook, read_pack, read_with_files
from coder.codebook.pack_files import shipped_packs, with_pack
from coder.codebook.pack_schema import Pack
from coder.codebook.schema import Codebook
from coder.codebook.yaml_text import YamlText, read_yaml
from coder.suggest.pack_examples import Outcome, run_examples

CodebookInUse: TypeAlias = Callable[[], Codebook]


class TestedExample(Struct, frozen=True):
    """An example of a pack and its outcome; place: `file:line`, or the pack's id."""

    pack: str
    place: str
    outcome: Outcome


class _Chosen(Struct, frozen=True):
    """A pack to test, the codebook to test it with, and its file if it is known."""

    pack: Pack
    codebook: Codebook
    source: YamlText | None


def run_pack_tests(name: str, in_use: CodebookInUse) -> list[TestedExample]:
    """Return the outcome of every example of a pack, or of all packs of a codebook.

    name: the name of a shipped pack or codebook, or a file; the project's codebook if
    it is empty. in_use: returns the project's codebook.
    """
    results = []
    for chosen in _choose(name, in_use):
        for outcome in run_examples(chosen.pack, chosen.codebook):
            place = chosen.pack.id
            if chosen.source is not None:
                line = chosen.source.values[outcome.path][0]
                place = f"{chosen.source.file}:{line}"
            results.append(TestedExample(chosen.pack.id, place, outcome))
    return results


def _choose(name: str, in_use: CodebookInUse) -> list[_Chosen]:
    if not name:
        return _packs_of(in_use(), {})
    if name in shipped.packs():
        return [_choose_pack(shipped.packs()[name], in_use)]
    file = shipped.codebook(name)
    data = read_yaml(file).data
    if isinstance(data, dict) and "span_kinds" not in data:
        return [_choose_pack(file, in_use)]
    codebook, files = read_with_files(file)
    return _packs_of(codebook, {path.stem: path for path in files.values()})


def _choose_pack(file: Path, in_use: CodebookInUse) -> _Chosen:
    data = read_yaml(file).data
    tested_with = data.get("tested_with") if isinstance(data, dict) else None
    if tested_with in shipped.codebooks():
        codebook = read_codebook(shipped.codebook(tested_with))
    else:
        codebook = in_use()
    pack, source = read_pack(file, codebook)
    return _Chosen(pack, with_pack(codebook, pack), source)


def _packs_of(codebook: Codebook, files: dict[str, Path]) -> list[_Chosen]:
    """Return the packs of a codebook, each with the one that it is tested with."""
    files = {**shipped.packs(), **files} if not codebook.packs else files
    chosen = []
    for pack in codebook.packs or shipped_packs().values():
        tested = codebook
        if pack.tested_with:
            own = read_codebook(shipped.codebook(pack.tested_with))
            tested = with_pack(own, pack)
        source = read_yaml(files[pack.id]) if pack.id in files else None
        chosen.append(_Chosen(pack, tested, source))
    return chosen
