"""Kills, full disks and damaged files, long: the figures stand in docs/reliability.md."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.service.delivery.project_copy import restore
from coder.service.upkeep.integrity import verify
from tests.service import test_kill
from tests.support.faults import (
    COMMANDS,
    DAMAGES,
    coder_at_work,
    fill_the_disk,
    kill_at_work,
    on_a_server,
    stored,
    told,
)
from tests.support.postgres import Server

Run = Callable[..., tuple[int, str, str]]
KILLS, FULL, DAMAGED, CUT = 300, 40, 600, 100


def test_hundreds_of_kills_at_work(demo_folder: Path) -> None:
    chance = random.Random(2024)
    changes = sum(kill_at_work(demo_folder, seed, chance) for seed in range(KILLS))
    print(
        f"\n{KILLS} kills -9 over {changes} written changes: none lost, verify clean after each"
    )
    assert changes > KILLS


def test_kills_at_a_terminal(demo_folder: Path) -> None:
    test_kill.test_kills_at_random_moments_lose_nothing_that_was_shown(demo_folder, 10)


def test_hundreds_of_kills_at_work_on_a_server(made_demo: Path, tmp_path: Path) -> None:
    chance = random.Random(2025)
    server = Server(fsync="on", full_page_writes="on")
    try:
        with on_a_server(server, made_demo, tmp_path) as folder:
            changes = sum(kill_at_work(folder, seed, chance) for seed in range(KILLS))
    finally:
        server.remove()
    print(
        f"\n{KILLS} kills -9 over {changes} written changes on a server: none lost, verify clean after each"
    )
    assert changes > KILLS


def test_full_disks_by_limit(made_demo: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    for seed in range(FULL):
        folder = tmp_path / str(seed)
        shutil.copytree(made_demo, folder)
        err = fill_the_disk(folder, seed, chance.randrange(0, 400_000))
        assert err.startswith("error: ") and "Traceback" not in err
    print(
        f"\n{FULL} runs into a full disk (RLIMIT_FSIZE): none lost, verify clean after each"
    )


def test_a_disk_that_is_really_full(made_demo: Path) -> None:
    """On a small file system of its own; where one may not be mounted the limit above
    has to do.
    """
    place = Path(tempfile.mkdtemp())
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", place], check=False
    ).returncode:
        print("\nno file system could be mounted: not measured")
        return
    try:
        shutil.copytree(
            made_demo, place / "p", ignore=shutil.ignore_patterns("exports")
        )
        for seed in range(5):
            out, err = coder_at_work(place / "p", seed, 10_000).communicate()
            assert err.startswith("error: ") and "hint: Free some space" in err, err
            (place / "ballast").unlink(missing_ok=True)
            assert stored(place / "p") in told(out.splitlines())
        print("\n5 runs into a full file system: none lost, verify clean after each")
    finally:
        subprocess.run(["umount", place], check=True)
        place.rmdir()


def test_hundreds_of_damaged_databases(
    run_coder: Run, made_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = (made_demo / "coder.db").read_bytes()
    ends: Counter[int] = Counter()
    for seed in range(DAMAGED):
        folder = tmp_path / "p"
        shutil.copytree(made_demo, folder)
        data = bytearray(sound)
        DAMAGES[seed % len(DAMAGES)](data, random.Random(seed))
        (folder / "coder.db").write_bytes(data)
        monkeypatch.chdir(folder)
        for words in COMMANDS:
            code, _, err = run_coder(*words)
            assert code in (0, 1, 2) and (code != 2 or err.startswith("error: ")), (
                seed,
                words,
            )
            ends[code] += 1
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(folder)
    print(
        f"\n{DAMAGED} damaged databases, {ends.total()} commands: {ends[0]} done, {ends[1]} with findings,"
    )
    print(f"{ends[2]} refused with a message, none with a traceback")


@pytest.mark.parametrize("form", ["copy", "dump", "packet"])
def test_files_cut_short_or_altered_anywhere(
    run_coder: Run, made_demo: Path, tmp_path: Path, form: str
) -> None:
    folder = tmp_path / "home"
    shutil.copytree(made_demo, folder)
    words = {
        "copy": ("backup",),
        "dump": ("backup", "--portable"),
        "packet": ("packet", "make", "--for", "amal"),
    }[form]
    back = ("packet", "open") if form == "packet" else ("backup", "--restore")
    file, new = tmp_path / "file", tmp_path / "new"
    assert run_coder(*words, file, "--project", folder)[0] == 0
    sound = file.read_bytes()
    refused = 0
    for seed in range(CUT):
        data = bytearray(sound)
        DAMAGES[seed % 2](data, random.Random(seed))
        file.write_bytes(data)
        target = (new,) if form == "packet" else ("--project", new)
        code, _, err = run_coder(*back, file, *target)
        assert code in (0, 1, 2) and (code != 2 or err.startswith("error: ")), seed
        refused += code == 2
        # A copy of a database has no digest of its own: verify looks at what it holds.
        assert form == "copy" or code == 2, seed
        assert new.exists() == (code != 2), (seed, err)
        shutil.rmtree(new, ignore_errors=True)
    file.write_bytes(sound)
    print(
        f"\n{form}: {CUT} damaged files, {refused} refused with nothing left behind, none with a traceback"
    )
    if form != "packet":
        project = restore(file, new)
        assert not verify(project).findings
        project.close()
