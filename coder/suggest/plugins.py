"""Suggesters from elsewhere, each in a process of its own: a failure costs a warning, never the run.

A plug-in is an entry point of the group `coder.suggesters`: a function (codebook, folder, settings) that
gives a function from an article to candidates. Of a candidate its kind, offsets, value, origin and score are
taken; id and quote are made here. One that takes too long is killed with all that it started. Its process
runs this module: questions as JSON lines come in, answers go out.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any, BinaryIO, TypeAlias

from coder.codebook.schema import Codebook
from coder.codebook.validate import kind_problem
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import Article, Candidate

SECONDS = 30.0  # how long a plug-in may take to start, and for each article, if its settings do not say

Suggester: TypeAlias = Callable[[Article], Iterable[Candidate]]
Load: TypeAlias = Callable[[Codebook, Path, Mapping[str, Any]], Suggester]  # what the entry point names


def installed() -> dict[str, EntryPoint]:
    """The plug-ins of this Python by their names."""
    return {point.name: point for point in entry_points(group="coder.suggesters")}


class Plugin:
    """One plug-in at work; raises CoderError where it fails, and is of no more use then."""

    def __init__(
        self, name: str, codebook: Codebook, folder: Path, settings: Mapping[str, Any], seconds: float
    ) -> None:
        self.name, self.codebook, self.seconds = name, codebook, seconds
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the process)
        command, pipe = [sys.executable, "-m", "coder.suggest.plugins", name], subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=self._said, start_new_session=True
        )
        try:
            self._ask({"codebook": codebook.to_json(), "folder": str(folder), "settings": dict(settings)})
        except BaseException:
            self.close()
            raise

    def suggest(self, article: Article) -> list[Candidate]:
        """Its candidates of an article, each checked."""
        return [self._candidate(found, article) for found in self._ask(asdict(article))]

    def close(self) -> None:
        """End the process and whatever it started."""
        self._kill()
        self._process.communicate()
        self._said.close()

    def _ask(self, question: Mapping[str, Any]) -> list[Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        is_late = Event()

        def stop() -> None:
            is_late.set()
            self._kill()

        clock = Timer(self.seconds, stop)
        clock.start()
        try:
            with suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(question).encode() + b"\n")
                self._process.stdin.flush()
            answer = self._process.stdout.readline()
        finally:
            clock.cancel()
        if is_late.is_set():
            raise self._failed("suggest.took_longer", seconds=self.seconds)
        if not answer.endswith(b"\n"):  # it ended by itself: the last line that it printed says why
            self._kill()
            self._process.wait()
            self._said.seek(0)
            lines = self._said.read().decode("utf-8", "replace").split("\n")
            said = next((line.strip() for line in reversed(lines) if line.strip()), "")
            raise self._failed("suggest.stopped_with" if said else "suggest.stopped", said=said.rstrip("."))
        try:
            found = json.loads(answer)["candidates"]
        except (ValueError, LookupError, TypeError):
            raise self._failed("suggest.gave_unreadable") from None
        if not isinstance(found, list):
            raise self._failed("suggest.gave_no_list")
        return found

    def _candidate(self, found: Any, article: Article) -> Candidate:  # checked against codebook and text
        try:
            kind, start, end = found["kind"], found["start"], found["end"]
            origin, score = str(found["origin"] or ""), found["score"]
            is_sound = (
                kind in {each.id for each in self.codebook.span_kinds}
                and type(start) is type(end) is int
                and 0 <= start < end <= len(article.text)
                and type(score) in (int, float)
                and 0 <= score <= 1
            )
        except (LookupError, TypeError):
            is_sound = False
        if not is_sound:
            raise self._failed("suggest.gave_no_candidate", found=_short(found))
        value = found.get("value")
        if problem := kind_problem(kind, value, self.codebook):
            raise self._failed("suggest.gave_no_value", kind=kind, value=_short(value), problem=problem)
        named = f"{self.name}:{origin}" if origin else self.name
        quote = article.text[start:end]
        return Candidate(f"{kind}:{start}-{end}", kind, start, end, quote, value, named, float(score))

    def _failed(self, what: str, **values: object) -> CoderError:
        return CoderError("suggest.plugin_failed", name=self.name, what=Message(what, **values))

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _short(found: Any) -> str:  # for a message
    return json.dumps(found, ensure_ascii=False)[:80]


def joined(found: Iterable[Candidate], more: Iterable[Candidate]) -> list[Candidate]:
    """Both together in order; of two of one kind and stretch the first, or the second if it is surer."""
    best: dict[tuple[int, int, str], Candidate] = {}
    for candidate in (*found, *more):
        where = (candidate.start, candidate.end, candidate.kind)
        known = best.setdefault(where, candidate)
        if candidate.score > known.score:
            value = known.value if candidate.value is None else candidate.value
            best[where] = replace(candidate, value=value)
    return [best[where] for where in sorted(best)]


# ---------------------------------------------------------------- the process in which a plug-in works
def _serve(name: str, questions: BinaryIO, answers: BinaryIO) -> None:
    def answer(found: list[dict[str, object]]) -> None:
        answers.write(json.dumps({"candidates": found}).encode() + b"\n")
        answers.flush()

    set_up = json.loads(questions.readline())
    load: Load = installed()[name].load()
    suggest = load(Codebook.from_json(set_up["codebook"]), Path(set_up["folder"]), set_up["settings"])
    answer([])
    for line in questions:
        asked = json.loads(line)
        boilerplate = tuple((start, end) for start, end in asked.pop("boilerplate"))
        answer([asdict(candidate) for candidate in suggest(Article(**asked, boilerplate=boilerplate))])


def _end_with_asker() -> None:  # once nobody can ask any more, with all that the plug-in started
    hangup = select.poll()
    hangup.register(sys.stdin.fileno(), 0)
    hangup.poll()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    Thread(target=_end_with_asker, daemon=True).start()
    to_asker = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the plug-in prints cannot mix with the answers
    _serve(sys.argv[1], sys.stdin.buffer, to_asker)
