"""Reads a codebook file and its lexicons, and lists everything that is wrong with them at once.

Each complaint carries file, line and column, what was expected and the nearest known name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from coder.codebook.checks import codebook_complaints
from coder.codebook.fit_model import shape
from coder.codebook.lexicon import HEAD, Lexicon, whole
from coder.codebook.lexicon_checks import lexicon_complaints
from coder.codebook.moves import old_name_complaints
from coder.codebook.nearest import did_you_mean
from coder.codebook.schema import Codebook
from coder.codebook.shipped import lexicons
from coder.codebook.yaml_text import Complaint, YamlPath, YamlText, read_yaml
from coder.errors import CoderError


def read_codebook(path: Path | str) -> Codebook:
    """The codebook in a YAML file, with the lexicon in the files that its `lexicon:` key names.

    They stand beside it; those that travel with the program need not.

    Raises CoderError whose message lists every complaint, one a line, as `file:line:col: path: what`.
    """
    path = Path(path)
    source = read_yaml(path)
    files, complaints = _lexicons_beside(path, source)
    pieces: list[tuple[YamlText, Lexicon]] = []
    for beside in files:
        read, wrong = shape(Lexicon, beside, {})
        complaints += wrong
        pieces.append((beside, read or Lexicon()))
    complaints += _said_twice(pieces)
    lexicon = whole(piece for _, piece in pieces)
    lexicon_is_whole = not complaints
    codebook, wrong = shape(Codebook, source, {"lexicon": lexicon})
    complaints += wrong
    if codebook is not None:
        complaints += codebook_complaints(codebook, source, lexicon_is_whole=lexicon_is_whole)
        for beside, piece in pieces:
            complaints += lexicon_complaints(piece, beside, codebook)
    if complaints or codebook is None:
        raise _refusal(path, sorted(set(complaints)))
    return codebook


def files_of(path: Path) -> list[Path]:
    """The codebook's file, and those of its lexicon that are there."""
    files, _ = _lexicons_beside(path, read_yaml(path))
    return [path, *(Path(beside.file) for beside in files)]


def _lexicons_beside(path: Path, source: YamlText) -> tuple[list[YamlText], list[Complaint]]:
    """The files that the codebook names as its lexicon, and what is wrong with these names."""
    named = source.data.get("lexicon") if isinstance(source.data, dict) else None
    names = named if isinstance(named, list) else [] if named is None else [named]
    found: list[YamlText] = []
    complaints: list[Complaint] = []
    for i, name in enumerate(names):
        at: YamlPath = ("lexicon", i) if isinstance(named, list) else ("lexicon",)
        if not isinstance(name, str) or Path(name).name != name:
            complaints.append(source.complain(at, "expected the name of a file beside the codebook"))
        elif (beside := path.parent / name).is_file():
            found.append(read_yaml(beside))
        elif name in lexicons():
            found.append(read_yaml(lexicons()[name]))
        else:
            guess = did_you_mean(name, lexicons())
            what = f"there is no file {name} beside the codebook, and none comes with the program. {guess}"
            complaints.append(source.complain(at, what.rstrip()))
    return found, complaints


def _said_twice(pieces: Sequence[tuple[YamlText, Lexicon]]) -> Iterator[Complaint]:
    """The parts of a lexicon that stand in more than one of its files."""
    first: dict[str, str] = {}
    for beside, piece in pieces:
        for key in sorted(piece.model_fields_set - HEAD):
            if first.setdefault(key, beside.file) != beside.file:
                yield beside.complain((key,), f"{Path(first[key]).name} has this part already", at_key=True)


def read_successor(path: Path | str, line: Sequence[Codebook]) -> Codebook:
    """The codebook in a file, whose `recode` must fit the revision before it.

    line: the last revisions, oldest first; the file may be the last of them itself.
    """
    path = Path(path)
    new = read_codebook(path)
    before = [old for old in line if old.ref != new.ref]
    complaints = list(old_name_complaints(before[-1], new, read_yaml(path))) if before else []
    if complaints:
        raise _refusal(path, sorted(set(complaints)))
    return new


def _refusal(path: Path, complaints: list[Complaint]) -> CoderError:
    lines = "\n".join(map(str, complaints))
    these = "this" if len(complaints) == 1 else f"these {len(complaints)} places"
    return CoderError(f"{path.name} cannot be used:\n{lines}", hint=f"Put {these} right and read it again.")
