"""Packets: files that take one coder's articles out for work without a connection.

A packet is a project of its own with the identity of its home project. It holds a
coder's articles, candidates and assignments, the codebook, supervisors' rulings on
terms, and the coder's codings with their exact journal. `packet_merge` brings the work
back.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from math import inf
from pathlib import Path
from typing import TypeAlias

from msgspec import to_builtins

from coder.errors import CoderError
from coder.model import RULES, Article, Coding
from coder.service.delivery import packet_file, project_copy
from coder.service.delivery.packet_file import Head
from coder.service.project import config as configuration
from coder.service.project.config import FILE, Config
from coder.service.project.opened import Project
from coder.service.project.output_paths import refuse_own
from coder.service.project.person_names import name_problem
from coder.size_limits import ReadingLimits
from coder.store import dump, schema_version
from coder.store.queries import Queries
from coder.store.unit_of_work import SETUP, Store
from coder.store.work import Work

Change: TypeAlias = Callable[[Work], None]


def make(project: Project, name: str, out: Path, passphrase: str | None = None) -> int:
    """Write a packet with all of `name`'s work to a new file; return the number of
    articles.
    """
    project.person(name, "coder")
    refuse_own(out, project.config.folder)
    data, articles = cut(project, name)
    packet_file.write(out, data, passphrase, project.config.file_mode)
    return articles


def cut(
    project: Project, name: str, changes: Iterable[Change] = ()
) -> tuple[bytes, int]:
    """Return a packet with all of `name`'s work plus unsaved `changes`, and the number
    of articles.
    """
    person = project.expect_member(name)
    with (
        project.store.read() as home,
        _new_store(project, home.fact(schema_version.IDENTITY)) as store,
    ):
        with store.begin(SETUP) as work:
            work.add_person(person.name, person.role)
            articles = _copy_work(home, name, work)
        for change in changes:
            with store.begin(name) as work:
                change(work)
        files = _codebook_files(project.config.folder)
        return _dump(store, project, name, files), articles


def coding_packet(
    project: Project, coding: Coding, article: Article, identity: str
) -> bytes:
    """Return a packet with one coding from memory, for when the database cannot be
    read.
    """
    book = project.known(coding.codebook)
    with _new_store(project, identity) as store:
        with store.begin(coding.coder) as work:
            work.add_person(coding.coder, "coder")
            work.add_codebook(book.ref, book.digest, book.to_json())
            work.add_articles([article])
            work.save_coding(None, coding, "coding.rescued")
        return _dump(store, project, coding.coder, {})


def open_packet(file: Path, folder: Path, passphrase: str | None = None) -> Project:
    """Unpack the packet into a project in a new or empty folder."""

    def unpack() -> Project:
        with packet_file.opened(file, passphrase) as (head, contents):
            if problem := name_problem(head.coder):
                raise CoderError("project.name_holds", problem=problem, where=str(file))
            config = Config(
                folder.resolve(),
                head.project,
                language=head.language,
                thresholds=head.thresholds,
            )
            return project_copy.place(contents, config, head.files)

    return ReadingLimits(str(file), inf).run(unpack)


def _new_store(project: Project, identity: str) -> closing[Store]:
    """Create an empty store in memory with the identity of the home project."""
    return closing(Store.create("sqlite://", project.store.clock, identity))


def _copy_work(home: Queries, name: str, work: Work) -> int:
    """Copy all that the person needs and did into a packet; return the number of
    articles.
    """
    assigned = home.assignments(name)
    begun = [head.article for head in home.coding_heads() if head.coder == name]
    ids = sorted({*(each.article for each in assigned), *begun})
    if not ids:
        raise CoderError("team.nothing_assigned", name=name)
    for ref in home.codebook_refs():
        if (row := home.row("codebook", (ref,))) is not None:
            work.add_codebook(row["ref"], row["digest"], row["body"])
    work.add_articles([_first_version(home, each) for each in ids])
    for article in ids:
        _copy_journal(home, f"text:{article}", work)
    work.assign([(each.article, name, each.stage, each.position) for each in assigned])
    work.make_blind(sorted(pair for pair in home.blind() if pair[1] == name))
    for ruling in home.rulings():
        work.rule([], [ruling], "term.taught")
    suggested = home.suggested()
    for article in ids:
        if article in suggested:
            work.replace_candidates(article, home.candidates(article), RULES)
        _copy_journal(home, f"coding:{article}/{name}", work)
        _copy_journal(home, f"remarks:{article}/{name}", work)
    return len(ids)


def _first_version(home: Queries, article: str) -> Article:
    """Return an article with its text before any correction."""
    return next(iter(home.every_text(article).values()))


def _copy_journal(home: Queries, subject: str, work: Work) -> None:
    """Copy a subject's entries, and with them its rows; raises CoderError if one was
    altered.
    """
    previous = ""
    for entry in home.entries(subject=subject):
        if entry.digest != entry.digest_after(previous):
            raise CoderError("team.unsound_journal", subject=subject)
        work.take(entry)
        previous = entry.digest


def _codebook_files(folder: Path) -> dict[str, str]:
    """Return the name and text of each file of the codebook; none if the folder is
    gone.
    """
    if not folder.is_dir():
        return {}
    files = configuration.texts(folder)
    return {each.name: each.read_text("utf-8") for each in files if each.name != FILE}


def _dump(store: Store, project: Project, name: str, files: Mapping[str, str]) -> bytes:
    """Return the contents of a packet from its store."""
    config = project.config
    head = Head(name, config.name, config.language, dict(project.thresholds), files)
    data = io.BytesIO()
    with store.read() as queries:
        dump.write(queries.connection, data, to_builtins(head))
    return data.getvalue()
