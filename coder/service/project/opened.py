"""A project: its folder, configuration, database and pinned codebook, open and ready to
work with.

A new project's files are created first and its database last. Until that exists the
folder is not a project, so an interrupted command can simply be run again.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol
from unicodedata import normalize

from coder.codebook import shipped
from coder.codebook.nearest import nearest
from coder.codebook.schema import Codebook
from coder.errors import CoderError, LostFileError
from coder.messages.catalogue import Message, first_few
from coder.model import GOLD, ROLES, SUPERVISOR, Article
from coder.native import CANDIDATES, SUGGESTER
from coder.service.project import config as configuration
from coder.service.project.config import FILE, Config
from coder.service.project.ordered_writer import Writer
from coder.service.project.person_names import name_problem
from coder.storage_limits import unstorable
from coder.store.data_problems import damaged
from coder.store.engine import file_of
from coder.store.kept import Kept
from coder.store.merge import is_copy
from coder.store.queries import Person, Queries
from coder.store.sqlite_file import new_database
from coder.store.unit_of_work import SETUP, Store, utc_now
from coder.store.whole_file import new_file
from coder.store.work import Clock, Work
from coder.text.normalize import fold_key

if sys.platform != "win32":
    import fcntl


_RESERVED = (GOLD, SUGGESTER, SETUP, CANDIDATES, SUPERVISOR)
"""Words that stand in the place of a person's name."""
_NOT_IN_NAMES = re.compile("[,/|]")
"""Signs that separate names in commands and exports."""


class Session(Protocol):
    """Somebody's work on one article."""

    writer: Writer

    def rescue(self) -> CoderError:
        """Save what could not be written to a file; the returned error names the file."""


class Project:
    """An open project. Its codebooks are the revisions stored in the database."""

    def __init__(self, config: Config, store: Store) -> None:
        self.config = config
        self.store = store
        # whether a coder with no work left claims the article that fewest coders have
        self.claiming = False
        self.unwritten: list[
            Session
        ] = []  # sessions that were left before all could be written
        self._revisions: dict[str, Codebook] = {}

    @cached_property
    def codebook(self) -> Codebook:
        """The codebook revision in force; see `refresh`."""
        with self.store.read() as queries:
            return self.read_codebook(queries)

    def read_codebook(self, queries: Queries) -> Codebook:
        """Return the codebook revision in force in a view; raises CoderError if there
        is none.
        """
        refs = queries.codebook_refs()
        if not refs:
            raise CoderError("project.no_codebook")
        return self.revision(queries, refs[-1])

    def revision(self, queries: Queries, ref: str, coding: str = "") -> Codebook:
        """Return a codebook revision; coding: the id of the coding that needs it, for
        the error message.
        """
        if ref not in self._revisions:
            body = queries.codebook(ref)
            if body is None:
                key = (
                    "project.no_revision_of_coding" if coding else "project.no_revision"
                )
                raise CoderError(key, ref=ref, coding=coding)
            try:
                self._revisions[ref] = Codebook.from_json(body)
            except ValueError:
                raise damaged(Message("project.unreadable_codebook", ref=ref)) from None
        return self._revisions[ref]

    def known(self, ref: str) -> Codebook:
        """Return a revision that was read before, without touching the database."""
        return self._revisions[ref]

    def refresh(self) -> None:
        """Forget which codebook is in force, as another process may have upgraded it."""
        self.__dict__.pop("codebook", None)

    def reopen(self, store: Store) -> None:
        """Go on with a store that was opened anew, as the database was replaced."""
        self.store = store
        self.__dict__.pop("kept", None)
        self._revisions.clear()
        self.refresh()

    def at(self, position: int | None) -> Project:
        """Return the project as of this journal position, read-only; None: the project
        itself.
        """
        if position is None:
            return self
        past = Project(self.config, self.store.at(position))
        past.kept = self.kept
        return past

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy in another process is the project opened again: by whom, and at which
        journal position.
        """
        return _reopen, (
            self.config,
            self.store.engine.url.username or "",
            self.store.position,
        )

    @cached_property
    def kept(self) -> Kept:
        """The cache of results computed from the project's data; it may be discarded at
        any time.
        """
        return Kept(self.config.folder, self.config.file_mode)

    @cached_property
    def thresholds(self) -> Mapping[str, float]:
        """Span kind → lowest score at which a candidate is shown; raises CoderError for
        an unknown kind.
        """
        kinds = [kind.id for kind in self.codebook.span_kinds]
        if unknown := [kind for kind in self.config.thresholds if kind not in kinds]:
            where = str(self.config.folder / FILE)
            raise CoderError(
                "project.threshold",
                kind=unknown[0],
                kinds=", ".join(kinds),
                where=where,
            )
        return self.config.thresholds

    def people(self) -> list[Person]:
        """Return the team, including former members."""
        with self.store.read() as queries:
            return queries.people()

    def person(self, name: str, role: str | None = None) -> Person:
        """Return a current member; raises CoderError if unknown, retired, or not of the
        role.
        """
        member = self.expect_member(name)
        if member.retired:
            raise CoderError("project.has_retired", name=name)
        if role is not None and member.role != role:
            others = [
                each.name
                for each in self.people()
                if each.role == role and not each.retired
            ]
            known = ", ".join(others) or Message("project.nobody_yet")
            raise CoderError(
                "project.other_role",
                name=name,
                role=member.role,
                wanted=role,
                known=known,
            )
        return member

    def expect_member(self, name: str) -> Person:
        """Return a current or former member; raises CoderError if there is none of that
        name.
        """
        if (member := self._member(name)) is None:
            if problem := name_problem(name):
                raise CoderError("project.name_holds", problem=problem)
            names = [person.name for person in self.people()]
            known = ", ".join(names) or Message("project.nobody_yet")
            if near := nearest(name, names):
                raise CoderError(
                    "project.stranger_like", name=name, near=near, known=known
                )
            raise CoderError("project.stranger", name=name, known=known)
        return member

    @cached_property
    def actor(self) -> str:
        """The author of project-wide changes in the journal: the login if it is a
        member, else `SETUP`.
        """
        with self.store.read() as queries:
            login = queries.login()
            return login if any(p.name == login for p in queries.people()) else SETUP

    def add_person(self, name: str, role: str, password: str = "") -> None:
        """Add a member. With logins, a present member may be added again to set a login
        or a new password.
        """
        self.expect_role(role)
        known = self._member(name)
        if (
            known is None
            or known.retired
            or known.role != role
            or not self.store.has_logins
        ):
            self.expect_new_name(name)
        with self.store.begin(self.actor) as work:
            if known is None:
                work.add_person(name, role)
            if self.store.has_logins:
                work.add_login(name, role, password)

    def expect_new_name(self, name: str, instead_of: str = "") -> None:
        """Raise CoderError if `name` is not valid for a new member, or too like another
        member's name.
        """
        if problem := unstorable(name) or name_problem(name):
            raise CoderError("project.name_holds", problem=problem)
        is_taken = fold_key(name) in _RESERVED or is_copy(name)
        is_odd = name.strip() != name or _NOT_IN_NAMES.search(name)
        if is_taken or is_odd or normalize("NFC", name) != name:
            raise CoderError("project.no_name", name=name)
        if (known := self._member(name)) is not None:
            key = "project.was_in_the_team" if known.retired else "project.in_the_team"
            raise CoderError(key, name=name, role=known.role)
        for other in (person.name for person in self.people()):
            if fold_key(other) == fold_key(name) and other != instead_of:
                raise CoderError("project.like_another", name=name, other=other)

    def _member(self, name: str) -> Person | None:
        return next((person for person in self.people() if person.name == name), None)

    @staticmethod
    def expect_role(role: str) -> None:
        """Raise CoderError if `role` is not a role."""
        if role not in ROLES:
            raise CoderError("project.no_role", role=role, roles=", ".join(ROLES))

    def available_article(self, name: str, coder: str = "") -> Article:
        """Return an article to work on, found as by `article`; raises CoderError also
        if it was withdrawn.

        coder: whose coding is to be worked on, which may have been set aside.
        """
        article = self.article(name)
        with self.store.read() as queries:
            reason = queries.withdrawn().get(article.id)
            aside = queries.set_aside().get((article.id, coder))
        if reason is not None:
            raise CoderError("project.withdrawn", article=article.id, reason=reason)
        if aside is not None:
            of = {"article": article.id, "coder": coder}
            raise CoderError("project.set_aside", reason=aside, **of)
        return article

    def article(self, name: str) -> Article:
        """Return the article with that id, or the only one whose id starts with it;
        else raise CoderError.
        """
        with self.store.read() as queries:
            matches = (
                [name] if queries.row("article", (name,)) else queries.matching(name, 6)
            )
            article = queries.article(matches[0]) if len(matches) == 1 else None
            known = matches or queries.matching("", 6)
        if article is None:
            keys = {0: "no_article", 6: "over_five_articles"}
            key = f"project.{keys.get(len(matches), 'articles') if known else 'no_articles_yet'}"
            raise CoderError(key, n=len(matches), name=name, known=first_few(known))
        return article

    def leave(self, session: Session) -> None:
        """Wait until everything is written; remember the session if it is not, or may
        be lost.
        """
        writer = session.writer
        writer.settle()
        if writer.has_written:
            try:
                self.store.expect_same_file()
            except LostFileError as error:
                writer.stop(error)
        if writer.waiting or writer.failure:
            self.unwritten.append(session)

    def close(self) -> None:
        """Close the database and the cache of results."""
        self.store.close()
        if "kept" in vars(self):
            self.kept.close()


def _reopen(config: Config, person: str, position: int | None) -> Project:
    return Project(
        config, Store.open(config.database_url, folder=config.folder, person=person)
    ).at(position)


def open_project(
    folder: Path | None = None, clock: Clock = utc_now, person: str = ""
) -> Project:
    """Open the project in `folder` or the nearest one upward; person: login name, if
    there are logins.
    """
    config = configuration.read(configuration.find(folder))
    return Project(
        config, Store.open(config.database_url, clock, config.folder, person)
    )


def create_project(
    folder: Path,
    *,
    codebook: Path | None = None,
    database: str = configuration.DEFAULT_DATABASE,
    language: configuration.Language = "ar",
    group: bool = False,
    clock: Clock = utc_now,
    fill: Callable[[Project], None] = lambda _: None,
) -> Project:
    """Create a project in `folder`, run `fill` before others can see it; a failure
    leaves nothing behind.

    group: whether its database and other new files are also for their owner's group.
    """
    from coder.codebook.load import (
        read_with_files,
    )  # loads the YAML reader, needed only here

    source = codebook or shipped.codebook()
    book, files_read = read_with_files(source)
    pinned, *beside = files_read.items()
    folder = folder.resolve()
    config = Config(
        folder, folder.name, database, "codebook.yaml", language, group=group
    )
    files = {name: path.read_bytes() for name, path in beside}
    files |= {
        config.codebook: pinned[1].read_bytes(),
        FILE: configuration.text(config).encode(),
    }
    with project_files(config, files) as url:
        keep = partial(
            Work.add_codebook, ref=book.ref, digest=book.digest, body=book.to_json()
        )
        project = Project(config, Store.create(url, clock, first=keep))
        fill(project)
        project.close()
    return Project(config, Store.open(config.database_url, clock))


@contextmanager
def project_files(config: Config, files: Mapping[str, bytes]) -> Iterator[str]:
    """Write a new project's files; the caller's block creates its database at the
    yielded URL.

    Existing files with the same content are reused. On failure only the files written
    here are removed, identified by their metadata on disk. Raises CoderError if the
    folder has a project or a file of the same name, or if another program is creating a
    project there.
    """
    contents = {config.folder / name: content for name, content in files.items()}
    settings = config.folder / FILE
    database = file_of(config.database_url)
    with _locked(config.folder), ExitStack() as undo:
        conflicts = [
            path
            for path, content in contents.items()
            if os.path.lexists(path)
            and not (path.is_file() and path.read_bytes() == content)
        ]
        if settings in conflicts or (
            settings.exists() and database is not None and database.exists()
        ):
            raise CoderError("project.is_there", settings=settings)
        if conflicts:
            raise CoderError("project.file_is_there", path=conflicts[0])
        with new_database(config.database_url, config.file_mode) as url:
            for path, content in contents.items():
                if not path.exists():
                    if not path.parent.exists():
                        path.parent.mkdir()
                        undo.callback(_remove_empty, path.parent)
                    with new_file(path) as draft:
                        draft.write_bytes(content)
                        identity = _identity(draft)
                    undo.callback(_remove, path, identity)
            yield url
        undo.pop_all()


def _identity(path: Path) -> tuple[int, int, int]:
    """Return what distinguishes the file from a later one with the same name and
    perhaps the same inode.
    """
    stat = path.lstat()
    return stat.st_dev, stat.st_ino, stat.st_mtime_ns


def _remove(path: Path, identity: tuple[int, int, int]) -> None:
    with suppress(FileNotFoundError):
        if _identity(path) == identity:
            path.unlink()


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Create the folder if missing and lock it against other creators; the lock ends
    with the process.
    """
    created: list[Path] = []
    with ExitStack() as stack:
        try:
            for path in reversed(
                [path for path in (folder, *folder.parents) if not path.exists()]
            ):
                with suppress(FileExistsError):  # another process was quicker
                    path.mkdir()
                    created.append(path)
            if sys.platform != "win32":
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                stack.callback(os.close, handle)
                _lock(handle, folder)
        except NotADirectoryError:
            raise CoderError("project.file_in_the_way", folder=folder) from None
        except OSError as error:
            raise CoderError(
                "project.cannot_be_made", folder=folder, why=error.strerror
            ) from None
        try:
            yield
        except BaseException:
            for path in reversed(created):
                with suppress(
                    OSError
                ):  # not empty: another process put something there
                    path.rmdir()
            raise


def _lock(handle: int, folder: Path) -> None:
    """Lock the folder; raises CoderError if another program is creating a project there
    or just gave up.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = os.path.samestat(os.fstat(handle), folder.stat())
    except (BlockingIOError, FileNotFoundError):
        free = False
    except (
        OSError
    ):  # a file system without locks: conflicts show when the files are created
        return
    if not free:
        raise CoderError("project.being_made", folder=folder)
