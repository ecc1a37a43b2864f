"""The sample articles, codings and codebooks that travel with the program."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder `seeds` or `schemas`: inside an installed package, else beside it in a checkout."""
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


CODEBOOK = "conflict_events.yaml"


def codebook() -> Path:
    """The codebook that new projects get unless told otherwise."""
    return folder("schemas") / CODEBOOK


def articles() -> list[Path]:
    """The sample articles."""
    return sorted(folder("seeds").glob("*.txt"))


def codings() -> list[Path]:
    """Independent codings of the sample articles, one file per coder."""
    return sorted((folder("seeds") / "codings").glob("*.jsonl"))


def decisions() -> Path:
    """A supervisor's decisions on one sample article."""
    return folder("seeds") / "decisions.json"
