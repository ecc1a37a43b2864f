"""External suggesters (plug-ins), each in its own process, so that a failure causes a
warning, not a crash.

A plug-in is an entry point in the group `coder.suggesters`: a function (codebook,
folder, settings) that returns a function from an article to candidates. Kind, offsets,
value, origin and score of a candidate are used; id and quote are set here. A plug-in
that takes too long is killed together with its child processes. Its process runs this
module, which reads questions and writes answers as JSON lines.
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
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any, BinaryIO, TypeAlias

from msgspec.structs import asdict, replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import kind_problem
from coder.errors import CoderError
from coder.foreign import from_json
from coder.messages.catalogue import Message
from coder.model import Article, Candidate

SECONDS = 30.0
"""The default time limit of a plug-in for starting and for each article."""

Suggester: TypeAlias = Callable[[Article], Iterable[Candidate]]
Load: TypeAlias = Callable[[Codebook, Path, Mapping[str, Any]], Suggester]
"""The type of the entry point."""


def installed() -> dict[str, EntryPoint]:
    """Return the installed plug-ins by name."""
    return {point.name: point for point in entry_points(group="coder.suggesters")}


class Plugin:
    """A running plug-in; raises CoderError if it fails, and cannot be used after that."""

    def __init__(
        self,
        name: str,
        codebook: Codebook,
        folder: Path,
        settings: Mapping[str, Any],
        seconds: float,
    ) -> None:
        self.name = name
        self.codebook = codebook
        self.seconds = seconds
        # it lives as long as the process
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115
        command = [sys.executable, "-m", "coder.suggest.plugins", name]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command,
            stdin=pipe,
            stdout=pipe,
            stderr=self._stderr,
            start_new_session=True,
        )
        try:
            self._ask(
                {
                    "codebook": codebook.to_json(),
                    "folder": str(folder),
                    "settings": dict(settings),
                }
            )
        except BaseException:
            self.close()
            raise

    def suggest(self, article: Article) -> list[Candidate]:
        """Return the plug-in's candidates for an article, validated."""
        return [self._candidate(found, article) for found in self._ask(asdict(article))]

    def close(self) -> None:
        """End the process and its child processes."""
        self._kill()
        self._process.communicate()
        self._stderr.close()

    def _ask(self, question: Mapping[str, Any]) -> list[Any]:
        """Send a question to the process and return the candidates of its answer.

        Raise CoderError if the process takes longer than `seconds`, ends, or answers
        with anything but a list of candidates; the candidates are not validated here.
        """
        return self._read_answer(self._exchange(question))

    def _exchange(self, question: Mapping[str, Any]) -> bytes:
        """Send a question to the process and return the line that it answers.

        The line is cut off if the process ends meanwhile. If it takes longer than
        `seconds`, kill it and raise CoderError.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
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
        return answer

    def _read_answer(self, answer: bytes) -> list[Any]:
        """Return the candidates of an answer, a line of JSON."""
        if not answer.endswith(b"\n"):
            raise self._ended()
        try:
            candidates = from_json(answer)["candidates"]
        except (ValueError, LookupError, TypeError):
            raise self._failed("suggest.gave_unreadable") from None
        if not isinstance(candidates, list):
            raise self._failed("suggest.gave_no_list")
        return candidates

    def _ended(self) -> CoderError:
        """Return the error for a process that ended, with the last line of its output,
        which gives the reason.
        """
        self._kill()
        self._process.wait()
        self._stderr.seek(0)
        output = self._stderr.read().decode("utf-8", "replace")
        lines = [line.strip() for line in output.split("\n") if line.strip()]
        if not lines:
            return self._failed("suggest.stopped", said="")
        return self._failed("suggest.stopped_with", said=lines[-1].rstrip("."))

    def _candidate(self, found: Any, article: Article) -> Candidate:
        """Return a candidate of the plug-in, checked against the codebook and the text.

        Raise CoderError if it is no candidate or has a value that its kind cannot have.
        """
        try:
            kind = found["kind"]
            start = found["start"]
            end = found["end"]
            origin = str(found["origin"] or "")
            score = found["score"]
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
        problem = kind_problem(kind, value, self.codebook)
        if problem:
            raise self._failed(
                "suggest.gave_no_value", kind=kind, value=_short(value), problem=problem
            )
        return Candidate(
            id=f"{kind}:{start}-{end}",
            kind=kind,
            start=start,
            end=end,
            quote=article.text[start:end],
            value=value,
            origin=f"{self.name}:{origin}" if origin else self.name,
            score=float(score),
        )

    def _failed(self, what: str, **values: object) -> CoderError:
        return CoderError(
            "suggest.plugin_failed", name=self.name, what=Message(what, **values)
        )

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _short(value: Any) -> str:
    """Return the beginning of a value, for a message."""
    return json.dumps(value, ensure_ascii=False)[:80]


def joined(found: Iterable[Candidate], more: Iterable[Candidate]) -> list[Candidate]:
    """Return both, merged in order; of two with the same kind and offsets, the higher
    score wins, else the first.
    """
    best: dict[tuple[int, int, str], Candidate] = {}
    for candidate in (*found, *more):
        where = (candidate.start, candidate.end, candidate.kind)
        known = best.setdefault(where, candidate)
        if candidate.score > known.score:
            value = known.value if candidate.value is None else candidate.value
            best[where] = replace(candidate, value=value)
    return [best[where] for where in sorted(best)]


# ---------------------------------------------------------------- inside the plug-in's process
def _serve(name: str, questions: BinaryIO, answers: BinaryIO) -> None:
    """Set a plug-in up by the first question, and answer the others with candidates."""

    def answer(candidates: list[dict[str, object]]) -> None:
        answers.write(json.dumps({"candidates": candidates}).encode() + b"\n")
        answers.flush()

    set_up = json.loads(questions.readline())
    load: Load = installed()[name].load()
    suggest = load(
        Codebook.from_json(set_up["codebook"]),
        Path(set_up["folder"]),
        set_up["settings"],
    )
    answer([])
    for line in questions:
        fields = json.loads(line)
        boilerplate = tuple((start, end) for start, end in fields.pop("boilerplate"))
        article = Article(**fields, boilerplate=boilerplate)
        answer([asdict(candidate) for candidate in suggest(article)])


def _end_with_caller() -> None:
    """Kill the process group once stdin is closed."""
    hangup = select.poll()
    hangup.register(sys.stdin.fileno(), 0)
    hangup.poll()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    Thread(target=_end_with_caller, daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # so that the plug-in's own output does not mix with the answers
    _serve(sys.argv[1], sys.stdin.buffer, answers)
