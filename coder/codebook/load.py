"""Reads a codebook file and its lexicons, and lists everything that is wrong with them at once.

Each problem carries file, line and column, what was expected and the nearest known name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from coder.codebook.checks import codebook_problems, lexicon_problems, old_name_problems
from coder.codebook.fit_model import shape
from coder.codebook.label import joined
from coder.codebook.lexicon_schema import HEAD, Lexicon, whole
from coder.codebook.nearest import did_you_mean
from coder.codebook.schema import Codebook
from coder.codebook.shipped import lexicons
from coder.codebook.yaml_text import FileProblem, YamlPath, YamlText, read_yaml
from coder.errors import CoderError


def read_codebook(path: Path | str) -> Codebook:
    """The codebook in a YAML file, with the lexicon in the files that its `lexicon:` key names.

    They stand beside it; those that travel with the program need not.

    Raises CoderError whose message lists every problem, one a line, as `file:line:col: path: what`.
    """
    path = Path(path)
    source = read_yaml(path)
    files, problems = _lexicons_beside(path, source)
    pieces: list[tuple[YamlText, Lexicon]] = []
    for beside in files:
        read, wrong = shape(Lexicon, beside, {})
        problems += wrong
        pieces.append((beside, read or Lexicon()))
    first: dict[str, str] = {}
    for beside, piece in pieces:
        for key in sorted(piece.model_fields_set - HEAD):
            if first.setdefault(key, beside.file) != beside.file:
                said = Path(first[key]).name
                problems.append(beside.problem((key,), "part_said_twice", at_key=True, file=said))
    lexicon_is_whole = not problems
    codebook, wrong = shape(Codebook, source, {"lexicon": whole(piece for _, piece in pieces)})
    problems += wrong
    if codebook is not None:
        problems += codebook_problems(codebook, source, lexicon_is_whole=lexicon_is_whole)
        for beside, piece in pieces:
            problems += lexicon_problems(piece, beside, codebook)
        if not problems:
            return codebook
    raise _unusable(path, problems)


def read_successor(path: Path | str, line: Sequence[Codebook]) -> Codebook:
    """The codebook in a file, whose `recode` must fit the revision before it.

    line: the last revisions, oldest first; the file may be the last of them itself.
    """
    path = Path(path)
    new = read_codebook(path)
    before = [old for old in line if old.ref != new.ref]
    if before and (problems := list(old_name_problems(before[-1], new, read_yaml(path)))):
        raise _unusable(path, problems)
    return new


def files_of(path: Path) -> list[Path]:
    """The codebook's file, and those of its lexicon that are there."""
    files, _ = _lexicons_beside(path, read_yaml(path))
    return [path, *(Path(beside.file) for beside in files)]


def _lexicons_beside(path: Path, source: YamlText) -> tuple[list[YamlText], list[FileProblem]]:
    """The files that the codebook names as its lexicon, and what is wrong with these names."""
    named = source.data.get("lexicon") if isinstance(source.data, dict) else None
    names = named if isinstance(named, list) else [] if named is None else [named]
    shipped = lexicons()
    found: list[YamlText] = []
    problems: list[FileProblem] = []
    for i, name in enumerate(names):
        at: YamlPath = ("lexicon", i) if isinstance(named, list) else ("lexicon",)
        if not isinstance(name, str) or Path(name).name != name:
            problems.append(source.problem(at, "lexicon_elsewhere"))
        elif (beside := path.parent / name).is_file():
            found.append(read_yaml(beside))
        elif name in shipped:
            found.append(read_yaml(shipped[name]))
        else:
            guess = did_you_mean(name, shipped)
            key = "no_lexicon_but" if guess else "no_lexicon"
            problems.append(source.problem(at, key, name=name, guess=guess))
    return found, problems


def _unusable(path: Path, problems: Iterable[FileProblem]) -> CoderError:
    found = sorted(set(problems), key=lambda p: (p.file, p.line, p.column, p.of("en")))
    return CoderError("codebook.unusable", name=path.name, problems=joined(found, "\n"), n=len(found))
