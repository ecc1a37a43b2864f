"""Proposes candidates for articles outside any project: shards of articles in, shards
of candidates out.

No database is involved. A shard is done when its candidates file is complete and the
hidden note beside it is unaltered and names the same articles, codebook and program, so
a run can be resumed wherever it ended.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.foreign import to_json
from coder.importers.article_shards import SUFFIXES, TABLE, pyarrow_parquet, read
from coder.model import Article
from coder.native import from_candidates
from coder.service.learning.batch import propose
from coder.service.project.processes import ReportProgress, no_progress, spread
from coder.storage_limits import unstorable
from coder.store.whole_file import new_file

_PACKAGE = Path(__file__).parents[2]
_RELEVANT = (
    "suggest",
    "text",
    "values",
    "codebook",
    "importers",
    "size_limits.py",
    "native.py",
    "model.py",
    "foreign.py",
)


class Shard(Struct, frozen=True):
    """A file of articles, the target for their candidates, and the program version that
    must create them.
    """

    source: Path
    target: Path
    with_text: bool
    program: str

    @property
    def note(self) -> Path:
        """The path of the hidden file that records what the candidates were made from."""
        return self.target.with_name(f".{self.target.name}.json")


class Done(Struct, frozen=True):
    """The outcome of a shard; left_out: lines without an article; problem: why there
    are no candidates.
    """

    name: str
    articles: int = 0
    candidates: int = 0
    left_out: tuple[str, ...] = ()
    was_there: bool = False
    problem: str = ""


Engine = Callable[[Sequence[Shard], Codebook], Iterable[Done]]
"""Runs `propose_shard` for all shards, in any order."""


def propose_shards(
    source: Path,
    target: Path,
    book: Codebook,
    engine: Engine,
    *,
    with_text: bool = False,
    progress: ReportProgress = no_progress,
) -> list[Done]:
    """Turn every `NAME.jsonl` and `NAME.parquet` in `source` into
    `NAME.candidates.jsonl` in `target`.

    with_text: include the article's text in each line, so that importing it also
    imports the article.
    """
    if not source.exists():
        raise CoderError("delivery.no_such_file", where=str(source))
    if source.resolve() == target.resolve():
        raise CoderError("learning.same_folder", where=str(source))
    sources = sorted(
        p
        for p in source.glob("*")
        if p.suffix.lower() in SUFFIXES and not p.name.startswith(".")
    )
    if not sources:
        raise CoderError(
            "delivery.empty_folder", endings=", ".join(SUFFIXES), where=str(source)
        )
    if any(path.suffix.lower() == TABLE for path in sources):
        pyarrow_parquet()  # fails now if it is not installed, not once per shard
    target.mkdir(parents=True, exist_ok=True)
    shards: dict[Path, Shard] = {}
    for path in (path.absolute() for path in sources):  # a link goes by its own name
        out = target.resolve() / f"{path.stem}.candidates.jsonl"
        if out in shards:
            raise CoderError(
                "learning.same_name", one=shards[out].source.name, other=path.name
            )
        shards[out] = Shard(path, out, with_text, program())
    done: list[Done] = []
    for each in engine(list(shards.values()), book):
        done.append(each)
        progress(len(done), len(shards))
    return sorted(done, key=lambda each: each.name)


def on_this_machine(
    shards: Sequence[Shard], book: Codebook, cores: int | None = None
) -> Iterator[Done]:
    """The default engine: all cores of this machine, one shard at a time on each."""
    cores = min(len(shards), cores or len(os.sched_getaffinity(0)))
    return spread(propose_shard, shards, book, cores=cores)


def propose_shard(book: Codebook, shard: Shard) -> Done:
    """Write a shard's candidates unless they exist already; the bytes are the same on
    every machine.
    """
    name = shard.source.name
    try:
        if shard.program != program():
            raise CoderError("learning.other_program", where=name)
        made_from = {
            "articles": _sha256(shard.source),
            "codebook": book.digest,
            "program": shard.program,
            "with_text": shard.with_text,
        }
        return _existing(shard, made_from) or _write(book, shard, made_from)
    except CoderError as error:
        return Done(name, problem=str(error))
    except OSError as error:
        problem = CoderError(
            "delivery.not_readable", problem=error.strerror, where=name
        )
        return Done(name, problem=str(problem))


def _existing(shard: Shard, made_from: dict[str, Any]) -> Done | None:
    try:
        note = json.loads(shard.note.read_bytes())
        counts = note["counts"]
        if note["made_from"] == made_from and note["digest"] == _digest(
            shard.target, counts
        ):
            articles, candidates, left_out = counts
            return Done(
                shard.source.name, articles, candidates, tuple(left_out), was_there=True
            )
    except (FileNotFoundError, ValueError, LookupError, TypeError, RecursionError):
        pass  # missing, interrupted, or overwritten by something else
    return None


def _write(book: Codebook, shard: Shard, made_from: dict[str, Any]) -> Done:
    articles = 0
    candidates = 0
    left_out = list[str]()
    with new_file(shard.target, replace=True) as draft:
        with draft.open("wb") as out:
            for where, article in read(shard.source):
                try:
                    line, count = _line(book, article, where, shard.with_text)
                except CoderError as error:
                    left_out.append(str(error))
                    continue
                out.write(line)
                articles = articles + 1
                candidates = candidates + count
        counts = (articles, candidates, left_out)
        digest = _digest(draft, counts)
    with new_file(shard.note, replace=True) as draft:
        note = {"made_from": made_from, "counts": counts, "digest": digest}
        draft.write_text(json.dumps(note), "utf-8")
    return Done(shard.source.name, articles, candidates, tuple(left_out))


def _line(
    book: Codebook, article: Article | CoderError, where: str, with_text: bool
) -> tuple[bytes, int]:
    if isinstance(article, CoderError):
        raise article
    if problem := unstorable([article.id, article.text]):
        raise CoderError("delivery.article_holds", problem=problem, where=where)
    candidates = propose(article, book, where=where)
    record = from_candidates(article, candidates, book.ref, with_text)
    return (to_json(record) + "\n").encode("utf-8"), len(candidates)


def _digest(candidates: Path, counts: Sequence[Any]) -> str:
    """Return a digest of a file of candidates and of what is told about it."""
    return hashlib.sha256(
        f"{_sha256(candidates)}\0{json.dumps(counts)}".encode()
    ).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def program() -> str:
    """Return a digest of all program files that determine the candidates and their
    bytes.
    """
    digest = hashlib.sha256()
    for name in _RELEVANT:
        place = _PACKAGE / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(
                    f"{file.relative_to(_PACKAGE).as_posix()}\0{_sha256(file)}\0".encode()
                )
    return digest.hexdigest()
