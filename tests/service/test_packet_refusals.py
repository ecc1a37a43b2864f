"""Packets that are refused: foreign, altered, forged, damaged, or closed to whoever
lacks the passphrase.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coder.errors import CoderError
from coder.model import Remark
from coder.service.delivery import packet_file, packet_merge, packets
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project, open_project
from coder.service.team.members import assign
from coder.service.upkeep.integrity import verify
from coder.store import journal, schema_version
from tests.service.shared_demo import opened as of_login
from tests.support.packets import (
    answer,
    changed,
    contents,
    made_home,
    opened,
    refused,
    replaced,
    sent,
    state,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project of two coders: amal has a1 and a2, basim a2 and a3; both
    have begun on a2.
    """
    folder = tmp_path_factory.mktemp("made")
    made_home(folder).close()
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Iterator[Project]:
    """A copy of that project, with its texts beside it."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    project = open_project(tmp_path / "home")
    yield project
    project.close()


@pytest.fixture(scope="module")
def made_packet(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Amal's packet of that project."""
    folder = tmp_path_factory.mktemp("packet")
    shutil.copytree(made / "home", folder / "home")
    project = open_project(folder / "home")
    file = sent(project, "amal", folder / "p")
    project.close()
    return file


@pytest.fixture
def packet(made_packet: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(made_packet, tmp_path / "p"))


def test_a_packet_of_a_newer_program_is_refused(home: Project, tmp_path: Path) -> None:
    newer = changed(
        sent(home, "amal", tmp_path / "p"),
        replaced(f'"schema":"{schema_version.HEAD}"', '"schema":"9999"'),
    )
    refused(home, newer, "schema 9999")
    with pytest.raises(CoderError, match="schema 9999"):
        packets.open_packet(newer, tmp_path / "o")


def test_a_packet_of_another_project_is_refused(home: Project, tmp_path: Path) -> None:
    other = create_project(tmp_path / "other")
    other.add_person("amal", "coder")
    import_files(other, [tmp_path / "a1.txt"])
    assign(other, ["amal"], 1)
    refused(home, sent(other, "amal", tmp_path / "p"), "another project")
    other.close()


def test_a_packet_with_another_codebook_is_refused(
    home: Project, tmp_path: Path
) -> None:
    file = sent(home, "amal", tmp_path / "p")
    with home.store.read() as queries:
        row = queries.row("codebook", (home.codebook.ref,))
    assert row is not None
    refused(home, changed(file, replaced(row["digest"], "0" * 64)), "another codebook")
    refused(home, changed(file, replaced(row["ref"], "other@9")), "another codebook")


def test_a_packet_with_an_altered_text_is_refused(
    home: Project, tmp_path: Path
) -> None:
    away = opened(home, "amal", tmp_path / "away")
    answer(away, "amal", "a1", "genre", "news")
    file = sent(away, "amal", tmp_path / "p")
    refused(
        home,
        changed(file, replaced("شنت واشنطن", "شنّت واشنطن")),
        "text of a1 was altered",
    )
    away.close()


def test_a_packet_with_an_article_of_its_own_is_refused(
    home: Project, tmp_path: Path
) -> None:
    away = opened(home, "amal", tmp_path / "away")
    (tmp_path / "new.txt").write_text("خبر جديد", "utf-8")
    import_files(away, [tmp_path / "new.txt"])
    answer(away, "amal", "new", "genre", "news")
    answer(away, "amal", "a1", "genre", "news")
    refused(
        home,
        sent(away, "amal", tmp_path / "p"),
        "coding of new, which is not an article of this project",
    )
    away.close()


def test_a_packet_for_a_stranger_is_refused(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    away.add_person("zayd", "coder")
    assign(away, ["zayd"], 1)
    refused(home, sent(away, "zayd", tmp_path / "p"), "nobody called 'zayd'")
    home.add_person("hala", "coder")
    for name, why in (
        ("hala", "Nothing is assigned to hala"),
        ("salma", "salma is a supervisor"),
    ):
        with pytest.raises(CoderError, match=why):
            packets.make(home, name, tmp_path / "q")
    with pytest.raises(CoderError, match="nobody called 'zayd'"):
        packets.make(home, "zayd", tmp_path / "q")
    assert not (tmp_path / "q").exists()
    away.close()


A2 = "a2/amal"
ALTERED = "has been altered since it was written"
HEAD = {
    "id": A2,
    "article": "a2",
    "coder": "amal",
    "codebook": "",
    "text_sha256": "",
    "status": "open",
}


def span(coding_id: str = A2, **other: Any) -> dict[str, Any]:
    row = {
        "coding": coding_id,
        "id": "s1",
        "position": 0,
        "kind": "trigger",
        "start": 0,
        "end": 3,
        "quote": "قتل",
    }
    return {
        **row,
        "value": None,
        "decision": None,
        "candidate": "",
        "reason": "",
        **other,
    }


def insertion(table: str, key: list[Any], after: Any) -> dict[str, Any]:
    return {"table": table, "key": key, "before": None, "after": after}


def answered(
    field: str, value: Any = None, event: str = "", **other: Any
) -> dict[str, Any]:
    row = {
        "coding": A2,
        "event": event,
        "field": field,
        "value": value,
        "blank": None,
        "evidence": [],
    }
    row |= {
        "comment": "",
        "proposed": False,
        "taken_from": [],
        "reason": "",
        "by": "",
        **other,
    }
    return insertion("answer", [A2, event, field], row)


NEW_SPAN, NEW_HEAD = (
    insertion("span", [A2, "s1"], span()),
    insertion("coding", [A2], HEAD),
)
DAY = {
    "start": "2023-10-01",
    "end": "2023-10-01",
    "precision": "day",
    "basis": "absolute",
}
FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "fits": (NEW_SPAN, ""),
    "another's coding": (
        insertion("span", ["a2/basim", "s1"], span("a2/basim")),
        "it changes span a2/basim",
    ),
    "another's row under one's own key": (
        insertion("span", [A2, "s1"], span("a2/basim")),
        "key of another",
    ),
    "another table": (
        insertion("person", ["amal"], {"name": "x", "role": "supervisor"}),
        "it changes person amal",
    ),
    "the journal": (
        insertion("journal", [A2], {}),
        "table 'journal', which does not exist",
    ),
    "no table": (insertion(["span"], [A2, "s1"], span()), "which does not exist"),  # type: ignore[arg-type]
    "no key": (insertion("span", [], span()), "one of its keys is not valid"),
    "no row": (insertion("span", [A2, "s1"], "x"), "one of its rows is not valid"),
    "a column too many": (
        insertion("span", [A2, "s1"], span(more=1)),
        "a span has no column 'more'",
    ),
    "a word for a number": (
        insertion("span", [A2, "s1"], span(start="0")),
        "its start is '0'",
    ),
    "a number that is too large": (
        insertion("span", [A2, "s1"], span(end=10**30)),
        "its end is 1000",
    ),
    "a number below zero": (
        insertion("span", [A2, "s1"], span(start=-3)),
        "its start is -3",
    ),
    "nothing where something must be": (
        insertion("span", [A2, "s1"], span(kind=None)),
        "its kind is None",
    ),
    "no id": (insertion("span", [A2, ""], span(id="")), "a span in it has no name"),
    "a quote that is not there": (
        insertion("span", [A2, "s1"], span(quote="قصف")),
        "the text has",
    ),
    "offsets outside": (
        insertion("span", [A2, "s1"], span(start=900, end=903)),
        "the text has",
    ),
    "a gap in the order": (
        insertion("span", [A2, "s1"], span(position=7)),
        "gap in the order of the spans",
    ),
    "an unknown kind": (
        insertion("span", [A2, "s1"], span(kind="mood")),
        "does not exist",
    ),
    "an unknown decision": (
        insertion("span", [A2, "s1"], span(decision="maybe")),
        "its decision is 'maybe'",
    ),
    "a span's value of the wrong shape": (
        insertion("span", [A2, "s1"], span(value={"x": 5})),
        "Span 's1'",
    ),
    "half a character": (
        insertion("span", [A2, "s1"], span(reason="\ud800")),
        "half a character",
    ),
    "a coding twice": (
        NEW_HEAD,
        "does not continue from the state of the coding a2/amal",
    ),
    "a state that never was": (
        {**NEW_SPAN, "before": span(), "after": None},
        "the state of the span",
    ),
    "no change": ({**NEW_SPAN, "before": span()}, "it changes nothing"),
    "nothing from nothing": ({**NEW_SPAN, "after": None}, "it changes nothing"),
    "evidence that is a number": (
        answered("outlet", "x", evidence=5),
        "its evidence is 5",
    ),
    "evidence that is not there": (
        answered("outlet", "x", evidence=["s9"]),
        "evidence for 'outlet'",
    ),
    "an event that is not there": (
        answered("weapon", "x", "e9"),
        "the event 'e9', which does not exist",
    ),
    "a field that is not there": (answered("mood", "x"), "article field 'mood'"),
    "a value of the wrong shape": (answered("pub_date", [DAY]), "pub_date: "),
    "a value that is not allowed": (
        answered("quality", ["poem"]),
        "“poem” is not one of its values",
    ),
    "a blank that is none": (answered("genre", blank="lost"), "its blank is 'lost'"),
    "a value nested deeply": (
        answered("outlet", json.loads("[" * 99 + "]" * 99)),
        "levels deep",
    ),
}


def at_home_now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def with_entry(
    home: Project,
    file: Path,
    changes: str,
    at: str,
    what: str = "value.set",
    undoes: int | None = None,
    person: str = "amal",
) -> Path:
    """The packet with one more entry of amal's journal of a2, in the chain as if a
    program had written it.
    """
    with home.store.read() as queries:
        version, last = queries.last_version(f"coding:{A2}")
    fields = (f"coding:{A2}", version + 1, at, person, what, undoes, changes)
    row = [99, *fields, journal.digest(last, fields)]

    def add(lines: list[str]) -> list[str]:
        at = next(i for i, line in enumerate(lines) if f'"coding:{A2}"' in line)
        # Escaped, so that even half a character can be put into the file.
        return [*lines[: at + 1], json.dumps(row), *lines[at + 1 :]]

    return changed(file, add)


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_journal_is_refused(home: Project, packet: Path, forgery: str) -> None:
    change, match = FORGED[forgery]
    changes = json.dumps([change], ensure_ascii=False, sort_keys=True)
    altered = with_entry(home, packet, changes, at_home_now())
    if match:
        refused(home, altered, match)
    else:
        assert [m.entries for m in packet_merge.merge_packet(home, altered)] == [1]
        assert not verify(home).findings


def test_work_of_a_stranger_in_a_coder_s_packet_is_refused(
    home: Project, tmp_path: Path
) -> None:
    changes = json.dumps([NEW_SPAN], ensure_ascii=False, sort_keys=True)
    file = sent(home, "amal", tmp_path / "p")
    forged = with_entry(home, file, changes, at_home_now(), person="zayd")
    refused(
        home,
        forged,
        f"Entry 2 of the journal of {A2} is by 'zayd', who is not in the team",
    )
    home.add_person("zayd", "supervisor")
    assert [m.entries for m in packet_merge.merge_packet(home, forged)] == [1]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("0001-01-01T00:00:00.000+00:00", "its date is not valid"),
        (
            "2019-05-05T00:00:00.000+00:00",
            f"Entry 2 of the journal of {A2} is dated 2019",
        ),
        ("soon", f"Entry 2 of the journal of {A2} is dated "),
    ],
)
def test_work_of_another_time_is_refused(
    home: Project, packet: Path, at: str, words: str
) -> None:
    if at == "soon":
        later = datetime.now(UTC) + timedelta(days=3)
        at = later.isoformat(timespec="milliseconds")
    changes = json.dumps([NEW_SPAN], ensure_ascii=False, sort_keys=True)
    refused(home, with_entry(home, packet, changes, at), words)


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_may_go_a_little_wrong(
    home: Project, packet: Path, minutes: int
) -> None:
    at = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(
        timespec="milliseconds"
    )
    changes = json.dumps([NEW_SPAN], ensure_ascii=False, sort_keys=True)
    packet_merge.merge_packet(home, with_entry(home, packet, changes, at))
    assert not verify(home).findings


@pytest.mark.parametrize(
    ("what", "undoes", "match"),
    [
        ("undo", None, "does not say which earlier entry"),
        ("undo", 2, "does not say which earlier entry"),
        ("undo", 1, "it is not the undo of entry 1"),
        ("redo", 1, "it is not the redo of entry 1"),
        ("value.set", 1, "it refers to another entry"),
    ],
)
def test_an_undo_of_something_else_is_refused(
    home: Project, packet: Path, what: str, undoes: int | None, match: str
) -> None:
    changes = json.dumps([NEW_SPAN], ensure_ascii=False, sort_keys=True)
    refused(home, with_entry(home, packet, changes, at_home_now(), what, undoes), match)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('\\"news\\"', '\\"opinion\\"'),
        ('"value.set"', '"value.cleared"'),
        ('+00:00","amal"', '+00:00","salma"'),
        ('+00:00"', '"'),
        ('"value.set",null', '"undo",7'),
    ],
)
def test_an_altered_journal_is_refused(
    home: Project, packet: Path, old: str, new: str
) -> None:
    refused(home, changed(packet, replaced(old, new)), ALTERED)


def test_a_sealed_packet_opens_with_its_passphrase_only(
    home: Project, tmp_path: Path
) -> None:
    packets.make(home, "amal", tmp_path / "p", "كلمة السر")
    data = (tmp_path / "p").read_bytes()
    assert b"amal" not in data and "واشنطن".encode() not in data
    for passphrase, match in (
        (None, "is sealed"),
        ("كلمة", "does not open"),
        ("", "does not open"),
    ):
        with pytest.raises(CoderError, match=match):
            packets.open_packet(tmp_path / "p", tmp_path / "o", passphrase)
        assert not (tmp_path / "o").exists()
    project = packets.open_packet(tmp_path / "p", tmp_path / "o", "كلمة السر")
    assert not verify(project).findings
    project.close()
    # Neither the sealed part nor the line before it can be changed unseen.
    with zipfile.ZipFile(tmp_path / "p") as archive:
        sealed = archive.read(packet_file.SEALED)
    for at in (
        sealed.index(b"salt") + 10,
        sealed.index(b"nonce") + 10,
        len(sealed) // 2,
        len(sealed) - 1,
    ):
        # A digit for a digit in the first line, any other byte in the rest.
        other = (
            (b"1" if sealed[at : at + 1] == b"0" else b"0")
            if at < 200
            else bytes([sealed[at] ^ 1])
        )
        with zipfile.ZipFile(tmp_path / f"{at}", "w") as archive:
            archive.writestr(packet_file.SEALED, sealed[:at] + other + sealed[at + 1 :])
        with pytest.raises(CoderError, match="damaged"):
            contents(tmp_path / f"{at}", "كلمة السر")


def test_a_packet_without_a_seal_is_not_taken_with_a_passphrase(
    home: Project, tmp_path: Path
) -> None:
    sent(home, "amal", tmp_path / "p")
    with pytest.raises(CoderError, match="not sealed") as caught:
        packet_merge.merge_packet(home, tmp_path / "p", "كلمة السر")
    assert "--passphrase-file" in caught.value.hint
    with pytest.raises(CoderError, match="not sealed"):
        packets.open_packet(tmp_path / "p", tmp_path / "o", "كلمة السر")
    assert not (tmp_path / "o").exists()


def test_a_passphrase_is_the_same_however_it_was_typed(tmp_path: Path) -> None:
    (tmp_path / "composed").write_text(
        "\u0622b\n", "utf-8"
    )  # alef with madda, as one and as two
    (tmp_path / "decomposed").write_text("\u0627\u0653b\r\nsecond line", "utf-8")
    assert packet_file.read_passphrase(
        tmp_path / "composed"
    ) == packet_file.read_passphrase(tmp_path / "decomposed")
    for content in (b"", b"\n", b"  \nx"):
        (tmp_path / "bad").write_bytes(content)
        with pytest.raises(CoderError, match="passphrase is empty"):
            packet_file.read_passphrase(tmp_path / "bad")


def test_a_file_for_a_passphrase_that_cannot_be_read_is_named_with_the_reason(
    tmp_path: Path,
) -> None:
    (tmp_path / "bad").write_bytes(b"\xff\xfe")
    reasons = {
        "bad": "it is not UTF-8",
        "none": "No such file or directory",
        "": "Is a directory",
    }
    for name, reason in reasons.items():
        with pytest.raises(CoderError) as caught:
            packet_file.read_passphrase(tmp_path / name)
        assert (
            str(caught.value)
            == f"{tmp_path / name}: The passphrase cannot be read: {reason}."
        )


def test_without_the_library_one_is_told_what_to_install(
    home: Project, tmp_path: Path
) -> None:
    code = (
        "import sys; sys.modules['cryptography'] = None; from coder.cli.main import main; "
        f"sys.exit(main(['packet', 'make', '--for', 'amal', '{tmp_path}/p', "
        f"'--passphrase-file', '{tmp_path}/a1.txt', '--project', '{home.config.folder}']))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert out.returncode == 2 and "arabic-event-coder[encryption]" in out.stderr
    assert not (tmp_path / "p").exists()


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "all but the last byte": lambda data: data[:-1],
    "a byte changed": lambda data: data[:200] + bytes([data[200] ^ 255]) + data[201:],
    "a text": lambda data: b"Dear all, here is the packet.\n",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_packet_is_refused(
    home: Project, tmp_path: Path, damage: str
) -> None:
    file = sent(home, "amal", tmp_path / "p")
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    refused(home, file, "not a packet, or it was damaged")
    with pytest.raises(CoderError, match="not a packet"):
        packets.open_packet(file, tmp_path / "o")
    assert not (tmp_path / "o").exists()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


FOREIGN = {
    "another zip": zipped({"word/document.xml": b"<w/>"}),
    "an empty zip": zipped({}),
    "no dump in it": zipped({packet_file.PLAIN: b"hello"}),
    "no packet in it": zipped(
        {
            packet_file.PLAIN: b'{"format":"coder-dump/1","schema":"%s","kind":"backup"}\n'
            % schema_version.HEAD.encode()
        }
    ),
    "nothing sealed": zipped({packet_file.SEALED: b"hello"}),
    "nothing sealed, in a list": zipped({packet_file.SEALED: b"[]\nhello"}),
    "sealed otherwise": zipped(
        {packet_file.SEALED: b'{"format":"coder-sealed/9"}\nhello'}
    ),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_is_refused(home: Project, tmp_path: Path, what: str) -> None:
    (tmp_path / "p").write_bytes(FOREIGN[what])
    before = state(home)
    for passphrase in (None, "x"):
        with pytest.raises(CoderError):
            packet_merge.merge_packet(home, tmp_path / "p", passphrase)
    with pytest.raises(CoderError, match="cannot be read"):
        packet_merge.merge_packet(home, tmp_path)
    assert state(home) == before


def with_remark(file: Path, **columns: Any) -> Path:
    """The packet with these columns in every remark of the coder's."""

    def change(lines: list[str]) -> list[str]:
        table, names = "", list[str]()
        result = []
        for line in lines:
            value = json.loads(line)
            if isinstance(value, dict) and "columns" in value:
                table, names = value["table"], value["columns"]
            elif table == "remark":
                row = dict(zip(names, value, strict=True)) | columns
                line = json.dumps([*row.values()])
            result.append(line)
        return result

    return changed(file, change)


@pytest.mark.parametrize(
    ("columns", "match"),
    [
        ({"id": ""}, "a remark in it has no name"),
        ({"kind": "mood"}, "its kind is 'mood'"),
        ({"start": -4}, "its start is -4"),
        ({"text": 5}, "its text is 5"),
        ({"at": "yesterday"}, "its at is 'yesterday'"),
        ({"text": "a\0b"}, r"U\+0000"),
        ({"text": "\ud800"}, "half a character"),
    ],
)
def test_a_remark_that_no_program_wrote_is_refused(
    home: Project, tmp_path: Path, columns: dict[str, Any], match: str
) -> None:
    away = opened(home, "amal", tmp_path / "away")
    with away.store.begin("amal") as work:
        remark = Remark("a1", "amal", "r1", "amal", work.now(), "لماذا؟")
        work.remark(None, remark, "remark.added")
    file = sent(away, "amal", tmp_path / "p")
    away.close()
    refused(home, with_remark(file, **columns), f"The file is damaged: .*{match}")
    assert packet_merge.merge_packet(home, file)


@pytest.mark.parametrize("person", ["salma", "amal"])
def test_only_the_owner_of_a_server_merges_packets(
    served_demo: tuple[str, Path],
    tmp_path: Path,
    run_coder: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    person: str,
) -> None:
    _, folder = served_demo
    with of_login(folder) as owners:
        packets.make(owners, "amal", tmp_path / "p")
    monkeypatch.setenv("PGUSER", person)
    words = ("packet", "merge", tmp_path / "p", "--project", folder)
    code, out, err = run_coder(*words)
    error, hint = err.splitlines()
    assert (code, out) == (2, "")
    assert "Only owner, who owns the database, can merge packets" in error
    assert f"you are logged in as {person}" in error
    assert "PGUSER=owner coder packet merge" in hint
    monkeypatch.setenv("PGUSER", "owner")
    assert run_coder(*words)[0] == 0
