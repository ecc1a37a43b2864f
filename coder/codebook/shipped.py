"""Files shipped with the program: codebooks and lexicons in `schemas`, sample articles
in `seeds`, packs of the suggester.
"""

from __future__ import annotations

from pathlib import Path

from coder.codebook.nearest import nearest
from coder.errors import CoderError

CODEBOOK = "conflict_events"  # the default for new projects
_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder `seeds` or `schemas`: inside an installed package, else beside it in a
    checkout.
    """
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def lexicons() -> dict[str, Path]:
    """The shipped lexicons by file name."""
    return {
        path.name: path for path in sorted(folder("schemas").glob("*_lexicon.yaml"))
    }


def codebooks() -> dict[str, Path]:
    """The shipped codebooks by name."""
    files = sorted(folder("schemas").glob("*.yaml"))
    return {path.stem: path for path in files if path.name not in lexicons()}


def packs() -> dict[str, Path]:
    """The shipped packs by name."""
    folder_of_packs = _PACKAGE / "suggest" / "packs"
    return {path.stem: path for path in sorted(folder_of_packs.glob("*.yaml"))}


def find_shipped_file(named: str) -> Path | None:
    """The file of a shipped codebook, lexicon or pack, None if there is none of that
    name.
    """
    lexicon = lexicons().get(f"{named.removesuffix('.yaml')}.yaml")
    return lexicon or codebooks().get(named.replace("-", "_")) or packs().get(named)


def codebook(named: str = CODEBOOK) -> Path:
    """The file of a codebook, given as a path or as the name of a shipped one."""
    shipped = codebooks()
    path = shipped.get(named.replace("-", "_"), Path(named))
    if path.is_file():
        return path
    key = (
        "codebook.not_shipped_but"
        if (guess := nearest(named, shipped))
        else "codebook.not_shipped"
    )
    raise CoderError(key, name=named, guess=guess, shipped=", ".join(shipped))
