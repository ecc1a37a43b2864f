"""The process in which a plug-in works: questions as JSON lines come in, answers go out.

Whatever the plug-in prints goes to stderr, so that it cannot mix with the answers.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.plugins import installed


def serve(name: str, questions: BinaryIO, answers: BinaryIO) -> None:
    """Load the plug-in with the first line; then one line of candidates for each article."""

    def answer(found: list[dict[str, object]]) -> None:
        answers.write(json.dumps({"candidates": found}).encode() + b"\n")
        answers.flush()

    set_up = json.loads(questions.readline())
    suggest = installed()[name].load()(
        Codebook.from_json(set_up["codebook"]), Path(set_up["folder"]), set_up["settings"]
    )
    answer([])
    for line in questions:
        asked = json.loads(line)
        boilerplate = tuple((start, end) for start, end in asked.pop("boilerplate"))
        answer([asdict(candidate) for candidate in suggest(Article(**asked, boilerplate=boilerplate))])


def _end_with_asker() -> None:
    """Once nobody can ask any more, end whatever the plug-in does, with all that it started."""
    hangup = select.poll()
    hangup.register(sys.stdin.fileno(), 0)
    hangup.poll()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    Thread(target=_end_with_asker, daemon=True).start()
    to_asker = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.argv[1], sys.stdin.buffer, to_asker)
