"""Small shards of articles."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from coder.model import Article
from coder.service.learning.shards import Engine, on_this_machine

TEXT = "قصفت القوات الأميركية بلدة البوكمال في {n} تشرين الأول 2023، ما أدى إلى مقتل {n} عناصر."
SHARDS, EACH = 8, 6
on_one_core: Engine = partial(on_this_machine, cores=1)


def article(n: int) -> Article:
    return Article(f"{n:03}", TEXT.format(n=1 + n % 28))


def line(n: int, **more: object) -> str:
    return json.dumps({"id": article(n).id, "text": article(n).text, **more}, ensure_ascii=False)


def written(folder: Path, each: int) -> Path:
    folder.mkdir()
    for i in range(SHARDS):
        lines = [line(n, headline="ما") for n in range(i * each, (i + 1) * each)]
        (folder / f"part-{i}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def made(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix == ".jsonl"}
