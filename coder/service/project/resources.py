"""The sample articles, codings and codebooks that travel with the program."""

from __future__ import annotations

from pathlib import Path

from coder.codebook.nearest import did_you_mean
from coder.codebook.shipped import folder, lexicons
from coder.errors import CoderError

CODEBOOK = "conflict_events"
"""The codebook that new projects get unless told otherwise."""


def codebooks() -> dict[str, Path]:
    """The codebooks that travel with the program, by name."""
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
