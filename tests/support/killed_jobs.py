"""Long jobs over a whole project, killed in the midst of their work and run again."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryFile

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from coder.service.delivery.packets import open_packet
from coder.service.delivery.project_copy import restore
from coder.service.project import config as configuration
from coder.service.project.opened import Project, create_project, open_project
from coder.service.upkeep.integrity import verify
from tests.support.revised import revised

SEEDS = Path(__file__).parents[2] / "seeds"
EXPORTS = ("csv", "jsonl", "native", "dataset")
JOBS = (
    *(
        "articles",
        "codings",
        "suggest",
        "queue",
        "agree",
        "status",
        "check",
        *EXPORTS,
        "verify",
        "upgrade",
    ),
    *("gold", "shards", "packet", "open", "merge", "backup", "portable", "restore"),
)
BEFORE_ALL, UNCODED = {"articles"}, {"codings", "packet", "merge"}
"""The jobs on an empty project, and those on one with assignments and no codings; all
others have codings.
"""
MAKE_ONCE = {"packet", "open", "backup", "portable", "restore"}
"""They refuse what is there already, as it is when they are killed on their way out."""
WRITE = {"articles", "codings", "suggest", "upgrade", "gold", "merge"}
"""The jobs that change the project, which is looked at when they have been killed, too.
"""
HALF = ".coder-*.part"
BESIDE = {
    *("kept.db", "kept.db-journal", "coder.db-wal", "coder.db-shm"),
    "coder-before-1.1.0.db",  # of an upgrade
}
"""What may lie beside a database that was killed: the next who opens it needs it, or
has no harm from it.
"""
_QUEUE = """\
import sys
from pathlib import Path
from coder.service.project.opened import open_project
from coder.service.review.review_queue import queue
if __name__ == "__main__":
    queue(open_project(Path(sys.argv[-1])))
"""


def make(
    folder: Path,
    articles: int,
    jobs: Iterable[str] = JOBS,
    database: str = "sqlite:///coder.db",
) -> None:
    """In a folder: `files/`, `work/`, two codings of each, `new/`, `corpus/`, and a
    project for each job.

    database: a URL of one that can be copied as a template, for its owner, who runs the
    jobs.
    """
    for name in ("files", "work", "corpus"):
        (folder / name).mkdir()
    texts = {
        path.stem: path.read_bytes().decode() for path in sorted(SEEDS.glob("*.txt"))
    }
    names = sorted(texts)
    for number in range(articles):
        name, text = (
            f"a{number:05}",
            f"{texts[names[number % len(names)]]}\nرقم {number}\n",
        )
        (folder / "files" / f"{name}.txt").write_bytes(text.encode())
        with (folder / "corpus" / f"part-{number // 10}.jsonl").open(
            "a", encoding="utf-8"
        ) as out:
            out.write(json.dumps({"id": name, "text": text}, ensure_ascii=False) + "\n")
    for coder in ("amal", "basim"):
        lines = (SEEDS / "codings" / f"{coder}.jsonl").read_text("utf-8").splitlines()
        codings = {coding["article"]["id"]: coding for coding in map(json.loads, lines)}
        with (folder / "work" / f"{coder}.jsonl").open("w", encoding="utf-8") as out:
            for number in range(articles):
                text = (folder / "files" / f"a{number:05}.txt").read_bytes()
                head = {
                    "id": f"a{number:05}",
                    "text_sha256": hashlib.sha256(text).hexdigest(),
                }
                coding = codings[names[number % len(names)]] | {"article": head}
                out.write(json.dumps(coding, ensure_ascii=False) + "\n")
    revised(folder / "new").rename(folder / "new" / "codebook.yaml")
    project = create_project(folder / "empty", database=database)
    for coder, role in (("amal", "coder"), ("basim", "coder"), ("salma", "supervisor")):
        project.add_person(coder, role, "asked for on a server")
    project.close()
    copied(folder / "empty", folder / "uncoded")
    done(folder, folder / "uncoded", "articles")
    run(
        "assign",
        "--coders",
        "amal,basim",
        "--per-article",
        "2",
        "--project",
        folder / "uncoded",
    )
    copied(folder / "uncoded", folder / "coded")
    done(folder, folder / "coded", "codings")
    if {"open", "merge"} & {*jobs}:
        run(
            "packet",
            "make",
            "--for",
            "amal",
            folder / "out.packet",
            "--project",
            folder / "uncoded",
        )
        run("packet", "open", folder / "out.packet", folder / "away")
        run("import", folder / "work" / "amal.jsonl", "--project", folder / "away")
        run(
            "packet",
            "make",
            "--for",
            "amal",
            folder / "back.packet",
            "--project",
            folder / "away",
        )
    if "restore" in jobs:
        run(
            "backup",
            "--portable",
            folder / "portable.backup",
            "--project",
            folder / "coded",
        )
    for job in jobs:
        source = (
            "empty" if job in BEFORE_ALL else "uncoded" if job in UNCODED else "coded"
        )
        copied(folder / source, folder / job)


def run(*words: object) -> None:
    """A command that does what it is asked to."""
    subprocess.run(
        [sys.executable, "-m", "coder", *map(str, words)],
        check=True,
        capture_output=True,
    )


def copied(source: Path, target: Path) -> None:
    """A copy of a project, in place of what was there; on a server its database is a
    copy too.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    url = make_url(configuration.read(source).database_url)
    if url.get_backend_name() != "postgresql":
        return
    name = f"copy_of_{target.name.replace('-', '_')}"
    with psycopg.connect(
        host=url.query["host"], dbname="postgres", autocommit=True
    ) as connection:
        for statement in (
            "DROP DATABASE IF EXISTS {new} WITH (FORCE)",
            "CREATE DATABASE {new} TEMPLATE {old}",
            "DROP DATABASE IF EXISTS {made} WITH (FORCE)",
            "CREATE DATABASE {made}",
        ):
            names = {"new": name, "old": str(url.database), "made": f"made_in_{name}"}
            quoted = {key: sql.Identifier(each) for key, each in names.items()}
            connection.execute(sql.SQL(statement).format(**quoted))
    told = (target / configuration.FILE).read_text("utf-8")
    (target / configuration.FILE).write_text(
        told.replace(f"/{url.database}?", f"/{name}?"), "utf-8"
    )


def words(folder: Path, project: Path, job: str) -> list[str]:
    """The command of a job; what it makes goes into the project's folder `out`."""
    out = project / "out"
    given: list[object] = {
        "articles": ["import", folder / "files"],
        "codings": ["import", folder / "work"],
        "suggest": ["suggest"],
        "agree": ["agree", "--json"],
        "status": ["status"],
        "check": ["check", "--all"],
        "verify": ["verify"],
        "upgrade": [
            "codebook",
            "upgrade",
            folder / "new" / "codebook.yaml",
            "--as",
            "salma",
        ],
        "gold": ["gold", "apply", "--as", "salma"],
        "shards": ["suggest", "--shards", folder / "corpus", "--out", out / "shards"],
        "packet": ["packet", "make", "--for", "amal", out / "packet"],
        "open": ["packet", "open", folder / "out.packet", out / "project"],
        "merge": ["packet", "merge", folder / "back.packet"],
        "backup": ["backup", out / "backup"],
        "portable": ["backup", "--portable", out / "backup"],
        "restore": [
            "backup",
            "--restore",
            folder / "portable.backup",
            "--database",
            _empty(project),
        ],
        **{
            name: ["export", name, "--allow-loss", "--what", "codings", "--force"]
            for name in EXPORTS
        },
    }.get(job, [])
    if job in EXPORTS:
        given += ["--out", out / job]
    if job != "open":
        given += ["--project", out / "project" if job == "restore" else project]
    program = ["-c", _QUEUE] if job == "queue" else ["-m", "coder"]
    return [sys.executable, *program, *map(str, given)]


def _empty(project: Path) -> str:
    """The URL of a database in which there is nothing, on the engine of a project's
    own.
    """
    url = make_url(configuration.read(project).database_url)
    if url.get_backend_name() != "postgresql":
        return "sqlite:///coder.db"
    return url.set(database=f"made_in_{url.database}").render_as_string(
        hide_password=False
    )


def done(
    folder: Path, project: Path, job: str, kill_after: float = math.inf
) -> tuple[float, bool]:
    """Run a job, or kill it after some seconds; returns how many it took, and whether
    it was killed.

    Its temporary files lie in `temporary/` of the project's folder. The seconds are of
    its own CPU time, so that a moment is one of its work on a busy machine too.
    """
    for made in ("out", "temporary"):
        (project / made).mkdir(exist_ok=True)
    env = {**os.environ, "TMPDIR": str(project / "temporary")}
    command = words(folder, project, job)
    with TemporaryFile() as told:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=told,
            env=env,
        )
        seconds = 0.0
        while process.poll() is None:
            with suppress(OSError):  # it ended meanwhile
                seconds = time.clock_gettime(
                    ~process.pid << 3 | 2
                )  # its clock: clock_getcpuclockid(3)
            if seconds >= kill_after:
                process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=0.002)
        process.communicate(
            timeout=60
        )  # the processes that it began write there too, and end with it
        told.seek(0)
        said = told.read().decode()
    if process.returncode >= 0:
        assert process.returncode in ((0, 1, 2) if job in MAKE_ONCE else (0, 1)), said
        assert "Traceback" not in said, said
    return seconds, process.returncode < 0


def outcome(project: Path) -> list[object]:
    """What a project holds and what was made of it, hidden leftovers aside, all of it
    found sound.
    """
    found: list[object] = [holdings(open_project(project))]
    made = project / "out"
    for name, put_back in (("backup", restore), ("packet", open_packet)):
        if (made / name).exists():
            found.append(holdings(put_back(made / name, made / "again")))
            shutil.rmtree(made / "again")
            return found
    if (made / "project").exists():
        return [*found, holdings(open_project(made / "project"))]
    paths = [path.relative_to(made) for path in sorted(made.rglob("*"))]
    left = [
        path for path in paths if not any(part.startswith(".") for part in path.parts)
    ]
    return [
        *found,
        {path: (made / path).read_bytes() for path in left if (made / path).is_file()},
    ]


def holdings(opened: Project) -> list[object]:
    """What a project holds, after a look that all is well with it."""
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
    return found


def names(project: Path) -> set[Path]:
    """The files in a project's folder, but for hidden halves, which go by themselves."""
    paths = (path.relative_to(project) for path in project.rglob("*") if path.is_file())
    return {
        path for path in paths if not any(fnmatch(part, HALF) for part in path.parts)
    }


def killed(folder: Path, job: str, moments: Iterable[float]) -> None:
    """Kill a job after each part of the time from its start to its end: run again, it
    does all that it does.

    No file lies there then that is not there otherwise. A job that was quicker this
    time, and had ended, is killed earlier the next time.
    """
    whole = folder / f"{job}-whole"
    copied(folder / "empty", whole)
    start, _ = done(folder, whole, "status")
    copied(folder / job, whole)
    seconds, _ = done(folder, whole, job)
    usual = names(whole)
    expected = outcome(whole)
    for moment in moments:
        kill_after, was_killed = start + moment * max(seconds - start, 0), False
        while not was_killed:
            again = folder / f"{job}-again"
            copied(folder / job, again)
            _, was_killed = done(folder, again, job, kill_after)
            assert {path.name for path in names(again) - usual} <= BESIDE
            if job in WRITE:
                holdings(open_project(again))
            done(folder, again, job)
            assert {path.name for path in names(again) ^ usual} <= BESIDE
            assert outcome(again) == expected
            kill_after *= 0.8
