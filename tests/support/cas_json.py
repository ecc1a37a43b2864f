"""UIMA CAS JSON of our exports, as another program writes it: the program only reads
it.
"""

from __future__ import annotations

from pathlib import Path

import cassis


def as_cas_json(path: Path) -> str:
    """Return one file of `coder export cas-xmi` as JSON."""
    types = cassis.load_typesystem((path.parent / "TypeSystem.xml").read_text("utf-8"))
    with path.open("rb") as file:
        cas = cassis.load_cas_from_xmi(file, types)
    return str(cas.to_json())
