"""Rows that something else wrote into the database: named by `verify`, and never the
end of a command.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
CODING = "(SELECT id FROM coding WHERE coder = 'amal' AND status = 'submitted' ORDER BY id LIMIT 1)"
ANSWERED = f"coding = {CODING} AND blank IS NULL AND NOT proposed"
COMMANDS = (
    ("status",),
    ("check",),
    ("export", "csv", "--what", "codings", "--allow-loss"),
    ("export", "native", "--what", "codings"),
    ("codebook", "worklist"),
    ("agree",),
    ("backup", "b", "--portable"),
)
# What is done, and which finding names it.
DAMAGES = {
    "evidence is a number": (
        f"UPDATE answer SET evidence = '5' WHERE {ANSWERED}",
        "row",
        "its evidence is 5",
    ),
    "evidence is no JSON": (
        f"UPDATE answer SET evidence = '[' WHERE {ANSWERED}",
        "row",
        "its evidence is",
    ),
    "evidence of another": (
        f"UPDATE answer SET evidence = '[\"s999\"]' WHERE {ANSWERED}",
        "evidence",
        "No such span: s999",
    ),
    "a value nested deeply": (
        f"UPDATE answer SET value = '{'[' * 2000}{']' * 2000}' WHERE {ANSWERED}",
        "row",
        "its value is",
    ),
    "a value of another shape": (
        f"UPDATE answer SET value = '5' WHERE {ANSWERED}",
        "value",
        "wrong shape",
    ),
    "a blank that is none": (
        f"UPDATE answer SET blank = 'lost' WHERE {ANSWERED}",
        "row",
        "its blank is 'lost'",
    ),
    "neither proposed nor not": (
        f"UPDATE answer SET proposed = 7 WHERE {ANSWERED}",
        "replay",
        "differs",
    ),
    "a span's value": (
        f"UPDATE span SET value = '{{\"x\": 5}}' WHERE coding = {CODING}",
        "value",
        "Span 's",
    ),
    "a span's place": (
        f"UPDATE span SET start = 'x' WHERE coding = {CODING}",
        "row",
        "its start is 'x'",
    ),
    "a span's decision": (
        f"UPDATE span SET decision = 'maybe' WHERE coding = {CODING}",
        "row",
        "its decision is 'maybe'",
    ),
    "a text in no encoding": (
        f"UPDATE span SET quote = CAST(x'ff' AS TEXT) WHERE coding = {CODING}",
        "database",
        "decode",
    ),
    "a status": (
        f"UPDATE coding SET status = 'done' WHERE id = {CODING}",
        "row",
        "its status is 'done'",
    ),
    "a codebook": (
        f"UPDATE coding SET codebook = 'x@9.9.9' WHERE id = {CODING}",
        "codebook",
        "x@9.9.9",
    ),
    "the codebook's body": (
        "UPDATE codebook SET body = '{'",
        "codebook",
        "does not match its digest",
    ),
    "a moment": (
        "INSERT INTO journal (subject, version, at, person, what, changes, digest) SELECT subject,"
        f" max(version) + 1, 'x', 'amal', 'x', '[]', 'x' FROM journal WHERE subject = 'coding:' || {CODING}",
        "journal",
        "has no valid date: 'x'",
    ),
    "changes that are none": (
        "INSERT INTO journal (subject, version, at, person, what, changes, digest) SELECT subject,"
        f" max(version) + 1, at, 'amal', 'x', '5', 'x' FROM journal WHERE subject = 'coding:' || {CODING}",
        "journal",
        "it contains no list of changes",
    ),
    "a cluster": ("UPDATE cluster SET members = '[5]'", "row", "its members is [5]"),
    "an article's furniture": (
        "UPDATE article SET boilerplate = '[5]'",
        "row",
        "its boilerplate is [5]",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_foreign_rows_are_named_and_end_no_command(
    run_coder: Run, demo_folder: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    statement, check, words = DAMAGES[damage]
    with closing(sqlite3.connect(demo_folder / "coder.db")) as connection:
        assert connection.execute(statement).rowcount
        connection.commit()
    monkeypatch.chdir(demo_folder)
    code, out, err = run_coder("verify", "--json")
    assert code == 1, err
    found = [
        (finding["check"], finding["what"]) for finding in json.loads(out)["findings"]
    ]
    assert [what for name, what in found if name == check and words in what], found
    for command in COMMANDS:
        code, out, err = run_coder(*command)  # a traceback would end the test
        assert code in (0, 1, 2)
        if code == 2:
            assert err.startswith("error: ") and "hint: " in err


@pytest.mark.parametrize(
    "damage",
    [
        "evidence is a number",
        "a value of another shape",
        "a codebook",
        "neither proposed nor not",
    ],
)
def test_what_cannot_be_counted_names_the_coding(
    run_coder: Run, demo_folder: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    with closing(sqlite3.connect(demo_folder / "coder.db")) as connection:
        (coding,) = connection.execute(f"SELECT {CODING}").fetchone()
        connection.execute(DAMAGES[damage][0])
        connection.commit()
    (
        demo_folder / "kept.db"
    ).unlink()  # what was compared before the damage would still stand
    monkeypatch.chdir(demo_folder)
    for command in (("export", "csv", "--what", "codings", "--allow-loss"), ("agree",)):
        code, _, err = run_coder(*command)
        assert coding in err, err
        # Without its codebook nothing is known of a coding; one with wrong values is
        # left out.
        assert code == (2 if damage == "a codebook" else 0), err


def test_a_moment_that_is_none_counts_for_no_time(
    run_coder: Run, demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo_folder)
    before = run_coder("status")
    with closing(sqlite3.connect(demo_folder / "coder.db")) as connection:
        connection.execute(DAMAGES["a moment"][0])
        connection.commit()
    code, out, err = run_coder("status")
    assert (code, out) == before[:2]
    again = {"compare 1/1", "check 1/1"}  # the coding is read again
    assert {*err.strip().splitlines()} <= again
