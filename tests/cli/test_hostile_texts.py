"""Files that nobody would write by hand: a clear error with file and line, exit 2, and
never a traceback.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.service.delivery import packet_file
from tests.conftest import SEEDS

Run = Callable[..., tuple[int, str, str]]
DEEP, LONG = 100_000, "9" * 5_000
LINE = (SEEDS / "codings" / "amal.jsonl").read_text("utf-8").splitlines()[0]


@pytest.fixture
def project(run_coder: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    assert run_coder("init", folder)[0] == 0
    assert (
        run_coder("people", "add", "amal", "--role", "coder", "--project", folder)[0]
        == 0
    )
    return folder


def refused(run_coder: Run, words: tuple[object, ...], *signs: str) -> None:
    code, out, err = run_coder(*words)
    assert (code, out) == (2, ""), err
    error, hint = err.splitlines()[:2]
    assert error.startswith("error: ") and hint.startswith("hint: ")
    for sign in signs:
        assert sign in error


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("[" * DEEP + "]" * DEEP, "nested more than 60 levels"),
        ('{"a":' * 500 + "1" + "}" * 500, "nested more than 60 levels"),
        (LINE.replace('"start": ', f'"start": {LONG}', 1), "too many digits"),
        ('{"id":', "not JSON"),
    ],
    ids=["lists", "objects", "digits", "half"],
)
def test_a_native_file(run_coder: Run, project: Path, line: str, what: str) -> None:
    (project / "in.jsonl").write_text(f"\n{line}\n", "utf-8")
    refused(
        run_coder,
        ("import", project / "in.jsonl", "--project", project),
        "in.jsonl:2",
        what,
    )


def test_an_event_without_a_name_is_no_answer_about_the_article(
    run_coder: Run, project: Path
) -> None:
    (project / "in.jsonl").write_text(
        LINE.replace('"id": "e1"', '"id": ""') + "\n", "utf-8"
    )
    refused(
        run_coder,
        ("import", project / "in.jsonl", "--project", project),
        "in.jsonl:1",
        "'id' is empty",
    )


def test_the_values_of_spans_and_counts_are_checked(
    run_coder: Run, project: Path
) -> None:
    assert run_coder("import", SEEDS, "--format", "text", "--project", project)[0] == 0
    record = json.loads(LINE)
    record["spans"][0]["value"] = {"x": 5}
    record["events"][0]["fields"]["killed"] = {"value": {"min": 10**15, "max": 10**400}}
    (project / "in.jsonl").write_text(
        json.dumps(record, ensure_ascii=False) + "\n", "utf-8"
    )
    code, out, err = run_coder("import", project / "in.jsonl", "--project", project)
    assert (code, out) == (2, "")
    assert f"in.jsonl:1: Span {record['spans'][0]['id']!r}: " in err
    assert err.count("a whole number, zero or greater, of at most 15 digits") == 1
    assert (
        "1 more of the same" in err
    )  # the least and the most, of which the same is to be said


SETTINGS = {
    "brackets": ("x = " + "[" * DEEP + "]" * DEEP, "nested more than 60 levels"),
    "brackets on lines": (
        "x = " + "[\n" * 500 + "]\n" * 500,
        "nested more than 60 levels",
    ),
    "names": (
        "[suggest.plugins." + ".".join("a" * 500) + "]\nb = 1",
        "nested more than 60 levels",
    ),
    "digits": (f"x = {LONG}", "too many digits"),
    "digits of another base": (
        f"[suggest.plugins.x]\ntimeout = 0x{'f' * 9000}",
        "too many digits",
    ),
    "a port": (
        'database = "postgresql+psycopg://host:port/name"',
        "Port could not be cast",
    ),
    "a large port": (
        'database = "postgresql+psycopg://host:99999/name"',
        "Port out of range",
    ),
}


@pytest.mark.parametrize("what", SETTINGS)
def test_settings(run_coder: Run, project: Path, what: str) -> None:
    text, words = SETTINGS[what]
    (project / "coder.toml").write_text(f'name = "x"\n{text}\n', "utf-8")
    refused(run_coder, ("status", "--project", project), "coder.toml:", words)
    if "lines" not in what and "base" not in what:
        refused(run_coder, ("status", "--project", project), "coder.toml:2: ")


@pytest.mark.parametrize(
    "address",
    ["postgresql://h:port/x", "postgresql://h/x?host=a:b&host=c:d", "sqlite:///\0"],
)
def test_an_address_given_to_init(run_coder: Run, tmp_path: Path, address: str) -> None:
    refused(
        run_coder, ("init", tmp_path / "new", "--database", address), "cannot be used"
    )
    assert not (tmp_path / "new").exists()


def test_the_settings_of_the_user(
    run_coder: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(project))
    (project / "coder").mkdir()
    (project / "coder" / "config.toml").write_text("x = " + "[" * DEEP, "utf-8")
    refused(run_coder, ("status", "--project", project), "config.toml:1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: x\nversion: " + "[" * DEEP, ":2: nested more than 60 levels"),
        (f"id: x\nversion: {LONG}", "cannot be used"),
        (f"id: x\nversion: 0x{'f' * 9000}", "cannot be used"),
    ],
    ids=["lists", "digits", "digits of another base"],
)
def test_a_codebook(run_coder: Run, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "book.yaml").write_text(text, "utf-8")
    code, _, err = run_coder("codebook", "check", tmp_path / "book.yaml")
    assert code == 2 and words in err and "book.yaml:2" in err


def test_signs_of_a_table_are_only_text(run_coder: Run, demo_folder: Path) -> None:
    for text in ("[/]", "[bold]جيش[/bold]", ":smile:"):
        words = (
            "lexicon",
            "promote",
            text,
            "--kind",
            "actor",
            "--value",
            "usa",
            "--as",
            "salma",
        )
        code, _, err = run_coder(*words, "--project", demo_folder)
        assert code == 0, err
        code, out, _ = run_coder("lexicon", "--project", demo_folder)
        assert code == 0 and text in out


@pytest.mark.parametrize("verb", ["import", "merge", "open", "restore", "codebook"])
def test_a_pipe_is_no_file(
    run_coder: Run, project: Path, tmp_path: Path, verb: str
) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    words = {
        "import": ("import", pipe),
        "merge": ("packet", "merge", pipe),
        "open": ("packet", "open", pipe, tmp_path / "o"),
        "restore": ("backup", pipe, "--restore"),
        "codebook": ("codebook", "diff", pipe, pipe),
    }[verb]
    refused(
        run_coder,
        (*words, "--project", project),
        "pipe.jsonl",
        "a pipe or a device, not a file",
    )


def test_a_packet_that_swells_is_refused(
    run_coder: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_BYTES", "MOST_SEALED"):  # small limits, for small bombs
        monkeypatch.setattr(packet_file, name, 2**20)
    for name, member in (("plain", packet_file.PLAIN), ("sealed", packet_file.SEALED)):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, bytes(2**22))
        assert (tmp_path / name).stat().st_size < 2**14
        refused(
            run_coder,
            ("packet", "merge", tmp_path / name, "--project", project),
            "1,048,576 bytes",
        )
    packet_file.write(tmp_path / "inner", bytes(2**22), "secret")
    (tmp_path / "secret").write_text("secret", "utf-8")
    words = (
        "packet",
        "merge",
        tmp_path / "inner",
        "--passphrase-file",
        tmp_path / "secret",
    )
    refused(run_coder, (*words, "--project", project), "1,048,576 bytes")
