"""Faults done for real: each ends in success or in a clear message, nothing written is
lost, verify is clean.

The long runs of the same are in tests/soak.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import Answer, Article, Candidate, Coding, Event, Span
from coder.service.delivery.intake import import_files
from coder.service.delivery.project_copy import restore
from coder.service.figures.progress import progress
from coder.service.project.opened import Project, open_project
from coder.service.upkeep.integrity import verify
from coder.store.replay import problems
from coder.store.unit_of_work import Store
from tests.support.faults import (
    COMMANDS,
    DAMAGES,
    fill_the_disk,
    kill_at_work,
    on_a_server,
    run_bound,
)
from tests.support.postgres import OWNER, Server

Run = Callable[..., tuple[int, str, str]]


def test_kills_at_work_lose_nothing_that_was_written(demo_folder: Path) -> None:
    chance = random.Random(11)
    assert sum(kill_at_work(demo_folder, seed, chance) for seed in range(3)) > 0


def test_kills_at_work_on_a_server_lose_nothing_that_was_written(
    made_demo: Path, tmp_path: Path, postgres: Server
) -> None:
    chance = random.Random(12)
    with on_a_server(postgres, made_demo, tmp_path) as folder:
        assert sum(kill_at_work(folder, seed, chance) for seed in range(2)) > 0


@pytest.mark.parametrize("room", [0, 40_000, 400_000])
def test_a_full_disk_says_so_and_loses_nothing(demo_folder: Path, room: int) -> None:
    err = fill_the_disk(demo_folder, 5, room)
    assert (
        err.startswith("error: The database refused: disk I/O error")
        and "hint: The disk" in err
    )
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words",
    [
        ("backup",),
        ("backup", "--portable"),
        ("packet", "make", "--for", "amal"),
        ("export", "sqlite", "--what", "codings", "--allow-loss", "--out"),
    ],
)
def test_a_copy_for_which_there_is_no_room_leaves_nothing(
    demo_folder: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    before = sorted(p.name for p in tmp_path.iterdir())
    out = without_room(50_000, *words, tmp_path / "out", "--project", demo_folder)
    told = out.stderr.removeprefix("export 5/5\n")
    assert out.returncode == 2 and told.startswith("error: ") and "disk" in told, told
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_dataset_for_whose_words_there_is_no_room_leaves_nothing(
    demo_folder: Path, tmp_path: Path
) -> None:
    words = (
        "export",
        "dataset",
        tmp_path / "bare",
        "--what",
        "codings",
        "--no-text",
        "--allow-loss",
    )
    assert run_bound(*words, "--project", demo_folder).returncode == 0
    (tmp_path / "a.txt").write_text("خبر", "utf-8")
    out = without_room(
        1_000,
        "attach",
        tmp_path / "bare",
        tmp_path / "a.txt",
        "--out",
        tmp_path / "whole",
    )
    assert (
        out.returncode == 2 and "cannot be written: File too large.\n" in out.stderr
    ), out.stderr
    assert not (tmp_path / "whole").exists()


def without_room(room: int, *words: object) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, whose files cannot grow beyond so many bytes.

    With -B, else the modules that it compiles would be cut too, and stay so for all
    that come after.
    """
    code = (
        "import resource, sys; from coder.cli.main import main; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); "
        f"sys.exit(main({[*map(str, words)]!r}))"
    )
    return subprocess.run(
        [sys.executable, "-B", "-c", code], capture_output=True, text=True, check=False
    )


def test_what_may_not_be_written_says_so(demo_folder: Path, tmp_path: Path) -> None:
    database = demo_folder / "coder.db"
    (tmp_path / "a.txt").write_text("خبر", "utf-8")
    database.chmod(0o444)
    for words in (
        ("people", "add", "nadia"),
        ("suggest", "--again", "--all"),
        ("import", tmp_path / "a.txt"),
    ):
        out = run_bound(*words, "--project", demo_folder)
        assert out.returncode == 2 and "Traceback" not in out.stderr
        assert "readonly" in out.stderr and "writable" in out.stderr, out.stderr
    demo_folder.chmod(0o555)
    try:
        for words in (
            ("people", "add", "nadia"),
            ("status",),
            ("backup", demo_folder / "b"),
        ):
            out = run_bound(*words, "--project", demo_folder)
            assert out.returncode in (0, 2) and "Traceback" not in out.stderr, (
                out.stderr
            )
            assert out.returncode == 0 or out.stderr.startswith("error: ")
        assert (
            run_bound("people", "add", "nadia", "--project", demo_folder).returncode
            == 2
        )
        database.chmod(0)
        out = run_bound("status", "--project", demo_folder)
        assert (
            out.returncode == 2 and "Permission denied.\nhint: Check that" in out.stderr
        ), out.stderr
        out = run_bound("init", demo_folder / "p")
        assert out.returncode == 2 and out.stderr.startswith("error: "), out.stderr
    finally:
        demo_folder.chmod(0o755)
        database.chmod(stat.S_IRUSR | stat.S_IWUSR)
    project = open_project(demo_folder)
    assert not verify(project).findings
    project.close()


def test_a_clock_that_goes_back_changes_no_order(demo_folder: Path) -> None:
    moments = [
        datetime(2024, 3, 31, 12, tzinfo=UTC) + timedelta(minutes=m)
        for m in (0, 1, -600, 2, -9_000_000, 3)
    ]
    ticks = iter(moments)
    project = open_project(demo_folder, clock=lambda: next(ticks))
    article = project.article("000")
    coding = None
    for number in range(4):
        after = Coding(
            article.id,
            article.text_sha256,
            project.codebook.ref,
            "you",
            answers={"outlet": Answer(value=str(number))},
        )
        with project.store.begin("you") as work:
            work.save_coding(coding, after, "value.set")
        coding = after
    for expected in ("2", "1"):
        with project.store.begin("you") as work:
            work.undo(f"coding:{article.id}/you")
            found = work.queries.coding(article.id, "you")
        assert found is not None and found.answers["outlet"].value == expected
    assert not verify(project).findings
    assert all(row.minutes >= 0 for row in progress(project))
    project.close()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_no_damage_to_the_database_ends_in_a_traceback(
    run_coder: Run,
    made_demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: object,
) -> None:
    for seed in range(2):
        folder = tmp_path / str(seed)
        shutil.copytree(made_demo, folder)
        data = bytearray((folder / "coder.db").read_bytes())
        damage(data, random.Random(seed))  # type: ignore[operator]
        (folder / "coder.db").write_bytes(data)
        monkeypatch.chdir(folder)
        for words in COMMANDS:
            code, _, err = run_coder(*words)
            assert code in (0, 1, 2) and (code != 2 or err.startswith("error: ")), words


HOSTILE = {
    "sql": "'; DROP TABLE journal; -- \" %s :x {0} \\",
    "bidi controls": "\u202e\u2066abc\u202c\u200f\u061c\u2069",
    "control characters": "\x01\x07\x08\x1b[2J\x1b]0;x\x07\x7f\x85\r\n\t\v\f",
    "a million letters": "ن" * 500_000,
    "above the first plane": "𐤀𞤀😀\U0010ffff",
    "non-characters": "\ufdd0\ufffe\uffff",
    "marks alone": "\u0651\u064e\u200d\u034f",
    "separators": "\u2028\u2029\u0085 \u00a0",
    "like a null": "null",
    "empty": "",
    "escapes": "\\u0000\\ud800",
}


NOT_IN_NAMES = "[\x01-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"


def everywhere(text: str, codebook: str) -> tuple[Article, Candidate, Coding]:
    """An article, a candidate and a coding with the text in every place, its beginning
    in every id.

    Of the text as much as a place holds: names have no control characters.
    """
    short, words = text[:200], text[:9000]
    name = re.sub(NOT_IN_NAMES, "", text)[:150]
    article = Article(f"a{short}", f"ab{text}", text, ((0, 1),))
    candidate = Candidate(
        f"k{short}", f"k{text}", 0, 1, "a", {text: [text, {"x": text}]}, text, 0.5
    )
    whole = article.text
    span = Span(f"s{name}", f"k{name}", 0, len(whole), whole, words, None, name, words)
    value = Answer(
        {words: words}, None, (span.id,), words, False, (words,), words, name
    )
    coding = Coding(
        article.id,
        article.text_sha256,
        codebook,
        f"n{short}",
        answers={f"f{name}": value},
        spans=(span,),
        events=(Event(f"e{name}", {f"f{name}": value}),),
    )
    return article, candidate, coding


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_in_every_field_comes_back_as_it_was(
    database_url: str, tmp_path: Path, kind: str
) -> None:
    article, candidate, coding = everywhere(HOSTILE[kind], "c@1")
    store = Store.create(database_url)
    with store.begin(coding.coder) as work:
        work.add_codebook("c@1", HOSTILE[kind], HOSTILE[kind])
        work.add_articles([article])
        work.add_person(coding.coder, HOSTILE[kind])
        work.assign([(article.id, coding.coder, "production", 0)])
        work.replace_candidates(article.id, [candidate], HOSTILE[kind])
        work.save_coding(None, coding, f"w{HOSTILE[kind][:9000]}")
        work.undo(f"coding:{coding.id}")
        work.turn(f"coding:{coding.id}", "redo")
    with store.read() as queries:
        assert queries.article(article.id) == article
        assert queries.candidates(article.id) == [candidate]
        assert queries.coding(article.id, coding.coder) == coding
        assert [(p.name, p.role) for p in queries.people()] == [
            (coding.coder, HOSTILE[kind])
        ]
        assert not list(problems(queries))
    store.close()


UNSTORABLE = {
    "half a character": "x\ud800",
    "the other half": "\udfff",
    "nothing": "a\0b",
}


@pytest.mark.parametrize("kind", UNSTORABLE)
def test_what_cannot_be_stored_is_refused_in_every_field(
    database_url: str, kind: str
) -> None:
    store = Store.create(database_url)
    good, bad = Article("a", "ab"), UNSTORABLE[kind]
    with store.begin("setup") as work:
        work.add_articles([good])
        work.add_person("n", "coder")
    base, span, answer = (
        Coding("a", good.text_sha256, "c@1", "n"),
        Span("s", "k", 0, 2, "ab"),
        Answer(value="v"),
    )
    spans = [
        replace(span, **{name: bad})
        for name in ("id", "kind", "quote", "candidate", "reason")
    ]
    spans += [
        replace(span, value=value)
        for value in (bad, [bad], {bad: 1}, {"x": [{"y": bad}]}, float("nan"))
    ]
    answers = [
        replace(answer, **{name: bad}) for name in ("value", "comment", "reason", "by")
    ]
    answers += [replace(answer, evidence=(bad,)), replace(answer, taken_from=(bad,))]
    codings = [replace(base, spans=(each,)) for each in spans]
    codings += [base.with_answer("f", each) for each in answers]
    codings += [base.with_event(Event("e", {"f": each})) for each in answers]
    codings += [
        base.with_answer(bad, answer),
        base.with_event(Event(bad)),
        base.with_event(Event("e", {bad: answer})),
    ]
    codings += [replace(base, **{name: bad}) for name in ("codebook", "text_sha256")]
    for coding in codings:
        with (
            pytest.raises(CoderError, match="cannot be stored"),
            store.begin("n") as work,
        ):
            work.save_coding(None, coding, "value.set")
    for article in (
        Article(bad, "ab"),
        Article("b", f"x{bad}"),
        Article("b", "ab", bad),
    ):
        with (
            pytest.raises(CoderError, match="cannot be stored"),
            store.begin("n") as work,
        ):
            work.add_articles([good if article.id == "a" else article])
    for person in ((bad, "coder"), ("m", bad)):
        with (
            pytest.raises(CoderError, match="cannot be stored"),
            store.begin("n") as work,
        ):
            work.add_person(*person)
    for who, what in ((bad, "value.set"), ("n", bad)):
        with (
            pytest.raises(CoderError, match="cannot be stored"),
            store.begin(who) as work,
        ):
            work.save_coding(None, base, what)
    with store.read() as queries:
        assert queries.article_ids() == ["a"] and queries.coding_heads() == []
        assert not list(problems(queries))
    store.close()


def test_hostile_text_goes_through_every_door(
    run_coder: Run, demo_folder: Path, tmp_path: Path
) -> None:
    project, records = open_project(demo_folder), {}
    for number, (kind, text) in enumerate(HOSTILE.items()):
        long = f"غارة {text}"
        name, words = re.sub(NOT_IN_NAMES, "", text)[:150], text[:9000]
        digest = Article("", long).text_sha256
        records[kind] = {
            "format": "coder/1",
            "article": {"id": f"h{number}{name}", "text_sha256": digest, "text": long},
            "codebook": project.codebook.ref,
            "coder": "you",
            "status": "open",
            "answers": {"genre": {"value": "news", "comment": words}},
            "spans": [
                {
                    "id": f"s{name}",
                    "kind": "trigger",
                    "start": 0,
                    "end": 4,
                    "quote": "غارة",
                    "decision": "rejected",
                    "reason": words,
                }
            ],
            "events": [
                {
                    "id": f"e{name}",
                    "fields": {"notes": {"value": f"غارة {words}", "comment": words}},
                }
            ],
        }
    (tmp_path / "h.jsonl").write_text(
        "\n".join(map(json.dumps, records.values())), "utf-8"
    )
    import_files(project, [tmp_path / "h.jsonl"])
    project.close()
    for words in (
        ("verify",),
        ("status",),
        ("check",),
        *(
            ("people", "add", f"p{number}{text[:200]}")
            for number, text in enumerate(HOSTILE.values())
        ),
        ("people",),
        ("suggest",),
        ("export", "native", "--what", "codings", "--out", tmp_path / "o.jsonl"),
        ("packet", "make", "--for", "you", tmp_path / "p"),
        ("packet", "merge", tmp_path / "p"),
        ("backup", tmp_path / "b", "--portable"),
        ("verify",),
    ):
        code, _, err = run_coder(*words, "--project", demo_folder)
        assert code in (0, 1) or words[:2] == ("people", "add"), (words, err)
        assert words[0] != "verify" or code == 0
    again = restore(tmp_path / "b", tmp_path / "new")
    with again.store.read() as queries:
        for kind, record in records.items():
            coding = queries.coding(record["article"]["id"], "you")
            words = HOSTILE[kind][:9000]
            assert coding is not None and coding.answer("genre").comment == words, kind
            assert coding.spans[0].reason == words, kind
    assert not verify(again).findings
    again.close()


def test_a_name_that_is_too_long_says_so(postgres: Server) -> None:
    name = "".join(random.Random(1).choices("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", k=20_000))
    with postgres.database() as database:
        store = Store.create(postgres.url(database, OWNER))
        with pytest.raises(CoderError, match="too long"), store.begin("setup") as work:
            work.add_articles([Article(name, "ab")])
        store.close()


@pytest.mark.parametrize("kind", UNSTORABLE)
def test_what_cannot_be_stored_is_refused_when_it_is_imported(
    run_coder: Run, demo: Project, tmp_path: Path, kind: str
) -> None:
    bad = UNSTORABLE[kind]
    for place in range(5):
        # The text, the article's id, a comment, a value, a span's reason.
        text, name, comment, value, reason = (
            bad if place == n else "غارة" for n in range(5)
        )
        record = {
            "format": "coder/1",
            "article": {
                "id": name,
                "text_sha256": Article("", text).text_sha256,
                "text": text,
            },
            "codebook": demo.codebook.ref,
            "coder": "you",
            "status": "open",
            "answers": {"genre": {"value": value, "comment": comment}},
            "spans": [
                {
                    "id": "s",
                    "kind": "trigger",
                    "start": 0,
                    "end": 1,
                    "quote": text[:1],
                    "decision": "rejected",
                    "reason": reason,
                }
            ],
            "events": [],
        }
        (tmp_path / "h.jsonl").write_text(json.dumps(record), "utf-8")
        code, out, err = run_coder(
            "import", tmp_path / "h.jsonl", "--project", demo.config.folder
        )
        assert (code, out) == (2, "") and (
            "half a character" in err or "U+0000" in err or "control characters" in err
        ), err
    (tmp_path / "h.txt").write_bytes(f"غارة {bad}".encode("utf-8", "surrogatepass"))
    code, out, err = run_coder(
        "import", tmp_path / "h.txt", "--project", demo.config.folder
    )
    assert (code, out) == (2, "") and err.startswith("error: "), err
    assert not verify(demo).findings


@pytest.mark.parametrize(
    "words",
    [
        ("people", "add"),
        ("assign", "--per-article", "1", "--coders"),
        ("code", "--as"),
        ("show",),
        ("packet", "make", "p", "--for"),
        ("packet", "open", "p"),
        ("import",),
        ("import", "--format"),
        ("agree", "--coders"),
        ("export", "native", "--what"),
    ],
    ids=" ".join,
)
def test_bytes_that_are_no_text_are_refused_on_the_command_line(
    demo_folder: Path, words: tuple[str, ...]
) -> None:
    command = [
        sys.executable,
        "-m",
        "coder",
        *words,
        b"\xff\xfe",
        "--project",
        str(demo_folder),
    ]
    out = subprocess.run(command, cwd=demo_folder, capture_output=True, check=False)
    assert out.returncode == 2 and out.stderr.startswith(b"error: "), out.stderr
    assert b"Traceback" not in out.stderr and out.stderr.count(b"hint: ") == 1


@pytest.mark.parametrize(
    "words",
    [("backup",), ("backup", "--portable"), ("packet", "make", "--for", "amal")],
)
def test_a_file_whose_name_is_no_text_can_be_written(
    demo_folder: Path, words: tuple[str, ...]
) -> None:
    command = [
        sys.executable,
        "-m",
        "coder",
        *words,
        b"f\xff",
        "--project",
        str(demo_folder),
    ]
    out = subprocess.run(command, cwd=demo_folder, capture_output=True, check=False)
    assert out.returncode == 0 and b"Traceback" not in out.stderr, out.stderr
    assert os.fsdecode(b"f\xff") in [path.name for path in demo_folder.iterdir()]
