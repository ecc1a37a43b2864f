"""A project whose coders work in packets, and packets with other lines in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import Answer, Coding, Status
from coder.service.delivery import packet_file, packet_merge, packets
from coder.service.delivery.intake import import_files
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project, create_project
from coder.service.upkeep.integrity import verify

TEXTS = {
    "a1": "شنت واشنطن غارات على دير الزور",
    "a2": "قتل ثلاثة في انفجار ببغداد",
    "a3": "نص آخر",
}


def made_home(tmp_path: Path) -> Project:
    """A project of two coders: amal has a1 and a2, basim a2 and a3; both have begun on
    a2.
    """
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    project = create_project(tmp_path / "home")
    for name in ("amal", "basim"):
        project.add_person(name, "coder")
    project.add_person("salma", "supervisor")
    import_files(project, [tmp_path / f"{name}.txt" for name in TEXTS])
    suggest(project)
    with project.store.begin("setup") as work:
        work.assign([("a1", "amal", "production", 0), ("a2", "amal", "production", 1)])
        work.assign(
            [("a2", "basim", "production", 0), ("a3", "basim", "production", 1)]
        )
    for name in ("amal", "basim"):
        answer(project, name, "a2", "genre", "news")
    return project


def answer(
    project: Project,
    coder: str,
    article: str,
    field: str,
    value: str,
    status: str = "open",
) -> None:
    """One change to a coding."""
    with project.store.begin(coder) as work:
        before = work.queries.coding(article, coder)
        text = project.article(article).text_sha256
        coding = before or Coding(article, text, project.codebook.ref, coder)
        after = replace(
            coding.with_answer(field, Answer(value=value)), status=Status(status)
        )
        work.save_coding(
            before, after, "coding.submitted" if status == "submitted" else "value.set"
        )


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
    packets.make(project, name, file)
    return file


def opened(home: Project, name: str, folder: Path) -> Project:
    return packets.open_packet(sent(home, name, folder.with_suffix(".packet")), folder)


def contents(file: Path, passphrase: str | None = None) -> bytes:
    with packet_file.unpacked(file, passphrase) as stream:
        return stream.read()


def changed(file: Path, change: Callable[[list[str]], Sequence[str]]) -> Path:
    """A packet with other lines in it, and the digest at its end that fits them."""
    lines = contents(file).decode("utf-8").splitlines()[:-1]
    out = file.with_name("changed.packet")
    out.unlink(missing_ok=True)
    packet_file.write(out, sealed(change(lines)), None)
    return out


def sealed(lines: Sequence[str]) -> bytes:
    """The lines of a dump, with the last one that counts and hashes them."""
    body = "".join(f"{line}\n" for line in lines).encode("utf-8")
    last = json.dumps(
        {"lines": body.count(b"\n"), "sha256": hashlib.sha256(body).hexdigest()}
    ).encode()
    return body + last + b"\n"


def replaced(old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        assert any(old in line for line in lines)
        return [line.replace(old, new) for line in lines]

    return change


def refused(home: Project, file: Path, match: str) -> None:
    before = state(home)
    with pytest.raises(CoderError, match=match) as caught:
        packet_merge.merge_packet(home, file)
    assert caught.value.hint
    assert state(home) == before and not verify(home).findings
