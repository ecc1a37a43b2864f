"""Candidates from shards of articles to shards of candidates: the same bytes wherever,
and taken up again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Article
from coder.service.learning import dask_cluster, shards
from coder.service.learning.dask_cluster import on_dask
from coder.service.learning.shards import (
    Done,
    Engine,
    Shard,
    on_this_machine,
    propose_shards,
)
from coder.suggest import registry
from tests.support.later import Later
from tests.support.shards import (
    EACH,
    SHARDS,
    article,
    deadly,
    line,
    made,
    on_one_core,
    written,
)

distributed = Later("distributed")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Eight shards of six articles."""
    return written(tmp_path / "in", EACH)


@pytest.fixture
def expected(source: Path, tmp_path: Path, codebook: Codebook) -> dict[str, bytes]:
    """What one process makes of the shards."""
    propose_shards(source, tmp_path / "expected", codebook, on_one_core)
    return made(tmp_path / "expected")


def test_a_shard_has_a_line_of_candidates_for_each_article(
    source: Path, expected: dict[str, bytes], codebook: Codebook
) -> None:
    assert list(expected) == [f"part-{i}.candidates.jsonl" for i in range(SHARDS)]
    lines = [
        json.loads(each) for each in expected["part-1.candidates.jsonl"].splitlines()
    ]
    heads = [article(n) for n in range(EACH, 2 * EACH)]
    assert [each["article"] for each in lines] == [
        {"id": a.id, "text_sha256": a.text_sha256} for a in heads
    ]
    assert {(each["codebook"], each["coder"]) for each in lines} == {
        (codebook.ref, "suggester")
    }
    for each, head in zip(lines, heads, strict=True):
        assert len(each["spans"]) >= 5
        assert all(
            head.text[s["start"] : s["end"]] == s["quote"] for s in each["spans"]
        )


def test_several_processes_make_the_same_bytes(
    source: Path, expected: dict[str, bytes], tmp_path: Path, codebook: Codebook
) -> None:
    told: list[tuple[int, int]] = []
    engine: Engine = partial(on_this_machine, cores=2)
    out = tmp_path / "out"
    done = propose_shards(
        source, out, codebook, engine, progress=lambda n, of: told.append((n, of))
    )
    assert made(out) == expected
    assert told == [(n, SHARDS) for n in range(1, SHARDS + 1)]
    assert [each.name for each in done] == [f"part-{i}.jsonl" for i in range(SHARDS)]
    assert {(each.articles, each.left_out, each.was_there) for each in done} == {
        (EACH, (), False)
    }


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Three workers, each a process that is started again when it dies: on a busy
    machine in minutes.
    """
    three = {"n_workers": 3, "threads_per_worker": 1}
    with (
        distributed.LocalCluster(
            **three, dashboard_address=None, silence_logs=50
        ) as made,
        pytest.MonkeyPatch.context() as patience,
    ):
        patience.setattr(dask_cluster, "_ALONE", 3600)
        yield made


def test_dask_makes_the_same_bytes_though_workers_are_killed(
    cluster: Any,
    source: Path,
    expected: dict[str, bytes],
    tmp_path: Path,
    codebook: Codebook,
) -> None:
    out = tmp_path / "out"

    def engine(whole: Sequence[Shard], book: Codebook) -> Iterable[Done]:
        deaths = {2: deadly(whole[2], after=False), 5: deadly(whole[5], after=True)}
        return on_dask(
            [deaths.get(n, each) for n, each in enumerate(whole)],
            book,
            cluster.scheduler_address,
        )

    done = propose_shards(source, out, codebook, engine)
    assert [each.name for each in sorted(out.glob("*.killed"))] == [
        "part-2.candidates.killed",
        "part-5.candidates.killed",
    ]
    assert made(out) == expected
    assert not [each for each in done if each.problem]


def test_a_shard_that_no_worker_survives_is_told_and_the_rest_is_done(
    cluster: Any,
    source: Path,
    expected: dict[str, bytes],
    tmp_path: Path,
    codebook: Codebook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    out = tmp_path / "out"

    def engine(whole: Sequence[Shard], book: Codebook) -> Iterable[Done]:
        shards = [whole[0], deadly(whole[1], after=False, always=True), *whole[2:]]
        return on_dask(shards, book, cluster.scheduler_address)

    told = propose_shards(source, out, codebook, engine)
    failed = [each for each in told if each.problem]
    assert (
        "part-1.jsonl" in [each.name for each in failed] and len(failed) < SHARDS
    )  # with what waited there
    assert all(
        each.problem == f"{each.name}: Every worker that tried it died."
        for each in failed
    )
    done = {
        each.name.replace(".jsonl", ".candidates.jsonl")
        for each in told
        if not each.problem
    }
    there = made(
        out
    )  # and maybe one whose worker died when it had written, before it told
    assert done <= there.keys()
    assert there.items() <= expected.items()
    assert not any(
        each.problem for each in propose_shards(source, out, codebook, on_one_core)
    )
    assert made(out) == expected


def test_a_run_that_was_killed_is_taken_up_shard_by_shard(
    source: Path, expected: dict[str, bytes], tmp_path: Path, codebook: Codebook
) -> None:
    out = tmp_path / "out"
    slow = source / "part-0.jsonl"  # the killed run is at this one
    slow.write_text("\n".join(line(n) for n in range(2000)), "utf-8")
    words = [
        "suggest",
        "--shards",
        source,
        "--out",
        out,
        "--codebook",
        "conflict_events",
    ]
    run = subprocess.Popen(
        [sys.executable, "-m", "coder", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (out.exists() and len(made(out)) >= 2):
        assert run.poll() is None
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    there = made(out)
    assert 2 <= len(there) < SHARDS
    slow.write_text(
        "\n".join(line(n, headline="ما") for n in range(EACH)) + "\n", "utf-8"
    )
    done = propose_shards(source, out, codebook, on_one_core)
    assert made(out) == expected
    assert sum(each.was_there for each in done) in (
        len(there),
        len(there) - 1,
    )  # killed before its note


def test_a_shard_is_done_again_where_anything_it_was_made_from_has_changed(
    source: Path, tmp_path: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"

    def done_again(with_text: bool = False) -> list[str]:
        done = propose_shards(source, out, codebook, on_one_core, with_text=with_text)
        return [each.name for each in done if not each.was_there]

    assert len(done_again()) == SHARDS
    assert done_again() == []
    (source / "part-2.jsonl").write_text(line(99), "utf-8")
    assert done_again() == ["part-2.jsonl"]
    with (out / "part-3.candidates.jsonl").open("ab") as file:
        file.write(b"\n")
    (out / "part-4.candidates.jsonl").unlink()
    (out / ".part-5.candidates.jsonl.json").write_text("[1]")
    note = out / ".part-6.candidates.jsonl.json"
    note.write_text(
        note.read_text()
        .replace(f" {EACH},", ' "many",')
        .replace(f"[{EACH},", '["many",')
    )
    (out / ".part-7.candidates.jsonl.json").write_text("[" * 100_000)
    assert done_again() == [f"part-{n}.jsonl" for n in range(3, SHARDS)]
    assert len(done_again(with_text=True)) == SHARDS
    monkeypatch.setattr(shards, "program", lambda: "another")
    assert len(done_again(with_text=True)) == SHARDS


def test_a_link_to_a_shard_goes_by_its_own_name_and_kind(
    source: Path, expected: dict[str, bytes], tmp_path: Path, codebook: Codebook
) -> None:
    links, out = tmp_path / "links", tmp_path / "out"
    links.mkdir()
    for path in source.iterdir():
        (links / path.name).symlink_to(path.rename(tmp_path / f"{path.stem}-blob"))
    (links / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    [gone, *_] = propose_shards(links, out, codebook, on_one_core)
    assert gone.name == "gone.jsonl"
    assert (
        gone.problem
        == "gone.jsonl: The file cannot be read: No such file or directory."
    )
    assert made(out) == expected


BROKEN = {
    '{"id": "1", "text"': "not JSON",
    '["1"]': "Expected an object",
    '{"text": "نص"}': "'id' is missing",
    '{"id": "1"}': "'text' is missing",
    '{"id": "1", "text": 7}': "'text' is not a string",
    '{"id": 1, "text": "نص"}': "'id' is not a string",
    '{"id": "1", "text": " "}': "'text' is empty",
    '{"id": "1", "text": "a\\u0000b"}': "U+0000",
    '{"id": "1", "text": "a\\ud800b"}': "U+D800",
    '{"id": "1", "text": "نص", "text_sha256": "00"}': "text_sha256",
    "[" * 5000 + "]" * 5000: "nested",
}


def test_broken_lines_are_told_by_shard_and_line_and_the_rest_is_done(
    tmp_path: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    lines = [each.encode() for each in (line(0), *BROKEN, line(1))]
    (source / "a.jsonl").write_bytes(
        b"\n".join([*lines, b"", b'{"id": "1", "text": "\xe4"}'])
    )
    (source / "b.jsonl").write_text("\ufeff" + line(2).replace("}", "}\r"), "utf-8")
    (source / "c.parquet").write_bytes(b"PAR1")
    words = (
        "suggest",
        "--shards",
        source,
        "--out",
        out,
        "--codebook",
        "conflict_events",
    )
    for there in (0, 2):
        code, said, problems = run_coder(*words, "--json")
        assert code == 1
        told = json.loads(said)
        assert (told["done"], told["there"], told["articles"]) == (2 - there, there, 3)
        numbered = enumerate([*BROKEN.values(), "not UTF-8"], start=2)
        for (number, what), found in zip(numbered, told["left_out"], strict=True):
            assert found.startswith(f"a.jsonl:{number if number < 13 else 15}: ")
            assert what in found
        assert len(told["problems"]) == 1
        assert told["problems"][0].startswith("c.parquet: ")
        assert all(each in problems for each in (*told["left_out"], *told["problems"]))
    assert [
        json.loads(each)["article"]["id"]
        for each in made(out)["a.candidates.jsonl"].splitlines()
    ] == [
        "000",
        "001",
    ]
    assert not (out / "c.candidates.jsonl").exists()


def test_a_fault_of_the_rules_costs_one_article(
    source: Path, tmp_path: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def propose(given: Article, book: Codebook) -> list[Any]:
        return [] if given.id != "008" else [][0]

    monkeypatch.setattr(registry, "propose", propose)
    done = propose_shards(source, tmp_path / "out", codebook, on_one_core)
    assert sum(each.articles for each in done) == SHARDS * EACH - 1
    [told] = [what for each in done for what in each.left_out]
    assert told.startswith("part-1.jsonl:3: ")
    assert "'008': IndexError" in told


def test_parquet_gives_what_json_lines_give(
    source: Path, expected: dict[str, bytes], tmp_path: Path, codebook: Codebook
) -> None:
    tables, out = tmp_path / "tables", tmp_path / "out"
    tables.mkdir()
    for path in source.iterdir():
        rows = [json.loads(each) for each in path.read_text("utf-8").splitlines()]
        pq.write_table(
            pa.Table.from_pylist(rows),
            tables / f"{path.stem}.parquet",
            row_group_size=4,
        )
    rows = [
        {"id": "1", "text": "نص"},
        {"id": "2", "text": None},
        {"id": "3", "text": "نص"},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tables / "x.parquet")
    pq.write_table(pa.Table.from_pylist([{"id": "1"}]), tables / "y.parquet")
    *_, broken, without = propose_shards(tables, out, codebook, on_one_core)
    assert (broken.articles, broken.left_out) == (
        2,
        ("x.parquet:2: 'text' is not a string.",),
    )
    assert without == Done("y.parquet", problem="y.parquet: 'text' is missing.")
    assert made(out).items() >= expected.items()


def test_folders_that_cannot_be_meant_are_refused(
    source: Path, tmp_path: Path, codebook: Codebook
) -> None:
    def refused(folder: Path, out: Path) -> str:
        with pytest.raises(CoderError) as caught:
            propose_shards(folder, out, codebook, on_one_core)
        return f"{caught.value} {caught.value.hint}"

    assert "no such file" in refused(tmp_path / "nowhere", tmp_path / "out")
    assert "the same folder" in refused(source, source / ".." / "in")
    (tmp_path / "empty").mkdir()
    assert ".jsonl, .parquet" in refused(tmp_path / "empty", tmp_path / "out")
    (source / "part-0.parquet").touch()
    assert "part-0.jsonl and part-0.parquet" in refused(source, tmp_path / "out")


def test_a_worker_with_another_program_makes_nothing(
    source: Path, tmp_path: Path, codebook: Codebook
) -> None:
    shard = shards.Shard(
        source / "part-0.jsonl", tmp_path / "part-0.candidates.jsonl", False, "another"
    )
    assert "another version of coder" in shards.propose_shard(codebook, shard).problem
    assert not shard.target.exists()


@pytest.mark.parametrize(
    ("module", "words", "extra"),
    [
        ("distributed", ("--engine", "dask"), "[dask]"),
        ("pyarrow.parquet", (), "[parquet]"),
    ],
)
def test_a_missing_extra_is_named(
    module: str,
    words: tuple[str, ...],
    extra: str,
    source: Path,
    tmp_path: Path,
    run_coder: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (source / "x.parquet").touch()
    monkeypatch.setitem(sys.modules, module, None)
    given = (
        "--shards",
        source,
        "--out",
        tmp_path / "out",
        "--codebook",
        "conflict_events",
        *words,
    )
    if extra == "[dask]":
        (source / "x.parquet").unlink()
    code, _, said = run_coder("suggest", *given)
    assert code == 2
    assert f"arabic-event-coder{extra}" in said


def test_half_of_what_shards_take_is_bad_use(
    source: Path, tmp_path: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    for words in (
        ("--shards", source),
        ("--out", tmp_path / "out"),
        ("--engine", "dask"),
        (
            "--shards",
            source,
            "--out",
            tmp_path / "out",
            "--scheduler",
            "tcp://127.0.0.1:1",
        ),
    ):
        code, _, said = run_coder("suggest", *words)
        assert code == 2
        assert "--shards and --out together" in said


def test_a_scheduler_that_is_none_is_told(
    source: Path, tmp_path: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    words = (
        "--shards",
        source,
        "--out",
        tmp_path / "out",
        "--codebook",
        "conflict_events",
    )
    code, _, said = run_coder(
        "suggest", *words, "--engine", "dask", "--scheduler", "nowhere"
    )
    assert code == 2
    assert "scheduler nowhere" in said
