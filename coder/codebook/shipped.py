"""What travels with the program: codebooks and lexicons in `schemas`, sample articles in `seeds`."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder `seeds` or `schemas`: inside an installed package, else beside it in a checkout."""
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def lexicons() -> dict[str, Path]:
    """The lexicons that travel with the program, by the name of their file."""
    return {path.name: path for path in sorted(folder("schemas").glob("*_lexicon.yaml"))}
