"""Plug-ins as others would write them: one that works, and one for each way to fail."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate

Suggester = Callable[[Article], Iterable[Candidate]]
BAD = {
    "kind": Candidate("", "no_such_kind", 0, 3, ""),
    "offsets": Candidate("", "actor", 3, 10**6, ""),
    "score": Candidate("", "actor", 0, 3, "", score=1.5),
    "half": Candidate(
        "", "actor", 0, 3, "", value=[{"name": "\ud800", "class": "unknown"}]
    ),
    "value": Candidate("", "source", 0, 3, "", value={"who": 5}),
    "list": Candidate("", "trigger", 0, 3, "", value=["air_strike"]),
}


def works(codebook: Codebook, folder: Path, settings: Mapping[str, Any]) -> Suggester:
    """Finds a word that its settings name, and says much on stdout."""
    print("loading", codebook.ref, folder)

    def suggest(article: Article) -> list[Candidate]:
        print("reading", article.id)
        start = article.text.index(settings["word"])
        return [
            Candidate(
                "x",
                "actor",
                start,
                start + len(settings["word"]),
                "?",
                None,
                "guess",
                0.25,
            )
        ]

    return suggest


def stays(_codebook: Codebook, folder: Path, _settings: Mapping[str, Any]) -> Suggester:
    """Leaves the number of its process in the project's folder."""
    (folder / "child").write_text(str(os.getpid()))
    return lambda _article: []


def no_start(
    _codebook: Codebook, _folder: Path, _settings: Mapping[str, Any]
) -> Suggester:
    """Cannot be loaded."""
    raise RuntimeError("the model is not there")


def raises(
    _codebook: Codebook, _folder: Path, _settings: Mapping[str, Any]
) -> Suggester:
    """Fails on the first article."""

    def suggest(_article: Article) -> list[Candidate]:
        raise RuntimeError("no idea")

    return suggest


def dies(_codebook: Codebook, _folder: Path, _settings: Mapping[str, Any]) -> Suggester:
    """Takes its process down."""
    return lambda _article: os._exit(3)


def hangs(_codebook: Codebook, folder: Path, _settings: Mapping[str, Any]) -> Suggester:
    """Never answers, and has started another process, whose number it leaves in the
    project's folder.
    """

    def suggest(_article: Article) -> list[Candidate]:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        (folder / "child").write_text(str(child.pid))
        time.sleep(600)
        return []

    return suggest


def nonsense(
    _codebook: Codebook, _folder: Path, settings: Mapping[str, Any]
) -> Suggester:
    """Gives what is no candidate."""
    return lambda _article: [BAD[settings["which"]]]
