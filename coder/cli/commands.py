"""The table of commands and their options, from which the help and docs/commands.md are
generated.

The texts are in `commands.po`: `commands.agree` is the summary, `commands.agree.about`
the description, `commands.agree.field` the help of `--field`; options with one meaning
everywhere are in `commands.any`.
"""

from __future__ import annotations

from argparse import (
    REMAINDER,
    SUPPRESS,
    ArgumentParser,
    Namespace,
    RawDescriptionHelpFormatter,
)
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder import __version__
from coder.codebook.shipped import CODEBOOK, codebooks, packs
from coder.errors import CoderError
from coder.exporters.registry import FORMATS, WHAT
from coder.messages.catalogue import has, say
from coder.model import POLICIES, ROLES, STAGES
from coder.service.project.config import DEFAULT_DATABASE

if TYPE_CHECKING:
    from coder.service.project.opened import Project


class Option:
    """An option or argument: its names, argparse's settings, and the values for
    `{names}` in its help.
    """

    def __init__(
        self,
        *names: str,
        one_of: Callable[[], Iterable[str]] | None = None,
        **settings: Any,
    ) -> None:
        self.names = names
        self.one_of = one_of
        self.settings = settings


def _flags(*names: str) -> tuple[Option, ...]:
    return tuple(Option(name, action="store_true") for name in names)


def _split_list(words: str) -> list[str]:
    names = [name.strip() for name in words.split(",") if name.strip()]
    if not names:
        raise CoderError("cli.no_names", typed=words)
    return names


def _output(name: str) -> Path | None:
    return None if name == "-" else Path(name)


_EVERYWHERE = (
    Option("--project", dest="folder_of_project", type=Path, metavar="DIR"),
    *_flags("--json"),
)
_AS = Option("--as", dest="person", metavar="NAME", default="")
_REQUIRED_AS = Option("--as", dest="person", metavar="NAME", required=True)
_ARTICLE = Option("article", metavar="ARTICLE")
_ARTICLE_OR_NONE = Option("article", nargs="?", metavar="ARTICLE")
_TO_FILE = (Option("--out", type=_output, metavar="PATH"), *_flags("--force"))
_DATABASE = Option("--database", default=DEFAULT_DATABASE, metavar="URL")

COMMANDS: Mapping[str, tuple[Option, ...]] = {
    "demo": (
        Option("folder", nargs="?", type=Path, metavar="DIR"),
        *_flags("--print"),
        Option("--width", type=int, default=80, metavar="N"),
    ),
    "init": (
        Option("folder", type=Path, metavar="DIR"),
        Option("--codebook", default=CODEBOOK, metavar="NAME|FILE", one_of=codebooks),
        _DATABASE,
        Option("--language", choices=("ar", "en"), default="ar"),
        *_flags("--group"),
    ),
    "import": (
        Option("paths", type=Path, nargs="+", metavar="PATH"),
        Option("--format", metavar="F"),
        Option("--map", action="append", default=[], metavar="NAME=COLUMN"),
        Option("--sheet", default="", metavar="NAME"),
        Option("--as", dest="whom", default="", metavar="candidates|CODER"),
        Option("--mapping", type=Path, metavar="MAP.yaml"),
        Option("--article", action="append", default=[], metavar="ID"),
        *_flags("--suggest-mapping"),
        Option("--near", type=float, default=0, metavar="SHARE"),
    ),
    "suggest": (
        Option("what", nargs="?", choices=("explain",)),
        _ARTICLE_OR_NONE,
        Option("--at", type=int, metavar="OFFSET"),
        *_flags("--again", "--all"),
        Option("--evaluate", metavar="FILE"),
        Option("--shards", type=Path, metavar="DIR"),
        Option("--out", type=Path, metavar="DIR"),
        Option("--engine", choices=("local", "dask")),
        Option("--scheduler", default="", metavar="ADDRESS"),
        Option("--codebook", default="", metavar="NAME|FILE", one_of=codebooks),
        *_flags("--with-text"),
    ),
    "lexicon": (
        Option("what", nargs="?", choices=("promote", "veto", "forget", "undo")),
        Option("text", nargs="?", metavar="TEXT"),
        *_flags("--gold"),
        Option("--kind", metavar="KIND"),
        Option("--value", default="", metavar="ID"),
        _AS,
    ),
    "pack": (
        Option("what", choices=("test",)),
        Option("name", nargs="?", default="", metavar="PACK|CODEBOOK", one_of=packs),
    ),
    "people": (
        Option(
            "what", nargs="?", choices=("add", "retire", "return", "role", "rename")
        ),
        Option("name", nargs="?", metavar="NAME"),
        Option("new", nargs="?", metavar="NEW"),
        Option("--role", choices=ROLES),
        Option("--password-file", type=Path, metavar="FILE"),
    ),
    "assign": (
        Option("articles", nargs="*", metavar="ARTICLE"),
        Option("--coders", type=_split_list, required=True, metavar="A,B"),
        Option("--per-article", type=int, default=2, metavar="N"),
        Option("--overlap", type=float, default=1.0, metavar="SHARE"),
        Option("--strata", type=_split_list, default=(), metavar="A,B"),
        Option("--stage", choices=STAGES, default="production"),
        Option("--blind-sample", type=float, default=0.0, metavar="SHARE"),
        Option("--seed", type=int, default=0, metavar="N"),
        *_flags("--undo"),
    ),
    "code": (_REQUIRED_AS, _ARTICLE_OR_NONE, *_flags("--claim")),
    "review": (_REQUIRED_AS, _ARTICLE_OR_NONE),
    "gold": (
        Option(
            "what",
            nargs="?",
            choices=("list", "show", "apply", "sign", "release", "releases"),
            default="list",
        ),
        Option("articles", nargs="*", metavar="ARTICLE"),
        _AS,
        Option("--policy", choices=POLICIES, default=""),
        Option("--coding", dest="coder", default="", metavar="NAME"),
        *_flags("--dry-run", "--undo", "--training"),
    ),
    "questions": (
        Option("what", nargs="?", choices=("list", "answer"), default="list"),
        Option("names", nargs="?", type=_split_list, default=(), metavar="ID"),
        Option("text", nargs="?", default="", metavar="TEXT"),
        _AS,
        *_flags("--open", "--markdown"),
    ),
    "tour": (
        Option(
            "--as", dest="role", default=ROLES[0], metavar="|".join((*ROLES, "NAME"))
        ),
        Option("--language", choices=("ar", "en")),
        *_flags("--print"),
    ),
    "serve": (
        _AS,
        Option("--host", default="127.0.0.1", metavar="ADDRESS"),
        Option("--port", type=int, default=8000, metavar="N"),
    ),
    "reopen": (
        _ARTICLE,
        Option("--coder", required=True, metavar="NAME"),
        _REQUIRED_AS,
    ),
    "withdraw": (
        Option("articles", nargs="*", metavar="ARTICLE"),
        Option("--coding", dest="coder", default="", metavar="NAME"),
        Option("--reason", "--because", default="", metavar="WORDS"),
        *_flags("--undo"),
        _AS,
    ),
    "article": (
        Option("what", choices=("correct",)),
        _ARTICLE,
        Option("file", nargs="?", type=Path, metavar="FILE"),
        Option("--because", dest="reason", default="", metavar="WORDS"),
        *_flags("--dry-run", "--undo"),
        _REQUIRED_AS,
    ),
    "status": _flags("--time"),
    "training": (_REQUIRED_AS, _ARTICLE_OR_NONE),
    "agree": (
        Option("what", nargs="?", choices=("plan",)),
        Option("--width", type=float, metavar="W"),
        Option("--stage", choices=STAGES),
        Option("--coders", type=_split_list, default=(), metavar="A,B"),
        Option("--field", default="", metavar="F"),
        Option("--measure", choices=("kappa", "pi", "fleiss", "bp", "ac1", "ac2")),
        *_flags("--markdown", "--latex", "--csv", "--bibtex"),
        Option("--html", type=Path, metavar="FILE"),
        Option("--data", type=Path, metavar="DIR"),
        *_flags("--force"),
    ),
    "show": (
        _ARTICLE,
        Option("--width", type=int, metavar="N"),
        Option("--marks", choices=("colour", "brackets", "none")),
        Option("--order", choices=("visual", "logical"), default="visual"),
    ),
    "export": (
        Option(
            "format",
            nargs="?",
            metavar="FORMAT",
            one_of=lambda: [f.name for f in FORMATS],
        ),
        Option("folder", nargs="?", type=Path, metavar="DIR"),
        *_TO_FILE,
        Option("--what", choices=WHAT, default="gold"),
        Option("--release", type=int, metavar="N"),
        *_flags("--open", "--withdrawn", "--allow-loss", "--no-text", "--list"),
    ),
    "attach": (
        Option("folder", type=Path, metavar="DIR"),
        Option("articles", type=Path, nargs="+", metavar="ARTICLES"),
        Option("--out", type=Path, metavar="DIR", required=True),
        *_flags("--force"),
    ),
    "check": _flags("--errors", "--all"),
    "verify": (),
    "packet": (
        Option("what", choices=("make", "open", "merge")),
        Option("file", type=Path, metavar="FILE"),
        Option("folder", type=Path, nargs="?", metavar="DIR"),
        Option("--for", dest="coder", metavar="NAME"),
        Option("--passphrase-file", type=Path, metavar="F"),
    ),
    "backup": (
        Option("file", type=Path, metavar="FILE"),
        *_flags("--portable", "--restore"),
        _DATABASE,
    ),
    "codebook": (
        Option(
            "what", choices=("check", "show", "diff", "docs", "upgrade", "worklist")
        ),
        Option("files", nargs="*", metavar="FILE"),
        _AS,
        *_flags("--dry-run", "--gold", "--undo"),
        Option("--lang", choices=("ar", "en", "both")),
        Option("--format", choices=("md", "html"), default="md"),
        *_TO_FILE,
        Option("--coder", metavar="NAME"),
    ),
    "doctor": _flags("--print"),
}


_TOGETHER = {  # module of `cli` → the commands that share it
    "delivery": ("import", "export", "packet", "attach"),
    "launch": ("code", "review"),
    "status": ("status", "training"),
    "team": ("people", "assign", "reopen", "withdraw"),
    "upkeep": ("init", "check", "verify", "backup"),
}


_ON_ALL_CORES = ("agree", "check", "export", "import", "suggest", "verify")


def module_of(command: str) -> str:
    """Return the module of `cli` with the command's `run_NAME`: of the same name, or
    shared by commands.
    """
    for module, commands in _TOGETHER.items():
        if command in commands:
            return module
    return command


class Exit(IntEnum):
    """Exit codes."""

    DONE = 0
    FOUND = 1  # a check found errors
    BAD = 2  # bad usage or input; nothing was changed


class Options(Namespace):
    """A command's options and arguments, and the project that it works on."""

    command: str
    folder_of_project: Path | None
    json: bool

    @cached_property
    def project(self) -> Project:
        """The project in the folder `--project`, or the nearest one, with the person of
        `--as` logged in.
        """
        from coder.cli.output import tell
        from coder.service.project.opened import open_project

        if self.command in _ON_ALL_CORES:
            from coder.service.project.processes import stand_by

            stand_by()
        project = open_project(
            self.folder_of_project, person=getattr(self, "person", "")
        )
        project.store.on_wait = lambda what: tell(str(what))
        return project

    def close(self) -> None:
        """Close the project if it was opened."""
        if "project" in vars(self):
            self.project.close()


class Parser(ArgumentParser):
    """A parser that reports bad usage as a CoderError, with a hint."""

    def __init__(self, prog: str, description: str, **settings: Any) -> None:
        formatter = RawDescriptionHelpFormatter
        super().__init__(
            prog, description=description, formatter_class=formatter, **settings
        )

    def error(self, message: str) -> Any:
        if message.endswith(": --as"):
            raise CoderError("cli.as_whom", command=self.prog)
        raise CoderError(
            "cli.bad_use", what=f"{message[:1].upper()}{message[1:]}", command=self.prog
        )

    def add(self, command: str, options: Iterable[Option]) -> None:
        """Add options with their help texts."""
        for option in options:
            action = self.add_argument(*option.names, **option.settings)
            keys = (f"commands.{command}.{action.dest}", f"commands.any.{action.dest}")
            names = {}
            if option.one_of:
                names["names"] = ", ".join(option.one_of())
            for key in filter(has, keys):
                action.help = say("en", key, **names)
                break


def overview() -> Parser:
    """Return the parser that identifies the command; its help lists all commands."""
    width = max(map(len, COMMANDS))
    listed = "\n".join(
        f"  {name:<{width}}  {say('en', f'commands.{name}')}" for name in COMMANDS
    )
    parser = Parser(
        "coder",
        say("en", "cli.about"),
        epilog=say("en", "cli.commands", commands=listed),
    )
    parser.usage = "coder COMMAND [options]"
    parser.add_argument("--version", action="version", version=f"coder {__version__}")
    parser.add("any", _EVERYWHERE)
    parser.add_argument("command", nargs="?", help=SUPPRESS)
    parser.add_argument("words", nargs=REMAINDER, help=SUPPRESS)
    return parser


def parser_of(command: str) -> Parser:
    """Return the parser of one command."""
    parser = Parser(f"coder {command}", say("en", f"commands.{command}.about"))
    parser.add("any", _EVERYWHERE)
    parser.add(command, COMMANDS[command])
    return parser
