"""Long jobs over a whole project, killed in the midst of their work and run again."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from coder.service.project import config as configuration
from coder.service.project.opened import create_project, open_project
from coder.service.upkeep.integrity import verify
from tests.support.revised import revised

SEEDS = Path(__file__).parents[2] / "seeds"
JOBS = ("import", "suggest", "agree", "check", "export", "verify", "upgrade", "gold", "shards")


def make(
    folder: Path, articles: int, jobs: Iterable[str] = JOBS, database: str = "sqlite:///coder.db"
) -> None:
    """In a folder: `files/`, articles and two codings of each, `new/`, `corpus/`, and a project for each job.

    database: a URL of one that can be copied as a template, for its owner, who runs the jobs.
    """
    for name in ("files", "corpus"):
        (folder / name).mkdir()
    texts = {path.stem: path.read_bytes().decode() for path in sorted(SEEDS.glob("*.txt"))}
    names = sorted(texts)
    for number in range(articles):
        name, text = f"a{number:05}", f"{texts[names[number % len(names)]]}\nرقم {number}\n"
        (folder / "files" / f"{name}.txt").write_bytes(text.encode())
        with (folder / "corpus" / f"part-{number // 10}.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps({"id": name, "text": text}, ensure_ascii=False) + "\n")
    for coder in ("amal", "basim"):
        lines = (SEEDS / "codings" / f"{coder}.jsonl").read_text("utf-8").splitlines()
        codings = {coding["article"]["id"]: coding for coding in map(json.loads, lines)}
        with (folder / "files" / f"{coder}.jsonl").open("w", encoding="utf-8") as out:
            for number in range(articles):
                text = (folder / "files" / f"a{number:05}.txt").read_bytes()
                head = {"id": f"a{number:05}", "text_sha256": hashlib.sha256(text).hexdigest()}
                coding = codings[names[number % len(names)]] | {"article": head}
                out.write(json.dumps(coding, ensure_ascii=False) + "\n")
    revised(folder / "new").rename(folder / "new" / "codebook.yaml")
    project = create_project(folder / "import", database=database)
    for coder, role in (("amal", "coder"), ("basim", "coder"), ("salma", "supervisor")):
        project.add_person(coder, role, "asked for on a server")
    project.close()
    copied(folder / "import", folder / "coded")
    done(folder, folder / "coded", "import")
    for job in jobs:
        if job != "import":
            copied(folder / "coded", folder / job)


def copied(source: Path, target: Path) -> None:
    """A copy of a project, in place of what was there; on a server its database is a copy too."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    url = make_url(configuration.read(source).database_url)
    if url.get_backend_name() != "postgresql":
        return
    name = f"copy_of_{target.name.replace('-', '_')}"
    with psycopg.connect(host=url.query["host"], dbname="postgres", autocommit=True) as connection:
        for statement in (
            "DROP DATABASE IF EXISTS {new} WITH (FORCE)",
            "CREATE DATABASE {new} TEMPLATE {old}",
        ):
            names = {"new": sql.Identifier(name), "old": sql.Identifier(str(url.database))}
            connection.execute(sql.SQL(statement).format(**names))
    told = (target / configuration.FILE).read_text("utf-8")
    (target / configuration.FILE).write_text(told.replace(f"/{url.database}?", f"/{name}?"), "utf-8")


def words(folder: Path, project: Path, job: str) -> list[str]:
    """The command of a job."""
    given = {
        "import": ["import", str(folder / "files")],
        "suggest": ["suggest"],
        "agree": ["agree", "--json"],
        "check": ["check", "--all"],
        "export": ["export", "csv", "--allow-loss", "--what", "codings", "--force"],
        "verify": ["verify"],
        "upgrade": ["codebook", "upgrade", str(folder / "new" / "codebook.yaml"), "--as", "salma"],
        "gold": ["gold", "apply", "--as", "salma"],
        "shards": ["suggest", "--shards", str(folder / "corpus")],
    }[job]
    out = {"export": ["--out", str(project / "out.csv")], "shards": ["--out", str(project / "out")]}
    return [sys.executable, "-m", "coder", *given, *out.get(job, []), "--project", str(project)]


def done(folder: Path, project: Path, job: str, kill_after: float | None = None) -> float:
    """Run a job, or kill it after some seconds; returns how long it ran."""
    began = time.monotonic()
    process = subprocess.Popen(
        words(folder, project, job), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        _, said = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate(timeout=60)  # the processes that it began write there too, and end with it
    else:
        assert process.returncode in (0, 1), said.decode()
    return time.monotonic() - began


def outcome(project: Path) -> list[object]:
    """What a project holds, and that nothing is wrong with it."""
    opened = open_project(project)
    assert verify(opened).findings == []
    with opened.store.read() as queries:
        articles = queries.article_ids()
        found: list[object] = [
            articles,
            queries.codebook_refs(),
            list(queries.codings_of(queries.coding_heads())),
            {article: queries.candidates(article) for article in articles},
        ]
    opened.close()
    out = sorted([*project.glob("out.csv"), *project.glob("out/part-*")])
    return [*found, {path.name: path.read_bytes() for path in out}]


def killed(folder: Path, job: str, moments: Iterable[float]) -> None:
    """Kill a job after each part of the time it takes: run again, it does what it does undisturbed."""
    whole = folder / f"{job}-whole"
    copied(folder / job, whole)
    seconds = done(folder, whole, job)
    expected = outcome(whole)
    for moment in moments:
        again = folder / f"{job}-again"
        copied(folder / job, again)
        done(folder, again, job, moment * seconds)
        opened = open_project(again)
        assert verify(opened).findings == []
        opened.close()
        done(folder, again, job)
        assert outcome(again) == expected
