"""A project: its folder, configuration, database and pinned codebook, open and ready for the verbs.

A new one gets its files first, its database last: until that is there a folder is no project, and who was
broken off can run the same command again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol, TypeAlias
from unicodedata import category, normalize

from coder.codebook import shipped
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import GOLD, ROLES, Article
from coder.native import CANDIDATES, SUGGESTER
from coder.service.project import config as configuration
from coder.service.project.config import FILE, Config
from coder.service.project.ordered_writer import Writer
from coder.store.data_problems import damaged, unstorable
from coder.store.engine import file_of
from coder.store.kept import Kept
from coder.store.merge import is_copy
from coder.store.queries import Person, Queries
from coder.store.sqlite_file import new_database
from coder.store.unit_of_work import SETUP, Store, utc_now
from coder.store.whole_file import new_file
from coder.store.work import Clock, Work

if sys.platform != "win32":
    import fcntl


_BREAKS = ("Cc", "Zl", "Zp")  # controls, and the ends of lines and paragraphs
Way: TypeAlias = tuple[Config, str, int | None]
"""A project's configuration, who logs in, and the position of the journal as of which it is read, if any."""


class Session(Protocol):
    """Somebody's work on one article."""

    writer: Writer

    def rescue(self) -> CoderError:
        """Put what could not be written into a file; the error says where it lies."""


class Project:
    """An open project. The codebooks are the revisions kept in the database."""

    def __init__(self, config: Config, store: Store) -> None:
        self.config = config
        self.store = store
        self.claiming = False  # whether a coder who has nothing left takes an article that fewest have
        self.unwritten: list[Session] = []  # work that was left before all of it could be written
        self._revisions: dict[str, Codebook] = {}

    @cached_property
    def codebook(self) -> Codebook:
        """The revision of the codebook that is in force; see `refresh`."""
        with self.store.read() as queries:
            refs = queries.codebook_refs()
            if not refs:
                raise CoderError("project.no_codebook")
            return self.revision(queries, refs[-1])

    def revision(self, queries: Queries, ref: str, coding: str = "") -> Codebook:
        """A revision of the codebook; coding: the id of one that was made with it, where that is why."""
        if ref not in self._revisions:
            body = queries.codebook(ref)
            if body is None:
                key = "project.no_revision_of_coding" if coding else "project.no_revision"
                raise CoderError(key, ref=ref, coding=coding)
            try:
                self._revisions[ref] = Codebook.from_json(body)
            except ValueError:
                raise damaged(Message("project.unreadable_codebook", ref=ref)) from None
        return self._revisions[ref]

    def known(self, ref: str) -> Codebook:
        """A revision that was read before, without the database."""
        return self._revisions[ref]

    def refresh(self) -> None:
        """Forget which codebook is in force: it may have been upgraded elsewhere."""
        self.__dict__.pop("codebook", None)

    def at(self, position: int | None) -> Project:
        """The project to read as it was when its journal had come so far; None: as it is."""
        if position is None:
            return self
        then = Project(self.config, self.store.at(position))
        then.kept = self.kept
        return then

    @property
    def way(self) -> Way:
        """What `reopened` needs."""
        return self.config, self.store.engine.url.username or "", self.store.position

    @cached_property
    def kept(self) -> Kept:
        """Results that were worked out from the project's data and may be thrown away."""
        return Kept(self.config.folder)

    @cached_property
    def thresholds(self) -> Mapping[str, float]:
        """Span kind → the least score with which a candidate is shown; raises CoderError for no kind."""
        kinds = [kind.id for kind in self.codebook.span_kinds]
        if wrong := [kind for kind in self.config.thresholds if kind not in kinds]:
            where = str(self.config.folder / FILE)
            raise CoderError("project.threshold", kind=wrong[0], kinds=", ".join(kinds), where=where)
        return self.config.thresholds

    def people(self) -> list[Person]:
        """The team, with those who have left it."""
        with self.store.read() as queries:
            return queries.people()

    def person(self, name: str, role: str | None = None) -> Person:
        """The member of that name; raises CoderError for a stranger, who retired, or one without the role."""
        found = self.anybody(name)
        if found.retired:
            raise CoderError("project.has_retired", name=name)
        if role is not None and found.role != role:
            raise CoderError("project.other_role", name=name, role=found.role, wanted=role)
        return found

    def anybody(self, name: str) -> Person:
        """The present or former member of that name; raises CoderError for a stranger."""
        if (found := self._known(name)) is None:
            known = ", ".join(person.name for person in self.people()) or Message("project.nobody_yet")
            raise CoderError("project.stranger", name=name, known=known)
        return found

    @cached_property
    def actor(self) -> str:
        """Who the journal names for what is done to the whole project: who is logged in, if of the team."""
        with self.store.read() as queries:
            login = queries.login()
            return login if any(p.name == login for p in queries.people()) else SETUP

    def add_person(self, name: str, role: str, password: str = "") -> None:
        """A new member of the team, who may be added again for a login, or for another password."""
        self.expect_role(role)
        known = self._known(name)
        if known is None or known.retired or known.role != role or not self.store.has_logins:
            self.expect_new_name(name)
        with self.store.begin(self.actor) as work:
            if known is None:
                work.add_person(name, role)
            if self.store.has_logins:
                work.add_login(name, role, password)

    def expect_new_name(self, name: str) -> None:
        """Raises CoderError for what cannot be the name of somebody new."""
        if problem := unstorable(name):
            raise CoderError("project.name_holds", problem=problem)
        is_taken = name in (GOLD, SUGGESTER, SETUP, CANDIDATES) or is_copy(name)
        is_split = name.strip() != name or any(c in ",/" or category(c) in _BREAKS for c in name)
        if not name or is_taken or is_split or normalize("NFC", name) != name:
            raise CoderError("project.no_name", name=name)
        if (known := self._known(name)) is not None:
            key = "project.was_in_the_team" if known.retired else "project.in_the_team"
            raise CoderError(key, name=name, role=known.role)

    def _known(self, name: str) -> Person | None:
        return next((person for person in self.people() if person.name == name), None)

    @staticmethod
    def expect_role(role: str) -> None:
        """Raises CoderError for what is no role."""
        if role not in ROLES:
            raise CoderError("project.no_role", role=role, roles=", ".join(ROLES))

    def standing_article(self, name: str) -> Article:
        """The article of that name, to work on; raises CoderError also for one that was withdrawn."""
        article = self.article(name)
        with self.store.read() as queries:
            reason = queries.withdrawn().get(article.id)
        if reason is not None:
            raise CoderError("project.withdrawn", article=article.id, reason=reason)
        return article

    def article(self, name: str) -> Article:
        """The article of that id, or the only one whose id begins so; raises CoderError otherwise."""
        with self.store.read() as queries:
            matches = [name] if queries.row("article", (name,)) else queries.matching(name, 6)
            article = queries.article(matches[0]) if len(matches) == 1 else None
            known = matches or queries.matching("", 5)
        if article is None:
            keys = {0: "no_article", 6: "over_five_articles"}
            key = f"project.{keys.get(len(matches), 'articles')}"
            raise CoderError(key, n=len(matches), name=name, known=", ".join(known[:5]))
        return article

    def leave(self, session: Session) -> None:
        """Wait until everything is written; work of which something cannot be is kept."""
        session.writer.settle()
        if session.writer.waiting:
            self.unwritten.append(session)

    def close(self) -> None:
        """Let go of the database, and of what was kept."""
        self.store.close()
        if "kept" in vars(self):
            self.kept.close()


def reopened(way: Way) -> Project:
    """The project opened once more, in another process."""
    config, person, position = way
    return Project(config, Store.open(config.database_url, folder=config.folder, person=person)).at(position)


def open_project(folder: Path | None = None, clock: Clock = utc_now, person: str = "") -> Project:
    """The project in `folder`, or the nearest one upward; person: who logs in, if the database has logins."""
    config = configuration.read(configuration.find(folder))
    return Project(config, Store.open(config.database_url, clock, config.folder, person))


def create_project(
    folder: Path,
    *,
    codebook: Path | None = None,
    database: str = configuration.DEFAULT_DATABASE,
    language: configuration.Language = "ar",
    clock: Clock = utc_now,
    fill: Callable[[Project], None] = lambda _: None,
) -> Project:
    """A new project in `folder`, filled before others see it; nothing is left behind if that fails."""
    from coder.codebook.load import read_with_files  # the YAML reader: needed here only

    source = codebook or shipped.codebook()
    book, (pinned, *lexicons) = read_with_files(source)
    folder = folder.resolve()
    config = Config(folder, folder.name, database, "codebook.yaml", language)
    files = {path.name: path.read_bytes() for path in lexicons}
    files |= {config.codebook: pinned.read_bytes(), FILE: configuration.text(config).encode()}
    with founding(config, files) as url:
        keep = partial(Work.add_codebook, ref=book.ref, digest=book.digest, body=book.to_json())
        project = Project(config, Store.create(url, clock, first=keep))
        fill(project)
        project.close()
    return Project(config, Store.open(config.database_url, clock))


@contextmanager
def founding(config: Config, files: Mapping[str, bytes]) -> Iterator[str]:
    """The files of a new project in its folder; its database is made in the block, at the URL that is given.

    A file that is there with the very same content is taken as it is. What fails takes away what it has put
    there itself, known by its identity on the disk. Raises CoderError where a project or another file of that
    name is, or where one is being made.
    """
    wanted = {config.folder / name: content for name, content in files.items()}
    settings, database = config.folder / FILE, file_of(config.database_url)
    with _held(config.folder), ExitStack() as undo:
        taken = [
            path
            for path, content in wanted.items()
            if os.path.lexists(path) and not (path.is_file() and path.read_bytes() == content)
        ]
        if settings in taken or (settings.exists() and database is not None and database.exists()):
            raise CoderError("project.is_there", settings=settings)
        if taken:
            raise CoderError("project.file_is_there", path=taken[0])
        with new_database(config.database_url) as url:
            for path, content in wanted.items():
                if not path.exists():
                    with new_file(path) as half:
                        half.write_bytes(content)
                        made = _identity(half)
                    undo.callback(_remove, path, made)
            yield url
        undo.pop_all()


def _identity(path: Path) -> tuple[int, int, int]:
    """What tells a file from another that got its name later, and perhaps its number on the disk."""
    found = path.lstat()
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _remove(path: Path, made: tuple[int, int, int]) -> None:
    with suppress(FileNotFoundError):
        if _identity(path) == made:
            path.unlink()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """The folder, made if need be, where nobody else makes a project meanwhile; a kill lets go of it."""
    made: list[Path] = []
    with ExitStack() as stack:
        try:
            for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
                with suppress(FileExistsError):  # somebody else was quicker
                    path.mkdir()
                    made.append(path)
            if sys.platform != "win32":
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                stack.callback(os.close, handle)
                _lock(handle, folder)
        except NotADirectoryError:
            raise CoderError("project.file_in_the_way", folder=folder) from None
        except OSError as error:
            raise CoderError("project.cannot_be_made", folder=folder, why=error.strerror) from None
        try:
            yield
        except BaseException:
            for path in reversed(made):
                with suppress(OSError):  # somebody has put something there
                    path.rmdir()
            raise


def _lock(handle: int, folder: Path) -> None:
    """Raises CoderError if another program is making a project there, or has just given it up."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = os.path.samestat(os.fstat(handle), folder.stat())
    except (BlockingIOError, FileNotFoundError):
        free = False
    except OSError:  # a file system without locks: what names are free is seen when they are taken
        return
    if not free:
        raise CoderError("project.being_made", folder=folder)
