"""The sample articles, codings and codebooks that travel with the program."""

from __future__ import annotations

from pathlib import Path

from coder.codebook.nearest import did_you_mean
from coder.errors import CoderError

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder `seeds` or `schemas`: inside an installed package, else beside it in a checkout."""
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


CODEBOOK = "conflict_events"
"""The codebook that new projects get unless told otherwise."""


def codebooks() -> dict[str, Path]:
    """The codebooks that travel with the program, by name."""
    found = sorted(folder("schemas").glob("*.yaml"))
    return {path.stem: path for path in found if not path.stem.endswith("_lexicon")}


def codebook(named: str = CODEBOOK) -> Path:
    """The file of a codebook that is named by its path, or by its name if it travels with the program."""
    shipped = codebooks()
    path = shipped.get(named.replace("-", "_"), Path(named))
    if path.is_file():
        return path
    hint = did_you_mean(named, shipped)
    raise CoderError(
        f"There is no codebook {named}.",
        hint=f"{hint} ".lstrip() + f"Give a file, or one of {', '.join(shipped)}.",
    )


def articles() -> list[Path]:
    """The sample articles."""
    return sorted(folder("seeds").glob("*.txt"))


def codings() -> list[Path]:
    """Independent codings of the sample articles, one file per coder."""
    return sorted((folder("seeds") / "codings").glob("*.jsonl"))


def decisions() -> Path:
    """A supervisor's decisions on one sample article."""
    return folder("seeds") / "decisions.json"
