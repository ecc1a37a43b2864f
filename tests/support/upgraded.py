"""What tests of upgrading ask a project for, before and after."""

from __future__ import annotations

import io
from pathlib import Path

from coder.model import Coding
from coder.service.delivery.datasets import deliver
from coder.service.project.opened import Project
from coder.service.upkeep.codebook_upgrade import read_new, upgrade

OLD, NEW = "conflict-events-ar@1.0.0", "conflict-events-ar@1.1.0"


def exported(project: Project) -> bytes:
    """All codings and all gold in the native format."""
    out = io.BytesIO()
    for what in ("codings", "gold"):
        deliver(project, "native", what, out)
    return out.getvalue()


def codings(project: Project, coder: str | None = None) -> list[Coding]:
    with project.store.read() as queries:
        heads = queries.coding_heads()
        found = [
            queries.coding(h.article, h.coder)
            for h in heads
            if coder in (None, h.coder)
        ]
    return [coding for coding in found if coding is not None]


def done(project: Project, file: Path, *, gold: bool = False) -> None:
    upgrade(project, "salma", read_new(project, file), gold=gold)
