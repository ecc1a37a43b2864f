"""What travels with the program: codebooks and lexicons in `schemas`, sample articles in `seeds`."""

from __future__ import annotations

from pathlib import Path

from coder.codebook.nearest import nearest
from coder.errors import CoderError

CODEBOOK = "conflict_events"  # what new projects get unless told otherwise
_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder `seeds` or `schemas`: inside an installed package, else beside it in a checkout."""
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def lexicons() -> dict[str, Path]:
    """The lexicons, by the name of their file."""
    return {path.name: path for path in sorted(folder("schemas").glob("*_lexicon.yaml"))}


def codebooks() -> dict[str, Path]:
    """The codebooks, by name."""
    found = {path.stem: path for path in sorted(folder("schemas").glob("*.yaml"))}
    return {name: path for name, path in found.items() if path.name not in lexicons()}


def to_copy(named: str) -> Path | None:
    """The file of a codebook or lexicon that travels with the program, None if none has that name."""
    lexicon = lexicons().get(f"{named.removesuffix('.yaml')}.yaml")
    return lexicon or codebooks().get(named.replace("-", "_"))


def codebook(named: str = CODEBOOK) -> Path:
    """The file of a codebook that is named by its path, or by its name if it travels with the program."""
    shipped = codebooks()
    path = shipped.get(named.replace("-", "_"), Path(named))
    if path.is_file():
        return path
    key = "codebook.not_shipped_but" if (guess := nearest(named, shipped)) else "codebook.not_shipped"
    raise CoderError(key, name=named, guess=guess, shipped=", ".join(shipped))
