"""Small shards of articles, and such as kill whoever works on them."""

from __future__ import annotations

import json
import os
import signal
from functools import partial
from pathlib import Path

from coder.model import Article
from coder.service.learning.shards import Engine, Shard, on_this_machine

TEXT = "قصفت القوات الأميركية بلدة البوكمال في {n} تشرين الأول 2023، ما أدى إلى مقتل {n} عناصر."
SHARDS, EACH = 8, 6
on_one_core: Engine = partial(on_this_machine, cores=1)


def article(n: int) -> Article:
    return Article(f"{n:03}", TEXT.format(n=1 + n % 28))


def line(n: int, **more: object) -> str:
    return json.dumps(
        {"id": article(n).id, "text": article(n).text, **more}, ensure_ascii=False
    )


def written(folder: Path, each: int) -> Path:
    folder.mkdir()
    for i in range(SHARDS):
        lines = [line(n, headline="ما") for n in range(i * each, (i + 1) * each)]
        (folder / f"part-{i}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def made(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix == ".jsonl"
    }


class Deadly(Shard, frozen=True):
    """A shard at which a process is killed: the first one, or each of them.

    after: when its candidates are written and their note is not yet, instead of before.
    """

    after: bool
    always: bool = False

    @property
    def killed(self) -> Path:
        """A file that says that a process was killed."""
        return self.target.with_suffix(".killed")

    @property
    def note(self) -> Path:
        if self.target.exists() is self.after and (
            self.always or not self.killed.exists()
        ):
            self.killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.target.with_name(f".{self.target.name}.json")


def deadly(shard: Shard, after: bool, always: bool = False) -> Deadly:
    return Deadly(
        shard.source, shard.target, shard.with_text, shard.program, after, always
    )
