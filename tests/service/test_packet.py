"""Packets: one coder's work out and back, once or often, in any order, and never over anybody else's."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from coder.errors import CoderError
from coder.model import Answer, Coding, Status
from coder.service import envelope, packet
from coder.service.assign import assign
from coder.service.coding import CodingSession
from coder.service.intake import take
from coder.service.integrity import verify
from coder.service.project import Project, create_project, open_project
from coder.service.report import study
from coder.service.review import queue
from coder.service.suggesting import suggest
from coder.store import journal, schema
from tests.postgres import OWNER, Server

TEXTS = {"a1": "شنت واشنطن غارات على دير الزور", "a2": "قتل ثلاثة في انفجار ببغداد", "a3": "نص آخر"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Project]:
    """A project of two coders: amal has a1 and a2, basim a2 and a3; both have begun on a2."""
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    project = create_project(tmp_path / "home")
    for name in ("amal", "basim"):
        project.add_person(name, "coder")
    project.add_person("salma", "supervisor")
    take(project, [tmp_path / f"{name}.txt" for name in TEXTS])
    suggest(project)
    with project.store.begin("setup") as work:
        work.assign([("a1", "amal", "production", 0), ("a2", "amal", "production", 1)])
        work.assign([("a2", "basim", "production", 0), ("a3", "basim", "production", 1)])
    for name in ("amal", "basim"):
        answer(project, name, "a2", "genre", "news")
    yield project
    project.close()


def answer(project: Project, coder: str, article: str, field: str, value: str, status: str = "open") -> None:
    """One change to a coding."""
    with project.store.begin(coder) as work:
        before = work.queries.coding(article, coder)
        text = project.article(article).text_sha256
        coding = before or Coding(article, text, project.codebook.ref, coder)
        after = replace(coding.with_answer(field, Answer(value=value)), status=Status(status))
        work.save_coding(before, after, "coding.submitted" if status == "submitted" else "value.set")


def state(project: Project) -> tuple[Any, ...]:
    """All codings, and the journal but for the order in which its subjects stand."""
    with project.store.read() as queries:
        codings = queries.codings(submitted=False)
        entries = [replace(e, position=0) for e in queries.entries()]
    return codings, sorted(entries, key=lambda e: (e.subject, e.version))


def coding(project: Project, article: str, coder: str) -> Coding | None:
    with project.store.read() as queries:
        return queries.coding(article, coder)


def sent(project: Project, name: str, file: Path) -> Path:
    packet.make(project, name, file)
    return file


def opened(home: Project, name: str, folder: Path) -> Project:
    return packet.open_packet(sent(home, name, folder.with_suffix(".packet")), folder)


def test_a_packet_holds_what_is_ones_own_and_nobody_elses(home: Project, tmp_path: Path) -> None:
    answer(home, "basim", "a2", "genre", "what basim thinks")
    data = envelope.read(sent(home, "amal", tmp_path / "p"), None).decode("utf-8")
    assert TEXTS["a1"] in data and TEXTS["a2"] in data
    for foreign in ("basim", "salma", "what basim thinks", "a3", TEXTS["a3"]):
        assert f'"{foreign}"' not in data and f'\\"{foreign}\\"' not in data, foreign
    project = packet.open_packet(tmp_path / "p", tmp_path / "o")
    with project.store.read() as queries, home.store.read() as at_home:
        assert [p.name for p in queries.people()] == ["amal"]
        assert queries.article_ids() == ["a1", "a2"]
        assert queries.assignments() == at_home.assignments("amal")
        assert [queries.candidates(a) for a in ("a1", "a2")] == [at_home.candidates(a) for a in ("a1", "a2")]
        assert [h.id for h in queries.coding_heads()] == ["a2/amal"]
        mine = list(queries.entries(subject="coding:a2/amal"))
        assert [e.digest for e in mine] == [e.digest for e in at_home.entries(subject="coding:a2/amal")]
    assert not verify(project).findings
    assert project.codebook == home.codebook
    project.close()


def test_the_demo_packet_names_no_other_coder_and_no_gold(demo: Project, tmp_path: Path) -> None:
    data = envelope.read(sent(demo, "amal", tmp_path / "p"), None).decode("utf-8")
    assert "/amal" in data and "/basim" not in data and "/gold" not in data and "/you" not in data


def test_work_in_a_packet_comes_home_with_its_persons_and_times(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    session = CodingSession(away, away.article("a1"), "amal")
    trigger = next(c for c in session.candidates if c.kind == "trigger")
    session.open_event(trigger)
    session.reject(session.candidates[-1], "wrong_kind")
    session.draw("trigger", 0, 2)
    session.undo()
    session.close()
    back = sent(away, "amal", tmp_path / "back")
    [first, second] = packet.merge_file(home, back)
    assert (first.article, first.coder, first.entries > 3) == ("a1", "amal", True)
    assert (second.article, second.entries) == ("a2", 0)
    assert coding(home, "a1", "amal") == coding(away, "a1", "amal")
    with home.store.read() as here, away.store.read() as there:
        come, gone = (list(q.entries(subject="coding:a1/amal")) for q in (here, there))
    assert [replace(e, position=0) for e in come] == [replace(e, position=0) for e in gone]
    assert not verify(home).findings
    # And at home the work is gone on with, undo reaching into what was done away.
    session = CodingSession(home, home.article("a1"), "amal")
    assert session.undo() == "span.rejected"
    session.close()
    assert not verify(home).findings
    away.close()


def test_the_same_packet_again_changes_nothing(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    answer(away, "amal", "a1", "genre", "news", "submitted")
    back = sent(away, "amal", tmp_path / "back")
    packet.merge_file(home, back)
    once = state(home)
    assert all(m.entries == 0 for m in packet.merge_file(home, back))
    assert state(home) == once
    assert coding(home, "a1", "amal") == coding(away, "a1", "amal")
    away.close()


def test_packets_come_in_any_order(home: Project, tmp_path: Path) -> None:
    packets = []
    for name, articles in (("amal", ("a1", "a2")), ("basim", ("a3", "a2"))):
        away = opened(home, name, tmp_path / name)
        for number, article in enumerate(articles):
            answer(away, name, article, "genre", f"later {number}")
            packets.append(sent(away, name, tmp_path / f"{name}{number}"))
        away.close()
    copy = sent_home = tmp_path / "home.backup"
    from coder.service.backup import backup, restore

    backup(home, copy)
    found = []
    for number, order in enumerate([*permutations(packets)][::3]):
        project = restore(sent_home, tmp_path / f"h{number}")
        for file in order:
            packet.merge_file(project, file)
        if number % 4 == 0:
            assert not verify(project).findings
        found.append(state(project))
        project.close()
    assert all(each == found[0] for each in found)
    assert {c.id for c in found[0][0]} == {"a1/amal", "a2/amal", "a2/basim", "a3/basim"}


def test_unfinished_work_comes_in_and_is_gone_on_with(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    session = CodingSession(away, away.article("a1"), "amal")
    session.open_event(next(c for c in session.candidates if c.kind == "trigger"))
    session.close()
    begun = coding(away, "a1", "amal")
    assert begun is not None and any(a.proposed for e in begun.events for a in e.fields.values())
    packet.merge_file(home, sent(away, "amal", tmp_path / "1"))
    assert coding(home, "a1", "amal") == begun
    answer(away, "amal", "a1", "genre", "news", "submitted")
    merged = packet.merge_file(home, sent(away, "amal", tmp_path / "2"))
    assert [m.entries for m in merged] == [1, 0]
    assert coding(home, "a1", "amal") == coding(away, "a1", "amal")
    assert not verify(home).findings
    away.close()


def test_what_was_all_undone_comes_home_too(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    answer(away, "amal", "a1", "genre", "news")
    with away.store.begin("amal") as work:
        work.undo("coding:a1/amal")
    packet.merge_file(home, sent(away, "amal", tmp_path / "back"))
    assert coding(home, "a1", "amal") is None
    with home.store.begin("amal") as work:
        assert work.redo("coding:a1/amal") == "value.set"
    assert not verify(home).findings
    away.close()


def test_home_may_be_ahead_of_the_packet(home: Project, tmp_path: Path) -> None:
    early = sent(home, "amal", tmp_path / "early")
    answer(home, "amal", "a2", "genre", "analysis")
    before = state(home)
    assert [m.entries for m in packet.merge_file(home, early)] == [0]
    assert state(home) == before


def test_two_continuations_are_both_kept(home: Project, tmp_path: Path) -> None:
    one, two, three = (opened(home, "amal", tmp_path / n) for n in ("one", "two", "three"))
    answer(one, "amal", "a2", "genre", "analysis")
    answer(two, "amal", "a2", "genre", "opinion")
    answer(two, "amal", "a2", "genre", "other")
    answer(three, "amal", "a2", "genre", "third", "submitted")
    packet.merge_file(home, sent(one, "amal", tmp_path / "1"))
    [merged] = packet.merge_file(home, sent(two, "amal", tmp_path / "2"))
    assert (merged.coder, merged.entries, merged.second) == ("amal~2", 3, True)
    first, second = coding(home, "a2", "amal"), coding(home, "a2", "amal~2")
    assert first == coding(one, "a2", "amal")
    assert second is not None and replace(second, coder="amal") == coding(two, "a2", "amal")
    with home.store.read() as here, two.store.read() as there:
        kept, gone = (
            list(here.entries(subject="coding:a2/amal~2")),
            list(there.entries(subject="coding:a2/amal")),
        )
    assert [(e.person, e.at, e.what, e.undoes) for e in kept] == [
        (e.person, e.at, e.what, e.undoes) for e in gone
    ]
    # Again, further, and a third: each finds its own place.
    before = state(home)
    for file in ("1", "2", "1"):
        assert all(m.entries == 0 for m in packet.merge_file(home, tmp_path / file))
    assert state(home) == before
    answer(two, "amal", "a2", "relevance", "yes", "submitted")
    [merged] = packet.merge_file(home, sent(two, "amal", tmp_path / "2b"))
    assert (merged.coder, merged.entries) == ("amal~2", 1)
    [merged] = packet.merge_file(home, sent(three, "amal", tmp_path / "3"))
    assert (merged.coder, merged.entries) == ("amal~3", 2)
    assert not verify(home).findings
    # A supervisor sees them side by side; as a second coder they count nowhere.
    assert [(q.article, q.coders) for q in queue(home)] == [("a2", ("amal~2", "amal~3"))]
    with pytest.raises(CoderError, match="at least two coders"):
        study(home)
    with pytest.raises(CoderError, match="cannot be a person's name"):
        home.add_person("amal~2", "coder")
    for project in (one, two, three):
        project.close()


def test_a_team_on_postgresql_takes_packets_in(tmp_path: Path, postgres: Server) -> None:
    (tmp_path / "a1.txt").write_text(TEXTS["a1"], "utf-8")
    with postgres.database() as name:
        home = create_project(tmp_path / "home", database=postgres.url(name, OWNER))
        home.add_person("amal", "coder")
        take(home, [tmp_path / "a1.txt"])
        assign(home, ["amal"], 1)
        away = opened(home, "amal", tmp_path / "away")
        answer(away, "amal", "a1", "genre", "news")
        other = opened(home, "amal", tmp_path / "other")
        answer(other, "amal", "a1", "genre", "opinion")
        for number, project in enumerate((away, other, away)):
            packet.merge_file(home, sent(project, "amal", tmp_path / f"{number}.packet"))
        with home.store.read() as queries:
            assert [h.id for h in queries.coding_heads()] == ["a1/amal", "a1/amal~2"]
        assert not verify(home).findings
        for project in (home, away, other):
            project.close()


def changed(file: Path, change: Callable[[list[str]], Sequence[str]]) -> Path:
    """A packet with other lines in it, and the digest at its end that fits them."""
    import hashlib

    lines = envelope.read(file, None).decode("utf-8").splitlines()[:-1]
    body = "".join(f"{line}\n" for line in change(lines)).encode("utf-8")
    last = json.dumps({"lines": body.count(b"\n"), "sha256": hashlib.sha256(body).hexdigest()}).encode()
    out = file.with_name("changed.packet")
    out.unlink(missing_ok=True)
    envelope.write(out, body + last + b"\n", None)
    return out


def replaced(old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        assert any(old in line for line in lines)
        return [line.replace(old, new) for line in lines]

    return change


def refused(home: Project, file: Path, match: str) -> None:
    before = state(home)
    with pytest.raises(CoderError, match=match) as caught:
        packet.merge_file(home, file)
    assert caught.value.hint
    assert state(home) == before and not verify(home).findings


def test_a_packet_of_a_newer_program_is_refused(home: Project, tmp_path: Path) -> None:
    newer = changed(
        sent(home, "amal", tmp_path / "p"), replaced(f'"schema":"{schema.HEAD}"', '"schema":"9999"')
    )
    refused(home, newer, "schema 9999")
    with pytest.raises(CoderError, match="schema 9999"):
        packet.open_packet(newer, tmp_path / "o")


def test_a_packet_of_another_project_is_refused(home: Project, tmp_path: Path) -> None:
    other = create_project(tmp_path / "other")
    other.add_person("amal", "coder")
    take(other, [tmp_path / "a1.txt"])
    assign(other, ["amal"], 1)
    refused(home, sent(other, "amal", tmp_path / "p"), "another project")
    other.close()


def test_a_packet_with_another_codebook_is_refused(home: Project, tmp_path: Path) -> None:
    file = sent(home, "amal", tmp_path / "p")
    with home.store.read() as queries:
        row = queries.row("codebook", (home.codebook.ref,))
    assert row is not None
    refused(home, changed(file, replaced(row["digest"], "0" * 64)), "another codebook")
    refused(home, changed(file, replaced(row["ref"], "other@9")), "another codebook")


def test_a_packet_with_an_altered_text_is_refused(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    answer(away, "amal", "a1", "genre", "news")
    file = sent(away, "amal", tmp_path / "p")
    refused(home, changed(file, replaced("شنت واشنطن", "شنّت واشنطن")), "text of a1 was altered")
    away.close()


def test_a_packet_with_an_article_of_its_own_is_refused(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    (tmp_path / "new.txt").write_text("خبر جديد", "utf-8")
    take(away, [tmp_path / "new.txt"])
    answer(away, "amal", "new", "genre", "news")
    answer(away, "amal", "a1", "genre", "news")
    refused(home, sent(away, "amal", tmp_path / "p"), "coding of new, an article that this project has not")
    away.close()


def test_a_packet_for_a_stranger_is_refused(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    away.add_person("zayd", "coder")
    assign(away, ["zayd"], 1)
    refused(home, sent(away, "zayd", tmp_path / "p"), "nobody called 'zayd'")
    with pytest.raises(CoderError, match="Nothing is assigned to salma"):
        packet.make(home, "salma", tmp_path / "q")
    with pytest.raises(CoderError, match="nobody called 'zayd'"):
        packet.make(home, "zayd", tmp_path / "q")
    assert not (tmp_path / "q").exists()
    away.close()


A2 = "a2/amal"
ALTERED = "not as it was written"
HEAD = {"id": A2, "article": "a2", "coder": "amal", "codebook": "", "text_sha256": "", "status": "open"}


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
    return {**row, "value": None, "decision": None, "candidate": "", "reason": "", **other}


def insertion(table: str, key: list[Any], after: Any) -> dict[str, Any]:
    return {"table": table, "key": key, "before": None, "after": after}


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "fits": (insertion("span", [A2, "s1"], span()), ""),
    "another's coding": (insertion("span", ["a2/basim", "s1"], span("a2/basim")), ALTERED),
    "another's row under one's own key": (insertion("span", [A2, "s1"], span("a2/basim")), ALTERED),
    "another table": (insertion("person", ["amal"], {"name": "x", "role": "supervisor"}), ALTERED),
    "the journal": (insertion("journal", [A2], {}), ALTERED),
    "no key": (insertion("span", [], span()), ALTERED),
    "no row": (insertion("span", [A2, "s1"], "x"), ALTERED),
    "a column too many": (insertion("span", [A2, "s1"], span(more=1)), ALTERED),
    "a word for a number": (insertion("span", [A2, "s1"], span(start="0")), ALTERED),
    "a number that is too large": (insertion("span", [A2, "s1"], span(end=10**30)), ALTERED),
    "a number below zero": (insertion("span", [A2, "s1"], span(start=-3)), ALTERED),
    "nothing where something must be": (insertion("span", [A2, "s1"], span(kind=None)), ALTERED),
    "a quote that is not there": (insertion("span", [A2, "s1"], span(quote="قصف")), "the text has"),
    "offsets outside": (insertion("span", [A2, "s1"], span(start=900, end=903)), "the text has"),
    "an unknown kind": (insertion("span", [A2, "s1"], span(kind="mood")), "does not exist"),
    "an unknown decision": (insertion("span", [A2, "s1"], span(decision="maybe")), "cannot be read"),
    "half a character": (insertion("span", [A2, "s1"], span(reason="\ud800")), "half a character"),
    "a coding twice": (insertion("coding", [A2], HEAD), "meanwhile"),
    "a state that never was": (
        {"table": "span", "key": [A2, "s1"], "before": span(), "after": None}, "somebody else"),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_journal_is_refused(home: Project, tmp_path: Path, forgery: str) -> None:
    change, match = FORGED[forgery]
    file = sent(home, "amal", tmp_path / "p")
    with home.store.read() as queries:
        version, last = queries.last_version(f"coding:{A2}")
    changes = json.dumps([change], ensure_ascii=False, sort_keys=True)
    fields = (
        f"coding:{A2}",
        version + 1,
        "2024-01-01T00:00:00.000+00:00",
        "amal",
        "value.set",
        None,
        changes,
    )
    row = [99, *fields, journal.digest(last, fields)]

    def add(lines: list[str]) -> list[str]:
        at = next(i for i, line in enumerate(lines) if f'"coding:{A2}"' in line)
        # Escaped, so that even half a character can be put into the file.
        return [*lines[: at + 1], json.dumps(row), *lines[at + 1 :]]

    altered = changed(file, add)
    if match:
        refused(home, altered, match)
    else:
        assert [m.entries for m in packet.merge_file(home, altered)] == [1]
        assert not verify(home).findings


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
def test_an_altered_journal_is_refused(home: Project, tmp_path: Path, old: str, new: str) -> None:
    refused(home, changed(sent(home, "amal", tmp_path / "p"), replaced(old, new)), ALTERED)


def test_a_sealed_packet_opens_with_its_passphrase_only(home: Project, tmp_path: Path) -> None:
    packet.make(home, "amal", tmp_path / "p", "كلمة السر")
    data = (tmp_path / "p").read_bytes()
    assert b"amal" not in data and "واشنطن".encode() not in data
    for passphrase, match in ((None, "is sealed"), ("كلمة", "does not open"), ("", "does not open")):
        with pytest.raises(CoderError, match=match):
            packet.open_packet(tmp_path / "p", tmp_path / "o", passphrase)
        assert not (tmp_path / "o").exists()
    project = packet.open_packet(tmp_path / "p", tmp_path / "o", "كلمة السر")
    assert not verify(project).findings
    project.close()
    # Neither the sealed part nor the line before it can be changed unseen.
    with zipfile.ZipFile(tmp_path / "p") as archive:
        sealed = archive.read(envelope.SEALED)
    for at in (sealed.index(b"salt") + 10, sealed.index(b"nonce") + 10, len(sealed) // 2, len(sealed) - 1):
        # A digit for a digit in the first line, any other byte in the rest.
        other = (b"1" if sealed[at : at + 1] == b"0" else b"0") if at < 200 else bytes([sealed[at] ^ 1])
        with zipfile.ZipFile(tmp_path / f"{at}", "w") as archive:
            archive.writestr(envelope.SEALED, sealed[:at] + other + sealed[at + 1 :])
        with pytest.raises(CoderError, match="damaged"):
            envelope.read(tmp_path / f"{at}", "كلمة السر")


def test_a_passphrase_is_the_same_however_it_was_typed(tmp_path: Path) -> None:
    (tmp_path / "composed").write_text("\u0622b\n", "utf-8")  # alef with madda, as one and as two
    (tmp_path / "decomposed").write_text("\u0627\u0653b\r\nsecond line", "utf-8")
    assert envelope.passphrase_in(tmp_path / "composed") == envelope.passphrase_in(tmp_path / "decomposed")
    for content in (b"", b"\n", b"  \nx", b"\xff\xfe"):
        (tmp_path / "bad").write_bytes(content)
        with pytest.raises(CoderError, match="passphrase"):
            envelope.passphrase_in(tmp_path / "bad")


def test_without_the_library_one_is_told_what_to_install(home: Project, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['cryptography'] = None; from coder.cli.main import main; "
        f"sys.exit(main(['packet', 'make', '--for', 'amal', '{tmp_path}/p', "
        f"'--passphrase-file', '{tmp_path}/a1.txt', '--project', '{home.config.folder}']))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
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
def test_a_damaged_packet_is_refused(home: Project, tmp_path: Path, damage: str) -> None:
    file = sent(home, "amal", tmp_path / "p")
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    refused(home, file, "no packet, or it was damaged")
    with pytest.raises(CoderError, match="no packet"):
        packet.open_packet(file, tmp_path / "o")
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
    "no dump in it": zipped({envelope.PLAIN: b"hello"}),
    "no packet in it": zipped(
        {envelope.PLAIN: b'{"format":"coder-dump/1","schema":"%s","kind":"backup"}\n' % schema.HEAD.encode()}
    ),
    "nothing sealed": zipped({envelope.SEALED: b"hello"}),
    "nothing sealed, in a list": zipped({envelope.SEALED: b"[]\nhello"}),
    "sealed otherwise": zipped({envelope.SEALED: b'{"format":"coder-sealed/9"}\nhello'}),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_is_refused(home: Project, tmp_path: Path, what: str) -> None:
    (tmp_path / "p").write_bytes(FOREIGN[what])
    before = state(home)
    for passphrase in (None, "x"):
        with pytest.raises(CoderError):
            packet.merge_file(home, tmp_path / "p", passphrase)
    with pytest.raises(CoderError, match="cannot be read"):
        packet.merge_file(home, tmp_path)
    assert state(home) == before


def test_the_commands_go_round(
    run_coder: Callable[..., tuple[int, str, str]], home: Project, tmp_path: Path
) -> None:
    folder, away = home.config.folder, tmp_path / "away"
    for words, sign in (
        (("packet", "make", "--for", "amal", tmp_path / "out"), "2 articles for amal"),
        (("packet", "open", tmp_path / "out", away), "a project for amal"),
        (("verify", "--project", away), "0 findings"),
        (("people", "--project", away), "amal"),
    ):
        code, out, err = run_coder(*words, *(() if "--project" in words else ("--project", folder)))
        assert code == 0 and sign in out, err
    project = open_project(away)
    answer(project, "amal", "a1", "genre", "news")
    project.close()
    assert run_coder("packet", "make", "--for", "amal", tmp_path / "back", "--project", away)[0] == 0
    for sign in ("1 codings taken in, 1 were there already", "0 codings taken in, 2 were there already"):
        code, out, err = run_coder("packet", "merge", tmp_path / "back", "--project", folder)
        assert code == 0 and sign in out, err
    answer(home, "amal", "a2", "genre", "analysis")
    project = open_project(away)
    answer(project, "amal", "a2", "genre", "opinion")
    project.close()
    run_coder("packet", "make", "--for", "amal", tmp_path / "parted", "--project", away)
    code, out, err = run_coder("packet", "merge", tmp_path / "parted", "--json", "--project", folder)
    assert code == 0 and "kept as amal~2" in err
    assert {"article": "a2", "coder": "amal~2", "entries": 2} in json.loads(out)


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("packet", "make", "p"), "name is missing", "--for NAME"),
        (("packet", "open", "p"), "folder is missing", "DIR"),
        (("packet", "open", "nowhere", "d"), "cannot be read", "name"),
        (("packet", "make", "--for", "nobody", "p"), "nobody called", "Known"),
        (("packet", "make", "--for", "amal", "p", "--passphrase-file", "nowhere"), "passphrase", "file"),
        (("packet", "take", "p"), "invalid choice", "--help"),
        (("backup", "--restore", "nowhere"), "no such file", "name"),
    ],
)
def test_bad_use_of_packets_says_what_to_do(
    run_coder: Callable[..., tuple[int, str, str]],
    home: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    message: str,
    hint: str,
) -> None:
    monkeypatch.chdir(home.config.folder)
    code, out, err = run_coder(*words)
    assert (code, out) == (2, "")
    assert message in err.splitlines()[0] and hint in err.splitlines()[1]
