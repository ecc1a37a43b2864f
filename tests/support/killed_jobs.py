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

from coder.service.project.opened import create_project, open_project
from coder.service.upkeep.integrity import verify
from tests.support.revised import revised

SEEDS = Path(__file__).parents[2] / "seeds"
JOBS = ("import", "suggest", "agree", "check", "export", "verify", "upgrade")


def make(folder: Path, articles: int, jobs: Iterable[str] = JOBS) -> None:
    """In a folder: `files/`, articles and two codings of each, `new/`, and a project for each job."""
    (folder / "files").mkdir()
    texts = {path.stem: path.read_bytes().decode() for path in sorted(SEEDS.glob("*.txt"))}
    names = sorted(texts)
    for number in range(articles):
        name, text = f"a{number:05}", f"{texts[names[number % len(names)]]}\nرقم {number}\n"
        (folder / "files" / f"{name}.txt").write_bytes(text.encode())
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
    project = create_project(folder / "import")
    for coder in ("amal", "basim"):
        project.add_person(coder, "coder")
    project.add_person("salma", "supervisor")
    project.close()
    for job in jobs:
        if job == "import":
            continue
        shutil.copytree(folder / "import", folder / job)
        done(folder, folder / job, "import")


def words(folder: Path, project: Path, job: str) -> list[str]:
    """The command of a job."""
    given = {
        "import": ["import", str(folder / "files")],
        "suggest": ["suggest"],
        "agree": ["agree", "--json"],
        "check": ["check", "--all"],
        "export": [
            "export",
            "csv",
            "--allow-loss",
            "--what",
            "codings",
            "--out",
            str(project / "out.csv"),
            "--force",
        ],
        "verify": ["verify"],
        "upgrade": ["codebook", "upgrade", str(folder / "new" / "codebook.yaml"), "--as", "salma"],
    }[job]
    return [sys.executable, "-m", "coder", *given, "--project", str(project)]


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
        process.communicate()
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
            list(queries.codings(submitted=False)),
            {article: queries.candidates(article) for article in articles},
        ]
    opened.close()
    out = project / "out.csv"
    return [*found, out.read_bytes() if out.exists() else b""]


def killed(folder: Path, job: str, moments: Iterable[float]) -> None:
    """Kill a job after each part of the time it takes: run again, it does what it does undisturbed."""
    whole = folder / f"{job}-whole"
    shutil.copytree(folder / job, whole)
    seconds = done(folder, whole, job)
    expected = outcome(whole)
    for moment in moments:
        again = folder / f"{job}-again"
        shutil.rmtree(again, ignore_errors=True)
        shutil.copytree(folder / job, again)
        done(folder, again, job, moment * seconds)
        opened = open_project(again)
        assert verify(opened).findings == []
        opened.close()
        done(folder, again, job)
        assert outcome(again) == expected
